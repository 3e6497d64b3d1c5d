package quote

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/sales/product"
	"regulars/app/sys/custom"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Form is the quote as it was typed.
type Form struct {
	Version                               int64
	Title, QuotedOn, ValidUntil           string
	Contact, Deal, Discount, Intro, Terms string
	Lines                                 []FormLine

	Fields custom.Typed // of the added fields
}

// FormLine is one row of the grid as it was typed.
type FormLine struct {
	I                                          int
	Name, Quantity, Unit, Price, Discount, Tax string
	Optional                                   bool
	From                                       string // the price list that the price came from
}

// N is the number shown, Key the name that a mistake is noted under.
func (l FormLine) N() int { return l.I + 1 }

// Key is the name that a mistake in this row is noted under.
func (l FormLine) Key(field string) string { return lineField(l.I, field) }

func (l FormLine) blank() bool {
	return l.Name == "" && l.Quantity == "" && l.Price == "" && l.Discount == ""
}

// EditPage feeds the form, for a new quote and for a draft.
type EditPage struct {
	ID             int64 // 0 is a new one
	Customer       customer.Ref
	Contacts       []view.Option
	Deals          []view.Option
	Templates      []Template
	Products       []Offer
	Currency, Sign string
	Digits         int
	OnTop          bool // tax comes on top of the prices
	Theirs         []web.Clash
	Asked          []custom.Asked
	Account        any  // how the customer pays
	Sees           bool // discounts over the total are hinted at
}

// Offer is a product as the grid offers it.
type Offer struct {
	Name, Unit, Price, Tax string
	Listed                 bool // a price list decides once the quantity is known
}

const (
	spareRows = 4
	offered   = 1000
)

func (s *Service) blank(c *fiber.Ctx) error {
	var deal Deal
	if id, err := strconv.ParseInt(c.Query("deal"), 10, 64); err == nil && id > 0 {
		if deal, err = s.deal(web.Ctx(c), id); err != nil {
			return err
		}
	}
	id, err := strconv.ParseInt(c.Query("customer"), 10, 64)
	if err != nil || id <= 0 {
		id = deal.CustomerID
	}
	if id == 0 {
		return s.pick(c)
	}
	who, err := s.d.Customers.MustSee(web.Ctx(c), id)
	if err != nil {
		return err
	}
	f := Form{QuotedOn: string(today(c)), ValidUntil: string(today(c).AddDays(usualValid)), Title: deal.Name}
	if deal.ID != 0 {
		f.Deal = strconv.FormatInt(deal.ID, 10)
		if err := s.begin(c, &f, deal); err != nil {
			return err
		}
	}
	if n, err := strconv.ParseInt(c.Query("template"), 10, 64); err == nil {
		t, err := s.Template(web.Ctx(c), n)
		if err != nil {
			return err
		}
		f.Intro, f.Terms, f.ValidUntil = t.Intro, t.Terms, ""
		if t.ValidDays > 0 {
			f.ValidUntil = string(today(c).AddDays(t.ValidDays))
		}
	}
	return s.form(c, Quote{}, who, f, nil)
}

// begin puts what is known of a deal into a new quote: its person and, in the
// shop's currency, its products at the deal's prices.
func (s *Service) begin(c *fiber.Ctx, f *Form, deal Deal) error {
	if deal.ContactID != 0 {
		f.Contact = strconv.FormatInt(deal.ContactID, 10)
	}
	currency := web.Business(c).Currency
	if deal.Currency != currency {
		return nil
	}
	for i, l := range deal.Lines {
		row := FormLine{I: i, Name: l.Name, Quantity: l.Quantity.String(), Unit: l.Unit, Price: money.Decimal(*l.UnitPrice, currency), Discount: l.Discount.Text(currency)}
		if l.ProductID != 0 {
			p, err := s.d.Products.Get(web.Ctx(c), l.ProductID)
			if err != nil && !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Denied) {
				return err
			}
			if err == nil && p.TaxRate > 0 {
				row.Tax = pricing.RateText(p.TaxRate)
			}
		}
		f.Lines = append(f.Lines, row)
	}
	return nil
}

func (s *Service) create(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.FormValue("customer_id"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	who, err := s.d.Customers.MustSee(web.Ctx(c), id)
	if err != nil {
		return err
	}
	f := formOf(c)
	if c.FormValue("rows") != "" {
		return s.form(c, Quote{}, who, f, nil)
	}
	in, err := f.input(web.Business(c).Currency)
	var v Quote
	if err == nil {
		in.CustomerID = id
		v, err = s.Create(web.Ctx(c), in)
	}
	if err != nil {
		return s.form(c, Quote{}, who, f, err)
	}
	return web.Done(c, path(v.ID), "quote.created", "number", v.Name())
}

func (s *Service) edit(c *fiber.Ctx) error {
	v, err := s.byParam(c)
	if err != nil {
		return err
	}
	if v.State != Draft {
		return web.Redirect(c, path(v.ID))
	}
	return s.form(c, v, refOf(v), formFrom(v), nil)
}

func refOf(v Quote) customer.Ref { return customer.Ref{ID: v.CustomerID, Name: v.CustomerName} }

func (s *Service) change(c *fiber.Ctx) error {
	v, err := s.byParam(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	if c.FormValue("rows") != "" {
		return s.form(c, v, refOf(v), f, nil)
	}
	in, err := f.input(v.Currency)
	if err == nil {
		in.ExternalID, in.ExternalSource = string(v.ExternalID), v.ExternalSource
		_, err = s.Update(web.Ctx(c), v.ID, f.Version, in)
	}
	if err != nil {
		return s.form(c, v, refOf(v), f, err)
	}
	return web.Done(c, path(v.ID), "common.saved")
}

func (s *Service) form(c *fiber.Ctx, v Quote, who customer.Ref, f Form, problem error) error {
	ctx := web.Ctx(c)
	business := web.Business(c)
	b := EditPage{ID: v.ID, Customer: who, Currency: v.Currency, OnTop: !v.WithTax}
	if v.ID == 0 {
		b.Currency, b.OnTop = business.Currency, business.TaxOnTop
	}
	b.Digits, b.Sign = money.Digits(b.Currency), money.Symbol(b.Currency)
	people, err := s.d.Contacts.Of(ctx, who.ID)
	if err != nil {
		return err
	}
	for _, p := range people {
		b.Contacts = append(b.Contacts, view.Option{Value: strconv.FormatInt(p.ID, 10), Label: p.Name})
	}
	if s.d.Deals != nil {
		deals, err := s.d.Deals.OpenDeals(ctx, who.ID)
		if err != nil && !errs.Is(err, errs.Denied) {
			return err
		}
		for _, d := range deals {
			b.Deals = append(b.Deals, view.Option{Value: strconv.FormatInt(d.ID, 10), Label: d.Name})
		}
	}
	if id, err := strconv.ParseInt(f.Deal, 10, 64); err == nil && id > 0 && !slices.ContainsFunc(b.Deals, func(o view.Option) bool { return o.Value == f.Deal }) {
		deal, err := s.deal(ctx, id) // one that is decided already, yet meant
		if err != nil && !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Denied) {
			return err
		}
		if err == nil {
			b.Deals = append(b.Deals, view.Option{Value: f.Deal, Label: deal.Name})
		}
	}
	if b.Templates, err = s.Templates(ctx); err != nil {
		return err
	}
	if b.Products, err = s.offers(c, b.Currency); err != nil {
		return err
	}
	if b.Account, err = s.account(ctx, who.ID); err != nil {
		return err
	}
	q := s.db.Reader(ctx)
	record, err := s.d.Fields.Record(ctx, q, "quote")
	if err != nil {
		return err
	}
	if b.Asked, err = record.Asked(ctx, q, f.Fields, facts(Draft), web.Locale(c)); err != nil {
		return err
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict {
		if now, ok := e.Current.(Quote); ok { // saving again takes what was typed
			b.Theirs, f.Version = clashes(c, f, formFrom(now)), now.Version
		}
	}
	for range spareRows {
		f.Lines = append(f.Lines, FormLine{I: len(f.Lines)})
	}
	p := web.Page{Name: "sales/quote-edit", Heading: v.Name(), Body: b, Form: f, Err: problem}
	if v.ID == 0 {
		p.Title, p.Heading = "quote.new", ""
	}
	return web.Render(c, p)
}

func (s *Service) offers(c *fiber.Ctx, currency string) ([]Offer, error) {
	if !web.Actor(c).Can(product.Read) {
		return nil, nil
	}
	list, err := s.d.Products.Offered(web.Ctx(c), offered)
	if err != nil {
		return nil, err
	}
	listed, err := s.d.Products.InLists(web.Ctx(c))
	if err != nil {
		return nil, err
	}
	var out []Offer
	for _, p := range list {
		o := Offer{Name: p.Name, Unit: p.Unit, Price: money.Decimal(p.Price, currency), Listed: listed[p.ID]}
		if p.TaxRate > 0 {
			o.Tax = pricing.RateText(p.TaxRate)
		}
		out = append(out, o)
	}
	return out, nil
}

// clashes shows what two editors want of one quote; whoever saves again keeps
// the lines that were typed.
func clashes(c *fiber.Ctx, ours, theirs Form) []web.Clash {
	return web.Clashes(web.Locale(c),
		web.Clash{Name: "title", Label: "quote.title", Ours: ours.Title, Theirs: theirs.Title},
		web.Clash{Name: "valid_until", Label: "quote.valid_until", Ours: ours.ValidUntil, Theirs: theirs.ValidUntil},
		web.Clash{Name: "discount", Label: "quote.discount", Ours: ours.Discount, Theirs: theirs.Discount},
		web.Clash{Name: "intro", Label: "quote.intro", Ours: ours.Intro, Theirs: theirs.Intro},
		web.Clash{Name: "terms", Label: "quote.terms", Ours: ours.Terms, Theirs: theirs.Terms})
}

// formOf reads what was typed; lines left empty are dropped.
func formOf(c *fiber.Ctx) Form {
	f := Form{Version: versionOf(c), Title: c.FormValue("title"), QuotedOn: strings.TrimSpace(c.FormValue("quoted_on")), ValidUntil: strings.TrimSpace(c.FormValue("valid_until")),
		Contact: c.FormValue("contact_id"), Deal: c.FormValue("deal_id"), Discount: strings.TrimSpace(c.FormValue("discount")), Intro: c.FormValue("intro"),
		Terms: c.FormValue("terms"), Fields: web.Typed(c)}
	names, optional := column(c, "line_name"), column(c, "line_optional")
	quantities, units, prices := column(c, "line_quantity"), column(c, "line_unit"), column(c, "line_price")
	discounts, taxes := column(c, "line_discount"), column(c, "line_tax")
	for i := range names {
		l := FormLine{I: len(f.Lines), Name: names[i], Quantity: at(quantities, i), Unit: at(units, i), Price: at(prices, i), Discount: at(discounts, i),
			Tax: at(taxes, i), Optional: slices.Contains(optional, strconv.Itoa(i))}
		if !l.blank() {
			f.Lines = append(f.Lines, l)
		}
	}
	return f
}

func column(c *fiber.Ctx, name string) []string {
	var out []string
	for _, v := range c.Request().PostArgs().PeekMulti(name) {
		if len(out) > MaxLines+spareRows { // one more than may be, so that it is refused
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

func formFrom(v Quote) Form {
	f := Form{Version: v.Version, Title: v.Title, QuotedOn: string(v.QuotedOn), ValidUntil: string(v.ValidUntil), Discount: v.Discount().Text(v.Currency),
		Intro: v.Intro, Terms: v.Terms, Fields: v.Added.Typed()}
	if v.ContactID != 0 {
		f.Contact = strconv.FormatInt(int64(v.ContactID), 10)
	}
	if v.DealID != 0 {
		f.Deal = strconv.FormatInt(int64(v.DealID), 10)
	}
	for i, l := range v.Lines {
		row := FormLine{I: i, Name: l.Name, Quantity: l.Quantity.String(), Unit: l.Unit, Price: money.Decimal(l.UnitPrice, v.Currency),
			Discount: l.Discount().Text(v.Currency), Optional: l.Optional, From: l.PriceList}
		row.Tax = strings.TrimSuffix(l.Tax(), "%")
		f.Lines = append(f.Lines, row)
	}
	return f
}

func (f Form) input(currency string) (Input, error) {
	c := &errs.Check{}
	in := Input{Title: f.Title, Intro: f.Intro, Terms: f.Terms, Fields: f.Fields}
	var err error
	in.QuotedOn, err = cal.ParseDate(f.QuotedOn)
	c.That(err == nil, "quoted_on", "error.date")
	in.ValidUntil, err = cal.ParseDate(f.ValidUntil)
	c.That(err == nil, "valid_until", "error.date")
	in.ContactID, in.DealID = number(c, "contact_id", f.Contact), number(c, "deal_id", f.Deal)
	in.Discount, err = pricing.ParseDiscount(f.Discount, currency)
	c.That(err == nil, "discount", "quote.error.discount")
	for _, l := range f.Lines {
		row := LineInput{Name: l.Name, Unit: l.Unit, Quantity: money.One, Optional: l.Optional}
		if l.Quantity != "" {
			row.Quantity, err = product.ParseQuantity(l.Quantity)
			c.That(err == nil, l.Key("quantity"), "error.number")
		}
		if l.Price != "" {
			price, err := product.ParsePrice(l.Price, currency)
			c.That(err == nil, l.Key("unit_price"), "error.money")
			row.UnitPrice = &price
		}
		row.Discount, err = pricing.ParseDiscount(l.Discount, currency)
		c.That(err == nil, l.Key("discount"), "quote.error.discount")
		if l.Tax != "" {
			rate, err := pricing.ParseRate(l.Tax)
			c.That(err == nil, l.Key("tax_rate"), "error.percent")
			row.TaxRate = &rate
		} else if l.Price != "" { // written by hand, or known and cleared
			row.TaxRate = new(int64)
		}
		in.Lines = append(in.Lines, row)
	}
	return in, c.Err()
}

func number(c *errs.Check, field, typed string) int64 {
	if typed == "" {
		return 0
	}
	n, err := strconv.ParseInt(typed, 10, 64)
	c.That(err == nil && n >= 0, field, "error.choice")
	return n
}
