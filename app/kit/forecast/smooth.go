// Package forecast continues a series of months, weeks or days: by a method
// that fits the length of its history, tried on its own past.
package forecast

import (
	"math"

	"gonum.org/v1/gonum/optimize"
)

// Method is how a series is continued; its words are in the catalogue.
type Method string

// The methods.
const (
	Mean           Method = "mean"           // with the range of what was seen
	Recent         Method = "recent"         // the mean of the last quarter of a season
	Level          Method = "level"          // simple exponential smoothing
	Damped         Method = "damped"         // Holt's trend that peters out
	Additive       Method = "additive"       // Holt-Winters, seasons of fixed size
	Multiplicative Method = "multiplicative" // Holt-Winters, seasons that grow with the level
)

// Smooth is a fitted exponential smoothing.
type Smooth struct {
	Method             Method
	Alpha, Beta, Gamma float64   // how fast level, trend and season follow, 0 to 1
	Phi                float64   // what of the trend is left a step later; 1 undamped
	SSE                float64   // sum of squared errors one step ahead
	A, B               float64   // level and trend after the last value
	Season             []float64 // by the step ahead, one per period of a season
}

// Ahead continues the series by steps values.
func (s Smooth) Ahead(steps int) []float64 {
	out := make([]float64, steps)
	trend, damp := 0.0, 1.0
	for h := range out {
		damp *= s.Phi
		trend += damp * s.B
		out[h] = s.A + trend
		switch s.Method {
		case Additive:
			out[h] += s.Season[h%len(s.Season)]
		case Multiplicative:
			out[h] *= s.Season[h%len(s.Season)]
		}
	}
	return out
}

// SES is simple exponential smoothing that begins at the first value, as R's
// HoltWinters(x, beta = FALSE, gamma = FALSE). It needs two values.
func SES(xs []float64) (Smooth, bool) {
	if len(xs) < 2 {
		return Smooth{}, false
	}
	run := func(p []float64) Smooth {
		s := Smooth{Method: Level, Alpha: p[0], Phi: 1, A: xs[0]}
		for _, x := range xs[1:] {
			e := x - s.A
			s.SSE += e * e
			s.A += s.Alpha * e
		}
		return s
	}
	return best(run, []float64{.3})
}

// DampedTrend is Holt's linear trend damped by phi in .8 to .98 (Gardner &
// McKenzie 1985, Management Science 31). Level and trend begin at the first
// value and the mean of the first four differences. It needs four values.
func DampedTrend(xs []float64) (Smooth, bool) {
	if len(xs) < 4 {
		return Smooth{}, false
	}
	k := min(len(xs)-1, 4)
	start := (xs[k] - xs[0]) / float64(k)
	run := func(p []float64) Smooth {
		s := Smooth{Method: Damped, Alpha: p[0], Beta: p[1], Phi: .8 + .18*p[2], A: xs[0], B: start}
		for _, x := range xs[1:] {
			was, foreseen := s.A, s.A+s.Phi*s.B
			e := x - foreseen
			s.SSE += e * e
			s.A = foreseen + s.Alpha*e
			s.B = s.Beta*(s.A-was) + (1-s.Beta)*s.Phi*s.B
		}
		return s
	}
	return best(run, []float64{.3, .1, .5})
}

// HoltWinters follows level, trend and seasons of the given length (Holt 1957,
// Winters 1960), Additive or Multiplicative. It begins as R's HoltWinters does:
// seasons and a straight line from the moving average over the first two
// seasons, smoothing from the second on. It needs two seasons; growing seasons
// need values above nought.
func HoltWinters(xs []float64, season int, method Method) (Smooth, bool) {
	first, ok := beginning(xs, season, method)
	if !ok {
		return Smooth{}, false
	}
	figures := make([]float64, season) // reused by every run
	run := func(p []float64) Smooth {
		s := first
		s.Alpha, s.Beta, s.Gamma = p[0], p[1], p[2]
		copy(figures, first.Season)
		s.follow(xs[season:], figures)
		return s
	}
	s, ok := best(run, []float64{.3, .1, .1})
	s.Season = make([]float64, season) // figures are those of the last run, which is s
	for h := range s.Season {
		s.Season[h] = figures[(len(xs)+h)%season]
	}
	return s, ok
}

// follow smooths the values after the first season; figures hold the season at
// its place and are kept up to date.
func (s *Smooth) follow(xs, figures []float64) {
	for i, x := range xs {
		at := i % len(figures)
		was, f := s.A, figures[at]
		var e, level float64
		if s.Method == Multiplicative {
			e, level = x-(s.A+s.B)*f, x/f
		} else {
			e, level = x-(s.A+s.B+f), x-f
		}
		s.SSE += e * e
		s.A = s.Alpha*level + (1-s.Alpha)*(s.A+s.B)
		s.B = s.Beta*(s.A-was) + (1-s.Beta)*s.B
		if s.Method == Multiplicative {
			figures[at] = s.Gamma*x/s.A + (1-s.Gamma)*f
		} else {
			figures[at] = s.Gamma*(x-s.A) + (1-s.Gamma)*f
		}
	}
}

// beginning decomposes the first two seasons.
func beginning(xs []float64, season int, method Method) (Smooth, bool) {
	if season < 2 || len(xs) < 2*season || method != Additive && method != Multiplicative {
		return Smooth{}, false
	}
	if method == Multiplicative {
		for _, x := range xs {
			if !(x > 0) {
				return Smooth{}, false
			}
		}
	}
	trend, offset := moving(xs[:2*season], season)
	s := Smooth{Method: method, Phi: 1, Season: make([]float64, season)}
	s.A, s.B = line(trend)
	count := make([]float64, season)
	for i, v := range trend {
		at := (i + offset) % season
		count[at]++
		if method == Multiplicative {
			s.Season[at] += xs[i+offset] / v
		} else {
			s.Season[at] += xs[i+offset] - v
		}
	}
	mean := 0.0
	for i := range s.Season {
		s.Season[i] /= count[i]
		mean += s.Season[i] / float64(season)
	}
	for i := range s.Season {
		if method == Multiplicative {
			s.Season[i] /= mean
		} else {
			s.Season[i] -= mean
		}
	}
	return s, true
}

// moving is the centred moving average over a season, with half weights at both
// ends of an even one, and the place of its first value.
func moving(xs []float64, season int) (out []float64, offset int) {
	offset = season / 2
	for i := offset; i+offset < len(xs); i++ {
		sum := 0.0
		for j := i - offset; j <= i+offset; j++ {
			if season%2 == 0 && (j == i-offset || j == i+offset) {
				sum += xs[j] / 2
			} else {
				sum += xs[j]
			}
		}
		out = append(out, sum/float64(season))
	}
	return out, offset
}

// line is intercept and slope of ys over 1, 2, … by least squares.
func line(ys []float64) (a, b float64) {
	n := float64(len(ys))
	mx, my := (n+1)/2, 0.0
	for _, y := range ys {
		my += y / n
	}
	var xx, xy float64
	for i, y := range ys {
		d := float64(i+1) - mx
		xx, xy = xx+d*d, xy+d*(y-my)
	}
	if xx > 0 {
		b = xy / xx
	}
	return my - b*mx, b
}

// best finds the parameters within 0 and 1 with the smallest squared errors, by
// Nelder-Mead over their logits. Errors are counted in units of those at the
// start, so that the unit of the series is immaterial.
func best(run func([]float64) Smooth, start []float64) (Smooth, bool) {
	p := make([]float64, len(start))
	shares := func(logits []float64) []float64 {
		for i, v := range logits {
			p[i] = 1 / (1 + math.Exp(-v))
		}
		return p
	}
	logits := make([]float64, len(start))
	for i, v := range start {
		logits[i] = math.Log(v / (1 - v))
	}
	unit := run(start).SSE
	if unit == 0 { // already without error
		return run(start), true
	}
	problem := optimize.Problem{Func: func(logits []float64) float64 {
		v := run(shares(logits)).SSE / unit
		if math.IsNaN(v) {
			return math.Inf(1)
		}
		return v
	}}
	settings := &optimize.Settings{FuncEvaluations: 2000, Converger: &optimize.FunctionConverge{Absolute: 1e-10, Iterations: 12}}
	result, err := optimize.Minimize(problem, logits, settings, &optimize.NelderMead{})
	if err != nil || result == nil {
		return Smooth{}, false
	}
	s := run(shares(result.X))
	return s, !math.IsNaN(s.SSE) && !math.IsInf(s.SSE, 0)
}
