package stats

import (
	"math/rand/v2"
	"testing"
)

func TestCohorts(t *testing.T) {
	got := Cohorts([][]int{{10, 11, 12}, {12, 10}, {10, 10}, {11}, {11, 12, 13}, {}, {14}, {14, 13}}, 13)
	if len(got) != 3 || got[0].Month != 10 || got[1].Month != 11 || got[2].Month != 13 {
		t.Fatalf("%+v", got)
	}
	c := got[0]
	if c.Size != 3 || len(c.Cells) != 4 || c.Cells[0].Bought != 3 || c.Cells[1].Bought != 1 || c.Cells[2].Bought != 2 || c.Cells[3].Bought != 0 {
		t.Errorf("%+v", c)
	}
	if !c.Cells[2].Whole || c.Cells[3].Whole || got[2].Cells[0].Whole {
		t.Error("the running month is not whole, those before are")
	}
	low, high := Wilson(2, 3)
	near(t, "share", c.Cells[2].Share, 2./3, 1e-12)
	near(t, "low", c.Cells[2].Low, low, 0)
	near(t, "high", c.Cells[2].High, high, 0)
	if e := KeptAfter(got, 1); e.N != 5 || e.Value != 100*2./5 {
		t.Errorf("after a month: %+v", e)
	}
	if e := KeptAfter(got, 2); e.N != 3 {
		t.Errorf("the running month counts: %+v", e)
	}
	if e := KeptAfter(got, 99); e.N != 0 || e.Interval {
		t.Errorf("%+v", e)
	}
	if len(Cohorts(nil, 5)) != 0 {
		t.Error("cohorts of nobody")
	}
}

// Everybody is in one cohort, all of it bought in its first month, and no cell
// holds more than the cohort.
func TestCohortsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 1))
	for range 50 {
		var customers [][]int
		for range r.IntN(60) {
			var months []int
			for range 1 + r.IntN(6) {
				months = append(months, r.IntN(24))
			}
			customers = append(customers, months)
		}
		sum := 0
		for _, c := range Cohorts(customers, 23) {
			sum += c.Size
			if c.Cells[0].Bought != c.Size {
				t.Fatalf("%+v", c)
			}
			for _, k := range c.Cells {
				if k.Bought > c.Size || !(k.Low <= k.Share && k.Share <= k.High) {
					t.Fatalf("%+v", c)
				}
			}
		}
		if sum != len(customers) {
			t.Fatal(sum, len(customers))
		}
	}
}
