package team

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// Object is a team as the API shows it.
type Object struct {
	ID        int64      `json:"id"`
	Name      string     `json:"name"`
	Version   int64      `json:"version"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func object(t Team) Object {
	return Object{ID: t.ID, Name: t.Name, Version: t.Version, CreatedAt: api.Time(t.CreatedAt), UpdatedAt: api.Time(t.UpdatedAt)}
}

type createInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"60"`
	}
}

type patchInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64          `json:"version,omitempty"`
		Name    api.Opt[string] `json:"name,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "teams"
	api.Register(a, api.Op{Method: api.Get, Path: "/teams", Summary: "List the teams", Tag: tag}, s.apiList)
	api.Register(a, api.Op{Method: api.Get, Path: "/teams/{id}", Summary: "Read a team", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		t, err := s.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &api.Body[Object]{Body: object(t)}, nil
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/teams", Summary: "Make a team", Tag: tag, Status: http.StatusCreated}, func(ctx context.Context, in *createInput) (*api.Created[Object], error) {
		t, err := s.Add(ctx, Input{Name: in.Body.Name})
		if err != nil {
			return nil, err
		}
		return &api.Created[Object]{Location: fmt.Sprintf("%s/teams/%d", api.Prefix, t.ID), Body: object(t)}, nil
	})
	api.Register(a, api.Op{Method: api.Patch, Path: "/teams/{id}", Summary: "Rename a team", Tag: tag}, s.apiPatch)
	api.Remove(a, "/teams/{id}", tag, "Delete a team", s.Delete)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.Find(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Team) }), nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	t, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change := Input{Name: t.Name, Version: version}
	in.Body.Name.Into(&change.Name)
	t, err = s.Update(ctx, in.ID, change)
	if err != nil {
		return nil, api.WithCurrent(err, func(t Team) any { return object(t) })
	}
	return &api.Body[Object]{Body: object(t)}, nil
}
