package payment

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

// Object is a payment as the API shows it.
type Object struct {
	ID             int64          `json:"id"`
	Version        int64          `json:"version"`
	CreatedAt      time.Time      `json:"created_at"`
	UpdatedAt      time.Time      `json:"updated_at"`
	OrderID        int64          `json:"order_id"`
	OrderNumber    string         `json:"order_number"`
	CustomerID     int64          `json:"customer_id"`
	Amount         api.Money      `json:"amount"`
	PaidOn         string         `json:"paid_on" format:"date"`
	Method         string         `json:"method,omitempty"`
	Note           string         `json:"note,omitempty"`
	ReceiptID      int64          `json:"receipt_id,omitempty" doc:"The receipt it is a part of"`
	CreditID       int64          `json:"credit_id,omitempty" doc:"The receipt that it became: what a return owed is the customer's credit"`
	ExternalID     string         `json:"external_id,omitempty"`
	ExternalSource string         `json:"external_source,omitempty"`
	Fields         map[string]any `json:"fields"`
}

// Body is what POST and PUT take. An amount below zero was paid back.
type Body struct {
	OrderID        int64     `json:"order_id" minimum:"1"`
	Amount         api.Money `json:"amount"`
	PaidOn         string    `json:"paid_on,omitempty"`
	Method         string    `json:"method,omitempty"`
	Note           string    `json:"note,omitempty"`
	Surplus        string    `json:"surplus,omitempty" enum:"refuse,credit" doc:"What becomes of more than the order owes: refused, or kept as the customer's credit. Absent, it stays with the order as paid too much"`
	Again          bool      `json:"again,omitempty" doc:"An equal payment of the customer stands since a moment ago, and this is another; without it that is a 409"`
	ExternalID     string    `json:"external_id,omitempty"`
	ExternalSource string    `json:"external_source,omitempty"`
}

// PatchBody is what PATCH takes: absent is unchanged, null clears.
type PatchBody struct {
	Version        *int64             `json:"version,omitempty"`
	Amount         api.Opt[api.Money] `json:"amount,omitempty"`
	PaidOn         api.Opt[string]    `json:"paid_on,omitempty"`
	Method         api.Opt[string]    `json:"method,omitempty"`
	Note           api.Opt[string]    `json:"note,omitempty"`
	ExternalID     api.Opt[string]    `json:"external_id,omitempty"`
	ExternalSource api.Opt[string]    `json:"external_source,omitempty"`
}

type postIn struct{ Body Body }

type patchIn struct {
	api.Path
	api.Versioned
	Body PatchBody
}

type externalIn struct {
	api.External
	Body Body
}

type upserted struct {
	Status   int
	Location string `header:"Location"`
	Body     Object
}

func (s *Service) api(a *api.API) {
	const tag = "payments"
	api.Register(a, api.Op{Method: api.Get, Path: "/payments", Tag: tag, Summary: "List payments"}, s.apiList)
	api.Register(a, api.Op{Method: api.Post, Path: "/payments", Tag: tag, Summary: "Record a payment", Status: http.StatusCreated}, s.apiCreate)
	api.Counted(a, "/payments", tag, s.Groups)
	api.Register(a, api.Op{Method: api.Get, Path: "/payments/{id}", Tag: tag, Summary: "Read a payment"}, s.apiGet)
	api.Register(a, api.Op{Method: api.Patch, Path: "/payments/{id}", Tag: tag, Summary: "Correct a payment"}, s.apiPatch)
	api.Register(a, api.Op{Method: api.Put, Path: "/payments/by-external/{source}/{external_id}", Tag: tag, Summary: "Create or change by another system's id"}, s.apiPut)
	api.Remove(a, "/payments/{id}", tag, "Delete a payment, undoable through history", s.Delete)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Payment) }), nil
}

func (s *Service) apiGet(ctx context.Context, in *api.Path) (*api.Body[Object], error) {
	p, err := s.Get(ctx, in.ID)
	return &api.Body[Object]{Body: object(p)}, err
}

func (s *Service) apiCreate(ctx context.Context, in *postIn) (*api.Created[Object], error) {
	input, err := s.input(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	p, err := s.Create(ctx, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(p Payment) any { return object(p) })
	}
	return &api.Created[Object]{Location: location(p.ID), Body: object(p)}, nil
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
	input := p.Input()
	if err := in.Body.apply(&input, p.Currency); err != nil {
		return nil, err
	}
	p, err = s.Update(ctx, in.ID, version, input)
	if err != nil {
		return nil, api.WithCurrent(err, func(p Payment) any { return object(p) })
	}
	return &api.Body[Object]{Body: object(p)}, nil
}

func (s *Service) apiPut(ctx context.Context, in *externalIn) (*upserted, error) {
	input, err := s.input(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	input.ExternalSource, input.ExternalID = in.Source, in.ExternalID
	p, created, err := s.Put(ctx, input)
	if err != nil {
		return nil, err
	}
	out := &upserted{Status: http.StatusOK, Location: location(p.ID), Body: object(p)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// input reads the amount in the currency of the order it is for.
func (s *Service) input(ctx context.Context, b Body) (Input, error) {
	in := Input{OrderID: b.OrderID, Method: b.Method, Note: b.Note, Surplus: b.Surplus, Again: b.Again, ExternalID: b.ExternalID, ExternalSource: b.ExternalSource}
	q := s.db.Reader(ctx)
	o, err := order(ctx, q, auth.From(ctx).Scope(), b.OrderID)
	currency := o.Currency
	if errs.Is(err, errs.NotFound) { // told once the rest was read
		var business setting.Business
		business, err = setting.ReadBusiness(ctx, q)
		currency = business.Currency
	}
	if err != nil {
		return in, err
	}
	c := &errs.Check{}
	in.Amount = b.Amount.Minor(c, "amount", currency)
	in.PaidOn = date(c, b.PaidOn)
	return in, c.Err()
}

func (b PatchBody) apply(in *Input, currency string) error {
	c := &errs.Check{}
	b.Method.Into(&in.Method)
	b.Note.Into(&in.Note)
	b.ExternalID.Into(&in.ExternalID)
	b.ExternalSource.Into(&in.ExternalSource)
	if b.Amount.Set {
		in.Amount = b.Amount.Value.Minor(c, "amount", currency)
	}
	if b.PaidOn.Set {
		in.PaidOn = date(c, b.PaidOn.Value)
	}
	return c.Err()
}

func date(c *errs.Check, s string) cal.Date {
	d, err := cal.ParseDate(s)
	c.That(err == nil, "paid_on", "error.date")
	return d
}

func location(id int64) string { return fmt.Sprintf("%s/payments/%d", api.Prefix, id) }

func object(p Payment) Object {
	return Object{ID: p.ID, Version: p.Version, CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC(), OrderID: p.OrderID,
		OrderNumber: p.OrderNumber, CustomerID: p.CustomerID, Amount: api.MoneyOf(p.Amount, p.Currency), PaidOn: string(p.PaidOn), Method: p.Method,
		Note: p.Note, ReceiptID: int64(p.ReceiptID), CreditID: int64(p.CreditID), ExternalID: string(p.ExternalID), ExternalSource: p.ExternalSource, Fields: map[string]any{}}
}
