// What goes along with a good score? Importance of the other rated questions
// for the leading one. It shows what moves together, never what caused it.

package stats

import (
	"math"
	"math/bits"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// MaxDrivers is how many LMG takes: it fits 2^k models.
const MaxDrivers = 10

// EnoughForDrivers tells whether n complete answers carry k drivers: fifteen
// each. With less, rank correlations one by one say all that can be said.
func EnoughForDrivers(n, k int) bool { return k >= 1 && k <= MaxDrivers && n >= 15*k }

// LMG shares the R2 of y on all drivers out among them: each gets what it adds
// on average over all orders in which they could enter (Lindeman, Merenda &
// Gold 1980; Grömping 2006, Journal of Statistical Software 17(1)). The shares
// sum to R2. Each driver has a value per y. It is false without spread in y or
// with no driver or more than MaxDrivers.
func LMG(y []float64, drivers [][]float64) (r2 float64, shares []float64, ok bool) {
	k := len(drivers)
	if k == 0 || k > MaxDrivers || len(y) < 3 || stat.StdDev(y, nil) == 0 {
		return 0, nil, false
	}
	corr := correlations(append(append([][]float64{}, drivers...), y))
	explained := make([]float64, 1<<k)
	for set := range explained {
		explained[set] = rSquared(corr, set)
	}
	shares = make([]float64, k)
	for set := range explained {
		size := bits.OnesCount(uint(set))
		for j := range shares {
			if set>>j&1 == 0 {
				shares[j] += orders(size, k) * (explained[set|1<<j] - explained[set])
			}
		}
	}
	return explained[len(explained)-1], shares, true
}

// orders is the share of the k! orders in which a given driver comes just after
// a given set: size! (k-size-1)! / k!.
func orders(size, k int) float64 {
	return math.Exp(-logChoose(k-1, size)) / float64(k)
}

// correlations is the matrix between the columns; a column without spread
// correlates with nothing.
func correlations(columns [][]float64) [][]float64 {
	out := make([][]float64, len(columns))
	for i := range columns {
		out[i] = make([]float64, len(columns))
		for j := range i + 1 {
			r := stat.Correlation(columns[i], columns[j], nil)
			if math.IsNaN(r) {
				r = 0
			}
			out[i][j], out[j][i] = r, r
		}
		out[i][i] = 1
	}
	return out
}

// rSquared is what the drivers in set explain of the last column, by
// eliminating one after the other from the correlations. A driver that the
// earlier ones already determine adds nothing.
func rSquared(corr [][]float64, set int) float64 {
	var at []int
	for j := range len(corr) - 1 {
		if set>>j&1 == 1 {
			at = append(at, j)
		}
	}
	at = append(at, len(corr)-1)
	m := make([][]float64, len(at))
	for i, a := range at {
		m[i] = make([]float64, len(at))
		for j, b := range at {
			m[i][j] = corr[a][b]
		}
	}
	for p := range len(at) - 1 {
		if m[p][p] < 1e-9 {
			continue
		}
		for i := p + 1; i < len(at); i++ {
			f := m[i][p] / m[p][p]
			for j := p; j < len(at); j++ {
				m[i][j] -= f * m[p][j]
			}
		}
	}
	left := m[len(at)-1][len(at)-1]
	return math.Min(1, math.Max(0, 1-left))
}

// Correlation is a coefficient with its 95 % interval and p.
type Correlation struct {
	N         int
	R         float64
	Low, High float64
	P         float64
	Valid     bool
}

// Spearman is the rank correlation with mid-ranks (Spearman 1904), p by t with
// n-2 degrees of freedom, the interval by Fisher's z with the standard error
// sqrt((1 + r^2/2) / (n - 3)) (Bonett & Wright 2000, Psychometrika 65). It
// needs four pairs and spread in both.
func Spearman(x, y []float64) Correlation {
	n := len(x)
	c := Correlation{N: n, P: 1, Low: -1, High: 1}
	if n < 4 {
		return c
	}
	r := stat.Correlation(midRanks(x), midRanks(y), nil)
	if math.IsNaN(r) {
		return c
	}
	c.R, c.Valid = math.Max(-1, math.Min(1, r)), true
	if math.Abs(c.R) > 1-1e-12 {
		c.R, c.P = math.Round(c.R), 0
		c.Low, c.High = c.R, c.R
		return c
	}
	t := c.R * math.Sqrt(float64(n-2)/(1-c.R*c.R))
	c.P = 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 2)}.CDF(-math.Abs(t))
	half := z95 * math.Sqrt((1+c.R*c.R/2)/float64(n-3))
	c.Low, c.High = math.Tanh(math.Atanh(c.R)-half), math.Tanh(math.Atanh(c.R)+half)
	return c
}
