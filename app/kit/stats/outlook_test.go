package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The published figures: 10k at .9, 5k at .5, 20k at .3 and 8k at .1.
func TestOutlookOfAWeightedPipeline(t *testing.T) {
	o := OutlookOf([]Prospect{{10000, .9}, {5000, .5}, {20000, .3}, {8000, .1}})
	if math.Abs(o.Mean-18300) > 1e-6 || math.Abs(o.SD-10247.4387) > 1e-3 {
		t.Errorf("%+v", o)
	}
	if math.Abs(o.P10-5000) > 11 && math.Abs(o.P10-10000) > 11 {
		t.Errorf("p10 %v", o.P10)
	}
}

// Against every one of the 2^n outcomes.
func TestOutlookIsTheDistributionItself(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	for range 60 {
		var chances []Prospect
		total := 0.0
		for range 1 + r.IntN(9) {
			c := Prospect{int64(r.IntN(9000)), float64(r.IntN(11)) / 10}
			chances, total = append(chances, c), total+float64(c.Value)
		}
		o := OutlookOf(chances)
		below := func(limit float64) float64 {
			sum := 0.0
			for mask := range 1 << len(chances) {
				v, p := 0.0, 1.0
				for i, c := range chances {
					if mask>>i&1 == 1 {
						v, p = v+float64(c.Value), p*c.P
					} else {
						p *= 1 - c.P
					}
				}
				if v <= limit {
					sum += p
				}
			}
			return sum
		}
		slack := total/outlookSteps*float64(len(chances)) + 1
		for q, at := range map[float64]float64{.1: o.P10, .5: o.P50, .9: o.P90} {
			if below(at+slack) < q-1e-9 || below(at-slack-1) > q+1e-9 {
				t.Fatalf("%v: p%v is %v: %v at most, %v below", chances, q*100, at, below(at+slack), below(at-slack-1))
			}
		}
	}
	if o := OutlookOf(nil); o != (Outlook{}) {
		t.Errorf("nothing comes to %+v", o)
	}
	if o := OutlookOf([]Prospect{{-5, .5}, {100, 2}}); o.Mean != 100 || o.P10 < 99 {
		t.Errorf("%+v", o)
	}
}
