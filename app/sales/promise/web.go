package promise

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get(home, Read, s.index)
	r.Get(home+"/columns", Read, listOf(s).Panel)
	r.Get(home+"/filter", Read, listOf(s).Filter)
	r.Get(home+"/new", Write, s.blank)
	r.Post(home, Write, s.create)
	r.Get(home+"/:id", Read, s.show)
	r.Post(home+"/:id", Write, s.change)
	r.Post(home+"/:id/settle", Write, s.settled)
	r.Post(home+"/:id/delete", Delete, s.drop)
}

// ListPage feeds the list.
type ListPage struct {
	listing.Page
	Q, State, Side string
	Until          string
	States, Sides  []view.Option
	MayWrite, Any  bool
}

func options(l *i18n.Locale, of string, values []string) []view.Option {
	var out []view.Option
	for _, v := range values {
		out = append(out, view.Option{Value: v, Label: l.T("promise." + of + "." + v)})
	}
	return out
}

func (s *Service) index(c *fiber.Ctx) error {
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	found, err := listOf(s).Page(c, req, conds)
	if err != nil {
		return err
	}
	if found.Opens != "" {
		return web.Redirect(c, found.Opens)
	}
	l := web.Locale(c)
	return web.Render(c, web.Page{Name: "sales/promises", Title: "nav.promises", Fragment: "result", Body: ListPage{
		Page: found, Q: req.Q, State: c.Query("filter[state][eq]"), Side: c.Query("filter[side][eq]"), Until: c.Query("filter[due_on][lte]"),
		States: options(l, "state", States), Sides: options(l, "side", Sides), MayWrite: web.Actor(c).Can(Write), Any: req.Q != "" || len(conds) > 0}})
}

// Form is a promise as it was typed.
type Form struct {
	Version                                  int64
	Side, Kind, Words, MadeOn, DueOn, Amount string
	Order, Owner                             string
	State, On, Reason                        string // what became of it
}

// EditPage feeds the form, for a new promise and for one that exists.
type EditPage struct {
	Promise             Promise // zero is a new one
	Customer            customer.Ref
	Sides, Kinds        []view.Option
	Orders, Owners      []view.Option
	Today               cal.Date
	Currency            string
	Theirs              []web.Clash // what somebody else saved meanwhile
	MayWrite, MayDelete bool
}

// Open tells that it can still be changed.
func (b EditPage) Open() bool { return b.Promise.ID == 0 || b.Promise.State == Open }

func (s *Service) blank(c *fiber.Ctx) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	id, _ := strconv.ParseInt(c.Query("customer"), 10, 64) // 0 is asked for below
	f := Form{Side: Theirs, Kind: Pay, MadeOn: string(cal.Today(l.Now(), l.Zone()))}
	if of, err := strconv.ParseInt(c.Query("order"), 10, 64); err == nil {
		o, err := orderOf(ctx, s.DB.Reader(ctx), of, 0)
		if err != nil {
			return errs.NotVisible()
		}
		id, f.Order = o.CustomerID, c.Query("order")
	}
	if c.Query("side") == Ours {
		f.Side, f.Kind = Ours, Deliver
	}
	if id == 0 {
		return web.Redirect(c, "/customers")
	}
	who, err := s.Customers.MustSee(ctx, id)
	if err != nil {
		return err
	}
	return s.edit(c, Promise{CustomerID: id, CustomerName: who.Name}, f, nil)
}

func (s *Service) create(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.FormValue("customer_id"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	who, err := s.Customers.MustSee(web.Ctx(c), id)
	if err != nil {
		return err
	}
	f := formOf(c)
	in, err := s.input(c, f, id)
	var p Promise
	if err == nil {
		p, err = s.Create(web.Ctx(c), in)
	}
	if err != nil {
		return s.edit(c, Promise{CustomerID: id, CustomerName: who.Name}, f, err)
	}
	return web.Done(c, web.SafePath(c.FormValue("next"), path(p.ID)), "promise.saved")
}

func (s *Service) byParam(c *fiber.Ctx) (Promise, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Promise{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) show(c *fiber.Ctx) error {
	p, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.edit(c, p, formFrom(p), nil)
}

func (s *Service) change(c *fiber.Ctx) error {
	p, err := s.byParam(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	in, err := s.input(c, f, p.CustomerID)
	if err == nil {
		_, err = s.Update(web.Ctx(c), p.ID, max(f.Version, 1), in)
	}
	if err != nil {
		return s.edit(c, p, f, err)
	}
	return web.Done(c, path(p.ID), "common.saved")
}

func (s *Service) settled(c *fiber.Ctx) error {
	p, err := s.byParam(c)
	if err != nil {
		return err
	}
	f := formFrom(p)
	typed := formOf(c)
	f.State, f.On, f.Reason, f.Version = c.FormValue("state"), strings.TrimSpace(c.FormValue("on")), c.FormValue("reason"), typed.Version
	on, err := cal.ParseDate(f.On)
	if err != nil && f.On != "" {
		check := &errs.Check{}
		check.Add("on", "error.date")
		return s.edit(c, p, f, check.Err())
	}
	if _, err = s.Settle(web.Ctx(c), p.ID, max(f.Version, 1), f.State, on, f.Reason); err != nil {
		return s.edit(c, p, f, err)
	}
	return web.Done(c, web.SafePath(c.FormValue("next"), path(p.ID)), "common.saved")
}

func (s *Service) drop(c *fiber.Ctx) error {
	p, err := s.byParam(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), p.ID); err != nil {
		return err
	}
	return web.Done(c, home, "common.deleted")
}

func (s *Service) edit(c *fiber.Ctx, p Promise, f Form, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	b := EditPage{Promise: p, Customer: customer.Ref{ID: p.CustomerID, Name: p.CustomerName}, Sides: options(l, "side", Sides), Kinds: options(l, "kind", Kinds),
		Today: cal.Today(l.Now(), l.Zone()), Currency: web.Business(c).Currency, MayWrite: web.Actor(c).Can(Write), MayDelete: web.Actor(c).Can(Delete)}
	var err error
	if b.Orders, err = s.ordersOf(ctx, l, p.CustomerID, int64(p.OrderID)); err != nil {
		return err
	}
	people, err := s.People.Colleagues(ctx)
	if err != nil {
		return err
	}
	if len(people) > 1 {
		for _, one := range people {
			b.Owners = append(b.Owners, view.Option{Value: one.ID, Label: one.Name})
		}
	}
	if f.Owner == "" {
		f.Owner = strconv.FormatInt(web.Actor(c).UserID, 10)
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict {
		if now, ok := e.Current.(Promise); ok { // saving again takes what was typed
			b.Theirs, f.Version, b.Promise = clashes(l, f, formFrom(now)), now.Version, now
		}
	}
	pg := web.Page{Name: "sales/promise", Title: "promise.title", Body: b, Form: f, Err: problem}
	if p.ID == 0 {
		pg.Title = "promise.new"
	}
	return web.Render(c, pg)
}

// ordersOf are the customer's newest orders to choose from.
func (s *Service) ordersOf(ctx context.Context, l *i18n.Locale, customer, chosen int64) ([]view.Option, error) {
	var rows []struct {
		ID       int64  `db:"id"`
		Number   string `db:"number"`
		Total    int64  `db:"total"`
		Currency string `db:"currency"`
	}
	if err := s.DB.Reader(ctx).Select(ctx, &rows, sqlOrdersOf, customer); err != nil {
		return nil, err
	}
	var out []view.Option
	for _, o := range rows {
		if o.ID == chosen {
			chosen = 0
		}
		out = append(out, view.Option{Value: o.ID, Label: o.Number + ", " + l.Money(o.Total, o.Currency)})
	}
	if chosen != 0 {
		o, err := orderOf(ctx, s.DB.Reader(ctx), chosen, customer)
		if err == nil {
			out = append(out, view.Option{Value: chosen, Label: o.Number})
		}
	}
	return out, nil
}

func formOf(c *fiber.Ctx) Form {
	f := Form{Side: c.FormValue("side"), Kind: c.FormValue("kind"), Words: c.FormValue("words"), MadeOn: strings.TrimSpace(c.FormValue("made_on")),
		DueOn: strings.TrimSpace(c.FormValue("due_on")), Amount: strings.TrimSpace(c.FormValue("amount")), Order: c.FormValue("order_id"), Owner: c.FormValue("owner_id")}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	return f
}

func formFrom(p Promise) Form {
	f := Form{Version: p.Version, Side: p.Side, Kind: p.Kind, Words: p.Words, MadeOn: string(p.MadeOn), DueOn: string(p.DueOn), State: p.State, Reason: p.Reason}
	if p.Amount > 0 {
		f.Amount = money.Decimal(p.Amount, p.Currency)
	}
	if p.OrderID != 0 {
		f.Order = strconv.FormatInt(int64(p.OrderID), 10)
	}
	if p.OwnerID != 0 {
		f.Owner = strconv.FormatInt(int64(p.OwnerID), 10)
	}
	return f
}

// input reads what was typed; an amount is in the currency of the order, else
// of the shop.
func (s *Service) input(c *fiber.Ctx, f Form, who int64) (Input, error) {
	check := &errs.Check{}
	in := Input{CustomerID: who, Side: f.Side, Kind: f.Kind, Words: f.Words}
	currency := web.Business(c).Currency
	if f.Order != "" {
		id, err := strconv.ParseInt(f.Order, 10, 64)
		check.That(err == nil && id > 0, "order_id", "error.choice")
		in.OrderID = id
		if o, err := orderOf(web.Ctx(c), s.DB.Reader(web.Ctx(c)), id, who); err == nil {
			currency = o.Currency
		}
	}
	if f.Owner != "" {
		id, err := strconv.ParseInt(f.Owner, 10, 64)
		check.That(err == nil, "owner_id", "error.choice")
		in.OwnerID = id
	}
	if f.Kind == Pay && f.Amount != "" {
		n, err := payment.ParseAmount(f.Amount, currency)
		check.That(err == nil && n >= 0, "amount", "error.money")
		in.Amount = n
	}
	var err error
	in.DueOn, err = cal.ParseDate(f.DueOn)
	check.That(err == nil, "due_on", "error.date")
	in.MadeOn, err = cal.ParseDate(f.MadeOn)
	check.That(err == nil, "made_on", "error.date")
	return in, check.Err()
}

// clashes shows what two editors want of one promise.
func clashes(l *i18n.Locale, ours, theirs Form) []web.Clash {
	named := func(of string) func(string) string {
		return func(v string) string { return l.T("promise." + of + "." + v) }
	}
	return web.Clashes(l,
		web.Clash{Name: "side", Label: "promise.side", Ours: ours.Side, Theirs: theirs.Side, Show: named("side")},
		web.Clash{Name: "kind", Label: "promise.kind", Ours: ours.Kind, Theirs: theirs.Kind, Show: named("kind")},
		web.Clash{Name: "words", Label: "promise.words", Ours: ours.Words, Theirs: theirs.Words},
		web.Clash{Name: "due_on", Label: "promise.due_on", Ours: ours.DueOn, Theirs: theirs.DueOn},
		web.Clash{Name: "amount", Label: "common.amount", Ours: ours.Amount, Theirs: theirs.Amount})
}
