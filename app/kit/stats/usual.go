// Is a count out of the ordinary? Counts of orders, visits or answers vary more
// or less as chance has it; a page says "3 this week, usually 9-15".

package stats

import (
	"math"
	"time"

	"gonum.org/v1/gonum/mathext"
)

// Usual is what a count usually comes to: 95 in 100 lie within Low to High.
type Usual struct {
	N         int // spans (days, weeks) it rests on
	Mean      float64
	Low, High int
	variance  float64 // of a count not yet seen; at least Mean
}

// minSpans is how many spans a usual count needs, and minSame how many of each
// weekday.
const (
	minSpans = 8
	minSame  = 4
)

// UsualCount learns from the counts of like spans, such as the last weeks. It
// takes them for Poisson, or for negative binomial when they vary more than
// that; the uncertainty of the mean widens the range: variance = max(s^2,
// mean) (1 + 1/n). It is false under eight spans and for negative counts.
func UsualCount(seen []int) (Usual, bool) {
	n, sum := float64(len(seen)), 0
	for _, c := range seen {
		if c < 0 {
			return Usual{}, false
		}
		sum += c
	}
	if len(seen) < minSpans {
		return Usual{}, false
	}
	mean, squares := float64(sum)/n, 0.0
	if sum == 0 {
		mean = .5 / n // never yet is not never
	}
	for _, c := range seen {
		squares += (float64(c) - mean) * (float64(c) - mean)
	}
	return usual(len(seen), mean, math.Max(mean, squares/(n-1))*(1+1/n)), true
}

// DayCount is the count of one day.
type DayCount struct {
	Day   time.Weekday
	Count int
}

// UsualDays says what the given days together usually come to, such as Monday
// to Wednesday of a running week, when days of the week differ. Each weekday
// has its own mean; how much counts vary beyond Poisson, as a share of the
// squared mean, is estimated over all of them by moments. It is false when one
// of the days was seen fewer than four times. For whole weeks UsualCount over
// weeks knows good and bad weeks too; days here are held to be independent.
func UsualDays(seen []DayCount, days []time.Weekday) (Usual, bool) {
	var n, mean, times [7]float64
	for _, d := range seen {
		if d.Day < 0 || d.Day > 6 || d.Count < 0 {
			return Usual{}, false
		}
		n[d.Day]++
		mean[d.Day] += float64(d.Count)
	}
	for d := range mean {
		if n[d] > 0 {
			mean[d] /= n[d]
		}
	}
	over, base := 0.0, 0.0
	for _, d := range seen {
		if n[d.Day] > 1 {
			off := float64(d.Count) - mean[d.Day]
			over += off*off*n[d.Day]/(n[d.Day]-1) - mean[d.Day]
			base += mean[d.Day] * mean[d.Day]
		}
	}
	spread := 0.0
	if base > 0 {
		spread = math.Max(0, over/base)
	}
	for _, d := range days {
		if d < 0 || d > 6 || n[d] < minSame {
			return Usual{}, false
		}
		times[d]++
	}
	if len(days) == 0 {
		return Usual{}, false
	}
	total, variance, least := 0.0, 0.0, math.MaxInt
	for d, k := range times {
		if k == 0 {
			continue
		}
		m := mean[d]
		if m == 0 {
			m = .5 / n[d]
		}
		v := m + spread*m*m
		total += k * m
		variance += k*v + k*k*v/n[d]
		least = min(least, int(n[d]))
	}
	return usual(least, total, variance), true
}

func usual(n int, mean, variance float64) Usual {
	u := Usual{N: n, Mean: mean, variance: variance}
	u.Low, u.High = u.quantile(.025), u.quantile(.975)
	return u
}

// Unusual tells whether a count lies outside the range.
func (u Usual) Unusual(count int) bool { return count < u.Low || count > u.High }

// P is how often chance alone takes a count as far from the usual or further:
// twice the smaller tail, at most 1.
func (u Usual) P(count int) float64 {
	return math.Min(1, 2*math.Min(u.atMost(count), 1-u.atMost(count-1)))
}

// atMost is the chance of no more than k: I_p(size, k+1) of the negative
// binomial with size = mean^2/(variance - mean) and p = size/(size + mean), or
// Q(k+1, mean) of Poisson when the variance leaves no size.
func (u Usual) atMost(k int) float64 {
	if k < 0 {
		return 0
	}
	size := u.Mean * u.Mean / (u.variance - u.Mean)
	if !(size > 0) || size > 1e9 {
		return mathext.GammaIncRegComp(float64(k+1), u.Mean)
	}
	return mathext.RegIncBeta(size, float64(k+1), size/(size+u.Mean))
}

// quantile is the smallest count that at least the share q stays within.
func (u Usual) quantile(q float64) int {
	low, high := 0, 1
	for u.atMost(high) < q && high < 1<<40 {
		low, high = high, 2*high
	}
	for low < high {
		if mid := (low + high) / 2; u.atMost(mid) >= q {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}
