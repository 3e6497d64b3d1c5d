// Shrinking: with little data a number leans on what is usual in the shop and
// earns its own voice with every observation.

package stats

// Shrink moves a 0-100 score towards 50, the typical customer: w raw +
// (1-w) 50 with weight w = n/(n+k).
func Shrink(raw float64, n, k float64) float64 {
	if n+k <= 0 {
		return 50
	}
	w := n / (n + k)
	return w*raw + (1-w)*50
}

// ShrunkRatio is (hits + k usual) / (n + k): k observations at the usual rate
// are assumed beforehand. k = 2 predicted late payers best on the IBM invoice
// data. With no data at all it is the usual rate.
func ShrunkRatio(hits, n int, usual, k float64) float64 {
	if float64(n)+k <= 0 {
		return usual
	}
	return (float64(hits) + k*usual) / (float64(n) + k)
}

// ShrunkMean is (n mean + k usual) / (n + k), the same for a mean or median.
func ShrunkMean(mean float64, n int, usual, k float64) float64 {
	if n == 0 || float64(n)+k <= 0 {
		return usual
	}
	return (float64(n)*mean + k*usual) / (float64(n) + k)
}

// PaymentPoints turns days beyond terms into 0-100 points, linear between the
// steps that Dun & Bradstreet publishes for PAYDEX: 30 days early 100, 20
// early (discount) 90, on terms 80, then 14 late 70, 21 60, 30 50, 60 40, 90
// 30, 120 and more 20.
func PaymentPoints(daysLate float64) float64 {
	days := [...]float64{-30, -20, 0, 14, 21, 30, 60, 90, 120}
	points := [...]float64{100, 90, 80, 70, 60, 50, 40, 30, 20}
	if daysLate <= days[0] {
		return points[0]
	}
	for i := 1; i < len(days); i++ {
		if daysLate <= days[i] {
			part := (daysLate - days[i-1]) / (days[i] - days[i-1])
			return points[i-1] + part*(points[i]-points[i-1])
		}
	}
	return points[len(points)-1]
}

// WeightedMean weighs each value, as in days beyond terms by invoice amount; 0
// without weight. Values and weights must be equally many.
func WeightedMean(values, weights []float64) float64 {
	sum, total := 0.0, 0.0
	for i, v := range values {
		sum += v * weights[i]
		total += weights[i]
	}
	if total == 0 {
		return 0
	}
	return sum / total
}
