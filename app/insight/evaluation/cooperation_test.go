package evaluation

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// faithful is a shop where nobody ever cancels, one in three answers and most
// promises are kept.
var faithful = Shop{Reply: .3, Kept: .99997, Promises: .75, OnTime: .8}

func TestManyOrdersDoNotOutvotePromises(t *testing.T) {
	f := facts{asked: []asked{{1, false}}}
	for i := range int64(52) {
		f.orders = append(f.orders, paid(i+1, today, 100, 0))
	}
	for i := range int64(7) {
		f.promised = append(f.promised, promised{id: i + 1})
	}
	p := f.cooperation(faithful)
	if !p.known || p.raw >= 35 {
		t.Errorf("no promise kept, no question answered: %v", p.raw)
	}
	if p.reasons[1].Code != "cancelled_alike" || p.n != 8 || p.of != 60 {
		t.Errorf("n %v of %d, %+v", p.n, p.of, p.reasons)
	}
	some := faithful
	some.Kept = .9 // where some cancel, keeping one's orders helps, but it does not undo seven broken promises
	if p := f.cooperation(some); p.raw >= 45 || p.reasons[1].Code != "cancelled" {
		t.Errorf("where some cancel: %+v", p)
	}
}

func TestDoingAsEverybodyDoesTellsNothing(t *testing.T) {
	var f facts
	for i := range int64(20) {
		f.orders = append(f.orders, paid(i+1, today, 100, 0))
	}
	p := f.cooperation(faithful)
	if !p.known || p.raw != 50 || p.n != 0 || p.reasons[0].Code != "cancelled_alike" || len(p.evidence) == 0 {
		t.Errorf("never cancelled: %+v", p)
	}
	f.orders[3].cancelled, f.orders[4].cancelled, f.orders[5].cancelled = true, true, true
	if p := f.cooperation(faithful); p.raw >= 46 || p.reasons[0].Code != "cancelled" {
		t.Errorf("the only one who cancels: %+v", p)
	}
	for _, rate := range []float64{0, .2, .5, .8, 1} {
		for _, usual := range []float64{.001, .3, .5, .75, .999} {
			if got := against(rate, usual); got < 0 || got > 100 || (rate > usual) != (got > 50) {
				t.Errorf("%v where %v is usual: %v", rate, usual, got)
			}
		}
	}
}

// Nobody is called happy or unhappy of whom nothing was heard: not for one survey
// that they did not answer, and not for doing what everybody does.
func TestNobodyIsCalledUnhappyUnheard(t *testing.T) {
	shop := buyers(20)
	shop.Reply, shop.Kept, shop.OnTime = .5, .99997, .8
	f := facts{asked: []asked{{1, false}}}
	for i := range int64(20) {
		f.orders = append(f.orders, paid(i+1, today, 100, 0))
	}
	for name, c := range map[string]struct {
		change   func(f *facts)
		quadrant string
	}{
		"nothing tells":             {func(f *facts) { f.asked = nil }, ""},
		"one question not answered": {func(*facts) {}, ""},
		"two promises broken":       {func(f *facts) { f.asked, f.promised = nil, []promised{{id: 1}, {id: 2}} }, ""},
		"three promises broken":     {func(f *facts) { f.asked, f.promised = nil, []promised{{id: 1}, {id: 2}, {id: 3}} }, Rescue},
		"they said so":              {func(f *facts) { f.answers = []reply{{1, "csat", 1, today}} }, Rescue},
		"they are happy":            {func(f *facts) { f.answers = []reply{{1, "nps", 10, today}} }, Protect},
	} {
		g := f
		c.change(&g)
		e := evaluate(g, shop, model, today, "")
		if e.Quadrant != c.quadrant || (e.Health == nil) != (c.quadrant == "") {
			t.Errorf("%s: %q, health %v", name, e.Quadrant, e.Health)
		}
	}
}

// What costs points or the grade is among the rows, however many came later.
func TestWhatCostsPointsIsShownFirst(t *testing.T) {
	var f facts
	for i := range int64(40) {
		f.orders = append(f.orders, paid(i+1, today.AddDays(-int(i)), 100, 0))
	}
	f.orders = append(f.orders, order{id: 98, on: today.AddDays(-200), due: today.AddDays(-180), terms: true, total: 500},
		order{id: 99, on: today.AddDays(-300), due: today.AddDays(-273), terms: true, total: 500}, paid(97, today.AddDays(-400), 100, 90))
	p := f.payment(faithful, today)
	if got := fmt.Sprint(p.evidence[:4]); got != "[{order 99} {order 98} {order 97} {order 1}]" || len(p.evidence) != maxEvidence || p.of != 43 {
		t.Errorf("%s of %d", got, p.of)
	}
	few := facts{orders: slices.Clone(f.orders[40:])}
	if p := few.payment(faithful, today); p.known || fmt.Sprint(p.evidence) != "[{order 99} {order 98}]" {
		t.Errorf("too few are paid for a score, but two are overdue: %+v", p)
	}
	e := evaluate(f, faithful, model, today, "")
	d := e.Dimension(Payment)
	if d.Of != 43 || int64(d.Reasons[0].Nums[oldestOrder]) != 99 {
		t.Errorf("%+v", d)
	}
	f.asked = []asked{{7, false}}
	for i := range int64(20) {
		f.promised = append(f.promised, promised{id: i + 1, kept: true})
	}
	if c := f.cooperation(faithful); c.evidence[0] != (Ref{"invitation", 7}) || len(c.evidence) != maxEvidence {
		t.Errorf("what was not answered is not shown: %+v", c.evidence)
	}
}

// An order is one thing that is known, however many dimensions are made of it.
func TestOnePurchaseIsNoGrade(t *testing.T) {
	shop := buyers(20)
	shop.Worth, shop.Foreseen = Worth{Shown: true, Months: 12, Source: "revenue"}, tableOf([]float64{1, 2, 3, 4})
	f := facts{orders: []order{paid(1, today, 100, 0)}, foreseen: &foreseen{orders: 1, worth: 3}}
	counted := model
	counted.Own = []Own{{ID: 1, Kind: ByCount, Counted: "order", Months: 12, High: 4}}
	for _, m := range []Model{model, counted} {
		e := evaluate(f, shop, m, today, "")
		if e.Dimension(Purchase).Score == nil || e.Dimension(Lifetime).Score == nil {
			t.Fatalf("%+v", e)
		}
		if e.Total != nil || e.Grade != "" {
			t.Errorf("graded %s by one order", e.Grade)
		}
	}
	f.answers = []reply{{1, "csat", 5, today}}
	if e := evaluate(f, shop, model, today, ""); e.Grade == "" {
		t.Error("an order and an answer are two")
	}
	f.foreseen = nil // they came after this week's forecast
	if p := f.lifetime(shop); p.known || p.reasons[0].Code != "not_foreseen" {
		t.Errorf("who is not in the forecast yet is told %+v", p.reasons)
	}
}

// After an update that judges otherwise everybody is judged anew, not only those
// to whom something happens.
func TestOtherRulesJudgeEverybodyAnew(t *testing.T) {
	h := newShop(t, 3)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for id := range int64(3) {
			h.order(ctx, tx, id+1, 1, 5000, "completed", 0, 0)
			h.answer(ctx, tx, id+1, 2, 5, 1)
		}
		return nil
	})
	if err := h.svc.Nightly(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := h.count(`SELECT json_extract(data, '$.rules') FROM evaluation_shop`); n != rules {
		t.Fatalf("the tables are of rules %d", n)
	}
	h.sql(`UPDATE evaluation_shop SET as_of = 1, data = json_remove(data, '$.rules', '$.model')`)
	h.sql(`UPDATE evaluation SET total = 1`)
	h.write(func(ctx context.Context, tx *db.Tx) error { return h.svc.MarkDirty(ctx, tx, []int64{1}) })
	h.settle()
	if n := h.count(`SELECT count(*) FROM evaluation WHERE total = 1`); n != 0 {
		t.Errorf("%d are still judged by the earlier rules", n)
	}
	if n := h.count(`SELECT json_extract(data, '$.rules') FROM evaluation_shop`); n != rules {
		t.Errorf("the tables stay of rules %d", n)
	}
}

func TestWordsOfWhatTellsNothing(t *testing.T) {
	h := newShop(t, 1)
	for _, code := range []string{"cancelled_alike", "replied_alike", "promises_alike"} {
		for _, tag := range i18n.Tags() {
			for _, n := range []int{1, 5} {
				r := Reason{Code: code, Nums: nums("k", 0, "n", n)}
				r.Sentence(h.svc.words.For(tag), "GBP")
			}
		}
	}
	if missing := h.svc.words.Missing(); len(missing) > 0 {
		t.Errorf("no words for %v", missing)
	}
}
