package btyd

import (
	"math"
	"math/rand/v2"
	"testing"

	"regulars/app/kit/golden"
)

func spent(t testing.TB) []Spent {
	t.Helper()
	var out []Spent
	for _, row := range table(t, "cdnow_spend.csv") {
		out = append(out, Spent{int(row[0]), row[1], int(row[2])})
	}
	return out
}

// The first ten customers of CDNOW with the mean value of their repeat
// purchases.
var firstTen = []struct {
	Seen
	mean float64
}{
	{Seen{2, 30.43, 38.86, 1}, 22.35}, {Seen{1, 1.71, 38.86, 1}, 11.77}, {Seen{0, 0, 38.86, 1}, 0}, {Seen{0, 0, 38.86, 1}, 0},
	{Seen{0, 0, 38.86, 1}, 0}, {Seen{7, 29.43, 38.86, 1}, 73.74}, {Seen{1, 5, 38.86, 1}, 11.77}, {Seen{0, 0, 38.86, 1}, 0},
	{Seen{2, 35.71, 38.86, 1}, 25.55}, {Seen{0, 0, 38.86, 1}, 0},
}

func TestGoldenSpend(t *testing.T) {
	type params struct{ P, Q, V, LL float64 }
	var g struct {
		Customers   int `json:"customers_with_repeat"`
		Pub, Run    params
		Means       []float64 `json:"cond_mean_first10_pub"`
		Correlation float64   `json:"corr_freq_value_pub"`
	}
	golden.Read(t, "gammagamma_cdnow", &g)
	m := FitSpend(spent(t))
	if m.Customers != g.Customers || m.Shrunk || m.Related() {
		t.Fatalf("%+v", m)
	}
	golden.Near(t, "p", m.P, g.Pub.P, .005)
	golden.Near(t, "q", m.Q, g.Pub.Q, .005)
	golden.Near(t, "v", m.V, g.Pub.V, .01)
	golden.Near(t, "p here", m.P, g.Run.P, .001)
	golden.Near(t, "q here", m.Q, g.Run.Q, .001)
	golden.Near(t, "v here", m.V, g.Run.V, .005)
	golden.Near(t, "LL", m.LogLik, g.Run.LL, .001)
	golden.Near(t, "correlation", m.Correlation, g.Correlation, 1e-6)
	for i, want := range g.Means {
		golden.Near(t, "mean", m.Mean(firstTen[i].X, firstTen[i].mean), want, .01)
	}
}

func TestGoldenWorth(t *testing.T) {
	var g struct {
		Right []float64 `json:"correct_units_run"`
		Wrong []float64 `json:"DO_NOT_USE_lifetimes_quickstart"`
		Step  float64   `json:"step_weeks"`
	}
	golden.Read(t, "clv_cdnow_12mo_1pct", &g)
	if g.Step != WeeksPerMonth {
		t.Fatal(g.Step)
	}
	f, m := likeliest(cdnow(t)), FitSpend(spent(t))
	year := Terms{Months: 12, Month: WeeksPerMonth, Margin: 1, Discount: .01}
	for i, want := range g.Right {
		c := firstTen[i]
		spend := m.Mean(c.X, c.mean)
		got := f.Worth(c.Seen, spend, year)
		golden.Near(t, "worth", got, want, .01)
		// The table in print, were a month 30 weeks: why ours differs from it.
		golden.Near(t, "table in print", f.Worth(c.Seen, spend, Terms{12, 30, 1, .01}), g.Wrong[i], .001*g.Wrong[i])
		golden.Near(t, "margin", f.Worth(c.Seen, spend, Terms{12, WeeksPerMonth, .3, .01}), .3*got, 1e-9)
		if plain := f.Worth(c.Seen, spend, Terms{12, WeeksPerMonth, 1, 0}); plain <= got {
			t.Errorf("undiscounted %v, discounted %v", plain, got)
		}
	}
}

// The same shop in another currency has the same p and q, and values in it.
func TestTheCurrencyDoesNotMatter(t *testing.T) {
	rows, cents := spent(t), []Spent{}
	for _, s := range rows {
		cents = append(cents, Spent{s.X, 700 * s.Mean, s.Customers})
	}
	a, b := FitSpend(rows), FitSpend(cents)
	golden.Near(t, "p", b.P, a.P, 1e-3)
	golden.Near(t, "q", b.Q, a.Q, 1e-3)
	golden.Near(t, "mean", b.Mean(3, 7000)/700, a.Mean(3, 10), 1e-3)
}

// Where the model has no finite mean, or too little to go by, the shrunken
// mean stands in.
func TestSpendFallsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	var wild, same []Spent
	for range 300 {
		wild = append(wild, Spent{1 + r.IntN(3), math.Exp(4 * r.NormFloat64()), 1})
		same = append(same, Spent{1 + r.IntN(5), 10, 1})
	}
	for name, rows := range map[string][]Spent{"few": spent(t)[:19], "wild": wild, "all alike": same, "nobody": nil, "no value": {{3, 0, 40}, {2, -1, 40}, {1, math.NaN(), 9}}} {
		m := FitSpend(rows)
		if !m.Shrunk {
			t.Errorf("%s: %+v", name, m)
		}
		for _, x := range []int{0, 1, 50} {
			if v := m.Mean(x, 10); math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
				t.Errorf("%s: %v", name, v)
			}
		}
	}
	m := Spend{Shrunk: true, Median: 20}
	golden.Near(t, "two purchases of 40", m.Mean(2, 40), (2*40+3*20)/5., 1e-12)
	golden.Near(t, "nothing known", m.Mean(0, 0), 20, 0)
}

func TestFrequentBuyersWhoSpendMoreAreNoticed(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	var rows []Spent
	for range 200 {
		x := 1 + r.IntN(9)
		rows = append(rows, Spent{x, float64(x) * (5 + r.Float64()), 1})
	}
	if m := FitSpend(rows); !m.Related() {
		t.Errorf("%+v", m)
	}
}

// A fit of the first half of simulated years foresees the second better than
// either simple guess; where everybody simply goes on as before it does not pass.
func TestTrial(t *testing.T) {
	p := Params{.5, 8, .5, 2}
	rows := simulated(3000, p, 104, 1)
	f := FitPurchases(rows, Params{})
	r := rand.New(rand.NewPCG(1, 8))
	var held, clocks []Held
	for _, s := range rows {
		for range s.Customers {
			one := Seen{s.X, s.Tx, s.T, 1}
			later := 0
			if r.Float64() < p.Alive(one) { // drawn as the model has it
				for now, rate := 0.0, gammaDraw(r, p.R+float64(s.X))/(p.Alpha+s.T); ; {
					if now += r.ExpFloat64() / rate; now > 26 {
						break
					}
					later++
				}
			}
			held = append(held, Held{one, later})
			clocks = append(clocks, Held{one, int(math.Round(26 * float64(s.X) / s.T))})
		}
	}
	if got := f.Try(held, 26); !got.Passed() || got.Customers != 3000 || got.Actual == 0 {
		t.Errorf("%+v", got)
	}
	if got := f.Try(clocks, 26); got.Passed() || got.OwnRate > .5 {
		t.Errorf("%+v", got)
	}
	if (Params{.5, 8, .7, 3}).Try(nil, 10).Passed() {
		t.Error("nobody to try on")
	}
}

// gammaDraw is a sum of exponentials for the whole part and squared normals for
// a half: good enough for shapes in steps of a half.
func gammaDraw(r *rand.Rand, shape float64) float64 {
	sum := 0.0
	for ; shape >= 1; shape-- {
		sum += r.ExpFloat64()
	}
	if shape > 0 {
		n := r.NormFloat64()
		sum += n * n / 2
	}
	return sum
}
