package stats

import (
	"math"
	"testing"
)

func TestTopicsOfTheUnhappyStandOut(t *testing.T) {
	late := LogOdds(30, 80, 20, 200, 50.0/280, 10)
	if !late.Valid || late.Delta <= 1 || late.Z < 4 || late.P > .001 {
		t.Errorf("a third of the unhappy say it: %+v", late)
	}
	other := LogOdds(20, 200, 30, 80, 50.0/280, 10)
	near(t, "turned round", other.Delta, -late.Delta, 1e-12)
	// By hand: one of four against none of four, background 1/8, prior of 8.
	one := LogOdds(1, 4, 0, 4, .125, 8)
	near(t, "delta", one.Delta, math.Log(2.0/10)-math.Log(1.0/11), 1e-12)
	near(t, "z", one.Z, one.Delta/math.Sqrt(1.0/2+1.0/10+1+1.0/11), 1e-12)
}

func TestARareTopicIsNotShouted(t *testing.T) {
	rare, common := LogOdds(1, 50, 0, 50, .01, 10), LogOdds(20, 50, 5, 50, .25, 10)
	if rare.Z > 1 || common.Z < 2.5 {
		t.Errorf("said once %v, said twenty times %v", rare.Z, common.Z)
	}
	if LogOdds(0, 50, 0, 50, 0, 10).Valid || LogOdds(0, 0, 1, 2, .5, 10).Valid {
		t.Error("nothing was said, yet it means something")
	}
}
