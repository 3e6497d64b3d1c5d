package deal

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// The fields that the shop added to its deals.

func (s *Service) subject() custom.Subject {
	return custom.Subject{Name: "deal", Table: "deal", Path: "/deals", Label: "deal.title", Begins: true,
		Rules: []custom.Fact{{Name: "result", Label: "deal.result"}},
		Built: []custom.Fact{{Name: "name", Label: "deal.name", Kind: formula.Text, Column: "name"}, {Name: "result", Label: "deal.result", Kind: formula.Text, Column: "result"},
			{Name: "customer", Label: "common.customer", Kind: formula.Text}, {Name: "stage", Label: "deal.stage", Kind: formula.Text},
			{Name: "amount", Label: "common.amount", Kind: formula.Money, Column: "amount"}, {Name: "expected_close", Label: "deal.expected_close", Kind: formula.Date, Column: "expected_close"},
			{Name: "opened_on", Label: "deal.opened_on", Kind: formula.Date, Column: "opened_on"}, {Name: "closed_on", Label: "deal.closed_on", Kind: formula.Date, Column: "closed_on"},
			{Name: "created_on", Label: "common.created", Kind: formula.Date}},
		Open: func(ctx context.Context, id int64) (custom.Opened, error) {
			d, err := s.Get(ctx, id)
			return custom.Opened{Kind: "deal", ID: d.ID, Label: d.Name, Record: d.Added}, err
		}}
}

func (s *Service) get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Deal, error) {
	d, err := visible(ctx, q, scope, id)
	if err != nil {
		return d, err
	}
	return d, s.complete(ctx, q, 1, func(int) *Deal { return &d })
}

// complete adds to n deals the shop's own fields and what is to be done next.
func (s *Service) complete(ctx context.Context, q db.Q, n int, at func(int) *Deal) error {
	ids := make([]int64, n)
	for i := range n {
		ids[i] = at(i).ID
	}
	next, err := steps(ctx, q, ids)
	if err != nil {
		return err
	}
	for i := range n {
		at(i).Next = next[ids[i]]
	}
	return s.fields.Complete(ctx, q, "deal", n, func(i int) custom.Values { return at(i).Values }, func(i int, r custom.Record) {
		d := at(i)
		d.Added = r
		d.Added.Built = built(ctx, *d)
	})
}

// built is what formulas find in a deal.
func built(ctx context.Context, d Deal) func(string) formula.Value {
	zone := auth.From(ctx).Zone
	return func(name string) formula.Value {
		switch name {
		case "name":
			return custom.Word(d.Name)
		case "result":
			return custom.Word(d.Result)
		case "customer":
			return custom.Word(string(d.CustomerName))
		case "stage":
			return custom.Word(d.StageName)
		case "amount":
			return d.Added.Amount(d.Amount)
		case "expected_close":
			return custom.Day(string(d.ExpectedClose))
		case "opened_on":
			return custom.Day(string(d.OpenedOn))
		case "closed_on":
			return custom.Day(string(d.ClosedOn))
		case "created_on":
			if zone != nil {
				return custom.Day(string(cal.DateOf(d.CreatedAt.Time, zone)))
			}
		}
		return formula.Value{}
	}
}

// facts are what rules of added fields may look at.
func facts(result string) map[string]string { return map[string]string{"result": result} }
