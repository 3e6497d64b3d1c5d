package customfield

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/formula"
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
	r.Get("/own-fields/customers", "customer.read", s.suggest)
	for _, of := range s.book.Subjects() {
		r.Post(of.Path+"/:id/fields/reveal", Reveal, s.reveal(of))
	}
}

// Tab leads to the fields of one kind of record.
type Tab struct {
	custom.Subject
	Current bool
	N       int
}

// ListBody feeds the list.
type ListBody struct {
	Settings []view.NavGroup
	Tabs     []Tab
	Subject  custom.Subject
	Fields   []Line
	Most     int
	Search   int // how far search follows the ticked fields, in percent
}

// Line is a field with its name in the reader's language.
type Line struct {
	custom.Field
	Title   string
	Indexed bool
}

func (s *Service) showAll(c *fiber.Ctx) error {
	ctx := web.Ctx(c)
	b := ListBody{Settings: web.SettingsNav(c), Subject: s.asked(c), Most: maxFields}
	ready, err := custom.Indexed(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	if b.Search, err = s.SearchProgress(ctx, b.Subject.Name); err != nil {
		return err
	}
	for _, of := range s.book.Subjects() {
		set, err := s.Of(ctx, of.Name)
		if err != nil {
			return err
		}
		tab := Tab{of, of.Name == b.Subject.Name, len(set)}
		b.Tabs = append(b.Tabs, tab)
		for _, f := range set {
			if tab.Current {
				b.Fields = append(b.Fields, Line{f, f.Name(web.Locale(c).Tag()), ready[f.ID]})
			}
		}
	}
	return web.Render(c, web.Page{Name: "settings/fields", Title: "settings.fields", Body: b})
}

// asked is the kind of record that the address names, the first one otherwise.
func (s *Service) asked(c *fiber.Ctx) custom.Subject {
	if of, ok := s.book.Subject(c.Query("subject")); ok {
		return of
	}
	return s.book.Subjects()[0]
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
	Subject  custom.Subject
	Kinds    []view.Option
	Others   []view.Option // what a rule may look at
	Names    []Word        // what a formula may use
	Calls    string        // the functions
	Title    string
	Used     int // records with a value

	Unindexed, UnindexedBy string // why no index keeps a computed field
}

// Word is a name in a formula with what it is.
type Word struct{ Name, Title, Kind string }

func (s *Service) showNew(c *fiber.Ctx) error {
	return s.form(c, Form{Input: Input{Subject: s.asked(c).Name, Kind: custom.Text}}, nil)
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
	of := s.subject(form.Subject)
	b := FormBody{Settings: web.SettingsNav(c), Subject: of, Calls: formula.Functions()}
	people, err := s.People(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	for _, kind := range custom.Kinds {
		if kind != custom.Person || len(people) > 1 {
			b.Kinds = append(b.Kinds, view.Option{Value: kind, Label: l.T("customfield.kind." + kind)})
		}
	}
	set, err := s.Of(ctx, form.Subject)
	if err != nil {
		return err
	}
	for _, r := range of.Rules {
		b.Others = append(b.Others, view.Option{Value: r.Name, Label: l.T(r.Label)})
	}
	for _, f := range of.Built {
		b.Names = append(b.Names, Word{f.Name, l.T(f.Label), l.T("customfield.kind." + f.Kind.String())})
	}
	kindOf := set.KindOf(of)
	for _, f := range set {
		if f.ID == form.ID {
			b.Title = f.Name(l.Tag())
			if b.Used, err = s.Used(ctx, f); err != nil {
				return err
			}
			continue
		}
		if f.Stored() && !f.Sensitive && !f.Linked() {
			b.Others = append(b.Others, view.Option{Value: f.Key, Label: f.Name(l.Tag())})
		}
		if k, ok := kindOf(f.Key); ok {
			b.Names = append(b.Names, Word{f.Key, f.Name(l.Tag()), l.T("customfield.kind." + k.String())})
		}
	}
	if form.Kind == custom.Computed && form.ID != 0 {
		b.Unindexed, b.UnindexedBy = Unindexed(of, set, form.Formula)
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
		NeedField: c.FormValue("required_field"), NeedValue: c.FormValue("required_value"), Sensitive: c.FormValue("sensitive") != "",
		Formula: c.FormValue("formula"), ShownField: c.FormValue("shown_field"), ShownValue: c.FormValue("shown_value"), Searchable: c.FormValue("searchable") != "",
		Filterable: c.FormValue("filterable") != "", Purpose: c.FormValue("purpose"), Preference: c.FormValue("preference") != "", Unscored: c.FormValue("unscored") != ""}, Words: c.FormValue("choices")}
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
	return web.Done(c, list(f), "customfield.created", "name", f.Name(web.Locale(c).Tag()))
}

func (s *Service) save(c *fiber.Ctx) error {
	before, err := s.of(c)
	if err != nil {
		return err
	}
	form := formOf(c)
	form.ID, form.Subject, form.Key, form.Kind, form.Sensitive = before.ID, before.Subject, before.Key, before.Kind, before.Sensitive
	f, err := s.Update(web.Ctx(c), before.ID, form.Version, form.Input)
	if err != nil {
		return s.form(c, form, err)
	}
	return web.Done(c, list(f), "customfield.saved", "name", f.Name(web.Locale(c).Tag()))
}

func (s *Service) remove(c *fiber.Ctx) error {
	f, err := s.of(c)
	if err != nil {
		return err
	}
	if err := s.Delete(web.Ctx(c), f.ID); err != nil {
		return err
	}
	return web.Done(c, list(f), "customfield.deleted", "name", f.Name(web.Locale(c).Tag()))
}

// path is a field's place in the API.
func path(id int64) string { return fmt.Sprintf("/custom-fields/%d", id) }

// list is the page of all fields of a field's kind of record.
func list(f custom.Field) string {
	return "/settings/fields?subject=" + f.Subject
}

// suggest answers while a customer's name is typed into a field.
func (s *Service) suggest(c *fiber.Ctx) error {
	var found []custom.Named
	if typed := strings.TrimSpace(c.Query("q")); typed != "" {
		var err error
		if found, err = s.find(web.Ctx(c), typed, candidates); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Name: "settings/field_names", Title: "settings.fields", Body: found, Fragment: "names"})
}

// RevealPage feeds the page of a value that somebody asked to see.
type RevealPage struct {
	Revealed
	Title, Back string
}

func (s *Service) reveal(of custom.Subject) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := web.ID(c, "id")
		if err != nil {
			return err
		}
		r, err := s.Reveal(web.Ctx(c), of.Name, id, c.FormValue("field"))
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderCacheControl, "no-store")
		title := r.Field.Name(web.Locale(c).Tag())
		return web.Render(c, web.Page{Name: "settings/field_reveal", Heading: title, Fragment: "value",
			Body: RevealPage{r, title, web.PathOf(c, r.Record.Kind, r.Record.ID)}})
	}
}
