// Package ahp turns judgements into weights: the owner compares criteria two
// by two, or the data say which criterion tells customers apart.
package ahp

import "math"

// Matrix holds how many times as important row i is as column j, on Saaty's
// scale of 1/9 to 9. It is square, reciprocal (m[j][i] = 1/m[i][j]) and has
// ones on its diagonal; FromPairs makes one.
type Matrix [][]float64

// Limit is the consistency ratio from which judgements contradict each other
// too much to be used (Saaty 1980).
const Limit = .10

// MaxCriteria is how many criteria can be compared: beyond that Saaty gives no
// random index, and nobody answers 45 questions with care.
const MaxCriteria = 10

// randomIndex is the mean consistency index of random matrices of size n
// (Saaty 1980, The Analytic Hierarchy Process, table of RI).
var randomIndex = [MaxCriteria + 1]float64{0, 0, 0, .58, .90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49}

// Result is what a matrix of comparisons says.
type Result struct {
	Weights []float64 // one per criterion, sum 1
	Lambda  float64   // principal eigenvalue, n when perfectly consistent
	CR      float64   // consistency ratio; 0 for one or two criteria
	// Worst is the comparison that contradicts the others most, as row and
	// column with row < column, and Fit what the others make of it; both
	// are -1 and Fit is 0 when all agree.
	Worst [2]int
	Fit   float64
}

// Consistent tells whether the weights may be used.
func (r Result) Consistent() bool { return r.CR < Limit }

// Pairs is how many comparisons n criteria need: 15 for six.
func Pairs(n int) int { return n * (n - 1) / 2 }

// FromPairs builds the matrix for n criteria from the comparisons above the
// diagonal, row by row: 0-1, 0-2, … 1-2, …. Values are held within 1/9 and 9;
// what is missing or no number counts as equally important.
func FromPairs(n int, above []float64) Matrix {
	m := make(Matrix, n)
	for i := range m {
		m[i] = make([]float64, n)
		m[i][i] = 1
	}
	at := 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			v := 1.0
			if at < len(above) && above[at] > 0 {
				v = math.Min(9, math.Max(1./9, above[at]))
			}
			m[i][j], m[j][i] = v, 1/v
			at++
		}
	}
	return m
}

// Weigh finds the principal eigenvector by repeated multiplication and the
// consistency ratio CR = (lambda - n)/(n - 1)/RI (Saaty 1980). It is false for
// no criteria, for more than MaxCriteria and for a matrix that is not
// reciprocal.
func Weigh(m Matrix) (Result, bool) {
	n := len(m)
	if n == 0 || n > MaxCriteria || !m.reciprocal() {
		return Result{}, false
	}
	w := make([]float64, n)
	for i := range w {
		w[i] = 1 / float64(n)
	}
	lambda := float64(n)
	for range 1000 {
		next, sum := m.times(w), 0.0
		for _, v := range next {
			sum += v
		}
		moved := 0.0
		for i := range next {
			next[i] /= sum
			moved = math.Max(moved, math.Abs(next[i]-w[i]))
		}
		w, lambda = next, sum // w sums to 1, so the sum of m w is the eigenvalue
		if moved < 1e-14 {
			break
		}
	}
	r := Result{Weights: w, Lambda: lambda, Worst: [2]int{-1, -1}}
	if n > 2 {
		r.CR = math.Max(0, (lambda-float64(n))/float64(n-1)/randomIndex[n])
	}
	most := 1e-9
	for i := range n {
		for j := i + 1; j < n; j++ {
			fit := w[i] / w[j]
			if off := math.Abs(math.Log(m[i][j] / fit)); off > most {
				most, r.Worst, r.Fit = off, [2]int{i, j}, fit
			}
		}
	}
	return r, true
}

func (m Matrix) times(w []float64) []float64 {
	out := make([]float64, len(m))
	for i, row := range m {
		for j, v := range row {
			out[i] += v * w[j]
		}
	}
	return out
}

func (m Matrix) reciprocal() bool {
	for i, row := range m {
		if len(row) != len(m) {
			return false
		}
		for j, v := range row {
			if !(v > 0) || math.IsInf(v, 1) || math.Abs(v*m[j][i]-1) > 1e-6 {
				return false
			}
		}
	}
	return true
}
