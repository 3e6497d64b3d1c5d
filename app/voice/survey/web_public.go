package survey

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/question"
)

// publicBody is the page behind a token, in one of its states.
type publicBody struct {
	State     string // form, thanks, over, late or wrong
	Action    string // where the form is sent
	Form      Form
	Text      Text
	Choices   []choice
	Chosen    bool
	Ask       string // what is asked beside the score
	Thanks    string
	Comment   string
	Satisfied bool // five faces instead of numbers
	Asked     questions
	Praise    bool // whoever answers may be quoted
	More      bool // the answer is kept; a rule has brought up more questions

	Wishes []wish // buttons of the thank-you
	Talk   string // where "please call me" is sent
	Talked bool   // it was

	Guest    *guest // whoever answers may say who they are; nil where that is known
	Restarts bool   // the next person follows on the same device
}

// choice is one score on the page.
type choice struct {
	Value   int
	Face    string
	Checked bool
	Band    Band // of what is asked next
}

// Name is whom the page greets.
func (b publicBody) Name() string { return b.Form.Invitation.CustomerName }

// AskAfter is what the page asks once a score of a band is chosen.
func (b publicBody) AskAfter(band string) string { return b.Text.Ask.Of(Band(band)) }

// quiet marks a token page: no cookie, no index, the customer's language
// unless the address names another.
func quiet(c *fiber.Ctx, language string) {
	web.NoSession(c)
	c.Set("X-Robots-Tag", "noindex, nofollow")
	if c.Query("lang") == "" && language != "" {
		c.Request().URI().QueryArgs().Set("lang", language)
	}
}

// showForm shows the question. It votes for nobody: a score in the address is
// only preselected.
func (s *Service) showForm(c *fiber.Ctx) error {
	token := c.Params("token")
	f, err := s.Open(web.Ctx(c), token)
	if err != nil {
		return s.wrong(c, err)
	}
	quiet(c, f.Invitation.Language)
	if f.Voted {
		return s.overSecret(c, s.body(c, f, token, "over", NoScore, ""))
	}
	if f.Late {
		return s.public(c, publicBody{State: "late", Form: f}, nil)
	}
	score, err := strconv.Atoi(c.Query("v"))
	if err != nil {
		score = NoScore
	}
	if c.Query("done") == "1" && f.Response != nil {
		return s.public(c, s.thanks(c, f, token), nil)
	}
	if f.Survey.Anonymous {
		b := s.body(c, f, token, "form", score, "")
		b.Asked = ask(c, f.Survey, nil, lead(f.Survey, score, ""))
		return s.public(c, b, nil)
	}
	if err := s.Looked(web.Ctx(c), f, Look{Score: score, Honeypot: c.Query("h") != "", Agent: c.Get("User-Agent")}); err != nil {
		return err
	}
	comment := ""
	if f.Response != nil {
		comment = f.Response.Comment
		if score == NoScore {
			score = f.Response.Score
		}
	}
	b := s.body(c, f, token, "form", score, comment)
	var said question.Answers
	if f.Response != nil {
		said = f.Response.Said()
	}
	b.Asked = ask(c, f.Survey, said, lead(f.Survey, score, comment))
	return s.public(c, b, nil)
}

// body fills the page for a score that is chosen, or none.
func (s *Service) body(c *fiber.Ctx, f Form, token, state string, score int, comment string) publicBody {
	b := bodyIn(web.Locale(c).Tag(), web.Business(c).Name, f, token, state, score, comment)
	if c.Method() == fiber.MethodPost {
		b.Praise = c.FormValue("praise") != ""
	}
	if f.Survey.Anonymous && s.d.Hear != nil {
		b.Talk = path(token) + "/talk"
	}
	return b
}

// Quotable tells whether the page asks to quote whoever is happy.
func (b publicBody) Quotable() bool {
	return b.Form.Survey.Document.Comment != CommentNo && !b.Form.Survey.Anonymous
}

// agreed puts into an answer whether its words may be shown, and what was agreed
// to.
func agreed(c *fiber.Ctx, a *Answer) {
	if c.FormValue("praise") != "" && a.Comment != "" {
		a.Praise, a.Notice = true, web.Locale(c).T("survey.public.praise", "business", web.Business(c).Name)
	}
}

func bodyIn(language, business string, f Form, token, state string, score int, comment string) publicBody {
	b := publicBody{State: state, Action: path(token), Form: f, Text: f.Survey.Texts.For(language).with(business), Comment: comment, Satisfied: f.Survey.Kind == CSAT,
		Praise: f.Response != nil && f.Response.Praise}
	for _, v := range f.Survey.Scores() {
		b.Choices = append(b.Choices, choice{v, Face(f.Survey.Kind, v), v == score, BandOf(f.Survey.Kind, v)})
		b.Chosen = b.Chosen || v == score
	}
	if b.Chosen {
		band := BandOf(f.Survey.Kind, score)
		b.Ask, b.Thanks = b.Text.Ask.Of(band), b.Text.Thanks.Of(band)
	}
	return b
}

func (s *Service) public(c *fiber.Ctx, b publicBody, problem error) error {
	title := b.Text.Question
	p := web.Page{Layout: "public", Name: "public/survey", Heading: title, Body: b, Err: problem}
	if b.State == "late" || b.State == "wrong" {
		p.Title, p.Heading = "survey.public.title", ""
	}
	switch b.State {
	case "late":
		p.Status = fiber.StatusGone
	case "wrong":
		p.Status = fiber.StatusNotFound
	}
	return web.Render(c, p)
}

// wrong is the one page for a token that opens nothing, and slows guessing.
func (s *Service) wrong(c *fiber.Ctx, err error) error {
	if !errs.Is(err, errs.NotFound) {
		return err
	}
	quiet(c, "")
	t, ctx := web.Throttle{DB: s.db}, web.Ctx(c)
	key := web.AddressKey("survey", web.From(c).ClientIP(c))
	if err := t.Free(ctx, key); err != nil {
		return err
	}
	if err := t.Failed(ctx, key); err != nil {
		return err
	}
	return s.public(c, publicBody{State: "wrong"}, nil)
}

// postForm is the vote: a person's press of the button on a page that was
// shown. A second one before the end changes the answer.
func (s *Service) postForm(c *fiber.Ctx) error {
	token := c.Params("token")
	f, err := s.Open(web.Ctx(c), token)
	if err != nil {
		return s.wrong(c, err)
	}
	quiet(c, f.Invitation.Language)
	if f.Voted {
		return s.overSecret(c, s.body(c, f, token, "over", NoScore, ""))
	}
	if f.Late {
		return s.public(c, publicBody{State: "late", Form: f}, nil)
	}
	if f.Survey.Anonymous {
		return s.postSecret(c, f, token)
	}
	t, ctx := web.Throttle{DB: s.db}, auth.With(web.Ctx(c), &auth.Actor{Via: "public", Reach: auth.Own})
	key := "survey token " + f.Invitation.PeriodKey + " " + strconv.FormatInt(f.Invitation.ID, 10)
	if err := t.Free(ctx, key); err != nil {
		return err
	}
	number, err := strconv.Atoi(c.FormValue("version"))
	if err != nil {
		number = 0
	}
	if f.Survey, err = s.AsOf(ctx, s.db.Reader(ctx), f.Survey, number); err != nil {
		return s.wrong(c, err)
	}
	score, said, seen := answerIn(c, f.Survey)
	language := web.Locale(c).Tag()
	comment := strings.ReplaceAll(c.FormValue("comment"), "\r\n", "\n")
	a := Answer{Score: score, Comment: comment, Language: language, Said: said, Asked: seen, SurveyVersion: number}
	agreed(c, &a)
	r, err := s.Submit(ctx, token, c.FormValue("nonce"), a)
	if err != nil {
		if errs.Is(err, errs.Invalid) || errs.Is(err, errs.TooMany) {
			if err := t.Failed(ctx, key); err != nil {
				return err
			}
		}
		b := s.body(c, f, token, "form", score, comment)
		b.Asked = ask(c, f.Survey, said, lead(f.Survey, score, comment))
		return s.public(c, b, err)
	}
	if more := f.Survey.Questions.Shown(r.Said(), lead(f.Survey, score, comment)); unseen(more, seen) {
		b := s.body(c, f, token, "form", score, comment)
		b.Asked, b.More = ask(c, f.Survey, r.Said(), lead(f.Survey, score, comment)), true
		return s.public(c, b, nil)
	}
	return web.Redirect(c, path(token)+"?done=1&lang="+language)
}

// Hello is the greeting's key: with the name when there is one.
func (b publicBody) Hello(d view.Data) string {
	if b.Name() == "" {
		return d.Locale.T("survey.public.lead")
	}
	return d.Locale.T("survey.public.hello", "name", b.Name())
}
