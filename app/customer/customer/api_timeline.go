package customer

import (
	"context"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/timeline"
)

// entryObject is a line of the timeline as the API shows it.
type entryObject struct {
	ID         int64          `json:"id"`
	CustomerID int64          `json:"customer_id"`
	At         *time.Time     `json:"at" doc:"When it happened"`
	Kind       string         `json:"kind" example:"order.placed"`
	Subject    entrySubject   `json:"subject"`
	UserID     *int64         `json:"user_id"`
	UserName   string         `json:"user_name,omitempty"`
	Text       string         `json:"text,omitempty" doc:"Somebody's words"`
	Data       map[string]any `json:"data" doc:"The fact's own fields"`
}

type entrySubject struct {
	Kind string `json:"kind"`
	ID   *int64 `json:"id"`
}

type timelineIn struct {
	api.Path
	api.List
}

// apiTimeline offers what happened with a customer.
func (s *Service) apiTimeline(a *api.API, tl *timeline.Timeline) {
	op := api.Op{Method: api.Get, Path: "/customers/{id}/timeline", Tag: tagName, Summary: "List what happened with a customer, newest first"}
	api.Register(a, op, func(ctx context.Context, in *timelineIn) (*api.Body[api.Items[entryObject]], error) {
		if _, err := s.MustSee(ctx, in.ID); err != nil {
			return nil, err
		}
		p, err := tl.List(ctx, in.ID, in.Request(), in.Conditions())
		if err != nil {
			return nil, err
		}
		return api.Map(p, func(r timeline.Row) entryObject {
			e := r.Entry
			return entryObject{ID: e.ID, CustomerID: e.CustomerID, At: api.Time(e.At), Kind: e.Kind, Subject: entrySubject{e.SubjectKind, api.ID(e.SubjectID)},
				UserID: api.ID(e.UserID), UserName: string(e.UserName), Text: e.Words, Data: e.Args()}
		}), nil
	})
}
