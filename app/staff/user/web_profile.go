package user

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) profileRoutes(r *web.Router) {
	r.Get("/profile", web.Self, s.showProfile)
	r.Post("/profile", web.Self, s.postProfile)
	r.Post("/profile/device", web.Self, s.postDevice)
	r.Post("/profile/password", web.Self, s.postPassword)
	r.Get("/profile/totp", web.Self, s.showTOTP)
	r.Post("/profile/totp", web.Self, s.postBeginTOTP)
	r.Get("/profile/totp.png", web.Self, s.totpPicture)
	r.Post("/profile/totp/confirm", web.Self, s.postConfirmTOTP)
	r.Post("/profile/totp/off", web.Self, s.postDropTOTP)
	r.Post("/profile/totp/codes", web.Self, s.postNewCodes)
	r.Post("/profile/sessions/end", web.Self, s.postEndSessions)
	r.Post("/profile/sessions/:id/end", web.Self, s.postEndSession)
}

// profileBody is the page about oneself.
type profileBody struct {
	Settings  []view.NavGroup
	Me        User
	Languages []view.Option
	Zones     []view.Option
	Sessions  []sessionRow
	CodesLeft int
	Required  bool // the owner demands a second factor
}

// sessionRow is one browser of the list.
type sessionRow struct {
	web.Session
	Device string
	This   bool
}

func (s *Service) showProfile(c *fiber.Ctx) error {
	me, err := s.Me(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.profile(c, me, profileOf(me), nil)
}

func profileOf(u User) Profile {
	return Profile{u.Name, u.Locale, u.Timezone, u.Theme, u.Density, u.Shortcuts, u.DigestAt, u.Version}
}

func (s *Service) profile(c *fiber.Ctx, me User, form Profile, problem error) error {
	ctx := web.Ctx(c)
	l := web.Locale(c)
	b := profileBody{Settings: web.SettingsNav(c), Me: me, Zones: Zones(l, form.Timezone)}
	for _, tag := range i18n.Tags() {
		b.Languages = append(b.Languages, view.Option{Value: tag, Label: l.T("language." + strings.ToLower(strings.ReplaceAll(tag, "-", "_")))})
	}
	sessions, err := web.From(c).Sessions.Of(ctx, me.ID)
	if err != nil {
		return err
	}
	for _, sess := range sessions {
		if sess.Generation == me.Generation {
			b.Sessions = append(b.Sessions, sessionRow{sess, device(sess.Agent), sess.ID == web.SessionOf(c).ID})
		}
	}
	if b.CodesLeft, err = s.CodesLeft(ctx); err != nil {
		return err
	}
	if b.Required, err = s.TOTPRequired(ctx); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "staff/profile", Title: "profile.title", Body: b, Form: form, Err: problem})
}

// postDevice says whether others use this browser too.
func (s *Service) postDevice(c *fiber.Ctx) error {
	shared := c.FormValue("shared") == "1"
	web.SetShared(c, shared)
	if shared {
		web.ForgetDevice(c)
		return web.Said(c, "/profile#device", "profile.shared_on")
	}
	return web.Said(c, "/profile#device", "profile.shared_off")
}

func (s *Service) postProfile(c *fiber.Ctx) error {
	form := Profile{Name: c.FormValue("name"), Locale: c.FormValue("locale"), Timezone: c.FormValue("timezone"), Theme: c.FormValue("theme"),
		Density: c.FormValue("density"), Shortcuts: c.FormValue("shortcuts") == "1", DigestAt: c.FormValue("digest_at")}
	form.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	if _, err := s.UpdateMe(web.Ctx(c), form); err != nil {
		return s.again(c, form, err)
	}
	return web.Done(c, "/profile", "common.saved")
}

// again shows the profile with what was typed and what is wrong with it.
func (s *Service) again(c *fiber.Ctx, form Profile, problem error) error {
	me, err := s.Me(web.Ctx(c))
	if err != nil {
		return err
	}
	return s.profile(c, me, form, problem)
}

func (s *Service) postPassword(c *fiber.Ctx) error {
	u, err := s.ChangePassword(web.Ctx(c), c.FormValue("current"), c.FormValue("password"), web.From(c).ClientIP(c))
	if err != nil {
		me, meErr := s.Me(web.Ctx(c))
		if meErr != nil {
			return meErr
		}
		return s.profile(c, me, profileOf(me), err)
	}
	if err := s.renew(c, u.ID, web.SessionOf(c).Keep); err != nil {
		return err
	}
	return web.Said(c, "/profile", "profile.password_changed")
}

func (s *Service) showTOTP(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/profile/totp"); sent || err != nil {
		return err
	}
	return s.totp(c, nil)
}

func (s *Service) totp(c *fiber.Ctx, problem error) error {
	e, err := s.Enrolling(web.Ctx(c), web.Actor(c).UserID)
	if errs.Is(err, errs.NotFound) {
		return web.Redirect(c, "/profile")
	}
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "staff/enrol", Layout: "plain", Title: "totp.title", Form: loginForm{Next: "/profile"},
		Body: enrolBody{e, "/profile/totp.png", "/profile/totp/confirm", false}, Err: problem})
}

func (s *Service) postBeginTOTP(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/profile"); sent || err != nil {
		return err
	}
	if err := s.BeginTOTP(web.Ctx(c)); err != nil {
		return err
	}
	return web.Redirect(c, "/profile/totp")
}

func (s *Service) totpPicture(c *fiber.Ctx) error {
	if !web.Proved(c) {
		return errs.NotVisible()
	}
	return s.picture(c, web.Actor(c).UserID)
}

func (s *Service) postConfirmTOTP(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/profile/totp"); sent || err != nil {
		return err
	}
	codes, err := s.ConfirmTOTP(web.Ctx(c), web.Actor(c).UserID, c.FormValue("code"), web.From(c).ClientIP(c))
	if err != nil {
		return s.totp(c, err)
	}
	return s.startOver(c, web.SessionOf(c), codes, "/profile")
}

func (s *Service) postDropTOTP(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/profile"); sent || err != nil {
		return err
	}
	if err := s.DropTOTP(web.Ctx(c)); err != nil {
		return err
	}
	if err := s.renew(c, web.Actor(c).UserID, web.SessionOf(c).Keep); err != nil {
		return err
	}
	return web.Said(c, "/profile", "totp.dropped")
}

func (s *Service) postNewCodes(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/profile"); sent || err != nil {
		return err
	}
	codes, err := s.NewCodes(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "staff/codes", Layout: "plain", Title: "totp.codes.title", Body: codesBody{codes, "/profile"}})
}

func (s *Service) postEndSessions(c *fiber.Ctx) error {
	if err := web.From(c).Sessions.EndOthers(web.Ctx(c), web.Actor(c).UserID, web.SessionOf(c).ID); err != nil {
		return err
	}
	return web.Said(c, "/profile", "profile.sessions_ended")
}

func (s *Service) postEndSession(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := web.From(c).Sessions.End(web.Ctx(c), web.Actor(c).UserID, id); err != nil {
		return err
	}
	return web.Said(c, "/profile", "profile.session_ended")
}

// device names browser and system from what the browser says about itself;
// the first match wins, because every browser claims to be some others too.
func device(agent string) string {
	browser := first(agent, [][2]string{{"MicroMessenger", "WeChat"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}})
	system := first(agent, [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"HarmonyOS", "HarmonyOS"}, {"Windows", "Windows"},
		{"Mac OS", "Mac"}, {"Linux", "Linux"}})
	switch {
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + ", " + system
}

func first(agent string, names [][2]string) string {
	for _, n := range names {
		if strings.Contains(agent, n[0]) {
			return n[1]
		}
	}
	return ""
}
