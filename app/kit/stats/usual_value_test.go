package stats

import (
	"math"
	"math/rand"
	"testing"
)

func TestUsualSpanHoldsNineteenInTwenty(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	draw := func() float64 { // what a week of a shop brings: a few sales of differing size
		sum := 0.0
		for range 20 + rnd.Intn(20) {
			sum += math.Exp(3 + .8*rnd.NormFloat64())
		}
		return sum
	}
	out, low, tries := 0, 0, 4000
	for range tries {
		var seen []float64
		for range 20 {
			seen = append(seen, draw())
		}
		u, ok := UsualSpan(seen)
		if !ok || u.Low > u.Mean || u.High < u.Mean {
			t.Fatalf("%+v", u)
		}
		v := draw()
		if v < u.Low || v > u.High {
			out++
		}
		if u.P(v) < .05 {
			low++
		}
	}
	if share := float64(out) / float64(tries); share < .03 || share > .07 || out != low {
		t.Errorf("%.3f outside the range, %d with a small p, %d outside", share, low, out)
	}
	if _, ok := UsualSpan([]float64{1, 2, 3, 4, 5, 6, 7}); ok {
		t.Error("seven are enough")
	}
	if _, ok := UsualSpan([]float64{1, 2, 3, 4, 5, 6, 7, -1}); ok {
		t.Error("a value below zero")
	}
	if u, _ := UsualSpan([]float64{4, 4, 4, 4, 4, 4, 4, 4}); u.P(4) != 1 || u.P(5) != 0 || u.Low != 4 || u.High != 4 {
		t.Errorf("%+v", u)
	}
}

func TestUsualNPSWidensWithFewAnswers(t *testing.T) {
	before := Answers{Promoters: 60, Passives: 25, Detractors: 15}
	low, high := UsualNPS(before, 25)
	if math.Abs(45-low-(high-45)) > 1e-9 || math.Abs(high-low-2*1.959963984540054*math.Sqrt(.5475)*100*math.Sqrt(1./25+1./100)) > .01 {
		t.Errorf("%f to %f", low, high)
	}
	if l, h := UsualNPS(before, 3); l >= low || h <= high {
		t.Error("fewer answers, no wider")
	}
	if l, h := UsualNPS(Answers{}, 3); l != -100 || h != 100 {
		t.Error("without answers before")
	}
}
