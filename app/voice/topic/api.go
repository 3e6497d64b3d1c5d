package topic

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// Object is a topic as the API shows it.
type Object struct {
	ID        int64      `json:"id"`
	NameEN    string     `json:"name_en"`
	NameZH    string     `json:"name_zh"`
	Words     string     `json:"words" doc:"One a line, in any language; a star at the end takes every ending"`
	TeamID    *int64     `json:"team_id,omitempty" doc:"The department that answers for it"`
	Active    bool       `json:"active"`
	Hits      int        `json:"hits" doc:"Answers that speak of it"`
	Reviews   int        `json:"reviews" doc:"Reviews that do"`
	Version   int64      `json:"version"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func object(t Topic) Object {
	return Object{t.ID, t.NameEN, t.NameZH, t.Words, api.ID(t.TeamID), t.Active, t.Hits, t.Reviews, t.Version, api.Time(t.CreatedAt), api.Time(t.UpdatedAt)}
}

type createInput struct {
	Body struct {
		NameEN string `json:"name_en,omitempty" maxLength:"60"`
		NameZH string `json:"name_zh,omitempty" maxLength:"60"`
		Words  string `json:"words" maxLength:"8000"`
		TeamID int64  `json:"team_id,omitempty" minimum:"1"`
		Active *bool  `json:"active,omitempty"`
	}
}

type patchInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64          `json:"version,omitempty"`
		NameEN  api.Opt[string] `json:"name_en,omitempty"`
		NameZH  api.Opt[string] `json:"name_zh,omitempty"`
		Words   api.Opt[string] `json:"words,omitempty"`
		TeamID  api.Opt[int64]  `json:"team_id,omitempty"`
		Active  api.Opt[bool]   `json:"active,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "topics"
	api.Register(a, api.Op{Method: api.Get, Path: "/topics", Summary: "List the topics that answers are looked through for", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
		p, err := s.List(ctx, in.Request(), in.Conditions())
		return api.Map(p, object), err
	})
	api.Register(a, api.Op{Method: api.Get, Path: "/topics/{id}", Summary: "Read a topic", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		t, err := s.Get(ctx, in.ID)
		return &api.Body[Object]{Body: object(t)}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/topics", Summary: "Make a topic", Tag: tag, Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Patch, Path: "/topics/{id}", Summary: "Change a topic; all answers are looked through again", Tag: tag}, s.apiPatch)
	api.Remove(a, "/topics/{id}", tag, "Delete a topic; what was said stays", s.Delete)
}

func (s *Service) apiCreate(ctx context.Context, in *createInput) (*api.Created[Object], error) {
	b := in.Body
	t, err := s.Create(ctx, Input{NameEN: b.NameEN, NameZH: b.NameZH, Words: b.Words, TeamID: b.TeamID, Active: b.Active == nil || *b.Active})
	return &api.Created[Object]{Location: fmt.Sprintf("%s/topics/%d", api.Prefix, t.ID), Body: object(t)}, err
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
	change := t.Input()
	change.Version = version
	in.Body.NameEN.Into(&change.NameEN)
	in.Body.NameZH.Into(&change.NameZH)
	in.Body.Words.Into(&change.Words)
	in.Body.TeamID.Into(&change.TeamID)
	in.Body.Active.Into(&change.Active)
	if t, err = s.Update(ctx, in.ID, change); err != nil {
		return nil, api.WithCurrent(err, func(t Topic) any { return object(t) })
	}
	return &api.Body[Object]{Body: object(t)}, nil
}
