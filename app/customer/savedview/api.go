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
	TeamID    *int64    `json:"team_id,omitempty" doc:"Of a shared view: only this team sees it"`
	Pinned    bool      `json:"pinned" doc:"It stands in your sidebar"`
	Default   bool      `json:"default" doc:"Your list opens with it"`
	Position  int       `json:"position" doc:"Among your views of the list"`
}

// Body is what POST takes.
type Body struct {
	Kind   string `json:"kind"`
	Name   string `json:"name" maxLength:"60"`
	Query  string `json:"query"`
	Shared bool   `json:"shared,omitempty"`
	TeamID int64  `json:"team_id,omitempty"`
}

// PatchBody is what PATCH takes; what is absent stays.
type PatchBody struct {
	Version *int64          `json:"version,omitempty"`
	Name    api.Opt[string] `json:"name,omitempty"`
	Query   api.Opt[string] `json:"query,omitempty"`
	Shared  api.Opt[bool]   `json:"shared,omitempty"`
	TeamID  api.Opt[int64]  `json:"team_id,omitempty"`
	Pinned  api.Opt[bool]   `json:"pinned,omitempty"`
	Default api.Opt[bool]   `json:"default,omitempty"`
}

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

type postIn struct{ Body Body }

const tagName = "saved-views"

func (s *Service) api(a *api.API) {
	api.Register(a, api.Op{Method: api.Get, Path: "/saved-views", Tag: tagName, Summary: "List saved views"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/saved-views", Tag: tagName, Summary: "Save a view", Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Get, Path: "/saved-views/{id}", Tag: tagName, Summary: "Read a saved view"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/saved-views/{id}", Tag: tagName, Summary: "Change a saved view, pin it or open your list with it"}, s.apiPatch)
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

// apiPatch changes the view, when something of it was said, and what the person
// does with it.
func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	v, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if b.Name.Set || b.Query.Set || b.Shared.Set || b.TeamID.Set {
		version, err := in.Version(b.Version)
		if err != nil {
			return nil, err
		}
		input := Input{Name: v.Name, Query: v.Query, Shared: v.UserID == 0, TeamID: int64(v.TeamID)}
		b.Name.Into(&input.Name)
		b.Query.Into(&input.Query)
		b.Shared.Into(&input.Shared)
		b.TeamID.Into(&input.TeamID)
		if v, err = s.Update(ctx, in.ID, version, input); err != nil {
			return nil, api.WithCurrent(err, func(v View) any { return object(v) })
		}
	}
	if b.Pinned.Set || b.Default.Set {
		pinned, opens := v.Pinned, v.Opens
		b.Pinned.Into(&pinned)
		b.Default.Into(&opens)
		if v, err = s.Keep(ctx, in.ID, pinned, opens); err != nil {
			return nil, err
		}
	}
	return &api.Body[Object]{Body: object(v)}, nil
}

func object(v View) Object {
	return Object{ID: v.ID, Version: v.Version, CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC(), Kind: v.Kind, Name: v.Name, Query: v.Query, Shared: v.UserID == 0,
		TeamID: api.ID(v.TeamID), Pinned: v.Pinned, Default: v.Opens, Position: v.Position}
}
