package product

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// PriceList is prices for some customers or for some time, in steps of quantity.
// A price found in one is written into a line when the line is written; changing
// the list later changes no line.
type PriceList struct {
	ID        int64    `db:"id"`
	Name      string   `db:"name"`
	Levels    string   `db:"levels"` // letters of customers' levels, "" = everybody
	StartsOn  cal.Date `db:"starts_on"`
	EndsOn    cal.Date `db:"ends_on"`
	Active    bool     `db:"active"`
	CreatedAt db.Time  `db:"created_at"`
	UpdatedAt db.Time  `db:"updated_at"`
	Version   int64    `db:"version"`
	Prices    int      `db:"prices"` // how many it holds

	Items []PriceItem `db:"-"`
}

// PriceItem is the price of a product from a quantity on.
type PriceItem struct {
	ListID    int64          `db:"list_id"`
	ProductID int64          `db:"product_id"`
	Name      string         `db:"name"` // of the product
	Least     money.Quantity `db:"least"`
	Price     int64          `db:"price"`
}

// PriceListInput is what a form or the API says about a price list.
type PriceListInput struct {
	Name     string
	Levels   string
	StartsOn cal.Date
	EndsOn   cal.Date
	Active   bool
	Items    []PriceItem
}

const maxItems = 2000

func (in *PriceListInput) clean() {
	in.Name = oneLine(in.Name)
	var levels strings.Builder
	for _, l := range []string{"A", "B", "C", "D"} {
		if strings.Contains(in.Levels, l) {
			levels.WriteString(l)
		}
	}
	in.Levels = levels.String()
}

func (in PriceListInput) validate() error {
	c := &errs.Check{}
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= maxShort, "name", "error.long", "n", maxShort)
	c.That(in.StartsOn.Valid(), "starts_on", "error.date")
	c.That(in.EndsOn.Valid(), "ends_on", "error.date")
	c.That(in.EndsOn == "" || in.StartsOn <= in.EndsOn, "ends_on", "price_list.error.ends_before")
	c.That(len(in.Items) <= maxItems, "items", "error.many", "n", maxItems)
	type step struct {
		product int64
		least   money.Quantity
	}
	seen := map[step]bool{}
	for i, item := range in.Items {
		at := func(name string) string { return fmt.Sprintf("items[%d].%s", i, name) }
		c.That(item.ProductID > 0, at("product"), "order.error.no_product")
		c.That(item.Least >= 0 && item.Least <= maxFactor, at("least"), "error.positive")
		c.That(item.Price >= 0 && item.Price <= MaxPrice, at("price"), "error.money")
		c.That(!seen[step{item.ProductID, item.Least}], at("least"), "error.taken")
		seen[step{item.ProductID, item.Least}] = true
	}
	return c.Err()
}

// PriceLists lists them all, those in force first.
func (s *Service) PriceLists(ctx context.Context) ([]PriceList, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return priceLists(ctx, s.db.Reader(ctx))
}

// PriceList reads one with its prices.
func (s *Service) PriceList(ctx context.Context, id int64) (PriceList, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return PriceList{}, err
	}
	return priceList(ctx, s.db.Reader(ctx), id)
}

// CreatePriceList makes one.
func (s *Service) CreatePriceList(ctx context.Context, in PriceListInput) (PriceList, error) {
	return s.savePriceList(ctx, "product.list_create", 0, 0, in)
}

// UpdatePriceList changes one that is still at version.
func (s *Service) UpdatePriceList(ctx context.Context, id, version int64, in PriceListInput) (PriceList, error) {
	return s.savePriceList(ctx, "product.list_update", id, version, in)
}

func (s *Service) savePriceList(ctx context.Context, op string, id, version int64, in PriceListInput) (PriceList, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return PriceList{}, err
	}
	in.clean()
	if err := in.validate(); err != nil {
		return PriceList{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (PriceList, error) {
		if id != 0 {
			before, err := priceList(ctx, tx, id)
			if err != nil {
				return before, err
			}
			if before.Version != version {
				return before, errs.Stale(before)
			}
		}
		stored, err := storePriceList(ctx, tx, id, in)
		if err != nil {
			return PriceList{}, err
		}
		journal.About(tx, "product", 0, in.Name)
		return priceList(ctx, tx, stored)
	})
}

// DeletePriceList removes one; lines written with its prices keep them.
func (s *Service) DeletePriceList(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "product.list_delete", func(ctx context.Context, tx *db.Tx) error {
		l, err := priceList(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "product", 0, l.Name)
		return dropPriceList(ctx, tx, id)
	})
}

// InLists are the products that a list in use has a price for.
func (s *Service) InLists(ctx context.Context) (map[int64]bool, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return inLists(ctx, s.db.Reader(ctx))
}

// Ask is a price looked for: for a line that is being written.
type Ask struct {
	Unit     string // "" is the product's own
	Quantity money.Quantity
	Level    string // of the customer
	On       cal.Date
}

// Priced is a price and where it comes from.
type Priced struct {
	Price int64
	List  string         // name of the price list, "" when it is the product's own price
	Least money.Quantity // the quantity that it begins at
}

// PriceOf is what one of a product costs somebody: the best price of the lists,
// else its own. A variant without prices in a list has those of its parent.
func (s *Service) PriceOf(ctx context.Context, p Product, a Ask) (Priced, error) {
	unit, other := p.In(a.Unit)
	quantity := a.Quantity
	if other {
		n, err := money.LineTotal(quantity, int64(unit.Factor))
		if err != nil {
			return Priced{}, err
		}
		quantity = money.Quantity(n)
	}
	offers, err := offersFor(ctx, s.db.Reader(ctx), p)
	if err != nil {
		return Priced{}, err
	}
	best, found := pricing.Best(offers, pricing.Asked{Level: a.Level, On: a.On, Quantity: quantity})
	out := Priced{Price: p.Price}
	switch {
	case found:
		out = Priced{Price: best.Price, List: best.Name, Least: best.Least}
	case other && unit.Price != nil:
		return Priced{Price: *unit.Price}, nil
	}
	if other {
		out.Price, err = money.LineTotal(unit.Factor, out.Price)
	}
	return out, err
}
