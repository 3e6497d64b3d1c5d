package ahp

import "math"

// Entropy weighs criteria by how far they tell rows apart: w_j = (1 - e_j) /
// sum (1 - e), with e_j = -sum p ln p / ln n and p the row's share of its
// column (Shannon 1948; the 熵权法 of Chinese practice). rows has a row per
// customer and a column per criterion, no value below nought. It measures
// spread, not importance: a thing to know, not to decide by. It is false for
// fewer than two rows, rows of unequal length, a negative value, and when no
// column differs at all.
func Entropy(rows [][]float64) ([]float64, bool) {
	if len(rows) < 2 || len(rows[0]) == 0 {
		return nil, false
	}
	k := len(rows[0])
	w, total := make([]float64, k), 0.0
	for j := range k {
		e, ok := evenness(rows, j)
		if !ok {
			return nil, false
		}
		w[j] = math.Max(0, 1-e)
		total += w[j]
	}
	if total < 1e-12 {
		return nil, false
	}
	for j := range w {
		w[j] /= total
	}
	return w, true
}

// evenness is the entropy of a column over its largest possible: 1 when all
// rows are alike. A column of noughts tells nobody apart.
func evenness(rows [][]float64, j int) (float64, bool) {
	sum := 0.0
	for _, row := range rows {
		if j >= len(row) || len(row) != len(rows[0]) || !(row[j] >= 0) || math.IsInf(row[j], 1) {
			return 0, false
		}
		sum += row[j]
	}
	if sum == 0 {
		return 1, true
	}
	e := 0.0
	for _, row := range rows {
		if p := row[j] / sum; p > 0 {
			e -= p * math.Log(p)
		}
	}
	return e / math.Log(float64(len(rows))), true
}

// Mix is lambda x the owner's weights + (1 - lambda) x those of the data, and
// sums to 1 when both do. lambda is held within 0 and 1; 1, the owner's word
// alone, is what to begin with. Both must be equally long.
func Mix(owner, data []float64, lambda float64) []float64 {
	lambda = math.Min(1, math.Max(0, lambda))
	out := make([]float64, len(owner))
	for i := range owner {
		out[i] = lambda*owner[i] + (1-lambda)*data[i]
	}
	return out
}
