package hours

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// Module offers the slice to the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name: "hours",
		Routes: func(r *web.Router) {
			r.Get("/settings/hours", Write, s.show)
			r.Post("/settings/hours", Write, s.save)
		},
		Permissions: []auth.Permission{{Name: Write, Roles: auth.Leads}},
		Settings:    []web.SettingsEntry{{Group: "settings.group.business", Order: 130, Key: "settings.hours", Icon: "clock", Href: "/settings/hours", Permission: Write}},
	}
}

// Body feeds the page.
type Body struct {
	Nav  []view.NavGroup
	Days []Day
}

// Day is one weekday's line.
type Day struct{ Field, Key, Value string }

// Form is what was typed.
type Form struct{ Holidays, Makeup string }

func (s *Service) show(c *fiber.Ctx) error {
	p, err := s.Plan(web.Ctx(c))
	if err != nil {
		return err
	}
	return render(c, p, nil)
}

func (s *Service) save(c *fiber.Ctx) error {
	var p Plan
	for i := range p.Week {
		p.Week[i] = c.FormValue(fieldOf(i))
	}
	p.Holidays, p.Makeup = []string{c.FormValue("holidays")}, []string{c.FormValue("makeup")}
	if err := s.Save(web.Ctx(c), p); err != nil {
		return render(c, p, err)
	}
	return web.Done(c, "/settings/hours", "hours.saved")
}

func render(c *fiber.Ctx, p Plan, err error) error {
	b := Body{Nav: web.SettingsNav(c)}
	for _, i := range []int{1, 2, 3, 4, 5, 6, 0} {
		b.Days = append(b.Days, Day{fieldOf(i), "hours.day." + string(rune('0'+i)), p.Week[i]})
	}
	f := Form{strings.Join(p.Holidays, "\n"), strings.Join(p.Makeup, "\n")}
	return web.Render(c, web.Page{Name: "settings/hours", Title: "settings.hours", Body: b, Form: f, Err: err})
}
