package savedview

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/auth"
	"regulars/app/sys/journal"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Module offers the slice to the house; counters count for the sidebar what a
// view of a list shows, staff says whom one can be shown to.
func (s *Service) Module(counters map[string]Counter, staff Staff) web.Module {
	s.staff = staff
	return web.Module{
		Name: "savedview",
		Routes: func(r *web.Router) {
			r.Get("/saved-views", web.Self, s.page)
			r.Post("/saved-views", web.Self, s.create)
			r.Post("/saved-views/:id", web.Self, s.update)
			r.Post("/saved-views/:id/use", web.Self, s.keep)
			r.Post("/saved-views/:id/earlier", web.Self, s.earlier)
			r.Post("/saved-views/:id/copy", web.Self, s.copy)
			r.Post("/saved-views/:id/delete", web.Self, s.drop)
		},
		API:         s.api,
		Permissions: []auth.Permission{{Name: Share, Roles: auth.Leads}},
		Journal:     []journal.Table{{Name: "saved_view"}, {Name: "saved_view_use"}},
		Subjects:    []web.Subject{{Kind: "view", Path: func(int64) string { return home }}},
		Pins:        s.pins(counters),
		SavedViews:  s.saved,
		Audience:    s.audience,
	}
}

const home = "/saved-views"

// saved are the views of a list as its page shows them.
func (s *Service) saved(ctx context.Context, kind string) ([]web.SavedView, error) {
	views, err := s.Of(ctx, kind)
	if err != nil {
		return nil, err
	}
	out := make([]web.SavedView, len(views))
	for i, v := range views {
		out[i] = web.SavedView{ID: v.ID, Name: v.Name, Query: v.Query, Opens: v.Opens}
	}
	return out, nil
}

// Page feeds the page of views.
type Page struct {
	Lists    []List
	Audience []view.Option // whom the reader may show views to
	At       int64         // the view that was just changed,
	Press    string        // with this button: the keyboard goes on from there
}

// List is one list's views.
type List struct {
	Kind  string
	Views []Line
}

// Line is a view with what the reader may do about it.
type Line struct {
	View
	Team string // of a team's view
	May  bool   // change and delete it
}

// Who is the view's audience as the form says it.
func (l Line) Who() string {
	switch {
	case l.UserID != 0:
		return ""
	case l.TeamID != 0:
		return strconv.FormatInt(int64(l.TeamID), 10)
	}
	return everybody
}

func (s *Service) page(c *fiber.Ctx) error {
	b := Page{Press: c.Query("press"), At: number(c.Query("at"))}
	var err error
	if b.Audience, err = s.audience(c); err != nil {
		return err
	}
	teams, err := s.staff.Teams(web.Ctx(c))
	if err != nil {
		return err
	}
	for _, kind := range kindOrder {
		views, err := s.Of(web.Ctx(c), kind)
		if err != nil {
			return err
		}
		if len(views) > 0 {
			b.Lists = append(b.Lists, List{kind, lines(web.Actor(c), views, teams)})
		}
	}
	return web.Render(c, web.Page{Name: "customer/views", Title: "view.title", Body: b})
}

func input(c *fiber.Ctx) Input {
	in := Input{Kind: c.FormValue("kind"), Name: c.FormValue("name"), Query: c.FormValue("query")}
	in.shownTo(c.FormValue("who"))
	return in
}

// shownTo reads what the form says: nobody else, everybody, or the team.
func (in *Input) shownTo(who string) {
	in.Shared, in.TeamID = who != "", 0
	if who != "" && who != everybody {
		in.TeamID = number(who)
		if in.TeamID == 0 {
			in.TeamID = noTeam
		}
	}
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (s *Service) create(c *fiber.Ctx) error {
	v, err := s.Create(web.Ctx(c), input(c))
	if err != nil {
		return err
	}
	if c.FormValue("pinned") != "" {
		if v, err = s.Keep(web.Ctx(c), v.ID, true, false); err != nil {
			return err
		}
	}
	return web.Done(c, "/"+v.Kind+"?"+v.Query, "view.saved", "name", v.Name)
}

// on reads the view that a form is about and does something with it; press names
// the button, where the keyboard stays.
func (s *Service) on(c *fiber.Ctx, key, press string, do func(v View) (View, error)) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	if v, err = do(v); err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("%s?at=%d&press=%s", home, v.ID, press), key, "name", v.Name)
}

func (s *Service) update(c *fiber.Ctx) error {
	return s.on(c, "view.changed", "more", func(v View) (View, error) {
		in := Input{Name: v.Name, Query: v.Query, Shared: v.UserID == 0, TeamID: int64(v.TeamID)}
		if c.Request().PostArgs().Has("who") {
			in.shownTo(c.FormValue("who"))
		}
		if name := c.FormValue("name"); strings.TrimSpace(name) != "" {
			in.Name = name
		}
		return s.Update(web.Ctx(c), v.ID, number(c.FormValue("version")), in)
	})
}

func (s *Service) keep(c *fiber.Ctx) error {
	press := "pin"
	if c.FormValue("press") == "opens" {
		press = "opens"
	}
	return s.on(c, "view.changed", press, func(v View) (View, error) {
		return s.Keep(web.Ctx(c), v.ID, c.FormValue("pinned") != "", c.FormValue("opens") != "")
	})
}

func (s *Service) earlier(c *fiber.Ctx) error {
	return s.on(c, "view.changed", "earlier", func(v View) (View, error) { return s.Earlier(web.Ctx(c), v.ID) })
}

func (s *Service) copy(c *fiber.Ctx) error {
	return s.on(c, "view.saved", "more", func(v View) (View, error) {
		name := []rune(web.Locale(c).T("view.copy_of", "name", v.Name))
		return s.Create(web.Ctx(c), Input{Kind: v.Kind, Name: string(name[:min(60, len(name))]), Query: v.Query})
	})
}

func (s *Service) drop(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), id); err != nil {
		return err
	}
	back := "/" + v.Kind
	if from, err := url.Parse(c.Get("Referer")); err == nil && from.Path == home {
		back = home
	}
	return web.Done(c, back, "view.deleted", "name", v.Name)
}
