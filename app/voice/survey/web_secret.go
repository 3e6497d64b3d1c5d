package survey

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The pages of an anonymous survey. A showing leaves no trace; what a rule brings
// up is asked before anything is kept, for nothing can be changed afterwards; the
// thank-you knows no score. Whoever wants to be talked to says so in a form of its
// own, which knows no answer.

// secretIn reads the answer from a page, and tells whether all was asked.
func secretIn(c *fiber.Ctx, v Survey) (Answer, bool) {
	a := Answer{SurveyVersion: published(c), Comment: strings.ReplaceAll(c.FormValue("comment"), "\r\n", "\n")}
	a.Score, a.Said, a.Asked = answerIn(c, v)
	return a, !unseen(v.Questions.Shown(a.Said, lead(v, a.Score, a.Comment)), a.Asked)
}

// again is the form with what was typed, for what is wrong or still to be asked.
func (s *Service) again(c *fiber.Ctx, b publicBody, a Answer, problem error) error {
	b.Asked = ask(c, b.Form.Survey, a.Said, lead(b.Form.Survey, a.Score, a.Comment))
	return s.public(c, b, problem)
}

// overSecret is the page after an anonymous answer, the same whatever was said.
func (s *Service) overSecret(c *fiber.Ctx, b publicBody) error {
	b.State = "over"
	return s.public(c, b, nil)
}

func (s *Service) postSecret(c *fiber.Ctx, f Form, token string) error {
	ctx := auth.With(web.Ctx(c), &auth.Actor{Via: "public", Reach: auth.Own})
	var err error
	if f.Survey, err = s.AsOf(ctx, s.db.Reader(ctx), f.Survey, published(c)); err != nil {
		return s.wrong(c, err)
	}
	a, whole := secretIn(c, f.Survey)
	if !whole {
		return s.again(c, s.body(c, f, token, "form", a.Score, a.Comment), a, errs.New(errs.Invalid, "builder.more_to_ask"))
	}
	if err := s.submitSecret(ctx, token, c.FormValue("nonce"), a); err != nil {
		return s.again(c, s.body(c, f, token, "form", a.Score, a.Comment), a, err)
	}
	return web.Redirect(c, path(token)+"?done=1&lang="+web.Locale(c).Tag())
}

// published is the version that the page showed.
func published(c *fiber.Ctx) int {
	n, err := strconv.Atoi(c.FormValue("version"))
	if err != nil {
		return 0
	}
	return n
}

// answerSecretAt takes what was sent from a place's page.
func (s *Service) answerSecretAt(c *fiber.Ctx, p Place, f Form) (Response, error) {
	ctx := web.Ctx(c)
	var err error
	if f.Survey, err = s.AsOf(ctx, s.db.Reader(ctx), f.Survey, published(c)); err != nil {
		return Response{}, s.wrong(c, err)
	}
	a, whole := secretIn(c, f.Survey)
	nonce := c.FormValue("nonce")
	refuse := func(problem error) error {
		b := s.placeBody(c, p, f, "form", a.Score, a.Comment)
		if e, ok := errs.As(problem); !ok || e.Message.Key != "survey.error.nonce" {
			b.Form.Nonce = nonce // the same showing of the page
		}
		return s.again(c, b, a, problem)
	}
	if !whole {
		return Response{}, refuse(errs.New(errs.Invalid, "builder.more_to_ask"))
	}
	if err := s.submitSecretAt(ctx, p, nonce, a); err != nil {
		return Response{}, refuse(err)
	}
	return Response{ID: Nobody}, web.Redirect(c, p.Path+"?done=1&lang="+web.Locale(c).Tag())
}

// talkPause is how long three wishes to be talked to must do.
const talkPause = time.Hour

// talkMost is how many wishes may come from one place in that time.
const talkMost = 10

// TalkPlace opens a case for somebody at a place who wants to be talked to: of
// them it knows what they leave there.
func (s *Service) TalkPlace(c *fiber.Ctx, p Place) error {
	quiet(c, "")
	ctx := auth.With(web.Ctx(c), &auth.Actor{Via: "public", Reach: auth.Own})
	f, err := s.openPlace(ctx, s.db.Reader(ctx), p, s.db.Now())
	if err != nil {
		return err
	}
	if !f.Survey.Anonymous || s.d.Hear == nil || p.Restarts {
		return errs.NotVisible()
	}
	g := guestIn(c)
	check := &errs.Check{}
	contact, words := text.Line(g.Contact), text.Block(c.FormValue("words"))
	check.That(contact != "" && len([]rune(contact)) <= 200, "guest_contact", "poster.error.contact")
	check.That(g.Agreed, "guest_agreed", "poster.error.agree")
	check.That(len([]rune(words)) <= maxComment, "words", "error.long", "n", maxComment)
	if err = check.Err(); err == nil {
		err = s.db.Write(ctx, "response.talk", func(ctx context.Context, tx *db.Tx) error {
			if !s.tokens.shown(p.Token, c.FormValue("nonce"), tx.Now) {
				return errs.New(errs.Invalid, "survey.error.nonce")
			}
			if s.heard.has(c.FormValue("nonce")) {
				return nil
			}
			n, err := web.Throttle{DB: s.db}.Watch(ctx, tx, "talk at poster "+strconv.FormatInt(p.PosterID, 10), talkPause)
			if err != nil {
				return err
			}
			if n > talkMost {
				return errs.New(errs.TooMany, "survey.error.talk_many")
			}
			return s.d.Hear(ctx, tx, 0, Caller{text.Line(g.Name), contact}, words)
		})
	}
	if err == nil {
		s.heard.add(c.FormValue("nonce"))
	}
	b := s.placeBody(c, p, f, "over", NoScore, "")
	b.Talked = err == nil
	return s.public(c, b, err)
}

// Promise tells whether the page says that nobody learns who answered.
func (b publicBody) Promise() bool { return b.Form.Survey.Anonymous }

// Thanked is the head of the page after an answer.
func (b publicBody) Thanked(d view.Data) string {
	if b.Thanks != "" && !b.Promise() {
		return b.Thanks
	}
	return d.Locale.T("survey.public.thanks")
}

// talkSecret opens a case for somebody who answered anonymously and wants to be
// talked to. The case knows them and what they write there, and no answer.
func (s *Service) talkSecret(c *fiber.Ctx, f Form, token string) error {
	ctx := auth.With(web.Ctx(c), &auth.Actor{Via: "public", Reach: auth.Own})
	words := text.Block(c.FormValue("words"))
	if r := []rune(words); len(r) > maxComment {
		words = string(r[:maxComment])
	}
	if words == "" || s.d.Hear == nil {
		return web.Redirect(c, path(token)+"?done=1&lang="+web.Locale(c).Tag())
	}
	err := s.db.Write(ctx, "response.talk", func(ctx context.Context, tx *db.Tx) error {
		if !s.tokens.genuine(token, c.FormValue("nonce"), tx.Now) {
			return errs.New(errs.Invalid, "survey.error.nonce")
		}
		n, err := web.Throttle{DB: s.db}.Watch(ctx, tx, "talk "+strconv.FormatInt(f.Invitation.ID, 10), talkPause)
		if err != nil {
			return err
		}
		if n > 3 {
			return errs.New(errs.TooMany, "survey.error.talk_many")
		}
		return s.d.Hear(ctx, tx, f.Invitation.CustomerID, Caller{}, words)
	})
	b := s.body(c, f, token, "over", NoScore, "")
	b.Talked = err == nil
	return s.public(c, b, err)
}
