// The same people twice: did their answers move? Before and after must be in
// the same order, one person a place.

package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Difference is a compared mean or share with its 95 % interval. T is Student's
// t with DF degrees of freedom, or the normal z when DF is 0. N is the smallest
// group. Valid is false when there was nothing to test; P is then 1.
type Difference struct {
	N     int
	Delta float64
	SE    float64
	T     float64
	DF    float64
	P     float64
	Low   float64
	High  float64
	Valid bool
}

// difference tests delta against 0, two-sided.
func difference(n int, delta, se, df float64) Difference {
	d := Difference{N: n, Delta: delta, SE: se, DF: df, P: 1, Low: delta, High: delta}
	if se <= 0 || math.IsNaN(se) {
		return d
	}
	d.T, d.Valid = delta/se, true
	wide := z95
	if df > 0 {
		t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}
		wide, d.P = t.Quantile(.975), 2*t.CDF(-math.Abs(d.T))
	} else {
		d.P = math.Erfc(math.Abs(d.T) / math.Sqrt2)
	}
	d.Low, d.High = delta-wide*se, delta+wide*se
	return d
}

// PairedT is Student's test of the mean of after - before (Student 1908,
// Biometrika 6).
func PairedT(before, after []float64) Difference {
	n := len(before)
	if n < 2 {
		return Difference{N: n, P: 1}
	}
	moved := make([]float64, n)
	for i := range before {
		moved[i] = after[i] - before[i]
	}
	return difference(n, stat.Mean(moved, nil), stat.StdDev(moved, nil)/math.Sqrt(float64(n)), float64(n-1))
}

// Ranks is a signed rank test. V is the rank sum of those who rose, N those who
// moved at all. P is two-sided, POne that of the side seen. Exact tells that no
// normal curve stood in for the distribution.
type Ranks struct {
	N     int
	V     float64
	P     float64
	POne  float64
	Exact bool
}

// exactRanks is up to how many pairs Wilcoxon counts every assignment of signs.
const exactRanks = 50

// Wilcoxon is the signed rank test of after - before, for answers on a scale
// (Wilcoxon 1945, Biometrics 1). Pairs without change are left out, ties share
// their mid-rank. Up to fifty pairs the distribution is counted out, with ties
// too (Streitberg & Röhmel 1986, Statistical Software Newsletter 12); above
// that it is normal with the corrections for ties and continuity.
func Wilcoxon(before, after []float64) Ranks {
	var moved []float64
	for i := range before {
		if d := after[i] - before[i]; d != 0 {
			moved = append(moved, d)
		}
	}
	out := Ranks{N: len(moved), P: 1, POne: 1}
	if out.N == 0 {
		return out
	}
	size := make([]float64, out.N)
	for i, d := range moved {
		size[i] = math.Abs(d)
	}
	ranks := midRanks(size)
	total := 0.0
	for i, d := range moved {
		total += ranks[i]
		if d > 0 {
			out.V += ranks[i]
		}
	}
	high := math.Max(out.V, total-out.V)
	if out.N <= exactRanks {
		out.Exact, out.POne = true, signTail(ranks, high)
	} else {
		variance := 0.0
		for _, r := range ranks {
			variance += r * r / 4
		}
		z := math.Max(0, high-total/2-.5) / math.Sqrt(variance)
		out.POne = math.Erfc(z/math.Sqrt2) / 2
	}
	out.P = math.Min(1, 2*out.POne)
	return out
}

// signTail is the chance that ranks with random signs sum to least or more.
// Mid-ranks are halves at worst, so twice the rank is a whole number.
func signTail(ranks []float64, least float64) float64 {
	chance := []float64{1}
	for _, r := range ranks {
		step := int(math.Round(2 * r))
		next := make([]float64, len(chance)+step)
		for i, p := range chance {
			next[i] += p / 2
			next[i+step] += p / 2
		}
		chance = next
	}
	tail := 0.0
	for _, p := range slices.Backward(chance[int(math.Round(2*least)):]) {
		tail += p
	}
	return math.Min(1, tail)
}

// midRanks are the ranks from 1; equal values share the mean of theirs.
func midRanks(xs []float64) []float64 {
	order := make([]int, len(xs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case xs[a] < xs[b]:
			return -1
		case xs[a] > xs[b]:
			return 1
		}
		return 0
	})
	ranks := make([]float64, len(xs))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && xs[order[j]] == xs[order[i]] {
			j++
		}
		for _, at := range order[i:j] {
			ranks[at] = float64(i+j+1) / 2
		}
		i = j
	}
	return ranks
}
