package dashboard

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/insight/analysis"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const home = "/dashboards"

func (s *Service) routes(r *web.Router) {
	r.Get(home, Read, s.first)
	r.Post(home, Write, s.create)
	r.Get(home+"/:which", Read, s.page)
	r.Get(home+"/:which/wall", Read, s.wall)
	r.Get(home+"/:which/tiles/:id", Read, s.tilePage)
	r.Post(home+"/:which/copy", Write, s.copyOf)
	r.Get(home+"/:which/edit", Write, s.edit)
	r.Post(home+"/:which", Write, s.update)
	r.Post(home+"/:which/delete", Write, s.remove)
}

func tilePath(d Dashboard, id int64, ask Ask) string {
	return path(d, "/tiles/"+strconv.FormatInt(id, 10), ask)
}

// Strip is numbers beside each other, or one picture.
type Strip struct {
	Numbers []Shown
	One     *Shown
}

// strips puts numbers that follow each other into one box.
func strips(tiles []Shown) []Strip {
	var out []Strip
	for i := range tiles {
		t := tiles[i]
		if t.IsNumber() {
			if n := len(out); n == 0 || out[n-1].One != nil {
				out = append(out, Strip{})
			}
			last := &out[len(out)-1]
			last.Numbers = append(last.Numbers, t)
			continue
		}
		out = append(out, Strip{One: &t})
	}
	return out
}

// body is the page of a dashboard.
type body struct {
	Dashboard
	Ask
	All                   []Dashboard
	Strips                []Strip
	People, Regions, Tags []view.Option
	MayEdit, MayWrite     bool
	Wall                  bool
	Shown                 int
	Oldest                time.Time // of what is shown
}

// Path is the dashboard's address with what its tiles are asked.
func (b body) Path(more string) string { return path(b.Dashboard, more, b.Ask) }

// Tab is the address of another dashboard with the same question.
func (b body) Tab(d Dashboard) string { return path(d, "", b.Ask) }

// Spans are the periods offered.
func (body) Spans() []string { return analysis.Spans }

// Compares are what can stand beside them.
func (body) Compares() []string { return Compares }

// Named is what a choice of the filters is called.
func (b body) Named(options []view.Option, value string) string {
	for _, o := range options {
		if fmt.Sprint(o.Value) == value {
			return o.Label
		}
	}
	return value
}

// AsOf is when the oldest of what is shown was counted.
func (b body) AsOf(d view.Data) string { return asOf(d, b.Oldest) }

// Said is the day, the period and the filters in words, for paper.
func (b body) Said(d view.Data) string {
	l := d.Locale
	out := []string{l.T("dashboard.as_of", "time", l.DateTime(l.Now()))}
	if at := b.Oldest; !at.IsZero() {
		out[0] = l.T("dashboard.as_of", "time", d.DateTime(at))
	}
	switch b.Ask.Span {
	case "":
		out = append(out, l.T("dashboard.span.own"))
	case "custom":
		out = append(out, days(l, cal.Date(b.Ask.From), cal.Date(b.Ask.To)))
	default:
		out = append(out, l.T("analysis.span."+b.Ask.Span))
	}
	for _, one := range []struct {
		options []view.Option
		value   string
	}{{b.People, b.Person}, {b.Regions, b.Region}, {b.Tags, b.Tag}} {
		if one.value != "" {
			out = append(out, b.Named(one.options, one.value))
		}
	}
	return strings.Join(out, " · ")
}

func (s *Service) first(c *fiber.Ctx) error {
	all, err := s.All(web.Ctx(c), web.Locale(c))
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return web.Render(c, web.Page{Name: "insight/dashboard", Title: "nav.dashboards", Body: body{MayWrite: web.Actor(c).Can(Write)}})
	}
	return s.showOne(c, all[0].Which(), false)
}

func (s *Service) page(c *fiber.Ctx) error { return s.showOne(c, c.Params("which"), false) }

func (s *Service) wall(c *fiber.Ctx) error { return s.showOne(c, c.Params("which"), true) }

// asked reads what the tiles are asked.
func asked(c *fiber.Ctx) (Ask, error) {
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return Ask{}, errs.New(errs.Malformed, "error.malformed")
	}
	if q.Get("span") == "custom" && q.Get("from") == "" && q.Get("to") == "" { // it was just chosen
		today := cal.Today(web.Locale(c).Now(), web.Locale(c).Zone())
		q.Set("from", string(today.AddDays(-29)))
		q.Set("to", string(today))
	}
	return parseAsk(q)
}

func (s *Service) showOne(c *fiber.Ctx, which string, wall bool) error {
	ctx, l, actor := web.Ctx(c), web.Locale(c), web.Actor(c)
	d, err := s.Get(ctx, l, which)
	if err != nil {
		return err
	}
	b := body{Dashboard: d, Wall: wall, MayEdit: d.mayChange(actor) == nil, MayWrite: actor.Can(Write)}
	ask, problem := asked(c)
	if problem == nil {
		b.Ask = ask
	}
	tiles, err := s.show(ctx, l, d, b.Ask, d.Tiles, s.Patience)
	if err != nil {
		return err
	}
	b.Strips, b.Shown = strips(tiles), len(tiles)
	for _, t := range tiles {
		if !t.At.IsZero() && (b.Oldest.IsZero() || t.At.Before(b.Oldest)) {
			b.Oldest = t.At
		}
	}
	p := web.Page{Name: "insight/dashboard", Heading: d.Name, Body: b, Fragment: "tiles", Err: problem}
	if wall {
		p.Layout, p.Name, p.Fragment = "wall", "insight/wall", "wall"
		p.Body = b
		return web.Render(c, p)
	}
	if b.All, err = s.All(ctx, l); err != nil {
		return err
	}
	if err := s.offer(c, &b, actor); err != nil {
		return err
	}
	p.Body = b
	return web.Render(c, p)
}

// offer fills in what the filters offer: colleagues only where there are any.
func (s *Service) offer(c *fiber.Ctx, b *body, actor *auth.Actor) error {
	q := s.DB.Reader(web.Ctx(c))
	for _, one := range []struct {
		query string
		into  *[]view.Option
	}{{sqlPeople, &b.People}, {sqlRegions, &b.Regions}, {sqlTags, &b.Tags}} {
		found, err := options(web.Ctx(c), q, one.query)
		if err != nil {
			return err
		}
		*one.into = found
	}
	for i, r := range b.Regions {
		b.Regions[i].Label = web.Locale(c).Country(r.Label)
	}
	if len(b.People) < 2 || !actor.Scope().Everything() {
		b.People = nil
	}
	return nil
}

// tileBody is one tile: on a page of its own, or brought after the others.
type tileBody struct {
	body
	Tile Shown
}

// longer is how long the request for one tile waits.
const longer = 3 * time.Second

func (s *Service) tilePage(c *fiber.Ctx) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	d, err := s.Get(ctx, l, c.Params("which"))
	if err != nil {
		return err
	}
	ask, err := asked(c)
	if err != nil {
		return err
	}
	one, err := d.one(id)
	if err != nil {
		return err
	}
	tiles, err := s.show(ctx, l, d, ask, one, longer)
	if err != nil {
		return err
	}
	if len(tiles) == 0 {
		return errs.NotVisible()
	}
	tiles[0].asked = true
	b := tileBody{body: body{Dashboard: d, Ask: ask}, Tile: tiles[0]}
	return web.Render(c, web.Page{Name: "insight/dashboard-tile", Heading: tiles[0].Title, Body: b, Fragment: "one"})
}
