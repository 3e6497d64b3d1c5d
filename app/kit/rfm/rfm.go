// Package rfm scores buyers by how lately, how often and for how much they
// bought, 1 to 5 each, and names what the three scores together mean.
package rfm

import (
	"math"
	"slices"

	"regulars/app/kit/stats"
)

// Buyer is what is known of somebody who bought at least once.
type Buyer struct {
	Recency float64 // days since the last purchase
	Orders  float64 // number of purchases
	Money   float64 // what they came to, in the unit of Step.Money
}

// Score is 1 (worst) to 5 (best) on each of the three.
type Score struct{ R, F, M int }

// Number is the usual three digits, 555 for the best.
func (s Score) Number() int { return 100*s.R + 10*s.F + s.M }

// Basis tells what scores rest on.
type Basis string

// What scores can rest on. Fewer than 15 buyers have no quantiles worth the
// name, fewer than 50 only terciles.
const (
	Quintiles  Basis = "quintiles"
	Terciles   Basis = "terciles"
	Thresholds Basis = "thresholds" // the owner's own
	Nothing    Basis = "nothing"    // too few buyers and no thresholds
)

// Buyers from which each basis holds.
const (
	forQuintiles = 50
	forTerciles  = 15
)

// Cuts are the lowest values of the second and each further score, ascending:
// four for quintiles, two for terciles, up to four of an owner. A value on a
// cut belongs above it, so that ties share a score.
type Cuts struct{ Recency, Orders, Money []float64 }

// Steps is the smallest difference that counts: one day, one order, one unit of
// the currency (100 when money is in cents).
type Steps struct{ Recency, Orders, Money float64 }

// Scale turns figures into scores.
type Scale struct {
	Basis Basis
	Cuts  Cuts
}

// ScaleOf makes the scale of a shop from all its buyers. owner are the owner's
// thresholds; they serve only below 15 buyers, and there only when none of
// the three is empty. Cuts are type-7 quantiles plus one step, the rule of the
// R package rfm (Hebbali, MIT).
func ScaleOf(buyers []Buyer, step Steps, owner Cuts) Scale {
	switch {
	case len(buyers) >= forQuintiles:
		return Scale{Quintiles, cuts(buyers, step, 5)}
	case len(buyers) >= forTerciles:
		return Scale{Terciles, cuts(buyers, step, 3)}
	case usable(owner.Recency) && usable(owner.Orders) && usable(owner.Money):
		return Scale{Thresholds, owner}
	}
	return Scale{Basis: Nothing}
}

func cuts(buyers []Buyer, step Steps, parts int) Cuts {
	of := func(value func(Buyer) float64, step float64) []float64 {
		values := make([]float64, len(buyers))
		for i, b := range buyers {
			values[i] = value(b)
		}
		slices.Sort(values)
		out := make([]float64, 0, parts-1)
		for i := 1; i < parts; i++ {
			out = append(out, stats.Quantile7(values, float64(i)/float64(parts))+step)
		}
		return out
	}
	return Cuts{
		Recency: of(func(b Buyer) float64 { return b.Recency }, step.Recency),
		Orders:  of(func(b Buyer) float64 { return b.Orders }, step.Orders),
		Money:   of(func(b Buyer) float64 { return b.Money }, step.Money),
	}
}

// usable tells whether an owner's thresholds are one to four ascending numbers.
func usable(cuts []float64) bool {
	if len(cuts) == 0 || len(cuts) > 4 {
		return false
	}
	for i, c := range cuts {
		if math.IsNaN(c) || i > 0 && c <= cuts[i-1] {
			return false
		}
	}
	return true
}

// Score places one buyer; it is false when the scale rests on nothing. The
// steps of terciles are 1, 3 and 5, so that one table of segments serves any
// scale. Few days since the last purchase score high.
func (s Scale) Score(b Buyer) (Score, bool) {
	if s.Basis == Nothing || s.Basis == "" {
		return Score{}, false
	}
	return Score{
		R: 6 - place(b.Recency, s.Cuts.Recency),
		F: place(b.Orders, s.Cuts.Orders),
		M: place(b.Money, s.Cuts.Money),
	}, true
}

// place is 1 + the number of cuts at or below the value, spread over 1 to 5.
func place(value float64, cuts []float64) int {
	reached := 0
	for _, c := range cuts {
		if c <= value {
			reached++
		}
	}
	if len(cuts) == 0 {
		return 3
	}
	return 1 + int(math.Round(4*float64(reached)/float64(len(cuts))))
}
