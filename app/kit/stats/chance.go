package stats

import (
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// How likely something that is on its way ends well, from what ended before.

// Chance is a rate with how sure it is: the middle 95 % of what is believable.
type Chance struct {
	P, Low, High float64
	N            int
}

// ChanceOf is the rate of won among won and lost, drawn towards a base rate as if
// k further ends had been seen of it.
func ChanceOf(won, lost int, base, k float64) Chance {
	a, b := float64(won)+k*base, float64(lost)+k*(1-base)
	if a <= 0 || b <= 0 { // a base of nought or one and nothing against it
		a, b = a+.5, b+.5
	}
	d := distuv.Beta{Alpha: a, Beta: b}
	return Chance{P: a / (a + b), Low: d.Quantile(.025), High: d.Quantile(.975), N: won + lost}
}

// Lasting tells which share of ages is above an age, never quite nought: one more
// than was seen is thought to last longer.
func Lasting(ages []float64, age float64) float64 {
	sorted := sort.SearchFloat64s(ages, age)
	for sorted < len(ages) && ages[sorted] == age {
		sorted++
	}
	return (float64(len(ages)-sorted) + .5) / (float64(len(ages)) + .5)
}

// AgedChance is what is left of a chance after so long: whoever wins usually wins
// early, so each day without an end speaks against it as far as losses take longer
// than wins. Both lists of ages are sorted. It never rises above p.
func AgedChance(p float64, wins, losses []float64, age float64) float64 {
	left := p
	for i, t := range wins { // it falls only where a win would have come
		if t > age {
			break
		}
		if i > 0 && t == wins[i-1] {
			continue
		}
		w, l := p*Lasting(wins, t), (1-p)*Lasting(losses, t)
		left = min(left, w/(w+l))
	}
	return left
}
