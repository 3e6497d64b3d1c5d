package contact

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/sys/api"
	"regulars/app/sys/custom"
)

// Object is a contact as the API shows it.
type Object struct {
	ID         int64                  `json:"id"`
	Version    int64                  `json:"version"`
	CreatedAt  time.Time              `json:"created_at"`
	UpdatedAt  time.Time              `json:"updated_at"`
	CustomerID int64                  `json:"customer_id"`
	Name       string                 `json:"name"`
	Title      string                 `json:"title,omitempty"`
	Phones     []customer.PhoneObject `json:"phones"`
	Emails     []string               `json:"emails"`
	WeChat     string                 `json:"wechat,omitempty"`
	Birthday   string                 `json:"birthday,omitempty"`
	Lunar      bool                   `json:"birthday_lunar,omitempty"`
	Primary    bool                   `json:"primary,omitempty"`
	Notes      string                 `json:"notes,omitempty"`
	Fields     map[string]any         `json:"fields"`
}

// Body is what POST takes.
type Body struct {
	CustomerID int64         `json:"customer_id" minimum:"1"`
	Name       string        `json:"name" maxLength:"200"`
	Title      string        `json:"title,omitempty"`
	Phones     []api.PhoneIn `json:"phones,omitempty" maxItems:"20"`
	Emails     []string      `json:"emails,omitempty" maxItems:"20"`
	WeChat     string        `json:"wechat,omitempty"`
	Birthday   string        `json:"birthday,omitempty"`
	Lunar      bool          `json:"birthday_lunar,omitempty"`
	Primary    bool          `json:"primary,omitempty"`
	Notes      string        `json:"notes,omitempty"`

	Fields map[string]any `json:"fields,omitempty" doc:"added fields by key"`
}

// PatchBody is what PATCH takes.
type PatchBody struct {
	Version  *int64                 `json:"version,omitempty"`
	Name     api.Opt[string]        `json:"name,omitempty"`
	Title    api.Opt[string]        `json:"title,omitempty"`
	Phones   api.Opt[[]api.PhoneIn] `json:"phones,omitempty"`
	Emails   api.Opt[[]string]      `json:"emails,omitempty"`
	WeChat   api.Opt[string]        `json:"wechat,omitempty"`
	Birthday api.Opt[string]        `json:"birthday,omitempty"`
	Lunar    api.Opt[bool]          `json:"birthday_lunar,omitempty"`
	Primary  api.Opt[bool]          `json:"primary,omitempty"`
	Notes    api.Opt[string]        `json:"notes,omitempty"`

	Fields api.Opt[map[string]any] `json:"fields,omitempty"`
}

type postIn struct{ Body Body }

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

const tagName = "contacts"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/contacts", Tag: tagName, Summary: "List contacts"}, s.apiList)
	api.Counted(a, "/contacts", tagName, s.Groups)
	api.Register(a, api.Op{Method: api.Post, Path: "/contacts", Tag: tagName, Summary: "Create a contact", Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Get, Path: "/contacts/{id}", Tag: tagName, Summary: "Read a contact"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/contacts/{id}", Tag: tagName, Summary: "Change a contact"}, s.apiPatch)
	api.Remove(a, "/contacts/{id}", tagName, "Delete a contact, undoable through history", s.Delete)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Contact) }), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	c, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &api.Body[Object]{Body: object(c)}, nil
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	b := in.Body
	if b.Fields == nil {
		b.Fields = map[string]any{} // required ones are
	}
	c, err := s.Create(ctx, Input{Fields: custom.FromJSON(b.Fields), CustomerID: b.CustomerID, Name: b.Name, Title: b.Title, WeChat: b.WeChat, Birthday: b.Birthday,
		BirthdayLunar: b.Lunar, Primary: b.Primary, Notes: b.Notes, Phones: phones(b.Phones), Emails: b.Emails})
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/contacts/%d", api.Prefix, c.ID), Body: object(c)}, nil
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
	input := now.Input()
	in.Body.apply(&input)
	c, err := s.Update(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(c Contact) any { return object(c) })
	}
	return &api.Body[Object]{Body: object(c)}, nil
}

func (b PatchBody) apply(in *Input) {
	b.Name.Into(&in.Name)
	b.Title.Into(&in.Title)
	b.Emails.Into(&in.Emails)
	b.WeChat.Into(&in.WeChat)
	b.Birthday.Into(&in.Birthday)
	b.Lunar.Into(&in.BirthdayLunar)
	b.Primary.Into(&in.Primary)
	b.Notes.Into(&in.Notes)
	if b.Phones.Set {
		in.Phones = phones(b.Phones.Value)
	}
	if b.Fields.Set {
		in.Fields = custom.FromJSON(b.Fields.Value)
	}
}

func phones(list []api.PhoneIn) []customer.PhoneInput {
	var out []customer.PhoneInput
	for _, p := range list {
		out = append(out, customer.PhoneInput{Raw: p.Raw, Label: p.Label})
	}
	return out
}

func object(c Contact) Object {
	o := Object{ID: c.ID, Version: c.Version, CreatedAt: c.CreatedAt.UTC(), UpdatedAt: c.UpdatedAt.UTC(), CustomerID: c.CustomerID, Name: c.Name,
		Title: c.Title, Phones: []customer.PhoneObject{}, Emails: append([]string{}, c.Emails...), WeChat: c.WeChat, Birthday: c.Birthday,
		Lunar: c.BirthdayLunar, Primary: c.Primary, Notes: c.Notes, Fields: c.Added.Object()}
	for _, p := range c.Phones {
		o.Phones = append(o.Phones, customer.PhoneObject{Raw: p.Raw, E164: p.E164, Ext: p.Ext, Label: p.Label})
	}
	return o
}
