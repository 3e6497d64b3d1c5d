package lead

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sales/product"
	"regulars/app/sys/custom"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Form is the lead as it was typed.
type Form struct {
	Version                                      int64
	Name, Company, Phones, Emails, WeChat, Need  string
	Interest, Amount, Region, Source, State, Who string
	Fields                                       custom.Typed
}

// EditPage feeds the form, for a new lead and for one that exists.
type EditPage struct {
	ID       int64 // 0 is a new one
	Name     string
	Currency string
	Masked   bool // whoever edits does not see how to reach them
	States   []view.Option
	Whom     []view.Option
	Products []string
	Theirs   []web.Clash // what somebody else saved meanwhile
	Asked    []custom.Asked
}

func (s *Service) blank(c *fiber.Ctx) error {
	f := Form{Name: c.Query("name"), State: Fresh, Source: c.Query("source")}
	if id := web.Actor(c).UserID; id != 0 {
		f.Who = strconv.FormatInt(id, 10)
	}
	return s.form(c, Lead{}, f, nil)
}

func (s *Service) create(c *fiber.Ctx) error {
	f := formOf(c)
	in, err := f.input(web.Business(c).Currency)
	var l Lead
	if err == nil {
		if in.Fields == nil {
			in.Fields = custom.Typed{}
		}
		if f.Who == "rules" {
			in.ByRules = true
		}
		in.Unowned = c.Request().PostArgs().Has("owner_id") && f.Who == ""
		l, err = s.Create(web.Ctx(c), in)
	}
	if err != nil {
		return s.form(c, Lead{}, f, err)
	}
	return web.Done(c, path(l.ID), "lead.created", "name", l.Name)
}

func (s *Service) edit(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.form(c, l, formFrom(l), nil)
}

func (s *Service) save(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	in, err := f.input(l.Currency)
	if err == nil {
		in.ExternalID, in.ExternalSource = string(l.ExternalID), l.ExternalSource
		if !c.Request().PostArgs().Has("owner_id") { // one person alone is not asked
			in.OwnerID = int64(l.OwnerID)
		}
		_, err = s.Update(web.Ctx(c), l.ID, f.Version, in)
	}
	if err != nil {
		return s.form(c, l, f, err)
	}
	return web.Done(c, path(l.ID), "common.saved")
}

func (s *Service) form(c *fiber.Ctx, l Lead, f Form, problem error) error {
	ctx, loc := web.Ctx(c), web.Locale(c)
	q := s.db.Reader(ctx)
	b := EditPage{ID: l.ID, Name: l.Name, Currency: l.Currency, Masked: l.ID != 0 && web.Actor(c).Masked()}
	if l.ID == 0 {
		b.Currency = web.Business(c).Currency
	}
	for _, st := range openStates {
		b.States = append(b.States, view.Option{Value: st, Label: loc.T("lead.state." + st)})
	}
	whom, err := s.whom(c)
	if b.Whom = whom; err != nil {
		return err
	}
	routes, err := routesNow(ctx, q)
	if err != nil {
		return err
	}
	if l.ID == 0 && len(b.Whom) > 0 && len(routes) > 0 {
		b.Whom = append([]view.Option{{Value: "rules", Label: loc.T("lead.route.now")}}, b.Whom...)
	}
	if web.Actor(c).Can(product.Read) {
		list, err := s.Products.Offered(ctx, 500)
		if err != nil {
			return err
		}
		for _, p := range list {
			b.Products = append(b.Products, p.Name)
		}
	}
	record, err := s.fields.Record(ctx, q, "lead")
	if err != nil {
		return err
	}
	state := l.State
	if l.ID == 0 {
		state = Fresh
	}
	if b.Asked, err = record.Asked(ctx, q, f.Fields, facts(state), loc); err != nil {
		return err
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict {
		if now, ok := e.Current.(Lead); ok { // saving again takes what was typed
			b.Theirs, f.Version = clashes(c, f, formFrom(now)), now.Version
		}
	}
	p := web.Page{Name: "sales/lead-edit", Heading: l.Title(), Body: b, Form: f, Err: problem}
	if l.ID == 0 {
		p.Title = "lead.new"
	}
	return web.Render(c, p)
}

// clashes shows what two editors want of one lead.
func clashes(c *fiber.Ctx, ours, theirs Form) []web.Clash {
	return web.Clashes(web.Locale(c),
		web.Clash{Name: "name", Label: "common.name", Ours: ours.Name, Theirs: theirs.Name},
		web.Clash{Name: "company", Label: "lead.company", Ours: ours.Company, Theirs: theirs.Company},
		web.Clash{Name: "phones", Label: "common.phone", Ours: ours.Phones, Theirs: theirs.Phones},
		web.Clash{Name: "emails", Label: "common.email", Ours: ours.Emails, Theirs: theirs.Emails},
		web.Clash{Name: "wechat", Label: "customer.wechat", Ours: ours.WeChat, Theirs: theirs.WeChat},
		web.Clash{Name: "need", Label: "lead.need", Ours: ours.Need, Theirs: theirs.Need},
		web.Clash{Name: "interest", Label: "lead.interest", Ours: ours.Interest, Theirs: theirs.Interest},
		web.Clash{Name: "amount", Label: "lead.amount", Ours: ours.Amount, Theirs: theirs.Amount},
		web.Clash{Name: "region", Label: "lead.region", Ours: ours.Region, Theirs: theirs.Region},
		web.Clash{Name: "source", Label: "deal.source", Ours: ours.Source, Theirs: theirs.Source})
}

func formOf(c *fiber.Ctx) Form {
	trim := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	return Form{Version: number(c.FormValue("version")), Name: trim("name"), Company: trim("company"), Phones: trim("phones"), Emails: trim("emails"),
		WeChat: trim("wechat"), Need: c.FormValue("need"), Interest: trim("interest"), Amount: trim("amount"), Region: trim("region"), Source: trim("source"),
		State: trim("state"), Who: trim("owner_id"), Fields: web.Typed(c)}
}

func formFrom(l Lead) Form {
	f := Form{Version: l.Version, Name: l.Name, Company: l.Company, Phones: strings.Join(l.Phones, ", "), Emails: strings.Join(l.Emails, ", "), WeChat: l.WeChat,
		Need: l.Need, Interest: l.Interest, Amount: decimal(l.Amount, l.Currency), Region: l.Region, Source: l.Source, State: l.State, Fields: l.Added.Typed()}
	if l.OwnerID != 0 {
		f.Who = strconv.FormatInt(int64(l.OwnerID), 10)
	}
	return f
}

func (f Form) input(currency string) (Input, error) {
	c := &errs.Check{}
	in := Input{Name: f.Name, Company: f.Company, Phones: []string{f.Phones}, Emails: []string{f.Emails}, WeChat: f.WeChat, Need: f.Need, Interest: f.Interest,
		Region: f.Region, Source: f.Source, State: f.State, OwnerID: number(f.Who), Fields: f.Fields}
	in.Amount = amount(c, "amount", f.Amount, currency)
	return in, c.Err()
}

// amount reads money as it was typed; nothing is nothing.
func amount(c *errs.Check, field, typed, currency string) int64 {
	if strings.TrimSpace(typed) == "" {
		return 0
	}
	n, err := product.ParsePrice(typed, currency)
	if e, ok := errs.As(err); ok && e.Message.Key == "error.money_too_big" {
		c.Add(field, e.Message.Key)
		return 0
	}
	c.That(err == nil, field, "error.money")
	return n
}
