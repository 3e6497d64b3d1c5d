// Rhythm: is this customer late by their own habit? It needs no fitted model,
// so it still answers where a purchase model finds no signal.

package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Rhythm is a customer's buying habit, leaning on the shop's while there are
// few gaps. Gaps follow a gamma distribution with that median and shape.
type Rhythm struct {
	Median float64 // usual gap, in the unit of the input
	Shape  float64 // 1: no regularity; higher: steadier
	Gaps   int     // own gaps it rests on
}

// rhythmPrior is how many gaps the shop's habit counts for.
const rhythmPrior = 3

// RhythmOf learns from the gaps between purchases. The median is (n own +
// 3 shop)/(n+3). The shape is 1/CV^2 by moments, with the squared coefficient
// of variation shrunk by the same weight to 1, which is what purchases at
// random moments have.
func RhythmOf(gaps []float64, shopMedian float64) Rhythm {
	r := Rhythm{Median: shopMedian, Shape: 1, Gaps: len(gaps)}
	if len(gaps) == 0 {
		return r
	}
	if shopMedian > 0 {
		r.Median = ShrunkMean(Median(gaps), len(gaps), shopMedian, rhythmPrior)
	} else {
		r.Median = Median(gaps)
	}
	mean, squares := 0.0, 0.0
	for _, g := range gaps {
		mean += g / float64(len(gaps))
	}
	for _, g := range gaps {
		squares += (g - mean) * (g - mean)
	}
	if mean > 0 {
		r.Shape = (float64(len(gaps)-1) + rhythmPrior) / (squares/(mean*mean) + rhythmPrior)
	}
	r.Shape = math.Max(r.Shape, .2) // one huge gap must not make every wait look normal
	return r
}

// Percentile is the share 0-100 of gaps that would be over by now: 50 at the
// usual gap, 95 means only one in twenty waits this long. 0 without a habit.
func (r Rhythm) Percentile(current float64) float64 {
	if r.Median <= 0 || current <= 0 {
		return 0
	}
	return 100 * mathext.GammaIncReg(r.Shape, current/r.Median*mathext.GammaIncRegInv(r.Shape, .5))
}

// Gone tells whether the wait exceeds max(2 x usual gap, the shop's 90th
// percentile gap): churn without a contract. Without a habit it is false.
func (r Rhythm) Gone(current, shopP90 float64) bool {
	return r.Median > 0 && current > math.Max(2*r.Median, shopP90)
}
