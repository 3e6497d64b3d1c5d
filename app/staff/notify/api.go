package notify

import (
	"context"
	"time"

	"regulars/app/sys/api"
)

// Object is a notification as the API shows it.
type Object struct {
	ID         int64      `json:"id"`
	Kind       string     `json:"kind"`
	Subject    Subject    `json:"subject"`
	CustomerID *int64     `json:"customer_id,omitempty"`
	Label      string     `json:"label"`
	CreatedAt  *time.Time `json:"created_at"`
	ReadAt     *time.Time `json:"read_at"`
	Snoozed    *time.Time `json:"snoozed_until,omitempty"`
}

// Subject is the record that it is about.
type Subject struct {
	Kind string `json:"kind"`
	ID   *int64 `json:"id"`
}

func object(n Notification) Object {
	return Object{ID: n.ID, Kind: n.Kind, Subject: Subject{n.SubjectKind, api.ID(n.SubjectID)}, CustomerID: api.ID(n.CustomerID),
		Label: n.Label, CreatedAt: api.Time(n.CreatedAt), ReadAt: api.Time(n.ReadAt), Snoozed: api.Time(n.SnoozedUntil)}
}

// SwitchesObject is which kinds a person is told of.
type SwitchesObject struct {
	Kinds []string `json:"kinds" doc:"Those that are switched on"`
	All   []string `json:"all" doc:"Those that there are"`

	Digest    []string `json:"digest" doc:"Sections of the daily digest that are switched on"`
	AllDigest []string `json:"all_digest" doc:"Those that there are"`
}

type (
	switchesIn struct {
		Body struct {
			Kinds  []string `json:"kinds" maxItems:"50"`
			Digest []string `json:"digest,omitempty" maxItems:"50" doc:"Sections of the daily digest; absent or null leaves them as they are"`
		}
	}
	snoozeIn struct {
		api.Path
		Body struct {
			Until time.Time `json:"until"`
		}
	}
)

func (s *Service) apiSwitches(ctx context.Context, _ *api.Empty) (*api.Body[SwitchesObject], error) {
	list, err := s.Switches(ctx)
	if err != nil {
		return nil, err
	}
	digest, err := s.DigestSwitches(ctx)
	if err != nil {
		return nil, err
	}
	out := SwitchesObject{Kinds: []string{}, All: []string{}, Digest: []string{}, AllDigest: Sections}
	for _, w := range digest {
		if w.On {
			out.Digest = append(out.Digest, w.Kind)
		}
	}
	for _, w := range list {
		out.All = append(out.All, w.Kind)
		if w.On {
			out.Kinds = append(out.Kinds, w.Kind)
		}
	}
	return &api.Body[SwitchesObject]{Body: out}, nil
}

func (s *Service) api(a *api.API) {
	const tag = "notifications"
	api.Register(a, api.Op{Method: api.Get, Path: "/notifications", Summary: "List one's own notifications", Tag: tag},
		func(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
			p, err := s.List(ctx, in.Request(), in.Conditions())
			if err != nil {
				return nil, err
			}
			return api.Map(p, object), nil
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/notifications/preferences", Summary: "Read which kinds one is told of", Tag: tag}, s.apiSwitches)
	api.Register(a, api.Op{Method: api.Put, Path: "/notifications/preferences", Summary: "Set which kinds one is told of", Tag: tag},
		func(ctx context.Context, in *switchesIn) (*api.Body[SwitchesObject], error) {
			if err := s.SetSwitches(ctx, in.Body.Kinds, in.Body.Digest); err != nil {
				return nil, err
			}
			return s.apiSwitches(ctx, nil)
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/notifications/{id}/snooze", Summary: "Put a notification off", Tag: tag},
		func(ctx context.Context, in *snoozeIn) (*api.Body[Object], error) {
			n, err := s.Snooze(ctx, in.ID, in.Body.Until)
			return &api.Body[Object]{Body: object(n)}, err
		})
	api.Register(a, api.Op{Method: api.Get, Path: "/notifications/{id}", Summary: "Read a notification", Tag: tag},
		func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
			n, err := s.Get(ctx, in.ID)
			return &api.Body[Object]{Body: object(n)}, err
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/notifications/{id}/read", Summary: "Mark a notification as read", Tag: tag},
		func(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
			n, err := s.Read(ctx, in.ID)
			return &api.Body[Object]{Body: object(n)}, err
		})
	api.Register(a, api.Op{Method: api.Post, Path: "/notifications/read", Summary: "Mark all one's notifications as read", Tag: tag, Status: 204},
		func(ctx context.Context, _ *api.Empty) (*api.Empty, error) { return nil, s.ReadAll(ctx) })
}
