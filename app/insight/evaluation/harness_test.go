package evaluation

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/formula"
	"regulars/app/sys/auth"
	"regulars/app/sys/clock"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/i18n"
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
	kinds int // of what can happen: 7, and 13 with what the shop's own dimensions rest on
}

// SetScore plays the customer slice.
func (h *shop) SetScore(ctx context.Context, tx *db.Tx, id int64, score float64, grade string, value, health float64, byHand bool) error {
	_, err := tx.Exec(ctx, `UPDATE customer_stat SET score = ?, grade = ?, value_score = ?, health_score = ?, grade_by_hand = ? WHERE customer_id = ?`, score, grade, value, health, byHand, id)
	return err
}

// built is what formulas know of a customer.
var built = []custom.Fact{{Name: "kind", Kind: formula.Text}, {Name: "region", Kind: formula.Text}, {Name: "score", Kind: formula.Number}, {Name: "orders_count", Kind: formula.Number},
	{Name: "orders_total", Kind: formula.Money}, {Name: "last_order_on", Kind: formula.Date}, {Name: "nps", Kind: formula.Number}}

func newShop(t testing.TB, customers int) *shop {
	t.Helper()
	h := &shop{t: t, db: dbtest.New(t), clock: dbtest.Clock(t), next: 1, kinds: 7}
	h.bus = event.New(h.db)
	bundle, err := i18n.Load(os.DirFS("../../../assets"))
	if err != nil {
		t.Fatal(err)
	}
	book := custom.NewBook(h.db, nil, nil)
	book.Register(custom.Subject{Name: "customer", Table: "customer", Built: built})
	h.svc = New(h.db, h, bundle, book)
	h.svc.Attach(h.bus)
	for _, s := range h.svc.Module().Subscribers {
		h.bus.Subscribe(s)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO user (id, name, email, role, created_at, updated_at) VALUES (1, 'Ada', 'ada@example.com', 'owner', 0, 0), (2, 'Bo', 'bo@example.com', 'member', 0, 0)`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO custom_field (id, subject, key, kind, name_en, name_zh, created_at, updated_at) VALUES (1, 'customer', 'seats', 'number', 'Seats', '', 0, 0), (2, 'customer', 'age', 'number', 'Age of owner', '', 0, 0)`); err != nil {
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
	switch rnd.Intn(h.kinds) {
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
	default:
		h.ownThing(ctx, tx, rnd, customer)
		return nil // rows alone, without a fact: as an import, an undo or a merge writes them
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

func (h *shop) count(query string) (n int) {
	h.t.Helper()
	if err := h.db.Reader(context.Background()).Get(context.Background(), &n, query); err != nil {
		h.t.Fatal(err)
	}
	return n
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

// ownThing is something that only the shop's own dimensions and groups rest on.
func (h *shop) ownThing(ctx context.Context, tx *db.Tx, rnd *rand.Rand, customer int64) {
	at := db.At(h.today().AddDate(0, 0, -rnd.Intn(500)))
	other := customer%40 + 1
	switch rnd.Intn(9) {
	case 0, 1:
		h.exec(ctx, tx, `INSERT INTO followup (customer_id, channel, content, at, created_at, updated_at) VALUES (?, ?, 'x', ?, 0, 0)`, customer, []string{"visit", "call", "sms"}[rnd.Intn(3)], at)
	case 2:
		h.exec(ctx, tx, `DELETE FROM followup WHERE id = (SELECT id FROM followup WHERE customer_id = ? ORDER BY id LIMIT 1)`, customer)
	case 3:
		h.exec(ctx, tx, `UPDATE customer SET fields = json_set(fields, '$.f1', ?, '$.f21', ?, '$.f22', ?), level = ? WHERE id = ?`, rnd.Intn(20), []string{"Café", "Hotel"}[rnd.Intn(2)], rnd.Intn(50000), []string{"", "A", "B"}[rnd.Intn(3)], customer)
		h.exec(ctx, tx, `UPDATE customer_stat SET orders = ?, revenue = ? WHERE customer_id = ?`, rnd.Intn(9), rnd.Intn(90000), customer)
	case 4:
		h.exec(ctx, tx, `INSERT INTO evaluation_check (customer_id, dimension_id, item, yes, until, created_at, updated_at) VALUES (?, 3, ?, ?, ?, 0, 0)
			ON CONFLICT DO UPDATE SET yes = excluded.yes, until = excluded.until`, customer, 1+rnd.Intn(3), rnd.Intn(2), h.today().AddDate(0, 0, rnd.Intn(60)-20).Format(time.DateOnly))
	case 5:
		h.exec(ctx, tx, `DELETE FROM evaluation_check WHERE id = (SELECT min(id) FROM evaluation_check WHERE customer_id = ?)`, customer)
	case 6:
		h.exec(ctx, tx, `INSERT OR IGNORE INTO relation (kind, from_id, to_id, created_at) VALUES ('referral', ?, ?, ?)`, customer, other, at)
	case 7: // a merge takes the rows along
		h.exec(ctx, tx, `UPDATE followup SET customer_id = ? WHERE customer_id = ?`, other, customer)
		h.exec(ctx, tx, `UPDATE OR IGNORE evaluation_check SET customer_id = ? WHERE customer_id = ?`, other, customer)
	case 8:
		h.exec(ctx, tx, `INSERT INTO feedback_case (customer_id, state, opened_at, clock_at, due_at, respond_by, resolve_by, created_at, updated_at) VALUES (?, ?, ?, 0, 0, 0, 0, 0, 0)`, customer, []string{"new", "dismissed"}[rnd.Intn(2)], at)
		h.exec(ctx, tx, `UPDATE feedback_case SET state = 'dismissed' WHERE id = (SELECT min(id) FROM feedback_case WHERE customer_id = ?)`, customer)
	}
}

// decide has a person set a grade for some days, or leave it to the rules again,
// and sometimes keeps a field out of scoring, or not any more.
func (h *shop) decide(rnd *rand.Rand, customer int64) {
	h.t.Helper()
	switch rnd.Intn(5) {
	case 0, 1:
		err := h.svc.Hold(decider, customer, HeldInput{Grade: Grades[rnd.Intn(4)], Reason: "so it is", Until: h.today().AddDate(0, 0, rnd.Intn(4)).Format(time.DateOnly)})
		if err != nil && !errs.Is(err, errs.Invalid) { // who is not to be judged has no grade
			h.t.Fatal(err)
		}
	case 2:
		if err := h.svc.Release(decider, customer); err != nil && !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.NotFound) {
			h.t.Fatal(err)
		}
	case 3:
		h.sql(`UPDATE custom_field SET unscored = 1 - unscored WHERE id IN (1, 21)`)
	}
}

// ownModel publishes a version with dimensions of every kind and groups; the last
// dimension is a computed amount, or a count.
func (h *shop) ownModel(computed bool) Model {
	h.t.Helper()
	h.kinds = 13
	h.field(21, custom.Choice, "Industry", `["Café","Hotel"]`)
	h.field(22, custom.Money, "Rent", "")
	h.field(23, custom.Computed, "Basket", "orders_total / orders_count + k22")
	fourth := Own{Kind: ByCount, NameEN: "Cases", Counted: "case", Months: 12, Low: 5, High: 0}
	if computed {
		fourth = Own{Kind: ByField, NameEN: "Basket", Field: 23, Low: 0, High: 900}
	}
	for _, o := range []Own{
		{Kind: ByField, NameEN: "Seats", Field: 1, Low: 0, High: 20, Side: "value"},
		{Kind: ByCount, NameEN: "Visits", Counted: "visit", Months: 6, Low: 0, High: 4},
		{Kind: ByChecklist, NameEN: "Handover", Need: 2, Days: 90, Side: "health", Items: Items{{Text: "Pays the driver", Weight: 2}, {Text: "Plans ahead", Weight: 1}, {Text: "Speaks to us first", Weight: 1}}},
		fourth,
	} {
		if _, err := h.svc.Make(decider, o); err != nil {
			h.t.Fatal(err)
		}
	}
	d, _, err := h.svc.Begin(decider)
	if err != nil {
		h.t.Fatal(err)
	}
	d.Weights = map[string]float64{Purchase: 30, Payment: 20, Satisfaction: 10, "own_1": 10, "own_2": 10, "own_3": 10, "own_4": 10}
	d.Groups = []Group{{By: "level", Of: "A", Weights: map[string]float64{Purchase: 10, "own_2": 40, "own_3": 50}}, {By: "f21", Of: "Café", Weights: map[string]float64{Purchase: 50, "own_4": 50}}}
	m, err := h.svc.Publish(decider, d)
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}
