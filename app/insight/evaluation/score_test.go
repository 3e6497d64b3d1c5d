package evaluation

import (
	"fmt"
	"math"
	"math/rand"
	"testing"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
)

const today = cal.Date("2026-03-02")

var model = Model{ID: 1, Weights: map[string]float64{Purchase: 25, Payment: 20, Cooperation: 10, Satisfaction: 15, Advocacy: 10, Lifetime: 20},
	Bounds: map[string]float64{"A": 80, "B": 60, "C": 40}, Rules: Rules{Mode: ByPoints, Hysteresis: 3, OverdueDays: 60, OverdueGrade: "C"}}

func paid(id int64, on cal.Date, total int64, lateDays int) order {
	return order{id: id, on: on, due: on, total: total, paid: []payment{{on.AddDays(lateDays), total}}}
}

// buyers is a shop of n customers, the i-th with i orders of i pounds, the
// last of them i days ago.
func buyers(n int) Shop {
	var c census
	for i := 1; i <= n; i++ {
		f := facts{customer: int64(i)}
		for k := range i {
			f.orders = append(f.orders, paid(int64(i*1000+k), today.AddDays(-i), int64(100*i), 0))
		}
		c.add(f, today)
	}
	return c.shop(today)
}

func TestPercentilesAreMidRank(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	var xs []float64
	for range 400 {
		xs = append(xs, float64(rnd.Intn(60)))
	}
	table := tableOf(xs) // sorts xs
	for v := -2.0; v < 63; v++ {
		if got, want := table.Rank(v), stats.PercentileRank(xs, v); math.Abs(got-want) > 1e-9 {
			t.Errorf("rank of %v is %v, want %v", v, got, want)
		}
	}
	if got := tableOf([]float64{1, 2, 2, 3}).Rank(2); got != 50 {
		t.Errorf("the middle ranks %v", got)
	}
	if got := (Table{}).Rank(7); got != 50 {
		t.Errorf("without data %v", got)
	}
}

func TestLongTablesAreThinnedWithoutHarm(t *testing.T) {
	rnd := rand.New(rand.NewSource(2))
	xs := make([]float64, 50000)
	for i := range xs {
		xs[i] = math.Round(math.Exp(rnd.NormFloat64()*2+8) * 100)
	}
	table := tableOf(xs)
	if len(table.V) > tableSize {
		t.Fatalf("%d values", len(table.V))
	}
	for range 500 {
		v := xs[rnd.Intn(len(xs))]
		if got, want := table.Rank(v), stats.PercentileRank(xs, v); math.Abs(got-want) > .2 {
			t.Errorf("rank of %v is %v, want %v", v, got, want)
		}
	}
}

func TestPurchaseByHand(t *testing.T) {
	shop := buyers(20)
	f := facts{customer: 10}
	for k := range 10 {
		f.orders = append(f.orders, paid(int64(k), today.AddDays(-10), 1000, 0))
	}
	p := f.purchase(shop, today)
	// the 10th of 20: fewer days than 10 of them, more orders and more money than 9
	want := (100*10.5/20 + 100*9.5/20 + 100*9.5/20) / 3
	if math.Abs(p.raw-want) > 1e-9 || p.n != 10 {
		t.Errorf("raw %v of n %v, want %v", p.raw, p.n, want)
	}
	if got := fmt.Sprint(p.reasons[0].Code, p.reasons[0].Nums); got != "orders_pctmap[n:10 pct:48]" {
		t.Errorf("reason %s", got)
	}
	if len(p.evidence) != maxEvidence {
		t.Errorf("%d rows of evidence", len(p.evidence))
	}
}

func TestPurchaseInAYoungShopUsesFixedSteps(t *testing.T) {
	shop := buyers(3)
	good := facts{orders: []order{paid(1, today, 1000, 0), paid(2, today, 1000, 0), paid(3, today, 1000, 0), paid(4, today, 1000, 0)}}
	lapsed := facts{orders: []order{paid(5, today.AddDays(-500), 1000, 0)}}
	a, b := good.purchase(shop, today), lapsed.purchase(shop, today)
	if !a.known || !b.known || a.raw < 70 || b.raw > 20 {
		t.Errorf("good %v, lapsed %v", a.raw, b.raw)
	}
	if last := a.reasons[len(a.reasons)-1]; last.Code != "few_buyers" {
		t.Errorf("it does not say so: %+v", a.reasons)
	}
}

func TestPaymentByHand(t *testing.T) {
	shop := Shop{OnTime: .8}
	f := facts{orders: []order{paid(1, "2026-01-01", 100, 0), paid(2, "2026-01-02", 100, 0), paid(3, "2026-01-03", 200, 28)}}
	p := f.payment(shop, today)
	// weighed lateness 14 days is 70 points (PAYDEX); on time (2 + 2*.8)/(3+2)
	if want := .6*70 + 40*(3.6/5); math.Abs(p.raw-want) > 1e-9 {
		t.Errorf("raw %v, want %v", p.raw, want)
	}
	if got := fmt.Sprint(p.reasons[0].Nums, p.reasons[1].Code, p.reasons[1].Nums); got != "map[k:2 n:3]days_latemap[n:14]" {
		t.Errorf("reasons %s", got)
	}
	f.orders = f.orders[:2]
	if p := f.payment(shop, today); p.known || p.reasons[0].Code != "need_settled" {
		t.Errorf("two settled orders: %+v", p)
	}
}

func TestOverdueLowersAndCaps(t *testing.T) {
	shop := buyers(20)
	f := facts{answers: []reply{{1, "csat", 5, today}, {2, "csat", 5, today}, {3, "nps", 10, today}, {4, "nps", 10, today}, {5, "nps", 10, today}}}
	for k := range 30 {
		f.orders = append(f.orders, paid(int64(k), today.AddDays(-k), 9000, -31))
	}
	good := evaluate(f, shop, model, today, "")
	if good.Grade != "A" || good.Cap != "" {
		t.Fatalf("%s %v", good.Grade, *good.Total)
	}
	f.orders = append(f.orders, order{id: 99, on: today.AddDays(-95), due: today.AddDays(-65), terms: true, total: 500})
	bad := evaluate(f, shop, model, today, "")
	if bad.Grade != "C" || bad.Cap != "overdue" || *bad.Total >= *good.Total {
		t.Errorf("65 days overdue: %s %s %v", bad.Grade, bad.Cap, *bad.Total)
	}
	if bad.Settled == "C" {
		t.Error("the cap leaks into the grade that hysteresis leans on")
	}
	// a shop that keeps no payments has nothing overdue
	silent := facts{orders: []order{{id: 1, on: "2025-01-01", due: "2025-01-01", total: 500}}}
	if days, _, _ := silent.overdue(today); days != 0 {
		t.Errorf("overdue by %d days without any payment kept", days)
	}
}

func TestSatisfactionForgets(t *testing.T) {
	f := facts{answers: []reply{{1, "csat", 1, today.AddDays(-180)}, {2, "csat", 5, today}}}
	p := f.satisfaction(today)
	if want := 100 / 1.5; math.Abs(p.raw-want) > 1e-9 || math.Abs(p.n-1.5) > 1e-9 {
		t.Errorf("raw %v n %v, want %v", p.raw, p.n, want)
	}
	if p := (facts{answers: []reply{{1, "ces", 4, today}}}).satisfaction(today); p.raw != 50 {
		t.Errorf("the middle of CES is %v", p.raw)
	}
}

func TestShrinkageAndMissingData(t *testing.T) {
	one := evaluate(facts{answers: []reply{{1, "nps", 10, today}}}, Shop{}, model, today, "")
	if one.Total != nil || one.Grade != "" || one.Quadrant != "" {
		t.Errorf("graded on one dimension: %+v", one)
	}
	if s := one.Dimension(Advocacy).Score; s == nil || *s != 75 {
		t.Errorf("one ten is %v, want 75", s)
	}
	two := evaluate(facts{answers: []reply{{1, "nps", 10, today}, {2, "csat", 1, today}}}, Shop{}, model, today, "")
	// advocacy 75 x 10, satisfaction 25 x 15, nothing else
	if two.Total == nil || math.Abs(*two.Total-(750+375)/25.) > .01 || *two.Health != *two.Total || two.Value != nil {
		t.Errorf("two dimensions: %+v", two)
	}
	if math.Abs(two.Confidence-.125) > 1e-9 || !two.Provisional() {
		t.Errorf("confidence %v", two.Confidence)
	}
	empty := evaluate(facts{}, Shop{}, model, today, "")
	for _, d := range empty.Dimensions {
		if d.Score != nil || d.Contribution != 0 || len(d.Reasons) == 0 {
			t.Errorf("%s of nobody: %+v", d.Key, d)
		}
	}
}

func TestHysteresis(t *testing.T) {
	for _, c := range []struct {
		total  float64
		before string
		want   string
	}{
		{81, "", "A"}, {81, "B", "B"}, {83, "B", "A"}, {79, "A", "A"}, {77, "A", "A"}, {76.9, "A", "B"}, {81, "C", "B"}, {62, "C", "C"},
		{63, "C", "B"}, {90, "D", "A"}, {10, "A", "D"}, {38, "A", "C"}, {36, "A", "D"}, {39.9, "", "D"}, {40, "", "C"},
	} {
		if got := gradeOf(c.total, c.before, model.Bounds, model.Hysteresis); got != c.want {
			t.Errorf("%v coming from %q is %s, want %s", c.total, c.before, got, c.want)
		}
	}
}

// randomFacts is a customer with any history, however odd.
func randomFacts(rnd *rand.Rand, id int64) facts {
	f := facts{customer: id}
	for k := range rnd.Intn(12) {
		o := order{id: id*100 + int64(k), on: today.AddDays(-rnd.Intn(700)), total: int64(rnd.Intn(100000)), cancelled: rnd.Intn(8) == 0}
		o.due = o.on
		if rnd.Intn(2) == 0 {
			o.due, o.terms = o.on.AddDays(30), true
		}
		for range rnd.Intn(3) {
			o.paid = append(o.paid, payment{o.on.AddDays(rnd.Intn(120)), int64(rnd.Intn(100000) - 1000)})
		}
		f.orders = append(f.orders, o)
	}
	for k := range rnd.Intn(5) {
		kind := []string{"nps", "csat", "ces", "custom"}[rnd.Intn(4)]
		score := map[string]int{"nps": rnd.Intn(11), "csat": 1 + rnd.Intn(5), "ces": 1 + rnd.Intn(7), "custom": 3}[kind]
		f.answers = append(f.answers, reply{id*100 + int64(k), kind, score, today.AddDays(-rnd.Intn(800))})
	}
	for k := range rnd.Intn(6) {
		f.asked = append(f.asked, asked{id*100 + int64(k), rnd.Intn(2) == 0})
	}
	return f
}

func TestContributionsAddUpToTheTotal(t *testing.T) {
	rnd := rand.New(rand.NewSource(3))
	var c census
	var all []facts
	for i := range 800 {
		f := randomFacts(rnd, int64(i+1))
		all = append(all, f)
		c.add(f, today)
	}
	shop := c.shop(today)
	for _, f := range all {
		e := evaluate(f, shop, model, today, Grades[rnd.Intn(4)])
		sum, weight := 50.0, 0.0
		for _, d := range e.Dimensions {
			sum += d.Contribution
			weight += d.Weight
			if d.Score == nil {
				continue
			}
			if *d.Score < 0 || *d.Score > 100 || math.IsNaN(*d.Score) || d.Trust < 0 || d.Trust > 1 {
				t.Fatalf("%s of %d is %v trusted %v", d.Key, f.customer, *d.Score, d.Trust)
			}
			if len(d.Evidence) == 0 || len(d.Reasons) == 0 {
				t.Fatalf("%s of %d has points without evidence: %+v", d.Key, f.customer, d)
			}
		}
		if e.Confidence < 0 || e.Confidence > 1 {
			t.Fatalf("confidence %v", e.Confidence)
		}
		if e.Total == nil {
			if e.Grade != "" || sum != 50 {
				t.Fatalf("no total but %+v", e)
			}
			continue
		}
		printed := 500
		for i, n := range e.tenths() {
			printed += n
			if math.Abs(float64(n)/10-e.Dimensions[i].Contribution) > .1 {
				t.Fatalf("customer %d: %v is printed as %v", f.customer, e.Dimensions[i].Contribution, float64(n)/10)
			}
		}
		if fmt.Sprintf("%.1f", float64(printed)/10) != fmt.Sprintf("%.1f", *e.Total) {
			t.Fatalf("customer %d: what is printed comes to %v, the total is %v", f.customer, float64(printed)/10, *e.Total)
		}
		if math.Abs(sum-*e.Total) > .1 || math.Abs(weight-100) > .1 {
			t.Fatalf("customer %d: %v and weights %v for a total of %v", f.customer, sum, weight, *e.Total)
		}
	}
}
