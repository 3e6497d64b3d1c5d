package quality

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

// Staff lists colleagues who can own a customer.
type Staff interface {
	Options(c *fiber.Ctx) ([]view.Option, error)
}

// pages are the slice's screens.
type pages struct {
	s     *Service
	staff Staff
}

func (p pages) routes(r *web.Router) {
	r.Get("/quality", Permission, p.overview)
	r.Get("/quality/fields", Permission, p.fields)
	r.Post("/quality/fields", Permission, p.hide)
	r.Post("/quality/months", Permission, p.months)
	r.Post("/quality/scan", Permission, p.scan)
	r.Post("/quality/rights/:id/delete", Permission, p.askAgain)
	r.Get("/quality/:kind", Permission, p.list)
	r.Get("/quality/:kind/kept", Permission, p.kept)
	r.Post("/quality/:kind", Permission, p.deal)
}

// OverviewPage feeds the page of all checks.
type OverviewPage struct {
	Overview
	Lines []Line // those that found something
	Fine  []Line // the others
	Share string
	Trend chart.Sparkline
	May   struct{ Write, Merge bool }
}

// Line is one check with how many it found.
type Line struct {
	Kind string
	N    int
	More bool // there are more than N
}

func (p pages) overview(c *fiber.Ctx) error { return p.show(c, nil) }

func (p pages) show(c *fiber.Ctx, failed error) error {
	o, err := p.s.Overview(web.Ctx(c))
	if err != nil {
		return err
	}
	b := OverviewPage{Overview: o}
	for _, kind := range Kinds {
		if kind == NoOwner && o.Alone {
			continue
		}
		n := o.Counts[kind]
		line := Line{Kind: kind, N: n, More: o.Capped && n == countLimit}
		if n == 0 {
			b.Fine = append(b.Fine, line)
			continue
		}
		b.Lines = append(b.Lines, line)
	}
	l := web.Locale(c)
	if share := o.Now.Share(); o.Whole && share >= 0 {
		b.Share = l.Percent(share)
	}
	b.Trend.Label = l.T("quality.trend")
	for _, d := range o.Days {
		b.Trend.Values = append(b.Trend.Values, d.Share()*100)
	}
	actor := web.Actor(c)
	b.May.Write, b.May.Merge = actor.Can(customer.Write), actor.Can(customer.Merge)
	return web.Render(c, web.Page{Name: "quality/overview", Title: "quality.title", Body: b, Err: failed})
}

// ListPage feeds the list of one kind of finding.
type ListPage struct {
	Kind   string
	Rows   []Finding
	Next   string
	Total  int
	Capped bool
	Owners []view.Option
	Alone  bool
	Months int
	Levels []string
	Title  string // of the tasks to call
	May    struct{ Write, Mend, Export bool }
}

func (p pages) list(c *fiber.Ctx) error { return p.listed(c, nil) }

func (p pages) listed(c *fiber.Ctx, failed error) error {
	ctx := web.Ctx(c)
	kind := c.Params("kind")
	if err := known(kind); err != nil {
		return err
	}
	limit, err := page.ParseLimit(c.Query("limit"))
	if err != nil {
		return err
	}
	conds := []filter.Cond{{Field: "kind", Op: "eq", Value: kind}}
	found, err := p.s.List(ctx, page.Request{Limit: limit, Cursor: c.Query("cursor")}, conds)
	if err != nil {
		return err
	}
	n, err := p.s.Count(ctx, conds, countLimit+1)
	if err != nil {
		return err
	}
	o, err := p.s.Overview(ctx)
	if err != nil {
		return err
	}
	b := ListPage{Kind: kind, Rows: found.Items, Next: found.Next, Total: min(n, countLimit), Capped: n > countLimit, Alone: o.Alone, Months: o.Months, Levels: customer.Levels}
	if o.Whole {
		b.Total, b.Capped = o.Counts[kind], false
	}
	l := web.Locale(c)
	b.Title = l.T("quality.call." + callReason(kind))
	actor := web.Actor(c)
	b.May.Write, b.May.Export = actor.Can(customer.Write), actor.Can(customer.Export)
	b.May.Mend = b.May.Write && Mendable(kind)
	if !o.Alone {
		if b.Owners, err = p.staff.Options(c); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "quality/list", Title: "quality.kind." + kind, Body: b, Err: failed})
}

// callReason is what a call about a finding is for.
func callReason(kind string) string {
	if kind == Stale {
		return "stale"
	}
	return "ask"
}

// KeptPage feeds the list of what was called right.
type KeptPage struct {
	Kind  string
	Rows  []Right
	Next  string
	Write bool
}

const keptPage = 50

func (p pages) kept(c *fiber.Ctx) error {
	kind := c.Params("kind")
	if err := known(kind); err != nil {
		return err
	}
	before, err := strconv.ParseInt(c.Query("cursor", "0"), 10, 64)
	if err != nil || before < 0 {
		return errs.NotVisible()
	}
	rows, err := p.s.Rights(web.Ctx(c), kind, before, keptPage+1)
	if err != nil {
		return err
	}
	b := KeptPage{Kind: kind, Rows: rows, Write: web.Actor(c).Can(customer.Write)}
	if len(rows) > keptPage {
		b.Rows = rows[:keptPage]
		b.Next = strconv.FormatInt(b.Rows[keptPage-1].ID, 10)
	}
	return web.Render(c, web.Page{Name: "quality/kept", Title: "quality.kept", Body: b})
}

// ProposalPage feeds the page that shows what mending would change.
type ProposalPage struct {
	Proposal
	Kind    string
	Shown   []customer.Mend
	Further int // not shown
}

const shownMends = 200

func orderOf(c *fiber.Ctx) (Order, error) {
	o := Order{Kind: c.Params("kind"), Do: c.FormValue("do"), All: c.FormValue("all") == "1", Day: c.FormValue("day"), Seen: c.FormValue("seen")}
	o.Value = c.FormValue(o.Do)
	if text := c.FormValue("owner_id"); text != "" {
		owner, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return o, errs.New(errs.Invalid, "error.person")
		}
		o.Owner = owner
	}
	for _, v := range c.Request().PostArgs().PeekMulti("id") {
		id, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil {
			return o, errs.NotVisible()
		}
		o.IDs = append(o.IDs, id)
	}
	return o, nil
}

// deal acts on the ticked customers, or on all of the list; what would change
// values is shown first.
func (p pages) deal(c *fiber.Ctx) error {
	o, err := orderOf(c)
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	if o.Do == DoMend && o.Seen == "" {
		return p.preview(c, o, nil)
	}
	n, err := p.s.Deal(ctx, o)
	switch {
	case errs.Is(err, errs.Conflict) && o.Do == DoMend:
		return p.preview(c, o, err)
	case errs.Is(err, errs.Invalid):
		return p.listed(c, err)
	case err != nil:
		return err
	}
	return web.Done(c, "/quality/"+o.Kind, "quality.done."+o.Do, "n", n)
}

func (p pages) preview(c *fiber.Ctx, o Order, failed error) error {
	proposal, err := p.s.Preview(web.Ctx(c), o)
	if errs.Is(err, errs.Invalid) {
		return p.listed(c, err)
	}
	if err != nil {
		return err
	}
	b := ProposalPage{Proposal: proposal, Kind: o.Kind, Shown: proposal.Mends}
	if len(b.Shown) > shownMends {
		b.Shown, b.Further = b.Shown[:shownMends], len(b.Shown)-shownMends
	}
	return web.Render(c, web.Page{Name: "quality/mend", Title: "quality.mend_title", Body: b, Err: failed})
}

func (p pages) askAgain(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	r, err := p.s.AskAgain(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return web.Done(c, "/quality/"+r.Kind+"/kept", "quality.asked_again", "name", r.Customer)
}

func (p pages) months(c *fiber.Ctx) error {
	months, err := strconv.Atoi(c.FormValue("months"))
	if err != nil {
		months = 0 // refused beside the field
	}
	if err := p.s.SetMonths(web.Ctx(c), months); err != nil {
		if errs.Is(err, errs.Invalid) {
			return p.show(c, err)
		}
		return err
	}
	return web.Done(c, "/quality", "quality.months_saved")
}

func (p pages) scan(c *fiber.Ctx) error {
	if err := p.s.AskScan(web.Ctx(c)); err != nil {
		return err
	}
	return web.Said(c, "/quality", "quality.scan_asked")
}

// FieldsPage feeds the field diet.
type FieldsPage struct {
	Rows  []Usage
	AsOf  bool
	Write bool
}

func (p pages) fields(c *fiber.Ctx) error {
	rows, err := p.s.Fields(web.Ctx(c), web.Locale(c).Tag())
	if err != nil {
		return err
	}
	b := FieldsPage{Rows: rows, AsOf: len(rows) > 0 && rows[0].Of > 0, Write: web.Actor(c).Can(customer.Write)}
	return web.Render(c, web.Page{Name: "quality/fields", Title: "quality.fields", Body: b})
}

func (p pages) hide(c *fiber.Ctx) error {
	hide := c.FormValue("hide") == "1"
	if _, err := p.s.Hide(web.Ctx(c), c.FormValue("name"), hide); err != nil {
		return err
	}
	if hide {
		return web.Done(c, "/quality/fields", "quality.field_hidden")
	}
	return web.Done(c, "/quality/fields", "quality.field_shown")
}
