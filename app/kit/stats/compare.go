// Two groups, or a group before and after beside one that was left alone.

package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Method names the test behind a verdict; its words are in the catalogue.
type Method string

// The methods a comparison can have used.
const (
	ByNPS         Method = "nps"         // two recommendation scores, NPSChange
	ByProportions Method = "proportions" // two shares, TwoProportions
	ByFisher      Method = "fisher"      // two shares with a thin cell, Fisher
	ByWelch       Method = "welch"       // two means, Welch
)

// CompareShares compares k1/n1 with k2/n2: by the z test, or exactly by Fisher
// when a cell holds less than five. Delta is a fraction.
func CompareShares(k1, n1, k2, n2 int) (Test, Method) {
	t := TwoProportions(k1, n1, k2, n2)
	if n1 <= 0 || n2 <= 0 || min(k1, n1-k1, k2, n2-k2) >= 5 {
		return t, ByProportions
	}
	t.P, t.Z, t.Valid = Fisher(k1, n1-k1, k2, n2-k2), 0, true
	return t, ByFisher
}

// Welch compares two independent means without assuming equal spread (Welch
// 1947, Biometrika 34). Delta is the mean of b less that of a.
func Welch(a, b []float64) Difference {
	if min(len(a), len(b)) < 2 {
		return Difference{N: min(len(a), len(b)), P: 1}
	}
	return means([]float64{-1, 1}, a, b)
}

// Holm adjusts the p values of several comparisons made at once, so that all
// of them together are wrong one time in twenty at most (Holm 1979,
// Scandinavian Journal of Statistics 6). The order stays.
func Holm(ps []float64) []float64 {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if ps[a] < ps[b] {
			return -1
		} else if ps[a] > ps[b] {
			return 1
		}
		return 0
	})
	out := make([]float64, len(ps))
	worst := 0.0
	for i, at := range order {
		worst = math.Max(worst, float64(len(ps)-i)*ps[at])
		out[at] = math.Min(1, worst)
	}
	return out
}

// Share counts k of n.
type Share struct{ K, N int }

// DiffInDiffShares is how much more the touched share changed than the control
// did: (touched after - before) - (control after - before), as a fraction,
// with se = sqrt(sum p(1-p)/n) over the four cells.
func DiffInDiffShares(before, after, controlBefore, controlAfter Share) Difference {
	cells := []Share{before, after, controlBefore, controlAfter}
	delta, variance, smallest := 0.0, 0.0, math.MaxInt
	for i, sign := range []float64{-1, 1, 1, -1} {
		c := cells[i]
		smallest = min(smallest, c.N)
		if c.N <= 0 {
			return Difference{P: 1}
		}
		p := float64(c.K) / float64(c.N)
		delta += sign * p
		variance += p * (1 - p) / float64(c.N)
	}
	return difference(smallest, delta, math.Sqrt(variance), 0)
}

// DiffInDiffMeans is the same for means, with Satterthwaite's degrees of
// freedom over the four cells.
func DiffInDiffMeans(before, after, controlBefore, controlAfter []float64) Difference {
	if n := min(len(before), len(after), len(controlBefore), len(controlAfter)); n < 2 {
		return Difference{N: n, P: 1}
	}
	return means([]float64{-1, 1, 1, -1}, before, after, controlBefore, controlAfter)
}

// means tests a sum of signed means of independent groups of two or more
// (Satterthwaite 1946, Biometrics Bulletin 2).
func means(signs []float64, groups ...[]float64) Difference {
	delta, variance, bottom, smallest := 0.0, 0.0, 0.0, math.MaxInt
	for i, g := range groups {
		smallest = min(smallest, len(g))
		v := stat.Variance(g, nil) / float64(len(g))
		delta += signs[i] * stat.Mean(g, nil)
		variance += v
		bottom += v * v / float64(len(g)-1)
	}
	return difference(smallest, delta, math.Sqrt(variance), variance*variance/bottom)
}
