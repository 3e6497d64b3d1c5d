package stats

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"regulars/app/kit/golden"
)

func TestGoldenShares(t *testing.T) {
	var wilson map[string][2]float64
	golden.Read(t, "wilson95", &wilson)
	for name, want := range wilson {
		var k, n int
		if _, err := fmt.Sscanf(name, "%d/%d", &k, &n); err != nil {
			t.Fatal(err)
		}
		low, high := Wilson(k, n)
		near(t, name+" low", low, want[0], .00001)
		near(t, name+" high", high, want[1], .00001)
	}
	if len(wilson) != 4 {
		t.Errorf("%d groups of shares", len(wilson))
	}
}

func TestGoldenRecommendationScores(t *testing.T) {
	var groups map[string]json.RawMessage
	golden.Read(t, "nps", &groups)
	for name, raw := range groups {
		if name == "change_test" {
			continue
		}
		var want struct {
			NPS      float64    `json:"nps"`
			SE       float64    `json:"se"`
			Interval [2]float64 `json:"adjwald95"`
		}
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		e := NPS(counts(t, name))
		near(t, name, e.Value, want.NPS, .001)
		near(t, name+" SE", e.SE, want.SE, .0001)
		near(t, name+" low", e.Low, want.Interval[0], .001)
		near(t, name+" high", e.High, want.Interval[1], .001)
	}
	var changes map[string]struct{ Delta, Z, P float64 }
	if err := json.Unmarshal(groups["change_test"], &changes); err != nil {
		t.Fatal(err)
	}
	for name, want := range changes {
		before, after, _ := strings.Cut(name, "->")
		got := NPSChange(counts(t, before), counts(t, after))
		near(t, name, got.Delta, want.Delta, .001)
		near(t, name+" z", got.Z, want.Z, .0001)
		near(t, name+" p", got.P, want.P, want.P*.001)
	}
}

// counts reads "15/12/9": promoters, passives, detractors.
func counts(t *testing.T, name string) Answers {
	t.Helper()
	name, _, _ = strings.Cut(name, " ")
	var n [3]int
	for i, part := range strings.Split(name, "/") {
		v, err := strconv.Atoi(part)
		if err != nil {
			t.Fatal(err)
		}
		n[i] = v
	}
	return Answers{Promoters: n[0], Passives: n[1], Detractors: n[2]}
}

func TestGoldenPairs(t *testing.T) {
	var sleep struct {
		T, P float64
		X, Y []float64
	}
	golden.Read(t, "paired_t_sleep", &sleep)
	got := PairedT(sleep.Y, sleep.X) // the study counts x - y
	near(t, "t", got.T, sleep.T, 1e-6)
	near(t, "p", got.P, sleep.P, 1e-8)
	near(t, "R's lower limit", got.Low, -2.4598858, 1e-6)
	near(t, "R's upper limit", got.High, -.7001142, 1e-6)

	var depression struct {
		V    float64
		POne float64 `json:"p_one_sided"`
		X, Y []float64
	}
	golden.Read(t, "wilcoxon_depression_V", &depression)
	ranks := Wilcoxon(depression.Y, depression.X)
	near(t, "V", ranks.V, depression.V, 0)
	near(t, "one-sided p", ranks.POne, depression.POne, 1e-12)
	near(t, "two-sided p", ranks.P, 2*depression.POne, 1e-12)

	var exact float64
	golden.Read(t, "mcnemar_exact_2_11", &exact)
	near(t, "McNemar", McNemar(2, 11), exact, 1e-12)
}

func TestGoldenOutlier(t *testing.T) {
	var nist struct {
		X []float64
		Z float64 `json:"modified_z_last"`
	}
	golden.Read(t, "grubbs_nist", &nist)
	near(t, "modified z", ModifiedZ(nist.X, nist.X[len(nist.X)-1]), nist.Z, .0001)
}

func TestGoldenSurvival(t *testing.T) {
	var mp struct {
		Time  []float64
		Event []int
		S     map[string]float64
		SE    map[string]float64 `json:"greenwood_se"`
	}
	golden.Read(t, "kaplan_meier_6mp", &mp)
	waits := make([]Wait, len(mp.Time))
	for i, at := range mp.Time {
		waits[i] = Wait{at, mp.Event[i] == 1}
	}
	c := KaplanMeier(waits)
	for at, want := range mp.S {
		near(t, "S("+at+")", c.Waiting(number(t, at)).S, want, .00005)
	}
	for at, want := range mp.SE {
		near(t, "SE("+at+")", c.Waiting(number(t, at)).SE, want, .00005)
	}
	if c.N != 21 || c.Over != 9 || c.AtRisk(6) != 21 || c.AtRisk(10) != 15 || c.AtRisk(36) != 0 {
		t.Errorf("at risk: %d %d %d %d", c.N, c.Over, c.AtRisk(6), c.AtRisk(10))
	}
	if m := c.Quantile(.5); m.Value != 23 || !m.Known || m.Low >= 23 || !math.IsInf(m.High, 1) {
		t.Errorf("median %+v", m) // 23 weeks in Freireich's paper
	}
	if c.Quantile(.9).Known {
		t.Error("nobody was seen long enough for the ninth in ten")
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestGoldenPipeline(t *testing.T) {
	var g struct {
		Value []int64
		P     []float64
		Mean  float64
		SD    float64
	}
	golden.Read(t, "weighted_pipeline", &g)
	var chances []Prospect
	for i, v := range g.Value {
		chances = append(chances, Prospect{v, g.P[i]})
	}
	o := OutlookOf(chances)
	near(t, "mean", o.Mean, g.Mean, 1e-9)
	near(t, "sd", o.SD, g.SD, .0001)
}
