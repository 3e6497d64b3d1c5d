// Package basket learns from what was bought together what may be offered with
// it, and whether such offers would have been better than simply naming what
// sells most.
package basket

import (
	"cmp"
	"math"
	"slices"

	"regulars/app/kit/stats"
)

// Basket is what one customer bought at one time; a product counts once.
type Basket struct {
	Customer int64
	Products []int64
}

// Pair is a product that goes with another, with what that rests on.
type Pair struct {
	Product int64 // what goes with it
	With    int64 // what it goes with
	Both    int   // baskets with both
	Ours    int   // baskets with With
	Theirs  int   // baskets with Product
	Baskets int   // all of them
	// Lift is how many times as often both are bought together as by chance,
	// with its 95 % interval.
	Lift, Low, High float64
	// Confidence is the share of baskets with With that hold Product too, as if
	// ten further ones had bought it like everybody: (both + 10 p)/(ours + 10).
	Confidence float64
	Cosine     float64 // both / sqrt(ours x theirs), by which pairs are ranked
}

const (
	minBoth   = 5   // baskets, for a pair to be more than an accident
	lean      = 10  // baskets that the usual rate counts for
	large     = 200 // products; a larger basket is a stock order and pairs nothing
	kept      = 50  // pairs of a product that are remembered, the best of them
	z95       = 1.959963984540054
	onceShare = .1 // of those who bought it and came back, fewer buy again what is bought once
)

// pair computes the figures of a pair from its counts. The variance of ln lift
// is (1/pij - 1/pi - 1/pj + 2 lift - 1)/n, by the delta method for shares of
// one sample of n baskets.
func pair(both, ours, theirs, n int) Pair {
	b, i, j, all := float64(both), float64(ours), float64(theirs), float64(n)
	p := Pair{Both: both, Ours: ours, Theirs: theirs, Baskets: n}
	p.Lift = b * all / (i * j)
	se := math.Sqrt(math.Max(0, all/b-all/i-all/j+2*p.Lift-1) / all)
	p.Low, p.High = p.Lift*math.Exp(-z95*se), p.Lift*math.Exp(z95*se)
	p.Confidence = (b + lean*j/all) / (i + lean)
	p.Cosine = b / math.Sqrt(i*j)
	return p
}

// holds tells whether a pair may be shown: bought together five times and
// surely more often than by chance.
func (p Pair) holds() bool { return p.Both >= minBoth && p.Low > 1 }

// Model is what a shop's baskets taught.
type Model struct {
	pairs   map[int64][]Pair // by With, best first
	once    map[int64]bool
	popular []int64 // most bought first
}

// Learn counts baskets, oldest first. once are products that the shop knows
// nobody buys twice; those that history shows to be so are found besides. Time
// and memory go with the squares of the baskets' sizes and the products.
func Learn(baskets []Basket, once []int64) *Model {
	lines, names := number(baskets)
	m := &Model{pairs: map[int64][]Pair{}, once: boughtOnce(baskets)}
	for _, p := range once {
		m.once[p] = true
	}
	holding := make([][]int32, len(names)) // baskets by product
	for b, products := range lines {
		for _, p := range products {
			holding[p] = append(holding[p], int32(b))
		}
	}
	together, seen := make([]int, len(names)), []int32{}
	for i, in := range holding {
		m.popular = append(m.popular, names[i])
		if len(in) < minBoth {
			continue
		}
		seen = seen[:0]
		for _, b := range in {
			if len(lines[b]) > large {
				continue
			}
			for _, j := range lines[b] {
				if together[j] == 0 {
					seen = append(seen, j)
				}
				together[j]++
			}
		}
		for _, j := range seen {
			if p := pair(together[j], len(in), len(holding[j]), len(lines)); int(j) != i && p.holds() {
				p.With, p.Product = names[i], names[j]
				m.pairs[p.With] = append(m.pairs[p.With], p)
			}
			together[j] = 0
		}
		slices.SortFunc(m.pairs[names[i]], func(a, b Pair) int {
			return cmp.Or(cmp.Compare(b.Cosine, a.Cosine), cmp.Compare(a.Product, b.Product))
		})
		if list := m.pairs[names[i]]; len(list) > kept {
			m.pairs[names[i]] = slices.Clone(list[:kept])
		}
	}
	sold := map[int64]int{}
	for i, in := range holding {
		sold[names[i]] = len(in)
	}
	slices.SortFunc(m.popular, func(a, b int64) int { return cmp.Or(cmp.Compare(sold[b], sold[a]), cmp.Compare(a, b)) })
	return m
}

// number gives products small numbers and drops repeats within a basket; empty
// baskets do not count.
func number(baskets []Basket) (lines [][]int32, names []int64) {
	places := map[int64]int32{}
	for _, b := range baskets {
		line := make([]int32, 0, len(b.Products))
		for _, p := range b.Products {
			place, known := places[p]
			if !known {
				place = int32(len(names))
				places[p] = place
				names = append(names, p)
			}
			line = append(line, place)
		}
		slices.Sort(line)
		if line = slices.Compact(line); len(line) > 0 {
			lines = append(lines, line)
		}
	}
	return lines, names
}

// boughtOnce finds products that people who bought them, and came back, hardly
// ever buy again: surely fewer than one in ten, which takes 35 of them at least.
func boughtOnce(baskets []Basket) map[int64]bool {
	visits := map[int64][]Basket{}
	for _, b := range baskets {
		visits[b.Customer] = append(visits[b.Customer], b)
	}
	came, again := map[int64]int{}, map[int64]int{}
	for _, all := range visits {
		first, twice := map[int64]int{}, map[int64]bool{}
		for i, b := range all {
			for _, p := range b.Products {
				if at, had := first[p]; had && at < i {
					twice[p] = true
				} else if !had {
					first[p] = i
				}
			}
		}
		for p, at := range first {
			if at < len(all)-1 {
				came[p]++
			}
		}
		for p := range twice {
			again[p]++
		}
	}
	once := map[int64]bool{}
	for p, n := range came {
		if _, high := stats.Wilson(again[p], n); high < onceShare {
			once[p] = true
		}
	}
	return once
}

// Once tells whether a product is bought once only, so that its owners need no
// other.
func (m *Model) Once(product int64) bool { return m.once[product] }

// Singles is how many products are bought once only.
func (m *Model) Singles() int { return len(m.once) }

// With lists the products that something goes with.
func (m *Model) With() []int64 {
	out := make([]int64, 0, len(m.pairs))
	for p, list := range m.pairs {
		if len(list) > 0 {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// Beside lists what goes with a product, best first.
func (m *Model) Beside(product int64) []Pair { return m.pairs[product] }

// Offer is a product for a customer, with the pair that speaks loudest for it.
type Offer struct {
	Product int64
	Score   float64 // sum of the cosines with what the customer bought
	Because Pair
}

// For offers up to most products to somebody who bought owned; never one that
// is bought once only and theirs already.
func (m *Model) For(owned []int64, most int) []Offer {
	var pairs []Pair
	has := map[int64]bool{}
	for _, p := range owned {
		has[p] = true
	}
	for with := range has {
		for _, p := range m.pairs[with] {
			if !m.once[p.Product] || !has[p.Product] {
				pairs = append(pairs, p)
			}
		}
	}
	return Offers(pairs, most)
}

// Offers ranks what pairs speak for, up to most products.
func Offers(pairs []Pair, most int) []Offer {
	offers := map[int64]*Offer{}
	for _, p := range pairs {
		o := offers[p.Product]
		if o == nil {
			o = &Offer{Product: p.Product, Because: p}
			offers[p.Product] = o
		}
		o.Score += p.Cosine
		if p.Cosine > o.Because.Cosine || p.Cosine == o.Because.Cosine && p.With < o.Because.With {
			o.Because = p
		}
	}
	out := make([]Offer, 0, len(offers))
	for _, o := range offers {
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b Offer) int {
		if math.Abs(a.Score-b.Score) > 1e-12 { // sums in another order differ in the last digit
			return cmp.Compare(b.Score, a.Score)
		}
		return cmp.Compare(a.Product, b.Product)
	})
	return out[:min(most, len(out))]
}

// Popular offers what sells most, but for what is bought once only and theirs
// already: the base that For must beat.
func (m *Model) Popular(owned []int64, most int) []int64 {
	var out []int64
	for _, p := range m.popular {
		if len(out) == most {
			break
		}
		if !m.once[p] || !slices.Contains(owned, p) {
			out = append(out, p)
		}
	}
	return out
}
