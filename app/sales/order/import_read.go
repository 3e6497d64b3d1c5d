package order

import (
	"regexp"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/kit/text"
	"regulars/app/sales/product"
	"regulars/app/sys/importer"
)

// What the rows of an imported order say, and what is wrong with them in the
// file's own columns.

// read checks the rows of one order without looking anything up.
func (w *importWork) read(r *importer.Record, number string) (draft, error) {
	d := draft{in: Input{Number: number, Status: Confirmed}, customer: strings.TrimSpace(r.Get("customer"))}
	c := &errs.Check{}
	c.That(number != "", "order_no", "error.required")
	c.That(d.customer != "", "customer", "error.required")
	cell := r.Get("ordered_on")
	day, ok := r.Date("ordered_on")
	d.in.OrderedOn = cal.Date(day)
	c.That(cell != "", "ordered_on", "error.required")
	c.That(cell == "" || ok, "ordered_on", "import.problem.date", "value", clip(cell))
	if cell := r.Get("status"); cell != "" {
		d.in.Status, d.status = statusNamed(cell), true
		c.That(d.in.Status != "", "status", "import.problem.status", "value", clip(cell))
	}
	w.head(c, r.Row, &d)
	for i, row := range r.Rows {
		if i > 0 { // what is wrong further down is told there
			c = &errs.Check{}
		}
		other := strings.TrimSpace(row.Get("customer"))
		c.That(other == "" || other == d.customer, "customer", "import.problem.order_customers", "value", clip(other))
		if on, good := row.Date("ordered_on"); good && ok && on != day {
			row.Remark("ordered_on", "import.problem.order_days", "value", day)
		}
		d.in.Lines = append(d.in.Lines, w.line(c, row))
		d.in.Return = d.in.Return || d.in.Lines[i].Quantity < 0
		if err := c.Err(); err != nil {
			return d, importer.At(row, err)
		}
	}
	d.turn()
	return d, columnErrors(d.in.Validate())
}

// head reads what the first row says of the whole order.
func (w *importWork) head(c *errs.Check, row *importer.Row, d *draft) {
	d.deliver, d.off = row.Has("deliver_on"), row.Has("order_discount")
	d.taxed, d.lineOff = row.Has("tax_rate"), row.Has("discount")
	if cell := row.Get("deliver_on"); cell != "" {
		day, ok := row.Date("deliver_on")
		d.in.DeliverOn = cal.Date(day)
		c.That(ok, "deliver_on", "import.problem.date", "value", clip(cell))
	}
	var err error
	d.in.Discount, err = pricing.ParseDiscount(row.Get("order_discount"), w.business.Currency)
	c.That(err == nil, "order_discount", "quote.error.discount")
	if row.Get("prices_with_tax") != "" {
		with, ok := row.Yes("prices_with_tax")
		d.in.WithTax = &with
		c.That(ok, "prices_with_tax", "error.choice")
	}
}

// turn makes a return of a file's amounts below zero: where each line is one
// thing for less than nothing, it is that thing that came back.
func (d *draft) turn() {
	for _, l := range d.in.Lines {
		if l.Quantity < 0 || l.UnitPrice == nil || *l.UnitPrice >= 0 {
			return
		}
	}
	d.in.Return = true
	for i := range d.in.Lines {
		price := -*d.in.Lines[i].UnitPrice
		d.in.Lines[i].Quantity, d.in.Lines[i].UnitPrice = -d.in.Lines[i].Quantity, &price
	}
}

func (w *importWork) line(c *errs.Check, row *importer.Row) LineInput {
	l := LineInput{Name: plain(row.Get("product")), Quantity: money.One}
	if l.Name == "" {
		l.Name = plain(row.Get("product_code"))
	}
	c.That(l.Name != "", "product", "error.required")
	if cell := row.Get("quantity"); cell != "" {
		decimal, ok := row.Decimal("quantity")
		q, err := money.ParseQuantity(decimal)
		l.Quantity = q
		c.That(ok && err == nil, "quantity", "import.problem.quantity", "value", clip(cell))
		c.That(!ok || err != nil || q != 0, "quantity", "error.positive")
	}
	if cell := row.Get("unit_price"); cell != "" {
		price, ok := product.Amount(row, "unit_price", w.business.Currency)
		l.UnitPrice = &price
		c.That(ok, "unit_price", "import.problem.amount", "value", clip(cell), "currency", w.business.Currency)
	}
	var err error
	l.Discount, err = pricing.ParseDiscount(row.Get("discount"), w.business.Currency)
	c.That(err == nil, "discount", "quote.error.discount")
	if row.Has("tax_rate") {
		rate, err := pricing.ParseRate(row.Get("tax_rate"))
		l.TaxRate = &rate
		c.That(err == nil, "tax_rate", "error.percent")
	}
	return l
}

func plain(s string) string { return strings.Join(strings.Fields(s), " ") }

func clip(s string) string {
	if rs := []rune(s); len(rs) > maxNumber {
		return string(rs[:maxNumber]) + "…"
	}
	return s
}

// statusWords are what other programs call the states of an order.
var statusWords = map[string][]string{
	Draft:     {"draft", "quote", "草稿", "待确认", "未确认"},
	Confirmed: {"confirmed", "open", "placed", "ordered", "new", "processing", "pending", "paid", "已确认", "确认", "已下单", "待发货", "已付款", "待付款", "处理中", "进行中"},
	Completed: {"completed", "complete", "done", "delivered", "shipped", "fulfilled", "closed", "已完成", "完成", "交易成功", "已发货", "已签收", "已收货", "已交付"},
	Cancelled: {"cancelled", "canceled", "void", "refunded", "returned", "已取消", "取消", "作废", "交易关闭", "已关闭", "已退款", "已退货"},
}

// statusNamed is the status that a cell means, "" for none.
func statusNamed(cell string) string {
	folded := text.Fold(strings.TrimSpace(cell))
	for status, words := range statusWords {
		for _, word := range words {
			if folded == word {
				return status
			}
		}
	}
	return ""
}

var ofLine = regexp.MustCompile(`^lines\[\d+\]\.`)

// columnErrors says in the columns of the file what is wrong with an order.
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
		if name == "discount" { // the whole's
			column = "order_discount"
		}
		switch column {
		case "number":
			column = "order_no"
		case "name":
			column = "product"
		}
		c.Add(column, m.Key, args...)
	}
	return c.Err()
}
