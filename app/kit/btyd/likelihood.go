package btyd

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// sample is customers put together: many are alike, and of each number of
// purchases the expensive functions are needed once.
type sample struct {
	rows  []Seen
	at    []int32 // place of the row's X in xs
	xs    []float64
	count float64
	prior *prior
	memo  []memo
}

// n is how many customers a row is.
func (s Seen) n() float64 { return float64(max(1, s.Customers)) }

// memo holds what depends on the parameters and on x alone.
type memo struct {
	fixed      float64 // all terms without t
	dr, da, db float64 // their derivatives
}

// newSample leaves out what cannot be: T or Tx below nought, Tx after T. Rows
// without a count are one customer.
func newSample(rows []Seen) *sample {
	odd := func(r Seen) bool { return r.X < 0 || !(r.Tx >= 0) || !(r.T >= r.Tx) || math.IsInf(r.T, 1) }
	if slices.ContainsFunc(rows, odd) { // there may be a million: they are copied only where some go
		rows = slices.DeleteFunc(slices.Clone(rows), odd)
	}
	s := &sample{rows: rows, at: make([]int32, 0, len(rows))}
	places := map[int]int32{}
	for _, row := range rows {
		place, known := places[row.X]
		if !known {
			place = int32(len(s.xs))
			places[row.X] = place
			s.xs = append(s.xs, float64(row.X))
		}
		s.at = append(s.at, place)
		s.count += row.n()
	}
	s.memo = make([]memo, len(s.xs))
	return s
}

// logLik is the log likelihood of all customers and, when grad is not nil, its
// derivatives by r, alpha, a and b. Per customer it is (eq. 6 of the paper)
//
//	lnG(r+x) - lnG(r) + r ln alpha + lnB(a, b+x) - lnB(a, b)
//	+ ln[(alpha+T)^-(r+x) + (x>0) a/(b+x-1) (alpha+tx)^-(r+x)]
func (s *sample) logLik(p Params, grad []float64) float64 {
	s.remember(p, grad != nil)
	sum := 0.0
	var g [4]float64
	for i, row := range s.rows {
		m, n := &s.memo[s.at[i]], row.n()
		x := float64(row.X)
		lnT := math.Log(p.Alpha + row.T)
		one, share := -(p.R+x)*lnT, 0.0 // share: how likely it is that they left
		lnTx := 0.0
		if row.X > 0 {
			lnTx = math.Log(p.Alpha + row.Tx)
			odds := math.Log(p.A/(p.B+x-1)) + (p.R+x)*(lnT-lnTx)
			one, share = one+softplus(odds), 1/(1+math.Exp(-odds))
		}
		sum += n * (m.fixed + one)
		if grad == nil {
			continue
		}
		g[0] += n * (m.dr - (1-share)*lnT - share*lnTx)
		g[1] += n * (p.R/p.Alpha - (p.R+x)*((1-share)/(p.Alpha+row.T)+share/(p.Alpha+row.Tx)))
		g[2] += n * (m.da + share/p.A)
		g[3] += n * m.db
		if row.X > 0 {
			g[3] -= n * share / (p.B + x - 1)
		}
	}
	copy(grad, g[:])
	return sum
}

// remember fills the memo for these parameters.
func (s *sample) remember(p Params, derivatives bool) {
	gr, gb, gab, lna := lgamma(p.R), lgamma(p.B), lgamma(p.A+p.B), math.Log(p.Alpha)
	var dr, db, dab float64
	if derivatives {
		dr, db, dab = mathext.Digamma(p.R), mathext.Digamma(p.B), mathext.Digamma(p.A+p.B)
	}
	for i, x := range s.xs {
		m := memo{fixed: lgamma(p.R+x) - gr + p.R*lna + gab + lgamma(p.B+x) - gb - lgamma(p.A+p.B+x)}
		if derivatives {
			all := mathext.Digamma(p.A + p.B + x)
			m.dr = mathext.Digamma(p.R+x) - dr + lna
			m.da = dab - all
			m.db = dab + mathext.Digamma(p.B+x) - db - all
		}
		s.memo[i] = m
	}
}

// softplus is ln(1 + e^v) without overflow.
func softplus(v float64) float64 {
	if v > 0 {
		return v + math.Log1p(math.Exp(-v))
	}
	return math.Log1p(math.Exp(v))
}

// logLikStay is the same when nobody ever leaves (NBD), with derivatives by r
// and alpha.
func (s *sample) logLikStay(r, alpha float64, grad []float64) float64 {
	lna, gr, dr := math.Log(alpha), lgamma(r), mathext.Digamma(r)
	for i, x := range s.xs {
		s.memo[i] = memo{fixed: lgamma(r+x) - gr + r*lna, dr: mathext.Digamma(r+x) - dr + lna}
	}
	sum, g0, g1 := 0.0, 0.0, 0.0
	for i, row := range s.rows {
		m, n, x, lnT := &s.memo[s.at[i]], row.n(), float64(row.X), math.Log(alpha+row.T)
		sum += n * (m.fixed - (r+x)*lnT)
		g0 += n * (m.dr - lnT)
		g1 += n * (r/alpha - (r+x)/(alpha+row.T))
	}
	grad[0], grad[1] = g0, g1
	return sum
}
