package prediction

import (
	"math"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
)

// Due says whether a customer's own rhythm tells when they come next: everybody's
// last gap is left out and foretold, by the median of their own gaps before it and
// by the shop's. It is told only while their own is surely nearer.
type Due struct {
	N       int     `json:"n"`    // last gaps that were foretold
	Own     float64 `json:"own"`  // mean error in days
	Base    float64 `json:"base"` // of the shop's median gap
	Closer  int     `json:"closer"`
	Farther int     `json:"farther"`
	P       float64 `json:"p"` // McNemar
}

// Outcome is what the trial came to.
func (d Due) Outcome() string {
	switch {
	case d.N < minTried:
		return Few
	case d.Own < d.Base && d.Closer > d.Farther && d.P < .05:
		return Better
	}
	return NotBetter
}

// Off tells whether nobody is to be called due.
func (d Due) Off() bool { return d.Outcome() == NotBetter }

// last is a last gap beside the median of those before it.
type last struct{ own, gap float32 }

func lastOf(days []cal.Date) (last, bool) {
	n := len(days)
	if n < 4 { // two gaps make a rhythm, and one is left out
		return last{}, false
	}
	own, known := stats.PurchaseRhythm(days[:n-1])
	return last{float32(own), float32(days[n-1].Sub(days[n-2]))}, known
}

func judgeDue(list []last, usual float64) Due {
	d := Due{N: len(list)}
	for _, l := range list {
		ours, theirs := math.Abs(float64(l.own-l.gap)), math.Abs(usual-float64(l.gap))
		d.Own += ours / float64(d.N)
		d.Base += theirs / float64(d.N)
		switch {
		case ours < theirs:
			d.Closer++
		case ours > theirs:
			d.Farther++
		}
	}
	d.P = stats.McNemar(d.Closer, d.Farther)
	return d
}
