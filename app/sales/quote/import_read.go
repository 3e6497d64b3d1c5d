package quote

import (
	"regexp"
	"strconv"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/kit/text"
	"regulars/app/sales/product"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// What the rows of an imported quote say, and what is wrong with them in the
// file's own columns.

// draft is what the rows of a quote say.
type draft struct {
	v        Quote
	customer string
	priced   []bool          // the row of a line names a price
	has      map[string]bool // the columns that the file has at all
	values   custom.Values   // of the shop's own fields
}

var revised = regexp.MustCompile(`^(.+) [vV](\d{1,3})$`)

// named takes a number with its version apart: Q-2026-0042 v2.
func named(cell string) (string, int) {
	cell = line(cell)
	if m := revised.FindStringSubmatch(cell); m != nil {
		n, _ := strconv.Atoi(m[2]) // digits only
		if n > 0 {
			return m[1], n
		}
	}
	return cell, 1
}

// read checks the rows of one quote without looking anything up.
func (w *importWork) read(r *importer.Record) (draft, error) {
	d := draft{v: Quote{Currency: w.business.Currency, WithTax: !w.business.TaxOnTop}, customer: strings.TrimSpace(r.Get("customer")), has: map[string]bool{}}
	for _, name := range []string{"subject", "valid_until", "order_discount", "terms", "unit", "discount", "tax_rate", "optional"} {
		d.has[name] = r.Has(name)
	}
	c := &errs.Check{}
	d.v.Number, d.v.Revision = named(r.Get("quote_no"))
	c.That(d.v.Number != "", "quote_no", "error.required")
	c.That(len([]rune(d.v.Number)) <= maxUnit, "quote_no", "error.long", "n", maxUnit)
	c.That(d.customer != "", "customer", "error.required")
	d.v.ExternalID = db.Null(line(r.Get("external_id")))
	d.v.Title, d.v.Terms = line(r.Get("subject")), text.Block(r.Get("terms"))
	today := cal.Today(w.s.db.Now(), w.business.Zone())
	d.v.QuotedOn, d.v.ValidUntil = day1(c, r.Row, "quoted_on"), day1(c, r.Row, "valid_until")
	if d.v.QuotedOn == "" {
		d.v.QuotedOn = today
	}
	if cell := r.Get("currency"); cell != "" && !strings.EqualFold(strings.TrimSpace(cell), w.business.Currency) {
		c.Add("currency", "quote.error.currency", "quote", clipped(cell), "shop", w.business.Currency)
	}
	if r.Get("prices_with_tax") != "" {
		with, ok := r.Yes("prices_with_tax")
		d.v.WithTax = with
		c.That(ok, "prices_with_tax", "error.choice")
	}
	off, err := pricing.ParseDiscount(r.Get("order_discount"), w.business.Currency)
	c.That(err == nil, "order_discount", "quote.error.discount")
	d.v.DiscountRate, d.v.DiscountAmount = off.Rate, off.Amount
	d.v.State = Draft
	if cell := r.Get("quote_state"); cell != "" {
		d.v.State = stateNamed(cell)
		c.That(d.v.State != "", "quote_state", "import.problem.quote_state", "value", clipped(cell))
	}
	if d.v.State == Sent && d.v.over(today) {
		d.v.State = Expired
	}
	in := Input{ExternalID: string(d.v.ExternalID), Title: d.v.Title, QuotedOn: d.v.QuotedOn, ValidUntil: d.v.ValidUntil, Terms: d.v.Terms}
	for i, row := range r.Rows {
		if i > 0 { // what is wrong further down is told there
			c = &errs.Check{}
		}
		other := strings.TrimSpace(row.Get("customer"))
		c.That(other == "" || other == d.customer, "customer", "import.problem.order_customers", "value", clipped(other))
		l, price := w.line(c, row)
		d.v.Lines, d.priced = append(d.v.Lines, l), append(d.priced, price != nil)
		d.v.Lines[i].Position = i
		d.v.Lines[i].Chosen = l.Optional && d.v.State == Accepted && l.Chosen
		in.Lines = append(in.Lines, LineInput{Name: l.Name, Unit: l.Unit, Quantity: l.Quantity, UnitPrice: price})
		if err := c.Err(); err != nil {
			return d, importer.At(row, err)
		}
	}
	return d, columnErrors(in.Validate())
}

func day1(c *errs.Check, row *importer.Row, column string) cal.Date {
	cell := row.Get(column)
	if strings.TrimSpace(cell) == "" {
		return ""
	}
	on, ok := row.Date(column)
	c.That(ok, column, "import.problem.date", "value", clipped(cell))
	return cal.Date(on)
}

func (w *importWork) line(c *errs.Check, row *importer.Row) (Line, *int64) {
	l := Line{Name: line(row.Get("product")), Unit: line(row.Get("unit")), Quantity: money.One}
	if l.Name == "" {
		l.Name = line(row.Get("product_code"))
	}
	c.That(l.Name != "", "product", "error.required")
	if cell := row.Get("quantity"); cell != "" {
		decimal, ok := row.Decimal("quantity")
		q, err := money.ParseQuantity(decimal)
		l.Quantity = q
		c.That(ok && err == nil, "quantity", "import.problem.quantity", "value", clipped(cell))
	}
	var price *int64
	if cell := row.Get("unit_price"); cell != "" {
		n, ok := product.Amount(row, "unit_price", w.business.Currency)
		l.UnitPrice, price = n, &n
		c.That(ok, "unit_price", "import.problem.amount", "value", clipped(cell), "currency", w.business.Currency)
	}
	off, err := pricing.ParseDiscount(row.Get("discount"), w.business.Currency)
	c.That(err == nil, "discount", "quote.error.discount")
	l.DiscountRate, l.DiscountAmount = off.Rate, off.Amount
	l.TaxRate, err = pricing.ParseRate(row.Get("tax_rate"))
	c.That(err == nil, "tax_rate", "error.percent")
	switch cell := text.Fold(strings.TrimSpace(row.Get("optional"))); {
	case cell == "":
	case cell == "chosen" || cell == "已选":
		l.Optional, l.Chosen = true, true
	default:
		optional, ok := row.Yes("optional")
		l.Optional = optional
		c.That(ok, "optional", "error.choice")
	}
	return l, price
}

// stateWords are what other programs call the states of a quote.
var stateWords = map[string][]string{
	Draft:     {"draft", "new", "open", "草稿", "新建", "待发送"},
	Sent:      {"sent", "delivered", "presented", "needs review", "in review", "negotiation", "pending", "已发送", "已报价", "待确认", "洽谈中"},
	Accepted:  {"accepted", "won", "closed won", "approved", "invoiced", "confirmed", "已接受", "已成交", "已确认", "已通过", "已签约"},
	Declined:  {"declined", "denied", "rejected", "lost", "closed lost", "已拒绝", "已婉拒", "未成交"},
	Expired:   {"expired", "已过期", "已失效"},
	Withdrawn: {"withdrawn", "cancelled", "canceled", "void", "已撤回", "已取消", "作废"},
	Replaced:  {"replaced", "revised", "已替换", "已被替换"},
}

// stateNamed is the state that a cell means, "" for none.
func stateNamed(cell string) string {
	folded := text.Fold(strings.TrimSpace(cell))
	for state, words := range stateWords {
		for _, word := range words {
			if folded == word {
				return state
			}
		}
	}
	return ""
}

func clipped(s string) string {
	if rs := []rune(s); len(rs) > maxUnit {
		return string(rs[:maxUnit]) + "…"
	}
	return s
}

var ofLine = regexp.MustCompile(`^lines\[\d+\]\.`)

// columnErrors says in the columns of the file what is wrong with a quote.
func columnErrors(err error) error {
	e, ok := errs.As(err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	c := &errs.Check{}
	for _, name := range e.FieldNames() {
		m := e.Fields[name]
		var args []any
		for k, v := range m.Args {
			args = append(args, k, v)
		}
		column := ofLine.ReplaceAllString(name, "")
		switch name {
		case "discount": // the whole's
			column = "order_discount"
		case "title":
			column = "subject"
		case "lines":
			column = "quote_no"
		}
		if column == "name" {
			column = "product"
		}
		c.Add(column, m.Key, args...)
	}
	return c.Err()
}
