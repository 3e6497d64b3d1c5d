package receivable

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sales/payment"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) settingRoutes(r *web.Router) {
	r.Get("/settings/payment-reminders", payment.Settings, s.showReminders)
	r.Post("/settings/payment-reminders", payment.Settings, s.saveReminders)
	r.Post("/customers/:id/credit-limit", payment.Settings, s.saveLimit)
}

// RemindersPage feeds the page of reminders.
type RemindersPage struct {
	Settings []view.NavGroup
	Letters  []Letter
}

// Letter is one of the letters with how it reads.
type Letter struct {
	Step              int
	Days, Tag, Suffix string // Suffix names its fields
	Words
	Preview string
}

// RemindersForm is what was typed.
type RemindersForm struct {
	On    bool
	Steps [stepCount]string
}

func (s *Service) showReminders(c *fiber.Ctx) error {
	r, err := s.Reminders(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.renderReminders(c, r, nil)
}

func (s *Service) saveReminders(c *fiber.Ctx) error {
	r := Reminders{On: c.FormValue("on") != "", Texts: map[string][]Words{}}
	check := &errs.Check{}
	for n := 1; n <= stepCount; n++ {
		name := fmt.Sprintf("step%d", n)
		days, err := strconv.Atoi(strings.TrimSpace(c.FormValue(name)))
		check.That(err == nil, name, "error.number")
		r.Steps = append(r.Steps, days)
		for _, tag := range Languages {
			suffix := fmt.Sprintf("_%s_%d", tag, n)
			w := Words{Subject: strings.TrimSpace(c.FormValue("subject" + suffix)), Text: strings.ReplaceAll(strings.TrimSpace(c.FormValue("text"+suffix)), "\r\n", "\n")}
			l := web.Locale(c)
			if usual := (Reminders{}).In(s.View.Bundle().For(tag).In(l.Zone()).At(l.Now()), n-1); w.Subject == usual.Subject {
				w.Subject = "" // a shipped text stays one
			}
			if usual := (Reminders{}).In(s.View.Bundle().For(tag).In(l.Zone()).At(l.Now()), n-1); w.Text == usual.Text {
				w.Text = ""
			}
			r.Texts[tag] = append(r.Texts[tag], w)
		}
	}
	err := check.Err()
	if err == nil {
		err = s.SetReminders(web.Ctx(c), r)
	}
	if err != nil {
		return s.renderReminders(c, r, err)
	}
	return web.Done(c, "/settings/payment-reminders", "common.saved")
}

func (s *Service) renderReminders(c *fiber.Ctx, r Reminders, problem error) error {
	b := RemindersPage{Settings: web.SettingsNav(c)}
	f := RemindersForm{On: r.On}
	business := web.Business(c)
	now := web.Locale(c)
	day := cal.Today(now.Now(), now.Zone())
	for n := range stepCount {
		f.Steps[n] = strconv.Itoa(r.Steps[n])
		for _, tag := range Languages {
			l := s.View.Bundle().For(tag).In(now.Zone()).At(now.Now())
			w := r.In(l, n)
			sample := []Item{{Number: l.T("receivable.sample_number"), DueOn: day.AddDays(-r.Steps[n]), Open: 128000, Currency: business.Currency}}
			plain, _, err := s.lay(l, business, w, l.T("receivable.sample_name"), sample, "")
			if err != nil {
				return err
			}
			b.Letters = append(b.Letters, Letter{Step: n + 1, Days: f.Steps[n], Tag: tag, Suffix: fmt.Sprintf("_%s_%d", tag, n+1), Words: w, Preview: plain})
		}
	}
	return web.Render(c, web.Page{Name: "settings/payment-reminders", Title: "receivable.reminders", Body: b, Form: f, Err: problem})
}

func (s *Service) saveLimit(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	amount, err := limitField(strings.TrimSpace(c.FormValue("limit")), web.Business(c).Currency)
	if err == nil {
		err = s.SetLimit(web.Ctx(c), id, amount)
	}
	if err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", id), "common.saved")
}
