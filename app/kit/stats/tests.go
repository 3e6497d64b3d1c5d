// Is it our work or chance? The tests behind "likely real" and "could be
// chance". All p values are two-sided.

package stats

import "math"

// Test is a difference with its z and p. Valid is false when there was nothing
// to compare; P is then 1.
type Test struct {
	Delta float64
	Z     float64
	P     float64
	Valid bool
}

// Verdict is a Test in plain words.
type Verdict string

// The verdicts; their words are in the catalogue.
const (
	TooEarly      Verdict = "too_early"
	CouldBeChance Verdict = "could_be_chance"
	LikelyReal    Verdict = "likely_real"
)

// Judge turns p into words: under 30 observations in the smaller group it is
// too early, and below .05 the difference is likely real.
func Judge(p float64, smaller int) Verdict {
	switch {
	case smaller < 30 || math.IsNaN(p):
		return TooEarly
	case p < .05:
		return LikelyReal
	}
	return CouldBeChance
}

// NPSChange compares two independent rounds; Delta is in points. z =
// (NPS2 - NPS1) / sqrt(Var1/n1 + Var2/n2), the unpooled large-sample test.
func NPSChange(before, after Answers) Test {
	n1, n2 := float64(before.N()), float64(after.N())
	if n1 == 0 || n2 == 0 {
		return Test{P: 1}
	}
	v1, var1 := net(float64(before.Promoters), float64(before.Detractors), n1)
	v2, var2 := net(float64(after.Promoters), float64(after.Detractors), n2)
	return zTest(v2-v1, math.Sqrt(var1/n1+var2/n2), 100)
}

// TwoProportions compares k1/n1 with k2/n2 by the pooled z test; Delta is
// p2 - p1 as a fraction. For cells under 5 use Fisher.
func TwoProportions(k1, n1, k2, n2 int) Test {
	if n1 <= 0 || n2 <= 0 {
		return Test{P: 1}
	}
	a, b := float64(n1), float64(n2)
	pool := float64(k1+k2) / (a + b)
	return zTest(float64(k2)/b-float64(k1)/a, math.Sqrt(pool*(1-pool)*(1/a+1/b)), 1)
}

func zTest(delta, se, scale float64) Test {
	t := Test{Delta: delta * scale, P: 1}
	if se == 0 {
		return t
	}
	t.Z, t.Valid = delta/se, true
	t.P = math.Erfc(math.Abs(t.Z) / math.Sqrt2)
	return t
}

// McNemar is the exact p for paired yes/no answers, given the numbers that
// changed in either direction: both tails of a binomial(b+c, 1/2) (McNemar
// 1947, Psychometrika 12).
func McNemar(b, c int) float64 {
	n := b + c
	tail := 0.0
	for i := 0; i <= min(b, c); i++ {
		tail += math.Exp(logChoose(n, i) - float64(n)*math.Ln2)
	}
	return math.Min(1, 2*tail)
}

// Fisher is the exact p of the table [a b; c d]: the sum of all tables with
// the same margins that are no likelier than this one (Fisher 1935, as R's
// fisher.test counts them).
func Fisher(a, b, c, d int) float64 {
	row, col, n := a+b, a+c, a+b+c+d
	logP := func(x int) float64 {
		return logChoose(col, x) + logChoose(n-col, row-x) - logChoose(n, row)
	}
	seen := logP(a)
	p := 0.0
	for x := max(0, row+col-n); x <= min(row, col); x++ {
		if l := logP(x); l <= seen+1e-7 {
			p += math.Exp(l)
		}
	}
	return math.Min(1, p)
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
