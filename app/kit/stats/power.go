// How many answers would it take? So that "too early" can say until when.

package stats

import "math"

// z80 is the normal quantile of 80 % power.
const z80 = 0.8416212335729143

// Power is the chance to find a difference between the shares p1 and p2 with n
// answers in each group, two-sided at 5 % (as R's power.prop.test counts it).
func Power(p1, p2 float64, n int) float64 {
	under0, under1 := spreads(p1, p2)
	if n <= 0 {
		return 0
	}
	if under1 == 0 {
		if p1 == p2 {
			return 0
		}
		return 1
	}
	z := (math.Abs(p1-p2)*math.Sqrt(float64(n)) - z95*under0) / under1
	return math.Erfc(-z/math.Sqrt2) / 2
}

// Needed is how many answers each group needs to find the difference between p1
// and p2 four times in five; 0 when they are equal.
func Needed(p1, p2 float64) int {
	if p1 == p2 {
		return 0
	}
	under0, under1 := spreads(p1, p2)
	root := (z95*under0 + z80*under1) / (p1 - p2)
	return int(math.Ceil(root * root))
}

// spreads are the standard deviations of a difference of one answer a group:
// if both had the same share, and as they are.
func spreads(p1, p2 float64) (same, own float64) {
	mid := (p1 + p2) / 2
	return math.Sqrt(2 * mid * (1 - mid)), math.Sqrt(p1*(1-p1) + p2*(1-p2))
}

// DetectableNPS is the smallest change in points that n1 answers before and n2
// after would show four times in five, given the shares of promoters and
// detractors. Infinite without answers.
func DetectableNPS(promoters, detractors float64, n1, n2 int) float64 {
	if n1 <= 0 || n2 <= 0 {
		return math.Inf(1)
	}
	_, variance := net(promoters, detractors, 1)
	return 100 * Detectable(math.Sqrt(variance*(1/float64(n1)+1/float64(n2))))
}

// Detectable is the smallest difference that would show four times in five,
// given its standard error.
func Detectable(se float64) float64 { return (z95 + z80) * se }
