package stats

import "math"

// Between is how far b lies above a with its 95 % interval, made of the intervals
// of the two (Zou and Donner 2008, the method that Newcombe's for shares is a
// case of), so that it holds for shares near their ends too. Where one of them
// has no interval there is none either, and both ends are the difference.
func Between(a, b Estimate) (delta, low, high float64) {
	delta = b.Value - a.Value
	if !a.Interval || !b.Interval {
		return delta, delta, delta
	}
	low = delta - math.Hypot(b.Value-b.Low, a.High-a.Value)
	high = delta + math.Hypot(b.High-b.Value, a.Value-a.Low)
	return delta, low, high
}
