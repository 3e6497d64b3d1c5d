package consent

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/customers/:id/consents", Read, s.record)
	r.Upload("/customers/:id/consents", Write, maxProof+1<<20, s.post)
	r.Get("/settings/consent", Setup, s.settings)
	r.Post("/settings/consent/channels", Setup, s.saveChannels)
	r.Get("/settings/consent/new", Setup, s.newPurpose)
	r.Post("/settings/consent", Setup, s.createPurpose)
	r.Get("/settings/consent/:id", Setup, s.showPurpose)
	r.Post("/settings/consent/:id", Setup, s.savePurpose)
	r.Post("/settings/consent/:id/wordings", Setup, s.saveWording)
	r.Post("/settings/consent/:id/delete", Setup, s.deletePurpose)
	r.Post("/customers/:id/consents/:entry/confirmation", Write, s.remind)
	r.Get("/u/confirm/:token", web.Public, s.confirm)
	r.Post("/u/confirm/:token", web.Public, s.answer)
	r.Get("/u/:token", web.Public, s.preferences)
	r.Post("/u/:token", web.Public, s.choose)
}

// preferencesBody is what a customer sees behind the link in every mail.
type preferencesBody struct {
	Token   string
	Nonce   string // proves that the form was shown, so that no other page's POST decides
	Name    string
	Asks    []ask
	Waiting bool // something waits for their confirmation
	Saved   bool
	Wrong   bool

	Profiled    bool // the page asks about profiling
	NoProfiling bool
}

// ask is one purpose on that page.
type ask struct {
	Key, Name, Text string
	WordingID       int64
	Ways            []way
}

type way struct {
	Channel string
	On      bool
	Waiting bool // written down by a colleague, to be confirmed here
}

// asks puts a picture into the reader's words.
func (s *Service) asks(c *fiber.Ctx, p Picture) ([]ask, error) {
	words, err := newest(web.Ctx(c), s.d.DB.Reader(web.Ctx(c)))
	if err != nil {
		return nil, err
	}
	l := web.Locale(c)
	var out []ask
	for _, of := range p.Purposes {
		w := words[of.ID]
		a := ask{Key: of.Key, Name: of.Name(l), Text: w.Text(l.Tag()), WordingID: w.ID}
		if a.Text == "" {
			a.Text = of.About(l)
		}
		for _, st := range p.States {
			if st.Purpose == of.Key {
				a.Ways = append(a.Ways, way{st.Channel, st.Allowed, st.Reason == "unconfirmed"})
			}
		}
		out = append(out, a)
	}
	return out, nil
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
	h, p, err := s.Holder(web.Ctx(c), c.Params("token"))
	if err != nil {
		return s.wrong(c, err)
	}
	s.public(c, h.Language)
	b := preferencesBody{Token: c.Params("token"), Nonce: s.forms.Sign(c.Params("token")), Name: h.Name, Saved: c.Query("saved") == "1",
		Profiled: s.profiled(h), NoProfiling: h.NoProfiling}
	if b.Asks, err = s.asks(c, p); err != nil {
		return err
	}
	for _, st := range p.States {
		b.Waiting = b.Waiting || st.Reason == "unconfirmed"
	}
	return web.Render(c, web.Page{Layout: "public", Name: "public/preferences", Title: "consent.preferences.title", Body: b})
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
	h, p, err := s.Holder(web.Ctx(c), token)
	if err != nil {
		return s.wrong(c, err)
	}
	s.public(c, h.Language)
	oneClick := c.FormValue("List-Unsubscribe") == "One-Click"
	if !oneClick && !s.forms.Verify(token, c.FormValue("nonce")) {
		return errs.New(errs.Denied, "error.csrf")
	}
	l := web.Locale(c)
	choice := Choice{May: map[string]map[string]bool{}, Source: FromPreferences, Wordings: map[string]int64{}, Said: map[string]string{}}
	switch {
	case oneClick:
		choice = noMore(p)
	case c.FormValue("all") == "off":
		choice.Nothing = true
	default:
		asks, err := s.asks(c, p)
		if err != nil {
			return err
		}
		s.said(c, asks, &choice)
	}
	ctx := auth.With(web.Ctx(c), &auth.Actor{Via: "public", Reach: auth.Own})
	if err := s.Choose(ctx, token, choice); err != nil {
		return err
	}
	if oneClick {
		return c.SendString(l.T("consent.preferences.saved"))
	}
	return web.Redirect(c, "/u/"+token+"?saved=1&lang="+l.Tag())
}

// said reads the page's form: about each pair that it showed, a tick is a yes
// and none a no. What was shown is the version whose number the form carries.
func (s *Service) said(c *fiber.Ctx, asks []ask, choice *Choice) {
	ticked, shown := values(c, "may"), values(c, "shown")
	for _, a := range asks {
		for what := range shown {
			key, version, _ := strings.Cut(what, ":")
			if key != a.Key {
				continue
			}
			choice.Wordings[key], _ = strconv.ParseInt(version, 10, 64)
			choice.Said[key] = a.Text
			choice.May[key] = map[string]bool{}
			for _, w := range a.Ways {
				choice.May[key][w.Channel] = ticked[key+"."+w.Channel]
			}
		}
	}
	off := c.FormValue("no_profiling") == "on"
	choice.NoProfiling = &off
}

// values are all values of one name in a form.
func values(c *fiber.Ctx, name string) map[string]bool {
	out := map[string]bool{}
	for _, v := range c.Request().PostArgs().PeekMulti(name) {
		out[string(v)] = true
	}
	if form, err := c.MultipartForm(); err == nil {
		for _, v := range form.Value[name] {
			out[v] = true
		}
	}
	return out
}
