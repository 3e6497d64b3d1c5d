package improvement

import (
	"math/rand/v2"
	"testing"

	"regulars/app/voice/feedback"
)

// draw is k of n with probability p.
func draw(r *rand.Rand, n int, p float64) Cell {
	c := Cell{N: n}
	for range n {
		if r.Float64() < p {
			c.K++
		}
	}
	return c
}

// In a shop where the change did nothing, though everything got better for
// everybody, at most one verdict in twenty is wrong.
func TestAShopWithoutEffectIsNotProven(t *testing.T) {
	for _, by := range []string{byTopic, byCause} {
		r, proven := rand.New(rand.NewPCG(4, 1)), 0
		const shops = 4000
		for range shops {
			var f Figures
			if by == byTopic {
				n := 30 + r.IntN(100)
				f = Figures{By: by, Before: draw(r, n, .5), After: draw(r, n, .6), ControlBefore: draw(r, 2*n, .6), ControlAfter: draw(r, 2*n, .7)}
			} else { // half as many complaints, of each cause alike
				n := 60 + r.IntN(100)
				f = Figures{By: by, Before: draw(r, n, .3), After: draw(r, n/2, .3)}
				f.ControlBefore, f.ControlAfter = Cell{f.Before.N - f.Before.K, f.Before.N}, Cell{f.After.N - f.After.K, f.After.N}
			}
			if judge([]*Figures{&f})[0] == Proven {
				proven++
			}
		}
		if proven > shops/20 {
			t.Errorf("by %s: %d of %d shops without effect are called proven", by, proven, shops)
		}
	}
}

func TestAnEffectOfTwentyPointsIsFound(t *testing.T) {
	r, proven := rand.New(rand.NewPCG(4, 2)), 0
	for range 1000 {
		f := &Figures{By: byTopic, Before: draw(r, 100, .4), After: draw(r, 100, .6), ControlBefore: draw(r, 100, .8), ControlAfter: draw(r, 100, .8)}
		if judge([]*Figures{f})[0] == Proven {
			proven++
		}
	}
	if proven < 500 { // its power with a hundred in each cell is .57
		t.Errorf("found %d times in 1000", proven)
	}
	f := &Figures{By: byTopic, Before: Cell{40, 100}, After: Cell{60, 100}, ControlBefore: Cell{80, 100}, ControlAfter: Cell{80, 100}}
	if v := judge([]*Figures{f}); v[0] != Proven || f.Gain < .199 || f.Low <= 0 || f.Test != ByDiff || f.Together != 1 || f.Adjusted != f.P {
		t.Errorf("%v %+v", v, f)
	}
	worse := &Figures{By: byTopic, Before: Cell{80, 100}, After: Cell{40, 100}, ControlBefore: Cell{80, 100}, ControlAfter: Cell{80, 100}}
	if v := judge([]*Figures{worse}); v[0] != NotProven {
		t.Errorf("a loss of forty points is %s", v[0])
	}
	cause := &Figures{By: byCause, Before: Cell{50, 100}, After: Cell{20, 100}, ControlBefore: Cell{50, 100}, ControlAfter: Cell{80, 100}}
	if v := judge([]*Figures{cause}); v[0] != Proven || cause.Gain < .29 || cause.Low <= 0 {
		t.Errorf("%v %+v", v, cause)
	}
}

func TestTwentyNineAreTooFew(t *testing.T) {
	for at := range 4 {
		cells := [4]Cell{{3, 30}, {28, 30}, {15, 30}, {15, 30}}
		f := &Figures{By: byTopic, Before: cells[0], After: cells[1], ControlBefore: cells[2], ControlAfter: cells[3]}
		if v := judge([]*Figures{f}); v[0] != Proven {
			t.Errorf("thirty each: %s", v[0])
		}
		cells[at].N--
		f = &Figures{By: byTopic, Before: cells[0], After: cells[1], ControlBefore: cells[2], ControlAfter: cells[3]}
		if v := judge([]*Figures{f}); v[0] != TooFew || f.Together != 0 {
			t.Errorf("29 in cell %d: %s of %d", at, v[0], f.Together)
		}
	}
	if v := judge([]*Figures{{By: byCause}, {By: byTopic}}); v[0] != TooFew || v[1] != TooFew {
		t.Errorf("nobody at all: %v", v)
	}
}

// Five judged together: what would pass alone does not pass among five.
func TestFiveTogetherAreAdjusted(t *testing.T) {
	weak := func() *Figures {
		return &Figures{By: byTopic, Before: Cell{40, 100}, After: Cell{61, 100}, ControlBefore: Cell{60, 100}, ControlAfter: Cell{60, 100}}
	}
	alone := weak()
	if v := judge([]*Figures{alone}); v[0] != Proven || alone.P < .011 {
		t.Fatalf("alone: %v p %.4f", v, alone.P)
	}
	five := []*Figures{weak(), weak(), weak(), weak(), weak()}
	strong := &Figures{By: byTopic, Before: Cell{20, 100}, After: Cell{80, 100}, ControlBefore: Cell{60, 100}, ControlAfter: Cell{60, 100}}
	thin := &Figures{By: byTopic, Before: Cell{2, 10}, After: Cell{8, 10}, ControlBefore: Cell{6, 10}, ControlAfter: Cell{6, 10}}
	five[4] = strong
	v := judge(append(five, thin))
	if v[0] != NotProven || v[4] != Proven || v[5] != TooFew || five[0].Together != 5 || five[0].Adjusted < 4*five[0].P-1e-9 {
		t.Errorf("%v %+v", v, five[0])
	}
}

func TestSecondAnswersAreSummedUp(t *testing.T) {
	var pairs []pair
	for range 8 {
		pairs = append(pairs, pair{"nps", 3, 9, true})
	}
	pairs = append(pairs, pair{"csat", 3, 1, false}, pair{"nps", 4, 4, false})
	a := asked(pairs, feedback.Low)
	if a.N != 10 || a.Rose != 8 || a.Fell != 1 || a.Recovered != 8 || a.Moved != 9 || a.McNemar > .05 || a.Wilcoxon > .05 {
		t.Errorf("%+v", a)
	}
	if none := asked(nil, feedback.Low); none.McNemar != 1 || none.Wilcoxon != 1 {
		t.Errorf("%+v", none)
	}
}

func TestOnlyTheFiguresJudge(t *testing.T) {
	for from, to := range next {
		for _, s := range to {
			if s == Judged {
				t.Errorf("%s may be judged by a person", from)
			}
		}
	}
	if (Improvement{State: Idea}).May(Live) != nil || (Improvement{State: Dropped}).May(Live) == nil || (Improvement{State: "x"}).May(Idea) == nil {
		t.Error("the moves are wrong")
	}
}
