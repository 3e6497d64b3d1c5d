package feedback

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const routesHome = "/feedback-cases/routes"

func (s *Service) routeRoutes(r *web.Router) {
	r.Get(routesHome, Decide, s.showRoutes)
	r.Post(routesHome, Decide, s.postRoute)
	r.Get(routesHome+"/:id", Decide, s.showRoute)
	r.Post(routesHome+"/:id", Decide, s.postRoute)
	r.Post(routesHome+"/:id/delete", Decide, s.postDropRoute)
	r.Post("/feedback-cases/departments/:id", Decide, s.postTeamDays)
}

// Team is a department with the working days it may take.
type Team struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	Days   int    `db:"days"`
	People int    `db:"people"`
}

// themeTeam is the department of a topic, as the topic says.
type themeTeam struct {
	ID       int64  `db:"id"`
	NameEN   string `db:"name_en"`
	NameZH   string `db:"name_zh"`
	TeamName string `db:"team_name"`
}

// Name is the topic for the reader.
func (t themeTeam) Name(l *i18n.Locale) string {
	return Thing{Kind: onTopic, NameEN: t.NameEN, NameZH: t.NameZH}.name(l)
}

// routesBody is the page of who looks after what.
type routesBody struct {
	Routes []Route
	Themes []themeTeam
	Teams  []Team
	Things []Thing
	Staff  []Person
	Route  Route // the one that is changed; zero for a new one
}

// Whoms are the departments and people to choose.
func (b routesBody) Whoms(d view.Data) []view.Option {
	var out []view.Option
	for _, t := range b.Teams {
		out = append(out, view.Option{Value: "team:" + strconv.FormatInt(t.ID, 10), Label: d.Locale.T("feedback.route.team", "name", t.Name)})
	}
	for _, p := range b.Staff {
		out = append(out, view.Option{Value: "user:" + strconv.FormatInt(p.ID, 10), Label: p.Name})
	}
	return out
}

// Whats are the things to choose.
func (b routesBody) Whats(d view.Data) []view.Option {
	var out []view.Option
	for _, t := range b.Things {
		out = append(out, view.Option{Value: t.Kind + ":" + t.Ref, Label: d.Locale.T("feedback.route."+t.Kind, "name", t.name(d.Locale))})
	}
	return out
}

// routeForm is what was typed about a route.
type routeForm struct {
	What, Whom string
	Version    int64
}

func (f routeForm) input() RouteInput {
	in := RouteInput{Version: f.Version}
	in.Kind, in.Ref, _ = strings.Cut(f.What, ":")
	kind, ref, _ := strings.Cut(f.Whom, ":")
	id, _ := strconv.ParseInt(ref, 10, 64) // nobody is refused by the service
	switch kind {
	case "team":
		in.TeamID = id
	case "user":
		in.UserID = id
	}
	return in
}

func formOf(r Route) routeForm {
	f := routeForm{What: r.Kind + ":" + r.Ref(), Version: r.Version, Whom: "team:" + strconv.FormatInt(int64(r.TeamID), 10)}
	if r.UserID != 0 {
		f.Whom = "user:" + strconv.FormatInt(int64(r.UserID), 10)
	}
	return f
}

func (s *Service) showRoutes(c *fiber.Ctx) error { return s.renderRoutes(c, Route{}, routeForm{}, nil) }

func (s *Service) showRoute(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	r, err := s.Route(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.renderRoutes(c, r, formOf(r), nil)
}

func (s *Service) renderRoutes(c *fiber.Ctx, r Route, f routeForm, problem error) error {
	ctx := web.Ctx(c)
	b := routesBody{Route: r}
	if err := s.readRoutes(ctx, s.db.Reader(ctx), &b); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "feedback/routes", Title: "feedback.routes", Body: b, Form: f, Err: problem})
}

func (s *Service) readRoutes(ctx context.Context, q db.Q, b *routesBody) error {
	several, err := together(ctx, q)
	if err != nil {
		return err
	}
	if !several { // who works alone looks after everything
		return errs.NotVisible()
	}
	if b.Routes, err = s.Routes(ctx); err != nil {
		return err
	}
	for _, part := range []struct {
		into any
		sql  string
	}{{&b.Themes, sqlThemeTeams}, {&b.Teams, sqlTeams}, {&b.Things, sqlThings}, {&b.Staff, sqlStaff}} {
		if err := q.Select(ctx, part.into, part.sql); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) postRoute(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	f := routeForm{What: c.FormValue("what"), Whom: c.FormValue("whom")}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	var r Route
	if c.Params("id") != "" {
		id, err := web.ID(c, "id")
		if err != nil {
			return err
		}
		if r, err = s.Route(ctx, id); err != nil {
			return err
		}
	}
	if _, err := s.SaveRoute(ctx, r.ID, f.input()); err != nil {
		if errs.Is(err, errs.Conflict) {
			f.Version = r.Version
		}
		return s.renderRoutes(c, r, f, err)
	}
	return web.Done(c, routesHome, "common.saved")
}

func (s *Service) postDropRoute(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.DropRoute(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, routesHome, "common.deleted")
}

func (s *Service) postTeamDays(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	days, _ := strconv.Atoi(c.FormValue("days")) // 0 is refused by the service
	if err := s.SetTeamDays(web.Ctx(c), id, days); err != nil {
		return s.renderRoutes(c, Route{}, routeForm{}, err)
	}
	return web.Done(c, routesHome, "common.saved")
}
