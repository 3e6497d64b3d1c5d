package contract

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/custom"
)

// Object is a contract as the API shows it.
type Object struct {
	ID          int64      `json:"id"`
	Version     int64      `json:"version"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
	Number      string     `json:"number"`
	CustomerID  int64      `json:"customer_id"`
	Title       string     `json:"title"`
	OrderID     int64      `json:"order_id,omitempty"`
	DealID      int64      `json:"deal_id,omitempty"`
	SignedOn    string     `json:"signed_on,omitempty" format:"date"`
	StartsOn    string     `json:"starts_on,omitempty" format:"date"`
	EndsOn      string     `json:"ends_on,omitempty" format:"date" doc:"Absent is until further notice"`
	DecideBy    string     `json:"decide_by,omitempty" format:"date" doc:"The last day on which notice can be given"`
	Amount      *api.Money `json:"amount,omitempty"`
	NoticeDays  int        `json:"notice_days"`
	Renewal     string     `json:"renewal" enum:"none,hand,self"`
	RenewMonths int        `json:"renew_months"`
	Renewed     int        `json:"renewed" doc:"How often it went on for another term"`
	OwnerID     int64      `json:"owner_id,omitempty"`
	State       string     `json:"state" enum:"draft,running,ended,cancelled" doc:"Follows from its dates"`
	CancelledOn string     `json:"cancelled_on,omitempty" format:"date"`
	Reason      string     `json:"reason,omitempty"`
	Notes       string     `json:"notes,omitempty"`

	Fields map[string]any `json:"fields"`
}

// Body is what POST takes.
type Body struct {
	Number      string     `json:"number,omitempty" doc:"Left out, the next one of the year"`
	CustomerID  int64      `json:"customer_id" minimum:"1"`
	Title       string     `json:"title"`
	OrderID     int64      `json:"order_id,omitempty"`
	DealID      int64      `json:"deal_id,omitempty"`
	SignedOn    string     `json:"signed_on,omitempty"`
	StartsOn    string     `json:"starts_on,omitempty"`
	EndsOn      string     `json:"ends_on,omitempty"`
	Amount      *api.Money `json:"amount,omitempty"`
	NoticeDays  int        `json:"notice_days,omitempty"`
	Renewal     string     `json:"renewal,omitempty"`
	RenewMonths int        `json:"renew_months,omitempty"`
	OwnerID     int64      `json:"owner_id,omitempty"`
	Notes       string     `json:"notes,omitempty"`

	Fields map[string]any `json:"fields,omitempty" doc:"added fields by key"`
}

// PatchBody is what PATCH takes: absent is unchanged, null clears.
type PatchBody struct {
	Version     *int64             `json:"version,omitempty"`
	Number      api.Opt[string]    `json:"number,omitempty"`
	Title       api.Opt[string]    `json:"title,omitempty"`
	OrderID     api.Opt[int64]     `json:"order_id,omitempty"`
	DealID      api.Opt[int64]     `json:"deal_id,omitempty"`
	SignedOn    api.Opt[string]    `json:"signed_on,omitempty"`
	StartsOn    api.Opt[string]    `json:"starts_on,omitempty"`
	EndsOn      api.Opt[string]    `json:"ends_on,omitempty"`
	Amount      api.Opt[api.Money] `json:"amount,omitempty"`
	NoticeDays  api.Opt[int]       `json:"notice_days,omitempty"`
	Renewal     api.Opt[string]    `json:"renewal,omitempty"`
	RenewMonths api.Opt[int]       `json:"renew_months,omitempty"`
	OwnerID     api.Opt[int64]     `json:"owner_id,omitempty"`
	Notes       api.Opt[string]    `json:"notes,omitempty"`

	Fields api.Opt[map[string]any] `json:"fields,omitempty"`
}

// StepBody is what renewing, cancelling and taking up again take.
type StepBody struct {
	Version *int64 `json:"version,omitempty"`
	Until   string `json:"until,omitempty" doc:"The new end when renewing; absent is another term"`
	On      string `json:"on,omitempty" doc:"From when it is cancelled; today when absent"`
	Reason  string `json:"reason,omitempty" doc:"Needed to cancel"`
}

type postIn struct{ Body Body }

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

type stepIn struct {
	api.Path
	api.Versioned
	Step string `path:"step" enum:"renew,cancel,resume"`
	Body StepBody
}

func (s *Service) api(a *api.API) {
	const tag = "contracts"
	api.Register(a, api.Op{Method: api.Get, Path: "/contracts", Tag: tag, Summary: "List contracts"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/contracts", Tag: tag, Summary: "Write a contract down", Status: http.StatusCreated}, s.apiCreate)
	api.Counted(a, "/contracts", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Get, Path: "/contracts/{id}", Tag: tag, Summary: "Read a contract"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/contracts/{id}", Tag: tag, Summary: "Change a contract"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Post, Path: "/contracts/{id}/{step}", Tag: tag, Summary: "Renew, cancel or take up a contract again"}, s.apiStep)
	api.Remove(a, "/contracts/{id}", tag, "Delete a contract, undoable through history", s.Delete)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Contract) }), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	c, err := s.Get(ctx, in.ID)
	return &api.Body[Object]{Body: object(c)}, err
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	b, c := in.Body, &errs.Check{}
	input := Input{Number: b.Number, CustomerID: b.CustomerID, Title: b.Title, OrderID: b.OrderID, DealID: b.DealID, NoticeDays: b.NoticeDays,
		Renewal: b.Renewal, RenewMonths: b.RenewMonths, OwnerID: b.OwnerID, Notes: b.Notes, Fields: custom.FromJSON(b.Fields),
		SignedOn: date(c, "signed_on", b.SignedOn), StartsOn: date(c, "starts_on", b.StartsOn), EndsOn: date(c, "ends_on", b.EndsOn)}
	if input.Fields == nil {
		input.Fields = custom.Typed{} // required ones are
	}
	if err := s.amount(ctx, c, &input, b.Amount); err != nil {
		return nil, err
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	k, err := s.Create(ctx, input)
	return &api.Created[Object]{Location: fmt.Sprintf("%s/contracts/%d", api.Prefix, k.ID), Body: object(k)}, err
}

// amount reads money in the currency of the order, the deal or the shop.
func (s *Service) amount(ctx context.Context, c *errs.Check, in *Input, m *api.Money) error {
	if m == nil {
		return nil
	}
	currency, err := s.currency(ctx, s.DB.Reader(ctx), *in)
	if err != nil {
		return err
	}
	in.Currency, in.Amount = currency, m.Minor(c, "amount", currency)
	return nil
}

func (s *Service) apiPatch(ctx context.Context, in *patchIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	k, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	input, b, c := k.Input(), in.Body, &errs.Check{}
	b.Number.Into(&input.Number)
	b.Title.Into(&input.Title)
	b.OrderID.Into(&input.OrderID)
	b.DealID.Into(&input.DealID)
	b.NoticeDays.Into(&input.NoticeDays)
	b.Renewal.Into(&input.Renewal)
	b.RenewMonths.Into(&input.RenewMonths)
	b.OwnerID.Into(&input.OwnerID)
	b.Notes.Into(&input.Notes)
	if b.Fields.Set {
		input.Fields = custom.FromJSON(b.Fields.Value)
	}
	for name, d := range map[string]struct {
		said api.Opt[string]
		to   *cal.Date
	}{"signed_on": {b.SignedOn, &input.SignedOn}, "starts_on": {b.StartsOn, &input.StartsOn}, "ends_on": {b.EndsOn, &input.EndsOn}} {
		if d.said.Set {
			*d.to = date(c, name, d.said.Value)
		}
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
	return answer(s.Update(ctx, in.ID, version, input))
}

func (s *Service) apiStep(ctx context.Context, in *stepIn) (*api.Body[Object], error) {
	version, err := in.Version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	c := &errs.Check{}
	until, on := date(c, "until", in.Body.Until), date(c, "on", in.Body.On)
	if err := c.Err(); err != nil {
		return nil, err
	}
	switch in.Step {
	case "renew":
		return answer(s.Renew(ctx, in.ID, version, until))
	case "cancel":
		return answer(s.Cancel(ctx, in.ID, version, on, in.Body.Reason))
	}
	return answer(s.Resume(ctx, in.ID, version))
}

func answer(k Contract, err error) (*api.Body[Object], error) {
	if err != nil {
		return nil, api.WithCurrent(err, func(k Contract) any { return object(k) })
	}
	return &api.Body[Object]{Body: object(k)}, nil
}

func date(c *errs.Check, field, s string) cal.Date {
	d, err := cal.ParseDate(s)
	c.That(err == nil, field, "error.date")
	return d
}

func object(k Contract) Object {
	out := Object{ID: k.ID, Version: k.Version, CreatedAt: k.CreatedAt.UTC(), UpdatedAt: k.UpdatedAt.UTC(), Number: k.Number, CustomerID: k.CustomerID,
		Title: k.Title, OrderID: int64(k.OrderID), DealID: int64(k.DealID), SignedOn: string(k.SignedOn), StartsOn: string(k.StartsOn), EndsOn: string(k.EndsOn),
		DecideBy: string(k.DecideBy()), NoticeDays: k.NoticeDays, Renewal: k.Renewal, RenewMonths: k.RenewMonths, Renewed: k.Renewed, OwnerID: int64(k.OwnerID),
		State: k.State, CancelledOn: string(k.CancelledOn), Reason: k.Reason, Notes: k.Notes, Fields: k.Added.Object()}
	if k.Amount > 0 {
		m := api.MoneyOf(k.Amount, k.Currency)
		out.Amount = &m
	}
	return out
}
