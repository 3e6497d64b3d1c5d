package deal

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/page"
	"regulars/app/sales/product"
	"regulars/app/sys/custom"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Form is the deal as it was typed.
type Form struct {
	Version                                          int64
	Name, Amount, Stage, ExpectedClose, OpenedOn     string
	Owner, Contact, Probability, Source, Notes, Next string
	Fields                                           custom.Typed
}

// EditPage feeds the form, for a new deal and for one that exists.
type EditPage struct {
	ID       int64 // 0 is a new one
	Name     string
	Customer customer.Ref // none of a deal about nobody yet
	Currency string
	Summed   bool          // the amount is the sum of the lines
	Stages   []view.Option // of all pipelines
	Whom     []view.Option
	Contacts []view.Option // the people of the customer
	Theirs   []web.Clash   // what somebody else saved meanwhile
	Asked    []custom.Asked
}

// PickPage asks whose deal it is.
type PickPage struct {
	Q    string
	To   string // the page that goes on, with its stage
	Rows []PickRow
}

// PickRow is a customer to choose, and where choosing them leads.
type PickRow struct {
	customer.Row
	Href string
}

// blank is the form for a new deal, or the search for its customer; a deal may
// also be about nobody yet.
func (s *Service) blank(c *fiber.Ctx) error {
	f := Form{Name: c.Query("name"), Stage: c.Query("stage"), Next: c.Query("next"), OpenedOn: string(today(web.Locale(c)))}
	if id := web.Actor(c).UserID; id != 0 {
		f.Owner = strconv.FormatInt(id, 10)
	}
	if c.Query("customer") == "" {
		return s.pickCustomer(c)
	}
	who, err := s.customerOf(c, c.Query("customer"))
	if err != nil {
		return err
	}
	return s.form(c, Deal{}, who, f, nil)
}

func (s *Service) pickCustomer(c *fiber.Ctx) error {
	const candidates = 20
	b := PickPage{Q: strings.TrimSpace(c.Query("q")), To: home + "/new?stage=" + strconv.FormatInt(number(c.Query("stage")), 10) + "&customer="}
	found, err := s.customers.List(web.Ctx(c), page.Request{Q: b.Q, Limit: candidates}, nil)
	if err != nil {
		return err
	}
	for _, r := range found.Items {
		b.Rows = append(b.Rows, PickRow{r, b.To + strconv.FormatInt(r.ID, 10)})
	}
	return web.Render(c, web.Page{Name: "sales/deal-pick", Title: "deal.new", Body: b, Fragment: "result"})
}

func number(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// customerOf is who was named; "0" is nobody.
func (s *Service) customerOf(c *fiber.Ctx, typed string) (customer.Ref, error) {
	id := number(typed)
	if id == 0 {
		return customer.Ref{}, nil
	}
	return s.customers.MustSee(web.Ctx(c), id)
}

func (s *Service) create(c *fiber.Ctx) error {
	who, err := s.customerOf(c, c.FormValue("customer_id"))
	if err != nil {
		return err
	}
	f := formOf(c)
	in, err := f.input(web.Business(c).Currency)
	var d Deal
	if err == nil {
		in.CustomerID, in.ContactID = who.ID, number(f.Contact)
		if in.Fields == nil {
			in.Fields = custom.Typed{}
		}
		d, err = s.Create(web.Ctx(c), in)
	}
	if err != nil {
		return s.form(c, Deal{}, who, f, err)
	}
	return web.Done(c, path(d.ID), "deal.created", "name", d.Name)
}

func (s *Service) edit(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.form(c, d, refOf(d), formFrom(d), nil)
}

func refOf(d Deal) customer.Ref {
	return customer.Ref{ID: int64(d.CustomerID), Name: string(d.CustomerName)}
}

func (s *Service) save(c *fiber.Ctx) error {
	d, err := s.byParam(c)
	if err != nil {
		return err
	}
	who := refOf(d)
	if typed := c.FormValue("customer_id"); typed != "" && number(typed) != who.ID {
		if who, err = s.customerOf(c, typed); err != nil {
			return err
		}
	}
	f := formOf(c)
	in, err := f.input(d.Currency)
	if err == nil {
		in.CustomerID, in.ContactID = who.ID, int64(d.ContactID)
		if c.Request().PostArgs().Has("contact_id") { // where the customer has nobody, it is not asked
			in.ContactID = number(f.Contact)
		}
		in.ExternalID, in.ExternalSource, in.Agent = string(d.ExternalID), d.ExternalSource, d.Agent
		if !c.Request().PostArgs().Has("owner_id") { // one person alone is not asked
			in.OwnerID = int64(d.OwnerID)
		}
		_, err = s.Update(web.Ctx(c), d.ID, f.Version, in)
	}
	if err != nil {
		return s.form(c, d, who, f, err)
	}
	return web.Done(c, path(d.ID), "common.saved")
}

func (s *Service) form(c *fiber.Ctx, d Deal, who customer.Ref, f Form, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	q := s.db.Reader(ctx)
	b := EditPage{ID: d.ID, Name: d.Name, Customer: who, Currency: d.Currency, Summed: len(d.Lines) > 0}
	if d.ID == 0 {
		b.Currency = web.Business(c).Currency
	}
	pick, err := s.pick(ctx)
	if err != nil {
		return err
	}
	b.Stages = pick["stage"]
	if b.Whom, err = s.whom(c); err != nil {
		return err
	}
	if b.Contacts, err = s.contactsOf(c, who.ID); err != nil {
		return err
	}
	record, err := s.fields.Record(ctx, q, "deal")
	if err != nil {
		return err
	}
	result := d.Result
	if d.ID == 0 {
		result = Open
	}
	if b.Asked, err = record.Asked(ctx, q, f.Fields, facts(result), l); err != nil {
		return err
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict {
		if now, ok := e.Current.(Deal); ok { // saving again takes what was typed
			b.Theirs, f.Version = b.clashes(c, f, formFrom(now)), now.Version
		}
	}
	p := web.Page{Name: "sales/deal-edit", Heading: d.Name, Body: b, Form: f, Err: problem}
	if d.ID == 0 {
		p.Title = "deal.new"
	}
	return web.Render(c, p)
}

// contactsOf are the people of a customer, as far as the reader sees them.
func (s *Service) contactsOf(c *fiber.Ctx, customer int64) ([]view.Option, error) {
	if customer == 0 || s.contacts == nil {
		return nil, nil
	}
	people, err := s.contacts.Of(web.Ctx(c), customer)
	if err != nil && !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Denied) {
		return nil, err
	}
	var out []view.Option
	for _, p := range people {
		out = append(out, view.Option{Value: p.ID, Label: p.Name})
	}
	return out, nil
}

// clashes shows what two editors want of one deal.
func (b EditPage) clashes(c *fiber.Ctx, ours, theirs Form) []web.Clash {
	named := func(list []view.Option) func(string) string {
		return func(v string) string {
			for _, o := range list {
				if strconv.FormatInt(o.Value.(int64), 10) == v {
					return o.Label
				}
			}
			return ""
		}
	}
	return web.Clashes(web.Locale(c),
		web.Clash{Name: "name", Label: "deal.name", Ours: ours.Name, Theirs: theirs.Name},
		web.Clash{Name: "amount", Label: "common.amount", Ours: ours.Amount, Theirs: theirs.Amount},
		web.Clash{Name: "stage_id", Label: "deal.stage", Ours: ours.Stage, Theirs: theirs.Stage, Show: named(b.Stages)},
		web.Clash{Name: "expected_close", Label: "deal.expected_close", Ours: ours.ExpectedClose, Theirs: theirs.ExpectedClose},
		web.Clash{Name: "opened_on", Label: "deal.opened_on", Ours: ours.OpenedOn, Theirs: theirs.OpenedOn},
		web.Clash{Name: "owner_id", Label: "common.owner", Ours: ours.Owner, Theirs: theirs.Owner, Show: named(b.Whom)},
		web.Clash{Name: "contact_id", Label: "deal.contact", Ours: ours.Contact, Theirs: theirs.Contact, Show: named(b.Contacts)},
		web.Clash{Name: "probability", Label: "deal.probability_own", Ours: ours.Probability, Theirs: theirs.Probability},
		web.Clash{Name: "source", Label: "deal.source", Ours: ours.Source, Theirs: theirs.Source},
		web.Clash{Name: "notes", Label: "common.notes", Ours: ours.Notes, Theirs: theirs.Notes})
}

func formOf(c *fiber.Ctx) Form {
	trim := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	return Form{Version: number(c.FormValue("version")), Name: c.FormValue("name"), Amount: trim("amount"), Stage: trim("stage_id"), ExpectedClose: trim("expected_close"),
		OpenedOn: trim("opened_on"), Owner: trim("owner_id"), Contact: trim("contact_id"), Probability: trim("probability"), Source: c.FormValue("source"), Notes: c.FormValue("notes"),
		Next: c.FormValue("next"), Fields: web.Typed(c)}
}

func formFrom(d Deal) Form {
	f := Form{Version: d.Version, Name: d.Name, Amount: decimal(d.Amount, d.Currency), Stage: strconv.FormatInt(d.StageID, 10), ExpectedClose: string(d.ExpectedClose),
		OpenedOn: string(d.OpenedOn), Source: d.Source, Notes: d.Notes, Fields: d.Added.Typed()}
	if d.OwnerID != 0 {
		f.Owner = strconv.FormatInt(int64(d.OwnerID), 10)
	}
	if d.ContactID != 0 {
		f.Contact = strconv.FormatInt(int64(d.ContactID), 10)
	}
	if d.Own != nil {
		f.Probability = strconv.FormatInt(*d.Own, 10)
	}
	return f
}

func (f Form) input(currency string) (Input, error) {
	c := &errs.Check{}
	in := Input{Name: f.Name, StageID: number(f.Stage), OwnerID: number(f.Owner), Source: f.Source, Notes: f.Notes, Fields: f.Fields}
	in.Amount = amount(c, "amount", f.Amount, currency)
	in.ExpectedClose, in.OpenedOn = day(c, "expected_close", f.ExpectedClose), day(c, "opened_on", f.OpenedOn)
	if f.Probability != "" {
		n, err := strconv.Atoi(strings.TrimSuffix(f.Probability, "%"))
		c.That(err == nil, "probability", "error.number")
		in.Probability = &n
	}
	return in, c.Err()
}

// amount reads money as it was typed; nothing is nothing.
func amount(c *errs.Check, field, typed, currency string) int64 {
	if strings.TrimSpace(typed) == "" {
		return 0
	}
	n, err := product.ParsePrice(typed, currency)
	var e *errs.Error
	if errors.As(err, &e) && e.Message.Key == "error.money_too_big" {
		c.Add(field, e.Message.Key)
	}
	c.That(err == nil, field, "error.money")
	return n
}

func day(c *errs.Check, field, typed string) cal.Date {
	d, err := cal.ParseDate(typed)
	c.That(err == nil, field, "error.date")
	return d
}

func decimal(minor int64, currency string) string { return money.Decimal(minor, currency) }
