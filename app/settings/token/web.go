package token

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/settings/tokens", "token.write", s.showTokens)
	r.Get("/settings/tokens/new", "token.write", s.showNew)
	r.Post("/settings/tokens", "token.write", s.postToken)
	r.Post("/settings/tokens/:id/revoke", "token.write", s.postRevoke)
}

// listBody is the page of tokens, or the one that shows a new secret.
type listBody struct {
	Settings []view.NavGroup
	Tokens   []Token
	Now      time.Time
	Everyone bool // tokens of others are among them
}

// Works tells whether a token of the list opens anything.
func (b listBody) Works(t Token) bool { return t.Works(b.Now) }

func (s *Service) showTokens(c *fiber.Ctx) error {
	tokens, err := s.List(web.Ctx(c))
	if err != nil {
		return err
	}
	b := listBody{web.SettingsNav(c), tokens, web.Locale(c).Now(), web.Actor(c).Can("staff.write")}
	return web.Render(c, web.Page{Name: "settings/tokens", Title: "token.title", Body: b})
}

// newBody is the form for a token, or what was made with it.
type newBody struct {
	Settings []view.NavGroup
	Secret   string
	Made     Token
	Lives    []view.Option
}

// newForm is what was typed.
type newForm struct{ Name, Scope, Days string }

func (s *Service) showNew(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/settings/tokens/new"); sent || err != nil {
		return err
	}
	return s.form(c, newForm{Scope: Read, Days: "90"}, nil)
}

func (s *Service) form(c *fiber.Ctx, form newForm, problem error) error {
	b := newBody{Settings: web.SettingsNav(c)}
	for _, days := range []int{7, 30, 90, 365} {
		b.Lives = append(b.Lives, view.Option{Value: days, Label: web.Locale(c).T("token.days", "n", days)})
	}
	return web.Render(c, web.Page{Name: "settings/token", Title: "token.new", Body: b, Form: form, Err: problem})
}

func (s *Service) postToken(c *fiber.Ctx) error {
	if sent, err := web.ProveFirst(c, "/settings/tokens/new"); sent || err != nil {
		return err
	}
	form := newForm{c.FormValue("name"), c.FormValue("scope"), c.FormValue("days")}
	days, err := strconv.Atoi(form.Days)
	if err != nil || days < 1 || days > 3650 {
		days = -1 // refused beside the field
	}
	t, secret, err := s.Create(web.Ctx(c), Input{Name: form.Name, Scope: form.Scope, Life: time.Duration(days) * 24 * time.Hour})
	if err != nil {
		return s.form(c, form, err)
	}
	return web.Render(c, web.Page{Name: "settings/token", Title: "token.made", Body: newBody{Settings: web.SettingsNav(c), Secret: secret, Made: t}, Form: form})
}

func (s *Service) postRevoke(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Revoke(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Said(c, "/settings/tokens", "token.revoked")
}
