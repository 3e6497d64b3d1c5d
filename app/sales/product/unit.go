package product

import (
	"fmt"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
)

// Unit is a further unit that a product is sold in: a box is 12 pieces.
type Unit struct {
	Name   string         `db:"name"`
	Factor money.Quantity `db:"factor"` // of the product's own unit
	Price  *int64         `db:"price"`  // of one; nil is factor times the price
}

const (
	maxUnits  = 20
	maxFactor = 1_000_000 * money.One
)

func (in Input) checkUnits(c *errs.Check) {
	c.That(len(in.Units) <= maxUnits, "units", "error.many", "n", maxUnits)
	seen := map[string]bool{strings.ToLower(in.Unit): true}
	for i, u := range in.Units {
		field := func(name string) string { return fmt.Sprintf("units[%d].%s", i, name) }
		c.That(u.Name != "", field("name"), "error.required")
		c.That(len([]rune(u.Name)) <= maxShort, field("name"), "error.long", "n", maxShort)
		c.That(!seen[strings.ToLower(u.Name)], field("name"), "error.taken")
		c.That(u.Factor > 0 && u.Factor <= maxFactor, field("factor"), "error.positive")
		c.That(u.Price == nil || *u.Price >= 0 && *u.Price <= MaxPrice, field("price"), "error.money")
		seen[strings.ToLower(u.Name)] = true
	}
}

// In is the unit of that name, or false when it is the product's own or unknown.
func (p Product) In(unit string) (Unit, bool) {
	for _, u := range p.Units {
		if strings.EqualFold(u.Name, unit) && !strings.EqualFold(u.Name, p.Unit) {
			return u, true
		}
	}
	return Unit{}, false
}

func sameUnits(a, b []Unit) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Factor != b[i].Factor || (a[i].Price == nil) != (b[i].Price == nil) || a[i].Price != nil && *a[i].Price != *b[i].Price {
			return false
		}
	}
	return true
}
