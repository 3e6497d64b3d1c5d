package channel

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/mail"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const (
	mailPath   = "/settings/mail"
	outboxPath = "/settings/outbox"
)

func (s *Service) routes(r *web.Router) {
	r.Get(mailPath, "channel.write", s.showMail)
	r.Post(mailPath, "channel.write", s.postMail)
	r.Post(mailPath+"/test", "channel.write", s.postTest)
	r.Post(mailPath+"/domain", "channel.write", s.postSender)
	s.inboxRoutes(r)
	r.Get(outboxPath, "outbox.read", s.showOutbox)
	r.Post(outboxPath+"/release", "channel.write", s.postRelease)
	r.Post(outboxPath+"/hold", "channel.write", s.postHold)
	r.Post(outboxPath+"/discard-held", "outbox.write", s.postDiscardHeld)
	r.Post(outboxPath+"/:id/retry", "outbox.write", s.postRetry)
	r.Post(outboxPath+"/:id/discard", "outbox.write", s.postDiscard)
}

// mailBody is the page of the mail server.
type mailBody struct {
	Settings    []view.NavGroup
	Presets     []mail.Preset
	Preset      mail.Preset
	Securities  []view.Option
	Fixed       map[string]bool
	AnyFixed    bool
	Ready       bool
	HasPassword bool
	TestTo      string
	Sends       bool          // there is an address that mail is sent from
	Domain      *SenderDomain // what was found about its domain, once somebody asked
	Selector    string
}

func (s *Service) showMail(c *fiber.Ctx) error {
	st, _, err := s.Read(web.Ctx(c))
	if err != nil {
		return err
	}
	if chosen := c.Query("preset"); chosen != "" {
		i := slices.IndexFunc(mail.Presets(), func(p mail.Preset) bool { return p.ID == chosen })
		if i >= 0 {
			p := mail.Presets()[i]
			st.Preset, st.Host, st.Port, st.Security = p.ID, p.Host, p.Port, p.Security
			apply(s.config, &st)
		}
	}
	return s.mailPage(c, st, nil)
}

func (s *Service) mailPage(c *fiber.Ctx, form Settings, problem error) error {
	return s.mailPageWith(c, form, nil, problem)
}

// mailPageWith also shows what was found about the sender's domain.
func (s *Service) mailPageWith(c *fiber.Ctx, form Settings, found *SenderDomain, problem error) error {
	ctx := web.Ctx(c)
	stored, locked, err := s.Read(ctx)
	if err != nil {
		return err
	}
	if form.Security == "" {
		form.Security, form.Port = "tls", 465
	}
	presets := mail.Presets()
	ready, _ := s.Ready(ctx)
	b := mailBody{Settings: web.SettingsNav(c), Presets: presets, Preset: presets[len(presets)-1], Fixed: locked, AnyFixed: len(locked) > 0,
		Ready: ready, HasPassword: stored.Sealed != "", TestTo: web.Actor(c).Email, Sends: stored.From != "", Domain: found}
	if c.Method() == fiber.MethodPost {
		b.Selector = c.FormValue("selector")
	}
	for _, p := range presets {
		if p.ID == form.Preset {
			b.Preset = p
		}
	}
	l := web.Locale(c)
	for _, name := range []string{"tls", "starttls", "none"} {
		b.Securities = append(b.Securities, view.Option{Value: name, Label: l.T("channel.security." + name)})
	}
	form.Password, form.Sealed = "", ""
	return web.Render(c, web.Page{Name: "settings/channel", Title: "settings.mail", Body: b, Form: form, Err: problem})
}

func (s *Service) postMail(c *fiber.Ctx) error {
	in := Settings{Preset: c.FormValue("preset"), Host: c.FormValue("host"), Security: c.FormValue("security"), Username: c.FormValue("username"),
		Password: c.FormValue("password"), From: c.FormValue("from"), FromName: c.FormValue("from_name")}
	if text := c.FormValue("port"); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			port = -1 // Validate says so
		}
		in.Port = port
	}
	saved, err := s.Save(web.Ctx(c), in)
	if err != nil {
		return s.mailPage(c, saved, err)
	}
	if c.FormValue("then") == "test" {
		return s.postTest(c)
	}
	return web.Said(c, mailPath, "common.saved")
}

func (s *Service) postTest(c *fiber.Ctx) error {
	if problem := s.Test(web.Ctx(c)); problem != nil {
		st, _, err := s.Read(web.Ctx(c))
		if err != nil {
			return err
		}
		return s.mailPage(c, st, problem)
	}
	return web.Said(c, mailPath, "channel.test.queued", "address", web.Actor(c).Email)
}
