package order

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Whatever happens to orders, also an undo of it, the kept sums of every day
// are those of the orders.
func TestDaySumsFollowTheOrders(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	r := rand.New(rand.NewPCG(5, 6))
	const differing = `
		SELECT count(*) FROM (SELECT ordered_on AS day, count(*) FILTER (WHERE total >= 0) AS orders, sum(total) AS total FROM order_head WHERE status IN ('confirmed', 'completed') GROUP BY 1) o
		FULL JOIN (SELECT * FROM order_day WHERE orders <> 0 OR total <> 0) k USING (day) WHERE o.orders IS NOT k.orders OR o.total IS NOT k.total`
	const differingSums = `
		SELECT count(*) FROM (SELECT ordered_on, status, currency, count(*) AS orders, sum(total) AS total FROM order_head GROUP BY 1, 2, 3) o
		FULL JOIN (SELECT * FROM order_sum WHERE orders <> 0 OR total <> 0) k USING (ordered_on, status, currency) WHERE o.orders IS NOT k.orders OR o.total IS NOT k.total`
	check := func(did string) {
		t.Helper()
		var n int
		h.must(h.db.Reader(h.ctx).Get(h.ctx, &n, differing))
		if n != 0 {
			t.Fatalf("after %s %d days differ from their orders", did, n)
		}
		h.must(h.db.Reader(h.ctx).Get(h.ctx, &n, differingSums))
		if n != 0 {
			t.Fatalf("after %s %d sums differ from their orders", did, n)
		}
	}
	days := []cal.Date{"2026-02-27", "2026-02-28", "2026-03-01"}
	var ids []int64
	ctx := h.ctx
	for step := range 150 {
		did := "create"
		receipt := &journal.Receipt{}
		h.ctx = journal.WithReceipt(ctx, receipt)
		switch {
		case len(ids) < 3 || r.IntN(4) == 0:
			o, err := h.orders.Create(h.ctx, Input{CustomerID: who, OrderedOn: days[r.IntN(3)], Lines: []LineInput{line("beans", 1000*(1+r.Int64N(9)), 1+r.Int64N(9999))}})
			h.must(err)
			ids = append(ids, o.ID)
		case r.IntN(3) == 0:
			i := r.IntN(len(ids))
			did = "delete"
			h.must(h.orders.Delete(h.ctx, ids[i]))
			ids = append(ids[:i], ids[i+1:]...)
		default:
			o := h.get(ids[r.IntN(len(ids))])
			did = "change"
			if to := Statuses[r.IntN(4)]; to != o.Status && MayBecome(o.Status, to) {
				did = "status " + to
				_, err := h.orders.SetStatus(h.ctx, o.ID, to)
				h.must(err)
			} else {
				in := o.Input()
				in.OrderedOn = days[r.IntN(3)]
				_, err := h.orders.Update(h.ctx, o.ID, o.Version, in)
				h.must(err)
			}
		}
		h.ctx = ctx
		check(fmt.Sprintf("step %d: %s", step, did))
		if r.IntN(5) == 0 && receipt.Set != 0 && did != "create" {
			if _, err := h.journal.Undo(ctx, receipt.Set, journal.Options{}); err != nil {
				t.Fatalf("undo of %s: %v", did, err)
			}
			check("undo of " + did)
		}
	}
}

// A sum that is not that of its orders is found at night and made anew.
func TestSumsThatDifferAreMendedAtNight(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	price := int64(4000)
	o := h.order(who, LineInput{Name: "Tea", Quantity: 1000, UnitPrice: &price})
	_, err := h.orders.SetStatus(h.ctx, o.ID, Confirmed)
	h.must(err)
	for _, spoil := range []string{`UPDATE order_sum SET total = total + 5`, `DELETE FROM order_sum`, `UPDATE order_day SET orders = orders + 1`, `INSERT INTO order_day (day, orders, total) VALUES ('2020-01-01', 3, 3)`} {
		h.must(h.db.Write(h.ctx, "test", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, spoil)
			return err
		}))
		if n, err := sumsDiffer(h.ctx, h.db.Reader(h.ctx)); err != nil || n != 1 {
			t.Errorf("%s: %d sums differ, %v", spoil, n, err)
		}
		h.must(h.orders.checkSums(h.ctx))
		if n, err := sumsDiffer(h.ctx, h.db.Reader(h.ctx)); err != nil || n != 0 {
			t.Errorf("after the night %d sums differ, %v", n, err)
		}
	}
}
