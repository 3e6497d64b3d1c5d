package evaluation

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

func TestAnOwnDimensionIsAScaleThatMayTurnRound(t *testing.T) {
	more, less := Own{Low: 2, High: 10}, Own{Low: 5, High: 0}
	for _, c := range []struct {
		o       Own
		v, want float64
	}{{more, 0, 0}, {more, 2, 0}, {more, 6, 50}, {more, 10, 100}, {more, 99, 100}, {less, 0, 100}, {less, 5, 0}, {less, 9, 0}, {less, 1, 80}} {
		if got := c.o.scale(c.v); got != c.want {
			t.Errorf("%v on %v..%v is %v, want %v", c.v, c.o.Low, c.o.High, got, c.want)
		}
	}
}

func TestAChecklistCountsWhatHasNotEnded(t *testing.T) {
	o := Own{ID: 7, Kind: ByChecklist, Need: 2, Items: Items{{1, "a", 3}, {2, "b", 1}, {3, "c", 1}}}
	f := facts{checks: map[point]answer{{7, 1}: {1, true, "2026-05-01"}, {7, 2}: {2, false, "2026-04-01"}, {8, 3}: {3, false, "2027-01-01"}}}
	on := func(day cal.Date) part { return o.part(f, day) }
	if p := on("2026-04-01"); !p.known || p.raw != 75 || p.n != 2 || len(p.evidence) != 2 {
		t.Errorf("on its last day an answer counts: %+v", p)
	}
	if p := on("2026-04-02"); p.known || p.reasons[0].Code != "own_unchecked" {
		t.Errorf("a day later one is left, and two are needed: %+v", p)
	}
}

func TestACountKnowsHowLongSomebodyIsKnown(t *testing.T) {
	o := Own{ID: 1, Kind: ByCount, Counted: "visit", Months: 12, Low: 0, High: 4}
	f := facts{since: "2026-01-01"}
	f.happened("visit", 1, "2026-02-01")
	f.happened("call", 2, "2026-02-02")
	f.happened("visit", 3, "2024-02-01")
	if p := o.part(f, "2026-01-20"); p.known {
		t.Error("judged after three weeks")
	}
	p := o.part(f, "2026-07-02")
	if !p.known || p.raw != 25 || math.Abs(p.n-6) > .1 || len(p.evidence) != 1 {
		t.Errorf("one visit in a year, known for six months: %+v", p)
	}
	f.orders = []order{{on: "2020-01-01"}}
	if p := o.part(f, "2026-07-02"); p.n != 12 {
		t.Errorf("an old order says since when: %v", p.n)
	}
}

// Nobody is judged by what they are: not by a name, not by a field, not by a
// group, in neither language.
func TestNobodyIsJudgedByWhatTheyAre(t *testing.T) {
	h := newShop(t, 1)
	for _, name := range []string{"Age", "Customer age", "gender", "Birth year", "ethnic_group", "Religion", "年龄", "客户性别", "民族", "政治面貌", "属相"} {
		o := Own{Kind: ByChecklist, NameEN: name, Need: 1, Days: 30, Items: Items{{Text: "x", Weight: 1}}}
		if _, err := h.svc.Make(decider, o); !errs.Is(err, errs.Invalid) {
			t.Errorf("a dimension called %q: %v", name, err)
		}
		o.NameEN, o.Items[0].Text = "Fine", name
		if _, err := h.svc.Make(decider, o); !errs.Is(err, errs.Invalid) {
			t.Errorf("a question about %q: %v", name, err)
		}
		if unfit(custom.Field{NameEN: name}, nil) == "" || unfit(custom.Field{NameEN: "fine", Key: name}, nil) == "" {
			t.Errorf("a field %q", name)
		}
	}
	for _, name := range []string{"Percentage of repeat orders", "Message speed", "Average basket", "Trace of orders", "年度采购计划"} {
		if aboutThePerson(name) {
			t.Errorf("%q says nothing of a person", name)
		}
	}
	if unfit(custom.Field{NameEN: "Margin", Sensitive: true}, nil) == "" {
		t.Error("a sealed field")
	}
	if _, err := h.svc.Make(decider, Own{Kind: ByField, NameEN: "Fine", Field: 2, High: 100}); !errs.Is(err, errs.Invalid) {
		t.Errorf("by the field for age: %v", err)
	}
}

// No price, discount or refusal follows from a score: what sells knows of none.
func TestNothingThatSellsLooksAtAScore(t *testing.T) {
	hints := map[string]bool{"habit.go": true, "store_habit.go": true} // how high a limit might be, told beside the field
	looks := regexp.MustCompile(`(?i)\bevaluation\b|\.grade\b|\bs\.score\b|value_score|health_score`)
	for _, area := range []string{"order", "quote", "contract", "payment", "product", "receivable"} {
		err := filepath.WalkDir(filepath.Join("..", "..", "sales", area), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || hints[filepath.Base(path)] {
				return err
			}
			text, err := os.ReadFile(path)
			for i, line := range strings.Split(string(text), "\n") {
				if looks.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "//") {
					t.Errorf("%s:%d looks at a score: %s", path, i+1, line)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAGroupHasItsOwnWeightsAndTheFirstThatFitsCounts(t *testing.T) {
	m := Model{Weights: map[string]float64{Purchase: 50, Advocacy: 50}, Groups: []Group{
		{By: "level", Of: "A", Weights: map[string]float64{Purchase: 100}}, {By: "f3", Of: "Café", Weights: map[string]float64{Advocacy: 100}}}}
	for by, f := range map[string]facts{"": {level: "B"}, "level=A": {level: "A", values: custom.Values{"f3": "Café"}}, "f3=Café": {values: custom.Values{"f3": "Café"}}} {
		if w, got := m.weightsOf(f); got != by || len(w) == 0 {
			t.Errorf("%+v is weighed by %q, want %q", f, got, by)
		}
	}
}

func TestOwnDimensionsComeWithTheVersionThatWeighsThem(t *testing.T) {
	h := newShop(t, 3)
	m := h.ownModel(false)
	if len(m.Own) != 4 || m.ID != 2 {
		t.Fatalf("%+v", m)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		h.order(ctx, tx, 1, 5, 5000, "completed", 0, 0)
		h.order(ctx, tx, 1, 400, 5000, "completed", 0, 0)
		h.exec(ctx, tx, `UPDATE customer SET fields = '{"f1":10}' WHERE id = 1`)
		return nil
	})
	yes, no := true, false
	filler := as(1, "owner", "all", Read, Fill)
	if err := h.svc.Answer(filler, 1, 3, []Said{{Item: 1, Yes: &yes}, {Item: 2, Yes: &no, Note: "forgot twice"}}); err != nil {
		t.Fatal(err)
	}
	e, err := h.svc.Get(boss, 1)
	if err != nil {
		t.Fatal(err)
	}
	sum := 50.0
	for _, d := range e.Dimensions {
		sum += d.Contribution
	}
	if math.Abs(sum-*e.Total) > .1 || *e.Dimension("own_1").Score != 50 || len(e.Dimension("own_3").Evidence) != 2 || e.ModelID != 2 {
		t.Errorf("%+v", e)
	}
	// Shrunk: two answers of which two thirds by weight are yes.
	if got := *e.Dimension("own_3").Score; math.Abs(got-(2./3*66.667+1./3*50)) > .1 {
		t.Errorf("the checklist comes to %v", got)
	}
	// What is changed holds with the next version only.
	o, err := h.svc.Own(decider, 1)
	if err != nil {
		t.Fatal(err)
	}
	o.High = 10
	if o, err = h.svc.Redo(decider, 1, o.Version, o); err != nil {
		t.Fatal(err)
	}
	if _, err := h.svc.Redo(decider, 1, o.Version-1, o); !errs.Is(err, errs.Conflict) {
		t.Errorf("over another change: %v", err)
	}
	h.clock.Add(25 * time.Hour)
	if e, err = h.svc.Get(boss, 1); err != nil || *e.Dimension("own_1").Score != 50 {
		t.Errorf("before publishing: %v, %v", *e.Dimension("own_1").Score, err)
	}
	if err := h.svc.Drop(decider, 1); !errs.Is(err, errs.Invalid) {
		t.Errorf("deleted while it weighs: %v", err)
	}
	d, _, err := h.svc.Begin(decider)
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.svc.Rehearse(decider, d)
	if err != nil || len(r.Groups) != 2 || r.Groups[0].N+r.Groups[1].N != 0 {
		t.Errorf("rehearsed: %+v, %v", r.Groups, err)
	}
	if _, err = h.svc.Publish(decider, d); err != nil {
		t.Fatal(err)
	}
	if err := h.svc.beat(context.Background()); err != nil {
		t.Fatal(err)
	}
	if e, err = h.svc.Get(boss, 1); err != nil || e.ModelID != 3 || *e.Dimension("own_1").Score != 100 {
		t.Errorf("after publishing: version %d, %v, %v", e.ModelID, *e.Dimension("own_1").Score, err)
	}
	if old, err := h.svc.Model(boss, 2); err != nil || old.Own[0].High != 20 {
		t.Errorf("the old version reads %v, %v", old.Own[0].High, err)
	}
	// An answer ends with its day.
	list, err := h.svc.Ending(filler)
	if err != nil || len(list) != 0 {
		t.Errorf("ending: %+v, %v", list, err)
	}
	h.clock.Add(80 * 24 * time.Hour)
	if list, err = h.svc.Ending(filler); err != nil || len(list) != 1 || list[0].N != 2 {
		t.Errorf("ending: %+v, %v", list, err)
	}
	h.clock.Add(20 * 24 * time.Hour)
	if e, err = h.svc.Get(boss, 1); err != nil || e.Dimension("own_3").Score != nil {
		t.Errorf("ended answers count: %+v, %v", e.Dimension("own_3"), err)
	}
	// Whoever objects has nothing filled in about them.
	h.write(func(ctx context.Context, tx *db.Tx) error {
		h.exec(ctx, tx, `UPDATE customer SET no_profiling = 1 WHERE id = 1`)
		return h.bus.Publish(ctx, tx, changed{"customer.profiling", 1})
	})
	if err := h.svc.Answer(filler, 1, 3, []Said{{Item: 1, Yes: &yes}}); !errs.Is(err, errs.Invalid) || h.count(`SELECT count(*) FROM evaluation_check`) != 0 {
		t.Errorf("filled in about somebody who objects: %v", err)
	}
}

func TestTheForecastTakesThePlaceOfTheMarginWhereItPassed(t *testing.T) {
	f := facts{orders: []order{{id: 1, on: "2026-01-01"}, {id: 2, on: "2026-02-01"}}, margin: 500, costed: 2, foreseen: &foreseen{3.14, 9000}}
	s := Shop{Margins: 20, Margin: tableOf([]float64{100, 500, 900}), Foreseen: tableOf([]float64{1000, 9000})}
	if p := f.lifetime(s); p.raw != 50 || p.reasons[0].Code != "margin_pct" {
		t.Errorf("hidden, the forecast says nothing: %+v", p)
	}
	s.Worth = Worth{Shown: true, Months: 12, Margin: .4, Source: "costs", Yearly: 10}
	p := f.lifetime(s)
	if p.raw != 75 || p.reasons[0].Code != "worth_pct" || p.reasons[1].Code != "worth_terms.costs" || p.reasons[1].Nums["margin"] != 40 {
		t.Errorf("%+v", p)
	}
	f.foreseen = nil
	if p := f.lifetime(s); p.reasons[0].Code != "margin_pct" {
		t.Errorf("who is not foreseen yet: %+v", p)
	}
}

// A forecast that is made anew is taken up beside the work, without waiting for
// the night.
func TestANewForecastIsTakenUp(t *testing.T) {
	h := newShop(t, 20)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for id := range int64(20) {
			h.order(ctx, tx, id+1, 10, 1000*(id+1), "completed", 0, 0)
		}
		return nil
	})
	if err := h.svc.Nightly(context.Background()); err != nil {
		t.Fatal(err)
	}
	if e, err := h.svc.Get(boss, 20); err != nil || e.Dimension(Lifetime).Score != nil {
		t.Fatalf("%+v, %v", e.Dimension(Lifetime), err)
	}
	put := func(shown string, best int64) {
		h.clock.Add(time.Minute)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			h.exec(ctx, tx, `DELETE FROM prediction_worth`)
			for id := range int64(20) {
				worth := id
				if id+1 == best {
					worth = 99
				}
				h.exec(ctx, tx, `INSERT INTO prediction_worth (customer_id, orders, worth, alive) VALUES (?, 2.5, ?, -1)`, id+1, worth)
			}
			h.exec(ctx, tx, `INSERT INTO prediction_figure (name, as_of, data) VALUES ('worth', ?, ?) ON CONFLICT DO UPDATE SET as_of = excluded.as_of, data = excluded.data`,
				db.At(tx.Now), `{"shown":`+shown+`,"source":"revenue","margin":1,"yearly":10}`)
			return nil
		})
		if err := h.svc.beat(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	score := func(id int64) *float64 {
		for _, e := range h.all() {
			if e.CustomerID == id {
				return e.Dimension(Lifetime).Score
			}
		}
		return nil
	}
	put("true", 1)
	if one, twenty := score(1), score(20); one == nil || twenty == nil || *one <= *twenty {
		t.Fatalf("the best is foreseen at %v, the next at %v", one, twenty)
	}
	put("true", 20)
	if one, twenty := score(1), score(20); *one >= *twenty {
		t.Errorf("a new forecast: %v and %v", *one, *twenty)
	}
	put("false", 20)
	if score(20) != nil {
		t.Error("a hidden forecast still counts")
	}
}

// The grades that are kept by the month are those that the snapshots tell.
func TestMonthsAreKeptAsTheSnapshotsTell(t *testing.T) {
	h := newShop(t, 6)
	h.clock.Set(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC))
	grow := func(id int64, total int64) {
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for range 3 {
				h.order(ctx, tx, id, 1, total, "completed", 0, 0)
			}
			return h.bus.Publish(ctx, tx, changed{"order.placed", id})
		})
		h.settle()
	}
	night := func() {
		if err := h.svc.Nightly(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	grow(1, 1000)
	grow(2, 9000)
	night()
	for month := range 4 {
		h.clock.Add(20 * 24 * time.Hour)
		grow(int64(month+2), 50000)
		night()
		grow(1, 100)
	}
	for _, month := range []string{"2026-05", "2026-06", "2026-07", "2026-08"} {
		kept, err := h.svc.Moves(boss, month)
		if err != nil {
			t.Fatal(err)
		}
		h.shopSays(`json_remove(data, '$.since')`) // as before the first night with it
		live, err := h.svc.Moves(boss, month)
		if err != nil {
			t.Fatal(err)
		}
		h.shopSays(`json_set(data, '$.since', '2026-05')`)
		if len(kept.Counts) == 0 || len(kept.Counts) != len(live.Counts) {
			t.Errorf("%s: kept %v, snapshots %v", month, kept.Counts, live.Counts)
		}
		for cell, n := range live.Counts {
			if kept.Counts[cell] != n {
				t.Errorf("%s %v: kept %d, snapshots %d", month, cell, kept.Counts[cell], n)
			}
		}
	}
}

// shopSays changes what the night left behind.
func (h *shop) shopSays(data string) {
	h.clock.Add(time.Second)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		h.exec(ctx, tx, `UPDATE evaluation_shop SET as_of = as_of + 1, data = `+data)
		return nil
	})
}

// After an upgrade the months before are filled from the snapshots, and counts of
// everybody are those of the rows.
func TestMonthsBeforeAreFilledAndCountsAgree(t *testing.T) {
	h := newShop(t, 12)
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for id := range int64(12) {
			for n := range id + 1 {
				h.order(ctx, tx, id+1, int(5*n), 1000*(id+1), "completed", 0, 0)
			}
		}
		today := h.today()
		for i, grade := range []string{"C", "B", "A"} {
			h.exec(ctx, tx, `INSERT INTO evaluation_snapshot (customer_id, model_id, as_of, total, grade, confidence, dimensions) VALUES (1, 1, ?, 70, ?, 1, '{}')`,
				db.At(time.Date(today.Year(), today.Month()-time.Month(3-i), 10, 0, 0, 0, 0, time.UTC)), grade)
		}
		return nil
	})
	if err := h.svc.Nightly(context.Background()); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := h.db.Reader(boss).Select(boss, &got, `SELECT was || '>' || became FROM evaluation_month WHERE customer_id = 1 ORDER BY month`); err != nil || len(got) != 4 || got[0] != ">C" || got[1] != "C>B" || got[2] != "B>A" {
		t.Errorf("%v, %v", got, err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		h.exec(ctx, tx, `UPDATE customer SET no_profiling = 1 WHERE id = 12`)
		h.exec(ctx, tx, `DELETE FROM customer WHERE id = 11`)
		return h.bus.Publish(ctx, tx, changed{"customer.profiling", 12})
	})
	n := h.count(`SELECT count(*) FROM (SELECT grade, quadrant, ten, n FROM evaluation_spread WHERE n <> 0 EXCEPT
		SELECT grade, quadrant, CASE WHEN total IS NULL THEN -1 ELSE min(9, CAST(total / 10 AS INTEGER)) END, count(*) FROM evaluation GROUP BY 1, 2, 3)`)
	if all := h.count(`SELECT sum(n) FROM evaluation_spread`); n != 0 || all != 10 {
		t.Errorf("%d counts differ, %d together", n, all)
	}
}
