package btyd

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"
)

// Fit is what a shop's history says of its customers' habits.
type Fit struct {
	Params
	Customers int
	Repeat    int     // of them bought again
	LogLik    float64 // of the customers, without the prior
	Gain      float64 // how much better that is than when nobody ever left
	Doubt     Doubt   // what the fit cannot tell, and why
}

// Foresees tells whether Purchases may be used.
func (f Fit) Foresees() bool { return f.Doubt == Sure || f.Doubt == NoEnd || f.Doubt == NoGain }

// TellsWhoLeft tells whether Alive may be shown. Where it may not, a customer's
// own rhythm says who is overdue (stats.RhythmOf).
func (f Fit) TellsWhoLeft() bool { return f.Doubt == Sure }

// Doubt is why a model says less or nothing; its words are in the catalogue.
type Doubt string

// Reasons for doubt.
const (
	Sure         Doubt = ""
	FewCustomers Doubt = "few_customers" // fewer than 30
	FewRepeat    Doubt = "few_repeat"    // fewer than 20 bought again
	ShortHistory Doubt = "short_history" // less than 90 days
	NoEnd        Doubt = "no_end"        // nobody seems ever to leave
	NoGain       Doubt = "no_gain"       // that people leave explains nothing
	Unsettled    Doubt = "unsettled"     // the search found no end
)

// What a fit needs, and below what it says nothing about leaving: a share of
// leavers a/(a+b) under half a percent, or a gain of less than 3 over NBD.
const (
	minCustomers = 30
	minRepeat    = 20
	minDays      = 90
	minLeaving   = .005
	minGain      = 3
)

// Enough tells whether there is history enough to fit, and what is missing.
// days is the length of the unit of time: 7 for weeks, 1 for days.
func Enough(rows []Seen, days float64) Doubt {
	customers, repeat, longest := 0, 0, 0.0
	for _, row := range rows {
		n := max(1, row.Customers)
		customers += n
		if row.X > 0 {
			repeat += n
		}
		longest = math.Max(longest, row.T*days)
	}
	switch {
	case customers < minCustomers:
		return FewCustomers
	case repeat < minRepeat:
		return FewRepeat
	case longest < minDays:
		return ShortHistory
	}
	return Sure
}

// prior is a normal distribution with SD 1 around the logs of the parameters of
// a usual shop. Without it, 57 of 100 shops of 30 customers would get absurd
// numbers.
type prior struct{ centre [4]float64 }

// The usual shop: r .5, alpha 8 weeks, a .7, b 3, where half of the repeat
// buyers come back within usualGap weeks. Shops whose customers come more often
// or more seldom have their alpha moved in proportion, which also makes the
// unit of time immaterial.
var usual = Params{.5, 8, .7, 3}

// usualGap is the median gap of the repeat buyers of CDNOW, in weeks.
const usualGap = 6.95

// Gap is the median, over customers who came back, of their mean gap between
// purchases; 0 when nobody came back at another time.
func Gap(rows []Seen) float64 {
	type gap struct {
		length float64
		n      int
	}
	var gaps []gap
	all := 0
	for _, row := range rows {
		if row.X > 0 && row.Tx > 0 {
			gaps = append(gaps, gap{row.Tx / float64(row.X), max(1, row.Customers)})
			all += max(1, row.Customers)
		}
	}
	slices.SortFunc(gaps, func(a, b gap) int {
		if a.length < b.length {
			return -1
		} else if a.length > b.length {
			return 1
		}
		return 0
	})
	seen := 0
	for _, g := range gaps {
		if seen += g.n; 2*seen >= all {
			return g.length
		}
	}
	return 0
}

// FitPurchases finds the parameters that make the history likeliest together
// with the prior. start are those of the last fit, to begin nearer to the end;
// the zero Params begin at the usual shop. Call Enough first. The time is
// linear in rows that differ, so put those alike together.
func FitPurchases(rows []Seen, start Params) Fit {
	gap := Gap(rows)
	if gap <= 0 {
		return Fit{Doubt: FewRepeat}
	}
	s := newSample(rows)
	centre := usual
	centre.Alpha *= gap / usualGap
	s.prior = &prior{logs(centre)}
	if start.ok() {
		if f := s.fit(start); f.Doubt != Unsettled {
			return f
		}
	}
	return s.fit(centre)
}

// fit climbs from start.
func (s *sample) fit(start Params) Fit {
	f := Fit{}
	for _, row := range s.rows {
		f.Customers += max(1, row.Customers)
		if row.X > 0 {
			f.Repeat += max(1, row.Customers)
		}
	}
	found, ok := s.climb(start)
	f.Params = found
	if !ok {
		f.Doubt = Unsettled
		return f
	}
	f.LogLik = s.logLik(found, nil)
	f.Gain = f.LogLik - s.stay(found)
	switch {
	case f.A/(f.A+f.B) < minLeaving:
		f.Doubt = NoEnd
	case !(f.Gain >= minGain):
		f.Doubt = NoGain
	}
	return f
}

// climb maximises by BFGS on the logs of the parameters, which keeps them
// positive; the function is the mean per customer, so that one threshold serves
// every size of shop.
func (s *sample) climb(start Params) (Params, bool) {
	g := make([]float64, 4)
	at := func(theta []float64, grad []float64) float64 {
		p := unlog(theta)
		value := s.logLik(p, g)
		for i, scale := range []float64{p.R, p.Alpha, p.A, p.B} {
			g[i] *= scale
			if s.prior != nil {
				off := theta[i] - s.prior.centre[i]
				value -= off * off / 2
				g[i] -= off
			}
		}
		for i := range grad {
			grad[i] = -g[i] / s.count
		}
		return -value / s.count
	}
	begin := logs(start)
	theta, ok := minimize(at, begin[:])
	if !ok {
		return Params{}, false
	}
	p := unlog(theta)
	return p, p.ok()
}

// stay is the best log likelihood when nobody ever leaves.
func (s *sample) stay(near Params) float64 {
	g := make([]float64, 2)
	at := func(theta []float64, grad []float64) float64 {
		r, alpha := math.Exp(theta[0]), math.Exp(theta[1])
		value := s.logLikStay(r, alpha, g)
		for i, scale := range []float64{r, alpha} {
			if grad != nil {
				grad[i] = -g[i] * scale / s.count
			}
		}
		return -value / s.count
	}
	theta, ok := minimize(at, []float64{math.Log(near.R), math.Log(near.Alpha)})
	if !ok {
		return math.Inf(1) // unknown: no gain
	}
	return s.logLikStay(math.Exp(theta[0]), math.Exp(theta[1]), g)
}

// Below the first threshold the search ends; a line search that gave up within
// the second stands on flat ground, where rounding is larger than any step.
const (
	flat     = 1e-7
	flatLine = 1e-5
)

// minimize runs BFGS. at gives the value and writes the gradient.
func minimize(at func(theta, grad []float64) float64, start []float64) ([]float64, bool) {
	// The search asks for the value and the gradient of one point one after the
	// other, and both come out of one pass over the customers.
	last, slope, value := slices.Repeat([]float64{math.NaN()}, len(start)), make([]float64, len(start)), 0.0
	look := func(theta []float64) {
		if !slices.Equal(theta, last) {
			copy(last, theta)
			value = at(theta, slope)
		}
	}
	problem := optimize.Problem{
		Func: func(theta []float64) float64 { look(theta); return value },
		Grad: func(grad, theta []float64) { look(theta); copy(grad, slope) },
	}
	settings := &optimize.Settings{GradientThreshold: flat, MajorIterations: 500}
	result, err := optimize.Minimize(problem, start, settings, &optimize.BFGS{})
	if result == nil {
		return nil, false
	}
	if err == nil && result.Status == optimize.GradientThreshold {
		return result.X, true
	}
	grad := make([]float64, len(start))
	at(result.X, grad)
	for _, g := range grad {
		if !(math.Abs(g) < flatLine) {
			return nil, false
		}
	}
	return result.X, true
}

func logs(p Params) [4]float64 {
	return [4]float64{math.Log(p.R), math.Log(p.Alpha), math.Log(p.A), math.Log(p.B)}
}

func unlog(theta []float64) Params {
	return Params{math.Exp(theta[0]), math.Exp(theta[1]), math.Exp(theta[2]), math.Exp(theta[3])}
}
