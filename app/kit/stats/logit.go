// How likely is yes? Logistic regression, and whether it says more than the
// share of yes alone would.

package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// LogitFit is a fitted logistic regression.
type LogitFit struct {
	Intercept float64   `json:"intercept"`
	Beta      []float64 `json:"beta"` // one per input, on its own scale
	SE        []float64 `json:"-"`    // of the intercept and then of Beta; of a fit without ridge
	LogLik    float64   `json:"-"`    // of the answers, without the penalty
}

// P is the chance of yes for inputs in the order of the fit.
func (f LogitFit) P(x []float64) float64 {
	eta := f.Intercept
	for j, b := range f.Beta {
		eta += b * x[j]
	}
	return 1 / (1 + math.Exp(-eta))
}

// Logit fits by iteratively reweighted least squares; x has a column per input.
// ridge is the penalty on standardised inputs, which keeps the coefficients
// finite where inputs part yes from no perfectly; 0 is plain maximum likelihood.
// It is false when that does not settle, and when all answers are alike.
func Logit(y []bool, x [][]float64, ridge float64) (LogitFit, bool) {
	n, k := len(y), len(x)
	yes := 0
	for _, v := range y {
		if v {
			yes++
		}
	}
	if yes == 0 || yes == n || n <= k+1 {
		return LogitFit{}, false
	}
	mean, sd := make([]float64, k), make([]float64, k)
	design := mat.NewDense(n, k+1, nil)
	for j := range k {
		mean[j], sd[j] = stat.PopMeanStdDev(x[j], nil)
		if sd[j] == 0 {
			return LogitFit{}, false
		}
	}
	for i := range n {
		design.Set(i, 0, 1)
		for j := range k {
			design.Set(i, j+1, (x[j][i]-mean[j])/sd[j])
		}
	}
	beta := mat.NewVecDense(k+1, nil)
	beta.SetVec(0, math.Log(float64(yes)/float64(n-yes)))
	const most = 50
	for range most {
		info, score := newton(y, design, beta, ridge)
		var chol mat.Cholesky
		var step mat.VecDense
		if !chol.Factorize(info) || chol.SolveVecTo(&step, score) != nil {
			return LogitFit{}, false
		}
		beta.AddVec(beta, &step)
		if moved := mat.Norm(&step, math.Inf(1)); math.IsNaN(moved) || mat.Norm(beta, math.Inf(1)) > 1e3 {
			return LogitFit{}, false
		} else if moved > 1e-10 {
			continue
		}
		return unscaled(y, design, beta, &chol, mean, sd), true
	}
	return LogitFit{}, false
}

// newton is the information and the score at beta.
func newton(y []bool, design *mat.Dense, beta *mat.VecDense, ridge float64) (*mat.SymDense, *mat.VecDense) {
	n, m := design.Dims()
	info, score := mat.NewSymDense(m, nil), mat.NewVecDense(m, nil)
	for i := range n {
		row := design.RowView(i)
		p := 1 / (1 + math.Exp(-mat.Dot(row, beta)))
		info.SymRankOne(info, p*(1-p), row)
		score.AddScaledVec(score, asNumber(y[i])-p, row)
	}
	for j := 1; j < m; j++ { // the intercept is free
		info.SetSym(j, j, info.At(j, j)+ridge)
		score.SetVec(j, score.AtVec(j)-ridge*beta.AtVec(j))
	}
	return info, score
}

// unscaled takes the fit back to the inputs' own scales.
func unscaled(y []bool, design *mat.Dense, beta *mat.VecDense, chol *mat.Cholesky, mean, sd []float64) LogitFit {
	k := len(mean)
	back := mat.NewDense(k+1, k+1, nil)
	back.Set(0, 0, 1)
	for j := range k {
		back.Set(0, j+1, -mean[j]/sd[j])
		back.Set(j+1, j+1, 1/sd[j])
	}
	var own mat.VecDense
	own.MulVec(back, beta)
	f := LogitFit{Intercept: own.AtVec(0), Beta: make([]float64, k), SE: make([]float64, k+1)}
	for j := range k {
		f.Beta[j] = own.AtVec(j + 1)
	}
	var cov mat.SymDense
	if chol.InverseTo(&cov) == nil {
		var half, full mat.Dense
		half.Mul(back, &cov)
		full.Mul(&half, back.T())
		for j := range f.SE {
			f.SE[j] = math.Sqrt(full.At(j, j))
		}
	}
	n, _ := design.Dims()
	for i := range n {
		eta := mat.Dot(design.RowView(i), beta)
		f.LogLik += asNumber(y[i])*eta - softplus(eta)
	}
	return f
}

// softplus is log(1 + e^x) without overflow.
func softplus(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}

func asNumber(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// LogLoss is the mean surprise at what came; a chance of nought or one is moved
// a little inside, so that one surprise is not without end.
func LogLoss(p []float64, came []bool) float64 {
	const edge = 1e-6
	sum := 0.0
	for i := range p {
		q := min(max(p[i], edge), 1-edge)
		if !came[i] {
			q = 1 - q
		}
		sum -= math.Log(q)
	}
	return sum / float64(len(p))
}

// Brier is the mean squared distance of chances from what came.
func Brier(p []float64, came []bool) float64 {
	sum := 0.0
	for i := range p {
		d := p[i] - asNumber(came[i])
		sum += d * d
	}
	return sum / float64(len(p))
}
