package consent

import (
	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

// confirmBody is what somebody sees behind the link in a confirmation mail.
type confirmBody struct {
	Token, Nonce string
	Purpose      string
	Text         string
	State        string // open, yes, no, or gone: nothing waits any more
}

// confirm shows; it decides nothing, however often a scanner looks.
func (s *Service) confirm(c *fiber.Ctx) error {
	ctx, token := web.Ctx(c), c.Params("token")
	q := s.d.DB.Reader(ctx)
	w, err := s.byToken(ctx, q, token)
	if err != nil {
		return s.wrong(c, err)
	}
	to, err := addressOf(ctx, q, w.CustomerID, int64(w.ContactID))
	if err != nil {
		return s.wrong(c, err)
	}
	s.public(c, to.Language)
	l := web.Locale(c)
	b := confirmBody{Token: token, Nonce: s.forms.Sign(token), Purpose: w.Of.Name(l), State: "gone"}
	switch {
	case w.Open:
		b.State = "open"
	case w.Now.Allowed && w.Now.Entry.ID > w.ID && w.Now.Entry.Source == FromConfirmation:
		b.State = "yes"
	case w.Now.Reason == "objected" && w.Now.Entry.ID > w.ID:
		b.State = "no"
	}
	if b.Text, err = s.told(ctx, q, w, l); err != nil {
		return err
	}
	return web.Render(c, web.Page{Layout: "public", Name: "public/confirm", Title: "consent.confirm.title", Body: b})
}

// answer writes what the button said.
func (s *Service) answer(c *fiber.Ctx) error {
	token, said := c.Params("token"), c.FormValue("answer")
	q := s.d.DB.Reader(web.Ctx(c))
	w, err := s.byToken(web.Ctx(c), q, token)
	if err != nil {
		return s.wrong(c, err)
	}
	to, err := addressOf(web.Ctx(c), q, w.CustomerID, int64(w.ContactID))
	if err != nil {
		return s.wrong(c, err)
	}
	s.public(c, to.Language)
	if !s.forms.Verify(token, c.FormValue("nonce")) {
		return errs.New(errs.Denied, "error.csrf")
	}
	if said == "yes" || said == "no" {
		ctx := auth.With(web.Ctx(c), &auth.Actor{Via: "public", Reach: auth.Own})
		if err := s.Confirm(ctx, token, said == "yes"); err != nil {
			return err
		}
	}
	return web.Redirect(c, "/u/confirm/"+token+"?lang="+web.Locale(c).Tag())
}

// remind sends the mail that asks for the confirmation.
func (s *Service) remind(c *fiber.Ctx) error {
	customer, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	entry, err := web.ID(c, "entry")
	if err != nil {
		return err
	}
	err = s.Remind(web.Ctx(c), customer, entry)
	if errs.Is(err, errs.Invalid) {
		return s.recordPage(c, RecordForm{Channels: map[string]bool{}, Asked: entry}, err)
	}
	if err != nil {
		return err
	}
	return web.Done(c, "/customers/"+c.Params("id")+"/consents", "consent.confirm.sent")
}
