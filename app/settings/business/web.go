package business

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/money"
	"regulars/app/staff/user"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/setup", web.Visitor, s.showSetup)
	r.Post("/setup", web.Visitor, s.postSetup)
	r.Get("/settings", web.Self, s.showIndex)
	r.Get("/settings/business", "settings.write", s.showProfile)
	r.Post("/settings/business", "settings.write", s.postProfile)
	s.sampleRoutes(r)
}

// choices are the lists that both forms offer.
type choices struct {
	Languages  []view.Option
	Currencies []view.Option
	Zones      []view.Option
}

func choicesOf(l *i18n.Locale, zone string) choices {
	c := choices{Zones: user.Zones(l, zone)}
	c.Languages = []view.Option{{Value: i18n.English, Label: l.T("language.en")}, {Value: i18n.Chinese, Label: l.T("language.zh_cn")}}
	for _, code := range money.Currencies() {
		label := code
		if sign := money.Symbol(code); sign != code {
			label += ", " + sign
		}
		c.Currencies = append(c.Currencies, view.Option{Value: code, Label: label})
	}
	return c
}

// indexBody is the overview: every settings page with one line about it.
type indexBody struct{ Settings []view.NavGroup }

// About is the i18n key of the line about an entry.
func (indexBody) About(key string) string {
	if name, ours := strings.CutPrefix(key, "settings."); ours {
		return "settings." + name + ".about"
	}
	return key + ".about" // a slice's own words
}

func (s *Service) showIndex(c *fiber.Ctx) error {
	return web.Render(c, web.Page{Name: "settings/index", Title: "nav.settings", Body: indexBody{web.SettingsNav(c)}})
}

// profileBody is the shop's own page.
type profileBody struct {
	Settings []view.NavGroup
	choices
	Regions []view.Option
	Maps    []view.Option
}

func (s *Service) showProfile(c *fiber.Ctx) error {
	b, err := s.Get(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.profile(c, profileOf(b), nil)
}

func (s *Service) profile(c *fiber.Ctx, form Profile, problem error) error {
	l := web.Locale(c)
	b := profileBody{Settings: web.SettingsNav(c), choices: choicesOf(l, form.Timezone)}
	for _, r := range l.SortCountries(regions) {
		b.Regions = append(b.Regions, view.Option{Value: r, Label: l.Country(r)})
	}
	for _, m := range maps {
		b.Maps = append(b.Maps, view.Option{Value: m, Label: l.T("business.map." + m)})
	}
	return web.Render(c, web.Page{Name: "settings/business", Title: "business.title", Body: b, Form: form, Err: problem})
}

func (s *Service) postProfile(c *fiber.Ctx) error {
	form := Profile{c.FormValue("name"), c.FormValue("locale"), c.FormValue("currency"), c.FormValue("timezone"), c.FormValue("region"),
		c.FormValue("map"), c.FormValue("email"), c.FormValue("version"), c.FormValue("prices_with_tax") != ""}
	if err := s.Update(web.Ctx(c), form); err != nil {
		return s.profile(c, form, err)
	}
	return web.Done(c, "/settings/business", "common.saved")
}
