package promise

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/setting"
)

// Object is a promise as the API shows it.
type Object struct {
	ID         int64      `json:"id"`
	Version    int64      `json:"version"`
	CreatedAt  time.Time  `json:"created_at"`
	UpdatedAt  time.Time  `json:"updated_at"`
	CustomerID int64      `json:"customer_id"`
	Side       string     `json:"side" enum:"theirs,ours"`
	Kind       string     `json:"kind" enum:"pay,deliver,other"`
	Words      string     `json:"words,omitempty"`
	MadeOn     string     `json:"made_on" format:"date"`
	DueOn      string     `json:"due_on" format:"date"`
	Amount     *api.Money `json:"amount,omitempty" doc:"Of a payment; absent is whatever the order leaves to pay"`
	OrderID    int64      `json:"order_id,omitempty"`
	OwnerID    int64      `json:"owner_id,omitempty"`
	State      string     `json:"state" enum:"open,kept,late,broken,dropped"`
	SettledOn  string     `json:"settled_on,omitempty" format:"date"`
	ByFact     bool       `json:"by_fact" doc:"A payment or an order settled it, not a person"`
	Reason     string     `json:"reason,omitempty"`
}

// Body is what POST takes.
type Body struct {
	CustomerID int64      `json:"customer_id" minimum:"1"`
	Side       string     `json:"side" enum:"theirs,ours"`
	Kind       string     `json:"kind" enum:"pay,deliver,other"`
	Words      string     `json:"words,omitempty"`
	MadeOn     string     `json:"made_on,omitempty"`
	DueOn      string     `json:"due_on"`
	Amount     *api.Money `json:"amount,omitempty"`
	OrderID    int64      `json:"order_id,omitempty"`
	OwnerID    int64      `json:"owner_id,omitempty"`
}

// PatchBody is what PATCH takes: absent is unchanged, null clears.
type PatchBody struct {
	Version *int64             `json:"version,omitempty"`
	Side    api.Opt[string]    `json:"side,omitempty"`
	Kind    api.Opt[string]    `json:"kind,omitempty"`
	Words   api.Opt[string]    `json:"words,omitempty"`
	MadeOn  api.Opt[string]    `json:"made_on,omitempty"`
	DueOn   api.Opt[string]    `json:"due_on,omitempty"`
	Amount  api.Opt[api.Money] `json:"amount,omitempty"`
	OrderID api.Opt[int64]     `json:"order_id,omitempty"`
	OwnerID api.Opt[int64]     `json:"owner_id,omitempty"`
}

// OutcomeBody is what the end of a promise takes.
type OutcomeBody struct {
	Version *int64 `json:"version,omitempty"`
	On      string `json:"on,omitempty" doc:"The day it was kept; today when absent"`
	Reason  string `json:"reason,omitempty" doc:"Needed for broken and dropped"`
}

type postIn struct{ Body Body }

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

type outcomeIn struct {
	api.Path
	api.Versioned
	State string `path:"state" enum:"open,kept,broken,dropped"`
	Body  OutcomeBody
}

// RatesObject tells how often both sides kept their word.
type RatesObject struct {
	Theirs RateObject `json:"theirs"`
	Ours   RateObject `json:"ours"`
}

// RateObject is one side's share; the share is absent without settled promises.
type RateObject struct {
	Kept   int      `json:"kept"`
	Late   int      `json:"late"`
	Broken int      `json:"broken"`
	Share  *float64 `json:"share,omitempty" doc:"kept of all settled, 0 to 1"`
}

func (s *Service) api(a *api.API) {
	const tag = "promises"
	api.Register(a, api.Op{Method: api.Get, Path: "/promises", Tag: tag, Summary: "List promises"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/promises", Tag: tag, Summary: "Write a promise down", Status: http.StatusCreated}, s.apiCreate)
	api.Counted(a, "/promises", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Get, Path: "/promises/{id}", Tag: tag, Summary: "Read a promise"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/promises/{id}", Tag: tag, Summary: "Change an open promise"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Post, Path: "/promises/{id}/{state}", Tag: tag, Summary: "Say what became of a promise"}, s.apiSettle)
	api.Register(a, api.Op{Method: api.Get, Path: "/customers/{id}/promise-rates", Tag: tag, Summary: "How often a customer and the shop kept their word"}, s.apiRates)
	api.Remove(a, "/promises/{id}", tag, "Delete a promise, undoable through history", s.Delete)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Promise) }), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	p, err := s.Get(ctx, in.ID)
	return &api.Body[Object]{Body: object(p)}, err
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	b := in.Body
	c := &errs.Check{}
	input := Input{CustomerID: b.CustomerID, Side: b.Side, Kind: b.Kind, Words: b.Words, OrderID: b.OrderID, OwnerID: b.OwnerID,
		MadeOn: date(c, "made_on", b.MadeOn), DueOn: date(c, "due_on", b.DueOn)}
	if err := s.amount(ctx, c, &input, b.Amount); err != nil {
		return nil, err
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	p, err := s.Create(ctx, input)
	return &api.Created[Object]{Location: location(p.ID), Body: object(p)}, err
}

// amount reads money in the currency of the order, else of the shop.
func (s *Service) amount(ctx context.Context, c *errs.Check, in *Input, m *api.Money) error {
	if m == nil {
		return nil
	}
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	in.Currency = business.Currency
	if in.OrderID != 0 {
		if o, err := orderOf(ctx, s.DB.Reader(ctx), in.OrderID, in.CustomerID); err == nil {
			in.Currency = o.Currency
		}
	}
	in.Amount = m.Minor(c, "amount", in.Currency)
	return nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	p, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	input, b, c := p.Input(), in.Body, &errs.Check{}
	b.Side.Into(&input.Side)
	b.Kind.Into(&input.Kind)
	b.Words.Into(&input.Words)
	b.OrderID.Into(&input.OrderID)
	b.OwnerID.Into(&input.OwnerID)
	if b.MadeOn.Set {
		input.MadeOn = date(c, "made_on", b.MadeOn.Value)
	}
	if b.DueOn.Set {
		input.DueOn = date(c, "due_on", b.DueOn.Value)
	}
	if b.Amount.Set {
		input.Amount = 0
		if b.Amount.Value != (api.Money{}) {
			if err := s.amount(ctx, c, &input, &b.Amount.Value); err != nil {
				return nil, err
			}
		}
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	p, err = s.Update(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(p Promise) any { return object(p) })
	}
	return &api.Body[Object]{Body: object(p)}, nil
}

func (s *Service) apiSettle(ctx context.Context, in *outcomeIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	c := &errs.Check{}
	on := date(c, "on", in.Body.On)
	if err := c.Err(); err != nil {
		return nil, err
	}
	p, err := s.Settle(ctx, in.ID, version, in.State, on, in.Body.Reason)
	if err != nil {
		return nil, api.WithCurrent(err, func(p Promise) any { return object(p) })
	}
	return &api.Body[Object]{Body: object(p)}, nil
}

func (s *Service) apiRates(ctx context.Context, in *api.Path) (*api.Body[RatesObject], error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	theirs, ours, err := s.Rates(ctx, in.ID)
	return &api.Body[RatesObject]{Body: RatesObject{Theirs: rate(theirs), Ours: rate(ours)}}, err
}

func rate(r Rate) RateObject {
	out := RateObject{Kept: r.Kept, Late: r.Late, Broken: r.Broken}
	if n := r.N(); n > 0 {
		share := float64(r.Kept) / float64(n)
		out.Share = &share
	}
	return out
}

func date(c *errs.Check, field, s string) cal.Date {
	d, err := cal.ParseDate(s)
	c.That(err == nil, field, "error.date")
	return d
}

func location(id int64) string { return fmt.Sprintf("%s/promises/%d", api.Prefix, id) }

func object(p Promise) Object {
	out := Object{ID: p.ID, Version: p.Version, CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC(), CustomerID: p.CustomerID, Side: p.Side,
		Kind: p.Kind, Words: p.Words, MadeOn: string(p.MadeOn), DueOn: string(p.DueOn), OrderID: int64(p.OrderID), OwnerID: int64(p.OwnerID),
		State: p.State, SettledOn: string(p.SettledOn), ByFact: p.ByFact, Reason: p.Reason}
	if p.Amount > 0 {
		m := api.MoneyOf(p.Amount, p.Currency)
		out.Amount = &m
	}
	return out
}
