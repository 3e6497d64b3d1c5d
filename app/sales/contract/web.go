package contract

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/attachment"
	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sales/payment"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
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
	r.Post(home+"/:id", Write, s.edited)
	r.Post(home+"/:id/renew", Write, s.step(func(ctx context.Context, k Contract, version int64, f Form) (Contract, error) {
		until, err := cal.ParseDate(f.Until)
		if err != nil {
			return k, wrong("until", "error.date")
		}
		return s.Renew(ctx, k.ID, version, until)
	}))
	r.Post(home+"/:id/cancel", Write, s.step(func(ctx context.Context, k Contract, version int64, f Form) (Contract, error) {
		on, err := cal.ParseDate(f.On)
		if err != nil {
			return k, wrong("on", "error.date")
		}
		return s.Cancel(ctx, k.ID, version, on, f.Reason)
	}))
	r.Post(home+"/:id/resume", Write, s.step(func(ctx context.Context, k Contract, version int64, _ Form) (Contract, error) {
		return s.Resume(ctx, k.ID, version)
	}))
	r.Post(home+"/:id/delete", Delete, s.drop)
	r.Upload(home+"/:id/attachments", Write, attachment.MaxSize+1<<20, s.upload)
}

// ListPage feeds the list.
type ListPage struct {
	listing.Page
	Q, State, Until string
	States          []view.Option
	Any, MayWrite   bool
}

func options(l *i18n.Locale, of string, values []string) []view.Option {
	var out []view.Option
	for _, v := range values {
		out = append(out, view.Option{Value: v, Label: l.T("contract." + of + "." + v)})
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
	return web.Render(c, web.Page{Name: "sales/contracts", Title: "nav.contracts", Fragment: "result", Body: ListPage{
		Page: found, Q: req.Q, State: c.Query("filter[state][eq]"), Until: c.Query("filter[ends_on][lte]"),
		States: options(web.Locale(c), "state", States), Any: req.Q != "" || len(conds) > 0, MayWrite: web.Actor(c).Can(Write)}})
}

// Form is a contract as it was typed.
type Form struct {
	Version                                   int64
	Number, Title, SignedOn, StartsOn, EndsOn string
	Amount, NoticeDays, Renewal, RenewMonths  string
	Order, Deal, Owner, Notes                 string
	Until, On, Reason                         string // how it goes on
	Fields                                    custom.Typed
}

// EditPage feeds the page of a contract, a new one and one that exists.
type EditPage struct {
	Contract                       Contract // zero is a new one
	Customer                       customer.Ref
	Renewals                       []view.Option
	Orders, Deals, Owners          []view.Option
	Files                          []attachment.Attachment
	Today                          cal.Date
	Theirs                         []web.Clash // what somebody else saved meanwhile
	Asked                          []custom.Asked
	Told                           []custom.Told
	MayWrite, MayDelete, MayAttach bool
}

// MayRenew tells that another term can be added.
func (b EditPage) MayRenew() bool {
	return b.MayWrite && b.Contract.EndsOn != "" && (b.Contract.State == Running || b.Contract.State == Ended)
}

func (s *Service) blank(c *fiber.Ctx) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	id, _ := strconv.ParseInt(c.Query("customer"), 10, 64) // 0 is asked for below
	f := Form{Renewal: NoRenewal, RenewMonths: "12", NoticeDays: "0", StartsOn: string(cal.Today(l.Now(), l.Zone()))}
	for _, of := range []struct {
		query, sql string
		to         *string
	}{{"deal", sqlDeal, &f.Deal}, {"order", sqlOrder, &f.Order}} {
		n, err := strconv.ParseInt(c.Query(of.query), 10, 64)
		if err != nil {
			continue
		}
		var a about
		if err := db.OrNotFound(s.DB.Reader(ctx).Get(ctx, &a, of.sql, append([]any{n}, web.Actor(c).Scope().Args()...)...)); err != nil {
			return err
		}
		id, *of.to, f.Title = int64(a.CustomerID), c.Query(of.query), a.Name
	}
	if id == 0 {
		return web.Redirect(c, "/customers")
	}
	who, err := s.Customers.MustSee(ctx, id)
	if err != nil {
		return err
	}
	return s.edit(c, Contract{CustomerID: id, CustomerName: who.Name}, f, nil)
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
	in, err := s.input(web.Ctx(c), f, id)
	var k Contract
	if err == nil {
		if in.Fields == nil {
			in.Fields = custom.Typed{}
		}
		k, err = s.Create(web.Ctx(c), in)
	}
	if err != nil {
		return s.edit(c, Contract{CustomerID: id, CustomerName: who.Name}, f, err)
	}
	return web.Done(c, path(k.ID), "contract.saved")
}

func (s *Service) byParam(c *fiber.Ctx) (Contract, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Contract{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) show(c *fiber.Ctx) error {
	k, err := s.byParam(c)
	if err != nil {
		return err
	}
	return s.edit(c, k, formFrom(k), nil)
}

func (s *Service) edited(c *fiber.Ctx) error {
	k, err := s.byParam(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	in, err := s.input(web.Ctx(c), f, k.CustomerID)
	if err == nil {
		_, err = s.Update(web.Ctx(c), k.ID, max(f.Version, 1), in)
	}
	if err != nil {
		return s.edit(c, k, f, err)
	}
	return web.Done(c, path(k.ID), "common.saved")
}

// step answers a press of one of the buttons by which a contract goes on.
func (s *Service) step(do func(context.Context, Contract, int64, Form) (Contract, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		k, err := s.byParam(c)
		if err != nil {
			return err
		}
		f, typed := formFrom(k), formOf(c)
		f.Until, f.On, f.Reason, f.Version = typed.Until, typed.On, typed.Reason, typed.Version
		if _, err := do(web.Ctx(c), k, max(f.Version, 1), f); err != nil {
			return s.edit(c, k, f, err)
		}
		return web.Done(c, path(k.ID), "common.saved")
	}
}

func (s *Service) drop(c *fiber.Ctx) error {
	k, err := s.byParam(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), k.ID); err != nil {
		return err
	}
	return web.Done(c, home, "common.deleted")
}

// upload keeps a document with the contract and its customer.
func (s *Service) upload(c *fiber.Ctx) error {
	k, err := s.byParam(c)
	if err != nil {
		return err
	}
	if err := s.Customers.MustEdit(web.Ctx(c), k.CustomerID); err != nil {
		return err
	}
	head, err := c.FormFile("file")
	if err != nil {
		return errs.New(errs.Invalid, "attachment.error.none")
	}
	f, err := head.Open()
	if err != nil {
		return fmt.Errorf("open the upload: %w", err)
	}
	defer f.Close()
	if _, err := s.Files.AddTo(web.Ctx(c), k.CustomerID, subject, k.ID, head.Filename, f); err != nil {
		return err
	}
	return web.Done(c, path(k.ID), "attachment.added")
}

func (s *Service) edit(c *fiber.Ctx, k Contract, f Form, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	b := EditPage{Contract: k, Customer: customer.Ref{ID: k.CustomerID, Name: k.CustomerName}, Renewals: options(l, "renewal", Renewals),
		Today: cal.Today(l.Now(), l.Zone()), MayWrite: web.Actor(c).Can(Write), MayDelete: web.Actor(c).Can(Delete), MayAttach: web.Actor(c).Can(customer.Write)}
	var err error
	if b.Orders, err = s.named(ctx, sqlOrdersOf, k.CustomerID, int64(k.OrderID), string(k.OrderNumber)); err != nil {
		return err
	}
	if b.Deals, err = s.named(ctx, sqlDealsOf, k.CustomerID, int64(k.DealID), string(k.DealName)); err != nil {
		return err
	}
	if err := s.asked(c, &b, f); err != nil {
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
	if k.ID != 0 {
		if b.Files, err = s.Files.OfRecord(ctx, subject, k.ID); err != nil {
			return err
		}
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict {
		if now, ok := e.Current.(Contract); ok { // saving again takes what was typed
			b.Theirs, f.Version, b.Contract = clashes(l, f, formFrom(now)), now.Version, now
		}
	}
	pg := web.Page{Name: "sales/contract", Title: "contract.title_page", Body: b, Form: f, Err: problem}
	if k.ID == 0 {
		pg.Title = "contract.new"
	}
	return web.Render(c, pg)
}

// asked are the shop's own fields, as far as such a contract has them.
func (s *Service) asked(c *fiber.Ctx, b *EditPage, f Form) error {
	ctx := web.Ctx(c)
	q := s.DB.Reader(ctx)
	record, err := s.Fields.Record(ctx, q, subject)
	if err != nil {
		return err
	}
	state := b.Contract.State
	if b.Contract.ID == 0 {
		state = Draft
	}
	b.Told = web.Told(c, b.Contract.Added)
	b.Asked, err = record.Asked(ctx, q, f.Fields, facts(state), web.Locale(c))
	return err
}

// named are the customer's newest records to choose from, with the chosen one.
func (s *Service) named(ctx context.Context, sql string, customer, chosen int64, called string) ([]view.Option, error) {
	var rows []struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	if err := s.DB.Reader(ctx).Select(ctx, &rows, sql, customer); err != nil {
		return nil, err
	}
	var out []view.Option
	for _, o := range rows {
		if o.ID == chosen {
			chosen = 0
		}
		out = append(out, view.Option{Value: o.ID, Label: o.Name})
	}
	if chosen != 0 {
		out = append(out, view.Option{Value: chosen, Label: called})
	}
	return out, nil
}

func formOf(c *fiber.Ctx) Form {
	v := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	f := Form{Number: v("number"), Title: v("title"), SignedOn: v("signed_on"), StartsOn: v("starts_on"), EndsOn: v("ends_on"), Amount: v("amount"),
		NoticeDays: v("notice_days"), Renewal: v("renewal"), RenewMonths: v("renew_months"), Order: v("order_id"), Deal: v("deal_id"), Owner: v("owner_id"),
		Notes: c.FormValue("notes"), Until: v("until"), On: v("on"), Reason: v("reason"), Fields: web.Typed(c)}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	return f
}

func formFrom(k Contract) Form {
	f := Form{Version: k.Version, Number: k.Number, Title: k.Title, SignedOn: string(k.SignedOn), StartsOn: string(k.StartsOn), EndsOn: string(k.EndsOn),
		NoticeDays: strconv.Itoa(k.NoticeDays), Renewal: k.Renewal, RenewMonths: strconv.Itoa(k.RenewMonths), Notes: k.Notes, Until: string(k.NextEnd()), Fields: k.Added.Typed()}
	if k.Amount > 0 {
		f.Amount = money.Decimal(k.Amount, k.Currency)
	}
	for to, id := range map[*string]int64{&f.Order: int64(k.OrderID), &f.Deal: int64(k.DealID), &f.Owner: int64(k.OwnerID)} {
		if id != 0 {
			*to = strconv.FormatInt(id, 10)
		}
	}
	return f
}

// input reads what was typed; an amount is in the currency of the order, the
// deal or the shop.
func (s *Service) input(ctx context.Context, f Form, who int64) (Input, error) {
	check := &errs.Check{}
	in := Input{Number: f.Number, CustomerID: who, Title: f.Title, Renewal: f.Renewal, Notes: f.Notes, Fields: f.Fields}
	for _, of := range []struct {
		name, typed string
		to          *int64
	}{{"order_id", f.Order, &in.OrderID}, {"deal_id", f.Deal, &in.DealID}, {"owner_id", f.Owner, &in.OwnerID}} {
		if of.typed == "" {
			continue
		}
		n, err := strconv.ParseInt(of.typed, 10, 64)
		check.That(err == nil && n > 0, of.name, "error.choice")
		*of.to = n
	}
	for _, of := range []struct {
		name, typed string
		to          *int
	}{{"notice_days", f.NoticeDays, &in.NoticeDays}, {"renew_months", f.RenewMonths, &in.RenewMonths}} {
		if of.typed == "" {
			continue
		}
		n, err := strconv.Atoi(of.typed)
		check.That(err == nil, of.name, "error.whole")
		*of.to = n
	}
	in.SignedOn, in.StartsOn, in.EndsOn = date(check, "signed_on", f.SignedOn), date(check, "starts_on", f.StartsOn), date(check, "ends_on", f.EndsOn)
	if err := check.Err(); err != nil {
		return in, err
	}
	if f.Amount != "" {
		currency, err := s.currency(ctx, s.DB.Reader(ctx), in)
		if err != nil {
			return in, err
		}
		n, err := payment.ParseAmount(f.Amount, currency)
		check.That(err == nil && n >= 0, "amount", "error.money")
		in.Amount, in.Currency = n, currency
	}
	return in, check.Err()
}

// clashes shows what two editors want of one contract.
func clashes(l *i18n.Locale, ours, theirs Form) []web.Clash {
	return web.Clashes(l,
		web.Clash{Name: "number", Label: "contract.number", Ours: ours.Number, Theirs: theirs.Number},
		web.Clash{Name: "title", Label: "contract.title", Ours: ours.Title, Theirs: theirs.Title},
		web.Clash{Name: "signed_on", Label: "contract.signed_on", Ours: ours.SignedOn, Theirs: theirs.SignedOn},
		web.Clash{Name: "starts_on", Label: "contract.starts_on", Ours: ours.StartsOn, Theirs: theirs.StartsOn},
		web.Clash{Name: "ends_on", Label: "contract.ends_on", Ours: ours.EndsOn, Theirs: theirs.EndsOn},
		web.Clash{Name: "amount", Label: "common.amount", Ours: ours.Amount, Theirs: theirs.Amount},
		web.Clash{Name: "notice_days", Label: "contract.notice_days", Ours: ours.NoticeDays, Theirs: theirs.NoticeDays},
		web.Clash{Name: "renewal", Label: "contract.renewal", Ours: ours.Renewal, Theirs: theirs.Renewal,
			Show: func(v string) string { return l.T("contract.renewal." + v) }})
}
