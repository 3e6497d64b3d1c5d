// Order statistics: what a small shop's skewed numbers can be trusted with.

package stats

import (
	"math"
	"slices"
)

// Median is the middle value; NaN without data.
func Median(xs []float64) float64 { return Quantile7(xs, .5) }

// Quantile7 is the q-quantile with linear interpolation between order
// statistics, type 7 of Hyndman & Fan 1996 (R's and spreadsheets' default).
// xs need not be sorted and stays as it is; NaN without data.
func Quantile7(xs []float64, q float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	sorted := xs
	if !slices.IsSorted(xs) {
		sorted = slices.Clone(xs)
		slices.Sort(sorted)
	}
	h := math.Min(1, math.Max(0, q)) * float64(len(sorted)-1)
	i := int(h)
	if i == len(sorted)-1 {
		return sorted[i]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}

// PercentileRank is the mid-rank percentile 0-100 of v in sorted: the share
// below plus half of the share equal, so ties are treated alike and the
// typical customer gets 50. Without data it is 50.
func PercentileRank(sorted []float64, v float64) float64 {
	if len(sorted) == 0 {
		return 50
	}
	below, found := slices.BinarySearch(sorted, v)
	equal := 0
	if found {
		above, _ := slices.BinarySearchFunc(sorted, v, func(x, v float64) int {
			if x <= v {
				return -1
			}
			return 1
		})
		equal = above - below
	}
	return 100 * (float64(below) + float64(equal)/2) / float64(len(sorted))
}

// MAD is the median absolute deviation from the median, unscaled; NaN without
// data.
func MAD(xs []float64) float64 {
	mid := Median(xs)
	off := make([]float64, len(xs))
	for i, x := range xs {
		off[i] = math.Abs(x - mid)
	}
	return Median(off)
}

// ModifiedZ is .6745 (v - median) / MAD; beyond 3.5 the value is worth a look
// (Iglewicz & Hoaglin 1993). When half of the values are equal MAD is 0: the
// result is then 0 for that value and infinite for any other.
func ModifiedZ(xs []float64, v float64) float64 {
	off := v - Median(xs)
	if off == 0 {
		return 0
	}
	return .6745 * off / MAD(xs)
}
