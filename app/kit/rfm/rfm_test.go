package rfm

import (
	"encoding/csv"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"regulars/app/kit/golden"
)

// The 995 customers of the R package rfm's data, added up per customer.
func published(t *testing.T) (buyers []Buyer, names map[string]Buyer) {
	t.Helper()
	f, err := os.Open("testdata/customers.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	names = map[string]Buyer{}
	for _, row := range rows[1:] {
		var v [3]float64
		for i := range v {
			if v[i], err = strconv.ParseFloat(row[i+1], 64); err != nil {
				t.Fatal(err)
			}
		}
		b := Buyer{v[0], v[1], v[2]}
		buyers = append(buyers, b)
		if row[0] != "" {
			names[row[0]] = b
		}
	}
	return buyers, names
}

func TestGoldenScores(t *testing.T) {
	var g struct {
		Customers int
		Cuts      struct{ R, F, M []float64 } `json:"cuts_pub"`
		Scores    map[string]int              `json:"scores_pub"`
	}
	golden.Read(t, "rfm_orders", &g)
	buyers, names := published(t)
	s := ScaleOf(buyers, Steps{1, 1, 1}, Cuts{})
	if len(buyers) != g.Customers || s.Basis != Quintiles {
		t.Fatal(len(buyers), s.Basis)
	}
	for i := range 4 {
		golden.Near(t, "recency", s.Cuts.Recency[i], g.Cuts.R[i], 1e-9)
		golden.Near(t, "orders", s.Cuts.Orders[i], g.Cuts.F[i], 1e-9)
		golden.Near(t, "money", s.Cuts.Money[i], g.Cuts.M[i], 1e-9)
	}
	for name, want := range g.Scores {
		if got, ok := s.Score(names[name]); !ok || got.Number() != want {
			t.Errorf("%s: %d, want %d", name, got.Number(), want)
		}
	}
	if len(g.Scores) != 5 {
		t.Error(len(g.Scores))
	}
}

// Money in cents, and a step of a hundred of them, scores alike.
func TestTheUnitOfMoneyDoesNotMatter(t *testing.T) {
	buyers, _ := published(t)
	cents := make([]Buyer, len(buyers))
	for i, b := range buyers {
		cents[i] = Buyer{b.Recency, b.Orders, 100 * b.Money}
	}
	a, b := ScaleOf(buyers, Steps{1, 1, 1}, Cuts{}), ScaleOf(cents, Steps{1, 1, 100}, Cuts{})
	for i := range buyers {
		x, _ := a.Score(buyers[i])
		if y, _ := b.Score(cents[i]); x != y {
			t.Fatalf("%+v: %v and %v", buyers[i], x, y)
		}
	}
}

func TestSmallShops(t *testing.T) {
	some := func(n int) []Buyer {
		out := make([]Buyer, n)
		for i := range out {
			out[i] = Buyer{float64(i), float64(1 + i), float64(10 * i)}
		}
		return out
	}
	own := Cuts{Recency: []float64{30, 60, 120, 240}, Orders: []float64{2, 4}, Money: []float64{100, 500, 1000}}
	for n, want := range map[int]Basis{0: Thresholds, 14: Thresholds, 15: Terciles, 49: Terciles, 50: Quintiles} {
		if s := ScaleOf(some(n), Steps{1, 1, 1}, own); s.Basis != want {
			t.Errorf("%d buyers: %s", n, s.Basis)
		}
	}
	s := ScaleOf(some(15), Steps{1, 1, 1}, own)
	seen := map[int]int{}
	for _, b := range some(15) {
		score, _ := s.Score(b)
		seen[score.F]++
	}
	if len(seen) != 3 || min(seen[1], seen[3], seen[5]) < 4 {
		t.Errorf("terciles: %v", seen)
	}
	s = ScaleOf(some(3), Steps{1, 1, 1}, own)
	for b, want := range map[Buyer]int{{10, 5, 5000}: 555, {300, 1, 0}: 111, {30, 2, 100}: 432, {59, 3, 999}: 434} {
		if got, ok := s.Score(b); !ok || got.Number() != want {
			t.Errorf("%v: %d, want %d", b, got.Number(), want)
		}
	}
	for name, bad := range map[string]Cuts{
		"none": {}, "one missing": {Recency: own.Recency, Orders: own.Orders},
		"not ascending": {Recency: []float64{5, 5}, Orders: own.Orders, Money: own.Money},
	} {
		s := ScaleOf(some(3), Steps{1, 1, 1}, bad)
		if _, ok := s.Score(Buyer{1, 1, 1}); ok || s.Basis != Nothing {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// Ties share a score, better figures never score lower, and scores stay in 1
// to 5 whatever the shop.
func TestScoresAreFair(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for range 60 {
		buyers := make([]Buyer, 15+r.IntN(120))
		for i := range buyers {
			buyers[i] = Buyer{float64(r.IntN(40)), float64(1 + r.IntN(4)), float64(r.IntN(9))}
		}
		s := ScaleOf(buyers, Steps{1, 1, 1}, Cuts{})
		for range 200 {
			a, b := buyers[r.IntN(len(buyers))], buyers[r.IntN(len(buyers))]
			x, _ := s.Score(a)
			y, _ := s.Score(b)
			for _, v := range []int{x.R, x.F, x.M} {
				if v < 1 || v > 5 {
					t.Fatal(x)
				}
			}
			if a.Recency <= b.Recency && x.R < y.R || a.Orders >= b.Orders && x.F < y.F || a.Money >= b.Money && x.M < y.M {
				t.Fatalf("%+v scores %v, %+v scores %v", a, x, b, y)
			}
		}
	}
}
