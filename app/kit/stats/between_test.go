package stats

import (
	"math"
	"testing"
)

// Newcombe 1998, table II, example (a): 56/70 less 48/80 is .2 (.0524 to .3339).
func TestBetweenIsNewcombesForShares(t *testing.T) {
	delta, low, high := Between(CSAT(48, 80), CSAT(56, 70))
	if math.Abs(delta-20) > 1e-9 || math.Abs(low-5.24) > .01 || math.Abs(high-33.39) > .01 {
		t.Errorf("%v (%v to %v)", delta, low, high)
	}
	if d, l, h := Between(Estimate{Value: 1}, Estimate{Value: 3}); d != 2 || l != 2 || h != 2 {
		t.Error(d, l, h)
	}
}
