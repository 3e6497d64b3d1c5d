package order

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// The fields that the shop added to its orders.

func (s *Service) subject() custom.Subject {
	return custom.Subject{Name: "order", Table: "order_head", Path: "/orders", Label: "nav.orders", Begins: true,
		Rules: []custom.Fact{{Name: "status", Label: "order.status"}},
		Built: []custom.Fact{{Name: "number", Label: "order.number", Kind: formula.Text, Column: "number"}, {Name: "status", Label: "order.status", Kind: formula.Text, Column: "status"},
			{Name: "customer", Label: "common.customer", Kind: formula.Text}, {Name: "ordered_on", Label: "order.ordered_on", Kind: formula.Date, Column: "ordered_on"},
			{Name: "due_on", Label: "order.due_on", Kind: formula.Date, Column: "due_on"}, {Name: "total", Label: "order.total", Kind: formula.Money, Column: "total"},
			{Name: "paid", Label: "order.received", Kind: formula.Money}, {Name: "outstanding", Label: "order.outstanding", Kind: formula.Money},
			{Name: "lines_count", Label: "order.lines", Kind: formula.Number}, {Name: "created_on", Label: "common.created", Kind: formula.Date}},
		Open: func(ctx context.Context, id int64) (custom.Opened, error) {
			o, err := s.Get(ctx, id)
			return custom.Opened{Kind: "order", ID: o.ID, Label: o.Number, Record: o.Added}, err
		}}
}

func (s *Service) get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Order, error) {
	o, err := get(ctx, q, scope, id)
	if err != nil {
		return o, err
	}
	return o, s.add(ctx, q, 1, func(int) *Order { return &o })
}

// add completes n orders with the added fields.
func (s *Service) add(ctx context.Context, q db.Q, n int, at func(int) *Order) error {
	return s.fields.Complete(ctx, q, "order", n, func(i int) custom.Values { return at(i).Values }, func(i int, r custom.Record) {
		o := at(i)
		o.Added = r
		o.Added.Built = built(ctx, *o)
	})
}

// built is what formulas find in an order.
func built(ctx context.Context, o Order) func(string) formula.Value {
	zone := auth.From(ctx).Zone
	return func(name string) formula.Value {
		switch name {
		case "number":
			return custom.Word(o.Number)
		case "status":
			return custom.Word(o.Status)
		case "customer":
			return custom.Word(o.CustomerName)
		case "ordered_on":
			return custom.Day(string(o.OrderedOn))
		case "due_on":
			return custom.Day(string(o.DueOn))
		case "total":
			return o.Added.Amount(o.Total)
		case "paid":
			return o.Added.Amount(o.Paid)
		case "outstanding":
			return o.Added.Amount(o.Outstanding())
		case "lines_count":
			return custom.Count(float64(len(o.Lines)))
		case "created_on":
			if zone != nil {
				return custom.Day(string(cal.DateOf(o.CreatedAt.Time, zone)))
			}
		}
		return formula.Value{}
	}
}

// own checks what was said about added fields and puts it into an order, whose
// values are those from before.
func (s *Service) own(ctx context.Context, q db.Q, o *Order, in Input) error {
	var err error
	o.Values, err = s.fields.Apply(ctx, q, "order", o.Values, in.Fields, facts(o.Status))
	return err
}

// facts are what rules of added fields may look at.
func facts(status string) map[string]string { return map[string]string{"status": status} }
