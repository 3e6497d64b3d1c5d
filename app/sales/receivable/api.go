package receivable

import (
	"context"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/api"
)

// Object is an instalment as the API shows it.
type Object struct {
	ID          int64     `json:"id"`
	Version     int64     `json:"version"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	OrderID     int64     `json:"order_id"`
	OrderNumber string    `json:"order_number"`
	CustomerID  int64     `json:"customer_id"`
	DueOn       string    `json:"due_on" format:"date"`
	Amount      api.Money `json:"amount"`
	Paid        api.Money `json:"paid" doc:"Of it, by the payments of its order; never typed"`
	Open        api.Money `json:"open"`
	Words       string    `json:"words,omitempty"`
}

// PlanObject is how an order is to be paid.
type PlanObject struct {
	OrderID int64     `json:"order_id"`
	Mark    string    `json:"mark" doc:"Send it back with a change: somebody else's is not overwritten"`
	Total   api.Money `json:"total"`
	Paid    api.Money `json:"paid"`
	Rest    api.Money `json:"rest" doc:"What the instalments leave of the order"`
	Items   []Object  `json:"items"`
}

// PartBody is one instalment of a plan that is put.
type PartBody struct {
	ID     int64     `json:"id,omitempty"`
	DueOn  string    `json:"due_on"`
	Amount api.Money `json:"amount,omitempty"`
	Share  float64   `json:"percent,omitempty" minimum:"0" maximum:"100" doc:"Of the order's total, instead of the amount"`
	Words  string    `json:"words,omitempty"`
}

// PlanBody is a whole plan; without items there is none.
type PlanBody struct {
	Mark     string     `json:"mark,omitempty"`
	Template string     `json:"template,omitempty" enum:"deposit,months,delivery" doc:"Makes the instalments, instead of items"`
	Items    []PartBody `json:"items,omitempty" maxItems:"60"`
}

type planIn struct {
	api.Path
	Body PlanBody
}

func (s *Service) api(a *api.API) {
	const tag = "receivables"
	api.Register(a, api.Op{Method: api.Get, Path: "/instalments", Tag: tag, Summary: "List instalments of orders"}, s.apiList)
	api.Register(a, api.Op{Method: api.Get, Path: "/orders/{id}/instalments", Tag: tag, Summary: "How an order is to be paid"}, s.apiPlan)
	api.Register(a, api.Op{Method: api.Put, Path: "/orders/{id}/instalments", Tag: tag, Summary: "Say in which instalments an order is to be paid; what was paid stays"}, s.apiSetPlan)
	api.Register(a, api.Op{Method: api.Post, Path: "/orders/{id}/credit", Tag: tag, Summary: "Keep what was paid beyond an order, or for a cancelled one, or what a return owes, as the customer's credit"}, s.apiFree)
	s.apiReceipts(a, tag)
	s.apiOwed(a, tag)
	s.apiStandings(a, tag)
}

func (s *Service) apiList(ctx context.Context, in *api.List) (*api.Body[api.Items[Object]], error) {
	p, err := s.List(ctx, in.Request(), in.Conditions())
	if err != nil {
		return nil, err
	}
	return api.Map(p, func(r Row) Object { return object(r.Instalment) }), nil
}

func (s *Service) apiPlan(ctx context.Context, in *api.Path) (*api.Body[PlanObject], error) {
	p, err := s.Plan(ctx, in.ID)
	return &api.Body[PlanObject]{Body: planObject(p)}, err
}

func (s *Service) apiSetPlan(ctx context.Context, in *planIn) (*api.Body[PlanObject], error) {
	p, err := s.Plan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	mark := in.Body.Mark
	if mark == "" {
		mark = "*"
	}
	var list []Part
	if in.Body.Template != "" {
		list = p.Order.Propose(in.Body.Template, func(string, ...any) string { return "" })
	}
	c := &errs.Check{}
	for n, b := range in.Body.Items {
		part := Part{ID: b.ID, DueOn: date(c, partField(n, "due_on"), b.DueOn), Words: b.Words}
		if b.Share > 0 {
			part.Amount = share(p.Order.Total, b.Share)
		} else {
			part.Amount = b.Amount.Minor(c, partField(n, "amount"), p.Order.Currency)
		}
		list = append(list, part)
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	p, err = s.SetPlan(ctx, in.ID, mark, list)
	if err != nil {
		return nil, api.WithCurrent(err, func(p Plan) any { return planObject(p) })
	}
	return &api.Body[PlanObject]{Body: planObject(p)}, nil
}

// Freed is what became credit.
type Freed struct {
	Credit api.Money `json:"credit"`
}

func (s *Service) apiFree(ctx context.Context, in *api.Path) (*api.Body[Freed], error) {
	p, err := s.Plan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	n, err := s.Free(ctx, in.ID)
	return &api.Body[Freed]{Body: Freed{api.MoneyOf(n, p.Order.Currency)}}, err
}

func date(c *errs.Check, field, s string) cal.Date {
	d, err := cal.ParseDate(s)
	c.That(err == nil, field, "error.date")
	return d
}

func object(i Instalment) Object {
	return Object{ID: i.ID, Version: i.Version, CreatedAt: i.CreatedAt.UTC(), UpdatedAt: i.UpdatedAt.UTC(), OrderID: i.OrderID, OrderNumber: i.OrderNumber,
		CustomerID: i.CustomerID, DueOn: string(i.DueOn), Amount: api.MoneyOf(i.Amount, i.Currency), Paid: api.MoneyOf(i.Paid, i.Currency),
		Open: api.MoneyOf(i.Open(), i.Currency), Words: i.Words}
}

func planObject(p Plan) PlanObject {
	money := func(n int64) api.Money { return api.MoneyOf(n, p.Order.Currency) }
	out := PlanObject{OrderID: p.Order.ID, Mark: p.Mark(), Total: money(p.Order.Total), Paid: money(p.Order.Paid), Rest: money(p.Rest()), Items: []Object{}}
	for _, i := range p.Parts {
		out.Items = append(out.Items, object(i))
	}
	return out
}
