// Package pricing is the only place that adds up lines: quantity times price,
// less discounts, with the tax contained or on top. Everything is counted in
// whole minor units; the parts always add up to the whole, to the last cent.
package pricing

import (
	"fmt"
	"math/bits"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
)

// Whole is a rate of 100 %: rates are counted in basis points.
const Whole = 10_000

// The limits. With them no sum leaves 64 bits on the way.
const (
	MaxTax   = Whole
	MaxLines = 1000
	Max      = 100_000_000_000_000 // of a line and of the whole
)

// Discount is what is taken off: a share in basis points or an amount, never both.
type Discount struct {
	Rate   int64
	Amount int64
}

// None tells that nothing is taken off.
func (d Discount) None() bool { return d.Rate == 0 && d.Amount == 0 }

// Line is what is added up.
type Line struct {
	Quantity money.Quantity
	Price    int64 // of one, in minor units
	Discount Discount
	TaxRate  int64 // basis points
}

// Options say how the whole is added up.
type Options struct {
	WithTax  bool     // the prices contain the tax; otherwise it comes on top
	Discount Discount // of the whole, after the discounts of the lines
}

// LineSum is what a line comes to.
type LineSum struct {
	Gross    int64 // quantity times price
	Discount int64 // its own
	Total    int64 // Gross - Discount: what is shown at the line
	Share    int64 // its part of the whole's discount
}

// Tax is what is due at one rate.
type Tax struct {
	Rate   int64
	Base   int64 // without the tax
	Amount int64
}

// Totals is the whole.
type Totals struct {
	Lines    []LineSum
	Gross    int64 // before any discount
	Subtotal int64 // the lines with their own discounts
	Discount int64 // of the whole
	Net      int64 // without tax
	Tax      int64
	Total    int64 // what is to be paid: Net + Tax
	Taxes    []Tax // by rate, rising; none where nothing is taxed
}

// Wrong says which entry cannot be added up.
type Wrong struct {
	Line  int    // -1 is the whole
	Field string // quantity, price, discount or tax_rate
	Key   string // i18n key of what is wrong
}

func (w *Wrong) Error() string { return fmt.Sprintf("line %d, %s: %s", w.Line, w.Field, w.Key) }

// In notes what is wrong beside the fields of a form, where name says what the
// field of a line is called there; other errors come back as they are.
func In(c *errs.Check, err error, name func(line int, field string) string) error {
	wrong, ok := err.(*Wrong)
	if !ok {
		return err
	}
	c.Add(name(wrong.Line, wrong.Field), wrong.Key)
	return nil
}

// Total adds up. What cannot be added is refused with a *Wrong.
func Total(lines []Line, o Options) (Totals, error) {
	t := Totals{Lines: make([]LineSum, len(lines))}
	for i, l := range lines {
		if i >= MaxLines {
			return Totals{}, &Wrong{i, "price", "error.money_too_big"}
		}
		if l.TaxRate < 0 || l.TaxRate > MaxTax {
			return Totals{}, &Wrong{i, "tax_rate", "error.percent"}
		}
		sum, err := line(i, l)
		if err != nil {
			return Totals{}, err
		}
		t.Lines[i] = sum
		t.Gross += sum.Gross
		t.Subtotal += sum.Total
	}
	off, err := taken(-1, o.Discount, t.Subtotal)
	if err != nil {
		return Totals{}, err
	}
	t.Discount = off
	t.spread()
	t.tax(lines, o.WithTax)
	if beyond(t.Total) || beyond(t.Gross) || beyond(t.Subtotal) {
		return Totals{}, &Wrong{-1, "total", "error.money_too_big"}
	}
	return t, nil
}

func beyond(n int64) bool { return n > Max || n < -Max }

func line(i int, l Line) (LineSum, error) {
	gross, err := money.LineTotal(l.Quantity, l.Price)
	if err != nil || beyond(gross) {
		return LineSum{}, &Wrong{i, "price", "error.money_too_big"}
	}
	off, err := taken(i, l.Discount, gross)
	return LineSum{Gross: gross, Discount: off, Total: gross - off}, err
}

// taken is what a discount takes off an amount: never more than is there.
func taken(i int, d Discount, from int64) (int64, error) {
	switch {
	case d.Rate < 0 || d.Rate > Whole:
		return 0, &Wrong{i, "discount", "error.percent"}
	case d.Rate != 0 && d.Amount != 0:
		return 0, &Wrong{i, "discount", "pricing.error.two_discounts"}
	case d.Amount < 0 || d.Amount > 0 && d.Amount > from:
		return 0, &Wrong{i, "discount", "pricing.error.discount_too_big"}
	case d.Rate != 0:
		return mulDiv(from, d.Rate, Whole), nil
	}
	return d.Amount, nil
}

// spread gives every line its part of the whole's discount. The parts are
// differences of one rounded running sum, so that they add up to it exactly and
// no line gives more than it has.
func (t *Totals) spread() {
	if t.Discount == 0 {
		return
	}
	var running, given int64
	for i := range t.Lines {
		running += t.Lines[i].Total
		upTo := mulDiv(running, t.Discount, t.Subtotal)
		t.Lines[i].Share = upTo - given
		given = upTo
	}
}

// tax rounds once per rate.
func (t *Totals) tax(lines []Line, within bool) {
	bases := map[int64]int64{}
	var rates []int64
	for i, l := range lines {
		if _, known := bases[l.TaxRate]; !known {
			rates = append(rates, l.TaxRate)
		}
		bases[l.TaxRate] += t.Lines[i].Total - t.Lines[i].Share
	}
	slices.Sort(rates)
	t.Net = t.Subtotal - t.Discount
	for _, rate := range rates {
		if rate == 0 {
			continue
		}
		due := Tax{Rate: rate, Base: bases[rate]}
		if within {
			due.Amount = mulDiv(due.Base, rate, Whole+rate)
			due.Base -= due.Amount
		} else {
			due.Amount = mulDiv(due.Base, rate, Whole)
		}
		t.Tax += due.Amount
		t.Taxes = append(t.Taxes, due)
	}
	if within {
		t.Total = t.Net
		t.Net -= t.Tax
		return
	}
	t.Total = t.Net + t.Tax
}

// share is off of gross in basis points, rounded up: a limit of 10 % is passed by
// 10.001 %.
func share(off, gross int64) int64 {
	if gross <= 0 || off <= 0 {
		return 0
	}
	if off > gross { // lines below zero are discounts of their own and count no further
		return Whole
	}
	hi, lo := bits.Mul64(uint64(off), Whole)
	rate, rest := bits.Div64(hi, lo, uint64(gross))
	if rest > 0 {
		rate++
	}
	return int64(rate)
}

// mulDiv is a*b/c rounded half away from zero, with the product in 128 bits.
// Every caller's result lies within 64 bits: |b| <= |c|.
func mulDiv(a, b, c int64) int64 {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	d := magnitude(c)
	lo, carry := bits.Add64(lo, d/2, 0)
	quotient, _ := bits.Div64(hi+carry, lo, d)
	if (a < 0) != (b < 0) != (c < 0) {
		return -int64(quotient)
	}
	return int64(quotient)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
