package btyd

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/optimize"

	"regulars/app/kit/golden"
)

// pareto is the Pareto/NBD of Schmittlein, Morrison & Colombo 1987, in the form
// of Fader & Hardie's note of 2005. The product does not use it; here it says
// whether BG/NBD tells the same story.
type pareto struct{ r, alpha, s, beta float64 }

func (p pareto) logLik(s Seen) float64 {
	x := float64(s.X)
	alive := -(p.r+x)*math.Log(p.alpha+s.T) - p.s*math.Log(p.beta+s.T)
	gone := math.Log(p.s/(p.r+p.s+x)) + math.Log(p.a0(s))
	more := math.Max(alive, gone)
	return lgamma(p.r+x) - lgamma(p.r) + p.r*math.Log(p.alpha) + p.s*math.Log(p.beta) +
		more + math.Log(math.Exp(alive-more)+math.Exp(gone-more))
}

func (p pareto) a0(s Seen) float64 {
	n := p.r + p.s + float64(s.X)
	big, small, second := p.alpha, p.beta, p.s+1
	if p.alpha < p.beta {
		big, small, second = p.beta, p.alpha, p.r+float64(s.X)
	}
	at := func(t float64) float64 {
		return hyper(n, second, n+1, (big-small)/(big+t)) / math.Pow(big+t, n)
	}
	return at(s.Tx) - at(s.T)
}

func (p pareto) alive(s Seen) float64 {
	x := float64(s.X)
	return 1 / (1 + p.s/(p.r+p.s+x)*math.Pow(p.alpha+s.T, p.r+x)*math.Pow(p.beta+s.T, p.s)*p.a0(s))
}

func (p pareto) purchases(s Seen, t float64) float64 {
	return p.alive(s) * (p.r + float64(s.X)) * (p.beta + s.T) / ((p.alpha + s.T) * (p.s - 1)) *
		(1 - math.Pow((p.beta+s.T)/(p.beta+s.T+t), p.s-1))
}

func (p pareto) newPurchases(t float64) float64 {
	return p.r * p.beta / (p.alpha * (p.s - 1)) * (1 - math.Pow(p.beta/(p.beta+t), p.s-1))
}

func TestGoldenParetoTellsTheSameStory(t *testing.T) {
	type params struct{ R, Alpha, S, Beta, LL float64 }
	var g struct {
		Pub, Run params
		Customer struct {
			Alive float64 `json:"p_alive_pub"`
			Year  float64 `json:"cond52_run"`
		} `json:"customer_26_30.86_31"`
		Year float64 `json:"E_X_52_run"`
	}
	golden.Read(t, "paretonbd_cdnow", &g)
	rows := cdnow(t)
	sum := func(p pareto) float64 {
		total := 0.0
		for _, s := range rows {
			total += float64(s.Customers) * p.logLik(s)
		}
		return total
	}
	published := pareto{g.Pub.R, g.Pub.Alpha, g.Pub.S, g.Pub.Beta}
	golden.Near(t, "LL as published", sum(published), g.Pub.LL, .003)

	at := func(theta []float64) pareto {
		return pareto{math.Exp(theta[0]), math.Exp(theta[1]), math.Exp(theta[2]), math.Exp(theta[3])}
	}
	found, err := optimize.Minimize(optimize.Problem{Func: func(theta []float64) float64 { return -sum(at(theta)) }},
		[]float64{-.6, 2.3, -.5, 2.4}, nil, &optimize.NelderMead{})
	if err != nil {
		t.Fatal(err)
	}
	p := at(found.X)
	golden.Near(t, "r", p.r, g.Run.R, .001)
	golden.Near(t, "alpha", p.alpha, g.Run.Alpha, .01)
	golden.Near(t, "s", p.s, g.Run.S, .001)
	golden.Near(t, "beta", p.beta, g.Run.Beta, .05)
	golden.Near(t, "LL", -found.F, g.Run.LL, .001)

	c := Seen{26, 30.86, 31, 1}
	golden.Near(t, "alive", published.alive(c), g.Customer.Alive, .0001)
	golden.Near(t, "its year", p.purchases(c, 52), g.Customer.Year, .001)
	golden.Near(t, "a newcomer's year", published.newPurchases(52), g.Year, .001)

	bg := likeliest(rows)
	if bg.LogLik < -found.F {
		t.Errorf("BG/NBD fits worse: %v and %v", bg.LogLik, -found.F)
	}
	both, apart := 0.0, 0.0
	for _, s := range rows {
		n := float64(s.Customers)
		both += n * p.purchases(s, 39)
		apart += n * (bg.Purchases(s, 39) - p.purchases(s, 39))
	}
	if math.Abs(apart) > .1*both {
		t.Errorf("39 weeks: %v apart in %v", apart, both)
	}
}
