package basket

import (
	"math"
	"math/rand/v2"
	"testing"

	"regulars/app/kit/golden"
	"regulars/app/kit/stats"
)

// The groceries of Hahsler, Hornik & Reutterer (9,835 baskets): herbs => root
// vegetables has support .007016, confidence .431250, lift 3.956477.
func TestLiftAsPublished(t *testing.T) {
	p := pair(69, 160, 1072, 9835)
	golden.Near(t, "support", float64(p.Both)/float64(p.Baskets), .007016, 5e-7)
	golden.Near(t, "plain confidence", float64(p.Both)/float64(p.Ours), .431250, 5e-7)
	golden.Near(t, "lift", p.Lift, 3.956477, 5e-7)
	golden.Near(t, "confidence", p.Confidence, (69+10*1072./9835)/170, 1e-12)
	golden.Near(t, "cosine", p.Cosine, 69/math.Sqrt(160*1072), 1e-12)
	if !(1 < p.Low && p.Low < p.Lift && p.Lift < p.High) {
		t.Errorf("%+v", p)
	}
}

// The interval holds the true lift about 95 times in a hundred.
func TestTheIntervalOfLiftHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 1))
	for _, c := range []struct{ both, first, second float64 }{{.04, .2, .2}, {.08, .2, .2}, {.03, .05, .1}} {
		truth, inside := c.both/(c.first*c.second), 0
		for range 2000 {
			var both, ours, theirs int
			for range 600 {
				switch u := r.Float64(); {
				case u < c.both:
					both, ours, theirs = both+1, ours+1, theirs+1
				case u < c.first:
					ours++
				case u < c.first+c.second-c.both:
					theirs++
				}
			}
			if p := pair(both, ours, theirs, 600); p.Low <= truth && truth <= p.High {
				inside++
			}
		}
		if inside < 1860 || inside > 1960 {
			t.Errorf("%+v: %d of 2000", c, inside)
		}
	}
}

// Coffee 1 goes with filters 2; the machine 3 is bought once; 9 sells most and
// goes with nothing.
func shop(customers int) []Basket {
	var out []Basket
	r := rand.New(rand.NewPCG(12, 2))
	for visit := range 6 {
		for c := range customers {
			var b []int64
			switch {
			case c%2 == 0 && visit == 0:
				b = []int64{1, 2, 3}
			case c%2 == 0:
				b = []int64{1, 2}
			default:
				b = []int64{int64(10 + r.IntN(30))}
			}
			if r.Float64() < .3 {
				b = append(b, 9)
			}
			out = append(out, Basket{int64(c), b})
		}
	}
	return out
}

func TestWhatGoesTogetherIsFound(t *testing.T) {
	m := Learn(shop(80), nil)
	if got := m.Beside(1); len(got) == 0 || got[0].Product != 2 || got[0].With != 1 || got[0].Cosine < .99 {
		t.Errorf("%+v", got)
	}
	for _, p := range m.Beside(9) {
		if p.Product < 9 {
			t.Errorf("what goes with everything: %+v", p)
		}
	}
	if !m.Once(3) || m.Once(1) || m.Once(10) {
		t.Error("what is bought once", m.once)
	}
	for _, o := range m.For([]int64{1, 2, 3}, 5) {
		if o.Product == 3 {
			t.Error("the machine was offered to its owner")
		}
	}
	got := m.For([]int64{1}, 5)
	if len(got) < 2 || got[0].Product != 2 || got[0].Because.With != 1 {
		t.Errorf("%+v", got)
	}
	found := false
	for _, o := range got {
		found = found || o.Product == 3
	}
	if !found {
		t.Error("the machine is not offered to who has none", got)
	}
	if p := Learn(shop(80), []int64{9}).Popular([]int64{9}, 2); p[0] == 9 {
		t.Error("what the shop says is bought once", p)
	}
	if got := m.For(nil, 5); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestFewBasketsSayNothing(t *testing.T) {
	var few []Basket
	for i := range 4 {
		few = append(few, Basket{int64(i), []int64{1, 2}})
	}
	for range 50 {
		few = append(few, Basket{99, []int64{3}})
	}
	if got := Learn(few, nil).Beside(1); len(got) != 0 {
		t.Errorf("four baskets: %+v", got)
	}
	big := Basket{1, nil}
	for i := range large + 1 {
		big.Products = append(big.Products, int64(i))
	}
	if got := Learn([]Basket{big, big, big, big, big, big, {2, []int64{999}}}, nil).Beside(1); len(got) != 0 {
		t.Errorf("stock orders: %d pairs", len(got))
	}
	if got := Learn(nil, nil).For([]int64{1}, 5); len(got) != 0 {
		t.Error(got)
	}
}

// Where tastes differ, offers beat what sells most; where everybody picks at
// random, or all want the same, they do not and stay hidden.
func TestOffersMustBeatWhatSellsMost(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 3))
	tastes, chance := []Basket{}, []Basket{}
	for range 4 {
		for c := range 200 {
			pick := func(from, n int) []int64 {
				var b []int64
				for range 3 {
					b = append(b, int64(from+r.IntN(n)))
				}
				return b
			}
			tastes = append(tastes, Basket{int64(c), pick(c%20*10, 6)})
			chance = append(chance, Basket{int64(c), pick(0, 60)})
		}
	}
	if got := Try(tastes, nil); !got.Passed() || got.Customers != 200 || got.Hits < 150 {
		t.Errorf("tastes: %+v", got)
	}
	if got := Try(chance, nil); got.Passed() || got.Popular == 0 {
		t.Errorf("chance: %+v", got)
	}
	if got := Try(tastes[:20], nil); got.Passed() || got.Verdict != stats.TooEarly {
		t.Errorf("nobody came back: %+v", got)
	}
}

// The order in which maps are walked does not show.
func TestOffersAreTheSameEveryTime(t *testing.T) {
	baskets := shop(120)
	want := Try(baskets, nil)
	first := Learn(baskets, nil).For([]int64{1, 2, 9, 12}, 5)
	for range 5 {
		if got := Try(baskets, nil); got != want {
			t.Fatalf("%+v, then %+v", want, got)
		}
		for i, o := range Learn(baskets, nil).For([]int64{1, 2, 9, 12}, 5) {
			if o.Product != first[i].Product || o.Because != first[i].Because {
				t.Fatalf("%+v, then %+v", first[i], o)
			}
		}
	}
}

func BenchmarkLearn(b *testing.B) {
	r := rand.New(rand.NewPCG(12, 4))
	var baskets []Basket
	for i := range 100_000 {
		var products []int64
		for range 1 + r.IntN(8) {
			products = append(products, int64(math.Pow(r.Float64(), 2)*2000))
		}
		baskets = append(baskets, Basket{int64(i % 20_000), products})
	}
	for b.Loop() {
		Learn(baskets, nil)
	}
}
