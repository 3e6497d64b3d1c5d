package tag

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const home = "/settings/tags"

func (s *Service) routes(r *web.Router) {
	r.Get(home, customer.Read, s.showAll)
	r.Post(home, customer.Write, s.create)
	r.Post(home+"/delete", Manage, s.removeMany)
	r.Get(home+"/:id", Manage, s.showOne)
	r.Post(home+"/:id", Manage, s.change)
	r.Post(home+"/:id/merge", Manage, s.merge)
	r.Post(home+"/:id/delete", Manage, s.remove)
}

// ListBody feeds the list.
type ListBody struct {
	Settings []view.NavGroup
	Q        string
	Unused   bool // only those that nobody carries
	Whole    bool // the reader sees every customer, so counts may order the list
	Rows     []Row
	Next     string
	Sort     string
	Palette  []Colour
	May      struct{ Write, Manage bool }
}

// Colour is one of the palette, by its number and name.
type Colour struct {
	N    int
	Name string
}

// Form is what was typed about a tag.
type Form struct {
	ID, Version int64
	Name        string
	Colour      int
	Preference  bool
	Theirs      []web.Clash // what somebody else saved meanwhile
}

func (f Form) input() Input { return Input{Name: f.Name, Colour: f.Colour, Preference: f.Preference} }

func palette(c *fiber.Ctx) []Colour {
	var out []Colour
	for n := range Colours {
		out = append(out, Colour{n + 1, colourName(c, strconv.Itoa(n+1))})
	}
	return out
}

func colourName(c *fiber.Ctx, n string) string { return web.Locale(c).T("tag.colour." + n) }

func (s *Service) showAll(c *fiber.Ctx) error { return s.listed(c, Form{}, nil) }

func (s *Service) listed(c *fiber.Ctx, f Form, problem error) error {
	limit, err := page.ParseLimit(c.Query("limit"))
	if err != nil {
		return err
	}
	b := ListBody{Settings: web.SettingsNav(c), Q: strings.TrimSpace(c.Query("q")), Unused: c.Query("unused") == "1", Sort: c.Query("sort", "name"), Palette: palette(c)}
	if b.Whole = web.Actor(c).Scope().Everything(); !b.Whole {
		b.Unused, b.Sort = false, "name"
	}
	req := page.Request{Limit: limit, Cursor: c.Query("cursor"), Sort: b.Sort, Q: b.Q}
	var conds []filter.Cond
	if b.Unused {
		conds = append(conds, filter.Cond{Field: "used", Op: "eq", Value: "false"})
	}
	found, err := s.List(web.Ctx(c), req, conds)
	if err != nil {
		return err
	}
	b.Rows, b.Next = found.Items, found.Next
	actor := web.Actor(c)
	b.May.Write, b.May.Manage = actor.Can(customer.Write), actor.Can(Manage)
	return web.Render(c, web.Page{Name: "settings/tags", Title: "settings.tags", Body: b, Form: f, Err: problem, Fragment: "result"})
}

func (s *Service) create(c *fiber.Ctx) error {
	f := formOf(c)
	t, err := s.Create(web.Ctx(c), f.input())
	if err != nil {
		return s.listed(c, f, err)
	}
	return web.Done(c, home, "tag.created", "name", t.Name)
}

func formOf(c *fiber.Ctx) Form {
	f := Form{Name: c.FormValue("name"), Preference: c.FormValue("preference") != ""}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	f.Colour, _ = strconv.Atoi(c.FormValue("colour"))
	return f
}

func (s *Service) removeMany(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	if c.FormValue("unused") == "1" {
		n, err := s.DeleteUnused(ctx)
		if err != nil {
			return err
		}
		return web.Done(c, home, "tag.deleted_many", "n", n)
	}
	var ids []int64
	for _, typed := range c.Request().PostArgs().PeekMulti("id") {
		id, err := strconv.ParseInt(string(typed), 10, 64)
		if err != nil {
			return errs.NotVisible()
		}
		ids = append(ids, id)
	}
	if err := s.Delete(ctx, ids...); err != nil {
		return s.listed(c, Form{}, err)
	}
	return web.Done(c, home, "tag.deleted_many", "n", len(ids))
}

// OneBody feeds the page of one tag.
type OneBody struct {
	Settings  []view.NavGroup
	Tag       Tag
	Customers int
	Palette   []Colour
	Q         string
	Found     []Row // tags that it could go into
	More      bool  // there are others
	Into      *Merge
}

func (s *Service) showOne(c *fiber.Ctx) error { return s.one(c, nil, nil) }

// candidates is how many tags the page offers to merge into.
const candidates = 20

func (s *Service) one(c *fiber.Ctx, typed *Form, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	b := OneBody{Settings: web.SettingsNav(c), Palette: palette(c), Q: strings.TrimSpace(c.Query("q"))}
	if b.Tag, err = s.Get(ctx, id); err != nil {
		return err
	}
	if b.Customers, err = customer.Tagged(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id); err != nil {
		return err
	}
	if into, err := strconv.ParseInt(c.Query("into"), 10, 64); err == nil {
		m, err := s.PreviewMerge(ctx, id, into)
		if err == nil {
			b.Into = &m
		} else if problem = err; !errs.Is(err, errs.Invalid) {
			return err
		}
	}
	sort := "-customers"
	if b.Q != "" {
		sort = "name"
	}
	found, err := s.List(ctx, page.Request{Q: b.Q, Limit: candidates + 1, Sort: sort}, nil)
	if err != nil {
		return err
	}
	b.More = found.Next != ""
	for _, r := range found.Items {
		if r.ID != id && len(b.Found) < candidates {
			b.Found = append(b.Found, r)
		}
	}
	f := Form{ID: id, Version: b.Tag.Version, Name: b.Tag.Name, Colour: b.Tag.Colour, Preference: b.Tag.Preference}
	if typed != nil {
		f = *typed
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict {
		if now, ok := e.Current.(Tag); ok {
			f.Version = now.Version
			f.Theirs = web.Clashes(web.Locale(c), web.Clash{Name: "name", Label: "common.name", Ours: f.Name, Theirs: now.Name},
				web.Clash{Name: "colour", Label: "tag.colour", Ours: strconv.Itoa(f.Colour), Theirs: strconv.Itoa(now.Colour), Show: func(n string) string { return colourName(c, n) }},
				web.Clash{Name: "preference", Label: "tag.preference", Ours: web.Ticked(f.Preference), Theirs: web.Ticked(now.Preference), Show: web.Answered(web.Locale(c))})
		}
	}
	return web.Render(c, web.Page{Name: "settings/tag", Title: "tag.title", Heading: b.Tag.Name, Body: b, Form: f, Err: problem, Fragment: "candidates"})
}

func (s *Service) change(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	f := formOf(c)
	f.ID = id
	t, err := s.Update(web.Ctx(c), id, f.Version, f.input())
	if err != nil {
		return s.one(c, &f, err)
	}
	return web.Done(c, home, "tag.saved", "name", t.Name)
}

func (s *Service) merge(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	into, _ := strconv.ParseInt(c.FormValue("into_id"), 10, 64)
	m, err := s.Merge(web.Ctx(c), id, into)
	if err != nil {
		return s.one(c, nil, err)
	}
	return web.Done(c, fmt.Sprintf("%s/%d", home, into), "tag.merged", "from", m.From.Name, "into", m.Into.Name)
}

func (s *Service) remove(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	t, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, home, "tag.deleted", "name", t.Name)
}
