package stats

import "gonum.org/v1/gonum/stat/distuv"

// ShrunkShare is a share of n drawn towards the usual one, which counts for k
// observations (a Beta prior), and the interval that holds it in 90 of 100
// cases. With few observations it stays near the usual share and says so by its
// width.
func ShrunkShare(hits, n int, usual, k float64) (share, low, high float64) {
	b := distuv.Beta{Alpha: float64(hits) + k*usual, Beta: float64(n-hits) + k*(1-usual)}
	if b.Alpha <= 0 || b.Beta <= 0 { // nothing but one answer, and that is usual
		return ShrunkRatio(hits, n, usual, k), 0, 1
	}
	return b.Mean(), b.Quantile(.05), b.Quantile(.95)
}
