package channel

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/page"
	"regulars/app/sys/inbox"
	"regulars/app/sys/mail"
	"regulars/app/sys/outbox"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const (
	inboxPath   = mailPath + "/inbox"
	bouncesPath = outboxPath + "/bounces"
)

func (s *Service) inboxRoutes(r *web.Router) {
	r.Get(inboxPath, "channel.write", s.showInbox)
	r.Post(inboxPath, "channel.write", s.postInbox)
	r.Post(inboxPath+"/check", "channel.write", s.postInboxCheck)
	r.Post(inboxPath+"/stop", "channel.write", s.postInboxStop)
	r.Get(bouncesPath, "outbox.read", s.showBounces)
	r.Post(bouncesPath+"/:id/lift", "outbox.write", s.postLift)
}

// inboxBody is the page of the mailbox that is read.
type inboxBody struct {
	Settings    []view.NavGroup
	Presets     []mail.Preset
	Preset      mail.Preset
	Securities  []view.Option
	Status      inbox.Status
	HasPassword bool
	Shares      bool   // the password that mail is sent with will do
	From        string // where mail is sent from, when that is another address
}

func (s *Service) showInbox(c *fiber.Ctx) error {
	st, err := s.ReadInbox(web.Ctx(c))
	if err != nil {
		return err
	}
	if chosen := c.Query("preset"); chosen != "" {
		if i := slices.IndexFunc(mail.Presets(), func(p mail.Preset) bool { return p.ID == chosen }); i >= 0 {
			st.Preset, st.Host, st.Port, st.Security = chosen, mail.Presets()[i].IMAP, 993, "tls"
		}
	}
	return s.inboxPage(c, st, nil)
}

func (s *Service) inboxPage(c *fiber.Ctx, form InboxSettings, problem error) error {
	ctx := web.Ctx(c)
	stored, err := s.storedInbox(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	sending, err := s.stored(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	status, err := s.InboxStatus(ctx)
	if err != nil {
		return err
	}
	presets := mail.Presets()
	b := inboxBody{Settings: web.SettingsNav(c), Presets: presets, Preset: presets[len(presets)-1], Status: status, HasPassword: stored.Sealed != "",
		Shares: stored.Shared || sending.Sealed != "" && form.Username == sending.Username && sameHouse(sending.Host, form.Host)}
	if sending.From != "" && form.Address != "" && sending.From != form.Address {
		b.From = sending.From
	}
	for _, p := range presets {
		if p.ID == form.Preset {
			b.Preset = p
		}
	}
	l := web.Locale(c)
	for _, name := range []string{"tls", "starttls", "none"} {
		b.Securities = append(b.Securities, view.Option{Value: name, Label: l.T("inbox.security." + name)})
	}
	form.Password, form.Sealed = "", ""
	return web.Render(c, web.Page{Name: "settings/inbox", Title: "settings.inbox", Body: b, Form: form, Err: problem})
}

func (s *Service) postInbox(c *fiber.Ctx) error {
	in := InboxSettings{Preset: c.FormValue("preset"), Host: c.FormValue("host"), Security: c.FormValue("security"), Username: c.FormValue("username"),
		Password: c.FormValue("password"), Folder: c.FormValue("folder"), Address: c.FormValue("address")}
	if text := c.FormValue("port"); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			port = -1 // validate says so
		}
		in.Port = port
	}
	saved, err := s.SaveInbox(web.Ctx(c), in)
	if err != nil {
		return s.inboxPage(c, saved, err)
	}
	return s.postInboxCheck(c)
}

func (s *Service) postInboxCheck(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	if problem := s.CheckInbox(ctx); problem != nil {
		if !errs.Is(problem, errs.Conflict) {
			return problem
		}
		st, err := s.ReadInbox(ctx)
		if err != nil {
			return err
		}
		return s.inboxPage(c, st, problem)
	}
	return web.Said(c, inboxPath, "inbox.checked")
}

func (s *Service) postInboxStop(c *fiber.Ctx) error {
	if err := s.StopInbox(web.Ctx(c)); err != nil {
		return err
	}
	return web.Said(c, inboxPath, "inbox.stopped")
}

// bouncesBody is the page of addresses that do not take mail.
type bouncesBody struct {
	Settings []view.NavGroup
	List     []bounceRow
	Next     string
	MayWrite bool
	On       bool // the mailbox is read, so that bounces are seen at all
	MayOwn   bool
}

// bounceRow is one of them.
type bounceRow struct {
	outbox.Suppression
	Now  bool // nothing is sent there now
	Href string
}

func (s *Service) showBounces(c *fiber.Ctx) error { return s.bouncesPage(c, nil) }

func (s *Service) bouncesPage(c *fiber.Ctx, problem error) error {
	ctx := web.Ctx(c)
	list, err := s.Suppressions(ctx, page.Request{Limit: page.DefaultLimit, Cursor: c.Query("cursor")}, nil)
	if err != nil {
		return err
	}
	status, err := s.InboxStatus(ctx)
	if err != nil {
		return err
	}
	b := bouncesBody{Settings: web.SettingsNav(c), Next: list.Next, MayWrite: web.Actor(c).Can("outbox.write"), On: status.On, MayOwn: web.Actor(c).Can("channel.write")}
	for _, one := range list.Items {
		b.List = append(b.List, bounceRow{one.Suppression, one.Active(s.db.Now()), web.PathOf(c, "customer", int64(one.CustomerID))})
	}
	return web.Render(c, web.Page{Name: "settings/bounces", Title: "settings.bounces", Body: b, Err: problem})
}

func (s *Service) postLift(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, problem := s.Lift(web.Ctx(c), id); problem != nil {
		if errs.Is(problem, errs.NotFound) {
			return problem
		}
		return s.bouncesPage(c, problem)
	}
	return web.Said(c, web.SafePath(c.FormValue("next"), bouncesPath), "outbox.lifted")
}
