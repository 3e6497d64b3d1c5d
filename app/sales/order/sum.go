package order

import (
	"fmt"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/kit/pricing"
)

// What an order comes to. Only kit/pricing adds up: the lines with their
// discounts, what the whole is taken off, and the tax once per rate.

// Discount is that of the whole.
func (o Order) Discount() pricing.Discount {
	return pricing.Discount{Rate: o.DiscountRate, Amount: o.DiscountAmount}
}

// Discount is that of the line.
func (l Line) Discount() pricing.Discount {
	return pricing.Discount{Rate: l.DiscountRate, Amount: l.DiscountAmount}
}

// TaxText is the rate as people read it, "" for none.
func (l Line) TaxText() string {
	if l.TaxRate == 0 {
		return ""
	}
	return pricing.RateText(l.TaxRate) + "%"
}

// Sums adds up an order.
func (o Order) Sums() (pricing.Totals, error) {
	lines := make([]pricing.Line, len(o.Lines))
	for i, l := range o.Lines {
		lines[i] = pricing.Line{Quantity: l.Quantity, Price: l.UnitPrice, Discount: l.Discount(), TaxRate: l.TaxRate}
	}
	return pricing.Total(lines, pricing.Options{WithTax: o.WithTax, Discount: o.Discount()})
}

// sum puts what it comes to into the lines and the head.
func (o *Order) sum() error {
	c := &errs.Check{}
	t, err := o.Sums()
	if err != nil {
		if err := pricing.In(c, err, wrongField); err != nil {
			return fmt.Errorf("add up order %s: %w", o.Number, err)
		}
		return c.Err()
	}
	for i := range o.Lines {
		o.Lines[i].Total = t.Lines[i].Total
	}
	o.Total, o.Tax = t.Total, t.Tax
	back := slices.ContainsFunc(o.Lines, func(l Line) bool { return l.Quantity < 0 })
	c.That(o.Total >= 0 || back, "lines", "order.error.negative")
	c.That(o.Total <= MaxTotal && o.Total >= -MaxTotal, "lines", "error.money_too_big")
	return c.Err()
}

// wrongField is where a mistake in adding up is shown.
func wrongField(i int, name string) string {
	if name == "price" || name == "total" {
		name = "unit_price"
	}
	switch {
	case i < 0 && name == "discount":
		return "discount"
	case i < 0:
		return "lines"
	}
	return lineField(i, name)
}

// Shown is an order with what its pages show of its sums.
type Shown struct {
	Order
	Sums  pricing.Totals
	Words string // the total written out, where that is the custom
}

// Gross is what it would come to without any discount.
func (a Shown) Gross() int64 { return a.Sums.Gross }

// Off is what all discounts take off.
func (a Shown) Off() int64 { return a.Sums.Gross - a.Sums.Subtotal + a.Sums.Discount }

// Special tells that some line has a discount or a tax to be shown.
func (a Shown) Special() bool {
	return slices.ContainsFunc(a.Lines, func(l Line) bool { return l.TaxRate != 0 || !l.Discount().None() })
}

func addedUp(o Order, words string) (Shown, error) {
	t, err := o.Sums()
	if err != nil {
		return Shown{}, fmt.Errorf("add up order %d: %w", o.ID, err)
	}
	return Shown{Order: o, Sums: t, Words: words}, nil
}
