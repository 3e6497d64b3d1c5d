package followup

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/sys/api"
	"regulars/app/work/task"
)

// Object is an exchange as the API shows it.
type Object struct {
	ID           int64      `json:"id"`
	Version      int64      `json:"version"`
	CustomerID   int64      `json:"customer_id"`
	ContactID    *int64     `json:"contact_id"`
	UserID       *int64     `json:"user_id"`
	Channel      string     `json:"channel"`
	Content      string     `json:"content"`
	At           *time.Time `json:"at"`
	NextAt       *time.Time `json:"next_at"`
	CustomerName string     `json:"customer_name,omitempty"`
	UserName     string     `json:"user_name,omitempty"`
	ExternalID   string     `json:"external_id,omitempty"`
	CreatedAt    *time.Time `json:"created_at"`
	UpdatedAt    *time.Time `json:"updated_at"`
}

func object(f FollowUp) Object {
	return Object{ID: f.ID, Version: f.Version, CustomerID: f.CustomerID, ContactID: api.ID(f.ContactID), UserID: api.ID(f.UserID), Channel: f.Channel,
		Content: f.Content, At: api.Time(f.At), NextAt: api.Time(f.NextAt), CustomerName: f.CustomerName, UserName: string(f.UserName),
		ExternalID: string(f.ExternalID), CreatedAt: api.Time(f.CreatedAt), UpdatedAt: api.Time(f.UpdatedAt)}
}

type createInput struct {
	Body struct {
		CustomerID int64  `json:"customer_id" minimum:"1"`
		ContactID  int64  `json:"contact_id,omitempty"`
		Channel    string `json:"channel" enum:"call,visit,wechat,email,sms,other"`
		Content    string `json:"content" minLength:"1" maxLength:"20000"`
		At         string `json:"at,omitempty" doc:"RFC 3339, or a date; absent: now"`
		NextAt     string `json:"next_at,omitempty" doc:"When to get back to them: RFC 3339, or a date, which is the owner's digest time on that day"`
		UserID     int64  `json:"user_id,omitempty" doc:"Who spoke with them; absent: the token's user"`
		OwnerID    int64  `json:"owner_id,omitempty" doc:"Who gets back to them; absent: who spoke with them"`
		ExternalID string `json:"external_id,omitempty" maxLength:"100"`
	}
}

type patchInput struct {
	api.Path
	api.Versioned
	Body struct {
		Version   *int64          `json:"version,omitempty"`
		ContactID api.Opt[int64]  `json:"contact_id,omitempty"`
		Channel   api.Opt[string] `json:"channel,omitempty"`
		Content   api.Opt[string] `json:"content,omitempty"`
		At        api.Opt[string] `json:"at,omitempty"`
		NextAt    api.Opt[string] `json:"next_at,omitempty"`
	}
}

func (s *Service) api(a *api.API) {
	const tag = "follow-ups"
	api.Register(a, api.Op{Method: api.Get, Path: "/follow-ups", Summary: "List follow-ups", Tag: tag}, s.apiList)
	api.Register(a, api.Op{Method: api.Get, Path: "/follow-ups/{id}", Summary: "Read a follow-up", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
		f, err := s.Get(ctx, in.ID)
		return &api.Body[Object]{Body: object(f)}, err
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/follow-ups", Summary: "Record an exchange and when to get back", Tag: tag, Status: http.StatusCreated}, s.apiCreate)
	api.Register(a, api.Op{Method: api.Patch, Path: "/follow-ups/{id}", Summary: "Change a follow-up", Tag: tag}, s.apiPatch)
	api.Remove(a, "/follow-ups/{id}", tag, "Delete a follow-up", s.Remove)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, object), nil
}

func (s *Service) apiCreate(ctx context.Context, in *createInput) (*api.Created[Object], error) {
	b := in.Body
	at, err := task.ReadDue(ctx, "at", b.At)
	if err != nil {
		return nil, err
	}
	next, err := task.ReadDue(ctx, "next_at", b.NextAt)
	if err != nil {
		return nil, err
	}
	f, err := s.Create(ctx, Input{CustomerID: b.CustomerID, ContactID: b.ContactID, UserID: b.UserID, Channel: b.Channel, Content: b.Content,
		At: at, Next: next, OwnerID: b.OwnerID, ExternalID: b.ExternalID})
	if err != nil {
		return nil, err
	}
	return &api.Created[Object]{Location: fmt.Sprintf("%s/follow-ups/%d", api.Prefix, f.ID), Body: object(f)}, nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchInput) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	f, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	change := f.Input()
	in.Body.ContactID.Into(&change.ContactID)
	in.Body.Channel.Into(&change.Channel)
	in.Body.Content.Into(&change.Content)
	if in.Body.At.Set {
		if change.At, err = task.ReadDue(ctx, "at", in.Body.At.Value); err != nil {
			return nil, err
		}
	}
	if in.Body.NextAt.Set {
		if change.Next, err = task.ReadDue(ctx, "next_at", in.Body.NextAt.Value); err != nil {
			return nil, err
		}
	}
	if f, err = s.Update(ctx, in.ID, version, change); err != nil {
		return nil, api.WithCurrent(err, func(f FollowUp) any { return object(f) })
	}
	return &api.Body[Object]{Body: object(f)}, nil
}
