package stats

import "math"

// Prospect is a sum that may come, such as an open deal: Value in
// minor units, P from 0 to 1.
type Prospect struct {
	Value int64
	P     float64
}

// Outlook is what a set of independent chances comes to: the expected sum, its
// standard deviation and the sums below which it stays in 10, 50 and 90 of 100
// cases.
type Outlook struct {
	Mean, SD      float64
	P10, P50, P90 float64
}

// outlookSteps is how finely the distribution is kept: quantiles are exact up to
// half of the sum of all chances divided by it.
const outlookSteps = 4096

// manyChances is from how many chances on the sum is close enough to a normal
// distribution, and convolving them would take long.
const manyChances = 3000

// z80two is the normal quantile of 90 in 100 (two sides: 80).
const z80two = 1.2815515655446004

// OutlookOf convolves the chances: mean = sum v p, sd = sqrt(sum v^2 p (1-p)),
// quantiles from the distribution of the sum itself, which no normal curve
// describes while a few large deals make it. Negative values count as nothing,
// probabilities are held within 0 and 1.
func OutlookOf(chances []Prospect) Outlook {
	var o Outlook
	total, variance := 0.0, 0.0
	for _, c := range chances {
		v, p := c.clean()
		total += v
		o.Mean += v * p
		variance += v * v * p * (1 - p)
	}
	o.SD = math.Sqrt(variance)
	if total == 0 {
		return o
	}
	if len(chances) > manyChances {
		o.P10, o.P50, o.P90 = math.Max(0, o.Mean-z80two*o.SD), o.Mean, math.Min(total, o.Mean+z80two*o.SD)
		return o
	}
	step := total / outlookSteps
	dist := make([]float64, outlookSteps+len(chances)+1)
	dist[0] = 1
	top := 0
	for _, c := range chances {
		v, p := c.clean()
		k := int(math.Round(v / step))
		if p == 0 || k == 0 {
			continue
		}
		top = min(top+k, len(dist)-1)
		for i := top; i >= 0; i-- {
			stay := dist[i] * (1 - p)
			if i >= k {
				stay += dist[i-k] * p
			}
			dist[i] = stay
		}
	}
	o.P10, o.P50, o.P90 = quantile(dist, .1)*step, quantile(dist, .5)*step, quantile(dist, .9)*step
	return o
}

func (c Prospect) clean() (v, p float64) {
	return math.Max(0, float64(c.Value)), math.Min(1, math.Max(0, c.P))
}

// quantile is the first place at which the distribution has reached q.
func quantile(dist []float64, q float64) float64 {
	sum := 0.0
	for i, p := range dist {
		if sum += p; sum >= q-1e-12 {
			return float64(i)
		}
	}
	return float64(len(dist) - 1)
}
