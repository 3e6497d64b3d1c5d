package api

import (
	"regulars/app/kit/errs"
	"regulars/app/kit/pricing"
)

// Discount is what is taken off a line or a whole: a share or an amount.
type Discount struct {
	Rate   int64  `json:"rate,omitempty" doc:"basis points: 1000 is 10 %"`
	Amount *Money `json:"amount,omitempty"`
}

// DiscountOf shows a discount.
func DiscountOf(d pricing.Discount, currency string) Discount {
	o := Discount{Rate: d.Rate}
	if d.Amount != 0 {
		amount := MoneyOf(d.Amount, currency)
		o.Amount = &amount
	}
	return o
}

// Read is the discount that a body holds, none where it holds none; what is wrong
// is noted beside the field.
func (d *Discount) Read(c *errs.Check, field, currency string) pricing.Discount {
	if d == nil {
		return pricing.Discount{}
	}
	out := pricing.Discount{Rate: d.Rate}
	if d.Amount != nil {
		out.Amount = d.Amount.Minor(c, field, currency)
	}
	return out
}
