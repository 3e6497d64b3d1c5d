package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The published example of R's poisson.test: 11 events in 800 against 21 in
// 3011 has p-value = 0.07967.
func TestCountsAreComparedExactly(t *testing.T) {
	near(t, "R's example", CompareCounts(21, 3011, 11, 800).P, .07967, 5e-6)
	near(t, "six against none", CompareCounts(0, 7, 6, 7).P, 2*math.Pow(.5, 6), 1e-12)
	near(t, "the same", CompareCounts(9, 7, 9, 7).P, 1, 1e-9)
	near(t, "longer months are no growth", CompareCounts(28, 28, 31, 31).P, 1, .11)
	if got := CompareCounts(0, 7, 0, 7); got.Valid || got.P != 1 {
		t.Errorf("nothing against nothing is %+v", got)
	}
	if a, b := CompareCounts(3, 7, 12, 7), CompareCounts(12, 7, 3, 7); math.Abs(a.P-b.P) > 1e-12 || a.Delta != -b.Delta {
		t.Errorf("the order matters: %+v, %+v", a, b)
	}
}

func TestMomentsGiveWhatTheRowsGive(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 20 {
		var a, b []float64
		var x, y Sums
		for range 5 + rng.IntN(60) {
			v := 100 * rng.ExpFloat64()
			a, x = append(a, v), Sums{x.N + 1, x.Sum + v, x.Squares + v*v}
		}
		for range 5 + rng.IntN(60) {
			v := 120 * rng.ExpFloat64()
			b, y = append(b, v), Sums{y.N + 1, y.Sum + v, y.Squares + v*v}
		}
		want, got := Welch(a, b), CompareMeans(x, y)
		near(t, "p", got.P, want.P, 1e-9)
		near(t, "delta", got.Delta, want.Delta, 1e-9)
		near(t, "df", got.DF, want.DF, 1e-6)
	}
}

// Where nothing changed, one test in twenty says that something did.
func TestSumsOfRandomArrivalsAreWrongOneTimeInTwenty(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 9))
	week := func(days int) (s Sums) {
		for at := rng.ExpFloat64() / 12; at < float64(days); at += rng.ExpFloat64() / 12 {
			v := math.Exp(rng.NormFloat64() / 2)
			s.N, s.Sum, s.Squares = s.N+1, s.Sum+v, s.Squares+v*v
		}
		return s
	}
	wrong := 0
	for range 4000 {
		if CompareSums(week(28), 28, week(31), 31).P < .05 {
			wrong++
		}
	}
	if wrong < 140 || wrong > 260 {
		t.Errorf("%d of 4000 are called real", wrong)
	}
	if got := CompareSums(Sums{}, 7, Sums{3, 3, 3}, 7); got.Valid || got.P != 1 {
		t.Errorf("nothing before is %+v", got)
	}
}
