package survey

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// surveyBody is the editor: the texts of both languages side by side.
type surveyBody struct {
	Survey Survey // zero for a new one
}

// Languages are the columns of the editor.
func (surveyBody) Languages() []string { return Languages }

// Kinds are the choices for a new survey.
func (surveyBody) Kinds(d view.Data) []view.Option {
	var out []view.Option
	for _, k := range Kinds {
		out = append(out, view.Option{Value: k, Label: d.Locale.T("survey.kind." + k)})
	}
	return out
}

// TextFields are the inputs of one language, in the order of the page.
func (surveyBody) TextFields() []string {
	return []string{"question", "low", "high", "ask_low", "ask_mid", "ask_high", "thanks_low", "thanks_mid", "thanks_high", "subject", "reminder"}
}

// TextOf is what stands in one of them.
func (surveyBody) TextOf(in Input, language, name string) string {
	t := in.Texts[language]
	if p, ok := t.fields()[name]; ok {
		return *p
	}
	return ""
}

func (s *Service) newSurvey(c *fiber.Ctx) error {
	return s.surveyForm(c, Survey{}, Input{Kind: NPS, Active: true, Document: Document{Texts: merged(readyNPS, nil), Scored: true}}, nil)
}

func (s *Service) editSurvey(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.surveyForm(c, v, v.Input(), nil)
}

// Input is the survey as a form would send it.
func (s Survey) Input() Input {
	return Input{Kind: s.Kind, Name: s.Name, Document: s.Document, Words: s.Words, Active: s.Active, ClosesOn: s.ClosesOn, ClosesAtN: s.ClosesAtN, Version: s.Version}
}

func (s *Service) surveyForm(c *fiber.Ctx, v Survey, in Input, problem error) error {
	return web.Render(c, web.Page{Name: "voice/survey", Title: "survey.edit", Body: surveyBody{v}, Form: in, Err: problem})
}

func (s *Service) postSurvey(c *fiber.Ctx) error {
	in := Input{Kind: c.FormValue("kind"), Name: c.FormValue("name"), Words: c.FormValue("words"), Active: c.FormValue("active") != "",
		Version: reference(c.FormValue("version"))}
	texts := Texts{}
	for _, language := range Languages {
		var t Text
		for name, into := range t.fields() {
			*into = c.FormValue(name + "_" + language)
		}
		texts[language] = t
	}
	if c.Params("id") == "" {
		in.Document = Document{Texts: texts, Scored: true}
		v, err := s.Create(web.Ctx(c), in)
		if err != nil {
			return s.surveyForm(c, Survey{}, in, err)
		}
		return web.Done(c, fmt.Sprintf("/surveys/%d", v.ID), "common.saved")
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Get(web.Ctx(c), id)
	if err != nil {
		return err
	}
	in.Document, in.ClosesOn, in.ClosesAtN = v.Document, v.ClosesOn, v.ClosesAtN
	in.Texts = texts
	if _, err := s.Update(web.Ctx(c), id, in); err != nil {
		in.Kind = v.Kind
		return s.surveyForm(c, v, in, err)
	}
	return web.Done(c, fmt.Sprintf("/surveys/%d", id), "common.saved")
}

func (s *Service) deleteSurvey(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = s.Delete(web.Ctx(c), id)
	if errs.Is(err, errs.Conflict) {
		v, getErr := s.Get(web.Ctx(c), id)
		if getErr != nil {
			return getErr
		}
		return s.surveyForm(c, v, v.Input(), err)
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

// month is the first instant of a month key, for its name.
func month(key string) time.Time {
	t, err := time.Parse("2006-01", key)
	if err != nil {
		return time.Time{}
	}
	return t
}
