package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"regulars/app/kit/golden"
)

// R: glm(am ~ wt, binomial, mtcars).
func TestGoldenLogit(t *testing.T) {
	var g struct {
		Intercept float64
		SE        []float64
		LL        float64
		AM        []int
		WT        []float64
	}
	golden.Read(t, "logit_mtcars_am_wt", &g)
	y := make([]bool, len(g.AM))
	for i, v := range g.AM {
		y[i] = v == 1
	}
	f, ok := Logit(y, [][]float64{g.WT}, 0)
	if !ok || len(y) != 32 {
		t.Fatal("it does not settle")
	}
	near(t, "intercept", f.Intercept, 12.04036966, 1e-6)
	near(t, "wt", f.Beta[0], -4.02396994, 1e-6)
	near(t, "se of intercept", f.SE[0], g.SE[0], 5e-4) // R has them of its last step but one
	near(t, "se of wt", f.SE[1], g.SE[1], 5e-4)
	near(t, "log likelihood", f.LogLik, g.LL, 1e-6)
	near(t, "a car of 3 tons", f.P([]float64{3}), 1/(1+math.Exp(-(12.04036966-3*4.02396994))), 1e-8)
	drawn, ok := Logit(y, [][]float64{g.WT}, 1)
	if !ok || math.Abs(drawn.Beta[0]) >= math.Abs(f.Beta[0]) || drawn.Beta[0] >= 0 {
		t.Errorf("the ridge does not draw inwards: %+v", drawn)
	}
}

func TestLogitStaysFinite(t *testing.T) {
	apart, x := make([]bool, 20), make([]float64, 20)
	for i := range apart {
		apart[i], x[i] = i >= 10, float64(i)
	}
	if _, ok := Logit(apart, [][]float64{x}, 0); ok {
		t.Error("a perfect parting has no finite fit")
	}
	if f, ok := Logit(apart, [][]float64{x}, 1); !ok || math.IsNaN(f.Beta[0]) || f.P([]float64{19}) < .9 {
		t.Errorf("with a ridge it has: %+v", f)
	}
	if _, ok := Logit(make([]bool, 20), [][]float64{x}, 1); ok {
		t.Error("all answers alike teach nothing")
	}
	if _, ok := Logit(apart, [][]float64{make([]float64, 20)}, 1); ok {
		t.Error("an input without spread is no input")
	}
	r := rand.New(rand.NewPCG(7, 7))
	y, signal, noise := make([]bool, 4000), make([]float64, 4000), make([]float64, 4000)
	for i := range y {
		signal[i], noise[i] = r.NormFloat64(), r.NormFloat64()
		y[i] = r.Float64() < 1/(1+math.Exp(-(-.5+1.2*signal[i])))
	}
	f, ok := Logit(y, [][]float64{signal, noise}, 1)
	if !ok {
		t.Fatal("it does not settle")
	}
	near(t, "intercept", f.Intercept, -.5, .12)
	near(t, "signal", f.Beta[0], 1.2, .15)
	near(t, "noise", f.Beta[1], 0, .1)
}

func TestScoresOfChances(t *testing.T) {
	p, came := []float64{.9, .2}, []bool{true, false}
	near(t, "Brier", Brier(p, came), (.01+.04)/2, 1e-12)
	near(t, "log loss", LogLoss(p, came), -(math.Log(.9)+math.Log(.8))/2, 1e-12)
	if l := LogLoss([]float64{0}, []bool{true}); math.IsInf(l, 0) {
		t.Error("one surprise is without end")
	}
}
