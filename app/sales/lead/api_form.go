package lead

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"regulars/app/sys/api"
	"regulars/app/sys/db"
)

// FormObject is a web form of leads as the API shows it.
type FormObject struct {
	ID      int64               `json:"id"`
	Version int64               `json:"version"`
	Leads   int                 `json:"leads" doc:"That came through it"`
	Slug    string              `json:"slug"`
	Name    string              `json:"name"`
	Texts   map[string]FormText `json:"texts" doc:"By language: en, zh-CN"`
	Asks    []string            `json:"asks"`
	Source  string              `json:"source,omitempty"`
	OwnerID *int64              `json:"owner_id"`
	Effort  int                 `json:"effort"`
	Origins []string            `json:"origins,omitempty" doc:"The sites that may frame it"`
	Active  bool                `json:"active"`
}

// FormBody is what POST and PUT take.
type FormBody struct {
	Version int64               `json:"version,omitempty" doc:"PUT: the version that was seen"`
	Slug    string              `json:"slug" doc:"The page is /f/{slug}"`
	Name    string              `json:"name"`
	Texts   map[string]FormText `json:"texts"`
	Asks    []string            `json:"asks" doc:"phone, email, wechat, company, need, interest, region; with ! it must be said"`
	Source  string              `json:"source,omitempty"`
	OwnerID int64               `json:"owner_id,omitempty"`
	Origins []string            `json:"origins,omitempty" maxItems:"20" doc:"The sites that may frame it, as https://www.example.com"`
	Effort  int                 `json:"effort,omitempty" doc:"Bits of the proof of work; left out, 14"`
	Active  *bool               `json:"active,omitempty"`
}

type formPost struct{ Body FormBody }

type formPut struct {
	api.Path
	Body FormBody
}

func (s *Service) apiForms(a *api.API, tag string) {
	api.Register(a, api.Op{Method: api.Get, Path: "/lead-forms", Tag: tag, Summary: "List the web forms of leads"}, s.apiListForms)
	api.Register(a, api.Op{Method: api.Post, Path: "/lead-forms", Tag: tag, Summary: "Make a web form", Status: http.StatusCreated}, s.apiPostForm)
	api.Register(a, api.Op{Method: api.Get, Path: "/lead-forms/{id}", Tag: tag, Summary: "Read a web form"}, s.apiGetForm)
	api.Register(a, api.Op{Method: api.Put, Path: "/lead-forms/{id}", Tag: tag, Summary: "Change a web form"}, s.apiPutForm)
	api.Remove(a, "/lead-forms/{id}", tag, "Delete a web form; its leads stay", s.DropForm)
}

func formObject(f WebForm) FormObject {
	return FormObject{f.ID, f.Version, f.Leads, f.Slug, f.Name, f.Texts, append([]string{}, f.Asks...), f.Source, api.ID(f.OwnerID), f.Effort, strings.Fields(f.Origins), f.Active}
}

func (b FormBody) form(id int64) WebForm {
	f := WebForm{ID: id, Version: b.Version, Slug: b.Slug, Name: b.Name, Texts: FormTexts{}, Asks: b.Asks, Source: b.Source, OwnerID: db.ID(b.OwnerID), Effort: b.Effort, Origins: strings.Join(b.Origins, "\n"), Active: b.Active == nil || *b.Active}
	for l, t := range b.Texts {
		f.Texts[l] = t
	}
	return f
}

func (s *Service) apiListForms(ctx context.Context, _ *struct{}) (*api.Body[api.Items[FormObject]], error) {
	list, err := s.Forms(ctx)
	out := []FormObject{}
	for _, f := range list {
		out = append(out, formObject(f))
	}
	return &api.Body[api.Items[FormObject]]{Body: api.Items[FormObject]{Items: out}}, err
}

func (s *Service) apiGetForm(ctx context.Context, in *api.Path) (*api.Body[FormObject], error) {
	f, err := s.Form(ctx, in.ID)
	return &api.Body[FormObject]{Body: formObject(f)}, err
}

func (s *Service) apiPostForm(ctx context.Context, in *formPost) (*api.Created[FormObject], error) {
	f, err := s.SaveForm(ctx, in.Body.form(0))
	return &api.Created[FormObject]{Location: fmt.Sprintf("%s/lead-forms/%d", api.Prefix, f.ID), Body: formObject(f)}, err
}

func (s *Service) apiPutForm(ctx context.Context, in *formPut) (*api.Body[FormObject], error) {
	f, err := s.SaveForm(ctx, in.Body.form(in.ID))
	if err != nil {
		return nil, api.WithCurrent(err, func(f WebForm) any { return formObject(f) })
	}
	return &api.Body[FormObject]{Body: formObject(f)}, nil
}
