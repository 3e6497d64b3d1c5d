package survey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"regulars/app/customer/consent"
	"regulars/app/sys/auth"
	"regulars/app/sys/clock"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const base = "https://shop.example.com"

// postman takes letters, or fails as told.
type postman struct {
	mu   sync.Mutex
	fail error
	took []outbox.Delivery
}

func (p *postman) Ready(context.Context) (bool, string) { return true, "" }

func (p *postman) Send(_ context.Context, d outbox.Delivery) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.took = append(p.took, d)
	return p.fail
}

// shop is the slice with everything around it that is real.
type shop struct {
	t       *testing.T
	db      *db.DB
	clock   *clock.Fake
	bus     *event.Bus
	box     *outbox.Outbox
	post    *postman
	consent *consent.Service
	s       *Service
	server  *web.Server
	base    string
	cases   map[int64]bool
	nps     Survey
	csat    Survey
}

var engine = sync.OnceValues(func() (*view.Engine, error) {
	bundle, err := i18n.Load(os.DirFS("../../../assets"))
	if err != nil {
		return nil, err
	}
	return view.New(os.DirFS("../../../templates"), os.DirFS("../../../assets"), bundle)
})

func newShop(t *testing.T) *shop {
	t.Helper()
	f := &shop{t: t, db: dbtest.New(t), clock: dbtest.Clock(t), post: &postman{}, base: base, cases: map[int64]bool{}}
	f.clock.Set(dbtest.Start.Add(time.Hour)) // Monday, ten o'clock
	ring, err := keys.Load(t.TempDir())
	must(t, err)
	views, err := engine()
	must(t, err)
	f.bus = event.New(f.db)
	open := func(_ context.Context, _ db.Q, id int64) (bool, error) { return f.cases[id], nil }
	f.consent, err = consent.New(consent.Deps{DB: f.db, Bus: f.bus, Keys: ring, BaseURL: func() string { return f.base }, Asked: Asked, OpenCase: open})
	must(t, err)
	channels := map[string]outbox.Channel{}
	f.box = outbox.New(f.db, outbox.Options{Gate: f.consent, Channels: channels, Seed: 1})
	f.s, err = New(Deps{DB: f.db, Bus: f.bus, Keys: ring, View: views, Outbox: f.box, Consent: f.consent, BaseURL: func() string { return f.base }, OpenCase: open})
	must(t, err)
	channels[outbox.Email] = f.s.Channel(f.post)
	modules := []web.Module{f.s.Module(), f.consent.Module()}
	var tables []journal.Table
	var kinds []timeline.Kind
	for _, m := range modules {
		tables, kinds = append(tables, m.Journal...), append(kinds, m.Timeline...)
		for _, sub := range m.Subscribers {
			f.bus.Subscribe(sub)
		}
	}
	f.bus.Subscribe(f.s.Listen(moments))
	timeline.New(f.db, f.bus, kinds)
	must(t, journal.New(f.db, tables).Install(t.Context()))
	f.server, err = web.New(t.Context(), web.Options{Config: config.Config{BaseURL: base}, DB: f.db, Clock: f.clock, View: views, Keys: ring, Modules: modules})
	must(t, err)
	f.server.Mount()
	f.write(func(ctx context.Context, tx *db.Tx) error {
		if err := setting.Put(ctx, tx, setting.BusinessName, setting.Business{Name: "Kettle & Crane", Locale: "en", Currency: "EUR", Timezone: "UTC", SetupAt: 1}); err != nil {
			return err
		}
		return f.s.Seed(ctx, tx, Pack{})
	})
	must(t, f.box.SetPerMinute(t.Context(), 100_000))
	list, err := f.s.List(f.owner(), pageAll, nil)
	must(t, err)
	f.nps, f.csat = list.Items[0], list.Items[1]
	return f
}

// moments are orders, as their slice would tell of them; a delivery is an order
// that is completed.
var moments = []event.Moment{
	{Name: "order", Kinds: []string{"order.placed"}, Ends: []string{"order.cancelled"}, Read: ordered("confirmed", "completed")},
	{Name: "delivery", Kinds: []string{"order.completed"}, Ends: []string{"order.cancelled", "order.changed"}, Read: ordered("completed")},
}

func ordered(states ...string) func(context.Context, db.Q, int64) (event.Occasion, bool, error) {
	return func(ctx context.Context, q db.Q, id int64) (event.Occasion, bool, error) {
		o := event.Occasion{Key: fmt.Sprintf("order:%d", id), OrderID: id}
		var state string
		found, err := db.Found(q.Get(ctx, &state, `SELECT status FROM order_head WHERE id = ?`, id))
		if err != nil || !found {
			return o, false, err
		}
		return o, slices.Contains(states, state), q.Get(ctx, &o.CustomerID, `SELECT customer_id FROM order_head WHERE id = ?`, id)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (f *shop) owner() context.Context { return auth.With(f.t.Context(), auth.System("shell")) }

func (f *shop) write(fn func(ctx context.Context, tx *db.Tx) error) {
	f.t.Helper()
	must(f.t, f.db.Write(f.owner(), "test", fn))
}

type born struct{ CustomerID int64 }

func (b born) Meta() event.Meta {
	return event.Meta{Kind: "customer.created", CustomerID: b.CustomerID, SubjectKind: "customer", SubjectID: b.CustomerID}
}

// customer makes a person with an address, as the customers slice would.
func (f *shop) customer(name string) int64 {
	f.t.Helper()
	var id int64
	f.write(func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = tx.Insert(ctx, `INSERT INTO customer (kind, name, name_key, sort_key, created_at, updated_at) VALUES ('person', ?, ?, ?, 1, 1)`, name, name, name)
		if err != nil {
			return err
		}
		if _, err = tx.Insert(ctx, `INSERT INTO customer_email (customer_id, email) VALUES (?, ?)`, id, fmt.Sprintf("c%d@example.com", id)); err != nil {
			return err
		}
		if _, err = tx.Insert(ctx, `INSERT INTO customer_stat (customer_id) VALUES (?)`, id); err != nil {
			return err
		}
		return f.bus.Publish(ctx, tx, born{id})
	})
	return id
}

// bought says how often and when a customer bought.
func (f *shop) bought(id int64, orders int, first, last string) {
	f.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE customer_stat SET orders = ?, first_order_on = ?, last_order_on = ? WHERE customer_id = ?`, orders, first, last, id)
		return err
	})
}

func (f *shop) invite(in InviteInput) Invitation {
	f.t.Helper()
	if in.SurveyID == 0 {
		in.SurveyID = f.nps.ID
	}
	if in.Channel == "" {
		in.Channel = Email
	}
	i, err := f.s.Invite(f.owner(), in)
	must(f.t, err)
	return i
}

func (f *shop) drain() { f.t.Helper(); must(f.t, f.box.Drain(f.t.Context())) }
func (f *shop) wave()  { f.t.Helper(); must(f.t, f.s.Wave(f.t.Context())) }

func (f *shop) is(id int64, state, reason string) Invitation {
	f.t.Helper()
	i, _, err := f.s.Invitation(f.owner(), id)
	must(f.t, err)
	if i.State != state || i.Reason != reason {
		f.t.Fatalf("invitation %d is %s (%s), want %s (%s)", id, i.State, i.Reason, state, reason)
	}
	return i
}

// sent is the n-th letter that left, as its channel got it.
func (f *shop) sent(n int) (outbox.Delivery, letter) {
	f.t.Helper()
	if len(f.post.took) <= n {
		f.t.Fatalf("%d letters left, want more than %d", len(f.post.took), n)
	}
	var l letter
	must(f.t, json.Unmarshal([]byte(f.post.took[n].Payload), &l))
	return f.post.took[n], l
}

// letter is one that left.
type letter outbox.Letter

var href = regexp.MustCompile(`href="(https://[^"]+)"`)

// links are all addresses in a letter's HTML.
func (l letter) links() []string {
	var out []string
	for _, m := range href.FindAllStringSubmatch(l.HTML, -1) {
		out = append(out, strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	return out
}

type answerPage struct {
	*http.Response
	text string
}

func (f *shop) do(method, address string, form url.Values, header ...string) answerPage {
	f.t.Helper()
	u, err := url.Parse(address)
	must(f.t, err)
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, u.RequestURI(), body)
	r.Header.Set("User-Agent", "Mozilla/5.0 (iPhone) Safari")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := f.server.App.Test(r, -1)
	must(f.t, err)
	raw, err := io.ReadAll(res.Body)
	must(f.t, err)
	if (method == http.MethodGet || method == http.MethodPost) && len(res.Header.Values("Set-Cookie")) > 0 {
		f.t.Fatalf("%s %s set a cookie", method, address)
	}
	return answerPage{res, string(raw)}
}

var nonceField = regexp.MustCompile(`name="nonce" value="([^"]+)"`)

func (p answerPage) nonce() string {
	if m := nonceField.FindStringSubmatch(p.text); m != nil {
		return strings.ReplaceAll(m[1], "&#43;", "+")
	}
	return ""
}

func (f *shop) count(query string, args ...any) int {
	f.t.Helper()
	var n int
	must(f.t, f.db.Reader(f.t.Context()).Get(f.t.Context(), &n, query, args...))
	return n
}

var errGone = errors.New("the line broke")
