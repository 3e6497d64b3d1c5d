package forecast

import (
	"math"
	"slices"
)

// Point is a value to come with its range: eight in ten values fell into such
// ranges when the past was foreseen from before. In a forecast by the mean the
// range is that of all values seen.
type Point struct{ Value, Low, High float64 }

// Forecast is how a series goes on.
type Forecast struct {
	Method Method
	Points []Point
	// Naive is what the same season of last time says (the last value, while
	// there is no whole season): the base that a method must beat.
	Naive []float64
	// MASE is the mean error of the method over the tries, in units of the
	// series' own change from season to season (Hyndman & Koehler 2006,
	// International Journal of Forecasting 22); NaiveMASE is that of the base.
	MASE, NaiveMASE float64
	Tries           int // moments of the past from which the rest was foreseen; 0 for a mean
}

// Better tells whether the method did better than the base on the past. A
// forecast that did not should say so or stay hidden.
func (f Forecast) Better() bool { return f.Tries > 0 && f.MASE < f.NaiveMASE }

// What the steps of the ladder need.
const (
	minSmooth = 8  // values, for anything but a mean
	minTries  = 3  // moments to try a method from
	maxTries  = 24 // more would cost time and tell of old days
)

// Of continues a series by steps values. xs are the whole periods in order,
// without the running one; season is how many make a year (12 months) or a week
// (7 days), 1 when there is none. Below 8 values it is their mean with their
// range; from 8 on, the mean of the last few and smoothing without season; from two seasons on and three
// values to try, Holt-Winters too. Among those it takes what did best on the
// past, from moving origins. It is false without values and for values that
// are no numbers.
func Of(xs []float64, season, steps int) (Forecast, bool) {
	season, steps = max(1, season), max(0, steps)
	for _, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return Forecast{}, false
		}
	}
	if len(xs) == 0 {
		return Forecast{}, false
	}
	f := Forecast{Method: Mean, Naive: naive(xs, season, steps)}
	if len(xs) < minSmooth {
		f.Points = byMean(xs, steps)
		return f, true
	}
	methods, need := ladder(xs, season)
	tries := min(maxTries, len(xs)-need)
	scale := change(xs[:len(xs)-tries], season)
	f.Tries, f.NaiveMASE = tries, try(xs, tries, steps, func(past []float64, h int) ([]float64, bool) {
		return naive(past, season, h), true
	}).mean()/scale
	var kept misses
	f.MASE = math.Inf(1)
	for _, m := range methods {
		e := try(xs, tries, steps, func(past []float64, h int) ([]float64, bool) { return ahead(past, season, m, h) })
		if mase := e.mean() / scale; e.whole && mase < f.MASE {
			f.Method, f.MASE, kept = m, mase, e
		}
	}
	values, ok := ahead(xs, season, f.Method, steps)
	if !ok || !kept.whole {
		return Forecast{Method: Mean, Naive: f.Naive, Points: byMean(xs, steps)}, true
	}
	f.Points = kept.around(values, slices.Min(xs) >= 0)
	return f, true
}

// ladder names the methods that so much history bears, and from how many
// values on all of them can be tried.
func ladder(xs []float64, season int) ([]Method, int) {
	methods := []Method{Recent, Level, Damped}
	if season < 2 || len(xs) < 2*season+minTries {
		return methods, max(4, len(xs)/2)
	}
	methods = append(methods, Additive)
	if slices.Min(xs) > 0 {
		methods = append(methods, Multiplicative)
	}
	return methods, 2 * season
}

func ahead(xs []float64, season int, m Method, steps int) ([]float64, bool) {
	if m == Recent {
		return recent(xs, season, steps), true
	}
	var s Smooth
	ok := false
	switch m {
	case Level:
		s, ok = SES(xs)
	case Damped:
		s, ok = DampedTrend(xs)
	case Additive, Multiplicative:
		s, ok = HoltWinters(xs, season, m)
	}
	if !ok {
		return nil, false
	}
	return s.Ahead(steps), true
}

// naive repeats the last season, or the last value before there is one.
func naive(xs []float64, season, steps int) []float64 {
	if len(xs) < season {
		season = 1
	}
	out := make([]float64, steps)
	for h := range out {
		out[h] = xs[len(xs)-season+h%season]
	}
	return out
}

// recent is the mean of the last quarter of a season, of three values at least.
func recent(xs []float64, season, steps int) []float64 {
	n := min(len(xs), max(3, season/4))
	sum := 0.0
	for _, x := range xs[len(xs)-n:] {
		sum += x / float64(n)
	}
	return slices.Repeat([]float64{sum}, steps)
}

func byMean(xs []float64, steps int) []Point {
	sum := 0.0
	for _, x := range xs {
		sum += x / float64(len(xs))
	}
	return slices.Repeat([]Point{{sum, slices.Min(xs), slices.Max(xs)}}, steps)
}

// change is the mean change from season to season, or from value to value
// before there are two seasons; 1 for a series that never changes.
func change(xs []float64, season int) float64 {
	if len(xs) <= season {
		season = 1
	}
	sum := 0.0
	for i := season; i < len(xs); i++ {
		sum += math.Abs(xs[i] - xs[i-season])
	}
	if sum == 0 {
		return 1
	}
	return sum / float64(len(xs)-season)
}
