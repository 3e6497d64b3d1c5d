package order

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/page"
	"regulars/app/kit/pricing"
	"regulars/app/sales/payment"
	"regulars/app/sales/product"
	"regulars/app/sys/journal"
)

func TestTotalIsTheSumOfTheLines(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		var lines []LineInput
		var want int64
		for i := range 1 + r.IntN(8) {
			q, price := 1+r.Int64N(1_000_000), r.Int64N(10_000_000)
			lines = append(lines, line(fmt.Sprintf("thing %d", i), q, price))
			want += (q*price + 500) / 1000
		}
		o := h.order(who, lines...)
		var sum int64
		for _, l := range o.Lines {
			sum += l.Total
		}
		if o.Total != want || sum != want {
			t.Fatalf("total %d, lines %d, want %d", o.Total, sum, want)
		}
	}
}

func TestAnySequenceOfPaymentsKeepsTheOutstandingTrue(t *testing.T) {
	h := newHouse(t)
	o := h.order(h.customer("Harbour Bakery"), line("House espresso", 18_000, 1650))
	r := rand.New(rand.NewPCG(3, 4))
	var live []payment.Payment
	check := func(did string) {
		t.Helper()
		var sum int64
		for _, p := range live {
			sum += p.Amount
		}
		got := h.get(o.ID)
		if got.Paid != sum || got.Outstanding() != got.Total-sum || got.Owed() != (got.Total > sum) {
			t.Fatalf("after %s: total %d, paid %d, outstanding %d; the payments sum to %d", did, got.Total, got.Paid, got.Outstanding(), sum)
		}
	}
	refused := func(by int64, err error) bool {
		t.Helper()
		paid := h.get(o.ID).Paid // what was refused changed nothing
		if paid < 0 {
			t.Fatalf("%d is paid back beyond what was paid", -paid)
		}
		return err != nil && by < 0 && paid+by < 0
	}
	for range 80 {
		amount := r.Int64N(20_000) - 8_000
		switch n := r.IntN(10); {
		case amount == 0:
		case n < 6 || len(live) == 0:
			p, err := h.payments.Create(h.ctx, payment.Input{OrderID: o.ID, Amount: amount, Method: "微信"})
			if refused(amount, err) {
				continue
			}
			h.must(err)
			if p.Method != "wechat" || p.PaidOn != "2026-03-02" {
				t.Fatalf("method %q on %s", p.Method, p.PaidOn)
			}
			live = append(live, p)
			check("a payment")
		case n < 8:
			i := r.IntN(len(live))
			in := live[i].Input()
			in.Amount = amount
			p, err := h.payments.Update(h.ctx, live[i].ID, live[i].Version, in)
			if refused(amount-live[i].Amount, err) {
				continue
			}
			h.must(err)
			live[i] = p
			check("a correction")
		default:
			i := r.IntN(len(live))
			err := h.payments.Delete(h.ctx, live[i].ID)
			if refused(-live[i].Amount, err) {
				continue
			}
			h.must(err)
			live = append(live[:i], live[i+1:]...)
			check("a removal")
		}
	}
}

func TestStatusRules(t *testing.T) {
	may := map[string]string{Draft: "draft confirmed completed cancelled", Confirmed: "confirmed completed cancelled",
		Completed: "completed confirmed cancelled", Cancelled: "cancelled draft confirmed"}
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	for _, from := range Statuses {
		for _, to := range append([]string{"shipped", ""}, Statuses...) {
			o, err := h.orders.Create(h.ctx, Input{CustomerID: who, Status: from, Lines: []LineInput{line("x", 1000, 100)}})
			h.must(err)
			_, err = h.orders.SetStatus(h.ctx, o.ID, to)
			want := strings.Contains(" "+may[from]+" ", " "+to+" ") && to != ""
			if (err == nil) != want || (err != nil && !errs.Is(err, errs.Invalid)) {
				t.Errorf("%s to %q: %v", from, to, err)
			}
		}
	}
}

func TestOnlyPurchasesCount(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	for i, st := range Statuses {
		_, err := h.orders.Create(h.ctx, Input{CustomerID: who, Status: st, OrderedOn: cal.Date("2026-02-01").AddDays(i), Lines: []LineInput{line("x", 1000, 100)}})
		h.must(err)
	}
	got, err := h.orders.HabitsOf(h.ctx, who, "CNY", h.db.Now(), time.UTC)
	h.must(err)
	if got.Orders != 2 || got.Total != 200 || got.Owed != 200 || len(got.Latest) != 4 {
		t.Errorf("got %+v", got)
	}
}

func TestNumbersAreGivenOnceHoweverManyOrderAtATime(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	_, err := h.orders.Create(h.ctx, Input{CustomerID: who, Number: "O-2026-0007", Lines: []LineInput{line("x", 1000, 1)}})
	h.must(err)
	var wg sync.WaitGroup
	numbers := make(chan string, 60)
	for range 6 {
		wg.Go(func() {
			for range 10 {
				o, err := h.orders.Create(h.ctx, Input{CustomerID: who, Lines: []LineInput{line("x", 1000, 1)}})
				if err != nil {
					t.Error(err)
				}
				numbers <- o.Number
			}
		})
	}
	wg.Wait()
	close(numbers)
	seen := map[string]bool{}
	for n := range numbers {
		if seen[n] || n <= "O-2026-0007" {
			t.Errorf("%s was given twice or counts from the start", n)
		}
		seen[n] = true
	}
	if len(seen) != 60 || !seen["O-2026-0008"] || !seen["O-2026-0067"] {
		t.Errorf("%d numbers", len(seen))
	}
	_, err = h.orders.Create(h.ctx, Input{CustomerID: who, Number: "O-2026-0010", Lines: []LineInput{line("x", 1000, 1)}})
	wantField(t, err, "number", "error.taken")
	old, err := h.orders.Create(h.ctx, Input{CustomerID: who, OrderedOn: "2024-12-31", Lines: []LineInput{line("x", 1000, 1)}})
	h.must(err)
	if old.Number != "O-2024-0001" {
		t.Errorf("an order of 2024 is %s", old.Number)
	}
}

func TestAStaleEditIsAConflictWithTheOrderAsItIs(t *testing.T) {
	h := newHouse(t)
	o := h.order(h.customer("Harbour Bakery"), line("Decaf", 1000, 1900))
	first := o.Input()
	first.Notes = "ring first"
	_, err := h.orders.Update(h.ctx, o.ID, o.Version, first)
	h.must(err)
	_, err = h.orders.Update(h.ctx, o.ID, o.Version, o.Input())
	e, ok := errs.As(err)
	if !ok || e.Kind != errs.Conflict {
		t.Fatalf("got %v", err)
	}
	if now, ok := e.Current.(Order); !ok || now.Notes != "ring first" || now.Version != o.Version+1 {
		t.Errorf("current is %+v", e.Current)
	}
}

func TestAPaymentDoesNotMakeAnEditStale(t *testing.T) {
	h := newHouse(t)
	o := h.order(h.customer("Harbour Bakery"), line("Decaf", 1000, 1900))
	_, err := h.payments.Create(h.ctx, payment.Input{OrderID: o.ID, Amount: 900})
	h.must(err)
	in := o.Input()
	in.Lines = append(in.Lines, line("Filters", 2000, 420))
	got, err := h.orders.Update(h.ctx, o.ID, o.Version, in)
	h.must(err)
	if got.Total != 2740 || got.Outstanding() != 1840 {
		t.Errorf("total %d, outstanding %d", got.Total, got.Outstanding())
	}
}

func TestUndoRestoresLinesTotalsAndPayments(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	o, err := h.orders.Create(h.ctx, Input{CustomerID: who, Lines: []LineInput{line("House espresso", 18_000, 1650), line("Decaf", 2000, 1900)},
		Received: &Receipt{Amount: 10_000, Method: "cash"}})
	h.must(err)
	before := h.get(o.ID)
	var set journal.Receipt
	in := o.Input()
	in.Lines = []LineInput{line("Filters", 1000, 420)}
	_, err = h.orders.Update(journal.WithReceipt(h.ctx, &set), o.ID, o.Version, in)
	h.must(err)
	h.undo(set.Set)
	h.same(before, h.get(o.ID))
	if err := h.orders.Delete(h.ctx, o.ID); !errs.Is(err, errs.Conflict) {
		t.Fatalf("an order goes with its money: %v", err)
	}
	h.same(before, h.get(o.ID))
	var money journal.Receipt
	h.must(h.payments.Delete(journal.WithReceipt(h.ctx, &money), 1))
	h.must(h.orders.Delete(journal.WithReceipt(h.ctx, &set), o.ID))
	if _, err := h.orders.Get(h.ctx, o.ID); !errs.Is(err, errs.NotFound) {
		t.Fatalf("still there: %v", err)
	}
	if entries, err := h.timeline.Page(h.ctx, who, 0, 0, 10); err != nil || len(entries) != 0 {
		t.Errorf("the timeline still shows it: %v %v", entries, err)
	}
	h.undo(set.Set)
	h.undo(money.Set)
	h.same(before, h.get(o.ID))
	paid, err := h.payments.OfOrder(h.ctx, o.ID)
	h.must(err)
	if len(paid) != 1 || paid[0].Amount != 10_000 || paid[0].Method != "cash" {
		t.Errorf("payments %+v", paid)
	}
	if entries, err := h.timeline.Page(h.ctx, who, 0, 0, 10); err != nil || len(entries) != 2 {
		t.Errorf("the timeline has %d entries, %v", len(entries), err)
	}
}

func (h *house) undo(set int64) {
	h.t.Helper()
	out, err := h.journal.Undo(h.ctx, set, journal.Options{})
	h.must(err)
	if len(out.Conflicts) > 0 {
		h.t.Fatalf("undo: %+v", out)
	}
}

func (h *house) same(want, got Order) {
	h.t.Helper()
	if got.Total != want.Total || got.Paid != want.Paid || len(got.Lines) != len(want.Lines) {
		h.t.Fatalf("got %+v, want %+v", got, want)
	}
	for i := range got.Lines {
		if got.Lines[i] != want.Lines[i] {
			h.t.Errorf("line %d is %+v, was %+v", i, got.Lines[i], want.Lines[i])
		}
	}
}

func TestTheTimelineShowsAnOrderOnceAsItIsNow(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	o, err := h.orders.Create(h.ctx, Input{CustomerID: who, Status: Draft, OrderedOn: "2026-02-20", Lines: []LineInput{line("House espresso", 18_000, 1650)}})
	h.must(err)
	shown := func(want ...string) {
		t.Helper()
		entries, err := h.timeline.Page(h.ctx, who, 0, 0, 10)
		h.must(err)
		var got []string
		for _, e := range entries {
			args := e.Args()
			got = append(got, fmt.Sprintf("%s %v %v", e.Kind, args["amount"], args["items"]))
		}
		if strings.Join(got, "; ") != strings.Join(want, "; ") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	shown()
	o, err = h.orders.SetStatus(h.ctx, o.ID, Confirmed)
	h.must(err)
	shown("order.placed ¥297.00 House espresso × 18")
	in := o.Input()
	in.Lines = append(in.Lines, line("Decaf", 1500, 1900))
	o, err = h.orders.Update(h.ctx, o.ID, o.Version, in)
	h.must(err)
	shown("order.changed ¥325.50 House espresso × 18, Decaf × 1.5")
	_, err = h.orders.SetStatus(h.ctx, o.ID, Cancelled)
	h.must(err)
	shown("order.cancelled ¥325.50 House espresso × 18, Decaf × 1.5")
}

func TestLinesTakeTheirProductByCodeNameOrId(t *testing.T) {
	h := newHouse(t)
	p, err := h.products.Create(h.ctx, product.Input{Name: "House espresso", Code: "HE1", Unit: "kg", Price: 1650, Active: true})
	h.must(err)
	who := h.customer("Harbour Bakery")
	one := money.One
	own := int64(1500)
	o := h.order(who, LineInput{Name: "house ESPRESSO", Quantity: one}, LineInput{Name: "HE1", Quantity: one},
		LineInput{ProductID: p.ID, Quantity: one, UnitPrice: &own}, line("Delivery", 1000, 300))
	if o.Total != 1650+1650+1500+300 {
		t.Errorf("total %d", o.Total)
	}
	for i, l := range o.Lines[:3] {
		if l.ProductID != 1 || l.Unit != "kg" || l.Name != "House espresso" {
			t.Errorf("line %d is %+v", i, l)
		}
	}
	h.must(h.products.Delete(h.ctx, p.ID))
	if got := h.get(o.ID); got.Total != o.Total || got.Lines[0].ProductID != 0 || got.Lines[0].Name != "House espresso" {
		t.Errorf("a deleted product rewrote the order: %+v", got)
	}
	_, err = h.orders.Create(h.ctx, Input{CustomerID: who, Lines: []LineInput{{Name: "Unheard of", Quantity: one}}})
	wantField(t, err, "lines[0].unit_price", "error.required")
	_, err = h.orders.Create(h.ctx, Input{CustomerID: who, Lines: []LineInput{{ProductID: p.ID, Quantity: one}}})
	wantField(t, err, "lines[0].product_id", "order.error.no_product")
}

func TestHostileOrdersAreRefused(t *testing.T) {
	h := newHouse(t)
	who := h.customer("Harbour Bakery")
	for name, c := range map[string]struct {
		in         Input
		field, key string
	}{
		"no lines":          {Input{}, "lines", "order.error.no_lines"},
		"nobody":            {Input{CustomerID: 99, Lines: []LineInput{line("x", 1000, 1)}}, "customer_id", "order.error.no_customer"},
		"zero quantity":     {Input{Lines: []LineInput{line("x", 0, 1)}}, "lines[0].quantity", "error.positive"},
		"below zero":        {Input{Lines: []LineInput{line("x", -1000, 1)}}, "lines[0].quantity", "order.error.no_return"},
		"huge return":       {Input{Return: true, Lines: []LineInput{line("x", math.MinInt64, 1)}}, "lines[0].quantity", "order.error.too_many"},
		"huge quantity":     {Input{Lines: []LineInput{line("x", math.MaxInt64, 1)}}, "lines[0].quantity", "order.error.too_many"},
		"huge price":        {Input{Lines: []LineInput{line("x", 1000, math.MaxInt64)}}, "lines[0].unit_price", "error.money_too_big"},
		"smallest price":    {Input{Lines: []LineInput{line("x", 1000, math.MinInt64)}}, "lines[0].unit_price", "error.money_too_big"},
		"huge line":         {Input{Lines: []LineInput{line("x", int64(MaxQuantity), product.MaxPrice)}}, "lines[0].unit_price", "error.money_too_big"},
		"huge total":        {Input{Lines: repeat(line("x", int64(MaxQuantity), MaxTotal/1_000_000), 2)}, "lines", "error.money_too_big"},
		"huge with tax":     {Input{WithTax: new(bool), Lines: []LineInput{taxed(line("x", int64(MaxQuantity), MaxTotal/1_000_000), 1300)}}, "lines", "error.money_too_big"},
		"overflow by lines": {Input{Lines: repeat(line("x", int64(MaxQuantity), product.MaxPrice), 400)}, "lines[0].unit_price", "error.money_too_big"},
		"tax of 101 %":      {Input{Lines: []LineInput{taxed(line("x", 1000, 1), 10_100)}}, "lines[0].tax_rate", "error.percent"},
		"all and more off":  {Input{Discount: pricing.Discount{Amount: 101}, Lines: []LineInput{line("x", 1000, 100)}}, "discount", "pricing.error.discount_too_big"},
		"off below zero":    {Input{Discount: pricing.Discount{Rate: -1}, Lines: []LineInput{line("x", 1000, 100)}}, "discount", "error.percent"},
		"more off than on":  {Input{Lines: []LineInput{line("x", 1000, 100), line("discount", 1000, -101)}}, "lines", "order.error.negative"},
		"too many lines":    {Input{Lines: repeat(line("x", 1000, 1), MaxLines+1)}, "lines", "error.many"},
		"no such day":       {Input{OrderedOn: "2026-02-30", Lines: []LineInput{line("x", 1000, 1)}}, "ordered_on", "error.date"},
		"no such status":    {Input{Status: "stolen", Lines: []LineInput{line("x", 1000, 1)}}, "status", "error.choice"},
		"long number":       {Input{Number: strings.Repeat("9", 61), Lines: []LineInput{line("x", 1000, 1)}}, "number", "error.long"},
		"paid before":       {Input{OrderedOn: "2026-03-02", DueOn: "2026-03-01", Lines: []LineInput{line("x", 1000, 1)}}, "due_on", "order.error.due_before"},
		"nameless":          {Input{Lines: []LineInput{line("  ", 1000, 1)}}, "lines[0].name", "error.required"},
		"nothing received":  {Input{Lines: []LineInput{line("x", 1000, 1)}, Received: &Receipt{}}, "received_amount", "payment.error.zero"},
	} {
		if c.in.CustomerID == 0 {
			c.in.CustomerID = who
		}
		_, err := h.orders.Create(h.ctx, c.in)
		if e, ok := errs.As(err); !ok || e.Fields[c.field].Key != c.key {
			t.Errorf("%s: got %v, want %s %s", name, err, c.field, c.key)
		}
	}
	p, err := h.orders.List(h.ctx, page.Request{Count: true}, nil)
	h.must(err)
	if *p.Total != 0 {
		t.Errorf("%d refused orders were kept", *p.Total)
	}
	o, err := h.orders.Create(h.ctx, Input{CustomerID: who, Notes: "'; DROP TABLE order_head; --", Lines: []LineInput{line("<b>'\"; --\u202e</b>", 1000, 1)}})
	h.must(err)
	if got := h.get(o.ID).Lines[0].Name; got != "<b>'\"; --</b>" {
		t.Errorf("the name came back as %q", got)
	}
}

func repeat(l LineInput, n int) []LineInput {
	out := make([]LineInput, n)
	for i := range out {
		out[i] = l
	}
	return out
}

func wantField(t *testing.T, err error, name, key string) {
	t.Helper()
	if e, ok := errs.As(err); !ok || e.Fields[name].Key != key {
		t.Errorf("got %v, want %s %s", err, name, key)
	}
}
