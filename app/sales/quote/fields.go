package quote

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// The fields that the shop added to its quotes.

func (s *Service) subject() custom.Subject {
	return custom.Subject{Name: "quote", Table: "quote", Path: "/quotes", Label: "nav.quotes",
		Rules: []custom.Fact{{Name: "state", Label: "quote.state"}},
		Built: []custom.Fact{{Name: "number", Label: "quote.number", Kind: formula.Text, Column: "number"}, {Name: "state", Label: "quote.state", Kind: formula.Text, Column: "state"},
			{Name: "customer", Label: "common.customer", Kind: formula.Text}, {Name: "quoted_on", Label: "quote.quoted_on", Kind: formula.Date, Column: "quoted_on"},
			{Name: "valid_until", Label: "quote.valid_until", Kind: formula.Date, Column: "valid_until"}, {Name: "total", Label: "quote.total", Kind: formula.Money, Column: "total"},
			{Name: "tax", Label: "quote.tax", Kind: formula.Money, Column: "tax"}, {Name: "created_on", Label: "common.created", Kind: formula.Date}},
		Open: func(ctx context.Context, id int64) (custom.Opened, error) {
			v, err := s.Get(ctx, id)
			return custom.Opened{Kind: "quote", ID: v.ID, Label: v.Name(), Record: v.Added}, err
		}}
}

func (s *Service) get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Quote, error) {
	v, err := get(ctx, q, sqlGet, append([]any{id}, scope.Args()...)...)
	if err != nil {
		return v, err
	}
	return v, s.add(ctx, q, 1, func(int) *Quote { return &v })
}

// add completes n quotes with the added fields.
func (s *Service) add(ctx context.Context, q db.Q, n int, at func(int) *Quote) error {
	return s.d.Fields.Complete(ctx, q, "quote", n, func(i int) custom.Values { return at(i).Values }, func(i int, r custom.Record) {
		v := at(i)
		v.Added = r
		v.Added.Built = built(ctx, *v)
	})
}

// built is what formulas find in a quote.
func built(ctx context.Context, v Quote) func(string) formula.Value {
	zone := auth.From(ctx).Zone
	return func(name string) formula.Value {
		switch name {
		case "number":
			return custom.Word(v.Name())
		case "state":
			return custom.Word(v.State)
		case "customer":
			return custom.Word(v.CustomerName)
		case "quoted_on":
			return custom.Day(string(v.QuotedOn))
		case "valid_until":
			return custom.Day(string(v.ValidUntil))
		case "total":
			return v.Added.Amount(v.Total)
		case "tax":
			return v.Added.Amount(v.Tax)
		case "created_on":
			if zone != nil {
				return custom.Day(string(cal.DateOf(v.CreatedAt.Time, zone)))
			}
		}
		return formula.Value{}
	}
}

// facts are what rules of added fields may look at.
func facts(state string) map[string]string { return map[string]string{"state": state} }
