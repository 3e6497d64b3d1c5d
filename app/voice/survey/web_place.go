package survey

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/web"
)

// How long a shared device waits before the next person: after the thank-you,
// and on a page that somebody left half filled.
const (
	thankedFor = "6"
	leftFor    = "180"
)

// guest is what somebody typed about themselves beside an answer.
type guest struct {
	Name    string
	Contact string
	Agreed  bool
}

func guestIn(c *fiber.Ctx) guest {
	return guest{Name: c.FormValue("guest_name"), Contact: c.FormValue("guest_contact"), Agreed: c.FormValue("guest_agreed") != ""}
}

// Wrong answers a token that opens nothing, and slows guessing.
func (s *Service) Wrong(c *fiber.Ctx) error { return s.wrong(c, errs.NotVisible()) }

// ShowPlace shows the question of a place. Like every page of a survey it votes
// for nobody.
func (s *Service) ShowPlace(c *fiber.Ctx, p Place) error {
	quiet(c, "")
	ctx := web.Ctx(c)
	f, err := s.openPlace(ctx, s.db.Reader(ctx), p, s.db.Now())
	if err != nil {
		return err
	}
	done := c.Query("done") == "1"
	if f.Voted && !done {
		return s.overSecret(c, s.placeBody(c, p, f, "over", NoScore, ""))
	}
	if done && (f.Response == nil || p.Restarts) {
		return s.thanked(c, p, f)
	}
	if f.Late {
		return s.public(c, publicBody{State: "late", Form: f}, nil)
	}
	if p.Restarts {
		c.Set("Refresh", leftFor+"; url="+p.Path)
	}
	if f.Response == nil {
		b := s.placeBody(c, p, f, "form", NoScore, "")
		b.Asked = ask(c, f.Survey, nil, lead(f.Survey, NoScore, ""))
		return s.public(c, b, nil)
	}
	state := "form"
	if done {
		state = "thanks"
	}
	b := s.placeBody(c, p, f, state, f.Response.Score, f.Response.Comment)
	b.Asked = ask(c, f.Survey, f.Response.Said(), lead(f.Survey, f.Response.Score, f.Response.Comment))
	if done {
		b.Wishes = wishes(web.Locale(c).Tag(), f.Survey, *f.Response)
	}
	return s.public(c, b, nil)
}

// thanked is the page after an answer that is shown to nobody again.
func (s *Service) thanked(c *fiber.Ctx, p Place, f Form) error {
	if p.Restarts {
		c.Set("Refresh", thankedFor+"; url="+p.Path)
	}
	b := s.placeBody(c, p, f, "over", NoScore, "")
	if v, err := strconv.Atoi(c.Query("band")); err == nil && v >= 0 && v < 3 {
		b.Thanks = b.Text.Thanks.Of([]Band{LowBand, MidBand, HighBand}[v])
	}
	return s.public(c, b, nil)
}

func (s *Service) placeBody(c *fiber.Ctx, p Place, f Form, state string, score int, comment string) publicBody {
	b := s.body(c, f, p.Token, state, score, comment)
	b.Action, b.Restarts = p.Path, p.Restarts
	if b.Talk = ""; f.Survey.Anonymous && s.d.Hear != nil && !p.Restarts {
		g := guestIn(c)
		b.Talk, b.Guest = p.Path+"/talk", &g
	}
	if p.Contact && !f.Survey.Anonymous {
		g := guestIn(c)
		b.Guest = &g
	}
	return b
}

// AnswerPlace takes what was sent from a place's page. A zero answer was not
// kept; the page that says why has been written then, or err is not nil.
func (s *Service) AnswerPlace(c *fiber.Ctx, p Place) (Response, error) {
	quiet(c, "")
	ctx := web.Ctx(c)
	f, err := s.openPlace(ctx, s.db.Reader(ctx), p, s.db.Now())
	if err != nil {
		return Response{}, err
	}
	if f.Late && f.Response == nil {
		return Response{}, s.public(c, publicBody{State: "late", Form: f}, nil)
	}
	if f.Survey.Anonymous {
		return s.answerSecretAt(c, p, f)
	}
	number, err := strconv.Atoi(c.FormValue("version"))
	if err != nil {
		number = 0
	}
	if f.Survey, err = s.AsOf(ctx, s.db.Reader(ctx), f.Survey, number); err != nil {
		return Response{}, s.wrong(c, err)
	}
	score, said, seen := answerIn(c, f.Survey)
	comment := strings.ReplaceAll(c.FormValue("comment"), "\r\n", "\n")
	nonce := c.FormValue("nonce")
	a := Answer{Score: score, Comment: comment, Language: web.Locale(c).Tag(), Said: said, Asked: seen, SurveyVersion: number}
	agreed(c, &a)
	r, err := s.submitAt(ctx, p, nonce, a)
	if err != nil {
		b := s.placeBody(c, p, f, "form", score, comment)
		b.Asked = ask(c, f.Survey, said, lead(f.Survey, score, comment))
		if e, ok := errs.As(err); !ok || e.Message.Key != "survey.error.nonce" {
			b.Form.Nonce = nonce // the same showing of the page
		}
		return Response{}, s.public(c, b, err)
	}
	now := lead(f.Survey, score, comment)
	if more := f.Survey.Questions.Shown(r.Said(), now); unseen(more, seen) {
		b := s.placeBody(c, p, f, "form", score, comment)
		b.Asked, b.More, b.Form.Nonce = ask(c, f.Survey, r.Said(), now), true, nonce
		return r, s.public(c, b, nil)
	}
	to := p.Path + "?done=1&lang=" + web.Locale(c).Tag()
	if r.Scored() {
		to += "&band=" + map[Band]string{LowBand: "0", MidBand: "1", HighBand: "2"}[r.Band()]
	}
	return r, web.Redirect(c, to)
}
