package survey

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// newBody is the page that begins a survey: from nothing or from a ready one.
type newBody struct {
	Ready []readySurvey
	Pack  string
}

// Kinds are the choices for a survey from nothing.
func (newBody) Kinds(d view.Data) []view.Option {
	var out []view.Option
	for _, k := range Kinds {
		out = append(out, view.Option{Value: k, Label: d.Locale.T("survey.kind." + k)})
	}
	return out
}

// Opens is what a ready survey asks first, in the reader's language.
func (b newBody) Opens(d view.Data, r readySurvey) string {
	return r.document(b.Pack).Texts.For(d.Locale.Tag()).with(d.Business).Question
}

// Name is a ready survey's own name in the reader's language.
func (newBody) Name(d view.Data, r readySurvey) string {
	return r.Name.For(d.Locale.Tag(), Languages)
}

// Further counts what it asks beside its score.
func (b newBody) Further(r readySurvey) int { return len(r.Questions) }

func (s *Service) newSurvey(c *fiber.Ctx) error {
	return s.beginForm(c, Input{Kind: NPS}, nil)
}

func (s *Service) beginForm(c *fiber.Ctx, in Input, problem error) error {
	return web.Render(c, web.Page{Name: "voice/survey-new", Title: "survey.new", Body: newBody{readySurveys, web.Business(c).Pack}, Form: in, Err: problem})
}

// Input is the survey as a form would send it.
func (s Survey) Input() Input {
	return Input{Kind: s.Kind, Name: s.Name, Document: s.Document, Words: s.Words, Active: s.Active, ClosesOn: s.ClosesOn, ClosesAtN: s.ClosesAtN, Version: s.Version}
}

// postSurvey makes a survey and leads to its builder. One that was just begun is
// asked of nobody: no program knows it.
func (s *Service) postSurvey(c *fiber.Ctx) error {
	in := Input{Kind: c.FormValue("kind"), Name: c.FormValue("name"), Words: alarms, Active: true, Document: Document{Texts: blankTexts(c.FormValue("kind")), Scored: true}}
	if r, ok := readyNamed(c.FormValue("ready")); ok {
		in.Kind, in.Document = r.Kind, r.document(web.Business(c).Pack)
		if in.Name == "" {
			in.Name = r.Name.For(web.Business(c).Locale, Languages)
		}
	}
	v, err := s.Create(web.Ctx(c), in)
	if err != nil {
		return s.beginForm(c, in, err)
	}
	return web.Done(c, fmt.Sprintf("/surveys/%d/edit", v.ID), "builder.begun")
}

func (s *Service) deleteSurvey(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = s.Delete(web.Ctx(c), id)
	if errs.Is(err, errs.Conflict) {
		return s.refused(c, id, builderBody{At: "settings"}, err)
	}
	if err != nil {
		return err
	}
	return web.Done(c, "/surveys", "common.deleted")
}

func (s *Service) goOn(c *fiber.Ctx) error {
	if err := s.GoOn(web.Ctx(c)); err != nil {
		return err
	}
	return web.Said(c, "/surveys", "survey.going_on")
}

func (s *Service) skipWave(c *fiber.Ctx) error {
	n, err := s.Skip(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Said(c, "/surveys", "survey.skipped", "n", n)
}
