package btyd

import "math"

// WeeksPerMonth and DaysPerMonth turn months into the unit of time of Params. A
// table in print takes 30 weeks for a month and so comes to almost four times
// too much; hence both are named here.
const (
	WeeksPerMonth = 4.345
	DaysPerMonth  = WeeksPerMonth * 7
)

// Terms are what a customer's worth depends on beside the customer; a page
// shows them beside the number.
type Terms struct {
	Months   int     // how far ahead
	Month    float64 // length of a month in the unit of time: WeeksPerMonth or DaysPerMonth
	Margin   float64 // share of a sale that stays, 0 to 1
	Discount float64 // by which money a month later is worth less, such as .01
}

// Worth is what is left of a customer's purchases in the coming months, in
// today's money, in the unit of spend:
//
//	sum over months t of margin x spend x (E[Y(t)] - E[Y(t-1)]) / (1 + d)^t
//
// spend is the value to expect of each purchase (Spend.Mean). What has been
// bought already does not count.
func (p Params) Worth(s Seen, spend float64, terms Terms) float64 {
	sum, before := 0.0, 0.0
	for month := 1; month <= terms.Months; month++ {
		upto := p.Purchases(s, float64(month)*terms.Month)
		sum += (upto - before) / math.Pow(1+terms.Discount, float64(month))
		before = upto
	}
	return terms.Margin * spend * sum
}
