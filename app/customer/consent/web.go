package consent

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Post("/customers/:id/consents", Write, s.post)
	r.Get("/u/:token", web.Public, s.preferences)
	r.Post("/u/:token", web.Public, s.choose)
}

// panelBody is the slice's part of a customer's record.
type panelBody struct {
	CustomerID int64
	List       []Status
	Ledger     []Entry
	MayWrite   bool

	NoProfiling bool
	MayProfile  bool // change that
}

func (s *Service) post(c *fiber.Ctx) error {
	customer, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	in := Input{CustomerID: customer, Purpose: c.FormValue("purpose"), State: c.FormValue("state"), Wording: c.FormValue("wording"), Source: FromStaff}
	if _, err := s.Record(web.Ctx(c), in); err != nil {
		return err
	}
	return web.Done(c, fmt.Sprintf("/customers/%d", customer), "common.saved")
}

// preferencesBody is what a customer sees behind the link in every mail.
type preferencesBody struct {
	Token string
	Nonce string // proves that the form was shown, so that no other page's POST decides
	Name  string
	List  []Status
	Saved bool
	Wrong bool

	Profiled    bool // the page asks about profiling
	NoProfiling bool
}

// public marks a token page: no cookie, no index, and the person's language
// unless the address or the form names another.
func (s *Service) public(c *fiber.Ctx, language string) {
	web.NoSession(c)
	c.Set("X-Robots-Tag", "noindex, nofollow")
	if lang := c.Query("lang"); lang == "" && language != "" {
		c.Request().URI().QueryArgs().Set("lang", language)
	}
}

// preferences shows; it decides nothing, however often a scanner looks.
func (s *Service) preferences(c *fiber.Ctx) error {
	h, list, err := s.Holder(web.Ctx(c), c.Params("token"))
	if err != nil {
		return s.wrong(c, err)
	}
	s.public(c, h.Language)
	return web.Render(c, web.Page{Layout: "public", Name: "public/preferences", Title: "consent.preferences.title",
		Body: preferencesBody{Token: c.Params("token"), Nonce: s.forms.Sign(c.Params("token")), Name: h.Name, List: list, Saved: c.Query("saved") == "1",
			Profiled: s.profiled(h), NoProfiling: h.NoProfiling}})
}

// wrong is the one answer for a link that is none.
func (s *Service) wrong(c *fiber.Ctx, err error) error {
	if !errs.Is(err, errs.NotFound) {
		return err
	}
	s.public(c, "")
	t, ctx := web.Throttle{DB: s.d.DB}, web.Ctx(c)
	key := web.AddressKey("preferences", web.From(c).ClientIP(c))
	if err := t.Free(ctx, key); err != nil {
		return err
	}
	if err := t.Failed(ctx, key); err != nil {
		return err
	}
	return web.Render(c, web.Page{Layout: "public", Name: "public/preferences", Title: "consent.preferences.title", Status: fiber.StatusNotFound, Body: preferencesBody{Wrong: true}})
}

// choose acts: the one-click POST of a mail program (RFC 8058) takes all mail
// but the service kind back and needs no more than that word in its body; the
// page's own form says what it wants and must have been shown.
func (s *Service) choose(c *fiber.Ctx) error {
	token := c.Params("token")
	h, _, err := s.Holder(web.Ctx(c), token)
	if err != nil {
		return s.wrong(c, err)
	}
	s.public(c, h.Language)
	choice := Choice{May: map[string]bool{}, Source: FromPreferences}
	oneClick := c.FormValue("List-Unsubscribe") == "One-Click"
	if !oneClick && !s.forms.Verify(token, c.FormValue("nonce")) {
		return errs.New(errs.Denied, "error.csrf")
	}
	if oneClick || c.FormValue("all") == "off" {
		choice.May[ForSurvey], choice.May[ForMarketing], choice.Source = false, false, FromUnsubscribe
	} else {
		for _, p := range Purposes {
			choice.May[p] = c.FormValue(p) == "on"
		}
		off := c.FormValue("no_profiling") == "on"
		choice.NoProfiling = &off
	}
	l := web.Locale(c)
	ctx := auth.With(web.Ctx(c), &auth.Actor{Via: "public", Reach: auth.Own})
	choice.Wording = l.T("consent.preferences.lead")
	if err := s.Choose(ctx, token, choice); err != nil {
		return err
	}
	if oneClick {
		return c.SendString(l.T("consent.preferences.saved"))
	}
	return web.Redirect(c, "/u/"+token+"?saved=1&lang="+l.Tag())
}
