package role

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/pricing"
	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/settings/roles", "role.write", s.showRoles)
	r.Post("/settings/roles/:name", "role.write", s.postRole)
}

// rolesBody is the page with one form per role that can be changed.
type rolesBody struct {
	Settings []view.NavGroup
	Roles    []Role
}

// Can tells whether a form is shown for the role.
func (rolesBody) Can(r Role) bool { return r.Name != auth.Owner }

// Most is what a role may take off without asking, as a form says it.
func (rolesBody) Most(r Role) string {
	if r.Discount == nil {
		return ""
	}
	return pricing.RateText(*r.Discount)
}

// Reaches are the choices of data scope, as the select wants them.
func (rolesBody) Reaches(d view.Data) []view.Option {
	var out []view.Option
	for _, r := range []auth.Reach{auth.All, auth.Team, auth.Own} {
		out = append(out, view.Option{Value: string(r), Label: d.Locale.T("role.reach." + string(r))})
	}
	return out
}

func (s *Service) showRoles(c *fiber.Ctx) error { return s.render(c, nil) }

func (s *Service) render(c *fiber.Ctx, problem error) error {
	roles, err := s.List(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "staff/roles", Title: "role.title", Body: rolesBody{web.SettingsNav(c), roles}, Err: problem})
}

func (s *Service) postRole(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/settings/roles"); sent || err != nil {
		return err
	}
	in := Input{Reach: auth.Reach(c.FormValue("reach"))}
	for _, name := range c.Context().PostArgs().PeekMulti("allowed") {
		in.Allowed = append(in.Allowed, string(name))
	}
	name, typed := c.Params("name"), strings.TrimSpace(c.FormValue("discount"))
	if typed != "" {
		most, err := pricing.ParseRate(typed)
		if err != nil {
			most = -1 // refused beside the field
		}
		in.Discount = &most
	}
	if err := s.Update(web.Ctx(c), name, in); err != nil {
		return s.render(c, err)
	}
	return web.Done(c, fmt.Sprintf("/settings/roles#%s", name), "common.saved")
}
