package evaluation

import (
	"context"
	"testing"
	"time"

	"regulars/app/sys/db"
)

// Within a minute of a fact the score that lists show follows, without anybody
// looking: facts arrive two seconds after their commit, and the step that judges
// whoever is marked is due every few seconds.
func TestAScoreFollowsAFactWithinAMinute(t *testing.T) {
	if due := drainEvery + 2*time.Second; due > time.Minute {
		t.Fatalf("the step is due after %v", due)
	}
	h := newShop(t, 40)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for id := range int64(40) {
			for n := range 4 {
				paid := -1
				if n < 3 {
					paid = 10
				}
				h.order(ctx, tx, id+1, 40*n+1, 5000*(id+1), "completed", 30, paid)
			}
			h.answer(ctx, tx, id+1, 2, 4, 100)
		}
		return nil
	})
	for _, o := range []Own{{Kind: ByCount, NameEN: "Trouble", Counted: "case", Months: 12, Low: 4, High: 0}} {
		if _, err := h.svc.Make(decider, o); err != nil {
			t.Fatal(err)
		}
	}
	d, _, err := h.svc.Begin(decider)
	if err != nil {
		t.Fatal(err)
	}
	d.Weights = map[string]float64{Purchase: 40, Payment: 20, Satisfaction: 20, "own_1": 20}
	if _, err := h.svc.Publish(decider, d); err != nil {
		t.Fatal(err)
	}
	h.sql(`UPDATE customer SET created_at = ?`, db.At(h.today().AddDate(-2, 0, 0)))
	h.sql(`INSERT INTO feedback_case (id, customer_id, state, opened_at, clock_at, due_at, respond_by, resolve_by, created_at, updated_at) VALUES (1, 3, 'new', ?, 0, 0, 0, 0, 0, 0)`, db.At(h.today().AddDate(0, -1, 0)))
	if err := h.svc.Nightly(context.Background()); err != nil {
		t.Fatal(err)
	}
	stored := func(id int64, key string) float64 {
		t.Helper()
		for _, e := range h.all() {
			if e.CustomerID == id && e.Dimension(key).Score != nil {
				return *e.Dimension(key).Score
			}
		}
		t.Fatalf("customer %d has no %s", id, key)
		return 0
	}
	// follows says whether a fact moves a dimension once the step ran, and not before.
	follows := func(id int64, key, fact string, better bool, sql string, args ...any) {
		t.Helper()
		before := stored(id, key)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			h.exec(ctx, tx, sql, args...)
			return h.bus.Publish(ctx, tx, changed{fact, id})
		})
		if stored(id, key) != before {
			t.Errorf("%s: judged within the writer's own transaction", fact)
		}
		h.clock.Add(drainEvery + 2*time.Second)
		if err := h.bus.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := h.svc.beat(context.Background()); err != nil {
			t.Fatal(err)
		}
		if after := stored(id, key); after == before || (after > before) != better {
			t.Errorf("%s moved %s from %v to %v", fact, key, before, after)
		}
		if n := h.count(`SELECT count(*) FROM evaluation_dirty`); n != 0 {
			t.Errorf("%s: %d wait", fact, n)
		}
	}
	day := h.today().Format(time.DateOnly)
	follows(1, Payment, "payment.received", true, `INSERT INTO payment (order_id, customer_id, amount, paid_on, created_at, updated_at) SELECT id, 1, total, date(?), 0, 0 FROM order_head
		WHERE customer_id = 1 AND id NOT IN (SELECT order_id FROM payment) LIMIT 1`, day)
	follows(2, Satisfaction, "response.given", false, `INSERT INTO survey_response (survey_id, customer_id, score, channel, answered_at, created_at, updated_at) VALUES (2, 2, 1, 'email', ?, 0, 0)`, db.At(h.today()))
	follows(3, "own_1", "case.closed", true, `UPDATE feedback_case SET state = 'dismissed' WHERE id = 1`)
}
