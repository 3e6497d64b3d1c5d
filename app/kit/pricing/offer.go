package pricing

import (
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
)

// Offer is one price of a price list: from a quantity on, for whom and when.
type Offer struct {
	List   int64
	Name   string   // of the list, the reason shown
	Levels []string // of customers it is for; empty is everybody
	From   cal.Date // "" has always been
	Until  cal.Date // "" does not end; the day itself still counts
	Least  money.Quantity
	Price  int64
}

// Asked is what a price is looked for.
type Asked struct {
	Level    string // of the customer, "" unknown
	On       cal.Date
	Quantity money.Quantity
}

func (o Offer) holds(a Asked) bool {
	quantity := max(a.Quantity, -a.Quantity) // what comes back is priced as it went
	return (len(o.Levels) == 0 || a.Level != "" && slices.Contains(o.Levels, a.Level)) &&
		(o.From == "" || o.From <= a.On) && (o.Until == "" || a.On <= o.Until) && o.Least <= quantity
}

// Best is the offer that counts. Every list speaks with the price of the largest
// quantity that is reached; among the lists one for the customer's level comes
// before one for everybody, then the cheapest. Without one the product's own
// price stands.
func Best(offers []Offer, a Asked) (Offer, bool) {
	reached := map[int64]Offer{}
	for _, o := range offers {
		if !o.holds(a) {
			continue
		}
		if was, some := reached[o.List]; !some || o.Least > was.Least || o.Least == was.Least && o.Price < was.Price {
			reached[o.List] = o
		}
	}
	var best Offer
	found := false
	for _, o := range reached {
		if !found || better(o, best) {
			best, found = o, true
		}
	}
	return best, found
}

func better(a, b Offer) bool {
	if own, other := len(a.Levels) > 0, len(b.Levels) > 0; own != other {
		return own
	}
	if a.Price != b.Price {
		return a.Price < b.Price
	}
	return a.List < b.List
}
