package btyd

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Whatever the parameters and the customer: chances are chances, forecasts are
// finite, grow with time and never exceed what the customer would buy for ever
// at the rate of the alive.
func TestForecastsKeepTheirBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	any := func() float64 { return math.Exp(6*r.Float64() - 3) }
	for range 3000 {
		p := Params{any(), 10 * any(), any(), any()}
		s := Seen{X: r.IntN(200), T: 150 * r.Float64()}
		if s.X > 0 {
			s.Tx = s.T * r.Float64()
		}
		alive := p.Alive(s)
		if !(alive >= 0 && alive <= 1) {
			t.Fatalf("%+v %+v: %v alive", p, s, alive)
		}
		before := 0.0
		for _, at := range []float64{0, .01, 1, 10, 52, 520} {
			v := p.Purchases(s, at)
			most := (p.R + float64(s.X)) / (p.Alpha + s.T) * at
			if math.IsNaN(v) || v < before-1e-9 || v > most*(1+1e-6)+1e-9 {
				t.Fatalf("%+v %+v until %v: %v after %v, at most %v", p, s, at, v, before, most)
			}
			before = v
		}
	}
}

// The holes of the formula at a = 1 and a + b = 1 are bridged.
func TestForecastsAreSmoothWhereTheFormulaIsNot(t *testing.T) {
	for _, p := range []Params{{.5, 8, 1, 3}, {.5, 8, .4, .6}, {.5, 8, 1, 1e-3}} {
		for _, s := range []Seen{{}, {3, 20, 30, 1}} {
			at := p.Purchases(s, 26)
			p.A += 1e-4
			if beside := p.Purchases(s, 26); math.Abs(at-beside) > 1e-3*(1+at) || at <= 0 {
				t.Errorf("%+v %+v: %v, beside it %v", p, s, at, beside)
			}
		}
	}
}

// A longer silence never makes anybody likelier alive.
func TestSilenceSpeaksAgainst(t *testing.T) {
	p := Params{.243, 4.414, .793, 2.426}
	for x := 1; x < 40; x++ {
		before := 1.0
		for wait := 0.0; wait < 100; wait += 2 {
			alive := p.Alive(Seen{X: x, Tx: 20, T: 20 + wait})
			if alive > before {
				t.Fatalf("x %d after %v: %v > %v", x, wait, alive, before)
			}
			before = alive
		}
	}
}

// All numbers of purchases together have chance 1, and their mean is the
// forecast.
func TestTheDistributionAddsUp(t *testing.T) {
	for _, p := range []Params{{.243, 4.414, .793, 2.426}, {2, 10, 1.5, 4}} {
		sum, mean := 0.0, 0.0
		for x, v := range p.Distribution(30, 400) {
			sum += v
			mean += float64(x) * v
		}
		if math.Abs(sum-1) > 1e-6 || math.Abs(mean-p.NewPurchases(30)) > 1e-4 {
			t.Errorf("%+v: %v in all, mean %v, forecast %v", p, sum, mean, p.NewPurchases(30))
		}
	}
}

func FuzzFit(f *testing.F) {
	f.Add(uint64(1), 30)
	f.Add(uint64(2), 1)
	f.Fuzz(func(t *testing.T, seed uint64, n int) {
		r := rand.New(rand.NewPCG(seed, 1))
		var rows []Seen
		for range min(200, max(0, n)) {
			s := Seen{X: r.IntN(1 << r.IntN(8)), T: math.Exp(8*r.Float64() - 2), Customers: r.IntN(5)}
			if s.X > 0 {
				s.Tx = s.T * r.Float64()
			}
			rows = append(rows, s)
		}
		fit := FitPurchases(rows, Params{})
		if fit.Foresees() && (!fit.ok() || math.IsNaN(fit.LogLik) || math.IsNaN(fit.Gain)) {
			t.Fatalf("%+v", fit)
		}
	})
}
