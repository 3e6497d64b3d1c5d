package basket

import (
	"slices"

	"regulars/app/kit/stats"
)

// Shown is how many offers are shown, and counted in a Trial.
const Shown = 5

// Trial tells how often one of five offers would have been in a customer's last
// basket, had that one not been known (leave the last out; hit rate at 5).
type Trial struct {
	Customers int // who bought at least twice
	Hits      int // last baskets that held one of the offers
	Popular   int // last baskets that held one of the five that sell most
	P         float64
	Verdict   stats.Verdict
}

// Passed tells whether offers are worth showing: they hit surely more often
// than what sells most.
func (t Trial) Passed() bool { return t.Hits > t.Popular && t.Verdict == stats.LikelyReal }

// Try leaves the last basket of everybody who bought twice out, learns from the
// rest and counts hits. Both kinds of offers face the same customers, so the
// test is McNemar's, on the customers where only one of them hit.
func Try(baskets []Basket, once []int64) Trial {
	last, count := map[int64]int{}, map[int64]int{}
	for i, b := range baskets {
		if len(b.Products) > 0 {
			last[b.Customer] = i
			count[b.Customer]++
		}
	}
	var known []Basket
	owned := map[int64][]int64{}
	for i, b := range baskets {
		if count[b.Customer] > 1 && last[b.Customer] == i {
			continue
		}
		known = append(known, b)
		if count[b.Customer] > 1 {
			owned[b.Customer] = append(owned[b.Customer], b.Products...)
		}
	}
	m := Learn(known, once)
	t := Trial{}
	onlyOurs, onlyPopular := 0, 0
	for customer, products := range owned {
		hidden := baskets[last[customer]].Products
		ours := slices.ContainsFunc(m.For(products, Shown), func(o Offer) bool { return slices.Contains(hidden, o.Product) })
		popular := slices.ContainsFunc(m.Popular(products, Shown), func(p int64) bool { return slices.Contains(hidden, p) })
		t.Customers++
		if ours {
			t.Hits++
		}
		if popular {
			t.Popular++
		}
		switch {
		case ours && !popular:
			onlyOurs++
		case popular && !ours:
			onlyPopular++
		}
	}
	t.P = stats.McNemar(onlyOurs, onlyPopular)
	t.Verdict = stats.Judge(t.P, t.Customers)
	return t
}
