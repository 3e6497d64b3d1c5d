package customer

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/stage"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/sys/export"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

// countLimit is where a page stops counting and says "1,000+".
const countLimit = 1000

// ListPage feeds the list.
type ListPage struct {
	Heads        []Column
	Groups       []ListGroup
	Sheet        view.Sheet
	Gone         string // names of deleted fields that the URL still asks for
	From         string // what a record's address carries to know its list
	Saveable     bool   // there is something to give a name to
	Audience     []view.Option
	Plain        bool // nobody chose the columns
	Next         string
	Total        int
	Capped       bool
	Q            string
	Views        []Tab
	Chips        []listing.Chip
	Owners       []view.Option
	Stages       []StageChip
	StageOptions []view.Option
	Sensitive    bool                                             // some field is, and the reader may take it along in an export
	Any          bool                                             // some filter or search is on
	May          struct{ Write, Delete, Export, Merge, Ask bool } // Ask: a survey to many
}

// ListRow is a row with what its cells say.
type ListRow struct {
	Row
	Late      bool // overdue by their own rhythm
	StageName string
	ScoreText string
	LastOrder string
	Bought    string // revenue
	NextStep  string
	NextLate  bool   // it was due
	Back      string // in how many days they go back to a pool, when that is soon
}

// Tab is a ready view: a query that deserves a name.
type Tab struct {
	Key, Query string
	Name       string // of a saved view, instead of Key
	ID         int64
	Current    bool
}

func (p pages) list(c *fiber.Ctx) error {
	ctx, l, business := web.Ctx(c), web.Locale(c), web.Business(c)
	shown, record, err := p.s.listWith(ctx, p.s.db.Reader(ctx))
	if err != nil {
		return err
	}
	saved, err := web.SavedViews(c, "customers")
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(saved, func(v web.SavedView) bool { return v.Opens && v.Query != "" }); i >= 0 && len(queryOf(c)) == 0 {
		return web.Redirect(c, "/customers?"+saved[i].Query)
	}
	query, missing := gone(shown, queryOf(c))
	req, conds, err := requestOf(query)
	if err != nil {
		return err
	}
	pick, err := p.choices(c)
	if err != nil {
		return err
	}
	stageNames, standing, err := p.s.stages(ctx)
	if err != nil {
		return err
	}
	b := ListPage{Q: req.Q, Any: req.Q != "" || len(conds) > 0, Gone: strings.Join(missing, ", "), Owners: pick["user"]}
	b.Saveable = b.Any || query.Get("columns") != "" || query.Get("sort") != "" || query.Get("group") != ""
	if query.Del("cursor"); len(query) > 0 && req.Q == "" {
		b.From = "list=" + base64.RawURLEncoding.EncodeToString([]byte(query.Encode()))
	}
	if b.Audience, err = web.Audience(c); err != nil {
		return err
	}
	names := listing.Panel{Plain: plainColumns}.Names(query)
	b.Heads, missing = headings(l, shown, record.Set, names)
	if len(missing) > 0 && b.Gone == "" {
		b.Gone = strings.Join(missing, ", ")
	}
	if err := p.s.nameSegments(ctx, l, b.Heads); err != nil {
		return err
	}
	b.Plain = slices.Equal(names, plainColumns)
	if by := query.Get("group"); by != "" && req.Q == "" {
		if b.Groups, err = p.grouped(c, by, shown, record.Set, req, conds, pick); err != nil {
			return err
		}
	} else {
		if req.Q == "" {
			req.CountTo = countLimit + 1
		}
		found, err := p.s.List(ctx, req, conds)
		if err != nil {
			return err
		}
		if found.Total != nil {
			b.Total = *found.Total
		}
		group := ListGroup{N: len(found.Items)}
		for _, r := range found.Items {
			group.Rows = append(group.Rows, listRow(l, business, r))
		}
		b.Next = found.Next
		if group.N > 0 {
			b.Groups = []ListGroup{group}
		}
	}
	if req.Q == "" {
		if query.Get("group") != "" {
			if b.Total, err = p.s.Count(ctx, conds, countLimit+1); err != nil {
				return err
			}
		}
		b.Total, b.Capped = min(b.Total, countLimit), b.Total > countLimit
	} else if len(b.Groups) > 0 {
		b.Total, b.Capped = b.Groups[0].N, b.Next != ""
	}
	b.Views = tabs(queryOf(c), saved)
	late, _, err := p.s.tried(ctx)
	if err != nil {
		return err
	}
	if late {
		b.Views = slices.DeleteFunc(b.Views, func(t Tab) bool { return t.Key == "customer.view.quiet" })
	}
	b.Stages = stageChips(l, stageNames, standing, queryOf(c).Get("filter[stage][eq]"))
	b.StageOptions = pick["stage"]
	b.Chips = words(l, shown, pick).Chips(query, conds)
	b.Sensitive = record.Set.Sensitive() && web.Actor(c).Can(Reveal)
	actor := web.Actor(c)
	b.May.Write, b.May.Delete, b.May.Export, b.May.Ask = actor.Can(Write), actor.Can(Delete), actor.Can(Export), actor.Can("survey.write")
	b.May.Merge = actor.Can(Merge)
	b.Sheet = b.sheet(l, business, stageNames)
	return web.Render(c, web.Page{Name: "customer/list", Title: "customer.title", Body: b, Fragment: "result"})
}

// backSoon is within how many days the list says that somebody goes back.
const backSoon = 7

func backBadge(l *i18n.Locale, left int) string {
	switch {
	case left > backSoon:
		return ""
	case left > 0:
		return l.T("pool.back_badge", "n", left)
	}
	return l.T("pool.tonight_badge")
}

func listRow(l *i18n.Locale, b setting.Business, r Row) ListRow {
	out := ListRow{Row: r}
	now := l.Now()
	if r.Score >= 0 {
		out.ScoreText = l.Decimal(r.Score, 0)
	}
	if r.LastOrderOn != "" {
		out.LastOrder = l.AgoDay(cal.Date(r.LastOrderOn).Time(l.Zone()))
	}
	if r.Orders > 0 {
		out.Bought = l.Money(r.Revenue, b.Currency)
	}
	if !r.NextTaskAt.IsZero() {
		out.NextStep, out.NextLate = l.Ago(r.NextTaskAt.Time), r.NextTaskAt.Before(now)
	}
	if !r.RecycleAt.IsZero() {
		out.Back = backBadge(l, cal.DateOf(r.RecycleAt.Time, l.Zone()).Sub(cal.DateOf(now, l.Zone())))
	}
	out.Late = !r.Calm && r.ExpectedOn != "" && cal.Date(r.ExpectedOn).Time(l.Zone()).Before(now.Add(-24*time.Hour))
	return out
}

// rhythm is the strip of the last six months.
func (r ListRow) rhythm(l *i18n.Locale) chart.Rhythm {
	now := l.Now()
	out := chart.Rhythm{From: now.AddDate(0, -6, 0), Now: now, Hits: make([]chart.Hit, len(r.Rhythm))}
	for i, h := range r.Rhythm {
		out.Hits[i] = chart.Hit{At: cal.Date(h.On).Time(l.Zone()), Amount: float64(h.Total)}
	}
	if r.ExpectedOn == "" {
		out.Label = l.T("customer.rhythm_unknown", "n", r.Orders)
		return out
	}
	out.Due = cal.Date(r.ExpectedOn).Time(l.Zone())
	out.Label = l.T("customer.rhythm_label", "n", int(r.GapDays+0.5), "ago", l.AgoDay(cal.Date(r.LastOrderOn).Time(l.Zone())))
	return out
}

var ready = []Tab{
	{Key: "customer.view.all"},
	{Key: "customer.view.mine", Query: "filter[owner_id][eq]=me"},
	{Key: "customer.view.regulars", Query: "filter[orders][gte]=3&sort=-last_order_on"},
	{Key: "customer.view.quiet", Query: "filter[rhythm][in]=late,gone&sort=-revenue"},
	{Key: "customer.view.new", Query: "filter[created_at][gte]=-30d"},
	{Key: "customer.view.unhappy", Query: "filter[open_cases][gt]=0"},
}

// tabs are the ready views and the saved ones; the one that is shown is marked.
func tabs(now url.Values, saved []web.SavedView) []Tab {
	now.Del("cursor")
	out := append([]Tab{}, ready...)
	for _, v := range saved {
		out = append(out, Tab{Name: v.Name, ID: v.ID, Query: v.Query})
		if v.Opens {
			out[0].Query = "sort=-created_at" // the bare address opens with that view
		}
	}
	for i, t := range out {
		if want, err := url.ParseQuery(t.Query); err == nil {
			out[i].Query, out[i].Current = want.Encode(), want.Encode() == now.Encode()
		}
	}
	return out
}

// bulk acts on the ticked customers, or on all that match.
func (p pages) bulk(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	ids, err := p.chosen(c)
	if err != nil {
		return err
	}
	back := "/customers?" + c.FormValue("query")
	switch c.FormValue("action") {
	case "change":
		return p.change(c, ids)
	case "assign":
		owner, err := strconv.ParseInt(c.FormValue("owner_id"), 10, 64)
		if err != nil && c.FormValue("owner_id") != "" {
			return errs.New(errs.Invalid, "error.person")
		}
		if err := p.s.Assign(ctx, ids, owner); err != nil {
			return err
		}
		return web.Done(c, back, "customer.assigned", "n", len(ids))
	case "tag":
		if err := p.s.AddTags(ctx, ids, Form{Tags: c.FormValue("tags")}.input().Tags); err != nil {
			return err
		}
		return web.Done(c, back, "customer.tagged", "n", len(ids))
	case "stage":
		if err := p.stages.Set(ctx, stage.Input{Stage: c.FormValue("stage")}, ids...); err != nil {
			return err
		}
		return web.Done(c, back, "stage.set_done", "n", len(ids))
	case "merge":
		if len(ids) < 2 || len(ids) > 5 {
			return errs.New(errs.Invalid, "duplicate.error.choose")
		}
		q := url.Values{}
		for _, id := range ids {
			q.Add("id", strconv.FormatInt(id, 10))
		}
		return web.Redirect(c, "/duplicates/compare?"+q.Encode())
	case "delete":
		n, err := p.s.Delete(ctx, ids...)
		if err != nil {
			return err
		}
		return web.Done(c, back, "customer.deleted", "n", n)
	}
	return errs.New(errs.Invalid, "error.choice")
}

func (p pages) chosen(c *fiber.Ctx) ([]int64, error) {
	if c.FormValue("all") == "1" {
		q, err := url.ParseQuery(c.FormValue("query"))
		if err != nil {
			return nil, errs.New(errs.Malformed, "error.malformed")
		}
		conds, err := filter.Parse(q)
		if err != nil {
			return nil, err
		}
		return p.s.Matching(web.Ctx(c), q.Get("q"), conds)
	}
	var ids []int64
	for _, s := range many(c, "id") {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, errs.NotVisible()
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// export sends exactly what is listed, as CSV (also in GB18030, for old Excel), XLSX
// or vCard.
func (p pages) export(c *fiber.Ctx) error {
	req, conds, err := request(c)
	if err != nil {
		return err
	}
	ask := export.Ask{Request: req, Conds: conds, Clear: c.Query("clear") == "1"}
	if c.Query("as") == "shown" {
		ask.Shown = &export.Shown{Query: queryOf(c), Locale: web.Locale(c).Sheet(), Currency: web.Business(c).Currency}
	}
	return p.s.desk.Send(c, "customers", c.Query("format"), ask)
}
