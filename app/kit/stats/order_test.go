package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestQuantilesAreType7(t *testing.T) {
	xs := []float64{10, 1, 7, 3} // R: quantile(c(1,3,7,10)) = 1 2.5 5 7.75 10
	for q, want := range map[float64]float64{0: 1, .25: 2.5, .5: 5, .75: 7.75, 1: 10, -1: 1, 2: 10} {
		near(t, "quantile", Quantile7(xs, q), want, 1e-12)
	}
	if !slices.Equal(xs, []float64{10, 1, 7, 3}) {
		t.Error("the caller's data were sorted")
	}
	if !math.IsNaN(Median(nil)) || Median([]float64{4}) != 4 || Median([]float64{3, 1, 2}) != 2 {
		t.Error("median")
	}
}

func TestPercentileRankIsFair(t *testing.T) {
	xs := []float64{1, 2, 2, 2, 5}
	for v, want := range map[float64]float64{0: 0, 1: 10, 2: 50, 3: 80, 5: 90, 6: 100} {
		near(t, "rank", PercentileRank(xs, v), want, 1e-12)
	}
	near(t, "nobody", PercentileRank(nil, 3), 50, 0)
	r := rand.New(rand.NewPCG(1, 9))
	for range 100 {
		xs := make([]float64, 1+r.IntN(60))
		for i := range xs {
			xs[i] = float64(r.IntN(10))
		}
		slices.Sort(xs)
		sum := 0.0
		for _, x := range xs {
			sum += PercentileRank(xs, x)
		}
		near(t, "mean rank", sum/float64(len(xs)), 50, 1e-9)
	}
}

func TestModifiedZFindsNISTsOutlier(t *testing.T) {
	nist := []float64{199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57}
	near(t, "z", ModifiedZ(nist, 245.57), 29.9627, .0001)
	near(t, "MAD", MAD([]float64{1, 1, 2, 2, 4, 6, 9}), 1, 0)
	flat := []float64{5, 5, 5, 9}
	if ModifiedZ(flat, 5) != 0 || !math.IsInf(ModifiedZ(flat, 6), 1) || !math.IsInf(ModifiedZ(flat, 4), -1) {
		t.Error("a flat series")
	}
}

func TestPaymentPoints(t *testing.T) {
	for days, want := range map[float64]float64{
		-90: 100, -30: 100, -20: 90, -10: 85, 0: 80, 7: 75, 14: 70, 21: 60, 30: 50, 45: 45, 60: 40, 90: 30, 120: 20, 400: 20,
	} {
		near(t, "points", PaymentPoints(days), want, 1e-9)
	}
	for d := -60.0; d < 200; d++ {
		if PaymentPoints(d+1) > PaymentPoints(d) {
			t.Fatalf("paying later than %v days is rewarded", d)
		}
	}
	near(t, "weighted", WeightedMean([]float64{0, 30}, []float64{100, 300}), 22.5, 1e-12)
	near(t, "weightless", WeightedMean(nil, nil), 0, 0)
}

func TestShrinkingEarnsTrust(t *testing.T) {
	near(t, "no data", Shrink(90, 0, 2), 50, 0)
	near(t, "nothing at all", Shrink(90, 0, 0), 50, 0)
	near(t, "two of two", Shrink(90, 2, 2), 70, 1e-12)
	near(t, "k 0", Shrink(90, 3, 0), 90, 1e-12)
	near(t, "ratio", ShrunkRatio(14, 15, .6444, 2), (14+1.2888)/17, 1e-12)
	near(t, "ratio without data", ShrunkRatio(0, 0, .64, 0), .64, 0)
	near(t, "mean", ShrunkMean(20, 3, 10, 3), 15, 1e-12)
	near(t, "mean without data", ShrunkMean(math.NaN(), 0, 10, 3), 10, 0)
	last := 50.0
	for n := 1.0; n < 50; n++ {
		if s := Shrink(90, n, 3); s <= last || s >= 90 {
			t.Fatalf("after %v observations %v", n, s)
		} else {
			last = s
		}
	}
}

func TestRhythmKnowsTheSteadyFromTheErratic(t *testing.T) {
	stranger := RhythmOf(nil, 30)
	near(t, "at the shop's median", stranger.Percentile(30), 50, 1e-9)
	near(t, "twice", stranger.Percentile(60), 75, 1e-9) // exponential: 1 - 2^-2
	steady := RhythmOf([]float64{30, 30, 30, 30, 30, 30, 30, 30, 30, 30}, 30)
	erratic := RhythmOf([]float64{5, 90, 10, 60, 30, 3, 120, 30, 30, 8}, 30)
	near(t, "median", steady.Median, 30, 1e-9)
	near(t, "at their own", steady.Percentile(30), 50, 1e-6)
	if s, e, x := steady.Percentile(60), erratic.Percentile(60), stranger.Percentile(60); s < 90 || e >= x+10 || s <= x {
		t.Errorf("after twice the gap: steady %v, erratic %v, stranger %v", s, e, x)
	}
	if one := RhythmOf([]float64{10}, 30); one.Median != 25 || one.Shape != 1 {
		t.Errorf("one gap: %+v", one)
	}
	if own := RhythmOf([]float64{10, 14}, 0); own.Median != 12 {
		t.Errorf("a shop without history: %+v", own)
	}
	if none := RhythmOf(nil, 0); none.Percentile(100) != 0 || none.Gone(100, 10) {
		t.Errorf("no habit, yet a verdict: %+v", none)
	}
	if !steady.Gone(61, 50) || steady.Gone(61, 70) || steady.Gone(60, 10) {
		t.Error("gone at the wrong time")
	}
}

func TestRhythmRisesWithTheWait(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 200 {
		gaps := make([]float64, r.IntN(12))
		for i := range gaps {
			gaps[i] = r.ExpFloat64() * 40
		}
		rhythm := RhythmOf(gaps, 1+r.Float64()*60)
		last := -1.0
		for wait := 0.0; wait < 400; wait += 10 {
			p := rhythm.Percentile(wait)
			if !(p >= last && p <= 100) {
				t.Fatalf("%+v at %v: %v after %v", rhythm, wait, p, last)
			}
			last = p
		}
	}
}
