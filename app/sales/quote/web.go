package quote

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/kit/pricing"
	"regulars/app/sys/custom"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/quotes", Read, s.index)
	r.Get("/quotes/columns", Read, listOf(s).Panel)
	r.Get("/quotes/filter", Read, listOf(s).Filter)
	r.Get("/quotes/new", Write, s.blank)
	r.Post("/quotes", Write, s.create)
	r.Get("/quotes/templates", Read, s.templateIndex)
	r.Get("/quotes/templates/new", Write, s.templateBlank)
	r.Post("/quotes/templates", Write, s.templateSave)
	r.Get("/quotes/templates/:id", Read, s.templateShow)
	r.Post("/quotes/templates/:id", Write, s.templateSave)
	r.Post("/quotes/templates/:id/delete", Write, s.templateDrop)
	r.Get("/quotes/:id", Read, s.show)
	r.Get("/quotes/:id/print", Read, s.print)
	r.Get("/quotes/:id/pdf", Read, s.file)
	r.Get("/quotes/:id/edit", Write, s.edit)
	r.Post("/quotes/:id", Write, s.change)
	r.Post("/quotes/:id/send", Write, s.send)
	r.Post("/quotes/:id/withdraw", Write, s.withdraw)
	r.Post("/quotes/:id/accept", Write, s.acceptFor)
	r.Post("/quotes/:id/decline", Write, s.declineFor)
	r.Post("/quotes/:id/version", Write, s.revise)
	r.Post("/quotes/:id/delete", Delete, s.drop)
	r.Get("/q/:token", web.Public, s.public)
	r.Get("/q/:token/pdf", web.Public, s.publicFile)
	r.Post("/q/:token/look", web.Public, s.publicLook)
	r.Post("/q/:token/accept", web.Public, s.publicAccept)
	r.Post("/q/:token/decline", web.Public, s.publicDecline)
	r.Post("/q/:token/question", web.Public, s.publicAsk)
}

// ListPage feeds the list.
type ListPage struct {
	listing.Page
	Q        string
	Customer customer.Ref // the list is theirs only
	State    string
	States   []view.Option
	Any      bool // some filter or search is on
	MayWrite bool
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
	b := ListPage{Page: found, Q: req.Q, State: c.Query("filter[state][eq]"), Any: req.Q != "" || len(conds) > 0, MayWrite: web.Actor(c).Can(Write)}
	for _, st := range States {
		b.States = append(b.States, view.Option{Value: st, Label: web.Locale(c).T("quote.state." + st)})
	}
	if id, err := strconv.ParseInt(c.Query("filter[customer_id][eq]"), 10, 64); err == nil {
		if b.Customer, err = s.d.Customers.MustSee(web.Ctx(c), id); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "sales/quotes", Title: "nav.quotes", Body: b, Fragment: "result"})
}

func today(c *fiber.Ctx) cal.Date {
	l := web.Locale(c)
	return cal.Today(l.Now(), l.Zone())
}

// Shown is a quote with what its pages add up.
type Shown struct {
	Quote
	Sums    pricing.Totals
	Deal    Deal
	Contact string
	Chinese bool // the reader's language: the amount is written out
}

// Words is the total written out, where that is the custom.
func (s Shown) Words() string {
	if !s.Chinese {
		return ""
	}
	return s.Capitals()
}

// Off is what all discounts take off.
func (s Shown) Off() int64 { return s.Gross - s.Sums.Subtotal + s.Sums.Discount }

func (s *Service) shown(c *fiber.Ctx, v Quote) (Shown, error) {
	return s.shownIn(web.Ctx(c), v, web.Locale(c).Tag())
}

func (s *Service) shownIn(ctx context.Context, v Quote, language string) (Shown, error) {
	b := Shown{Quote: v, Chinese: language == i18n.Chinese}
	var err error
	if b.Sums, err = v.Sums(); err != nil {
		return b, err
	}
	if v.DealID != 0 {
		if b.Deal, err = s.deal(ctx, int64(v.DealID)); err != nil && !errs.Is(err, errs.NotFound) {
			return b, err
		}
	}
	if v.ContactID == 0 {
		return b, nil
	}
	people, err := s.d.Contacts.Of(ctx, v.CustomerID)
	for _, p := range people {
		if p.ID == int64(v.ContactID) {
			b.Contact = p.Name
		}
	}
	return b, err
}

// ShowPage feeds the record page.
type ShowPage struct {
	Shown
	Versions            []Quote
	Traces              []Trace
	Persons, Programs   int
	Link                string // "" as long as nobody outside may open it
	Reachable           bool   // the link opens from outside
	To                  Recipient
	IsOpen              bool
	MayWrite, MayDelete bool
	Told                []custom.Told
	Account             any // how the customer pays
	Asked               any // what waits for approval
}

func (s *Service) show(c *fiber.Ctx) error {
	v, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.showPage(c, v, nil)
}

func (s *Service) showPage(c *fiber.Ctx, v Quote, problem error) error {
	ctx := web.Ctx(c)
	shown, err := s.shown(c, v)
	if err != nil {
		return err
	}
	actor := web.Actor(c)
	b := ShowPage{Shown: shown, IsOpen: v.Open(today(c)), MayWrite: actor.Can(Write), MayDelete: actor.Can(Delete), Told: web.Told(c, v.Added)}
	if b.Versions, err = s.Versions(ctx, v.Number); err != nil {
		return err
	}
	q := s.db.Reader(ctx)
	if b.Traces, err = traces(ctx, q, v.ID); err != nil {
		return err
	}
	b.Persons, b.Programs = len(pickTraces(b.Traces, "person")), len(pickTraces(b.Traces, "program"))
	if b.To, err = recipient(ctx, q, v); err != nil {
		return err
	}
	if b.Account, err = s.account(ctx, v.CustomerID); err != nil {
		return err
	}
	if s.d.Approvals != nil {
		if b.Asked, err = s.d.Approvals.About(ctx, subjectKind, v.ID); err != nil {
			return err
		}
	}
	if v.State != Draft {
		base, public := web.BaseURL(c)
		b.Reachable = public
		b.Link = base + publicPath(s.tokens.of(v.Nonce))
	}
	return web.Render(c, web.Page{Name: "sales/quote", Heading: v.Name(), Body: b, Err: problem})
}

func (s *Service) send(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	v, waits, err := s.Send(web.Ctx(c), id, versionOf(c), Sending{Mail: c.FormValue("by") == "mail", Message: c.FormValue("message")})
	if err != nil {
		return s.again(c, id, err)
	}
	switch {
	case waits != "":
		return web.Done(c, path(id), "quote.mail_waits", "why", web.Locale(c).T("outbox.reason."+waits))
	case c.FormValue("by") == "mail":
		return web.Done(c, path(id), "quote.mailed", "number", v.Name())
	}
	return web.Done(c, path(id), "quote.is_sent", "number", v.Name())
}

// again shows the quote with what went wrong.
func (s *Service) again(c *fiber.Ctx, id int64, problem error) error {
	if !errs.Is(problem, errs.Invalid) && !errs.Is(problem, errs.Conflict) {
		return problem
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.showPage(c, v, problem)
}

func versionOf(c *fiber.Ctx) int64 {
	n, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	return n
}

func (s *Service) withdraw(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := s.Withdraw(web.Ctx(c), id, versionOf(c), c.FormValue("reason")); err != nil {
		return s.again(c, id, err)
	}
	return web.Done(c, path(id), "quote.is_withdrawn")
}

func (s *Service) acceptFor(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Accept(web.Ctx(c), id, Consenting{Signer: c.FormValue("signer"), Chosen: chosen(c)})
	if err != nil {
		return s.again(c, id, err)
	}
	return web.Done(c, path(v.ID), "quote.is_accepted")
}

func (s *Service) declineFor(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := s.Decline(web.Ctx(c), id, c.FormValue("reason")); err != nil {
		return s.again(c, id, err)
	}
	return web.Done(c, path(id), "quote.is_declined")
}

// chosen are the ticked lines.
func chosen(c *fiber.Ctx) []int64 {
	var out []int64
	for _, v := range c.Request().PostArgs().PeekMulti("option") {
		if n, err := strconv.ParseInt(string(v), 10, 64); err == nil && len(out) < MaxLines {
			out = append(out, n)
		}
	}
	return out
}

func (s *Service) revise(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Revise(web.Ctx(c), id)
	if err != nil {
		return s.again(c, id, err)
	}
	return web.Redirect(c, path(v.ID)+"/edit")
}

func (s *Service) drop(c *fiber.Ctx) error {
	v, err := s.byParam(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), v.ID); err != nil {
		return err
	}
	return web.Done(c, "/quotes", "quote.deleted", "number", v.Name())
}

func (s *Service) byParam(c *fiber.Ctx) (Quote, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Quote{}, err
	}
	return s.Get(web.Ctx(c), id)
}

// PickPage asks for whom a new quote is.
type PickPage struct {
	Q    string
	Rows []customer.Row
}

func (s *Service) pick(c *fiber.Ctx) error {
	const most = 20
	b := PickPage{Q: strings.TrimSpace(c.Query("q"))}
	found, err := s.d.Customers.List(web.Ctx(c), page.Request{Q: b.Q, Limit: most}, nil)
	if err != nil {
		return err
	}
	b.Rows = found.Items
	return web.Render(c, web.Page{Name: "sales/quote-pick", Title: "quote.new", Body: b, Fragment: "result"})
}
