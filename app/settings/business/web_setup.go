package business

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// setupBody is the first run's page: with the right token the form, else the
// question for it.
type setupBody struct {
	choices
	Token  string // "" asks for it
	Packs  []Pack
	Sample bool // sample data can be brought in
}

func (s *Service) showSetup(c *fiber.Ctx) error {
	if web.Business(c).Ready() {
		return web.Redirect(c, "/login")
	}
	token := c.Query("token")
	if token == "" {
		return s.askToken(c, nil)
	}
	if err := s.tokenFits(token); err != nil {
		return s.askToken(c, err)
	}
	l := web.Locale(c)
	form := Input{Locale: l.Tag(), Timezone: zoneHere(l), Pack: "food", Sample: s.sample != nil}
	form.Currency = currencyOf(regionOf(form.Timezone, ""), money.Currencies())
	return s.setup(c, token, form, nil)
}

// askToken shows where the token is found; a wrong one is said beside the field.
func (s *Service) askToken(c *fiber.Ctx, problem error) error {
	if e, ok := errs.As(problem); ok && e.Kind == errs.Denied {
		check := &errs.Check{}
		check.Add("token", e.Message.Key)
		problem = check.Err()
	}
	return web.Render(c, web.Page{Name: "setup/first", Layout: "plain", Title: "setup.title", Body: setupBody{}, Form: Input{}, Err: problem})
}

func (s *Service) setup(c *fiber.Ctx, token string, form Input, problem error) error {
	form.Password = ""
	b := setupBody{choices: choicesOf(web.Locale(c), form.Timezone), Token: token, Packs: Packs(), Sample: s.sample != nil}
	return web.Render(c, web.Page{Name: "setup/first", Layout: "plain", Title: "setup.title", Body: b, Form: form, Err: problem})
}

func (s *Service) postSetup(c *fiber.Ctx) error {
	form := Input{Business: c.FormValue("business"), OwnerName: c.FormValue("owner_name"), OwnerEmail: c.FormValue("owner_email"),
		Password: c.FormValue("password"), Locale: c.FormValue("locale"), Currency: c.FormValue("currency"), Timezone: c.FormValue("timezone"),
		Pack: c.FormValue("pack"), Sample: c.FormValue("sample") == "1"}
	token := c.FormValue("token")
	owner, err := s.First(web.Ctx(c), token, form)
	if errs.Is(err, errs.Denied) {
		return s.askToken(c, err)
	}
	if errs.Is(err, errs.Invalid) {
		return s.setup(c, token, form, err)
	}
	if err != nil {
		return err
	}
	if err := web.From(c).Sessions.Start(c, owner.ID, owner.Generation, false, false); err != nil {
		return err
	}
	return web.Redirect(c, "/today")
}

// zoneHere guesses the shop's time zone: the reader's language says China, else
// the first place whose clocks agree with this machine's.
func zoneHere(l *i18n.Locale) string {
	_, offset := l.Now().In(time.Local).Zone()
	if l.Tag() == i18n.Chinese && (offset == 0 || offset == 8*3600) {
		return "Asia/Shanghai"
	}
	var options []view.Option = choicesOf(l, "").Zones
	for _, o := range options {
		name, _ := o.Value.(string)
		zone, err := cal.Zone(name)
		if err != nil {
			continue
		}
		if _, there := l.Now().In(zone).Zone(); there == offset {
			return name
		}
	}
	return "UTC"
}
