package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestPairsWithoutSpreadProveNothing(t *testing.T) {
	if d := PairedT([]float64{1, 2, 3}, []float64{2, 3, 4}); d.Valid || d.P != 1 || d.Delta != 1 {
		t.Errorf("all moved by one: %+v", d)
	}
	if d := PairedT([]float64{1}, []float64{5}); d.Valid || d.N != 1 {
		t.Errorf("one pair: %+v", d)
	}
	if r := Wilcoxon([]float64{3, 3}, []float64{3, 3}); r.N != 0 || r.P != 1 {
		t.Errorf("nobody moved: %+v", r)
	}
}

// Every assignment of signs counted one by one, with ties as answers have them.
func TestSignedRanksCountEverySign(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 7))
	for range 200 {
		n := 1 + r.IntN(10)
		before, after := make([]float64, n), make([]float64, n)
		for i := range before {
			before[i], after[i] = float64(r.IntN(6)), float64(r.IntN(11))
		}
		got := Wilcoxon(before, after)
		if got.N == 0 {
			continue
		}
		if want := bySigns(before, after); math.Abs(got.POne-want) > 1e-12 || !got.Exact {
			t.Fatalf("%v -> %v: %v, want %v", before, after, got.POne, want)
		}
		if back := Wilcoxon(after, before); math.Abs(back.P-got.P) > 1e-12 {
			t.Fatalf("turned round p is %v, not %v", back.P, got.P)
		}
	}
}

func bySigns(before, after []float64) float64 {
	var sizes, signs []float64
	for i := range before {
		if d := after[i] - before[i]; d != 0 {
			sizes, signs = append(sizes, math.Abs(d)), append(signs, d)
		}
	}
	ranks := midRanks(sizes)
	v, total := 0.0, 0.0
	for i, s := range signs {
		total += ranks[i]
		if s > 0 {
			v += ranks[i]
		}
	}
	least, hits := math.Max(v, total-v), 0
	for set := range 1 << len(ranks) {
		sum := 0.0
		for i, rank := range ranks {
			if set>>i&1 == 1 {
				sum += rank
			}
		}
		if sum >= least-1e-9 {
			hits++
		}
	}
	return float64(hits) / float64(int(1)<<len(ranks))
}

func TestManyPairsAgreeWithTheNormalCurve(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	before, after := make([]float64, 51), make([]float64, 51)
	for i := range before {
		before[i] = float64(r.IntN(11))
		after[i] = before[i] + float64(1+r.IntN(3)) - 5*float64(r.IntN(2))
		if after[i] == before[i] {
			after[i]++
		}
	}
	curve := Wilcoxon(before, after)
	if curve.Exact || curve.N != 51 {
		t.Fatalf("%+v", curve)
	}
	sizes := make([]float64, 51)
	for i := range sizes {
		sizes[i] = math.Abs(after[i] - before[i])
	}
	exact := signTail(midRanks(sizes), math.Max(curve.V, 51*52/2-curve.V))
	near(t, "one-sided p", curve.POne, exact, .01)
}

func TestChanceAloneIsCalledRealOneTimeInTwenty(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 4))
	ranks, means := 0, 0
	const rounds = 2000
	for range rounds {
		before, after := make([]float64, 20), make([]float64, 20)
		for i := range before {
			before[i], after[i] = float64(r.IntN(11)), float64(r.IntN(11))
		}
		if Wilcoxon(before, after).P < .05 {
			ranks++
		}
		if PairedT(before, after).P < .05 {
			means++
		}
	}
	if ranks > rounds*65/1000 || means > rounds*65/1000 || means < rounds*35/1000 {
		t.Errorf("%d and %d of %d rounds of pure chance were called real", ranks, means, rounds)
	}
}

func FuzzWilcoxon(f *testing.F) {
	f.Add([]byte{1, 9, 3, 3, 4, 8}, []byte{2, 2, 2, 5, 0, 1})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		n := min(len(a), len(b), 200)
		before, after := make([]float64, n), make([]float64, n)
		for i := range n {
			before[i], after[i] = float64(a[i]%11), float64(b[i]%11)
		}
		got := Wilcoxon(before, after)
		if !(got.P >= 0 && got.P <= 1) || !(got.POne >= 0 && got.POne <= 1) || got.V < 0 || got.V > float64(n*(n+1)/2) {
			t.Fatalf("%+v", got)
		}
		if p := PairedT(before, after).P; !(p >= 0 && p <= 1) {
			t.Fatalf("paired p %v", p)
		}
	})
}
