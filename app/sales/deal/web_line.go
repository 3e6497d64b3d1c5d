package deal

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/kit/tabular"
	"regulars/app/sys/web"
)

// FormLine is a line as it was typed. I is its place in messages.
type FormLine struct {
	I                               int
	Name, Quantity, Price, Discount string
	Unit                            string
}

// Key is the name under which a message about a part of the line stands.
func (l FormLine) Key(part string) string { return lineField(l.I, part) }

// N counts lines from one, for people.
func (l FormLine) N() int { return l.I + 1 }

const spareLines = 2 // empty ones that the form offers

func linesOf(d Deal) []FormLine {
	var out []FormLine
	for i, l := range d.Lines {
		f := FormLine{I: i, Name: l.Name, Quantity: l.Quantity.String(), Price: decimal(l.UnitPrice, d.Currency), Unit: l.Unit}
		if l.Discount > 0 {
			f.Discount = money.Quantity(l.Discount * 10).String()
		}
		out = append(out, f)
	}
	for range spareLines {
		out = append(out, FormLine{I: len(out)})
	}
	return out
}

// typedLines reads what was typed; lines left empty are dropped.
func typedLines(c *fiber.Ctx) []FormLine {
	column := func(name string) []string {
		var out []string
		for _, v := range c.Request().PostArgs().PeekMulti(name) {
			if len(out) > maxLines { // one more than may be, so that it is refused
				break
			}
			out = append(out, strings.TrimSpace(string(v)))
		}
		return out
	}
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	var out []FormLine
	names, quantities, prices, off := column("line_name"), column("line_quantity"), column("line_price"), column("line_discount")
	for i := range names {
		l := FormLine{I: len(out), Name: names[i], Quantity: at(quantities, i), Price: at(prices, i), Discount: at(off, i)}
		if l.Name != "" || l.Quantity != "" || l.Price != "" {
			out = append(out, l)
		}
	}
	return out
}

func (s *Service) postLines(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	typed := typedLines(c)
	lines, err := lineInputs(typed, d.Currency)
	if err == nil {
		in := d.Input()
		in.Lines = lines
		if len(lines) == 0 {
			in.Lines = []LineInput{}
		}
		_, err = s.Update(web.Ctx(c), d.ID, number(c.FormValue("version")), in)
	}
	if e, ok := errs.As(err); ok && e.Kind == errs.Conflict {
		return s.showDeal(c, d, linesOf(d), err)
	}
	if err != nil {
		return s.showDeal(c, d, append(typed, FormLine{I: len(typed)}), err)
	}
	return web.Done(c, path(d.ID), "common.saved")
}

func lineInputs(typed []FormLine, currency string) ([]LineInput, error) {
	c := &errs.Check{}
	var out []LineInput
	for _, l := range typed {
		in := LineInput{Name: l.Name, Quantity: money.One}
		if l.Quantity != "" {
			in.Quantity = decimalOf(c, l.Key("quantity"), l.Quantity)
		}
		if l.Price != "" {
			price := amount(c, l.Key("unit_price"), l.Price, currency)
			in.UnitPrice = &price
		}
		if l.Discount != "" {
			in.Discount = rateOf(c, l.Key("discount"), l.Discount)
		}
		out = append(out, in)
	}
	return out, c.Err()
}

// rateOf reads a discount in percent, 10 or 10%, or what is left to pay, 9折.
func rateOf(c *errs.Check, field, typed string) int {
	if strings.HasSuffix(typed, "折") {
		d, err := pricing.ParseDiscount(typed, "CNY")
		c.That(err == nil, field, "error.percent")
		return int(d.Rate)
	}
	return int(decimalOf(c, field, strings.TrimSuffix(strings.TrimSuffix(typed, "%"), "％")) / 10)
}

// decimalOf reads a number with at most three decimals as people type it.
func decimalOf(c *errs.Check, field, typed string) money.Quantity {
	q, err := money.ParseQuantity(typed)
	if plain, ok := tabular.ParseDecimal(typed); err != nil && ok {
		q, err = money.ParseQuantity(plain)
	}
	c.That(err == nil, field, "error.number")
	return q
}

func idText(n int64) string { return strconv.FormatInt(n, 10) }
