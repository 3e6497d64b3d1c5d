// Package btyd foresees purchases of customers who may leave without a word
// ("buy till you die"): BG/NBD for how many, Gamma-Gamma for how much each, and
// both together for what a customer is worth.
//
// All times are in one unit, weeks or days, of the caller's choice; results are
// in the same unit. Money is in any one unit too.
package btyd

import "math"

// Seen is what a purchase model needs of a customer (or of Customers alike):
// purchases after the first, when the last of them was, and how long the
// customer has been known, both counted from the first purchase. One day is one
// purchase, whatever was bought on it.
type Seen struct {
	X         int     // repeat purchases
	Tx        float64 // time from the first to the last purchase; 0 when X is 0
	T         float64 // time from the first purchase until now, at least Tx
	Customers int     // how many are alike; at least 1
}

// Params are the four numbers of a shop (Fader, Hardie & Lee 2005, Marketing
// Science 24(2)): purchase rates follow gamma(R, Alpha), the chance to leave
// after a purchase beta(A, B). Alpha is in the unit of time.
type Params struct {
	R     float64 `json:"r"`
	Alpha float64 `json:"alpha"`
	A     float64 `json:"a"`
	B     float64 `json:"b"`
}

// ok tells whether the numbers can be parameters at all.
func (p Params) ok() bool {
	for _, v := range []float64{p.R, p.Alpha, p.A, p.B} {
		if !(v > 0) || math.IsInf(v, 1) {
			return false
		}
	}
	return true
}

// Alive is the chance, 0 to 1, that somebody still is a customer: 1 when they
// never came back, since one can only leave after a repeat purchase (eq. 5 of
// Fader, Hardie & Lee 2008, "Computing P(alive) using the BG/NBD model").
func (p Params) Alive(s Seen) float64 {
	if s.X == 0 {
		return 1
	}
	return 1 / (1 + math.Exp(p.gone(s)))
}

// gone is the log of the odds of having left.
func (p Params) gone(s Seen) float64 {
	x := float64(s.X)
	return math.Log(p.A/(p.B+x-1)) + (p.R+x)*math.Log((p.Alpha+s.T)/(p.Alpha+s.Tx))
}

// Purchases is how many purchases to expect of a customer within the next t
// units of time (eq. 10 of the paper). After Euler's transformation of the
// hypergeometric function it is
//
//	(a+b+x-1)/(a-1) [1 - (1-z)^(a-1) 2F1(a-1, a+b-1-r; a+b+x-1; z)] P(alive)
//
// with z = t/(alpha+T+t), which neither overflows for many purchases nor
// converges slowly for few.
func (p Params) Purchases(s Seen, t float64) float64 {
	if t <= 0 {
		return 0
	}
	const near = 1e-6 // the formula has holes at a = 1 and a + b = 1: step beside them
	if math.Abs(p.A-1) < near {
		p.A = 1 + near
	}
	c := p.A + p.B + float64(s.X) - 1
	if math.Abs(c) < near {
		p.B += 2 * near
		c = p.A + p.B + float64(s.X) - 1
	}
	z := t / (p.Alpha + s.T + t)
	left := math.Pow(1-z, p.A-1) * hyper(p.A-1, p.A+p.B-1-p.R, c, z)
	return math.Max(0, c/(p.A-1)*(1-left)*p.Alive(s))
}

// NewPurchases is how many repeat purchases to expect of a new customer within
// t units of time after the first one (eq. 9).
func (p Params) NewPurchases(t float64) float64 { return p.Purchases(Seen{}, t) }

// Distribution is the chance of exactly 0, 1, … n repeat purchases within t
// units of time of a new customer (eq. 8).
func (p Params) Distribution(t float64, n int) []float64 {
	out := make([]float64, n+1)
	here := math.Log(p.Alpha / (p.Alpha + t))
	there := math.Log(t / (p.Alpha + t))
	base := lbeta(p.A, p.B)
	upto := 0.0 // chance of fewer than x purchases, had nobody left
	for x := range out {
		v := float64(x)
		count := lgamma(p.R+v) - lgamma(p.R) - lgamma(v+1) + p.R*here
		if x > 0 {
			count += v * there
		}
		out[x] = math.Exp(lbeta(p.A, p.B+v) - base + count)
		if x > 0 {
			out[x] += math.Exp(lbeta(p.A+1, p.B+v-1)-base) * math.Max(0, 1-upto)
		}
		upto += math.Exp(count)
	}
	return out
}

// hyper is Gauss's 2F1(a, b; c; z) for 0 <= z < 1 as its series.
func hyper(a, b, c, z float64) float64 {
	sum, term := 1.0, 1.0
	for j := 0.0; j < 1e5; j++ {
		term *= (a + j) * (b + j) / ((c + j) * (j + 1)) * z
		sum += term
		if math.Abs(term) <= 1e-15*math.Abs(sum) {
			break
		}
	}
	return sum
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

func lbeta(a, b float64) float64 { return lgamma(a) + lgamma(b) - lgamma(a+b) }
