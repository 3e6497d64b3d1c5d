package savedview

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// Object is a saved view as the API shows it.
type Object struct {
	ID        int64     `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Kind      string    `json:"kind"`
	Name      string    `json:"name"`
	Query     string    `json:"query" doc:"The list's query string"`
	Shared    bool      `json:"shared"`
}

// Body is what POST takes.
type Body struct {
	Kind   string `json:"kind"`
	Name   string `json:"name" maxLength:"60"`
	Query  string `json:"query"`
	Shared bool   `json:"shared,omitempty"`
}

type postIn struct{ Body Body }

const tagName = "saved-views"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/saved-views", Tag: tagName, Summary: "List saved views"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/saved-views", Tag: tagName, Summary: "Save a view", Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Get, Path: "/saved-views/{id}", Tag: tagName, Summary: "Read a saved view"}, s.apiGet)
	api.Remove(a, "/saved-views/{id}", tagName, "Delete a saved view, undoable through history", s.Delete)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.View) }), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	v, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &api.Body[Object]{Body: object(v)}, nil
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	v, err := s.Create(ctx, Input(in.Body))
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/saved-views/%d", api.Prefix, v.ID), Body: object(v)}, nil
}

func object(v View) Object {
	return Object{ID: v.ID, Version: v.Version, CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC(), Kind: v.Kind, Name: v.Name, Query: v.Query, Shared: v.UserID == 0}
}
