package channel

import (
	"context"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/outbox"
)

// SuppressionObject is an address that does not take mail, as the API shows it.
type SuppressionObject struct {
	ID         int64      `json:"id"`
	Address    string     `json:"address"`
	CustomerID *int64     `json:"customer_id"`
	Class      string     `json:"class" enum:"hard,soft" doc:"hard: it does not exist; soft: it rests after three bounces"`
	Count      int        `json:"count"`
	Active     bool       `json:"active" doc:"Nothing is sent there now"`
	Code       *string    `json:"code"`
	Error      *string    `json:"error"`
	MessageID  *int64     `json:"message_id" doc:"The last message in the outbox that came back"`
	FirstAt    *time.Time `json:"first_at"`
	LastAt     *time.Time `json:"last_at"`
	LiftedAt   *time.Time `json:"lifted_at"`
}

func (s *Service) suppressionObject(one outbox.Suppression) SuppressionObject {
	return SuppressionObject{ID: one.ID, Address: one.Address, CustomerID: api.ID(one.CustomerID), Class: one.Class, Count: one.Count, Active: one.Active(s.db.Now()),
		Code: text(one.Code), Error: text(one.Error), MessageID: api.ID(one.OutboxID), FirstAt: api.Time(one.FirstAt), LastAt: api.Time(one.LastAt), LiftedAt: api.Time(one.LiftedAt)}
}

func (s *Service) suppressionAPI(a *api.API) {
	const tag = "outbox"
	api.Register(a, api.Op{Method: api.Get, Path: "/outbox/suppressions", Summary: "List addresses that do not take mail", Tag: tag}, func(ctx context.Context, in *api.List) (*api.Body[api.Items[SuppressionObject]], error) {
		p, err := s.Suppressions(ctx, in.Request(), in.Conditions())
		if err != nil {
			return nil, err
		}
		return api.Map(p, func(one Dead) SuppressionObject { return s.suppressionObject(one.Suppression) }), nil
	})
	api.Register(a, api.Op{Method: api.Post, Path: "/outbox/suppressions/{id}/lift", Summary: "Let an address be tried again", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[SuppressionObject], error) {
		one, err := s.Lift(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &api.Body[SuppressionObject]{Body: s.suppressionObject(one)}, nil
	})
}
