package evaluation

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"math/rand"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/clock"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// changed is any fact about a customer.
type changed struct {
	Kind     string
	Customer int64
}

func (c changed) Meta() event.Meta { return event.Meta{Kind: c.Kind, CustomerID: c.Customer} }

type shop struct {
	t     testing.TB
	db    *db.DB
	bus   *event.Bus
	clock *clock.Fake
	svc   *Service
	next  int64
}

// SetScore plays the customer slice.
func (h *shop) SetScore(ctx context.Context, tx *db.Tx, id int64, score float64, grade string, value, health float64) error {
	_, err := tx.Exec(ctx, `UPDATE customer_stat SET score = ?, grade = ?, value_score = ?, health_score = ? WHERE customer_id = ?`, score, grade, value, health, id)
	return err
}

func newShop(t testing.TB, customers int) *shop {
	t.Helper()
	h := &shop{t: t, db: dbtest.New(t), clock: dbtest.Clock(t), next: 1}
	h.bus = event.New(h.db)
	bundle, err := i18n.Load(os.DirFS("../../../assets"))
	if err != nil {
		t.Fatal(err)
	}
	h.svc = New(h.db, h, bundle)
	for _, s := range h.svc.Module().Subscribers {
		h.bus.Subscribe(s)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO user (id, name, email, role, created_at, updated_at) VALUES (1, 'Ada', 'ada@example.com', 'owner', 0, 0), (2, 'Bo', 'bo@example.com', 'member', 0, 0)`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO survey (id, kind, name, texts, created_at, updated_at) VALUES (1, 'nps', 'n', '{}', 0, 0), (2, 'csat', 'c', '{}', 0, 0), (3, 'ces', 'e', '{}', 0, 0)`); err != nil {
			return err
		}
		for id := 1; id <= customers; id++ {
			if _, err := tx.Exec(ctx, `INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, created_at, updated_at) VALUES (?, 'person', ?, '', '', 1, 0, 0)`, id, fmt.Sprintf("Customer %d", id)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO customer_stat (customer_id) VALUES (?)`, id); err != nil {
				return err
			}
		}
		return nil
	})
	return h
}

func (h *shop) write(fn func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.db.Write(context.Background(), "test", fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *shop) exec(ctx context.Context, tx *db.Tx, sql string, args ...any) {
	h.t.Helper()
	if _, err := tx.Exec(ctx, sql, args...); err != nil {
		h.t.Fatal(err)
	}
}

// order adds an order of a customer, paid after the given days; -1 is never.
func (h *shop) order(ctx context.Context, tx *db.Tx, customer int64, ago int, total int64, status string, due, paidAfter int) {
	h.next++
	on := h.today().AddDate(0, 0, -ago)
	day := func(n int) string { return on.AddDate(0, 0, n).Format(time.DateOnly) }
	dueOn := ""
	if due > 0 {
		dueOn = day(due)
	}
	h.exec(ctx, tx, `INSERT INTO order_head (id, number, customer_id, ordered_on, due_on, status, currency, total, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 'GBP', ?, 0, 0)`,
		h.next, fmt.Sprint("O-", h.next), customer, day(0), dueOn, status, total)
	if paidAfter >= 0 {
		h.exec(ctx, tx, `INSERT INTO payment (order_id, customer_id, amount, paid_on, created_at, updated_at) VALUES (?, ?, ?, ?, 0, 0)`, h.next, customer, max(1, total), day(paidAfter))
	}
}

func (h *shop) today() time.Time { return h.clock.Now() }

func (h *shop) answer(ctx context.Context, tx *db.Tx, customer, survey int64, score, ago int) {
	h.exec(ctx, tx, `INSERT INTO survey_response (survey_id, customer_id, score, channel, answered_at, created_at, updated_at) VALUES (?, ?, ?, 'email', ?, 0, 0)`,
		survey, customer, score, db.At(h.today().AddDate(0, 0, -ago)))
}

func (h *shop) invite(ctx context.Context, tx *db.Tx, customer int64, state string, ago int) {
	h.next++
	h.exec(ctx, tx, `INSERT INTO survey_invitation (survey_id, customer_id, period_key, channel, state, due_at, sent_at, created_at, updated_at) VALUES (1, ?, ?, 'email', ?, 0, ?, 0, 0)`,
		customer, fmt.Sprint("t:", h.next), state, db.At(h.today().AddDate(0, 0, -ago)))
}

// something happens to a customer: a random fact with its rows.
func (h *shop) something(ctx context.Context, tx *db.Tx, rnd *rand.Rand, customer int64) error {
	kind := "order.placed"
	switch rnd.Intn(7) {
	case 0, 1:
		h.order(ctx, tx, customer, rnd.Intn(600), int64(rnd.Intn(90000)), "completed", 30*rnd.Intn(2), rnd.Intn(80)-5)
	case 2:
		h.order(ctx, tx, customer, rnd.Intn(100), int64(rnd.Intn(90000)), []string{"cancelled", "draft", "confirmed"}[rnd.Intn(3)], 0, -1)
	case 3:
		kind = "response.given"
		h.answer(ctx, tx, customer, 1, rnd.Intn(11), rnd.Intn(400))
	case 4:
		kind = "response.given"
		h.answer(ctx, tx, customer, 2, 1+rnd.Intn(5), rnd.Intn(400))
	case 5:
		kind = "invitation.sent"
		h.invite(ctx, tx, customer, []string{"sent", "answered", "expired"}[rnd.Intn(3)], rnd.Intn(30))
	case 6:
		kind = "order.changed"
		h.exec(ctx, tx, `UPDATE order_head SET status = 'cancelled' WHERE id = (SELECT id FROM order_head WHERE customer_id = ? ORDER BY id LIMIT 1)`, customer)
	}
	return h.bus.Publish(ctx, tx, changed{kind, customer})
}

func (h *shop) settle() {
	h.t.Helper()
	if err := h.bus.Drain(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	if err := h.svc.Drain(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// all are the stored evaluations without the time of their making.
func (h *shop) all() []Evaluation {
	h.t.Helper()
	var out []Evaluation
	if err := h.db.Reader(context.Background()).Select(context.Background(), &out, `SELECT `+columns+` FROM evaluation e ORDER BY e.customer_id`); err != nil {
		h.t.Fatal(err)
	}
	for i := range out {
		out[i].AsOf = db.Time{}
	}
	return out
}

func as(user int64, role string, reach auth.Reach, permissions ...string) context.Context {
	a := &auth.Actor{UserID: user, Role: role, Reach: reach, Via: "session", Zone: time.UTC}
	grants := map[string]bool{}
	for _, p := range permissions {
		grants[p] = true
	}
	a.Grant(grants)
	return auth.With(context.Background(), a)
}

var boss = as(1, auth.Owner, auth.All, Read)

// Whatever happens in whatever order, evaluating only those whom it concerns
// gives what a recompute of everybody with the same tables gives.
func TestIncrementalEqualsFullRecompute(t *testing.T) {
	for seed := range int64(6) {
		rnd := rand.New(rand.NewSource(seed))
		h := newShop(t, 40)
		for round := range 12 {
			for range rnd.Intn(25) {
				customer := int64(1 + rnd.Intn(40))
				h.write(func(ctx context.Context, tx *db.Tx) error { return h.something(ctx, tx, rnd, customer) })
			}
			h.clock.Add(time.Duration(rnd.Intn(60)) * time.Minute)
			switch {
			case round == 5:
				if err := h.svc.Nightly(context.Background()); err != nil {
					t.Fatal(err)
				}
			case rnd.Intn(3) > 0:
				h.settle()
			}
			if rnd.Intn(2) == 0 { // somebody looks, which also refreshes
				if _, err := h.svc.Get(boss, int64(1+rnd.Intn(40))); err != nil {
					t.Fatal(err)
				}
			}
		}
		h.settle()
		incremental := h.all()
		h.write(func(ctx context.Context, tx *db.Tx) error { return h.svc.MarkDirty(ctx, tx, ids(40)) })
		if err := h.svc.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		full := h.all()
		if len(incremental) == 0 || len(full) != 40 {
			t.Fatalf("%d and %d evaluations", len(incremental), len(full))
		}
		for i, e := range incremental {
			if !reflect.DeepEqual(e, full[e.CustomerID-1]) {
				t.Fatalf("seed %d, customer %d (%d):\n%+v\n%+v", seed, e.CustomerID, i, e, full[e.CustomerID-1])
			}
		}
	}
}

func ids(n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(i + 1)
	}
	return out
}

func TestALookIsAlwaysCurrent(t *testing.T) {
	h := newShop(t, 2)
	place := func(n int) {
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for range n {
				h.order(ctx, tx, 1, 1, 5000, "completed", 0, 0)
			}
			return h.bus.Publish(ctx, tx, changed{"order.placed", 1})
		})
		h.clock.Add(time.Second)
	}
	place(3)
	first, err := h.svc.Get(boss, 1) // nothing was delivered or drained yet
	if err != nil || first.Total == nil || first.Dimension(Payment).Score == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		h.answer(ctx, tx, 1, 2, 1, 0)
		return h.bus.Publish(ctx, tx, changed{"response.given", 1})
	})
	h.clock.Add(time.Second)
	second, err := h.svc.Get(boss, 1)
	if err != nil || second.Dimension(Satisfaction).Score == nil || *second.Total >= *first.Total {
		t.Fatalf("a bad answer left %v of %v, %v", *second.Total, *first.Total, err)
	}
	h.clock.Add(48 * time.Hour) // without any fact, the days alone count
	third, err := h.svc.Get(boss, 1)
	if err != nil || !third.AsOf.Equal(h.clock.Now()) {
		t.Fatalf("as of %v, %v", third.AsOf, err)
	}
	var score float64
	if err := h.db.Reader(boss).Get(boss, &score, `SELECT score FROM customer_stat WHERE customer_id = 1`); err != nil || score != *third.Total {
		t.Errorf("customer_stat has %v, %v", score, err)
	}
	history, err := h.svc.History(boss, 1)
	if err != nil || len(history) < 2 {
		t.Errorf("%d snapshots, %v", len(history), err)
	}
}

func TestNightlySettlesGradesAndPeers(t *testing.T) {
	h := newShop(t, 30)
	rnd := rand.New(rand.NewSource(9))
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for id := range int64(30) {
			for range 3 + rnd.Intn(10) {
				h.order(ctx, tx, id+1, rnd.Intn(300), int64(1000+rnd.Intn(90000)), "completed", 0, rnd.Intn(20))
			}
			h.answer(ctx, tx, id+1, 1, rnd.Intn(11), rnd.Intn(50))
		}
		return nil
	})
	if err := h.svc.Nightly(context.Background()); err != nil {
		t.Fatal(err)
	}
	o, err := h.svc.Overview(boss)
	if err != nil || o.Scored != 30 || o.Shop.Buyers != 30 {
		t.Fatalf("%+v, %v", o, err)
	}
	if p := o.Shop.peer(Purchase); p == nil || math.Abs(*p-50) > 12 {
		t.Errorf("the median purchase score is %v, want about 50", p)
	}
	for _, e := range h.all() {
		if e.Settled != e.Grade && e.Cap == "" {
			t.Errorf("customer %d has %s, settled %s", e.CustomerID, e.Grade, e.Settled)
		}
	}
	p, err := h.svc.List(boss, page.Request{Limit: 10}, nil)
	if err != nil || len(p.Items) != 10 || *p.Items[0].Total < *p.Items[9].Total {
		t.Fatalf("%v", err)
	}
	seen := len(p.Items)
	for p.Next != "" {
		if p, err = h.svc.List(boss, page.Request{Limit: 10, Cursor: p.Next}, nil); err != nil {
			t.Fatal(err)
		}
		seen += len(p.Items)
	}
	if seen != 30 {
		t.Errorf("paged through %d", seen)
	}
	if _, err := h.svc.List(boss, page.Request{}, []filter.Cond{{Field: "nonsense", Op: "eq", Value: "1"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("unknown filter: %v", err)
	}
}

func TestScopeAndPermissions(t *testing.T) {
	h := newShop(t, 1)
	stranger := as(2, auth.Member, auth.Own, Read)
	if _, err := h.svc.Get(stranger, 1); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger: %v", err)
	}
	if _, err := h.svc.Get(boss, 99); !errs.Is(err, errs.NotFound) {
		t.Errorf("nobody's: %v", err)
	}
	if _, err := h.svc.Get(as(2, auth.Member, auth.All), 1); !errs.Is(err, errs.Denied) {
		t.Errorf("without permission: %v", err)
	}
	if _, err := h.svc.Get(boss, 1); err != nil {
		t.Fatal(err)
	}
	if p, err := h.svc.List(stranger, page.Request{}, nil); err != nil || len(p.Items) != 0 {
		t.Errorf("a stranger lists %d, %v", len(p.Items), err)
	}
	if o, err := h.svc.Overview(stranger); err != nil || o.Scored+o.Unscored != 0 {
		t.Errorf("a stranger counts %+v, %v", o, err)
	}
}

func TestADeletedCustomerIsNoTrouble(t *testing.T) {
	h := newShop(t, 2)
	h.write(func(ctx context.Context, tx *db.Tx) error { return h.svc.MarkDirty(ctx, tx, []int64{1, 2, 77}) })
	if err := h.svc.step(context.Background(), []int64{1, 2, 77}); err != nil {
		t.Fatal(err)
	}
	if n := len(h.all()); n != 2 {
		t.Errorf("%d evaluations", n)
	}
}

func TestEveryReasonAndPageSpeaksBothLanguages(t *testing.T) {
	files := fstest.MapFS{}
	root := os.DirFS("../../../templates")
	for _, folder := range []string{"layouts", "partials", "insight"} {
		if err := fs.WalkDir(root, folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			source, err := fs.ReadFile(root, name)
			files[name] = &fstest.MapFile{Data: source}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	h := newShop(t, 60)
	engine, err := view.New(files, os.DirFS("../../../assets"), h.svc.words)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewSource(11))
	codes := map[string]bool{}
	show := func(name string, b any) string {
		t.Helper()
		english := ""
		for _, tag := range i18n.Tags() {
			var out bytes.Buffer
			d := view.Data{Locale: h.svc.words.For(tag).At(h.clock.Now()), Query: url.Values{}, Body: b}
			if err := engine.Page(&out, tag, "app", name, d); err != nil {
				t.Fatal(err)
			}
			if tag == i18n.English {
				english = out.String()
			}
		}
		return english
	}
	check := func(want string) {
		t.Helper()
		o, err := h.svc.Overview(boss)
		if err != nil {
			t.Fatal(err)
		}
		p, err := h.svc.List(boss, page.Request{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		show("insight/overview", overviewBody{Overview: o, Rows: p.Items, Next: p.Next})
		for id := int64(1); id <= 60; id += 3 {
			b, err := h.svc.body(boss, id)
			if err != nil {
				t.Fatal(err)
			}
			b.path = func(kind string, id int64) string { return fmt.Sprintf("/%ss/%d", kind, id) }
			for _, d := range b.Dimensions {
				for _, r := range d.Reasons {
					codes[r.Code] = true
					for _, tag := range i18n.Tags() {
						if s := r.Sentence(h.svc.words.For(tag), "GBP"); strings.ContainsAny(s, "{}") {
							t.Errorf("%s in %s: %q", r.Code, tag, s)
						}
					}
				}
			}
			show("insight/panel", b)
			if text := show("insight/customer", b); id == 1 && !strings.Contains(text, want) {
				t.Errorf("the page does not say %q", want)
			}
			raw, err := json.Marshal(object(b.Evaluation, h.svc.words.For("en"), "GBP"))
			if err != nil || !strings.Contains(string(raw), `"key":"lifetime_value","score":null`) {
				t.Errorf("%s, %v", raw, err)
			}
		}
	}
	check("Not enough data")
	for range 3 {
		h.write(func(ctx context.Context, tx *db.Tx) error {
			h.order(ctx, tx, 4, 100, 1000, "completed", 1, -1)
			h.answer(ctx, tx, 7, 3, 5, 3)
			for id := range int64(60) {
				for range 4 {
					if err := h.something(ctx, tx, rnd, id+1); err != nil {
						return err
					}
				}
			}
			return nil
		})
		h.clock.Add(26 * time.Hour)
		h.settle()
		if err := h.svc.Nightly(context.Background()); err != nil {
			t.Fatal(err)
		}
		check("Purchase behaviour")
	}
	for _, code := range []string{"orders_pct", "spent", "last_order", "no_order", "overdue", "need_settled", "on_time", "days_late", "need_contacts", "replied",
		"cancelled", "last_csat", "last_ces", "answers", "no_answer", "last_nps", "no_nps", "no_margin"} {
		if !codes[code] {
			t.Errorf("the histories never gave %s", code)
		}
	}
	for _, r := range []Reason{{Code: "orders", Nums: nums("n", 1)}, {Code: "few_buyers", Nums: nums("have", 1, "need", 15)}, {Code: "days_early", Nums: nums("n", 3)}} {
		for _, tag := range i18n.Tags() {
			if s := r.Sentence(h.svc.words.For(tag), "GBP"); strings.ContainsAny(s, "{}") {
				t.Errorf("%s in %s: %q", r.Code, tag, s)
			}
		}
	}
	if missing := h.svc.words.Missing(); len(missing) > 0 {
		t.Errorf("no words for %v", missing)
	}
}
