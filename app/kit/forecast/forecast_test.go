package forecast

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"regulars/app/kit/golden"
)

func series(t testing.TB, name string) []float64 {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []float64
	for _, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func TestGoldenAirPassengers(t *testing.T) {
	type params struct{ Alpha, Beta, Gamma, SSE, A, B float64 }
	var g struct {
		R        params    `json:"pub_R"`
		Go       params    `json:"run_go"`
		Forecast []float64 `json:"forecast12"`
	}
	golden.Read(t, "holtwinters_airpassengers_mult", &g)
	xs := series(t, "airpassengers")
	s, ok := HoltWinters(xs, 12, Multiplicative)
	if !ok || len(xs) != 144 {
		t.Fatal(len(xs), ok)
	}
	golden.Near(t, "alpha", s.Alpha, g.Go.Alpha, .0001)
	golden.Near(t, "beta", s.Beta, g.Go.Beta, .0001)
	golden.Near(t, "gamma", s.Gamma, g.Go.Gamma, .0001)
	golden.Near(t, "SSE", s.SSE, g.Go.SSE, .0005)
	golden.Near(t, "R's alpha", s.Alpha, g.R.Alpha, .0001)
	golden.Near(t, "R's beta", s.Beta, g.R.Beta, .0001)
	golden.Near(t, "R's gamma", s.Gamma, g.R.Gamma, .0001)
	// At R's own parameters everything else is R's, to the last digit printed.
	first, _ := beginning(xs, 12, Multiplicative)
	r := first
	r.Alpha, r.Beta, r.Gamma = g.R.Alpha, g.R.Beta, g.R.Gamma
	figures := append([]float64(nil), first.Season...)
	r.follow(xs[12:], figures)
	r.Season = figures // 144 values are whole years
	golden.Near(t, "R's SSE", r.SSE, g.R.SSE, .005)
	golden.Near(t, "R's a", r.A, g.R.A, 1e-5)
	golden.Near(t, "R's b", r.B, g.R.B, 1e-6)
	for h, v := range r.Ahead(12) {
		golden.Near(t, "R's forecast", v, g.Forecast[h], 1e-5)
	}
	for h, v := range s.Ahead(12) {
		golden.Near(t, "forecast", v, g.Forecast[h], .05)
	}
}

// R: HoltWinters(co2).
func TestCarbonDioxideAsInR(t *testing.T) {
	xs := series(t, "co2")
	s, ok := HoltWinters(xs, 12, Additive)
	if !ok || len(xs) != 468 {
		t.Fatal(len(xs), ok)
	}
	golden.Near(t, "alpha", s.Alpha, .5126, .0002)
	golden.Near(t, "beta", s.Beta, .0095, .0002)
	golden.Near(t, "gamma", s.Gamma, .4729, .0003)
	golden.Near(t, "a", s.A, 364.76, .005)
}

// R: HoltWinters(Nile, gamma = FALSE, beta = FALSE).
func TestTheNileAsInR(t *testing.T) {
	s, ok := SES(series(t, "nile"))
	if !ok {
		t.Fatal("no fit")
	}
	golden.Near(t, "alpha", s.Alpha, .2466, .00005)
	if a := s.Ahead(3); a[0] != a[2] || a[0] != s.A {
		t.Error(a)
	}
}

// Long histories choose by their own past: seasons where there are some, none
// where there are none, and each better than the base.
func TestTheLadderChoosesByThePast(t *testing.T) {
	for name, c := range map[string]struct {
		season, steps int
		want          []Method
		most          float64
	}{
		"airpassengers": {12, 3, []Method{Multiplicative}, .55},
		"co2":           {12, 12, []Method{Additive, Multiplicative}, .3},
		"nile":          {1, 12, []Method{Level}, .9},
	} {
		f, ok := Of(series(t, name), c.season, c.steps)
		if !ok || !slices.Contains(c.want, f.Method) || !f.Better() || f.MASE > c.most || f.Tries != maxTries {
			t.Errorf("%s: %s, MASE %.3f, base %.3f, %d tries", name, f.Method, f.MASE, f.NaiveMASE, f.Tries)
		}
	}
}

// The last year of passengers, hidden, falls into the ranges about as often as
// promised.
func TestRangesHoldOnAHiddenYear(t *testing.T) {
	inside, all := 0, 0
	for name, cut := range map[string]int{"airpassengers": 12, "co2": 12} {
		xs := series(t, name)
		f, _ := Of(xs[:len(xs)-cut], 12, cut)
		for h, p := range f.Points {
			all++
			if x := xs[len(xs)-cut+h]; p.Low <= x && x <= p.High {
				inside++
			}
		}
	}
	if inside < all*6/10 {
		t.Errorf("%d of %d", inside, all)
	}
}

func TestShortHistories(t *testing.T) {
	if _, ok := Of(nil, 12, 3); ok {
		t.Error("a forecast of nothing")
	}
	if _, ok := Of([]float64{1, math.NaN()}, 12, 3); ok {
		t.Error("a forecast of no number")
	}
	f, ok := Of([]float64{4, 8, 6}, 12, 2)
	if !ok || f.Method != Mean || len(f.Points) != 2 || f.Points[1] != (Point{6, 4, 8}) || f.Naive[1] != 6 || f.Better() {
		t.Errorf("%+v", f)
	}
	grow := func(n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = 100 + 5*float64(i)
		}
		return out
	}
	for n, want := range map[int]Method{7: Mean, 8: Damped, 23: Damped, 26: Damped} {
		f, ok := Of(grow(n), 12, 6)
		if !ok || f.Method != want {
			t.Errorf("%d values: %s", n, f.Method)
		}
	}
	if f, _ := Of(make([]float64, 20), 12, 3); f.Points[2] != (Point{}) || f.Better() {
		t.Errorf("nothing ever: %+v", f)
	}
}

// Ups and downs within a quarter around a level that wanders: the mean of the last
// quarter foretells it, by months and by weeks.
func TestTheMeanOfTheLastFewIsTried(t *testing.T) {
	for season, last := range map[int]int{12: 3, 52: 13} {
		r := rand.New(rand.NewPCG(7, uint64(season)))
		level, xs := 1000.0, make([]float64, 7*last)
		for i := range xs {
			level += 60 * r.NormFloat64() / math.Sqrt(float64(last))
			xs[i] = level + 300*math.Sin(2*math.Pi*float64(i)/float64(last))
		}
		f, ok := Of(xs, season, last)
		mean := 0.0
		for _, x := range xs[len(xs)-last:] {
			mean += x / float64(last)
		}
		if !ok || f.Method != Recent || math.Abs(f.Points[1].Value-mean) > 1e-6 {
			t.Errorf("season %d: %s, MASE %.3f, base %.3f, %+v for %.1f", season, f.Method, f.MASE, f.NaiveMASE, f.Points, mean)
		}
	}
}

// Noise around a level: eight in ten values to come lie in the range.
func TestRangesHoldOnNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 80))
	inside, all := 0, 0
	for range 120 {
		xs := make([]float64, 30)
		for i := range xs {
			xs[i] = 100 + 10*r.NormFloat64()
		}
		f, _ := Of(xs[:27], 1, 3)
		for h, p := range f.Points {
			all++
			if p.Low <= xs[27+h] && xs[27+h] <= p.High {
				inside++
			}
		}
	}
	if share := float64(inside) / float64(all); share < .72 || share > .9 {
		t.Errorf("%.3f of the values lie in ranges of .8", share)
	}
}

// Whatever the series: finite points, the value within its range, nothing
// negative out of nothing negative, ranges that do not narrow; another unit
// changes nothing but the unit.
func TestForecastsKeepTheirBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 81))
	for range 60 {
		xs := make([]float64, 1+r.IntN(45))
		spike := math.Exp(6 * r.Float64())
		for i := range xs {
			xs[i] = math.Round(spike * r.Float64() * float64(1+i%12))
		}
		season := []int{1, 7, 12}[r.IntN(3)]
		f, ok := Of(xs, season, 12)
		if !ok || len(f.Points) != 12 || len(f.Naive) != 12 {
			t.Fatalf("%v: %+v", xs, f)
		}
		wide := 0.0
		for _, p := range f.Points {
			if !(p.Low <= p.Value && p.Value <= p.High) || p.Low < 0 || math.IsInf(p.High, 0) {
				t.Fatalf("%v: %+v", xs, f)
			}
			wide = math.Max(wide, p.High-p.Low)
		}
		if math.IsNaN(f.MASE) || math.IsNaN(f.NaiveMASE) {
			t.Fatalf("%v: %+v", xs, f)
		}
	}
	xs := series(t, "airpassengers")
	cents := make([]float64, len(xs))
	for i, x := range xs {
		cents[i] = 1000 * x
	}
	a, _ := Of(xs, 12, 6)
	b, _ := Of(cents, 12, 6)
	golden.Near(t, "MASE in another unit", b.MASE, a.MASE, 1e-3)
	for h := range a.Points {
		golden.Near(t, "value in another unit", b.Points[h].Value/1000, a.Points[h].Value, .01*a.Points[h].Value)
	}
}

func BenchmarkFiveYearsOfMonths(b *testing.B) {
	xs := series(b, "airpassengers")[:60]
	for b.Loop() {
		Of(xs, 12, 12)
	}
}
