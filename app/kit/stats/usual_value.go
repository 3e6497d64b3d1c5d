// Is a sum or a mean out of the ordinary? As UsualCount, for what is no count.

package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// UsualValue is what a value usually comes to: 95 in 100 lie within Low to High.
type UsualValue struct {
	N               int // spans it rests on
	Mean, Low, High float64
	mid, wide       float64 // of roots
	of              distuv.StudentsT
}

// UsualSpan learns from the values of like spans, none below zero. Their square
// roots vary about equally whether much or little came in, so the range is that
// of a t distribution over the roots, widened by the uncertainty of their mean:
// s sqrt(1 + 1/n). It is false under eight values.
func UsualSpan(seen []float64) (UsualValue, bool) {
	if len(seen) < minSpans {
		return UsualValue{}, false
	}
	roots := make([]float64, len(seen))
	for i, v := range seen {
		if !(v >= 0) || math.IsInf(v, 0) {
			return UsualValue{}, false
		}
		roots[i] = math.Sqrt(v)
	}
	n := float64(len(seen))
	mid, s := stat.MeanStdDev(roots, nil)
	u := UsualValue{N: len(seen), Mean: stat.Mean(seen, nil), mid: mid, wide: s * math.Sqrt(1+1/n), of: distuv.StudentsT{Sigma: 1, Nu: n - 1}}
	half := u.of.Quantile(.975) * u.wide
	u.Low, u.High = math.Pow(math.Max(0, mid-half), 2), math.Pow(mid+half, 2)
	return u, true
}

// P is how often chance alone takes a value as far from the usual or further.
func (u UsualValue) P(v float64) float64 {
	off := math.Abs(math.Sqrt(math.Max(0, v)) - u.mid)
	if u.wide == 0 {
		if off == 0 {
			return 1
		}
		return 0
	}
	return math.Min(1, 2*u.of.CDF(-off/u.wide))
}

// UsualNPS is within what a score of so many answers usually comes out, given
// the answers before: value +- 1.96 sqrt(var (1/n + 1/before)).
func UsualNPS(before Answers, n int) (low, high float64) {
	e := NPS(before)
	if n <= 0 || e.N == 0 {
		return -100, 100
	}
	half := z95 * e.SE * math.Sqrt(1+float64(e.N)/float64(n))
	return math.Max(-100, e.Value-half), math.Min(100, e.Value+half)
}
