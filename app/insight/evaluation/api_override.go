package evaluation

import (
	"context"
	"net/http"
	"time"

	"regulars/app/sys/api"
)

// HeldObject is a grade that a person set.
type HeldObject struct {
	Grade  string     `json:"grade"`
	Reason string     `json:"reason"`
	Until  string     `json:"until" format:"date" doc:"the last day on which it holds"`
	By     string     `json:"by,omitempty"`
	At     *time.Time `json:"at"`
}

func heldObject(h *Held) *HeldObject {
	if h == nil {
		return nil
	}
	return &HeldObject{h.Grade, h.Reason, string(h.Until), string(h.By), api.Time(h.At)}
}

type heldIn struct {
	api.Path
	Body struct {
		Grade  string `json:"grade" enum:"A,B,C,D"`
		Reason string `json:"reason"`
		Until  string `json:"until" doc:"the last day on which it holds, at most a year ahead"`
	}
}

func (s *Service) overrideAPI(a *api.API) {
	const tag = "evaluations"
	api.Register(a, api.Op{Method: api.Put, Path: "/customers/{id}/grade", Tag: tag, Summary: "Set a customer's grade by hand, with a reason and a last day", Status: http.StatusOK},
		func(ctx context.Context, in *heldIn) (*api.Body[HeldObject], error) {
			if err := s.Hold(ctx, in.ID, HeldInput(in.Body)); err != nil {
				return nil, err
			}
			h, err := s.Held(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return &api.Body[HeldObject]{Body: *heldObject(h)}, nil
		})
	api.Register(a, api.Op{Method: api.Delete, Path: "/customers/{id}/grade", Tag: tag, Summary: "Leave a customer's grade to the rules again"},
		func(ctx context.Context, in *api.Path) (*api.Empty, error) {
			return &api.Empty{}, s.Release(ctx, in.ID)
		})
}
