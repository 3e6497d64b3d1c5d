package deal

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/sales/product"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Line is a product on a deal, with its own copy of the product's words and
// price.
type Line struct {
	ID        int64          `db:"id"`
	DealID    int64          `db:"deal_id"`
	ProductID db.ID          `db:"product_id"`
	Name      string         `db:"name"`
	Unit      string         `db:"unit"`
	Quantity  money.Quantity `db:"quantity"`
	UnitPrice int64          `db:"unit_price"`
	Discount  int            `db:"discount"` // hundredths of a percent
	Total     int64          `db:"total"`
	Position  int            `db:"position"`
}

// LineInput names a product by its id, or by what was typed: its code, its name
// or anything that is in no catalogue.
type LineInput struct {
	ProductID int64
	Name      string
	Quantity  money.Quantity
	UnitPrice *int64 // nil is what it costs this customer
	Discount  int    // hundredths of a percent
}

const (
	maxLines    = 200
	maxQuantity = 1_000_000 * money.One
	maxDiscount = 10_000
)

func lineField(i int, name string) string { return fmt.Sprintf("lines[%d].%s", i, name) }

func checkLines(c *errs.Check, lines []LineInput) {
	c.That(len(lines) <= maxLines, "lines", "error.many", "n", maxLines)
	for i, l := range lines {
		c.That(l.ProductID != 0 || l.Name != "", lineField(i, "name"), "error.required")
		c.That(len([]rune(l.Name)) <= maxName, lineField(i, "name"), "error.long", "n", maxName)
		c.That(l.Quantity > 0 && l.Quantity <= maxQuantity, lineField(i, "quantity"), "error.positive")
		c.That(l.UnitPrice == nil || *l.UnitPrice >= 0 && *l.UnitPrice <= product.MaxPrice, lineField(i, "unit_price"), "error.money_too_big")
		c.That(l.Discount >= 0 && l.Discount <= maxDiscount, lineField(i, "discount"), "error.range", "min", 0, "max", 100)
	}
}

// addUp computes the total of every line and of the deal, as kit/pricing adds up
// a quote: what a deal comes to is what is offered, without the tax on top.
func addUp(lines []Line) (int64, error) {
	all := make([]pricing.Line, len(lines))
	for i, l := range lines {
		all[i] = pricing.Line{Quantity: l.Quantity, Price: l.UnitPrice, Discount: pricing.Discount{Rate: int64(l.Discount)}}
	}
	c := &errs.Check{}
	t, err := pricing.Total(all, pricing.Options{WithTax: true})
	if err != nil {
		err = pricing.In(c, err, func(i int, name string) string {
			if name == "discount" && i >= 0 {
				return lineField(i, name)
			}
			return lineField(max(i, 0), "unit_price")
		})
		if err != nil {
			return 0, err
		}
		return 0, c.Err()
	}
	for i := range lines {
		lines[i].Total = t.Lines[i].Total
	}
	if t.Total > MaxAmount {
		c.Add(lineField(len(lines)-1, "unit_price"), "error.money_too_big")
	}
	return t.Total, c.Err()
}

// fill makes lines out of what was typed. Lines that were there keep what they
// knew of a product that is gone.
func (s *Service) fill(ctx context.Context, d *Deal, in []LineInput, before []Line) ([]Line, error) {
	known := map[string]Line{}
	for _, l := range before {
		known[strings.ToLower(l.Name)] = l
	}
	out := make([]Line, len(in))
	c := &errs.Check{}
	for i, l := range in {
		line, err := s.line(ctx, c, i, l, known, d)
		if err != nil {
			return nil, err
		}
		line.Position = i
		out[i] = line
	}
	return out, c.Err()
}

func (s *Service) line(ctx context.Context, c *errs.Check, i int, in LineInput, known map[string]Line, d *Deal) (Line, error) {
	out := Line{Name: in.Name, Quantity: in.Quantity, Discount: in.Discount}
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
		if in.UnitPrice == nil {
			if in.UnitPrice, err = s.price(ctx, p, in.Quantity, d); err != nil {
				return out, err
			}
		}
	}
	if in.UnitPrice == nil {
		c.Add(lineField(i, "unit_price"), "error.required")
		return out, nil
	}
	out.UnitPrice = *in.UnitPrice
	return out, nil
}

// price is what a product costs the customer of a deal today, by their level and
// the quantity.
func (s *Service) price(ctx context.Context, p product.Product, quantity money.Quantity, d *Deal) (*int64, error) {
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	ask := product.Ask{Quantity: quantity, On: cal.Today(s.db.Now(), b.Zone())}
	if d.CustomerID != 0 {
		who, err := s.customers.MustSee(ctx, int64(d.CustomerID))
		if err == nil {
			ask.Level = who.Level
		} else if !errs.Is(err, errs.NotFound) {
			return nil, err
		}
	}
	priced, err := s.products.PriceOf(ctx, p, ask)
	return &priced.Price, err
}
