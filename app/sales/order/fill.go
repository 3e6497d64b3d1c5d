package order

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/page"
	"regulars/app/sales/product"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// fill puts an input into an order: what was typed becomes products, prices
// and totals. Lines that were there keep what they knew.
func (s *Service) fill(ctx context.Context, o *Order, in Input, before []Line) error {
	o.OrderedOn, o.DueOn, o.DeliverOn, o.Status, o.Notes = in.OrderedOn, in.DueOn, in.DeliverOn, in.Status, in.Notes
	o.ExternalID, o.ExternalSource = db.Null(in.ExternalID), in.ExternalSource
	o.DiscountRate, o.DiscountAmount = in.Discount.Rate, in.Discount.Amount
	if in.WithTax != nil {
		o.WithTax = *in.WithTax
	}
	known := map[string]Line{}
	for _, l := range before {
		known[strings.ToLower(l.Name)] = l
	}
	o.Lines = make([]Line, len(in.Lines))
	c := &errs.Check{}
	for i, l := range in.Lines {
		line, err := s.line(ctx, c, i, l, known, o)
		if err != nil {
			return err
		}
		line.OrderID, line.Position = o.ID, i
		o.Lines[i] = line
	}
	if err := c.Err(); err != nil {
		return err
	}
	return o.sum()
}

// give hands an order to a customer whom the actor sees.
func (s *Service) give(ctx context.Context, o *Order, customer int64) error {
	if customer == o.CustomerID {
		return nil
	}
	who, err := s.customers.MustSee(ctx, customer)
	if errs.Is(err, errs.NotFound) {
		return noCustomer()
	}
	if err != nil {
		return err
	}
	o.CustomerID, o.CustomerName = who.ID, who.Name
	return nil
}

// line reads one position: a product by id, a line that was there before, a
// product by what was typed, or words that stand for themselves.
func (s *Service) line(ctx context.Context, c *errs.Check, i int, in LineInput, known map[string]Line, o *Order) (Line, error) {
	out := Line{Name: in.Name, Quantity: in.Quantity, DiscountRate: in.Discount.Rate, DiscountAmount: in.Discount.Amount}
	var p product.Product
	var found bool
	var err error
	old, was := known[strings.ToLower(in.Name)]
	switch {
	case in.ProductID != 0:
		p, err = s.products.Get(ctx, in.ProductID)
		if errs.Is(err, errs.NotFound) {
			c.Add(lineField(i, "product_id"), "order.error.no_product")
			return out, nil
		}
		found = true
	case was:
		out.ProductID, out.Unit = old.ProductID, old.Unit
		if in.UnitPrice == nil {
			in.UnitPrice = &old.UnitPrice
		}
		if in.TaxRate == nil {
			in.TaxRate = &old.TaxRate
		}
	default:
		p, found, err = s.products.Named(ctx, in.Name)
	}
	if err != nil {
		return out, fmt.Errorf("find the product of line %d: %w", i, err)
	}
	if found {
		out.ProductID, out.Unit = db.ID(p.ID), p.Unit
		if in.ProductID == 0 || out.Name == "" {
			out.Name = p.Name
		}
		if in.TaxRate == nil {
			in.TaxRate = &p.TaxRate
		}
		if in.UnitPrice == nil {
			if in.UnitPrice, err = s.price(ctx, p, in.Unit, in.Quantity, o); err != nil {
				return out, err
			}
		}
	}
	if in.Unit != "" {
		out.Unit = in.Unit
	}
	if in.TaxRate != nil {
		out.TaxRate = *in.TaxRate
	}
	if in.UnitPrice == nil {
		c.Add(lineField(i, "unit_price"), "error.required")
		return out, nil
	}
	out.UnitPrice = *in.UnitPrice
	return out, nil
}

// price is what a product costs the customer of an order on its day.
func (s *Service) price(ctx context.Context, p product.Product, unit string, quantity money.Quantity, o *Order) (*int64, error) {
	ask := product.Ask{Unit: unit, Quantity: quantity, On: o.OrderedOn}
	who, err := s.customers.MustSee(ctx, o.CustomerID)
	if err == nil {
		ask.Level = who.Level
	}
	priced, err := s.products.PriceOf(ctx, p, ask)
	return &priced.Price, err
}

// mayBecome guards the order in which statuses follow each other.
func mayBecome(from, to string) error {
	c := &errs.Check{}
	c.That(len(next[to]) > 0, "status", "error.choice")
	c.That(len(next[to]) == 0 || MayBecome(from, to), "status", "order.error.status")
	return c.Err()
}

// noCustomer says that the customer named does not exist or is not visible.
func noCustomer() error {
	c := &errs.Check{}
	c.Add("customer_id", "order.error.no_customer")
	return c.Err()
}

// matching is the condition that the number begins with what was typed or that
// the customer is found by it.
func (s *Service) matching(ctx context.Context, typed string, set custom.Set) (field.Where, error) {
	const most = 200
	found, err := s.customers.List(ctx, page.Request{Q: typed, Limit: most}, nil)
	if err != nil && !errs.Is(err, errs.Denied) {
		return field.Where{}, fmt.Errorf("search orders: %w", err)
	}
	ids := []int64{}
	for _, r := range found.Items {
		ids = append(ids, r.ID)
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		return field.Where{}, fmt.Errorf("search orders: %w", err)
	}
	number := strings.ToUpper(typed)
	w := field.Where{
		SQL:  "((o.number >= ? AND o.number < ?) OR (o.number >= ? AND o.number < ?) OR o.customer_id IN (SELECT value FROM json_each(?))",
		Args: []any{number, number + "\U0010ffff", typed, typed + "\U0010ffff", string(raw)},
	}
	for _, begins := range set.Begins("o", typed) { // an own field by its beginning
		w.SQL += " OR " + begins.SQL
		w.Args = append(w.Args, begins.Args...)
	}
	w.SQL += ")"
	return w, nil
}
