package customfield

import (
	"context"
	"net/http"
	"time"

	"regulars/app/kit/page"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
)

// Object is a field as the API shows it.
type Object struct {
	ID         int64     `json:"id"`
	Version    int64     `json:"version"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	Subject    string    `json:"subject"`
	Key        string    `json:"key"`
	Kind       string    `json:"kind"`
	NameEN     string    `json:"name_en"`
	NameZH     string    `json:"name_zh"`
	HelpEN     string    `json:"help_en,omitempty"`
	HelpZH     string    `json:"help_zh,omitempty"`
	Choices    []string  `json:"choices"`
	Required   bool      `json:"required"`
	NeedField  string    `json:"required_field,omitempty"`
	NeedValue  string    `json:"required_value,omitempty"`
	ShownField string    `json:"shown_field,omitempty"`
	ShownValue string    `json:"shown_value,omitempty"`
	Searchable bool      `json:"searchable"`
	Filterable bool      `json:"filterable"`
	Sensitive  bool      `json:"sensitive"`
	Formula    string    `json:"formula,omitempty"`
	Purpose    string    `json:"purpose,omitempty"`
	Preference bool      `json:"preference" doc:"Of customers: it says what they like"`
	Unscored   bool      `json:"unscored" doc:"Of customers: nobody is judged by it, weighed by it or compared by it"`
	Position   int       `json:"position"`

	FilterReady    bool `json:"filter_ready" doc:"The index of a filterable field is made"`
	SearchProgress int  `json:"search_progress" doc:"How far search follows the searchable fields of this kind of record, in percent"`
}

// Body is what POST takes.
type Body struct {
	Subject    string   `json:"subject" doc:"The kind of record: customer, contact, product or order"`
	Key        string   `json:"key,omitempty" maxLength:"40"`
	Kind       string   `json:"kind" enum:"text,long,number,money,date,bool,choice,multi,phone,email,link,person,customer,computed"`
	NameEN     string   `json:"name_en,omitempty"`
	NameZH     string   `json:"name_zh,omitempty"`
	HelpEN     string   `json:"help_en,omitempty"`
	HelpZH     string   `json:"help_zh,omitempty"`
	Choices    []string `json:"choices,omitempty" maxItems:"200"`
	Required   bool     `json:"required,omitempty"`
	NeedField  string   `json:"required_field,omitempty" doc:"Required only when this field …"`
	NeedValue  string   `json:"required_value,omitempty" doc:"… has this value"`
	ShownField string   `json:"shown_field,omitempty"`
	ShownValue string   `json:"shown_value,omitempty"`
	Searchable bool     `json:"searchable,omitempty"`
	Filterable bool     `json:"filterable,omitempty"`
	Sensitive  bool     `json:"sensitive,omitempty" doc:"Stored sealed and shown masked; cannot be changed later"`
	Formula    string   `json:"formula,omitempty" doc:"Of a computed field"`
	Purpose    string   `json:"purpose,omitempty"`
	Preference bool     `json:"preference,omitempty" doc:"Of customers: it says what they like"`
	Unscored   bool     `json:"unscored,omitempty" doc:"Of customers: nobody is judged by it, weighed by it or compared by it"`
	Position   int      `json:"position,omitempty"`
}

// PatchBody is what PATCH takes: absent is unchanged, null clears.
type PatchBody struct {
	Version    *int64            `json:"version,omitempty"`
	NameEN     api.Opt[string]   `json:"name_en,omitempty"`
	NameZH     api.Opt[string]   `json:"name_zh,omitempty"`
	HelpEN     api.Opt[string]   `json:"help_en,omitempty"`
	HelpZH     api.Opt[string]   `json:"help_zh,omitempty"`
	Choices    api.Opt[[]string] `json:"choices,omitempty"`
	Required   api.Opt[bool]     `json:"required,omitempty"`
	NeedField  api.Opt[string]   `json:"required_field,omitempty"`
	NeedValue  api.Opt[string]   `json:"required_value,omitempty"`
	ShownField api.Opt[string]   `json:"shown_field,omitempty"`
	ShownValue api.Opt[string]   `json:"shown_value,omitempty"`
	Searchable api.Opt[bool]     `json:"searchable,omitempty"`
	Filterable api.Opt[bool]     `json:"filterable,omitempty"`
	Formula    api.Opt[string]   `json:"formula,omitempty"`
	Purpose    api.Opt[string]   `json:"purpose,omitempty"`
	Preference api.Opt[bool]     `json:"preference,omitempty"`
	Unscored   api.Opt[bool]     `json:"unscored,omitempty"`
	Position   api.Opt[int]      `json:"position,omitempty"`
}

type postIn struct{ Body Body }

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

const tagName = "custom fields"

func (s *Service) api(a *api.API) {
	a.Own(s.book.Keys)
	api.Register(a, api.Op{Method: api.Get, Path: "/custom-fields", Tag: tagName, Summary: "List added fields"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/custom-fields", Tag: tagName, Summary: "Add a field", Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Get, Path: "/custom-fields/{id}", Tag: tagName, Summary: "Read an added field"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/custom-fields/{id}", Tag: tagName, Summary: "Change an added field"}, s.apiPatch)
	for _, of := range s.book.Subjects() {
		api.Register(a, api.Op{Method: api.Post, Path: of.Path + "/{id}/fields/reveal", Tag: tagName, Summary: "See a sensitive value; noted in the audit log"}, s.apiReveal(of))
	}
	api.Remove(a, "/custom-fields/{id}", tagName, "Delete an added field, undoable through history", s.Delete)
}

// Row is a field in a list.
type Row struct {
	field.Row
	custom.Field
}

var all = field.List{
	Columns: custom.Columns, From: "custom_field", ID: "id", Sort: "id",
	Fields: []field.Field{
		{Name: "subject", Label: "customfield.subject", Kind: field.Text, Column: "subject"},
		{Name: "key", Label: "customfield.key", Kind: field.Text, Column: "key"},
		{Name: "kind", Label: "customfield.kind", Kind: field.Text, Column: "kind"},
	},
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.page(ctx, in)
	if err != nil {
		return nil, err
	}
	out := api.Map(p, func(r Row) Object { return object(r.Field) })
	for i := range out.Body.Items {
		if err := s.ready(ctx, &out.Body.Items[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ready says how far the work beside a field is.
func (s *Service) ready(ctx context.Context, o *Object) error {
	made, err := custom.Indexed(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	o.FilterReady = made[o.ID]
	o.SearchProgress, err = s.SearchProgress(ctx, o.Subject)
	return err
}

func (s *Service) page(ctx context.Context, in *api.List) (page.Page[Row], error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return page.Page[Row]{}, err
	}
	where, err := all.Conditions(ctx, in.Conditions())
	if err != nil {
		return page.Page[Row]{}, err
	}
	if q := in.Request().Q; q != "" {
		where = append(where, field.Where{SQL: "(instr(lower(name_en), lower(?)) > 0 OR instr(lower(name_zh), lower(?)) > 0)", Args: []any{q, q}})
	}
	return field.Fetch[Row](ctx, s.db.Reader(ctx), all, in.Request(), where)
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	f, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &api.Body[Object]{Body: object(f)}
	return out, s.ready(ctx, &out.Body)
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	f, err := s.Create(ctx, Input(in.Body))
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: api.Prefix + path(f.ID), Body: object(f)}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	now, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	input, b := InputOf(now), in.Body
	b.NameEN.Into(&input.NameEN)
	b.NameZH.Into(&input.NameZH)
	b.HelpEN.Into(&input.HelpEN)
	b.HelpZH.Into(&input.HelpZH)
	b.Choices.Into(&input.Choices)
	b.Required.Into(&input.Required)
	b.NeedField.Into(&input.NeedField)
	b.NeedValue.Into(&input.NeedValue)
	b.Formula.Into(&input.Formula)
	b.ShownField.Into(&input.ShownField)
	b.ShownValue.Into(&input.ShownValue)
	b.Searchable.Into(&input.Searchable)
	b.Filterable.Into(&input.Filterable)
	b.Purpose.Into(&input.Purpose)
	b.Preference.Into(&input.Preference)
	b.Unscored.Into(&input.Unscored)
	b.Position.Into(&input.Position)
	f, err := s.Update(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(f custom.Field) any { return object(f) })
	}
	return &api.Body[Object]{Body: object(f)}, nil
}

func object(f custom.Field) Object {
	return Object{ID: f.ID, Version: f.Version, CreatedAt: f.CreatedAt.Time, UpdatedAt: f.UpdatedAt.Time, Subject: f.Subject, Key: f.Key, Kind: f.Kind,
		NameEN: f.NameEN, NameZH: f.NameZH, HelpEN: f.HelpEN, HelpZH: f.HelpZH, Choices: append([]string{}, f.Choices...), Required: f.Required,
		NeedField: f.RequiredField, NeedValue: f.RequiredValue, ShownField: f.ShownField, ShownValue: f.ShownValue, Searchable: f.Searchable,
		Filterable: f.Filterable, Sensitive: f.Sensitive, Formula: f.Formula, Purpose: f.Purpose, Preference: f.Preference, Unscored: f.Unscored, Position: f.Position}
}

type revealIn struct {
	api.Path
	Body struct {
		Field string `json:"field" doc:"The field's key"`
	}
}

// Shown is a sensitive value in the clear.
type Shown struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

func (s *Service) apiReveal(of custom.Subject) func(context.Context, *revealIn) (*api.Body[Shown], error) {
	return func(ctx context.Context, in *revealIn) (*api.Body[Shown], error) {
		r, err := s.Reveal(ctx, of.Name, in.ID, in.Body.Field)
		if err != nil {
			return nil, err
		}
		return &api.Body[Shown]{Body: Shown{r.Field.Key, r.Value}}, nil
	}
}
