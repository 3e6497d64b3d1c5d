package product

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/kit/tabular"
	"regulars/app/sys/web"
)

// UnitForm is one further unit as it was typed.
type UnitForm struct {
	I                   int
	Name, Factor, Price string
}

// N is the number shown.
func (u UnitForm) N() int { return u.I + 1 }

// Key is the name that a mistake in this row is noted under.
func (u UnitForm) Key(field string) string { return fmt.Sprintf("units[%d].%s", u.I, field) }

// UnitRows are the typed units with room for two more.
func (f Form) UnitRows() []UnitForm {
	rows := append([]UnitForm{}, f.Units...)
	for range 2 {
		rows = append(rows, UnitForm{I: len(rows)})
	}
	return rows
}

func formOf(c *fiber.Ctx) Form {
	f := Form{Code: c.FormValue("code"), Name: c.FormValue("name"), Unit: c.FormValue("unit"), Price: c.FormValue("price"),
		Category: c.FormValue("category"), UseUp: strings.TrimSpace(c.FormValue("use_up_days")), Active: c.FormValue("active") != "",
		Tax: c.FormValue("tax_rate"), Cost: strings.TrimSpace(c.FormValue("cost")), Stock: c.FormValue("stock_note"),
		Warranty: strings.TrimSpace(c.FormValue("warranty_months")), Foreign: c.FormValue("external_id"), Once: c.FormValue("once") != "", Fields: web.Typed(c)}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	f.Parent, _ = strconv.ParseInt(c.FormValue("parent_id"), 10, 64)
	factors, prices := typedRow(c, "unit_factor"), typedRow(c, "unit_price")
	for i, name := range typedRow(c, "unit_name") {
		u := UnitForm{I: len(f.Units), Name: name, Factor: nth(factors, i), Price: nth(prices, i)}
		if u.Name != "" || u.Factor != "" || u.Price != "" {
			f.Units = append(f.Units, u)
		}
	}
	return f
}

// typedRow reads a column of a form's rows, one more than a list may hold.
func typedRow(c *fiber.Ctx, name string) []string {
	var out []string
	for _, v := range c.Request().PostArgs().PeekMulti(name) {
		if len(out) > maxItems {
			break
		}
		out = append(out, strings.TrimSpace(string(v)))
	}
	return out
}

func nth(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func formFrom(p Product, currency string) Form {
	f := Form{Version: p.Version, Code: string(p.Code), Name: p.Name, Unit: p.Unit, Price: money.Decimal(p.Price, currency), Category: p.Category,
		Active: p.Active, Once: p.Once, Stock: p.StockNote, Parent: int64(p.ParentID), Foreign: string(p.ExternalID), Fields: p.Added.Typed()}
	if p.TaxRate > 0 {
		f.Tax = pricing.RateText(p.TaxRate)
	}
	if p.Cost > 0 {
		f.Cost = money.Decimal(p.Cost, currency)
	}
	f.UseUp, f.Warranty = some(p.UseUpDays), some(p.Warranty)
	for i, u := range p.Units {
		row := UnitForm{I: i, Name: u.Name, Factor: u.Factor.String()}
		if u.Price != nil {
			row.Price = money.Decimal(*u.Price, currency)
		}
		f.Units = append(f.Units, row)
	}
	return f
}

func some(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (f Form) input(currency string, cost bool) (Input, error) {
	in := Input{Code: f.Code, Name: f.Name, Unit: f.Unit, Category: f.Category, Active: f.Active, StockNote: f.Stock, Once: f.Once, ParentID: f.Parent,
		ExternalID: f.Foreign, Units: []Unit{}, Fields: f.Fields}
	c := &errs.Check{}
	var err error
	in.Price = f.money(c, "price", f.Price, currency)
	if cost {
		paid := f.money(c, "cost", f.Cost, currency)
		in.Cost = &paid
	}
	in.TaxRate, err = pricing.ParseRate(f.Tax)
	c.That(err == nil, "tax_rate", "error.percent")
	in.UseUpDays, err = whole(f.UseUp)
	c.That(err == nil, "use_up_days", "error.number")
	in.Warranty, err = whole(f.Warranty)
	c.That(err == nil, "warranty_months", "error.number")
	for _, row := range f.Units {
		u := Unit{Name: row.Name}
		u.Factor, err = ParseQuantity(row.Factor)
		c.That(err == nil, row.Key("factor"), "error.number")
		if row.Price != "" {
			price := f.money(c, row.Key("price"), row.Price, currency)
			u.Price = &price
		}
		in.Units = append(in.Units, u)
	}
	return in, c.Err()
}

func (f Form) money(c *errs.Check, field, typed, currency string) int64 {
	if strings.TrimSpace(typed) == "" {
		return 0
	}
	n, err := ParsePrice(typed, currency)
	c.That(err == nil, field, "error.money")
	return n
}

func whole(typed string) (int, error) {
	if typed == "" {
		return 0, nil
	}
	return strconv.Atoi(typed)
}

// ParseQuantity reads what somebody typed as a quantity: 1.5, 1,5 and １.
func ParseQuantity(typed string) (money.Quantity, error) {
	q, err := money.ParseQuantity(typed)
	if err == nil {
		return q, nil
	}
	plain, ok := tabular.ParseDecimal(typed)
	if !ok {
		return 0, err
	}
	return money.ParseQuantity(plain)
}
