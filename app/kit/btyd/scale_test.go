package btyd

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// simulated customers who were won evenly over so many weeks, with purchase
// times rounded up to a grid of so many weeks (0: none).
func simulated(n int, p Params, weeks, grid float64) []Seen {
	src := rand.NewPCG(11, 42)
	rate := distuv.Gamma{Alpha: p.R, Beta: p.Alpha, Src: src}
	leave := distuv.Beta{Alpha: p.A, Beta: p.B, Src: src}
	r := rand.New(src)
	round := func(v float64) float64 {
		if grid == 0 {
			return v
		}
		return math.Ceil(v/grid) * grid
	}
	alike := map[Seen]int{}
	for range n {
		s := Seen{T: round(weeks * (.05 + .95*r.Float64()))}
		l, d, now := rate.Rand(), leave.Rand(), 0.0
		for {
			now += r.ExpFloat64() / l
			if now > s.T {
				break
			}
			s.X, s.Tx = s.X+1, math.Min(s.T, round(now))
			if r.Float64() < d {
				break
			}
		}
		alike[s]++
	}
	rows := make([]Seen, 0, len(alike))
	for s, n := range alike {
		s.Customers = n
		rows = append(rows, s)
	}
	return rows
}

// Parameters that made a shop are found again in it.
func TestTheTruthIsFoundAgain(t *testing.T) {
	truth := Params{.243, 4.414, .793, 2.426}
	f := FitPurchases(simulated(20000, truth, 156, 1), Params{})
	for name, v := range map[string][3]float64{ // found, truth, two standard errors at this size
		"r": {f.R, truth.R, .012}, "alpha": {f.Alpha, truth.Alpha, .4}, "a": {f.A, truth.A, .1}, "b": {f.B, truth.B, .4},
	} {
		if math.Abs(v[0]-v[1]) > v[2] {
			t.Errorf("%s: %v, was %v", name, v[0], v[1])
		}
	}
	if f.Doubt != Sure {
		t.Error(f.Doubt)
	}
}

func BenchmarkMillion(b *testing.B) {
	truth := Params{.243, 4.414, .793, 2.426}
	for name, grid := range map[string]float64{"weekly": 1, "daily": 1. / 7, "continuous": 0} {
		rows := simulated(1_000_000, truth, 156, grid)
		b.Run("fit/"+name, func(b *testing.B) {
			for b.Loop() {
				f := FitPurchases(rows, Params{})
				b.ReportMetric(float64(len(rows)), "rows")
				b.ReportMetric(f.R, "r")
				b.ReportMetric(f.Alpha, "alpha")
				b.ReportMetric(f.A, "a")
				b.ReportMetric(f.B, "b")
			}
		})
		b.Run("score/"+name, func(b *testing.B) {
			for b.Loop() {
				for _, s := range rows {
					truth.Purchases(s, 52)
				}
			}
		})
	}
}
