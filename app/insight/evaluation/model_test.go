package evaluation

import (
	"context"
	"errors"
	"math"
	"math/rand"
	"reflect"
	"testing"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var decider = as(1, auth.Owner, auth.All, Read, Write, Override)

// somewhere fills a shop with random histories and judges it.
func somewhere(t *testing.T, seed int64, customers int) *shop {
	t.Helper()
	h := newShop(t, customers)
	rnd := rand.New(rand.NewSource(seed))
	h.write(func(ctx context.Context, tx *db.Tx) error {
		for range customers * 8 {
			if err := h.something(ctx, tx, rnd, int64(1+rnd.Intn(customers))); err != nil {
				return err
			}
		}
		return nil
	})
	if err := h.svc.Nightly(context.Background()); err != nil {
		t.Fatal(err)
	}
	h.settle()
	return h
}

func latest(t *testing.T, h *shop) Draft {
	t.Helper()
	m, err := h.svc.Latest(decider)
	if err != nil {
		t.Fatal(err)
	}
	return m.Draft()
}

func TestADraftThatMakesNoSenseIsRefused(t *testing.T) {
	h := newShop(t, 1)
	for name, c := range map[string]struct {
		change func(d *Draft)
		field  string
	}{
		"sums to 95":     {func(d *Draft) { d.Weights[Purchase] = 20 }, "weights"},
		"no number":      {func(d *Draft) { d.Weights[Purchase] = math.NaN() }, "w.purchase"},
		"endless":        {func(d *Draft) { d.Weights[Purchase] = math.Inf(1) }, "w.purchase"},
		"negative":       {func(d *Draft) { d.Weights[Purchase], d.Weights[Payment] = -5, 50 }, "w.purchase"},
		"huge":           {func(d *Draft) { d.Weights[Purchase] = 1e300 }, "w.purchase"},
		"one dimension":  {func(d *Draft) { d.Weights = map[string]float64{Purchase: 100} }, "weights"},
		"unknown":        {func(d *Draft) { d.Weights["age"], d.Weights[Purchase] = 5, 20 }, "weights"},
		"bounds crossed": {func(d *Draft) { d.Bounds["B"] = 85 }, "b.B"},
		"bound missing":  {func(d *Draft) { delete(d.Bounds, "C") }, "b.C"},
		"bound NaN":      {func(d *Draft) { d.Bounds["C"] = math.NaN() }, "b.C"},
		"mode":           {func(d *Draft) { d.Mode = "lottery" }, "mode"},
		"shares":         {func(d *Draft) { d.Mode, d.Shares = ByShare, map[string]float64{"A": 50, "B": 30, "C": 30, "D": 20} }, "shares"},
		"hysteresis":     {func(d *Draft) { d.Hysteresis = 99 }, "hysteresis"},
		"days":           {func(d *Draft) { d.OverdueDays = -1 }, "overdue_days"},
		"cap":            {func(d *Draft) { d.OverdueGrade = "E" }, "overdue_grade"},
		"tag":            {func(d *Draft) { d.DebtTag = 99 }, "debt_tag"},
		"same tag":       {func(d *Draft) { d.DebtTag, d.BlockedTag = 1, 1 }, "blocked_tag"},
	} {
		d := latest(t, h)
		c.change(&d)
		for _, err := range []error{second(h.svc.Rehearse(decider, d)), second(h.svc.Publish(decider, d))} {
			var e *errs.Error
			if !errors.As(err, &e) || e.Kind != errs.Invalid || e.Fields[c.field].Key == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if _, err := h.svc.Publish(decider, latest(t, h)); !errs.Is(err, errs.Invalid) {
		t.Errorf("the same once more: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// What the rehearsal says is what publishing does, to everybody; and rehearsing
// leaves nothing behind.
func TestARehearsalComesTrue(t *testing.T) {
	for seed := range int64(4) {
		h := somewhere(t, seed, 60)
		before := h.all()
		rnd := rand.New(rand.NewSource(seed))
		d := latest(t, h)
		d.Weights = map[string]float64{Purchase: 10, Payment: 40, Cooperation: 20, Satisfaction: 20, Advocacy: 10}
		d.Bounds["A"] = 70 + float64(rnd.Intn(15))
		if seed%2 == 1 {
			d.Mode, d.Shares = ByShare, map[string]float64{"A": 20, "B": 30, "C": 30, "D": 20}
		}
		r, err := h.svc.Rehearse(decider, d)
		if err != nil || r.Of != r.All || r.Scored == 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		if !reflect.DeepEqual(before, h.all()) {
			t.Fatal("the rehearsal wrote")
		}
		grades := map[string]int{}
		for _, e := range before {
			if e.Total != nil {
				grades[e.Grade]++
			}
		}
		for _, g := range Grades {
			if r.Grades[g].Before != grades[g] {
				t.Errorf("seed %d: %d had %s, the rehearsal says %d", seed, grades[g], g, r.Grades[g].Before)
			}
		}
		snapshots := h.count(`SELECT count(*) FROM evaluation_snapshot WHERE model_id = 1`)
		d.AtOnce = true
		m, err := h.svc.Publish(decider, d)
		if err != nil || m.ID != 2 || m.Author != "Ada" {
			t.Fatalf("%+v, %v", m, err)
		}
		if err := h.svc.beat(context.Background()); err != nil {
			t.Fatal(err)
		}
		after := map[int64]Evaluation{}
		grades = map[string]int{}
		for _, e := range h.all() {
			after[e.CustomerID] = e
			if e.ModelID != 2 {
				t.Fatalf("customer %d is judged by version %d", e.CustomerID, e.ModelID)
			}
			if e.Total != nil {
				grades[e.Grade]++
			}
		}
		for _, g := range Grades {
			if r.Grades[g].After != grades[g] {
				t.Errorf("seed %d: %d got %s, the rehearsal said %d", seed, grades[g], g, r.Grades[g].After)
			}
		}
		for _, m := range r.Movers {
			if got := after[m.ID]; *got.Total != *m.After.Total || got.Grade != m.After.Grade || m.Name == "" || len(m.Shifts) == 0 {
				t.Errorf("%s became %v %s, the rehearsal said %v %s", m.Name, *got.Total, got.Grade, *m.After.Total, m.After.Grade)
			}
		}
		if n := h.count(`SELECT count(*) FROM evaluation_snapshot WHERE model_id = 1`); n != snapshots {
			t.Errorf("%d snapshots of version 1, there were %d", n, snapshots)
		}
	}
}

func TestAVersionWaitsForTheNightUnlessItIsToHoldAtOnce(t *testing.T) {
	h := somewhere(t, 3, 30)
	d := latest(t, h)
	d.Weights = map[string]float64{Purchase: 50, Payment: 50}
	d.AtOnce = false
	if _, err := h.svc.Publish(decider, d); err != nil {
		t.Fatal(err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error { return h.svc.MarkDirty(ctx, tx, ids(30)) })
	if err := h.svc.beat(context.Background()); err != nil {
		t.Fatal(err)
	}
	p, err := h.svc.Progress(decider)
	if err != nil || !p.Waiting() || p.Busy() || p.InForce != 1 || p.Latest != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, e := range h.all() {
		if e.ModelID != 1 {
			t.Fatal("judged by a version that waits")
		}
	}
	if err := h.svc.Hurry(decider); err != nil {
		t.Fatal(err)
	}
	if err := h.svc.beat(context.Background()); err != nil {
		t.Fatal(err)
	}
	if p, err = h.svc.Progress(decider); err != nil || p.Waiting() || p.Busy() || p.InForce != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
}

func TestTwoWhoPublishDoNotOverrunEachOther(t *testing.T) {
	h := newShop(t, 1)
	mine, theirs := latest(t, h), latest(t, h)
	theirs.Weights = map[string]float64{Purchase: 50, Payment: 50}
	if _, err := h.svc.Publish(decider, theirs); err != nil {
		t.Fatal(err)
	}
	mine.Bounds["A"] = 90
	if _, err := h.svc.Publish(decider, mine); !errs.Is(err, errs.Conflict) {
		t.Errorf("overran: %v", err)
	}
	if _, err := h.svc.Again(decider, 1, 1); !errs.Is(err, errs.Conflict) {
		t.Errorf("overran by an earlier version: %v", err)
	}
	m, err := h.svc.Again(decider, 1, 2)
	if err != nil || m.ID != 3 || m.Repeats != 1 || m.Weights[Purchase] != 25 {
		t.Fatalf("%+v, %v", m, err)
	}
	list, err := h.svc.Models(decider)
	if err != nil || len(list) != 3 || list[1].Weights[Purchase] != 50 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestOnlyWhoSeesEverybodyDecides(t *testing.T) {
	h := newShop(t, 1)
	d := latest(t, h)
	for name, ctx := range map[string]context.Context{"no permission": as(2, "member", auth.All, Read), "own customers only": as(2, "manager", auth.Own, Read, Write)} {
		for _, err := range []error{second(h.svc.Rehearse(ctx, d)), second(h.svc.Publish(ctx, d)), second(h.svc.Again(ctx, 1, 1)), h.svc.Hurry(ctx)} {
			if !errs.Is(err, errs.Denied) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// A version that grades by share gives the best fifth an A, whatever their points.
func TestSharesAreKept(t *testing.T) {
	var sums totals
	rnd := rand.New(rand.NewSource(5))
	var all []float64
	for range 1000 {
		v := 30 + 40*rnd.Float64()
		all = append(all, v)
		sums.add(&v)
	}
	cuts := sums.cuts(map[string]float64{"A": 20, "B": 30, "C": 30, "D": 20})
	got := map[string]int{}
	for _, v := range all {
		got[letter(v, cuts, 0)]++
	}
	for g, want := range map[string]int{"A": 200, "B": 300, "C": 300, "D": 200} {
		if math.Abs(float64(got[g]-want)) > 8 {
			t.Errorf("%d of 1,000 got %s, want %d", got[g], g, want)
		}
	}
	var few totals
	for range fewBuyers - 1 {
		v := 50.
		few.add(&v)
	}
	if few.cuts(map[string]float64{"A": 20, "B": 30, "C": 30, "D": 20}) != nil {
		t.Error("fourteen customers were shared out")
	}
}

func TestTagsHoldAGradeDown(t *testing.T) {
	m := model
	m.DebtTag, m.BlockedTag = 1, 2
	f := facts{answers: []reply{{1, "csat", 5, today}, {2, "csat", 5, today}, {3, "nps", 10, today}, {4, "nps", 10, today}, {5, "nps", 10, today}}}
	for _, c := range []struct {
		debt, blocked bool
		grade, why    string
	}{{false, false, "A", ""}, {true, false, "C", CapDebt}, {true, true, "D", CapBlocked}} {
		f.debt, f.blocked = c.debt, c.blocked
		if e := evaluate(f, Shop{}, m, today, ""); e.Grade != c.grade || e.Cap != c.why || e.Settled != "A" {
			t.Errorf("%+v gives %s %q %s", c, e.Grade, e.Cap, e.Settled)
		}
	}
}
