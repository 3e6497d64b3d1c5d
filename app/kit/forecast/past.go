package forecast

import (
	"math"
	"slices"
)

// misses are actual less foreseen values of the past, by how many steps ahead
// they lay. whole is false when a method failed somewhere.
type misses struct {
	ahead [][]float64
	whole bool
}

// try foresees the last values of a series from so many moments in turn, each
// time from what was known then.
func try(xs []float64, tries, steps int, method func(past []float64, steps int) ([]float64, bool)) misses {
	e := misses{ahead: make([][]float64, max(1, steps)), whole: tries > 0}
	for origin := len(xs) - tries; origin < len(xs); origin++ {
		foreseen, ok := method(xs[:origin:origin], min(max(1, steps), len(xs)-origin))
		if !ok {
			e.whole = false
			return e
		}
		for h, v := range foreseen {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				e.whole = false
				return e
			}
			e.ahead[h] = append(e.ahead[h], xs[origin+h]-v)
		}
	}
	return e
}

// mean is the mean absolute error over all of them.
func (e misses) mean() float64 {
	sum, n := 0.0, 0
	for _, of := range e.ahead {
		for _, v := range of {
			sum += math.Abs(v)
		}
		n += len(of)
	}
	if n == 0 {
		return math.Inf(1)
	}
	return sum / float64(n)
}

// forRange is how many misses a range should rest on.
const forRange = 8

// around gives each value the range between the misses that one in ten fell
// below and one in ten rose above. Steps with few misses borrow from those
// before and after; a range never narrows with distance. Of a series without
// negative values neither value nor range is negative.
func (e misses) around(values []float64, positive bool) []Point {
	points := make([]Point, len(values))
	low, high := 0.0, 0.0
	for h, v := range values {
		near := e.near(h)
		low, high = math.Min(low, outer(near, .1)), math.Max(high, outer(near, .9))
		points[h] = Point{v, v + low, v + high}
		if positive {
			points[h] = Point{math.Max(0, v), math.Max(0, v+low), math.Max(0, v+high)}
		}
	}
	return points
}

// near collects the misses at a step, and of further steps around it until
// there are enough.
func (e misses) near(h int) []float64 {
	out := slices.Clone(e.ahead[min(h, len(e.ahead)-1)])
	for by := 1; len(out) < forRange && by < len(e.ahead); by++ {
		if h-by >= 0 {
			out = append(out, e.ahead[h-by]...)
		}
		if h+by < len(e.ahead) {
			out = append(out, e.ahead[h+by]...)
		}
	}
	slices.Sort(out)
	return out
}

// outer is the quantile of sorted values at place p (n+1), type 6 of Hyndman &
// Fan 1996: of few values it lies further out than the usual one, as a range
// for a value not yet seen must.
func outer(sorted []float64, p float64) float64 {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	at := math.Min(float64(n), math.Max(1, p*float64(n+1))) - 1
	i := int(at)
	if i == n-1 {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
