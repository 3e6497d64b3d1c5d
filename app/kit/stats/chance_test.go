package stats

import (
	"math"
	"testing"
)

func TestChanceIsDrawnTowardsItsBase(t *testing.T) {
	for _, c := range []struct {
		won, lost int
		base      float64
		want      float64
	}{
		{0, 0, .6315, .6315},              // nothing seen: the base
		{10, 0, .6315, (10 + 6.315) / 20}, // ten wins in a row are no certainty
		{4238, 2473, .6315, .63149},       // much seen: what was seen
		{0, 40, .5, 5. / 50},
	} {
		got := ChanceOf(c.won, c.lost, c.base, 10)
		if math.Abs(got.P-c.want) > 1e-4 || got.Low >= got.P || got.High <= got.P || got.N != c.won+c.lost {
			t.Errorf("%d of %d: %+v, want %.4f", c.won, c.won+c.lost, got, c.want)
		}
	}
	few, many := ChanceOf(5, 5, .5, 10), ChanceOf(500, 500, .5, 10)
	if few.High-few.Low <= many.High-many.Low {
		t.Errorf("more seen is not surer: %+v %+v", few, many)
	}
	if got := ChanceOf(0, 0, 0, 10); got.P <= 0 || math.IsNaN(got.Low) {
		t.Errorf("a base of nought: %+v", got)
	}
}

func TestAChanceFadesWithAge(t *testing.T) {
	wins, losses := []float64{5, 10, 15, 20, 25}, []float64{20, 40, 60, 80, 100}
	last := .6
	for _, age := range []float64{0, 12, 22, 30, 90, 200} {
		got := AgedChance(.6, wins, losses, age)
		if got > last+1e-12 || got <= 0 {
			t.Errorf("after %.0f days %.4f, before that %.4f", age, got, last)
		}
		last = got
	}
	// by hand: after 22 days one win in five lasted longer, four losses in five
	w, l := .6*1.5/5.5, .4*4.5/5.5
	if got := AgedChance(.6, wins, losses, 22); math.Abs(got-w/(w+l)) > 1e-12 {
		t.Errorf("%.6f", got)
	}
	if got := AgedChance(.6, nil, nil, 50); got != .6 {
		t.Errorf("nothing known about ages: %.4f", got)
	}
}
