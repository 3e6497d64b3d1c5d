package survey

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
	"regulars/app/voice/question"
)

// The builder's page: the list of questions, the one that is being worked on,
// and the survey as a customer will hold it. Every button is a form of its own,
// so that nothing is lost when one of them is pressed.

func (s *Service) builderRoutes(r *web.Router) {
	r.Get("/surveys/:id/edit", Write, s.showBuilder)
	r.Post("/surveys/:id", Write, s.postSettings)
	r.Post("/surveys/:id/lead", Write, s.postLead)
	r.Post("/surveys/:id/questions", Write, s.postNewQuestion)
	r.Post("/surveys/:id/questions/:key", Write, s.postQuestion)
	r.Post("/surveys/:id/questions/:key/move", Write, s.moveQuestion)
	r.Post("/surveys/:id/questions/:key/remove", Write, s.removeQuestion)
	r.Post("/surveys/:id/publication", Write, s.postPublication)
	r.Post("/surveys/:id/anonymity", Write, s.postAnonymity)
	r.Post("/surveys/:id/draft/drop", Write, s.postDropDraft)
	r.Get("/surveys/:id/preview", Read, s.showPreview)
	r.Get("/surveys/:id/versions", Read, s.showVersions)
}

// builderBody is the page. At says what is being worked on: score, settings,
// add or a question's key.
type builderBody struct {
	Survey  Survey
	Draft   Document
	At      string
	Items   []builderItem
	One     *questionForm
	Lead    *leadForm
	Set     *settingsForm
	Ready   []readyGroup
	Preview view.Markup
	In      string // language of the preview
	Band    Band
	Changes []Change
	Missing int
	Seconds int
	Answers int
	Used    bool // somebody was asked it or answered it
	Theirs  []web.Clash
	Version int64
}

// builderItem is one line of the list.
type builderItem struct {
	Key     string
	N       int
	Title   string
	Kind    string
	Rule    string // in words, "" for none
	Jumps   bool
	Missing []string
	First   bool
	Last    bool
}

// Languages are the columns of every form.
func (builderBody) Languages() []string { return Languages }

// Bands are what the preview can be looked at with.
func (builderBody) Bands() []Band { return []Band{LowBand, MidBand, HighBand} }

// Kinds are the kinds of question that can be added.
func (builderBody) Kinds(d view.Data) []view.Option { return kindOptions(d) }

func kindOptions(d view.Data) []view.Option {
	var out []view.Option
	for _, kind := range question.Kinds {
		out = append(out, view.Option{Value: kind, Label: d.Locale.T("question.kind." + kind)})
	}
	return out
}

// Title is a question's text in the reader's language.
func (builderBody) Title(d view.Data, t question.Texts) string {
	return t.For(d.Locale.Tag(), Languages)
}

// Next is the number that publishing would give.
func (b builderBody) Next() int { return b.Survey.Revision + 1 }

// Drafted tells whether something is prepared that nobody is asked yet.
func (b builderBody) Drafted() bool { return b.Survey.DraftText != "" }

// builderPath leads to a part of the builder.
func builderPath(id int64, at string) string {
	return fmt.Sprintf("/surveys/%d/edit?at=%s#work", id, url.QueryEscape(at))
}

// surveyOf reads the survey that an address names.
func (s *Service) surveyOf(c *fiber.Ctx) (Survey, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Survey{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) showBuilder(c *fiber.Ctx) error {
	v, err := s.surveyOf(c)
	if err != nil {
		return err
	}
	return s.builder(c, v, builderBody{At: c.Query("at", "score")}, nil)
}

// builder shows the page; what b already holds stays, so that nothing typed is
// lost.
func (s *Service) builder(c *fiber.Ctx, v Survey, b builderBody, problem error) error {
	ctx := web.Ctx(c)
	d, err := v.Draft()
	if err != nil {
		return err
	}
	b.Survey, b.Draft, b.Version = v, d, v.Version
	language := web.Locale(c).Tag()
	b.Items = builderItems(web.Locale(c), v, d)
	b.Missing, b.Seconds, b.Changes = d.gaps(), d.seconds(), Changes(v.Document, d)
	if err := s.db.Reader(ctx).Get(ctx, &b.Answers, sqlAnswersOf, v.ID, v.Revision); err != nil {
		return fmt.Errorf("count the answers to survey %d: %w", v.ID, err)
	}
	k, err := s.Known(ctx, v.ID)
	if err != nil {
		return err
	}
	switch b.At {
	case "settings":
		if b.Set == nil {
			b.Set = &settingsForm{v.Input()}
		}
		if err := s.db.Reader(ctx).Get(ctx, &b.Used, sqlSurveyUsed, v.ID, v.ID); err != nil {
			return err
		}
	case "add":
		b.Ready = readyQuestions(language)
	default:
		if err := s.working(c, &b, d, k); err != nil {
			return err
		}
	}
	b.In, b.Band = c.Query("in", language), Band(c.Query("band", string(LowBand)))
	if b.Preview, err = s.preview(c, v, d, b.In, b.Band, false); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "voice/builder", Heading: v.Name, Body: b, Err: problem})
}

// working fills the form of the question that is worked on; an unknown one is
// the first.
func (s *Service) working(c *fiber.Ctx, b *builderBody, d Document, k Known) error {
	if q, there := d.Questions.Find(b.At); there {
		if b.One == nil {
			b.One = newQuestionForm(q)
		}
		b.One.prepare(web.Locale(c), b.Survey, d, k)
		return nil
	}
	b.At = "score"
	if b.Lead == nil {
		b.Lead = &leadForm{Document: d, Kind: b.Survey.Kind}
	}
	return nil
}

// said shows the builder again after a press that was refused; what does not
// belong to a form is told above.
func (s *Service) refused(c *fiber.Ctx, id int64, b builderBody, problem error) error {
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Invalid && b.One == nil && b.Lead == nil && b.Set == nil {
		plain := *e
		for _, m := range e.Fields { // moving breaks one rule at a time
			plain.Message = m
		}
		plain.Fields = nil
		problem = &plain
	}
	return s.builder(c, v, b, problem)
}

// pressed reads which survey and version a button of the builder is about.
func pressed(c *fiber.Ctx) (id, version int64, err error) {
	id, err = web.ID(c, "id")
	return id, reference(c.FormValue("version")), err
}

func (s *Service) postAnonymity(c *fiber.Ctx) error {
	id, version, err := pressed(c)
	if err != nil {
		return err
	}
	if _, err := s.Anonymise(web.Ctx(c), id, version); err != nil {
		return s.refused(c, id, builderBody{At: "settings"}, err)
	}
	return web.Done(c, fmt.Sprintf("/surveys/%d/edit?at=settings", id), "builder.anonymous_done")
}

func (s *Service) postNewQuestion(c *fiber.Ctx) error {
	id, version, err := pressed(c)
	if err != nil {
		return err
	}
	q, ok := readyQuestion(c.FormValue("ready"))
	if !ok {
		kind := c.FormValue("kind")
		if _, known := firstSeconds[kind]; !known {
			return s.refused(c, id, builderBody{At: "add"}, errs.New(errs.Invalid, "error.choice"))
		}
		q = s.blank(kind)
	}
	_, key, err := s.Add(web.Ctx(c), id, version, q)
	if err != nil {
		return s.refused(c, id, builderBody{At: "add"}, err)
	}
	return web.Done(c, builderPath(id, key), "builder.added")
}

func (s *Service) moveQuestion(c *fiber.Ctx) error {
	id, version, err := pressed(c)
	if err != nil {
		return err
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	d, err := v.Draft()
	if err != nil {
		return err
	}
	key := c.Params("key")
	at, err := place(d.Questions, key)
	if err != nil {
		return err
	}
	to, err := strconv.Atoi(c.FormValue("to"))
	switch {
	case c.FormValue("to") == "up":
		to = at - 1
	case c.FormValue("to") == "down":
		to = at + 1
	case err != nil:
		return s.refused(c, id, builderBody{At: key}, errs.New(errs.Invalid, "error.choice"))
	}
	if _, err := s.Move(web.Ctx(c), id, version, key, to); err != nil {
		return s.refused(c, id, builderBody{At: key}, err)
	}
	return web.Done(c, fmt.Sprintf("/surveys/%d/edit?at=%s", id, url.QueryEscape(c.FormValue("at", key))), "builder.moved")
}

func (s *Service) removeQuestion(c *fiber.Ctx) error {
	id, version, err := pressed(c)
	if err != nil {
		return err
	}
	key := c.Params("key")
	if _, err := s.Drop(web.Ctx(c), id, version, key); err != nil {
		return s.refused(c, id, builderBody{At: key}, err)
	}
	return web.Done(c, fmt.Sprintf("/surveys/%d/edit", id), "builder.removed")
}

func (s *Service) postPublication(c *fiber.Ctx) error {
	id, version, err := pressed(c)
	if err != nil {
		return err
	}
	v, err := s.Publish(web.Ctx(c), id, version)
	if err != nil {
		return s.refused(c, id, builderBody{At: "score"}, err)
	}
	return web.Done(c, fmt.Sprintf("/surveys/%d/versions", id), "builder.published", "n", v.Revision)
}

func (s *Service) postDropDraft(c *fiber.Ctx) error {
	id, version, err := pressed(c)
	if err != nil {
		return err
	}
	if _, err := s.DropDraft(web.Ctx(c), id, version); err != nil {
		return s.refused(c, id, builderBody{At: "score"}, err)
	}
	return web.Done(c, fmt.Sprintf("/surveys/%d/edit", id), "builder.dropped")
}
