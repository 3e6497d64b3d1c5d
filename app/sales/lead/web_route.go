package lead

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The settings of who answers which leads; who works alone answers all.

const routesHome = "/settings/lead-routes"

func (s *Service) routeRoutes(r *web.Router) {
	r.Get(routesHome, Settings, s.showRoutes)
	r.Get(routesHome+"/new", Settings, s.blankRoute)
	r.Post(routesHome, Settings, s.postRoute)
	r.Get(routesHome+"/:id", Settings, s.editRoute)
	r.Post(routesHome+"/:id", Settings, s.postRoute)
	r.Post(routesHome+"/:id/place", Settings, s.postPlaceRoute)
	r.Post(routesHome+"/:id/delete", Settings, s.postDropRoute)
}

// RouteLine is a rule in words.
type RouteLine struct {
	Route
	About       string
	Whom        string
	First, Last bool
}

// RoutesPage feeds the list.
type RoutesPage struct {
	Lines    []RouteLine
	Settings []view.NavGroup
}

func (s *Service) showRoutes(c *fiber.Ctx) error {
	whom, err := s.whomOrNobody(c)
	if err != nil {
		return err
	}
	list, err := s.Routes(web.Ctx(c))
	if err != nil {
		return err
	}
	l, b := web.Locale(c), RoutesPage{Settings: web.SettingsNav(c)}
	for i, r := range list {
		line := RouteLine{Route: r, First: i == 0, Last: i == len(list)-1}
		var about, people []string
		add := func(label, value string) {
			if value != "" {
				about = append(about, l.T("lead.route.is", "field", l.T(label), "value", value))
			}
		}
		add("deal.source", strings.Join(r.Sources, ", "))
		add("lead.region", strings.Join(r.Regions, ", "))
		add("order.product", string(r.ProductName))
		add("lead.score.form", string(r.FormName))
		if line.About = strings.Join(about, " · "); line.About == "" {
			line.About = l.T("lead.route.all")
		}
		for _, o := range whom {
			if r.People.Has(o.Value) {
				people = append(people, o.Label)
			}
		}
		if line.Whom = strings.Join(people, ", "); line.Whom == "" {
			line.Whom = l.T("lead.route.everybody")
		}
		b.Lines = append(b.Lines, line)
	}
	return web.Render(c, web.Page{Name: "sales/lead-routes", Title: "lead.routes", Body: b})
}

// whomOrNobody are the people to choose; where one works alone there is no page.
func (s *Service) whomOrNobody(c *fiber.Ctx) ([]view.Option, error) {
	whom, err := s.whom(c)
	if err == nil && len(whom) == 0 {
		err = errs.NotVisible()
	}
	return whom, err
}

// RoutePage feeds the page of one rule.
type RoutePage struct {
	Route
	Product  string
	Whom     []view.Option
	Forms    []view.Option
	Methods  []view.Option
	Products []string
	Settings []view.NavGroup
}

func (s *Service) blankRoute(c *fiber.Ctx) error {
	return s.routePage(c, Route{Method: turns, Active: true}, "", nil)
}

func (s *Service) editRoute(c *fiber.Ctx) error {
	r, err := s.routeByParam(c)
	if err != nil {
		return err
	}
	return s.routePage(c, r, string(r.ProductName), nil)
}

func (s *Service) routeByParam(c *fiber.Ctx) (Route, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Route{}, err
	}
	return s.Route(web.Ctx(c), id)
}

func (s *Service) routePage(c *fiber.Ctx, r Route, product string, problem error) error {
	whom, err := s.whomOrNobody(c)
	if err != nil {
		return err
	}
	l := web.Locale(c)
	b := RoutePage{Route: r, Product: product, Whom: whom, Settings: web.SettingsNav(c)}
	for _, m := range []string{turns, load} {
		b.Methods = append(b.Methods, view.Option{Value: m, Label: l.T("lead.route.method." + m)})
	}
	list, err := s.Forms(web.Ctx(c))
	if err != nil {
		return err
	}
	for _, f := range list {
		b.Forms = append(b.Forms, view.Option{Value: f.ID, Label: f.Name})
	}
	const most = 500
	offered, err := s.Products.Offered(web.Ctx(c), most)
	if err != nil && !errs.Is(err, errs.Denied) {
		return err
	}
	for _, p := range offered {
		b.Products = append(b.Products, p.Name)
	}
	p := web.Page{Name: "sales/lead-route", Heading: r.Name, Body: b, Err: problem}
	if r.ID == 0 {
		p.Title = "lead.route.new"
	}
	return web.Render(c, p)
}

// Listed is a list as it is typed.
func (RoutePage) Listed(list Words) string { return strings.Join(list, ", ") }

func commas(s string) Words {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，;；、\n", r) })
}

func (s *Service) postRoute(c *fiber.Ctx) error {
	if _, err := s.whomOrNobody(c); err != nil {
		return err
	}
	r := Route{}
	if c.Params("id") != "" {
		old, err := s.routeByParam(c)
		if err != nil {
			return err
		}
		r.ID = old.ID
	}
	r.Version, r.Name, r.Method = number(c.FormValue("version")), c.FormValue("name"), c.FormValue("method")
	r.Sources, r.Regions, r.FormID = commas(c.FormValue("sources")), commas(c.FormValue("regions")), db.ID(number(c.FormValue("form_id")))
	r.AtOnce, r.Active = c.FormValue("at_once") != "", c.FormValue("active") != ""
	for _, id := range c.Request().PostArgs().PeekMulti("people") {
		r.People = append(r.People, number(string(id)))
	}
	product, check := strings.TrimSpace(c.FormValue("product")), &errs.Check{}
	if product != "" {
		p, found, err := s.Products.Named(web.Ctx(c), product)
		if err != nil {
			return err
		}
		check.That(found, "product", "error.choice")
		r.ProductID = db.ID(p.ID)
	}
	err := check.Err()
	if err == nil {
		_, err = s.SaveRoute(web.Ctx(c), r)
	}
	if err != nil {
		return s.routePage(c, r, product, err)
	}
	return web.Done(c, routesHome, "common.saved")
}

func (s *Service) postPlaceRoute(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	by := 1
	if c.FormValue("by") == "back" {
		by = -1
	}
	if err := s.PlaceRoute(web.Ctx(c), id, by); err != nil {
		return err
	}
	return web.Redirect(c, routesHome)
}

func (s *Service) postDropRoute(c *fiber.Ctx) error {
	r, err := s.routeByParam(c)
	if err != nil {
		return err
	}
	if err := s.DropRoute(web.Ctx(c), r.ID); err != nil {
		return err
	}
	return web.Done(c, routesHome, "lead.route.dropped", "name", r.Name)
}

// Why says by which rule somebody has the lead.
func (b ShowPage) Why(d view.Data) string {
	how, rule, ok := strings.Cut(b.AssignedWhy, ":")
	if !ok {
		return ""
	}
	return d.Locale.T("lead.route.why."+how, "name", rule, "who", string(b.OwnerName))
}

// postAssign gives a lead by the rules.
func (s *Service) postAssign(c *fiber.Ctx) error {
	l, err := s.byParam(c)
	if err != nil {
		return err
	}
	version := number(c.FormValue("version"))
	_, err = s.Assign(web.Ctx(c), l.ID, &version)
	return s.after(c, l, err, "common.saved")
}
