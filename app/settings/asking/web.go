package asking

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/consent"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/settings/asking", Write, s.show)
	r.Post("/settings/asking", Write, s.save)
}

// body is the page.
type body struct {
	Settings []view.NavGroup
	DaysOff  []string // the holidays still to come
}

// form is what was typed.
type form struct {
	From, To                 string
	SurveyDays, Year, Mailed string
	OptIn                    bool
}

func formOf(r consent.Rules) form {
	return form{r.Quiet.From, r.Quiet.To, strconv.Itoa(r.Budget.SurveyDays), strconv.Itoa(r.Budget.SurveyYear), strconv.Itoa(r.Budget.Month), r.OptIn}
}

func (s *Service) show(c *fiber.Ctx) error {
	r, err := s.Rules(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.render(c, formOf(r), nil)
}

func (s *Service) save(c *fiber.Ctx) error {
	f := form{c.FormValue("quiet_from"), c.FormValue("quiet_to"), c.FormValue("survey_days"), c.FormValue("survey_year"), c.FormValue("month"),
		c.FormValue("opt_in") == "yes"}
	r, err := f.rules()
	if err == nil {
		err = s.Save(web.Ctx(c), r)
	}
	if err != nil {
		return s.render(c, f, err)
	}
	return web.Done(c, "/settings/asking", "asking.saved")
}

// rules reads the form; what is no number stands beside its field.
func (f form) rules() (consent.Rules, error) {
	c := &errs.Check{}
	number := func(name, text string) int {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		c.That(err == nil, name, "error.number")
		return n
	}
	r := consent.Rules{Quiet: consent.Quiet{From: strings.TrimSpace(f.From), To: strings.TrimSpace(f.To)}, OptIn: f.OptIn,
		Budget: consent.Budget{SurveyDays: number("survey_days", f.SurveyDays), SurveyYear: number("survey_year", f.Year), Month: number("month", f.Mailed)}}
	return r, c.Err()
}

func (s *Service) render(c *fiber.Ctx, f form, problem error) error {
	days, err := s.daysOff(web.Ctx(c))
	if err != nil {
		return err
	}
	b := body{Settings: web.SettingsNav(c)}
	today := string(cal.Today(s.db.Now(), web.Locale(c).Zone()))
	slices.Sort(days)
	for _, d := range days {
		if d >= today && len(b.DaysOff) < 12 {
			b.DaysOff = append(b.DaysOff, d)
		}
	}
	return web.Render(c, web.Page{Name: "settings/asking", Title: "settings.asking", Body: b, Form: f, Err: problem})
}
