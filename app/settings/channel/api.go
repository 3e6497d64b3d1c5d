package channel

import (
	"context"
	"time"

	"regulars/app/sys/api"
	"regulars/app/sys/outbox"
)

// Object is a message as the API shows it; what it says stays inside.
type Object struct {
	ID            int64          `json:"id"`
	Channel       string         `json:"channel"`
	To            string         `json:"to"`
	Purpose       outbox.Purpose `json:"purpose"`
	State         outbox.State   `json:"state" enum:"queued,sending,sent,failed,unknown,held,deferred,cancelled"`
	Reason        *string        `json:"reason"`
	Subject       *string        `json:"subject"`
	CustomerID    *int64         `json:"customer_id"`
	Attempts      int            `json:"attempts"`
	NextAttemptAt *time.Time     `json:"next_attempt_at"`
	Error         *string        `json:"error"`
	CreatedAt     *time.Time     `json:"created_at"`
	SentAt        *time.Time     `json:"sent_at"`
}

func object(e Entry) Object {
	o := Object{ID: e.ID, Channel: e.Channel, To: e.ToAddress, Purpose: e.Purpose, State: e.State, Reason: text(e.Reason), Subject: text(e.Subject),
		CustomerID: api.ID(e.CustomerID), Attempts: e.Attempts, NextAttemptAt: api.Time(e.NextAttemptAt), Error: text(e.Error),
		CreatedAt: api.Time(e.CreatedAt), SentAt: api.Time(e.SentAt)}
	if e.Purpose == outbox.Security { // "Reset your password" is between them and the house
		o.Subject = nil
	}
	return o
}

func objectOf(r outbox.Row) Object {
	return object(Entry{ID: r.ID, Channel: r.Channel, Purpose: r.Purpose, ToAddress: r.ToAddress, CustomerID: r.CustomerID, Subject: r.Subject,
		State: r.State, Reason: r.Reason, Attempts: r.Attempts, NextAttemptAt: r.NotBefore, Error: r.Error, CreatedAt: r.CreatedAt, SentAt: r.SentAt})
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (s *Service) api(a *api.API) {
	const tag = "outbox"
	api.Register(a, api.Op{Method: api.Get, Path: "/outbox", Summary: "List what leaves the house", Tag: tag}, s.apiList)
	s.suppressionAPI(a)
	s.inboxAPI(a)
	s.senderAPI(a)
	api.Register(a, api.Op{Method: api.Get, Path: "/outbox/{id}", Summary: "Read a message's state", Tag: tag}, s.apiGet)
	api.Register(a, api.Op{Method: api.Post, Path: "/outbox/{id}/retry", Summary: "Try a message again that failed, is unknown or held", Tag: tag}, s.apiRetry)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.Find(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, object), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	row, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &api.Body[Object]{Body: objectOf(row)}, nil
}

func (s *Service) apiRetry(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	if err := s.Retry(ctx, in.ID); err != nil {
		return nil, err
	}
	return s.apiGet(ctx, in)
}
