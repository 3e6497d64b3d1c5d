package payment

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/tabular"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/approval"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/payments", Read, s.index)
	r.Get("/payments/columns", Read, listOf(s).Panel)
	r.Get("/payments/filter", Read, listOf(s).Filter)
	r.Get("/payments/new", Write, s.blank)
	r.Post("/payments", Write, s.create)
	r.Get("/payments/:id", Read, s.show)
	r.Post("/payments/:id", Write, s.change)
	r.Post("/payments/:id/delete", Delete, s.drop)
}

// ListPage feeds the list.
type ListPage struct {
	listing.Page
	Q        string
	From, To string
	Any      bool // some filter or search is on
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
	return web.Render(c, web.Page{Name: "sales/payments", Title: "nav.payments", Fragment: "result", Body: ListPage{
		Page: found, Q: req.Q, From: c.Query("filter[paid_on][gte]"), To: c.Query("filter[paid_on][lte]"),
		Any: req.Q != "" || len(conds) > 0}})
}

// Form is the payment as it was typed.
type Form struct {
	Version                      int64
	Amount, PaidOn, Method, Note string
	Refund                       bool // the amount was paid back
	Keep                         bool // what is beyond the order becomes credit
	Again                        bool // it is not the same money twice
}

// EditPage feeds the form, for a new payment and for one that exists.
type EditPage struct {
	ID                  int64 // 0 is a new one
	Order               Order
	Theirs              []web.Clash // what somebody else saved meanwhile
	Methods             []view.Option
	MayWrite, MayDelete bool
	Over                bool  // more was typed than the order owes
	Same                bool  // an equal payment or receipt stands already
	SameID              int64 // the payment
	Receipt             int64 // it is a part of this receipt
	Credit              int64 // it became this receipt
	Asked               any   // what waits for approval about its order
}

// MethodOptions are the ways to pay in the reader's language, for a form.
func MethodOptions(l *i18n.Locale, current string) []view.Option {
	var out []view.Option
	for _, m := range Methods {
		out = append(out, view.Option{Value: m, Label: l.T("payment.method." + m)})
	}
	if current != "" && !Known(current) {
		out = append(out, view.Option{Value: current, Label: current})
	}
	return out
}

func (s *Service) blank(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.Query("order"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	o, err := s.order(c, id)
	if err != nil {
		return err
	}
	today := cal.Today(web.Locale(c).Now(), web.Locale(c).Zone())
	return s.edit(c, Payment{}, o, Form{PaidOn: string(today)}, nil)
}

func (s *Service) create(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.FormValue("order_id"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	o, err := s.order(c, id)
	if err != nil {
		return err
	}
	f := formOf(c)
	in, err := f.input(o.Currency)
	if err == nil {
		in.OrderID, in.Surplus, in.Again = id, Refuse, f.Again
		if f.Keep {
			in.Surplus = Credit
		}
		_, err = s.Create(web.Ctx(c), in)
	}
	if waits := approval.Waiting(err); waits != 0 {
		return web.Done(c, approval.Path(waits), "approval.asked")
	}
	if err != nil {
		return s.edit(c, Payment{}, o, f, err)
	}
	return web.Done(c, orderPath(id), "payment.saved", "amount", money.Text(in.Amount, o.Currency))
}

func (s *Service) show(c *fiber.Ctx) error {
	p, o, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.edit(c, p, o, formFrom(p), nil)
}

func (s *Service) change(c *fiber.Ctx) error {
	p, o, err := s.byParam(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	in, err := f.input(o.Currency)
	if err == nil {
		in.ExternalID, in.ExternalSource = string(p.ExternalID), p.ExternalSource
		_, err = s.Update(web.Ctx(c), p.ID, f.Version, in)
	}
	if waits := approval.Waiting(err); waits != 0 {
		return web.Done(c, approval.Path(waits), "approval.asked")
	}
	if err != nil {
		return s.edit(c, p, o, f, err)
	}
	return web.Done(c, orderPath(o.ID), "common.saved")
}

func (s *Service) drop(c *fiber.Ctx) error {
	p, o, err := s.byParam(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), p.ID); err != nil {
		return err
	}
	return web.Done(c, orderPath(o.ID), "common.deleted")
}

func (s *Service) byParam(c *fiber.Ctx) (Payment, Order, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Payment{}, Order{}, err
	}
	p, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return p, Order{}, err
	}
	o, err := s.order(c, p.OrderID)
	return p, o, err
}

func (s *Service) order(c *fiber.Ctx, id int64) (Order, error) {
	ctx := web.Ctx(c)
	return order(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

func (s *Service) edit(c *fiber.Ctx, p Payment, o Order, f Form, problem error) error {
	b := EditPage{ID: p.ID, Order: o, Methods: MethodOptions(web.Locale(c), f.Method), MayWrite: web.Actor(c).Can(Write), MayDelete: web.Actor(c).Can(Delete)}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict && p.ID != 0 {
		if now, ok := e.Current.(Payment); ok { // saving again takes what was typed
			b.Theirs, f.Version = clashes(c, f, formFrom(now), b.Methods), now.Version
		}
	}
	if e, ok := errs.As(problem); ok && p.ID == 0 {
		b.Over = e.Fields["amount"].Key == "payment.error.over"
		b.Same = e.Message.Key == same || e.Fields["amount"].Key == "receivable.error.same"
		if twin, ok := e.Current.(Payment); ok {
			b.SameID = twin.ID
		}
	}
	b.Receipt, b.Credit = int64(p.ReceiptID), int64(p.CreditID)
	var err error
	if b.Asked, err = s.asked(web.Ctx(c), o.ID); err != nil {
		return err
	}
	pg := web.Page{Name: "sales/payment", Title: "payment.title", Body: b, Form: f, Err: problem}
	if p.ID == 0 {
		pg.Title = "payment.new"
	}
	return web.Render(c, pg)
}

func orderPath(id int64) string { return "/orders/" + strconv.FormatInt(id, 10) }

func formOf(c *fiber.Ctx) Form {
	f := Form{Amount: c.FormValue("amount"), PaidOn: strings.TrimSpace(c.FormValue("paid_on")), Method: c.FormValue("method"),
		Note: c.FormValue("note"), Refund: c.FormValue("refund") != "", Keep: c.FormValue("keep") != "", Again: c.FormValue("again") != ""}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	return f
}

// clashes shows what two editors want of one payment.
func clashes(c *fiber.Ctx, ours, theirs Form, methods []view.Option) []web.Clash {
	named := func(value string) string {
		for _, m := range methods {
			if m.Value == value {
				return m.Label
			}
		}
		return value
	}
	return web.Clashes(web.Locale(c),
		web.Clash{Name: "amount", Label: "common.amount", Ours: ours.Amount, Theirs: theirs.Amount},
		web.Clash{Name: "paid_on", Label: "payment.paid_on", Ours: ours.PaidOn, Theirs: theirs.PaidOn},
		web.Clash{Name: "method", Label: "payment.method", Ours: ours.Method, Theirs: theirs.Method, Show: named},
		web.Clash{Name: "note", Label: "payment.note", Ours: ours.Note, Theirs: theirs.Note},
		web.Clash{Name: "refund", Label: "payment.refund", Ours: web.Ticked(ours.Refund), Theirs: web.Ticked(theirs.Refund), Show: web.Answered(web.Locale(c))})
}

func formFrom(p Payment) Form {
	amount := p.Amount
	if amount < 0 {
		amount = -amount
	}
	return Form{Version: p.Version, Amount: money.Decimal(amount, p.Currency), PaidOn: string(p.PaidOn), Method: p.Method, Note: p.Note, Refund: p.Amount < 0}
}

func (f Form) input(currency string) (Input, error) {
	c := &errs.Check{}
	in := Input{Method: f.Method, Note: f.Note}
	amount, err := ParseAmount(f.Amount, currency)
	c.That(err == nil, "amount", "error.money")
	if f.Refund && amount > 0 {
		amount = -amount
	}
	in.Amount = amount
	in.PaidOn, err = cal.ParseDate(f.PaidOn)
	c.That(err == nil, "paid_on", "error.date")
	return in, c.Err()
}

// ParseAmount reads money as people type it: 12.30, 12,30, ¥1,234.50, １２.
func ParseAmount(typed, currency string) (int64, error) {
	n, err := money.Parse(typed, currency)
	if err == nil {
		return n, nil
	}
	plain, ok := tabular.ParseDecimal(typed)
	if !ok {
		return 0, err
	}
	return money.Parse(plain, currency)
}
