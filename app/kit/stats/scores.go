// Package stats is the arithmetic behind every score a page shows: pure
// functions, no database, each with the formula's source. The rule of the
// house is that a score travels with its sample size and its interval, and
// that thin data says so.
package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// z95 is the normal quantile for a two-sided 95 % interval.
const z95 = 1.959963984540054

// Estimate is a score with what is known about its uncertainty. Interval is
// false when the data allow no interval; Low and High then equal Value.
type Estimate struct {
	N        int
	Value    float64
	SE       float64
	Low      float64 // of the 95 % interval
	High     float64
	Interval bool
}

// Answers counts the three groups of a recommendation question.
type Answers struct{ Promoters, Passives, Detractors int }

// N is the number of answers.
func (a Answers) N() int { return a.Promoters + a.Passives + a.Detractors }

// NPS is 100 (p - d) with the plain standard error and the adjusted Wald
// interval: n + 3 answers, 3/4 of one added to promoters and detractors each
// (Rocks 2016, The American Statistician 70(4)). The plain Wald interval
// covers as little as 55 % at small n, so it is not offered.
func NPS(a Answers) Estimate {
	n := a.N()
	if n == 0 {
		return Estimate{}
	}
	value, variance := net(float64(a.Promoters), float64(a.Detractors), float64(n))
	mid, wide := net(float64(a.Promoters)+.75, float64(a.Detractors)+.75, float64(n)+3)
	half := z95 * math.Sqrt(wide/float64(n+3))
	return Estimate{
		N: n, Value: 100 * value, SE: 100 * math.Sqrt(variance/float64(n)),
		Low: math.Max(-100, 100*(mid-half)), High: math.Min(100, 100*(mid+half)), Interval: true,
	}
}

// NPSSampleSize is the number of answers that makes the interval about
// +- margin points, given the expected shares: z^2 Var / margin^2.
func NPSSampleSize(promoters, detractors, margin float64) int {
	_, variance := net(promoters, detractors, 1)
	return int(math.Round(z95 * z95 * variance * 1e4 / (margin * margin)))
}

// net is p - d and its variance p + d - (p - d)^2.
func net(promoters, detractors, n float64) (value, variance float64) {
	p, d := promoters/n, detractors/n
	return p - d, p + d - (p-d)*(p-d)
}

// CSAT is the share of satisfied answers (4 and 5 of 5, the top-2 box) in
// percent with the Wilson interval. It serves any share, so also the 5-7 of a
// CES.
func CSAT(satisfied, n int) Estimate {
	if n <= 0 {
		return Estimate{}
	}
	p := float64(satisfied) / float64(n)
	low, high := Wilson(satisfied, n)
	return Estimate{N: n, Value: 100 * p, SE: 100 * math.Sqrt(p*(1-p)/float64(n)), Low: 100 * low, High: 100 * high, Interval: true}
}

// Wilson is the 95 % score interval of k in n as fractions (Wilson 1927, JASA
// 22; method 3 of Newcombe 1998, Statistics in Medicine 17). With no data it
// is 0 to 1.
func Wilson(k, n int) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	p, m := float64(k)/float64(n), float64(n)
	z2 := z95 * z95
	mid := (p + z2/(2*m)) / (1 + z2/m)
	half := z95 / (1 + z2/m) * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	low, high = math.Max(0, mid-half), math.Min(1, mid+half)
	if k == 0 {
		low = 0
	}
	if k == n {
		high = 1
	}
	return low, high
}

// CESMean is the mean of 1-7 effort answers.
func CESMean(answers []float64) Estimate { return Mean(answers, 1, 7) }

// Mean is the mean of answers on a scale, with Student's t interval from ten
// answers on, cut at the ends of the scale; below that the answers themselves
// say more.
func Mean(answers []float64, lowest, highest float64) Estimate {
	n := len(answers)
	if n == 0 {
		return Estimate{}
	}
	e := Estimate{N: n, Value: stat.Mean(answers, nil)}
	e.Low, e.High = e.Value, e.Value
	if n < 2 {
		return e
	}
	e.SE = stat.StdDev(answers, nil) / math.Sqrt(float64(n))
	if n >= 10 {
		half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile(.975) * e.SE
		e.Low, e.High, e.Interval = math.Max(lowest, e.Value-half), math.Min(highest, e.Value+half), true
	}
	return e
}

// Trust says how much a score of n answers deserves.
type Trust string

// The levels: below 5 no score is shown, below 30 it is called early.
const (
	TooFew Trust = "too_few"
	Early  Trust = "early"
	OK     Trust = "ok"
)

// TrustIn is the level for n answers.
func TrustIn(n int) Trust {
	switch {
	case n < 5:
		return TooFew
	case n < 30:
		return Early
	}
	return OK
}
