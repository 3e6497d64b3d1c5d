package stats

import (
	"math"
	"testing"
)

func TestPowerEqualsR(t *testing.T) {
	near(t, "power.prop.test(n=50, p1=.5, p2=.75)", Power(.5, .75, 50), .7401659, 1e-6)
	for n, want := range map[int]float64{40: .46, 80: .71, 150: .94} { // simulated; the formula is rounder
		near(t, "65 against 45 in a hundred", Power(.65, .45, n), want, .03)
	}
	if Power(.5, .5, 100) > .026 || Power(.3, .6, 0) != 0 || Power(0, 1, 10) != 1 || Power(1, 1, 10) != 0 {
		t.Error("at the edges")
	}
}

func TestNeededReachesFourInFive(t *testing.T) {
	for _, c := range [][2]float64{{.65, .45}, {.5, .6}, {.9, .95}, {.1, .12}} {
		n := Needed(c[0], c[1])
		if Power(c[0], c[1], n) < .8 || Power(c[0], c[1], n-2) > .8 {
			t.Errorf("%v needs %d: power %v", c, n, Power(c[0], c[1], n))
		}
	}
	if Needed(.4, .4) != 0 || Needed(.4, .6) != Needed(.6, .4) {
		t.Error("at the edges")
	}
}

func TestDetectableChange(t *testing.T) {
	few, many := DetectableNPS(.5, .2, 60, 60), DetectableNPS(.5, .2, 600, 600)
	near(t, "a hundredfold less", few/many, math.Sqrt(10), 1e-9)
	near(t, "60 each", few, 100*2.8015852*math.Sqrt(.61/30), 1e-4)
	if !math.IsInf(DetectableNPS(.5, .2, 0, 60), 1) {
		t.Error("nobody answered")
	}
}
