package quote

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/web"
)

// TemplatesPage feeds the list of templates.
type TemplatesPage struct {
	Templates []Template
	MayWrite  bool
}

// TemplateForm is a template as it was typed.
type TemplateForm struct {
	Version            int64
	Name, Intro, Terms string
	ValidDays          string
}

// TemplatePage feeds the form.
type TemplatePage struct {
	ID       int64
	Name     string
	MayWrite bool
}

func (s *Service) templateIndex(c *fiber.Ctx) error {
	list, err := s.Templates(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/quote-templates", Title: "quote.templates", Body: TemplatesPage{list, web.Actor(c).Can(Write)}})
}

func (s *Service) templateBlank(c *fiber.Ctx) error {
	return s.templateEdit(c, Template{}, TemplateForm{ValidDays: strconv.Itoa(usualValid)}, nil)
}

func (s *Service) templateShow(c *fiber.Ctx) error {
	t, err := s.templateByParam(c)
	if err != nil {
		return err
	}
	return s.templateEdit(c, t, TemplateForm{t.Version, t.Name, t.Intro, t.Terms, strconv.Itoa(t.ValidDays)}, nil)
}

func (s *Service) templateSave(c *fiber.Ctx) error {
	var t Template
	var err error
	if c.Params("id") != "" {
		if t, err = s.templateByParam(c); err != nil {
			return err
		}
	}
	f := TemplateForm{versionOf(c), c.FormValue("name"), c.FormValue("intro"), c.FormValue("terms"), strings.TrimSpace(c.FormValue("valid_days"))}
	in := Template{ID: t.ID, Version: f.Version, Name: f.Name, Intro: f.Intro, Terms: f.Terms}
	if f.ValidDays != "" {
		if in.ValidDays, err = strconv.Atoi(f.ValidDays); err != nil {
			in.ValidDays = -1 // refused beside the field
		}
	}
	_, err = s.SaveTemplate(web.Ctx(c), in)
	if errs.Is(err, errs.Conflict) { // saving again takes what was typed
		f.Version = t.Version
	}
	if err != nil {
		return s.templateEdit(c, t, f, err)
	}
	return web.Done(c, "/quotes/templates", "common.saved")
}

func (s *Service) templateDrop(c *fiber.Ctx) error {
	t, err := s.templateByParam(c)
	if err != nil {
		return err
	}
	if err := s.DeleteTemplate(web.Ctx(c), t.ID); err != nil {
		return err
	}
	return web.Done(c, "/quotes/templates", "quote.template_deleted", "name", t.Name)
}

func (s *Service) templateByParam(c *fiber.Ctx) (Template, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Template{}, err
	}
	return s.Template(web.Ctx(c), id)
}

func (s *Service) templateEdit(c *fiber.Ctx, t Template, f TemplateForm, problem error) error {
	p := web.Page{Name: "sales/quote-template", Heading: t.Name, Form: f, Err: problem, Body: TemplatePage{t.ID, t.Name, web.Actor(c).Can(Write)}}
	if t.ID == 0 {
		p.Title = "quote.template_new"
	}
	return web.Render(c, p)
}
