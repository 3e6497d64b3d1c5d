package ahp

import (
	"math"
	"math/rand/v2"
	"testing"

	"regulars/app/kit/golden"
)

func TestGoldenLeader(t *testing.T) {
	var g struct {
		W          []float64
		Lambda, CR float64
	}
	golden.Read(t, "ahp_leader", &g)
	// experience, education, charisma, age: E/Ed 4, E/Ch 3, E/Age 7, Ch/Ed 3, Ed/Age 3, Ch/Age 5
	r, ok := Weigh(FromPairs(4, []float64{4, 3, 7, 1. / 3, 3, 5}))
	if !ok || !r.Consistent() {
		t.Fatalf("%+v", r)
	}
	for i, w := range g.W {
		golden.Near(t, "weight", r.Weights[i], w, 1e-6)
	}
	golden.Near(t, "lambda", r.Lambda, g.Lambda, 1e-6)
	golden.Near(t, "CR", r.CR, g.CR, 1e-6)
}

func TestGoldenEntropy(t *testing.T) {
	var g struct {
		Matrix [][]float64
		W      []float64
	}
	golden.Read(t, "entropy_weights", &g)
	w, ok := Entropy(g.Matrix)
	if !ok {
		t.Fatal("no weights")
	}
	for i := range g.W {
		golden.Near(t, "weight", w[i], g.W[i], .00005)
	}
}

// Judgements made from weights give the weights back, whatever their number.
func TestConsistentJudgementsGiveTheirWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for n := 1; n <= MaxCriteria; n++ {
		truth, sum := make([]float64, n), 0.0
		for i := range truth {
			truth[i] = 1 + 2*r.Float64() // ratios within 3
			sum += truth[i]
		}
		var above []float64
		for i := range n {
			for j := i + 1; j < n; j++ {
				above = append(above, truth[i]/truth[j])
			}
		}
		if len(above) != Pairs(n) {
			t.Fatal(n, len(above))
		}
		got, ok := Weigh(FromPairs(n, above))
		if !ok || got.CR > 1e-9 || got.Worst != [2]int{-1, -1} {
			t.Fatalf("%d: %+v", n, got)
		}
		for i := range truth {
			golden.Near(t, "weight", got.Weights[i], truth[i]/sum, 1e-9)
		}
	}
}

// Whatever anybody clicks: weights are positive and sum to 1, and lambda is
// never below n.
func TestAnyJudgementsGiveWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	for range 500 {
		n := 1 + r.IntN(MaxCriteria)
		above := make([]float64, Pairs(n))
		for i := range above {
			above[i] = math.Pow(9, 2*r.Float64()-1)
		}
		got, ok := Weigh(FromPairs(n, above))
		if !ok || got.Lambda < float64(n)-1e-9 || math.IsNaN(got.CR) {
			t.Fatalf("%+v", got)
		}
		sum := 0.0
		for _, w := range got.Weights {
			if w <= 0 {
				t.Fatal(got.Weights)
			}
			sum += w
		}
		golden.Near(t, "sum", sum, 1, 1e-12)
	}
}

func TestAContradictionIsNamed(t *testing.T) {
	above := []float64{2, 4, 8, 2, 4, 2} // 8 : 4 : 2 : 1
	above[2] = 1. / 8                    // and yet the last is worth eight of the first
	r, _ := Weigh(FromPairs(4, above))
	if r.Consistent() || r.Worst != [2]int{0, 3} || r.Fit < 1./8 {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsNoJudgement(t *testing.T) {
	for name, m := range map[string]Matrix{
		"nothing": nil, "not square": {{1, 2}, {.5}}, "not reciprocal": {{1, 2}, {2, 1}},
		"nought": {{1, 0}, {0, 1}}, "no number": {{1, math.NaN()}, {math.NaN(), 1}}, "eleven": FromPairs(11, nil),
	} {
		if r, ok := Weigh(m); ok {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if m := FromPairs(3, []float64{99, math.NaN()}); m[0][1] != 9 || m[0][2] != 1 || m[1][2] != 1 {
		t.Error(m)
	}
	for name, rows := range map[string][][]float64{
		"one row": {{1, 2}}, "negative": {{1}, {-1}}, "ragged": {{1, 2}, {1}}, "alike": {{1, 3}, {1, 3}}, "no number": {{1}, {math.NaN()}},
	} {
		if w, ok := Entropy(rows); ok {
			t.Errorf("%s: %v", name, w)
		}
	}
	if w, ok := Entropy([][]float64{{0, 1}, {0, 3}}); !ok || w[0] != 0 || w[1] != 1 {
		t.Error("a column of noughts", w)
	}
}

func TestMix(t *testing.T) {
	owner, data := []float64{.7, .3}, []float64{.2, .8}
	for lambda, want := range map[float64]float64{1: .7, 0: .2, .5: .45, 7: .7, -1: .2} {
		got := Mix(owner, data, lambda)
		golden.Near(t, "mixed", got[0], want, 1e-12)
		golden.Near(t, "sum", got[0]+got[1], 1, 1e-12)
	}
}
