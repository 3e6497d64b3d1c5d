package order

import (
	"testing"
)

// Goods that come back lower what was sold and are counted nowhere as an order.
func TestAReturnLowersSumsAndIsNoPurchase(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	bought, err := h.orders.Create(h.ctx, Input{CustomerID: who, OrderedOn: "2026-02-10", Lines: []LineInput{line("Kettle", 3000, 2000)}})
	h.must(err)
	back, err := h.orders.Create(h.ctx, Input{CustomerID: who, OrderedOn: "2026-02-20", Return: true, Lines: []LineInput{line("Kettle", 1000, 2000)}})
	h.must(err)
	if !back.Return() || back.Total != -2000 || bought.Return() || back.Owed() {
		t.Fatalf("return %+v", back)
	}
	var n struct {
		Orders  int    `db:"orders"`
		Revenue int64  `db:"revenue"`
		Last    string `db:"last_order_on"`
	}
	h.must(h.db.Reader(h.ctx).Get(h.ctx, &n, `SELECT orders, revenue, last_order_on FROM customer_stat WHERE customer_id = ?`, who))
	if n.Orders != 1 || n.Revenue != 4000 || n.Last != "2026-02-10" {
		t.Errorf("the customer's figures: %+v", n)
	}
	var day struct {
		Orders int   `db:"orders"`
		Total  int64 `db:"total"`
	}
	h.must(h.db.Reader(h.ctx).Get(h.ctx, &day, `SELECT orders, total FROM order_day WHERE day = '2026-02-20'`))
	if day.Orders != 0 || day.Total != -2000 {
		t.Errorf("the day of the return: %+v", day)
	}
	f, err := readFigures(h.ctx, h.db.Reader(h.ctx), who)
	h.must(err)
	if f.Orders != 1 || f.Total != 4000 || f.LastOn != "2026-02-10" {
		t.Errorf("on the record: %+v", f)
	}
	in := back.Input() // as a form sends it, nothing changed
	again, err := h.orders.Update(h.ctx, back.ID, back.Version, in)
	h.must(err)
	if again.Total != -2000 {
		t.Errorf("saved again: %d", again.Total)
	}
}
