package tag

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/web"
)

// Module offers the slice to the house; tags are edited on the customers that
// carry them and through the API.
func (s *Service) Module() web.Module { return web.Module{Name: "tag", API: s.api} }

// Object is a tag as the API shows it.
type Object struct {
	ID        int64     `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Name      string    `json:"name"`
	Colour    int       `json:"colour"`
}

// Body is what POST takes.
type Body struct {
	Name   string `json:"name" maxLength:"100"`
	Colour int    `json:"colour,omitempty" minimum:"1" maximum:"8"`
}

// PatchBody is what PATCH takes.
type PatchBody struct {
	Version *int64          `json:"version,omitempty"`
	Name    api.Opt[string] `json:"name,omitempty"`
	Colour  api.Opt[int]    `json:"colour,omitempty"`
}

type postIn struct{ Body Body }

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
	api.Register(a, api.Op{Method: api.Patch, Path: "/tags/{id}", Tag: tagName, Summary: "Rename a tag"}, s.apiPatch)
	api.Remove(a, "/tags/{id}", tagName, "Delete a tag, undoable through history", s.Delete)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Tag) }), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	t, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &api.Body[Object]{Body: object(t)}, nil
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	t, err := s.Create(ctx, Input{Name: in.Body.Name, Colour: in.Body.Colour})
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
	input := Input{Name: now.Name, Colour: now.Colour}
	in.Body.Name.Into(&input.Name)
	in.Body.Colour.Into(&input.Colour)
	t, err := s.Update(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(t Tag) any { return object(t) })
	}
	return &api.Body[Object]{Body: object(t)}, nil
}

func object(t Tag) Object {
	return Object{ID: t.ID, Version: t.Version, CreatedAt: t.CreatedAt.UTC(), UpdatedAt: t.UpdatedAt.UTC(), Name: t.Name, Colour: t.Colour}
}
