package order

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/attachment"
	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sys/custom"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/work/approval"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/orders", Read, s.index)
	r.Get("/orders/columns", Read, listOf(s).Panel)
	r.Get("/orders/filter", Read, listOf(s).Filter)
	r.Get("/orders/new", Write, s.blank)
	r.Get("/orders/related", Write, s.together)
	r.Post("/orders", Write, s.create)
	r.Get("/orders/:id", Read, s.show)
	r.Get("/orders/:id/edit", Write, s.edit)
	r.Get("/orders/:id/customer", Write, s.pickOther)
	r.Post("/orders/:id", Write, s.change)
	r.Post("/orders/:id/status", Write, s.move)
	r.Post("/orders/:id/again", Write, s.again)
	r.Post("/orders/:id/tasks", Write, s.hand)
	r.Get("/orders/:id/print", Read, s.print)
	r.Upload("/orders/:id/attachments", Write, attachment.MaxSize+1<<20, s.upload)
	r.Post("/orders/:id/delete", Delete, s.drop)
	r.Get("/settings/orders", Settings, s.settings)
	r.Post("/settings/orders", Settings, s.saveSettings)
}

// ListPage feeds the list.
type ListPage struct {
	listing.Page
	Q                   string
	Customer            customer.Ref // the list is theirs only
	Status, Unpaid      string
	From, To            string
	Statuses            []view.Option
	Any                 bool // some filter or search is on
	MayWrite, MayImport bool
}

func (s *Service) index(c *fiber.Ctx) error {
	req, conds, err := listing.Request(c)
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	found, err := listOf(s).Page(c, req, conds)
	if err != nil {
		return err
	}
	if found.Opens != "" {
		return web.Redirect(c, found.Opens)
	}
	b := ListPage{Page: found, Q: req.Q, Status: c.Query("filter[status][eq]"), Unpaid: c.Query("filter[unpaid][eq]"),
		From: c.Query("filter[ordered_on][gte]"), To: c.Query("filter[ordered_on][lte]"), Any: req.Q != "" || len(conds) > 0,
		Statuses: statusOptions(c), MayWrite: web.Actor(c).Can(Write)}
	if id, err := strconv.ParseInt(c.Query("filter[customer_id][eq]"), 10, 64); err == nil {
		if b.Customer, err = s.customers.MustSee(ctx, id); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "sales/orders", Title: "nav.orders", Body: b, Fragment: "result"})
}

func today(c *fiber.Ctx) cal.Date {
	l := web.Locale(c)
	return cal.Today(l.Now(), l.Zone())
}

func statusOptions(c *fiber.Ctx) []view.Option {
	var out []view.Option
	for _, st := range Statuses {
		out = append(out, view.Option{Value: st, Label: web.Locale(c).T("order.status." + st)})
	}
	return out
}

// ShowPage feeds the record page.
type ShowPage struct {
	Shown
	Payments        []payment.Payment
	Methods         []view.Option
	Moves           []string // statuses it may go to
	Late            bool
	Today           cal.Date
	Open            string // what is outstanding, as a form's value
	MayWrite        bool
	MayDelete       bool
	Money           bool // something was paid or paid back, so it cannot be deleted
	MayPay, SeesPay bool
	Told            []custom.Told // values of the added fields
	Beside
	Terms any // how it is to be paid
	Asked any // what waits for approval
}

func (s *Service) show(c *fiber.Ctx) error {
	o, err := s.byParam(c)
	if err != nil {
		return err
	}
	actor := web.Actor(c)
	words := ""
	if o.Currency == "CNY" && web.Locale(c).Tag() == i18n.Chinese {
		words = money.Capitals(o.Total)
	}
	shown, err := addedUp(o, words)
	if err != nil {
		return err
	}
	b := ShowPage{Shown: shown, Methods: payment.MethodOptions(web.Locale(c), ""), Today: today(c), MayWrite: actor.Can(Write),
		MayDelete: actor.Can(Delete), MayPay: actor.Can(payment.Write), SeesPay: actor.Can(payment.Read)}
	b.Late = o.Late(b.Today)
	b.Told = web.Told(c, o.Added)
	b.Open = decimal(max(0, o.Outstanding()), o.Currency)
	for _, st := range Statuses {
		if st != o.Status && MayBecome(o.Status, st) {
			b.Moves = append(b.Moves, st)
		}
	}
	if b.SeesPay {
		if b.Payments, err = s.payments.OfOrder(web.Ctx(c), o.ID); err != nil {
			return err
		}
	}
	if b.Money, err = paidAny(web.Ctx(c), s.db.Reader(web.Ctx(c)), o.ID); err != nil {
		return err
	}
	if b.Beside, err = s.beside(c, o); err != nil {
		return err
	}
	if s.approvals != nil {
		if b.Asked, err = s.approvals.About(web.Ctx(c), "order", o.ID); err != nil {
			return err
		}
	}
	if s.terms != nil {
		if b.Terms, err = s.terms.OfOrder(web.Ctx(c), o.ID); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "sales/order", Heading: o.Number, Body: b})
}

func (s *Service) move(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	o, err := s.SetStatus(web.Ctx(c), id, c.FormValue("status"))
	if approval.Waiting(err) != 0 {
		return web.Done(c, path(id), "approval.asked")
	}
	if err != nil {
		return err
	}
	return web.Done(c, path(id), "order.moved."+o.Status, "number", o.Number)
}

func (s *Service) drop(c *fiber.Ctx) error {
	o, err := s.byParam(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), o.ID); err != nil {
		return err
	}
	return web.Done(c, "/orders", "order.deleted", "number", o.Number)
}

func (s *Service) byParam(c *fiber.Ctx) (Order, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Order{}, err
	}
	return s.Get(web.Ctx(c), id)
}

// SettingsPage feeds Settings > Orders.
type SettingsPage struct{ Settings []view.NavGroup }

// SettingsForm is what is typed there.
type SettingsForm struct{ Days string }

func (s *Service) settings(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	days, err := FollowUpDays(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	return s.settingsPage(c, SettingsForm{strconv.Itoa(days)}, nil)
}

func (s *Service) settingsPage(c *fiber.Ctx, f SettingsForm, problem error) error {
	return web.Render(c, web.Page{Name: "sales/settings", Title: "order.settings", Body: SettingsPage{web.SettingsNav(c)}, Form: f, Err: problem})
}

func (s *Service) saveSettings(c *fiber.Ctx) error {
	f := SettingsForm{strings.TrimSpace(c.FormValue("followup_days"))}
	days, err := strconv.Atoi(f.Days)
	if err != nil {
		days = -1 // refused beside the field
	}
	if err := s.SetFollowUpDays(web.Ctx(c), days); err != nil {
		return s.settingsPage(c, f, err)
	}
	return web.Done(c, "/settings/orders", "common.saved")
}
