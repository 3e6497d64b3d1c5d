package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func waits(over []float64, open ...float64) []Wait {
	var out []Wait
	for _, t := range over {
		out = append(out, Wait{t, true})
	}
	for _, t := range open {
		out = append(out, Wait{t, false})
	}
	return out
}

// R's aml: time to relapse with and without maintenance.
var (
	maintained = waits([]float64{9, 13, 18, 23, 31, 34, 48}, 13, 28, 45, 161)
	untreated  = waits([]float64{5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45}, 16)
)

func TestLogRankEqualsR(t *testing.T) {
	chi2, p := LogRank(maintained, untreated)
	near(t, "chi2", chi2, 3.396, .0005)
	near(t, "p", p, .0653, .00005)
	back, _ := LogRank(untreated, maintained)
	near(t, "turned round", back, chi2, 1e-9)
	if chi2, p := LogRank(waits(nil, 3, 4), waits(nil, 5)); chi2 != 0 || p != 1 {
		t.Errorf("nothing happened, yet %v %v", chi2, p)
	}
}

func TestSurvivalEqualsR(t *testing.T) {
	c := KaplanMeier(maintained) // summary(survfit(Surv(time, status) ~ x, aml))
	for i, want := range []struct{ s, se float64 }{{.909, .0867}, {.818, .1163}, {.716, .1397}, {.614, .1526}, {.491, .1642}, {.368, .1627}, {.184, .1535}} {
		near(t, "S", c.Steps[i].S, want.s, .0005)
		near(t, "SE", c.Steps[i].SE, want.se, .00005)
	}
	if m := c.Quantile(.5); m.Value != 31 {
		t.Errorf("median %v", m.Value)
	}
	if m := KaplanMeier(untreated).Quantile(.5); m.Value != 23 {
		t.Errorf("median %v", m.Value)
	}
	if rest := KaplanMeier(waits([]float64{1, 2, 3, 4})).Quantile(.5); rest.Value != 2.5 {
		t.Errorf("the middle of the rest is %v", rest.Value)
	}
	if none := KaplanMeier(nil); none.N != 0 || none.Quantile(.5).Known || none.Waiting(3).S != 1 {
		t.Error("nobody waited, yet something is known")
	}
}

func TestOpenCasesLengthenTheMedian(t *testing.T) {
	over := []float64{1, 2, 3, 4, 5, 6}
	if m := KaplanMeier(waits(over, 9, 9, 9, 9)).Quantile(.5); m.Value <= Median(over) {
		t.Errorf("four cases are open for nine hours, yet the median is %v", m.Value)
	}
}

func TestSurvivalKeepsItsLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 300 {
		var ws []Wait
		all := true
		for range 1 + r.IntN(40) {
			w := Wait{float64(r.IntN(20)), r.IntN(4) > 0}
			all = all && w.Over
			ws = append(ws, w)
		}
		c := KaplanMeier(ws)
		last := 1.0
		for _, s := range c.Steps {
			if !(s.S < last && s.S >= 0 && s.Low <= s.S && s.S <= s.High && s.Low >= 0 && s.High <= 1) || math.IsNaN(s.SE) {
				t.Fatalf("%+v after %v", s, last)
			}
			if all {
				left := 0
				for _, w := range ws {
					if w.For > s.At {
						left++
					}
				}
				near(t, "share left", s.S, float64(left)/float64(len(ws)), 1e-12)
			}
			last = s.S
		}
		if m := c.Quantile(.5); m.Known && (m.Low > m.Value || m.High < m.Value) {
			t.Fatalf("median %+v", m)
		}
		if chi2, p := LogRank(ws, ws); chi2 > 1e-9 || p < .999 {
			t.Fatalf("a group differs from itself: %v %v", chi2, p)
		}
	}
}
