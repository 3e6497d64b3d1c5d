package survey

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// wish is a button of the thank-you as the page shows it.
type wish struct {
	Kind  string
	Label string // words of the shop's own, "" for ours
	URL   string // review: where it leads
}

// wishes are the buttons for an answer, in the reader's language.
func wishes(language string, v Survey, r Response) []wish {
	var out []wish
	for _, a := range v.Actions[r.actionBand()] {
		out = append(out, wish{a.Kind, a.Text.For(language, Languages), a.URL})
	}
	return out
}

// Refer is the text to hand on to a friend.
func (b publicBody) Refer(d view.Data) string {
	return d.Locale.T("survey.refer.text", "business", d.Business)
}

// ReferHref opens the reader's mail program with it.
func (b publicBody) ReferHref(d view.Data) string {
	return "mailto:?subject=" + url.PathEscape(d.Locale.T("survey.refer.subject", "business", d.Business)) + "&body=" + url.PathEscape(b.Refer(d))
}

// postTalk is the person's own press of "please call me".
func (s *Service) postTalk(c *fiber.Ctx) error {
	token := c.Params("token")
	f, err := s.Open(web.Ctx(c), token)
	if err != nil {
		return s.wrong(c, err)
	}
	quiet(c, f.Invitation.Language)
	if f.Survey.Anonymous {
		return s.talkSecret(c, f, token)
	}
	if f.Late {
		return s.public(c, publicBody{State: "late", Form: f}, nil)
	}
	ctx := auth.With(web.Ctx(c), &auth.Actor{Via: "public", Reach: auth.Own})
	if err := s.Talk(ctx, token, c.FormValue("nonce")); err != nil {
		if f.Response == nil {
			return web.Redirect(c, path(token))
		}
		return s.public(c, s.thanks(c, f, token), err)
	}
	return web.Redirect(c, path(token)+"?done=1&lang="+web.Locale(c).Tag())
}

// thanks is the page after an answer, with its buttons.
func (s *Service) thanks(c *fiber.Ctx, f Form, token string) publicBody {
	b := s.body(c, f, token, "thanks", f.Response.Score, f.Response.Comment)
	b.Asked = ask(c, f.Survey, f.Response.Said(), lead(f.Survey, f.Response.Score, f.Response.Comment))
	b.Wishes, b.Talk, b.Talked = wishes(web.Locale(c).Tag(), f.Survey, *f.Response), path(token)+"/talk", !f.Response.TalkAt.IsZero()
	return b
}
