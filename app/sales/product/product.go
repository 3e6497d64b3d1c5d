// Package product is what the shop sells: a name, a unit, a price and how long
// one lasts. An order keeps its own copy of name, unit and price, so that a
// changed or deleted product never rewrites what was sold.
package product

import (
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/pricing"
	"regulars/app/kit/text"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read   = "product.read"
	Write  = "product.write"
	Delete = "product.delete"
	Cost   = "product.cost" // to see and say what a product cost
)

// Product is one thing that can be sold.
type Product struct {
	ID             int64   `db:"id"`
	Code           db.Null `db:"code"`
	Name           string  `db:"name"`
	Unit           string  `db:"unit"`
	Price          int64   `db:"price"` // minor units of the shop's currency
	Category       string  `db:"category"`
	UseUpDays      int     `db:"use_up_days"` // how long one unit lasts, 0 = unknown
	Active         bool    `db:"active"`      // offered when an order is written
	TaxRate        int64   `db:"tax_rate"`    // basis points, what a line starts with
	Cost           int64   `db:"cost"`        // what one cost us, 0 = unknown or not for the actor to know
	StockNote      string  `db:"stock_note"`
	Warranty       int     `db:"warranty_months"`
	Once           bool    `db:"once"`      // nobody needs a second one: it is never offered to its owner
	ParentID       db.ID   `db:"parent_id"` // the product that it is a variant of
	ExternalID     db.Null `db:"external_id"`
	ExternalSource string  `db:"external_src"`
	CreatedAt      db.Time `db:"created_at"`
	UpdatedAt      db.Time `db:"updated_at"`
	Version        int64   `db:"version"`

	Values custom.Values `db:"fields"`
	Added  custom.Record `db:"-"` // the values of the fields that the shop added

	Units []Unit `db:"-"` // further units, where one product is read
}

// Input is what a form or the API says about a product.
type Input struct {
	Code           string
	Name           string
	Unit           string
	Price          int64
	Category       string
	UseUpDays      int
	Active         bool
	TaxRate        int64
	Cost           *int64 // nil leaves it; only with the permission Cost
	StockNote      string
	Warranty       int
	Once           bool
	ParentID       int64
	ExternalID     string
	ExternalSource string
	Units          []Unit       // nil leaves them as they are
	Fields         custom.Typed // of the added fields; nil leaves them as they are
	onceSaid       bool         // the row of a file says whether Once

	values custom.Values // what Fields made of what was there
}

// MaxPrice bounds a price, so that no sum of orders can leave 64 bits.
const MaxPrice = 1_000_000_000_000

const (
	maxName  = 200
	maxShort = 60
	maxDays  = 3650
	maxNote  = 200
	maxMonth = 600
)

// Clean trims what was typed.
func (in *Input) Clean() {
	for _, s := range []*string{&in.Code, &in.Name, &in.Unit, &in.Category, &in.StockNote, &in.ExternalID, &in.ExternalSource} {
		*s = oneLine(*s)
	}
	for i := range in.Units {
		in.Units[i].Name = oneLine(in.Units[i].Name)
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(text.Line(s)), " ") }

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= maxName, "name", "error.long", "n", maxName)
	for field, s := range map[string]string{"code": in.Code, "unit": in.Unit, "category": in.Category, "external_id": in.ExternalID, "external_source": in.ExternalSource} {
		c.That(len([]rune(s)) <= maxShort, field, "error.long", "n", maxShort)
	}
	c.That(in.Price >= 0 && in.Price <= MaxPrice, "price", "error.money")
	c.That(in.UseUpDays >= 0 && in.UseUpDays <= maxDays, "use_up_days", "error.range", "min", 0, "max", maxDays)
	c.That(in.TaxRate >= 0 && in.TaxRate <= pricing.MaxTax, "tax_rate", "error.percent")
	c.That(in.Cost == nil || *in.Cost >= 0 && *in.Cost <= MaxPrice, "cost", "error.money")
	c.That(len([]rune(in.StockNote)) <= maxNote, "stock_note", "error.long", "n", maxNote)
	c.That(in.Warranty >= 0 && in.Warranty <= maxMonth, "warranty_months", "error.range", "min", 0, "max", maxMonth)
	in.checkUnits(c)
	return c.Err()
}

// Input is the product as a form would send it, for an edit that changes only
// some fields.
func (p Product) Input() Input {
	return Input{Code: string(p.Code), Name: p.Name, Unit: p.Unit, Price: p.Price, Category: p.Category, UseUpDays: p.UseUpDays,
		Active: p.Active, TaxRate: p.TaxRate, StockNote: p.StockNote, Warranty: p.Warranty, Once: p.Once, ParentID: int64(p.ParentID), ExternalID: string(p.ExternalID), ExternalSource: p.ExternalSource, values: p.Values}
}
