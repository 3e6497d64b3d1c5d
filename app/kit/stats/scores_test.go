package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestNPSEqualsThePublishedFigures(t *testing.T) {
	for _, c := range []struct {
		a                  Answers
		nps, se, low, high float64
	}{
		{Answers{15, 12, 9}, 16.667, 13.3218, -9.53, 40.299},
		{Answers{60, 25, 15}, 45, 7.3993, 29.343, 58.036},
		{Answers{5, 0, 0}, 100, 0, 17.491, 100},
		{Answers{462, 176, 362}, 10, 2.8531, 4.39, 15.551},
		{Answers{95, 95, 60}, 14, 4.9006, 4.294, 23.374},
	} {
		e := NPS(c.a)
		near(t, "NPS", e.Value, c.nps, .0005)
		near(t, "SE", e.SE, c.se, .0001)
		near(t, "low", e.Low, c.low, .001)
		near(t, "high", e.High, c.high, .001)
	}
	if NPS(Answers{}) != (Estimate{}) {
		t.Error("no answers, yet a score")
	}
	near(t, "mirror", NPS(Answers{9, 12, 15}).Low, -NPS(Answers{15, 12, 9}).High, 1e-9)
}

// The share of samples whose interval holds the true score, summed over all
// possible samples: .897, .945, .963 for p=.85/.10/.05, .963 for .5/.3/.2.
func TestNPSIntervalCoversTheTruth(t *testing.T) {
	for _, c := range []struct {
		p, d float64
		n    int
		want float64
	}{{.85, .05, 5, .897}, {.85, .05, 10, .945}, {.85, .05, 20, .963}, {.5, .2, 10, .963}} {
		covered := 0.0
		for k := 0; k <= c.n; k++ {
			for l := 0; l <= c.n-k; l++ {
				e := NPS(Answers{k, c.n - k - l, l})
				if truth := 100 * (c.p - c.d); e.Low <= truth && truth <= e.High {
					covered += math.Exp(logChoose(c.n, k)+logChoose(c.n-k, l)) *
						math.Pow(c.p, float64(k)) * math.Pow(c.d, float64(l)) * math.Pow(1-c.p-c.d, float64(c.n-k-l))
				}
			}
		}
		near(t, "coverage", covered, c.want, .003)
	}
}

func TestNPSSampleSize(t *testing.T) {
	for margin, want := range map[float64]int{20: 59, 10: 234, 5: 937} {
		if got := NPSSampleSize(.5, .2, margin); got != want {
			t.Errorf("+-%v needs %d, want %d", margin, got, want)
		}
	}
}

func TestWilsonEqualsNewcombe(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{81, 263, .25529, .36621}, {15, 148, .06239, .16049}, {0, 20, 0, .16113}, {1, 29, .00611, .17176}, {20, 20, 1 - .16113, 1}, {0, 0, 0, 1}} {
		low, high := Wilson(c.k, c.n)
		near(t, "low", low, c.low, .00001)
		near(t, "high", high, c.high, .00001)
	}
	for n := 1; n < 200; n++ {
		for k := 0; k <= n; k++ {
			low, high := Wilson(k, n)
			if p := float64(k) / float64(n); low < 0 || high > 1 || p < low || p > high {
				t.Fatalf("%d/%d: %v..%v", k, n, low, high)
			}
		}
	}
}

func TestCSATIsAPercentage(t *testing.T) {
	e := CSAT(81, 263)
	near(t, "CSAT", e.Value, 30.798, .001)
	near(t, "low", e.Low, 25.529, .001)
	if CSAT(0, 0) != (Estimate{}) {
		t.Error("no answers, yet a score")
	}
}

// The ten differences of R's `sleep` data: mean 1.58, t(9) = 4.0621, R's 95 %
// interval .7001142 to 2.4598858; moved by 3 into the scale of 1-7.
func TestCESMeanHasStudentsInterval(t *testing.T) {
	x := []float64{4.2, 5.4, 4.3, 4.3, 3.0, 4.0, 4.8, 3.8, 7.6, 4.4}
	e := CESMean(x)
	near(t, "mean", e.Value, 4.58, 1e-9)
	near(t, "t", (e.Value-3)/e.SE, 4.062128, 1e-6)
	near(t, "low", e.Low, 3.7001142, 1e-6)
	near(t, "high", e.High, 5.4598858, 1e-6)
	if few := CESMean(x[:9]); few.Interval || few.Low != few.Value || few.N != 9 {
		t.Errorf("nine answers got an interval: %+v", few)
	}
	if CESMean(nil) != (Estimate{}) || CESMean([]float64{5}).SE != 0 {
		t.Error("too few answers gave numbers")
	}
}

func TestTrust(t *testing.T) {
	for n, want := range map[int]Trust{0: TooFew, 4: TooFew, 5: Early, 29: Early, 30: OK, 1000: OK} {
		if got := TrustIn(n); got != want {
			t.Errorf("%d answers: %s", n, got)
		}
	}
}

func TestTheSameChangeIsNoiseAtSixtyAndRealAtSixHundred(t *testing.T) {
	small := NPSChange(Answers{25, 20, 15}, Answers{31, 19, 10})
	near(t, "delta", small.Delta, 18.333, .001)
	near(t, "z", small.Z, 1.2965, .0001)
	near(t, "p", small.P, .1948, .0001)
	large := NPSChange(Answers{250, 200, 150}, Answers{310, 190, 100})
	near(t, "z", large.Z, 4.0999, .0001)
	near(t, "p", large.P, 4.13e-5, 1e-7)
	if Judge(small.P, 60) != CouldBeChance || Judge(large.P, 600) != LikelyReal || Judge(large.P, 29) != TooEarly {
		t.Error("the words do not fit the numbers")
	}
	if got := NPSChange(Answers{}, Answers{1, 0, 0}); got.Valid || got.P != 1 {
		t.Errorf("nothing was compared, yet %+v", got)
	}
	if got := NPSChange(Answers{3, 0, 0}, Answers{0, 0, 3}); got.Valid || got.Delta != -200 {
		t.Errorf("without spread there is no test: %+v", got)
	}
}

func TestTwoProportions(t *testing.T) {
	// prop.test(c(45, 65), c(100, 100), correct = FALSE): X-squared = 8.0808, p = .004474
	got := TwoProportions(45, 100, 65, 100)
	near(t, "z^2", got.Z*got.Z, 8.0808, .0001)
	near(t, "p", got.P, .004474, .000002)
	near(t, "delta", got.Delta, .2, 1e-12)
	if TwoProportions(0, 0, 1, 2).Valid || TwoProportions(2, 2, 3, 3).Valid {
		t.Error("nothing to compare, yet a test")
	}
}

func TestExactTests(t *testing.T) {
	near(t, "McNemar 2, 11", McNemar(2, 11), .0224609375, 1e-12)
	near(t, "McNemar 11, 2", McNemar(11, 2), .0224609375, 1e-12)
	near(t, "McNemar 0, 0", McNemar(0, 0), 1, 1e-12)
	near(t, "McNemar 5, 5", McNemar(5, 5), 1, 1e-12)
	near(t, "tea tasting", Fisher(3, 1, 1, 3), .4857142857, 1e-9)   // Fisher 1935
	near(t, "convictions", Fisher(2, 15, 10, 3), .0005367241, 1e-9) // R's example(fisher.test)
	near(t, "empty", Fisher(0, 0, 0, 0), 1, 1e-12)
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		a, b, c, d := r.IntN(30), r.IntN(30), r.IntN(30), r.IntN(30)
		p := Fisher(a, b, c, d)
		if p <= 0 || p > 1 || math.Abs(p-Fisher(c, d, a, b)) > 1e-9 || math.Abs(p-Fisher(a, c, b, d)) > 1e-9 {
			t.Fatalf("Fisher(%d, %d, %d, %d) = %v is not symmetric", a, b, c, d, p)
		}
	}
}
