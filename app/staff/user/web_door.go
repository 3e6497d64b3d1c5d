package user

import (
	"net/url"

	"github.com/gofiber/fiber/v2"
	"github.com/skip2/go-qrcode"

	"regulars/app/kit/errs"
	"regulars/app/sys/web"
)

// The pages of the door: sign in, second factor, forgotten password, links.
func (s *Service) doorRoutes(r *web.Router) {
	r.Get("/login", web.Visitor, s.showLogin)
	r.Post("/login", web.Visitor, s.postLogin)
	r.Get("/login/code", web.Visitor, s.showCode)
	r.Post("/login/code", web.Visitor, s.postCode)
	r.Get("/login/enrol", web.Visitor, s.showEnrol)
	r.Post("/login/enrol", web.Visitor, s.postEnrol)
	r.Get("/login/enrol.png", web.Visitor, s.enrolPicture)
	r.Post("/logout", web.Self, s.postLogout)
	r.Get("/forgot", web.Visitor, s.showForgot)
	r.Post("/forgot", web.Visitor, s.postForgot)
	r.Get("/invite/:token", web.Visitor, s.showInvite)
	r.Post("/invite/:token", web.Visitor, s.postInvite)
	r.Get("/reset/:token", web.Visitor, s.showReset)
	r.Post("/reset/:token", web.Visitor, s.postReset)
	r.Get("/prove", web.Self, s.showProve)
	r.Post("/prove", web.Self, s.postProve)
}

const home = "/today"

// loginForm is what was typed; the password never comes back.
type loginForm struct {
	Email string
	Keep  bool
	Next  string
}

// loginBody greets by the time of day.
type loginBody struct{ Greeting string }

func greeting(c *fiber.Ctx) string {
	switch hour := web.Locale(c).Now().Hour(); {
	case hour >= 5 && hour < 12:
		return "login.morning"
	case hour >= 12 && hour < 18:
		return "login.afternoon"
	}
	return "login.evening"
}

// next is where the reader wanted to go, when that is a place in this house.
func next(c *fiber.Ctx) string {
	if typed := c.FormValue("next"); typed != "" {
		return web.SafePath(typed, home)
	}
	return web.SafePath(c.Query("next"), home)
}

func (s *Service) showLogin(c *fiber.Ctx) error {
	if !web.Business(c).Ready() {
		return web.Redirect(c, "/setup")
	}
	if sess := web.SessionOf(c); sess != nil && !sess.Pending {
		return web.Redirect(c, next(c))
	}
	return s.login(c, loginForm{Next: next(c)}, nil)
}

func (s *Service) login(c *fiber.Ctx, form loginForm, problem error) error {
	return web.Render(c, web.Page{Name: "staff/login", Layout: "plain", Title: "login.title", Body: loginBody{greeting(c)}, Form: form, Err: problem})
}

func (s *Service) postLogin(c *fiber.Ctx) error {
	form := loginForm{Email: c.FormValue("email"), Keep: c.FormValue("keep") == "1", Next: next(c)}
	e, err := s.SignIn(web.Ctx(c), form.Email, c.FormValue("password"), web.From(c).ClientIP(c))
	if err != nil {
		return s.login(c, form, err)
	}
	return s.goIn(c, e, form.Keep, form.Next)
}

// goIn starts the session that an entry is worth and leads on.
func (s *Service) goIn(c *fiber.Ctx, e Entry, keep bool, next string) error {
	if err := web.From(c).Sessions.Start(c, e.UserID, e.Generation, keep, e.Pending); err != nil {
		return err
	}
	switch {
	case e.Enrol:
		return web.Redirect(c, "/login/enrol?next="+url.QueryEscape(next))
	case e.Pending:
		return web.Redirect(c, "/login/code?next="+url.QueryEscape(next))
	}
	return web.Redirect(c, next)
}

// pending is the session of somebody between password and second factor.
func pending(c *fiber.Ctx) *web.Session {
	if sess := web.SessionOf(c); sess != nil && sess.Pending {
		return sess
	}
	return nil
}

func (s *Service) showCode(c *fiber.Ctx) error {
	if pending(c) == nil {
		return web.Redirect(c, "/login")
	}
	return s.code(c, nil)
}

func (s *Service) code(c *fiber.Ctx, problem error) error {
	return web.Render(c, web.Page{Name: "staff/code", Layout: "plain", Title: "login.code.title", Form: loginForm{Next: next(c)}, Err: problem})
}

func (s *Service) postCode(c *fiber.Ctx) error {
	sess := pending(c)
	if sess == nil {
		return web.Redirect(c, "/login")
	}
	if err := s.SecondFactor(web.Ctx(c), sess.UserID, c.FormValue("code"), web.From(c).ClientIP(c)); err != nil {
		return s.code(c, err)
	}
	return s.goIn(c, Entry{UserID: sess.UserID, Generation: sess.Generation}, sess.Keep, next(c))
}

// enrolBody is the page on which a second factor is set up.
type enrolBody struct {
	Enrolment
	Picture string // address of the QR code
	Action  string // where the first code goes
	Forced  bool   // the owner demands it
}

func (s *Service) showEnrol(c *fiber.Ctx) error {
	sess := pending(c)
	if sess == nil {
		return web.Redirect(c, "/login")
	}
	return s.enrol(c, sess.UserID, nil)
}

func (s *Service) enrol(c *fiber.Ctx, id int64, problem error) error {
	e, err := s.Enrolling(web.Ctx(c), id)
	if errs.Is(err, errs.NotFound) {
		return web.Redirect(c, "/login/code?next="+url.QueryEscape(next(c)))
	}
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "staff/enrol", Layout: "plain", Title: "totp.title", Form: loginForm{Next: next(c)},
		Body: enrolBody{e, "/login/enrol.png", "/login/enrol", true}, Err: problem})
}

func (s *Service) postEnrol(c *fiber.Ctx) error {
	sess := pending(c)
	if sess == nil {
		return web.Redirect(c, "/login")
	}
	codes, err := s.ConfirmTOTP(web.Ctx(c), sess.UserID, c.FormValue("code"), web.From(c).ClientIP(c))
	if err != nil {
		return s.enrol(c, sess.UserID, err)
	}
	return s.startOver(c, sess, codes, next(c))
}

// codesBody shows recovery codes for the only time.
type codesBody struct {
	Codes []string
	Next  string
}

// startOver begins a new session after all were ended by a change of how the
// person proves themselves, and shows the recovery codes.
func (s *Service) startOver(c *fiber.Ctx, sess *web.Session, codes []string, next string) error {
	if err := s.renew(c, sess.UserID, sess.Keep); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "staff/codes", Layout: "plain", Title: "totp.codes.title", Body: codesBody{codes, next}})
}

// renew replaces every session of a person by a new one in this browser.
func (s *Service) renew(c *fiber.Ctx, id int64, keep bool) error {
	_, generation, err := s.Actor(web.Ctx(c), id)
	if err != nil {
		return err
	}
	sessions := web.From(c).Sessions
	if err := sessions.EndOthers(web.Ctx(c), id, 0); err != nil {
		return err
	}
	return sessions.Start(c, id, generation, keep, false)
}

func (s *Service) enrolPicture(c *fiber.Ctx) error {
	sess := pending(c)
	if sess == nil {
		return errs.NotVisible()
	}
	return s.picture(c, sess.UserID)
}

// picture is the QR code of a second factor that is being set up.
func (s *Service) picture(c *fiber.Ctx, id int64) error {
	e, err := s.Enrolling(web.Ctx(c), id)
	if err != nil {
		return err
	}
	png, err := qrcode.Encode(e.URL, qrcode.Medium, 320)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/png")
	return c.Send(png)
}

func (s *Service) postLogout(c *fiber.Ctx) error {
	if err := web.From(c).Sessions.Drop(c); err != nil {
		return err
	}
	web.ForgetDevice(c)
	return web.Redirect(c, "/login")
}

// forgotBody says whether a link can be on its way at all, for nobody and
// everybody alike.
type forgotBody struct{ Asked, CanMail bool }

func (s *Service) showForgot(c *fiber.Ctx) error { return s.forgot(c, false, nil) }

func (s *Service) forgot(c *fiber.Ctx, asked bool, problem error) error {
	return web.Render(c, web.Page{Name: "staff/forgot", Layout: "plain", Title: "forgot.title", Body: forgotBody{asked, s.CanMail()},
		Form: loginForm{Email: c.FormValue("email")}, Err: problem})
}

func (s *Service) postForgot(c *fiber.Ctx) error {
	if err := s.Forgot(web.Ctx(c), c.FormValue("email"), web.From(c).ClientIP(c)); err != nil {
		return s.forgot(c, false, err)
	}
	return s.forgot(c, true, nil)
}

// chooseBody is the page on which a password is chosen by a link.
type chooseBody struct {
	Email  string
	Invite bool
}

func (s *Service) choose(c *fiber.Ctx, u User, invite bool, name string, problem error) error {
	title := "reset.title"
	if invite {
		title = "invite.title"
	}
	return web.Render(c, web.Page{Name: "staff/choose", Layout: "plain", Title: title, Body: chooseBody{u.Email, invite}, Form: personForm{Name: name}, Err: problem})
}

func (s *Service) showInvite(c *fiber.Ctx) error {
	u, err := s.Invited(web.Ctx(c), c.Params("token"))
	if err != nil {
		return err
	}
	return s.choose(c, u, true, u.Name, nil)
}

func (s *Service) postInvite(c *fiber.Ctx) error {
	u, err := s.Invited(web.Ctx(c), c.Params("token"))
	if err != nil {
		return err
	}
	e, err := s.Accept(web.Ctx(c), c.Params("token"), c.FormValue("name"), c.FormValue("password"))
	if err != nil {
		return s.choose(c, u, true, c.FormValue("name"), err)
	}
	return s.goIn(c, e, false, home)
}

func (s *Service) showReset(c *fiber.Ctx) error {
	u, err := s.Resetting(web.Ctx(c), c.Params("token"))
	if err != nil {
		return err
	}
	return s.choose(c, u, false, "", nil)
}

func (s *Service) postReset(c *fiber.Ctx) error {
	u, err := s.Resetting(web.Ctx(c), c.Params("token"))
	if err != nil {
		return err
	}
	if err := s.Reset(web.Ctx(c), c.Params("token"), c.FormValue("password")); err != nil {
		return s.choose(c, u, false, "", err)
	}
	if err := web.From(c).Sessions.EndOthers(web.Ctx(c), u.ID, 0); err != nil {
		return err
	}
	return web.Said(c, "/login", "reset.done")
}

func (s *Service) showProve(c *fiber.Ctx) error { return s.prove(c, nil) }

func (s *Service) prove(c *fiber.Ctx, problem error) error {
	return web.Render(c, web.Page{Name: "staff/prove", Layout: "plain", Title: "prove.title", Form: loginForm{Next: next(c)}, Err: problem})
}

func (s *Service) postProve(c *fiber.Ctx) error {
	if err := s.Prove(web.Ctx(c), c.FormValue("password"), web.From(c).ClientIP(c)); err != nil {
		return s.prove(c, err)
	}
	if err := web.From(c).Sessions.Prove(web.Ctx(c), web.SessionOf(c).ID); err != nil {
		return err
	}
	return web.Redirect(c, next(c))
}
