package user

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// Object is a person as the API shows them; nothing they prove themselves with.
type Object struct {
	ID        int64      `json:"id"`
	Name      string     `json:"name"`
	Email     string     `json:"email"`
	Role      string     `json:"role" enum:"owner,manager,member"`
	TeamID    *int64     `json:"team_id"`
	Status    string     `json:"status" enum:"invited,active,disabled"`
	Version   int64      `json:"version"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func object(u User) Object {
	return Object{ID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role, TeamID: api.ID(u.TeamID), Status: u.Status, Version: u.Version,
		CreatedAt: api.Time(u.CreatedAt), UpdatedAt: api.Time(u.UpdatedAt)}
}

// Myself is the token's person, with what only they need to know.
type Myself struct {
	Object
	Locale   string `json:"locale"`
	Timezone string `json:"timezone"`
	DigestAt string `json:"digest_at"`
}

func myself(u User) Myself { return Myself{object(u), u.Locale, u.Timezone, u.DigestAt} }

type createInput struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"80"`
		Email    string `json:"email" maxLength:"254"`
		Role     string `json:"role" enum:"owner,manager,member"`
		TeamID   *int64 `json:"team_id,omitempty"`
		Password string `json:"password,omitempty" maxLength:"128" doc:"Without one the person is invited; make their link on the staff page"`
	}
}

type patchInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version *int64          `json:"version,omitempty"`
		Name    api.Opt[string] `json:"name,omitempty"`
		Role    api.Opt[string] `json:"role,omitempty"`
		TeamID  api.Opt[int64]  `json:"team_id,omitempty"`
		Status  api.Opt[string] `json:"status,omitempty" doc:"active or disabled"`
	}
}

type patchMeInput struct {
	api.Versioned
	Body struct {
		Version  *int64          `json:"version,omitempty"`
		Name     api.Opt[string] `json:"name,omitempty"`
		Locale   api.Opt[string] `json:"locale,omitempty"`
		Timezone api.Opt[string] `json:"timezone,omitempty"`
		DigestAt api.Opt[string] `json:"digest_at,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "users"
	api.Register(a, api.Op{Method: api.Get, Path: "/users", Summary: "List the people who work here", Tag: tag}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/users", Summary: "Take a colleague in", Tag: tag, Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Get, Path: "/users/{id}", Summary: "Read a person", Tag: tag}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/users/{id}", Summary: "Change a person's name, role, team or status", Tag: tag}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Get, Path: "/me", Summary: "Read the token's person", Tag: "me"}, s.apiMe)
	api.Register(a, api.Op{Method: api.Patch, Path: "/me", Summary: "Change one's own name, language, time zone or digest time", Tag: "me"}, s.apiPatchMe)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.Find(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.User) }), nil
}

func (s *Service) apiCreate(ctx context.Context, in *createInput) (*api.Created[Object], error) {
	person := Input{Name: in.Body.Name, Email: in.Body.Email, Role: in.Body.Role, Password: in.Body.Password}
	if in.Body.TeamID != nil {
		person.TeamID = *in.Body.TeamID
	}
	u, _, err := s.Add(ctx, person)
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/users/%d", api.Prefix, u.ID), Body: object(u)}, nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	u, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &api.Body[Object]{Body: object(u)}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	change := Patch{Version: version}
	if in.Body.Name.Set {
		change.Name = &in.Body.Name.Value
	}
	if in.Body.Role.Set {
		change.Role = &in.Body.Role.Value
	}
	if in.Body.TeamID.Set {
		change.TeamID = &in.Body.TeamID.Value
	}
	if in.Body.Status.Set {
		change.Status = &in.Body.Status.Value
	}
	u, err := s.Patch(ctx, in.ID, change)
	if err != nil {
		return nil, api.WithCurrent(err, func(u User) any { return object(u) })
	}
	return &api.Body[Object]{Body: object(u)}, nil
}

func (s *Service) apiMe(ctx context.Context, _ *api.Empty) (*api.Body[Myself], error) {
	u, err := s.Me(ctx)
	if err != nil {
		return nil, err
	}
	return &api.Body[Myself]{Body: myself(u)}, nil
}

func (s *Service) apiPatchMe(ctx context.Context, in *patchMeInput) (*api.Body[Myself], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	u, err := s.Me(ctx)
	if err != nil {
		return nil, err
	}
	p := profileOf(u)
	p.Version = version
	in.Body.Name.Into(&p.Name)
	in.Body.Locale.Into(&p.Locale)
	in.Body.Timezone.Into(&p.Timezone)
	in.Body.DigestAt.Into(&p.DigestAt)
	u, err = s.UpdateMe(ctx, p)
	if err != nil {
		return nil, api.WithCurrent(err, func(u User) any { return myself(u) })
	}
	return &api.Body[Myself]{Body: myself(u)}, nil
}
