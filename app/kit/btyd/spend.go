package btyd

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"regulars/app/kit/stats"
)

// Spent is what the repeat purchases of a customer (or of Customers alike) came
// to on average: X of them, Mean each.
type Spent struct {
	X         int
	Mean      float64 // in any one unit of money
	Customers int     // at least 1
}

// Spend foresees the mean value of a customer's purchases by the Gamma-Gamma
// model (Fader, Hardie & Lee 2005, "RFM and CLV", Journal of Marketing Research
// 42; Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value"). Where
// the model does not hold it leans on the shop's median instead.
type Spend struct {
	P         float64 `json:"p"`
	Q         float64 `json:"q"`
	V         float64 `json:"v"`      // in the unit of money
	Median    float64 `json:"median"` // of the customers' means: the usual purchase
	Customers int     `json:"customers"`
	LogLik    float64 `json:"-"`
	// Correlation of how often with for how much. The model holds them to be
	// unrelated; Related says that they are not.
	Correlation float64 `json:"correlation"`
	// Shrunk tells that Mean is the shrunken mean: too few customers, no end of
	// the search, or a shop whose mean would be infinite (q <= 1).
	Shrunk bool `json:"shrunk"`
}

// What the model needs and bears.
const (
	minSpenders    = minRepeat
	maxCorrelation = .3
	spendPrior     = 3   // purchases that the shop's median counts for
	runaway        = 1e4 // a parameter beyond this has no end
)

// Related warns that frequent buyers spend more or less per purchase, which
// makes the forecast of values doubtful.
func (m Spend) Related() bool { return math.Abs(m.Correlation) > maxCorrelation }

// FitSpend finds the model of a shop from the customers who bought again.
// Purchases without value say nothing and are left out.
func FitSpend(rows []Spent) Spend {
	rows = slices.DeleteFunc(slices.Clone(rows), func(s Spent) bool {
		return s.X < 1 || !(s.Mean > 0) || math.IsInf(s.Mean, 1)
	})
	m := Spend{Shrunk: true}
	for i := range rows {
		rows[i].Customers = max(1, rows[i].Customers)
		m.Customers += rows[i].Customers
	}
	if m.Customers == 0 {
		return m
	}
	m.Median, m.Correlation = usualSpend(rows), correlation(rows)
	slices.SortFunc(rows, func(a, b Spent) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Mean, b.Mean)) })
	if m.Customers < minSpenders {
		return m
	}
	// In units of the usual purchase the search starts near its end whatever
	// the currency.
	at := func(theta, grad []float64) float64 {
		g := make([]float64, 3)
		value := spendLogLik(rows, math.Exp(theta[0]), math.Exp(theta[1]), math.Exp(theta[2]), m.Median, g)
		for i := range grad {
			grad[i] = -g[i] * math.Exp(theta[i]) / float64(m.Customers)
		}
		return -value / float64(m.Customers)
	}
	theta, ok := minimize(at, []float64{1, 1, 0})
	if !ok {
		return m
	}
	m.P, m.Q = math.Exp(theta[0]), math.Exp(theta[1])
	v := math.Exp(theta[2])
	m.V = v * m.Median
	n := float64(m.Customers)
	m.LogLik = spendLogLik(rows, m.P, m.Q, v, m.Median, make([]float64, 3)) - n*math.Log(m.Median)
	m.Shrunk = !(m.Q > 1) || !(math.Max(m.P, math.Max(m.Q, v)) < runaway) || !(m.P > 1/runaway)
	return m
}

// spendLogLik is the log likelihood of the means in the given unit, and its
// derivatives by p, q and v. Per customer, for a mean of z over x purchases,
//
//	lnG(px+q) - lnG(px) - lnG(q) + q ln v + (px-1) ln z + px ln x - (px+q) ln(v+xz)
//
// Rows in the order of x need the expensive functions once for each x.
func spendLogLik(rows []Spent, p, q, v, unit float64, grad []float64) float64 {
	sum, lq, dq, lnv := 0.0, lgamma(q), mathext.Digamma(q), math.Log(v)
	grad[0], grad[1], grad[2] = 0, 0, 0
	var fixed, both, dp float64 // of the x of the row before
	for i, row := range rows {
		n, x, z := float64(row.Customers), float64(row.X), row.Mean/unit
		px := p * x
		if i == 0 || row.X != rows[i-1].X {
			lnx := math.Log(x)
			both = mathext.Digamma(px + q)
			fixed, dp = lgamma(px+q)-lgamma(px)-lq+q*lnv+px*lnx, both-mathext.Digamma(px)+lnx
		}
		all, lnz := math.Log(v+x*z), math.Log(z)
		sum += n * (fixed + (px-1)*lnz - (px+q)*all)
		grad[0] += n * x * (dp + lnz - all)
		grad[1] += n * (both - dq + lnv - all)
		grad[2] += n * (q/v - (px+q)/(v+x*z))
	}
	return sum
}

// Mean is the value to expect of each purchase of a customer whose x repeat
// purchases came to mean on average: p (v + x mean) / (px + q - 1), or the
// shrunken mean (x mean + 3 median)/(x + 3). A customer without repeat
// purchases gets the shop's.
func (m Spend) Mean(x int, mean float64) float64 {
	if x < 1 || !(mean > 0) {
		x, mean = 0, 0
	}
	if m.Shrunk {
		return stats.ShrunkMean(mean, x, m.Median, spendPrior)
	}
	return m.P * (m.V + float64(x)*mean) / (m.P*float64(x) + m.Q - 1)
}

// usualSpend is the median of the customers' means, and puts them in their order.
func usualSpend(rows []Spent) float64 {
	slices.SortFunc(rows, func(a, b Spent) int { return cmp.Compare(a.Mean, b.Mean) })
	all, seen := 0, 0
	for _, s := range rows {
		all += s.Customers
	}
	for _, s := range rows {
		if seen += s.Customers; 2*seen >= all {
			return s.Mean
		}
	}
	return 0
}

// correlation is Pearson's, of the number of purchases with their mean value; 0
// when either does not vary.
func correlation(rows []Spent) float64 {
	var n, mx, mz float64
	for _, s := range rows {
		n += float64(s.Customers)
		mx += float64(s.Customers) * float64(s.X)
		mz += float64(s.Customers) * s.Mean
	}
	mx, mz = mx/n, mz/n
	var xx, zz, xz float64
	for _, s := range rows {
		w, x, z := float64(s.Customers), float64(s.X)-mx, s.Mean-mz
		xx, zz, xz = xx+w*x*x, zz+w*z*z, xz+w*x*z
	}
	if xx == 0 || zz == 0 {
		return 0
	}
	return xz / math.Sqrt(xx*zz)
}
