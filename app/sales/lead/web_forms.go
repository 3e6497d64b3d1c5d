package lead

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// The settings of the forms on the web.

func (s *Service) formRoutes(r *web.Router) {
	r.Get("/settings/lead-forms", Settings, s.listForms)
	r.Get("/settings/lead-forms/new", Settings, s.blankForm)
	r.Post("/settings/lead-forms", Settings, s.saveForm)
	r.Get("/settings/lead-forms/:id", Settings, s.editForm)
	r.Post("/settings/lead-forms/:id", Settings, s.saveForm)
	r.Post("/settings/lead-forms/:id/delete", Settings, s.deleteForm)
}

// FormsPage feeds the list of forms.
type FormsPage struct {
	Forms    []WebForm
	Settings []view.NavGroup
}

func (s *Service) listForms(c *fiber.Ctx) error {
	list, err := s.Forms(web.Ctx(c))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/lead-forms", Title: "lead.forms", Body: FormsPage{list, web.SettingsNav(c)}})
}

// FormPage feeds the page of one form.
type FormPage struct {
	WebForm
	Address  string
	Public   bool // the address is known to work from outside
	Whom     []view.Option
	Asked    []string
	Hows     []view.Option
	Settings []view.NavGroup
}

// Snippet is what goes into the page of another site.
func (b FormPage) Snippet() string {
	return fmt.Sprintf(`<iframe src="%s" title="%s" width="100%%" height="760" loading="lazy" frameborder="0"></iframe>`, b.Address, strings.NewReplacer(`"`, "", "<", "", ">", "", "&", "").Replace(b.Name))
}

// TextOf is a text of the form in a language.
func (b FormPage) TextOf(name, language string) string {
	t := b.Texts[language]
	switch name {
	case "title":
		return t.Title
	case "lead":
		return t.Lead
	case "thanks":
		return t.Thanks
	}
	return t.Consent
}

// Lacks tells that a text is said in the other language only.
func (b FormPage) Lacks(name, language string) bool {
	other := "en"
	if language == "en" {
		other = "zh-CN"
	}
	return b.TextOf(name, language) == "" && b.TextOf(name, other) != ""
}

func (s *Service) blankForm(c *fiber.Ctx) error {
	l := web.Locale(c)
	f := WebForm{Slug: "contact", Effort: usual, Active: true, Asks: Words{"phone", "email", "company", "need!"}, Texts: FormTexts{}}
	for _, tag := range languages {
		in := web.From(c).View.Bundle().For(tag)
		f.Texts[tag] = FormText{Title: in.T("lead.form_title"), Lead: in.T("lead.form_lead"), Thanks: in.T("lead.form_thanks"), Consent: in.T("lead.form_consent", "business", web.Business(c).Name)}
	}
	f.Name = l.T("lead.form_name")
	return s.formEditor(c, f, nil)
}

func (s *Service) editForm(c *fiber.Ctx) error {
	f, err := s.formByParam(c)
	if err != nil {
		return err
	}
	return s.formEditor(c, f, nil)
}

func (s *Service) formByParam(c *fiber.Ctx) (WebForm, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return WebForm{}, err
	}
	return s.Form(web.Ctx(c), id)
}

func (s *Service) formEditor(c *fiber.Ctx, f WebForm, problem error) error {
	l := web.Locale(c)
	b := FormPage{WebForm: f, Asked: asked, Settings: web.SettingsNav(c)}
	base, public := web.BaseURL(c)
	b.Address, b.Public = base+"/f/"+f.Slug, public
	for _, how := range []string{"", "may", "must"} {
		key := "lead.ask.no"
		if how != "" {
			key = "lead.ask." + how
		}
		b.Hows = append(b.Hows, view.Option{Value: how, Label: l.T(key)})
	}
	var err error
	if b.Whom, err = s.whom(c); err != nil {
		return err
	}
	p := web.Page{Name: "sales/lead-form", Heading: f.Name, Body: b, Err: problem}
	if f.ID == 0 {
		p.Title = "lead.form_new"
	}
	return web.Render(c, p)
}

func (s *Service) saveForm(c *fiber.Ctx) error {
	f := WebForm{Texts: FormTexts{}}
	if c.Params("id") != "" {
		old, err := s.formByParam(c)
		if err != nil {
			return err
		}
		f.ID, f.OwnerID = old.ID, old.OwnerID
	}
	f.Origins = c.FormValue("origins")
	f.Version, f.Slug, f.Name, f.Source, f.Active = number(c.FormValue("version")), c.FormValue("slug"), c.FormValue("name"), c.FormValue("source"), c.FormValue("active") != ""
	for _, what := range asked {
		switch c.FormValue("ask_" + what) {
		case "may":
			f.Asks = append(f.Asks, what)
		case "must":
			f.Asks = append(f.Asks, what+"!")
		}
	}
	for _, tag := range languages {
		f.Texts[tag] = FormText{Title: c.FormValue("title_" + tag), Lead: c.FormValue("lead_" + tag), Thanks: c.FormValue("thanks_" + tag), Consent: c.FormValue("consent_" + tag)}
	}
	if c.Request().PostArgs().Has("owner_id") {
		f.OwnerID = db.ID(number(c.FormValue("owner_id")))
	}
	check := &errs.Check{}
	n, err := strconv.Atoi(strings.TrimSpace(c.FormValue("effort")))
	check.That(err == nil, "effort", "error.number")
	f.Effort = n
	if err = check.Err(); err == nil {
		_, err = s.SaveForm(web.Ctx(c), f)
	}
	if err != nil {
		return s.formEditor(c, f, err)
	}
	return web.Done(c, "/settings/lead-forms", "common.saved")
}

func (s *Service) deleteForm(c *fiber.Ctx) error {
	f, err := s.formByParam(c)
	if err != nil {
		return err
	}
	if err := s.DropForm(web.Ctx(c), f.ID); err != nil {
		return err
	}
	return web.Done(c, "/settings/lead-forms", "lead.form_deleted", "name", f.Name)
}
