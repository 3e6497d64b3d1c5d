package stats

import (
	"math"
	"testing"
)

func TestShrunkShare(t *testing.T) {
	share, low, high := ShrunkShare(3, 2+1, .5, 10)
	if math.Abs(share-8.0/13) > 1e-9 || low >= share || high <= share {
		t.Errorf("%v %v %v", share, low, high)
	}
	if share, low, high = ShrunkShare(3, 4, .5, 10); math.Abs(share-8.0/14) > 1e-9 {
		t.Errorf("%v %v %v", share, low, high)
	}
	few, _, _ := ShrunkShare(2, 2, .6, 10)
	many, l, h := ShrunkShare(200, 200, .6, 10)
	if few > .7 || many < .95 || h-l > .1 {
		t.Errorf("few %v, many %v (%v to %v)", few, many, l, h)
	}
	if share, low, high = ShrunkShare(0, 0, 1, 10); share != 1 || low != 0 || high != 1 {
		t.Errorf("nothing known and all usual: %v %v %v", share, low, high)
	}
}
