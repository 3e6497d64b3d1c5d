package quote

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/kit/pricing"
	"regulars/app/sales/product"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// fill puts an input into a quote: what was typed becomes products, prices and
// sums. Lines that were there keep what they knew.
func (s *Service) fill(ctx context.Context, v *Quote, in Input, before []Line) error {
	v.CustomerID, v.ContactID, v.DealID = in.CustomerID, db.ID(in.ContactID), db.ID(in.DealID)
	v.Title, v.QuotedOn, v.ValidUntil, v.Intro, v.Terms = in.Title, in.QuotedOn, in.ValidUntil, in.Intro, in.Terms
	v.ExternalID, v.ExternalSource = db.Null(in.ExternalID), in.ExternalSource
	v.DiscountRate, v.DiscountAmount = in.Discount.Rate, in.Discount.Amount
	known := map[string]Line{}
	for _, l := range before {
		known[strings.ToLower(l.Name)] = l
	}
	v.Lines = make([]Line, len(in.Lines))
	c := &errs.Check{}
	for i, l := range in.Lines {
		got, err := s.line(ctx, c, i, l, known, v)
		if err != nil {
			return err
		}
		got.QuoteID, got.Position = v.ID, i
		v.Lines[i] = got
	}
	if err := c.Err(); err != nil {
		return err
	}
	return v.sum()
}

// sum adds up the lines into each line's total and the quote's.
func (q *Quote) sum() error {
	c := &errs.Check{}
	for i := range q.Lines { // each alone first: also those that do not count
		one, err := pricing.Total([]pricing.Line{q.Lines[i].priced()}, pricing.Options{WithTax: true})
		if err != nil {
			return refuse(c, err, i)
		}
		q.Lines[i].Total = one.Lines[0].Total
	}
	t, err := q.Sums()
	if err != nil {
		return refuse(c, err, -1)
	}
	q.Gross, q.Discounts, q.Tax, q.Total = t.Gross, t.Gross-t.Subtotal+t.Discount, t.Tax, t.Total
	return nil
}

func refuse(c *errs.Check, err error, line int) error {
	err = pricing.In(c, err, func(i int, name string) string {
		if line >= 0 {
			i = line
		}
		return wrongField(i, name)
	})
	if err != nil {
		return err
	}
	return c.Err()
}

// line reads one position: a product by id, a line that was there before, a
// product by what was typed, or words that stand for themselves.
func (s *Service) line(ctx context.Context, c *errs.Check, i int, in LineInput, known map[string]Line, v *Quote) (Line, error) {
	out := Line{Name: in.Name, Unit: in.Unit, Quantity: in.Quantity, DiscountRate: in.Discount.Rate, DiscountAmount: in.Discount.Amount, Optional: in.Optional}
	old, was := known[strings.ToLower(in.Name)]
	var p product.Product
	var found bool
	var err error
	switch {
	case in.ProductID != 0:
		p, err = s.d.Products.Get(ctx, in.ProductID)
		if errs.Is(err, errs.NotFound) {
			c.Add(lineField(i, "product_id"), "order.error.no_product")
			return out, nil
		}
		found = true
	case was:
		out.ProductID = old.ProductID
		if in.UnitPrice != nil && *in.UnitPrice == old.UnitPrice { // the price that was found stays found
			out.PriceList, out.PriceLeast = old.PriceList, old.PriceLeast
		}
		if in.TaxRate == nil {
			in.TaxRate = &old.TaxRate
		}
		if in.UnitPrice == nil && old.ProductID != 0 {
			p, err = s.d.Products.Get(ctx, int64(old.ProductID))
			found = err == nil
			if errs.Is(err, errs.NotFound) {
				err = nil
			}
		}
		if in.UnitPrice == nil && !found {
			in.UnitPrice = &old.UnitPrice
		}
	default:
		p, found, err = s.d.Products.Named(ctx, in.Name)
	}
	if err != nil {
		return out, fmt.Errorf("find the product of line %d: %w", i, err)
	}
	if found {
		if err := s.take(ctx, &out, &in, p, v); err != nil {
			return out, err
		}
	}
	if in.UnitPrice == nil {
		c.Add(lineField(i, "unit_price"), "error.required")
		return out, nil
	}
	out.UnitPrice = *in.UnitPrice
	if in.TaxRate != nil {
		out.TaxRate = *in.TaxRate
	}
	return out, nil
}

// take puts what the catalogue knows of a product into a line, where nothing
// else was said.
func (s *Service) take(ctx context.Context, out *Line, in *LineInput, p product.Product, v *Quote) error {
	out.ProductID = db.ID(p.ID)
	if in.ProductID == 0 || out.Name == "" {
		out.Name = p.Name
	}
	if out.Unit == "" {
		out.Unit = p.Unit
	}
	if in.TaxRate == nil {
		in.TaxRate = &p.TaxRate
	}
	if in.UnitPrice != nil {
		return nil
	}
	who, err := s.d.Customers.MustSee(ctx, v.CustomerID)
	if err != nil {
		return err
	}
	found, err := s.d.Products.PriceOf(ctx, p, product.Ask{Unit: out.Unit, Quantity: in.Quantity, Level: who.Level, On: v.QuotedOn})
	if err != nil {
		return err
	}
	in.UnitPrice, out.PriceList, out.PriceLeast = &found.Price, found.List, found.Least
	return nil
}

// matching is the condition that the number begins with what was typed, that the
// title holds it, or that the customer is found by it.
func (s *Service) matching(ctx context.Context, typed string) (field.Where, error) {
	const most = 200
	found, err := s.d.Customers.List(ctx, page.Request{Q: typed, Limit: most}, nil)
	if err != nil && !errs.Is(err, errs.Denied) {
		return field.Where{}, fmt.Errorf("search quotes: %w", err)
	}
	ids := []int64{}
	for _, r := range found.Items {
		ids = append(ids, r.ID)
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		return field.Where{}, fmt.Errorf("search quotes: %w", err)
	}
	number := strings.ToUpper(typed)
	return field.Where{SQL: "((q.number >= ? AND q.number < ?) OR instr(lower(q.title), ?) OR q.customer_id IN (SELECT value FROM json_each(?)))",
		Args: []any{number, number + "\U0010ffff", strings.ToLower(typed), string(raw)}}, nil
}
