package customfield

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/custom"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (s *Service) routes(r *web.Router) {
	r.Get("/settings/fields", Write, s.showAll)
	r.Get("/settings/fields/new", Write, s.showNew)
	r.Post("/settings/fields", Write, s.create)
	r.Get("/settings/fields/:id", Write, s.showOne)
	r.Post("/settings/fields/:id", Write, s.save)
	r.Post("/settings/fields/:id/delete", Write, s.remove)
}

// ListBody feeds the list.
type ListBody struct {
	Settings []view.NavGroup
	Fields   []Line
}

// Line is a field with its name in the reader's language.
type Line struct {
	custom.Field
	Title   string
	Indexed bool
}

func (s *Service) showAll(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	set, err := s.Of(ctx, "customer")
	if err != nil {
		return err
	}
	ready, err := custom.Indexed(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	b := ListBody{Settings: web.SettingsNav(c)}
	for _, f := range set {
		b.Fields = append(b.Fields, Line{f, f.Name(web.Locale(c).Tag()), ready[f.ID]})
	}
	return web.Render(c, web.Page{Name: "settings/fields", Title: "settings.fields", Body: b})
}

// Form is what was typed.
type Form struct {
	Input
	ID, Version int64
	Words       string // the choices, one a line
}

// FormBody feeds the form.
type FormBody struct {
	Settings []view.NavGroup
	Kinds    []view.Option
	Others   []view.Option // what a rule may look at
	Title    string
	Used     int // records with a value
}

func (s *Service) showNew(c *fiber.Ctx) error {
	return s.form(c, Form{Input: Input{Subject: "customer", Kind: custom.Text}}, nil)
}

func (s *Service) showOne(c *fiber.Ctx) error {
	f, err := s.of(c)
	if err != nil {
		return err
	}
	return s.form(c, Form{Input: InputOf(f), ID: f.ID, Version: f.Version, Words: strings.Join(f.Choices, "\n")}, nil)
}

func (s *Service) of(c *fiber.Ctx) (custom.Field, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return custom.Field{}, err
	}
	return s.Get(web.Ctx(c), id)
}

func (s *Service) form(c *fiber.Ctx, form Form, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	b := FormBody{Settings: web.SettingsNav(c)}
	for _, kind := range custom.Kinds {
		b.Kinds = append(b.Kinds, view.Option{Value: kind, Label: l.T("customfield.kind." + kind)})
	}
	set, err := s.Of(ctx, form.Subject)
	if err != nil {
		return err
	}
	b.Others = append(b.Others, view.Option{Value: "kind", Label: l.T("customer.kind")})
	for _, f := range set {
		if f.ID != form.ID {
			b.Others = append(b.Others, view.Option{Value: f.Key, Label: f.Name(l.Tag())})
			continue
		}
		b.Title = f.Name(l.Tag())
		if b.Used, err = s.Used(ctx, f); err != nil {
			return err
		}
	}
	page := web.Page{Name: "settings/field", Heading: b.Title, Body: b, Form: form, Err: problem}
	if b.Title == "" {
		page.Title = "customfield.new"
	}
	return web.Render(c, page)
}

func formOf(c *fiber.Ctx) Form {
	f := Form{Input: Input{Subject: c.FormValue("subject"), Key: c.FormValue("key"), Kind: c.FormValue("kind"), NameEN: c.FormValue("name_en"),
		NameZH: c.FormValue("name_zh"), HelpEN: c.FormValue("help_en"), HelpZH: c.FormValue("help_zh"), Required: c.FormValue("required") != "",
		ShownField: c.FormValue("shown_field"), ShownValue: c.FormValue("shown_value"), Searchable: c.FormValue("searchable") != "",
		Filterable: c.FormValue("filterable") != "", Purpose: c.FormValue("purpose")}, Words: c.FormValue("choices")}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	f.Position, _ = strconv.Atoi(c.FormValue("position"))
	f.Choices = strings.Split(f.Words, "\n")
	return f
}

func (s *Service) create(c *fiber.Ctx) error {
	form := formOf(c)
	f, err := s.Create(web.Ctx(c), form.Input)
	if err != nil {
		return s.form(c, form, err)
	}
	return web.Done(c, "/settings/fields", "customfield.created", "name", f.Name(web.Locale(c).Tag()))
}

func (s *Service) save(c *fiber.Ctx) error {
	before, err := s.of(c)
	if err != nil {
		return err
	}
	form := formOf(c)
	form.ID, form.Subject, form.Key, form.Kind = before.ID, before.Subject, before.Key, before.Kind
	f, err := s.Update(web.Ctx(c), before.ID, form.Version, form.Input)
	if err != nil {
		return s.form(c, form, err)
	}
	return web.Done(c, "/settings/fields", "customfield.saved", "name", f.Name(web.Locale(c).Tag()))
}

func (s *Service) remove(c *fiber.Ctx) error {
	f, err := s.of(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), f.ID); err != nil {
		return err
	}
	return web.Done(c, "/settings/fields", "customfield.deleted", "name", f.Name(web.Locale(c).Tag()))
}

// path is a field's place in the API.
func path(id int64) string { return fmt.Sprintf("/custom-fields/%d", id) }
