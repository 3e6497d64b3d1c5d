package order

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/kit/tabular"
	"regulars/app/sales/payment"
	"regulars/app/sales/product"
	"regulars/app/sys/custom"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const (
	spareRows  = 5   // empty lines that the form offers
	offered    = 500 // products in the list behind the name
	candidates = 20  // customers to pick from
)

// Form is the order as it was typed.
type Form struct {
	Version                                 int64
	Number, OrderedOn, DueOn, Status, Notes string
	DeliverOn                               string
	Received, Method, Discount              string
	Return                                  bool // goods came back
	Lines                                   []FormLine
	NoTax                                   bool         // the form had no column of it
	Fields                                  custom.Typed // of the added fields
}

// FormLine is one line as it was typed. I is its place in messages.
type FormLine struct {
	I                     int
	Name, Quantity, Price string
	Unit, Discount, Tax   string
}

// Key is the name under which a message about a part of the line stands.
func (l FormLine) Key(part string) string { return lineField(l.I, part) }

// N counts lines from one, for people.
func (l FormLine) N() int { return l.I + 1 }

// EditPage feeds the form, for a new order and for one that exists.
type EditPage struct {
	ID       int64 // 0 is a new one
	Number   string
	Customer customer.Ref
	Was      *customer.Ref // whose it is until it is saved, when it is to move
	Currency string
	Products []Offer
	Statuses []view.Option
	Methods  []view.Option
	Theirs   []web.Clash // what somebody else saved meanwhile
	Digits   int         // decimals of the currency
	Sign     string      // and its sign
	MayPay   bool
	Asked    []custom.Asked // the added fields
	Terms    any            // how the customer pays
	Related  []Related      // what is often bought with it
	OnTop    bool           // the tax comes on top of the prices
}

// Offer is a product in the list behind the name of a line.
type Offer struct {
	Name, Unit, Price, Tax string
	Listed                 bool // a price list decides once the quantity is known
}

// blank is the form for a new order, or the search for its customer.
func (s *Service) blank(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.Query("customer"), 10, 64)
	if err != nil {
		return s.pick(c, Order{}, "/orders/new")
	}
	who, err := s.customers.MustSee(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.form(c, Order{}, who, Form{OrderedOn: string(today(c)), Status: Confirmed}, nil)
}

func (s *Service) create(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.FormValue("customer_id"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	who, err := s.customers.MustSee(web.Ctx(c), id)
	if err != nil {
		return err
	}
	f := formOf(c)
	if c.FormValue("rows") != "" {
		return s.form(c, Order{}, who, f, nil)
	}
	currency := web.Business(c).Currency
	in, err := f.input(currency)
	var o Order
	if err == nil {
		in.CustomerID = id
		o, err = s.Create(web.Ctx(c), in)
	}
	if e, ok := errs.As(err); ok && e.Fields["status"].Key == "order.error.ask_first" {
		f.Status = Draft // saved again, it can be asked about
	}
	if err != nil {
		return s.form(c, Order{}, who, f, err)
	}
	return web.Done(c, path(o.ID), "order.created", "number", o.Number)
}

func (s *Service) edit(c *fiber.Ctx) error {
	o, err := s.byParam(c)
	if err != nil {
		return err
	}
	who, err := s.chosen(c, o, c.Query("customer"))
	if err != nil {
		return err
	}
	return s.form(c, o, who, formFrom(o), nil)
}

// chosen is the customer that an order is to belong to, its own if nobody else
// was named.
func (s *Service) chosen(c *fiber.Ctx, o Order, typed string) (customer.Ref, error) {
	id, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || id == o.CustomerID {
		return refOf(o), nil
	}
	return s.customers.MustSee(web.Ctx(c), id)
}

func (s *Service) change(c *fiber.Ctx) error {
	o, err := s.byParam(c)
	if err != nil {
		return err
	}
	who, err := s.chosen(c, o, c.FormValue("customer_id"))
	if err != nil {
		return err
	}
	f := formOf(c)
	if c.FormValue("rows") != "" {
		return s.form(c, o, who, f, nil)
	}
	in, err := f.input(o.Currency)
	if err == nil {
		in.CustomerID = who.ID
		in.ExternalID, in.ExternalSource = string(o.ExternalID), o.ExternalSource
		_, err = s.Update(web.Ctx(c), o.ID, f.Version, in)
	}
	if err != nil {
		return s.form(c, o, who, f, err)
	}
	if who.ID != o.CustomerID {
		return web.Done(c, path(o.ID), "order.moved_to", "number", o.Number, "customer", who.Name)
	}
	return web.Done(c, path(o.ID), "common.saved")
}

func refOf(o Order) customer.Ref { return customer.Ref{ID: o.CustomerID, Name: o.CustomerName} }

func (s *Service) form(c *fiber.Ctx, o Order, who customer.Ref, f Form, problem error) error {
	b := EditPage{ID: o.ID, Number: o.Number, Customer: who, Currency: o.Currency, Methods: payment.MethodOptions(web.Locale(c), f.Method),
		OnTop:  !o.WithTax,
		MayPay: o.ID == 0 && web.Actor(c).Can(payment.Write)}
	if o.ID == 0 {
		b.Currency, b.OnTop = web.Business(c).Currency, web.Business(c).TaxOnTop
	}
	if o.ID != 0 && who.ID != o.CustomerID {
		was := refOf(o)
		b.Was = &was
	}
	b.Digits, b.Sign = money.Digits(b.Currency), money.Symbol(b.Currency)
	for _, option := range statusOptions(c) {
		st := option.Value.(string)
		if (o.ID == 0 && st != Cancelled) || (o.ID != 0 && MayBecome(o.Status, st)) {
			b.Statuses = append(b.Statuses, option)
		}
	}
	if web.Actor(c).Can(product.Read) {
		list, err := s.products.Offered(web.Ctx(c), offered)
		if err != nil {
			return err
		}
		listed, err := s.products.InLists(web.Ctx(c))
		if err != nil {
			return err
		}
		for _, p := range list {
			o := Offer{Name: p.Name, Unit: p.Unit, Price: decimal(p.Price, b.Currency), Listed: listed[p.ID]}
			if p.TaxRate > 0 {
				o.Tax = pricing.RateText(p.TaxRate)
			}
			b.Products = append(b.Products, o)
		}
	}
	if s.terms != nil {
		var err error
		if b.Terms, err = s.terms.OfCustomer(web.Ctx(c), who.ID); err != nil {
			return err
		}
	}
	var names []string
	for _, l := range f.Lines {
		names = append(names, plain(l.Name))
	}
	var err error
	if b.Related, err = relatedTo(web.Ctx(c), s.db.Reader(web.Ctx(c)), o.ID, who.ID, names); err != nil {
		return err
	}
	record, err := s.fields.Record(web.Ctx(c), s.db.Reader(web.Ctx(c)), "order")
	if err != nil {
		return err
	}
	if b.Asked, err = record.Asked(web.Ctx(c), s.db.Reader(web.Ctx(c)), f.Fields, facts(f.Status), web.Locale(c)); err != nil {
		return err
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict {
		if now, ok := e.Current.(Order); ok { // saving again takes what was typed
			b.Theirs, f.Version = clashes(c, f, formFrom(now)), now.Version
		}
	}
	for range spareRows {
		f.Lines = append(f.Lines, FormLine{I: len(f.Lines)})
	}
	p := web.Page{Name: "sales/order_edit", Heading: o.Number, Body: b, Form: f, Err: problem}
	if o.ID == 0 {
		p.Title = "order.new"
	}
	return web.Render(c, p)
}

// clashes shows what two editors want of one order; its lines are chosen
// together, because they only make sense together.
func clashes(c *fiber.Ctx, ours, theirs Form) []web.Clash {
	l := web.Locale(c)
	list := web.Clashes(l,
		web.Clash{Name: "number", Label: "order.number", Ours: ours.Number, Theirs: theirs.Number},
		web.Clash{Name: "status", Label: "common.status", Ours: ours.Status, Theirs: theirs.Status, Show: func(v string) string { return l.T("order.status." + v) }},
		web.Clash{Name: "ordered_on", Label: "order.ordered_on", Ours: ours.OrderedOn, Theirs: theirs.OrderedOn},
		web.Clash{Name: "due_on", Label: "order.due_on", Ours: ours.DueOn, Theirs: theirs.DueOn},
		web.Clash{Name: "deliver_on", Label: "order.deliver_on", Ours: ours.DeliverOn, Theirs: theirs.DeliverOn},
		web.Clash{Name: "discount", Label: "quote.discount_all", Ours: ours.Discount, Theirs: theirs.Discount},
		web.Clash{Name: "notes", Label: "common.notes", Ours: ours.Notes, Theirs: theirs.Notes})
	if a, b := ours.written(), theirs.written(); a != b {
		var lines url.Values = map[string][]string{}
		for _, line := range theirs.Lines {
			lines.Add("line_name", line.Name)
			lines.Add("line_quantity", line.Quantity)
			lines.Add("line_price", line.Price)
			lines.Add("line_unit", line.Unit)
			lines.Add("line_discount", line.Discount)
			lines.Add("line_tax", line.Tax)
		}
		list = append(list, web.Clash{Name: linesField, Label: l.T("order.lines"), Ours: a, Theirs: b, Values: []string{lines.Encode()}})
	}
	return list
}

// linesField is the choice of all lines at once.
const linesField = "lines"

// written is the lines as one text.
func (f Form) written() string {
	var out []string
	for _, line := range f.Lines {
		quantity := line.Quantity
		if quantity == "" {
			quantity = "1"
		}
		text := line.Name + " × " + quantity + " @ " + line.Price
		if line.Discount != "" {
			text += " − " + line.Discount
		}
		if line.Tax != "" {
			text += " (" + line.Tax + "%)"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// takeLines puts the other's lines in the place of what was typed, when the
// reader chose them.
func takeLines(c *fiber.Ctx) {
	chosen, err := url.ParseQuery(c.FormValue(linesField))
	args := c.Request().PostArgs()
	if err != nil || !args.Has(linesField) {
		return
	}
	for _, name := range []string{"line_name", "line_quantity", "line_price", "line_unit", "line_discount", "line_tax"} {
		args.Del(name)
		for _, v := range chosen[name] {
			args.Add(name, v)
		}
	}
}

// formOf reads what was typed; lines left empty are dropped.
func formOf(c *fiber.Ctx) Form {
	takeLines(c)
	f := Form{Number: c.FormValue("number"), OrderedOn: strings.TrimSpace(c.FormValue("ordered_on")), DueOn: strings.TrimSpace(c.FormValue("due_on")),
		DeliverOn: strings.TrimSpace(c.FormValue("deliver_on")), Status: c.FormValue("status"), Notes: c.FormValue("notes"), Received: strings.TrimSpace(c.FormValue("received_amount")),
		Method: c.FormValue("received_method"), Discount: strings.TrimSpace(c.FormValue("discount")), Return: c.FormValue("return") != "", Fields: web.Typed(c)}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	names, quantities, prices := column(c, "line_name"), column(c, "line_quantity"), column(c, "line_price")
	units, discounts, taxes := column(c, "line_unit"), column(c, "line_discount"), column(c, "line_tax")
	f.NoTax = len(taxes) == 0
	for i := range names {
		l := FormLine{I: len(f.Lines), Name: names[i], Quantity: at(quantities, i), Price: at(prices, i), Unit: at(units, i), Discount: at(discounts, i), Tax: at(taxes, i)}
		if l.Name != "" || l.Quantity != "" || l.Price != "" || l.Discount != "" {
			f.Lines = append(f.Lines, l)
		}
	}
	return f
}

func column(c *fiber.Ctx, name string) []string {
	var out []string
	for _, v := range c.Request().PostArgs().PeekMulti(name) {
		if len(out) > MaxLines { // one more than may be, so that it is refused
			break
		}
		out = append(out, strings.TrimSpace(string(v)))
	}
	return out
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func formFrom(o Order) Form {
	f := Form{Version: o.Version, Number: o.Number, OrderedOn: string(o.OrderedOn), DueOn: string(o.DueOn), DeliverOn: string(o.DeliverOn), Status: o.Status, Notes: o.Notes, Return: o.Input().Return, Discount: o.Discount().Text(o.Currency), Fields: o.Added.Typed()}
	for i, l := range o.Lines {
		f.Lines = append(f.Lines, FormLine{I: i, Name: l.Name, Quantity: l.Quantity.String(), Price: decimal(l.UnitPrice, o.Currency), Unit: l.Unit,
			Discount: l.Discount().Text(o.Currency), Tax: strings.TrimSuffix(l.TaxText(), "%")})
	}
	return f
}

func decimal(minor int64, currency string) string { return money.Decimal(minor, currency) }

func (f Form) input(currency string) (Input, error) {
	c := &errs.Check{}
	in := Input{Number: f.Number, Status: f.Status, Notes: f.Notes, Return: f.Return, Fields: f.Fields}
	var err error
	in.OrderedOn, err = cal.ParseDate(f.OrderedOn)
	c.That(err == nil, "ordered_on", "error.date")
	in.DueOn, err = cal.ParseDate(f.DueOn)
	c.That(err == nil, "due_on", "error.date")
	in.DeliverOn, err = cal.ParseDate(f.DeliverOn)
	c.That(err == nil, "deliver_on", "error.date")
	in.Discount, err = pricing.ParseDiscount(f.Discount, currency)
	c.That(err == nil, "discount", "quote.error.discount")
	for _, l := range f.Lines {
		line := LineInput{Name: l.Name, Unit: l.Unit, Quantity: money.One}
		if l.Quantity != "" {
			line.Quantity, err = ParseQuantity(l.Quantity)
			c.That(err == nil, l.Key("quantity"), "error.number")
		}
		if l.Price != "" {
			price, err := payment.ParseAmount(l.Price, currency)
			c.That(err == nil, l.Key("unit_price"), "error.money")
			line.UnitPrice = &price
		}
		line.Discount, err = pricing.ParseDiscount(l.Discount, currency)
		c.That(err == nil, l.Key("discount"), "quote.error.discount")
		if l.Tax != "" {
			rate, err := pricing.ParseRate(l.Tax)
			c.That(err == nil, l.Key("tax_rate"), "error.percent")
			line.TaxRate = &rate
		} else if l.Price != "" && !f.NoTax { // written by hand, or known and cleared
			line.TaxRate = new(int64)
		}
		in.Lines = append(in.Lines, line)
	}
	if f.Received != "" {
		amount, err := payment.ParseAmount(f.Received, currency)
		c.That(err == nil, "received_amount", "error.money")
		if amount != 0 {
			in.Received = &Receipt{Amount: amount, Method: f.Method}
		}
	}
	return in, c.Err()
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
