// More or fewer than before, or chance? Events that arrive one by one, and the
// sums and means of what they bring.

package stats

import "math"

// The methods for counts and sums.
const (
	ByCounts Method = "counts" // two numbers of events, CompareCounts
	BySums   Method = "sums"   // two sums of what events brought, CompareSums
)

// CompareCounts compares k1 events in d1 days with k2 in d2, exactly: of all
// events together those of the second span are binomial when the rates are equal
// (Przyborowski and Wilenski 1940, Biometrika 31; as R's poisson.test counts).
// Delta is per day.
func CompareCounts(k1, d1, k2, d2 int) Test {
	if d1 <= 0 || d2 <= 0 || k1 < 0 || k2 < 0 || k1+k2 == 0 {
		return Test{P: 1}
	}
	t := Test{Delta: float64(k2)/float64(d2) - float64(k1)/float64(d1), Valid: true}
	t.P = binomial(k2, k1+k2, float64(d2)/float64(d1+d2))
	return t
}

// binomial is the exact p of k of n at share p: the sum of all outcomes that are
// no likelier than this one.
func binomial(k, n int, p float64) float64 {
	lp, lq := math.Log(p), math.Log1p(-p)
	likely := func(i int) float64 { return logChoose(n, i) + float64(i)*lp + float64(n-i)*lq }
	seen := likely(k) + 1e-7
	sum := 0.0
	for i := 0; i <= n; i++ {
		if l := likely(i); l <= seen {
			sum += math.Exp(l)
		}
	}
	return math.Min(1, sum)
}

// Sums are the moments of what N events brought.
type Sums struct {
	N       int
	Sum     float64
	Squares float64
}

// CompareSums compares the sum of a in d1 days with that of b in d2. Both the
// events and what each brings vary: the variance of such a sum is estimated by
// the sum of its squares (compound Poisson). Delta is per day.
func CompareSums(a Sums, d1 int, b Sums, d2 int) Test {
	if d1 <= 0 || d2 <= 0 || a.N == 0 || b.N == 0 {
		return Test{P: 1}
	}
	x, y := float64(d1), float64(d2)
	return zTest(b.Sum/y-a.Sum/x, math.Sqrt(a.Squares/(x*x)+b.Squares/(y*y)), 1)
}

// CompareMeans is Welch's test from the moments alone. Delta is the mean of b
// less that of a.
func CompareMeans(a, b Sums) Difference {
	if min(a.N, b.N) < 2 {
		return Difference{N: min(a.N, b.N), P: 1}
	}
	delta, variance, bottom := 0.0, 0.0, 0.0
	for i, g := range []Sums{a, b} {
		n := float64(g.N)
		v := math.Max(0, (g.Squares-g.Sum*g.Sum/n)/(n-1)) / n
		delta += float64(2*i-1) * g.Sum / n
		variance += v
		bottom += v * v / (n - 1)
	}
	return difference(min(a.N, b.N), delta, math.Sqrt(variance), variance*variance/bottom)
}
