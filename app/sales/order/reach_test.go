package order

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/money"
	"regulars/app/kit/page"
	"regulars/app/sales/payment"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
)

func TestOthersCustomersOrdersDoNotExist(t *testing.T) {
	h := newHouse(t)
	mei, jo := h.user("mei", "member", 0), h.user("jo", "member", 0)
	c, err := h.customers.Create(h.ctx, customer.Input{Name: "Harbour Bakery", OwnerID: mei})
	h.must(err)
	o := h.order(c.ID, line("x", 1000, 500))
	p, err := h.payments.Create(h.ctx, payment.Input{OrderID: o.ID, Amount: 100})
	h.must(err)
	as := func(user int64) context.Context {
		a := &auth.Actor{UserID: user, Role: auth.Member, Reach: auth.Own, Zone: time.UTC}
		a.Grant(map[string]bool{Read: true, Write: true, Delete: true, payment.Read: true, payment.Write: true, payment.Delete: true,
			customer.Read: true, product.Read: true})
		return auth.With(context.Background(), a)
	}
	for user, want := range map[int64]int{mei: 1, jo: 0} {
		groups, err := h.orders.Groups(as(user), "status", nil)
		n, err2 := h.orders.Count(as(user), nil, 0)
		if err != nil || err2 != nil || len(groups) != want || n != want {
			t.Errorf("user %d sees %v groups of %d orders, want %d: %v %v", user, groups, n, want, err, err2)
		}
	}
	if _, err := h.orders.Get(as(mei), o.ID); err != nil {
		t.Errorf("mei does not see her own: %v", err)
	}
	ctx := as(jo)
	for name, act := range map[string]func() error{
		"get":            func() error { _, err := h.orders.Get(ctx, o.ID); return err },
		"update":         func() error { _, err := h.orders.Update(ctx, o.ID, o.Version, o.Input()); return err },
		"status":         func() error { _, err := h.orders.SetStatus(ctx, o.ID, Cancelled); return err },
		"delete":         func() error { return h.orders.Delete(ctx, o.ID) },
		"habits":         func() error { _, err := h.orders.HabitsOf(ctx, c.ID, "CNY", h.db.Now(), time.UTC); return err },
		"payment":        func() error { _, err := h.payments.Get(ctx, p.ID); return err },
		"change payment": func() error { _, err := h.payments.Update(ctx, p.ID, p.Version, p.Input()); return err },
		"drop payment":   func() error { return h.payments.Delete(ctx, p.ID) },
	} {
		if err := act(); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = h.payments.Create(ctx, payment.Input{OrderID: o.ID, Amount: 1})
	wantField(t, err, "order_id", "payment.error.no_order")
	_, err = h.orders.Create(ctx, Input{CustomerID: c.ID, Lines: []LineInput{line("x", 1000, 1)}})
	wantField(t, err, "customer_id", "order.error.no_customer")
	if l, err := h.orders.List(ctx, page.Request{}, nil); err != nil || len(l.Items) != 0 {
		t.Errorf("jo lists %d orders, %v", len(l.Items), err)
	}
	if l, err := h.payments.List(ctx, page.Request{}, nil); err != nil || len(l.Items) != 0 {
		t.Errorf("jo lists %d payments, %v", len(l.Items), err)
	}
	nobody := auth.With(context.Background(), &auth.Actor{UserID: jo, Role: auth.Member, Reach: auth.All})
	if _, err := h.orders.Get(nobody, o.ID); !errs.Is(err, errs.Denied) {
		t.Errorf("without the permission: %v", err)
	}
	if _, err := h.products.Create(nobody, product.Input{Name: "x"}); !errs.Is(err, errs.Denied) {
		t.Errorf("without the permission: %v", err)
	}
}

func TestListsFilterSortAndPage(t *testing.T) {
	h := newHouse(t)
	who, other := h.customer("Harbour Bakery"), h.customer("王小明")
	for i := range 12 {
		o, err := h.orders.Create(h.ctx, Input{CustomerID: []int64{who, other}[i%2], OrderedOn: cal.Date("2026-02-01").AddDays(i / 2), Lines: []LineInput{line("x", 1000, 100)}})
		h.must(err)
		if i < 4 {
			_, err := h.payments.Create(h.ctx, payment.Input{OrderID: o.ID, Amount: 100})
			h.must(err)
		}
	}
	ctx := field.With(h.ctx, field.Values{Now: h.db.Now(), Zone: time.UTC, Currency: "CNY"})
	count := func(q string, conds ...filter.Cond) int {
		t.Helper()
		p, err := h.orders.List(ctx, page.Request{Q: q}, conds)
		h.must(err)
		return len(p.Items)
	}
	for name, c := range map[string][2]int{
		"unpaid":   {count("", filter.Cond{Field: "unpaid", Op: "eq", Value: "true"}), 8},
		"paid":     {count("", filter.Cond{Field: "unpaid", Op: "eq", Value: "false"}), 4},
		"customer": {count("", filter.Cond{Field: "customer_id", Op: "eq", Value: fmt.Sprint(other)}), 6},
		"dates":    {count("", filter.Cond{Field: "ordered_on", Op: "gte", Value: "2026-02-02"}, filter.Cond{Field: "ordered_on", Op: "lte", Value: "2026-02-03"}), 4},
		"product":  {count("", filter.Cond{Field: "product", Op: "eq", Value: "x"}), 12},
		"number":   {count("o-2026-000"), 9},
		"pinyin":   {count("wangxiao"), 6},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %d orders, want %d", name, c[0], c[1])
		}
	}
	for _, sort := range []string{"ordered_on", "-ordered_on", "total", "-number", "created_at", ""} {
		seen := map[int64]bool{}
		req := page.Request{Limit: 5, Sort: sort}
		for range 4 {
			p, err := h.orders.List(ctx, req, nil)
			h.must(err)
			for _, r := range p.Items {
				if seen[r.ID] || len(r.Lines) != 1 {
					t.Fatalf("sorted by %q order %d came twice or without its lines", sort, r.ID)
				}
				seen[r.ID] = true
			}
			if req.Cursor = p.Next; p.Next == "" {
				break
			}
		}
		if len(seen) != 12 {
			t.Errorf("sorted by %q: %d of 12", sort, len(seen))
		}
	}
}

func TestSomeDaysAfterAnOrderSomebodyAsks(t *testing.T) {
	h := newHouse(t)
	mei := h.user("mei", "member", 0)
	c, err := h.customers.Create(h.ctx, customer.Input{Name: "Harbour Bakery", OwnerID: mei})
	h.must(err)
	o := h.order(c.ID, line("House espresso", 18_000, 1650))
	key := fmt.Sprintf("order:%d:howwasit", o.ID)
	h.drain()
	got, ok := h.tasks.open[key]
	if !ok || int64(got.OwnerID) != mei || cal.DateOf(got.DueAt.Time, time.UTC) != o.OrderedOn.AddDays(3) || !strings.Contains(got.Notes, o.Number) {
		t.Fatalf("task %+v", got)
	}
	_, err = h.orders.SetStatus(h.ctx, o.ID, Cancelled)
	h.must(err)
	h.drain()
	if len(h.tasks.open) != 0 || len(h.tasks.closed) != 1 {
		t.Errorf("the cancelled order is still asked about")
	}
	gone := h.order(c.ID, line("Decaf", 1000, 1900))
	h.drain()
	var set journal.Receipt
	h.must(h.orders.Delete(journal.WithReceipt(h.ctx, &set), gone.ID))
	h.drain()
	if len(h.tasks.open) != 0 {
		t.Error("the deleted order is still asked about")
	}
	if err := h.orders.SetFollowUpDays(h.ctx, 400); !errs.Is(err, errs.Invalid) {
		t.Errorf("400 days: %v", err)
	}
	h.must(h.orders.SetFollowUpDays(h.ctx, 0))
	h.order(c.ID, line("Decaf", 1000, 1900))
	h.drain()
	if len(h.tasks.open) != 0 {
		t.Error("switched off, somebody is asked")
	}
}

func TestUndoneOrdersAreNotAskedAbout(t *testing.T) {
	h := newHouse(t)
	var set journal.Receipt
	_, err := h.orders.Create(journal.WithReceipt(h.ctx, &set), Input{CustomerID: h.customer("Harbour Bakery"), Lines: []LineInput{line("x", 1000, 1)}})
	h.must(err)
	h.drain()
	if len(h.tasks.open) != 1 {
		t.Fatal("nobody is asked")
	}
	h.undo(set.Set)
	if len(h.tasks.open) != 0 {
		t.Error("an order that was taken back is asked about")
	}
}

func TestHistoryStartsNothing(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	ctx := event.Importing(h.ctx)
	for _, day := range []cal.Date{"2025-11-01", "2026-01-05", "2026-02-01"} {
		_, err := h.orders.Create(ctx, Input{CustomerID: who, Number: "A-" + string(day), OrderedOn: day, Status: Completed, Lines: []LineInput{line("x", 1000, 1)}})
		h.must(err)
	}
	h.order(who, line("x", 1000, 1))
	_, err := h.orders.Create(h.ctx, Input{CustomerID: who, OrderedOn: "2025-01-01", Lines: []LineInput{line("x", 1000, 1)}})
	h.must(err)
	h.drain()
	if len(h.tasks.open) != 1 {
		t.Errorf("%d tasks, want only that of today's order", len(h.tasks.open))
	}
	if o, found, err := h.orders.ByNumber(h.ctx, "A-2026-01-05"); err != nil || !found || o.OrderedOn != "2026-01-05" {
		t.Errorf("by number: %+v %v %v", o, found, err)
	}
}

func TestRhythmOnTheRecord(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	for _, day := range []cal.Date{"2026-01-05", "2026-01-19", "2026-01-19", "2026-02-02"} {
		_, err := h.orders.Create(h.ctx, Input{CustomerID: who, OrderedOn: day, Lines: []LineInput{line("Decaf", 1000, 1900), line("Filters", 1000, 100)}})
		h.must(err)
	}
	_, err := h.orders.Create(h.ctx, Input{CustomerID: who, OrderedOn: "2026-01-05", Lines: []LineInput{line("Decaf", 1000, 1900)}})
	h.must(err)
	got, err := h.orders.HabitsOf(h.ctx, who, "CNY", dbtest.Start, time.UTC)
	h.must(err)
	if got.Days() != 14 || got.Expected != "2026-02-16" || got.Late != 14 || got.Orders != 5 || got.Average() != 1980 {
		t.Errorf("got %+v", got)
	}
	if len(got.Strip.Hits) != 3 {
		t.Errorf("%d ticks", len(got.Strip.Hits))
	}
	gap, expected, err := Gap(h.ctx, h.db.Reader(h.ctx), who)
	h.must(err)
	row, err := h.customers.List(h.ctx, page.Request{}, nil)
	h.must(err)
	if row.Items[0].GapDays != gap || row.Items[0].ExpectedOn != string(expected) {
		t.Errorf("the list says %v %s, the record %v %s", row.Items[0].GapDays, row.Items[0].ExpectedOn, gap, expected)
	}
}

func TestPutMakesOneOrderHoweverOften(t *testing.T) {
	h := newHouse(t)
	who, other := h.customer("Harbour Bakery"), h.customer("Lantern Room")
	in := Input{CustomerID: who, ExternalSource: "till", ExternalID: "77", Lines: []LineInput{line("Decaf", 1000, 1900)}}
	first, created, err := h.orders.Put(h.ctx, in)
	h.must(err)
	in.Lines = []LineInput{line("Decaf", 3000, 1900)}
	second, again, err := h.orders.Put(h.ctx, in)
	h.must(err)
	if !created || again || first.ID != second.ID || second.Total != 5700 || second.Number != first.Number {
		t.Errorf("%v %v %+v", created, again, second)
	}
	in.CustomerID = other
	_, _, err = h.orders.Put(h.ctx, in)
	wantField(t, err, "customer_id", "order.error.other_customer")
}

func TestItemsInAFewWords(t *testing.T) {
	lines := []Line{{Name: "House espresso", Quantity: 18_000}, {Name: "Decaf", Quantity: 1500}, {Name: "滤纸", Quantity: money.One}, {Name: "d"}, {Name: "e"}}
	if got := Items(lines); got != "House espresso × 18, Decaf × 1.5, 滤纸, +2" {
		t.Errorf("got %q", got)
	}
}
