package btyd

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"regulars/app/kit/golden"
)

// table reads a file of numbers.
func table(t testing.TB, name string) [][]float64 {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]float64
	for _, row := range rows[1:] {
		var numbers []float64
		for _, cell := range row {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			numbers = append(numbers, v)
		}
		out = append(out, numbers)
	}
	return out
}

func seen(t testing.TB, name string, unit float64) []Seen {
	t.Helper()
	var out []Seen
	for _, row := range table(t, name) {
		out = append(out, Seen{int(row[0]), row[1] / unit, row[2] / unit, int(row[3])})
	}
	return out
}

func cdnow(t testing.TB) []Seen { return seen(t, "cdnow.csv", 1) }

// likeliest is the fit without the prior, as the papers have it.
func likeliest(rows []Seen) Fit { return newSample(rows).fit(Params{1, 1, 1, 1}) }

func TestGoldenCDNOW(t *testing.T) {
	type params struct{ R, Alpha, A, B, LL float64 }
	var g struct {
		Pub, Run params
		Tol      struct{ Param, LL float64 }
		New      map[string]float64 `json:"expect_X_t_pub"`
		PMF      struct {
			Params []float64
			Chance []float64 `json:"n11_20"`
		} `json:"pmf30_pub"`
		Top     map[string]float64 `json:"top5_next_week_pub"`
		Holdout struct {
			Predicted float64
			Repeat    int `json:"calibration_repeat"`
		} `json:"holdout_39w_run"`
	}
	golden.Read(t, "bgnbd_cdnow", &g)
	rows := cdnow(t)
	f := likeliest(rows)
	if f.Customers != 2357 || f.Repeat != 946 || f.Doubt != Sure || len(rows) != 1016 {
		t.Fatalf("%+v", f)
	}
	for _, want := range []params{g.Pub, g.Run} {
		golden.Near(t, "r", f.R, want.R, g.Tol.Param)
		golden.Near(t, "alpha", f.Alpha, want.Alpha, g.Tol.Param)
		golden.Near(t, "a", f.A, want.A, g.Tol.Param)
		golden.Near(t, "b", f.B, want.B, g.Tol.Param)
	}
	golden.Near(t, "LL", f.LogLik, g.Run.LL, g.Tol.LL)
	golden.Near(t, "published LL", f.LogLik, g.Pub.LL, .05)

	x2 := Seen{X: 2, Tx: 30.43, T: 38.86}
	golden.Near(t, "E[Y(39)]", f.Purchases(x2, 39), 1.226, .0005)
	golden.Near(t, "P(alive)", f.Alive(x2), .7266, .00005)
	for at, want := range g.New {
		w, _ := strconv.ParseFloat(at, 64)
		tol := .00006
		if w == 78 { // printed 1.8576 is the series after 150 terms; it goes on to 1.8580
			tol = .0004
		}
		golden.Near(t, "E[X("+at+")]", f.NewPurchases(w), want, tol)
	}
	p := g.PMF.Params
	pmf := Params{p[0], p[1], p[2], p[3]}.Distribution(30, 20)
	for i, want := range g.PMF.Chance {
		golden.Near(t, "PMF", pmf[11+i], want, 1e-9)
	}
	// The five who buy most next week, by their number in the published list.
	for id, s := range map[string]Seen{
		"157": {29, 37.71, 38, 1}, "509": {18, 35.14, 35.86, 1}, "841": {19, 34, 34.14, 1}, "1516": {26, 30.86, 31, 1}, "1981": {17, 28.43, 28.86, 1},
	} {
		golden.Near(t, "next week of "+id, f.Purchases(s, 1), g.Top[id], .0001)
	}
	sum, repeat := 0.0, 0
	for _, s := range rows {
		sum += float64(s.Customers) * f.Purchases(s, 39)
		repeat += s.Customers * s.X
	}
	golden.Near(t, "39 weeks foreseen", sum, g.Holdout.Predicted, .1)
	if repeat != g.Holdout.Repeat {
		t.Errorf("%d repeat purchases", repeat)
	}
}

// Wholesalers who buy on and on: the search ends where nobody ever leaves, and
// that is seen, with the prior too.
func TestGoldenOnlineRetailIsCaught(t *testing.T) {
	var g struct {
		Customers int
		Run       struct{ R, Alpha, A, B, LL float64 }
	}
	golden.Read(t, "bgnbd_online_retail", &g)
	rows := seen(t, "online_retail.csv", 7)
	f := likeliest(rows)
	if f.Customers != g.Customers || f.Doubt != NoEnd {
		t.Errorf("%+v", f)
	}
	golden.Near(t, "r", f.R, g.Run.R, .001)
	golden.Near(t, "alpha", f.Alpha, g.Run.Alpha, .005)
	golden.Near(t, "a", f.A, g.Run.A, .0005)
	golden.Near(t, "b", f.B, g.Run.B, .5)
	golden.Near(t, "LL", f.LogLik, g.Run.LL, .01)
	if with := FitPurchases(rows, Params{}); with.TellsWhoLeft() || !with.Foresees() {
		t.Errorf("with the prior: %+v", with)
	}
}

// The gradient against differences of the function itself.
func TestTheGradientIsTheFunctions(t *testing.T) {
	s := newSample(cdnow(t))
	r := rand.New(rand.NewPCG(2, 3))
	for range 20 {
		p := Params{.1 + r.Float64(), .5 + 9*r.Float64(), .05 + 2*r.Float64(), .3 + 4*r.Float64()}
		g, g2 := make([]float64, 4), make([]float64, 2)
		s.logLik(p, g)
		s.logLikStay(p.R, p.Alpha, g2)
		for i := range 4 {
			at := func(by float64) float64 {
				v := [4]float64{p.R, p.Alpha, p.A, p.B}
				v[i] += by
				return s.logLik(Params{v[0], v[1], v[2], v[3]}, nil)
			}
			const h = 1e-5
			golden.Near(t, "slope", g[i], (at(h)-at(-h))/(2*h), 1e-4*(1+math.Abs(g[i])))
		}
		const h = 1e-5
		up, down := s.logLikStay(p.R+h, p.Alpha, make([]float64, 2)), s.logLikStay(p.R-h, p.Alpha, make([]float64, 2))
		golden.Near(t, "slope of NBD", g2[0], (up-down)/(2*h), 1e-4*(1+math.Abs(g2[0])))
	}
}

// Days or weeks, put together or one by one, warm or cold: one fit.
func TestTheFitDoesNotDependOnHowItIsAsked(t *testing.T) {
	rows := cdnow(t)
	f := FitPurchases(rows, Params{})
	days, single := []Seen{}, []Seen{}
	for _, s := range rows {
		days = append(days, Seen{s.X, 7 * s.Tx, 7 * s.T, s.Customers})
		for range s.Customers {
			single = append(single, Seen{X: s.X, Tx: s.Tx, T: s.T})
		}
	}
	for name, c := range map[string]struct {
		fit  Fit
		unit float64
	}{
		"days": {FitPurchases(days, Params{}), 7}, "one by one": {FitPurchases(single, Params{}), 1},
		"warm": {FitPurchases(rows, f.Params), 1}, "far": {FitPurchases(rows, Params{5, 90, 4, .1}), 1},
	} {
		golden.Near(t, name+" r", c.fit.R, f.R, 1e-4)
		golden.Near(t, name+" alpha", c.fit.Alpha/c.unit, f.Alpha, 1e-3)
		golden.Near(t, name+" a", c.fit.A, f.A, 1e-3)
		golden.Near(t, name+" b", c.fit.B, f.B, 3e-3)
		golden.Near(t, name+" gain", c.fit.Gain, f.Gain, 1e-3)
	}
	if Gap(rows) < 6.94 || Gap(rows) > 6.96 {
		t.Errorf("gap %v: usualGap is CDNOW's", Gap(rows))
	}
}

// Thirty customers drawn from CDNOW, again and again: the prior keeps every
// fit in bounds.
func TestSmallShopsAreNotDegenerate(t *testing.T) {
	var all []Seen
	for _, s := range cdnow(t) {
		for range s.Customers {
			all = append(all, Seen{s.X, s.Tx, s.T, 1})
		}
	}
	r := rand.New(rand.NewPCG(30, 200))
	without, silent := 0, 0
	for range 200 {
		var shop []Seen
		for _, i := range r.Perm(len(all))[:30] {
			shop = append(shop, all[i])
		}
		f := FitPurchases(shop, Params{})
		if f.Doubt == Unsettled || f.Doubt == NoEnd || f.A < .02 || f.A > 100 || f.B > 1000 || f.R > 100 || f.Alpha > 1000 {
			t.Errorf("degenerate: %+v", f)
		}
		if f.Doubt != Sure {
			silent++
		}
		if p := likeliest(shop).Params; p.A/(p.A+p.B) < .005 || p.A < .02 || p.A > 100 || p.B > 1000 || p.Alpha > 1000 {
			without++
		}
	}
	if without < 100 {
		t.Errorf("only %d fits are degenerate without the prior: this test shows nothing", without)
	}
	if silent < 100 {
		t.Errorf("%d of 200 keep silent about who left: thirty customers seldom tell", silent)
	}
}

func TestEnough(t *testing.T) {
	rows := func(customers, repeat int, weeks float64) []Seen {
		return []Seen{{2, weeks / 2, weeks, repeat}, {0, 0, weeks, customers - repeat}}
	}
	for want, r := range map[Doubt][]Seen{
		Sure: rows(30, 20, 13), FewCustomers: rows(29, 20, 13), FewRepeat: rows(30, 19, 13), ShortHistory: rows(30, 20, 12.8),
	} {
		if got := Enough(r, 7); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if f := FitPurchases([]Seen{{0, 0, 5, 40}}, Params{}); f.Doubt != FewRepeat {
		t.Errorf("nobody came back: %+v", f)
	}
	if f := FitPurchases(nil, Params{}); f.Doubt != FewRepeat {
		t.Errorf("nobody: %+v", f)
	}
	broken := []Seen{{1, 3, 2, 9}, {-1, 0, 2, 9}, {1, math.NaN(), 2, 9}, {1, 2, math.Inf(1), 9}, {1, 1, 2, 0}}
	if s := newSample(broken); s.count != 1 {
		t.Errorf("%v customers of what cannot be", s.count)
	}
}
