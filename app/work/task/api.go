package task

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Object is a task as the API shows it.
type Object struct {
	ID           int64      `json:"id"`
	Version      int64      `json:"version"`
	Kind         string     `json:"kind"`
	Title        string     `json:"title"`
	CustomerID   *int64     `json:"customer_id"`
	OwnerID      *int64     `json:"owner_id"`
	CreatorID    *int64     `json:"creator_id,omitempty"`
	DueAt        *time.Time `json:"due_at"`
	DoneAt       *time.Time `json:"done_at"`
	DoneBy       *int64     `json:"done_by,omitempty"`
	FollowUpID   *int64     `json:"follow_up_id,omitempty"`
	Notes        string     `json:"notes"`
	About        *About     `json:"about,omitempty" doc:"What it is about besides the customer"`
	CustomerName string     `json:"customer_name,omitempty"`
	OwnerName    string     `json:"owner_name,omitempty"`
	CreatedAt    *time.Time `json:"created_at"`
	UpdatedAt    *time.Time `json:"updated_at"`
}

// object shows a task in the reader's language.
func (s *Service) object(ctx context.Context, t Task) Object {
	return Object{ID: t.ID, Version: t.Version, Kind: t.Kind, Title: t.Heading(s.view.Bundle().For(auth.From(ctx).Locale)), CustomerID: api.ID(t.CustomerID),
		OwnerID: api.ID(t.OwnerID), CreatorID: api.ID(t.CreatorID), DueAt: api.Time(t.DueAt), DoneAt: api.Time(t.DoneAt), DoneBy: api.ID(t.DoneBy),
		FollowUpID: api.ID(t.FollowUpID), Notes: t.Notes, CustomerName: string(t.CustomerName), OwnerName: string(t.OwnerName),
		CreatedAt: api.Time(t.CreatedAt), UpdatedAt: api.Time(t.UpdatedAt), About: aboutOf(t)}
}

// About names what a task is about.
type About struct {
	Kind string `json:"kind" doc:"Such as deal"`
	ID   int64  `json:"id" minimum:"1"`
}

func aboutOf(t Task) *About {
	if t.Subject.ID == 0 {
		return nil
	}
	return &About{t.Subject.Kind, int64(t.Subject.ID)}
}

func (s *Service) answer(ctx context.Context, t Task, err error) (*api.Body[Object], error) {
	if err != nil {
		return nil, api.WithCurrent(err, func(t Task) any { return s.object(ctx, t) })
	}
	return &api.Body[Object]{Body: s.object(ctx, t)}, nil
}

type createInput struct {
	Body struct {
		Title      string `json:"title" minLength:"1" maxLength:"200"`
		Kind       string `json:"kind,omitempty" enum:"task,follow_up,after_order,rhythm,case,thank"`
		DueAt      string `json:"due_at,omitempty" doc:"RFC 3339, or a date: the owner's digest time on that day"`
		CustomerID int64  `json:"customer_id,omitempty"`
		OwnerID    int64  `json:"owner_id,omitempty" doc:"Absent: the token's user"`
		Notes      string `json:"notes,omitempty" maxLength:"20000"`
		About      *About `json:"about,omitempty"`
	}
}

type patchInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version    *int64          `json:"version,omitempty"`
		Title      api.Opt[string] `json:"title,omitempty"`
		Kind       api.Opt[string] `json:"kind,omitempty"`
		DueAt      api.Opt[string] `json:"due_at,omitempty"`
		CustomerID api.Opt[int64]  `json:"customer_id,omitempty"`
		OwnerID    api.Opt[int64]  `json:"owner_id,omitempty"`
		Notes      api.Opt[string] `json:"notes,omitempty"`
	}
}

type snoozeInput struct {
	api.Path
	Body struct {
		For   string `json:"for,omitempty" enum:"hour,tomorrow,week"`
		Until string `json:"until,omitempty" doc:"RFC 3339, or a date"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "tasks"
	api.Register(a, api.Op{Method: api.Get, Path: "/tasks", Summary: "List tasks", Tag: tag}, s.apiList)
	api.Counted(a, "/tasks", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Post, Path: "/tasks", Summary: "Make a task", Tag: tag, Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Get, Path: "/tasks/{id}", Summary: "Read a task", Tag: tag}, s.apiOn(s.Get))
	api.Register(a, api.Op{Method: api.Patch, Path: "/tasks/{id}", Summary: "Change a task", Tag: tag}, s.apiPatch)
	api.Remove(a, "/tasks/{id}", tag, "Delete a task", s.Remove)
	api.Register(a, api.Op{Method: api.Post, Path: "/tasks/{id}/completion", Summary: "Finish a task", Tag: tag}, s.apiOn(s.Complete))
	api.Register(a, api.Op{Method: api.Delete, Path: "/tasks/{id}/completion", Summary: "Open a finished task again", Tag: tag, Status: http.StatusOK}, s.apiOn(s.Reopen))
	api.Register(a, api.Op{Method: api.Post, Path: "/tasks/{id}/snooze", Summary: "Put a task off", Tag: tag}, s.apiSnooze)
}

func (s *Service) apiOn(do func(ctx context.Context, id int64) (Task, error)) func(context.Context, *api.Path) (*api.Body[Object], error) {
	return func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		t, err := do(ctx, in.ID)
		return s.answer(ctx, t, err)
	}
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(t Task) Object { return s.object(ctx, t) }), nil
}

func (s *Service) apiCreate(ctx context.Context, in *createInput) (*api.Created[Object], error) {
	b := in.Body
	due, err := ReadDue(ctx, "due_at", b.DueAt)
	if err != nil {
		return nil, err
	}
	input := Input{Title: b.Title, Kind: b.Kind, CustomerID: b.CustomerID, OwnerID: b.OwnerID, Due: due, Notes: b.Notes}
	if b.About != nil {
		input.About = Subject{b.About.Kind, db.ID(b.About.ID)}
	}
	t, err := s.Create(ctx, input)
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/tasks/%d", api.Prefix, t.ID), Body: s.object(ctx, t)}, nil
}

// ReadDue reads a moment of an API call; a mistake names its field.
func ReadDue(ctx context.Context, name, text string) (When, error) {
	w, err := ParseWhen(text, auth.From(ctx).Zone)
	return w, inField(name, err)
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
	if change.Title == "" {
		change.Title = s.object(ctx, t).Title
	}
	in.Body.Title.Into(&change.Title)
	in.Body.Kind.Into(&change.Kind)
	in.Body.CustomerID.Into(&change.CustomerID)
	in.Body.OwnerID.Into(&change.OwnerID)
	in.Body.Notes.Into(&change.Notes)
	if in.Body.DueAt.Set {
		if change.Due, err = ReadDue(ctx, "due_at", in.Body.DueAt.Value); err != nil {
			return nil, err
		}
	}
	t, err = s.Update(ctx, in.ID, version, change)
	return s.answer(ctx, t, err)
}

func (s *Service) apiSnooze(ctx context.Context, in *snoozeInput) (*api.Body[Object], error) {
	if in.Body.Until != "" {
		w, err := ReadDue(ctx, "until", in.Body.Until)
		if err != nil {
			return nil, err
		}
		t, err := s.SnoozeUntil(ctx, in.ID, w)
		return s.answer(ctx, t, err)
	}
	if in.Body.For == "" {
		c := &errs.Check{}
		c.Add("until", "error.required")
		return nil, c.Err()
	}
	t, err := s.Snooze(ctx, in.ID, in.Body.For, "", "")
	return s.answer(ctx, t, err)
}
