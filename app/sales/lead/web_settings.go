package lead

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The settings of leads: the clock of the first answer, the pool, and why leads
// are given up.

func (s *Service) settingsRoutes(r *web.Router) {
	r.Get("/settings/leads", Settings, s.settings)
	r.Post("/settings/leads", Settings, s.saveSettings)
	r.Post("/settings/leads/reasons", Settings, s.saveReasons)
}

// SettingsPage feeds the page.
type SettingsPage struct {
	Response, Cap, Days string
	Reasons             []Reason
	Several             bool // several people work here
	Settings            []view.NavGroup
}

func (s *Service) settings(c *fiber.Ctx) error {
	r, err := s.rules(web.Ctx(c), s.db.Reader(web.Ctx(c)))
	if err != nil {
		return err
	}
	return s.settingsPage(c, SettingsPage{Response: strconv.Itoa(r.ResponseHours), Cap: strconv.Itoa(r.ClaimCap), Days: strconv.Itoa(r.ReturnDays)}, nil)
}

func (s *Service) settingsPage(c *fiber.Ctx, b SettingsPage, problem error) error {
	ctx := web.Ctx(c)
	have, err := s.Reasons(ctx)
	if err != nil {
		return err
	}
	for _, r := range have {
		if r.Active {
			b.Reasons = append(b.Reasons, r)
		}
	}
	people, err := s.People.Colleagues(ctx)
	if err != nil {
		return err
	}
	b.Several, b.Settings = len(people) > 1, web.SettingsNav(c)
	return web.Render(c, web.Page{Name: "sales/lead-settings", Title: "lead.settings", Body: b, Err: problem})
}

func (s *Service) saveSettings(c *fiber.Ctx) error {
	old, err := s.rules(web.Ctx(c), s.db.Reader(web.Ctx(c)))
	if err != nil {
		return err
	}
	b := SettingsPage{Response: c.FormValue("response_hours"), Cap: c.FormValue("claim_cap"), Days: c.FormValue("return_days")}
	check := &errs.Check{}
	read := func(field, typed string, was int) int {
		if !c.Request().PostArgs().Has(field) { // one person alone is not asked
			return was
		}
		if strings.TrimSpace(typed) == "" {
			return 0
		}
		n, err := strconv.Atoi(strings.TrimSpace(typed))
		check.That(err == nil, field, "error.number")
		return n
	}
	r := Rules{ResponseHours: read("response_hours", b.Response, old.ResponseHours), ClaimCap: read("claim_cap", b.Cap, old.ClaimCap), ReturnDays: read("return_days", b.Days, old.ReturnDays)}
	if err = check.Err(); err == nil {
		err = s.SaveRules(web.Ctx(c), r)
	}
	if err != nil {
		return s.settingsPage(c, b, err)
	}
	return web.Done(c, "/settings/leads", "common.saved")
}

func (s *Service) saveReasons(c *fiber.Ctx) error {
	var want []Reason
	args := c.Request().PostArgs()
	ids := args.PeekMulti("reason_id")
	for i, name := range args.PeekMulti("reason") {
		r := Reason{Name: string(name)}
		if i < len(ids) {
			r.ID = number(string(ids[i]))
		}
		want = append(want, r)
	}
	if err := s.SaveReasons(web.Ctx(c), want); err != nil {
		return err
	}
	return web.Done(c, "/settings/leads", "common.saved")
}
