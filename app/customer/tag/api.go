package tag

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// Object is a tag as the API shows it.
type Object struct {
	ID         int64     `json:"id"`
	Version    int64     `json:"version"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	Name       string    `json:"name"`
	Colour     int       `json:"colour" doc:"1 red, 2 amber, 3 olive, 4 green, 5 teal, 6 blue, 7 violet, 8 pink"`
	Preference bool      `json:"preference" doc:"it says what a customer likes"`
	Customers  *int      `json:"customers,omitempty" doc:"in a list: how many carry it, of those you may see"`
}

// Body is what POST takes.
type Body struct {
	Name       string `json:"name" maxLength:"100"`
	Colour     int    `json:"colour,omitempty" minimum:"1" maximum:"8"`
	Preference bool   `json:"preference,omitempty" doc:"it says what a customer likes"`
}

// PatchBody is what PATCH takes.
type PatchBody struct {
	Version    *int64          `json:"version,omitempty"`
	Name       api.Opt[string] `json:"name,omitempty"`
	Colour     api.Opt[int]    `json:"colour,omitempty"`
	Preference api.Opt[bool]   `json:"preference,omitempty"`
}

type postIn struct{ Body Body }

type mergeIn struct {
	api.Path
	Body struct {
		IntoID  int64 `json:"into_id"`
		Preview bool  `json:"preview,omitempty" doc:"say what would happen, and change nothing"`
	}
}

// MergeObject is what a merge does or would do.
type MergeObject struct {
	Into  Object `json:"into"`
	Moves int    `json:"moves" doc:"customers that get the other tag instead"`
	Both  int    `json:"both" doc:"customers that carry both and keep one"`
}

type unusedOut struct {
	Deleted int `json:"deleted"`
}

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

const tagName = "tags"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/tags", Tag: tagName, Summary: "List tags"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/tags", Tag: tagName, Summary: "Create a tag", Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Get, Path: "/tags/{id}", Tag: tagName, Summary: "Read a tag"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/tags/{id}", Tag: tagName, Summary: "Rename or recolour a tag"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Post, Path: "/tags/{id}/merge", Tag: tagName, Summary: "Put a tag into another: everybody who carries it carries the other; undoable", Status: http.StatusOK}, s.apiMerge)
	api.Register(a, api.Op{Method: api.Post, Path: "/tags/delete-unused", Tag: tagName, Summary: "Delete the tags that nobody carries, undoable as one", Status: http.StatusOK}, s.apiUnused)
	api.Remove(a, "/tags/{id}", tagName, "Delete a tag, undoable through history", func(ctx context.Context, id int64) error { return s.Delete(ctx, id) })
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object {
		o := object(r.Tag)
		o.Customers = &r.Customers
		return o
	}), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	t, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &api.Body[Object]{Body: object(t)}, nil
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	t, err := s.Create(ctx, Input{Name: in.Body.Name, Colour: in.Body.Colour, Preference: in.Body.Preference})
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/tags/%d", api.Prefix, t.ID), Body: object(t)}, nil
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
	input := Input{Name: now.Name, Colour: now.Colour, Preference: now.Preference}
	in.Body.Name.Into(&input.Name)
	in.Body.Colour.Into(&input.Colour)
	in.Body.Preference.Into(&input.Preference)
	t, err := s.Update(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(t Tag) any { return object(t) })
	}
	return &api.Body[Object]{Body: object(t)}, nil
}

func (s *Service) apiMerge(ctx context.Context, in *mergeIn) (*api.Body[MergeObject], error) {
	do := s.Merge
	if in.Body.Preview {
		do = s.PreviewMerge
	}
	m, err := do(ctx, in.ID, in.Body.IntoID)
	if err != nil {
		return nil, err
	}
	return &api.Body[MergeObject]{Body: MergeObject{Into: object(m.Into), Moves: m.Moves, Both: m.Both}}, nil
}

func (s *Service) apiUnused(ctx context.Context, _ *struct{}) (*api.Body[unusedOut], error) {
	n, err := s.DeleteUnused(ctx)
	if err != nil {
		return nil, err
	}
	return &api.Body[unusedOut]{Body: unusedOut{n}}, nil
}

func object(t Tag) Object {
	return Object{ID: t.ID, Version: t.Version, CreatedAt: t.CreatedAt.UTC(), UpdatedAt: t.UpdatedAt.UTC(), Name: t.Name, Colour: t.Colour, Preference: t.Preference}
}
