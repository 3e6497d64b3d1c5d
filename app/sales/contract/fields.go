package contract

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// The fields that the shop added to its contracts.

func (s *Service) subject() custom.Subject {
	return custom.Subject{Name: subject, Table: "contract", Path: home, Label: "nav.contracts", Begins: true,
		Rules: []custom.Fact{{Name: "state", Label: "contract.state"}},
		Built: []custom.Fact{{Name: "title", Label: "contract.title", Kind: formula.Text, Column: "title"}, {Name: "state", Label: "contract.state", Kind: formula.Text, Column: "state"},
			{Name: "customer", Label: "common.customer", Kind: formula.Text}, {Name: "amount", Label: "common.amount", Kind: formula.Money, Column: "amount"},
			{Name: "signed_on", Label: "contract.signed_on", Kind: formula.Date, Column: "signed_on"}, {Name: "starts_on", Label: "contract.starts_on", Kind: formula.Date, Column: "starts_on"},
			{Name: "ends_on", Label: "contract.ends_on", Kind: formula.Date, Column: "ends_on"}, {Name: "created_on", Label: "common.created", Kind: formula.Date}},
		Open: func(ctx context.Context, id int64) (custom.Opened, error) {
			k, err := s.Get(ctx, id)
			return custom.Opened{Kind: subject, ID: k.ID, Label: k.Number, Record: k.Added}, err
		}}
}

func (s *Service) get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Contract, error) {
	k, err := get(ctx, q, scope, id)
	if err != nil {
		return k, err
	}
	return k, s.complete(ctx, q, 1, func(int) *Contract { return &k })
}

// complete adds to n contracts the shop's own fields.
func (s *Service) complete(ctx context.Context, q db.Q, n int, at func(int) *Contract) error {
	return s.Fields.Complete(ctx, q, subject, n, func(i int) custom.Values { return at(i).Values }, func(i int, r custom.Record) {
		k := at(i)
		k.Added = r
		k.Added.Built = built(ctx, *k)
	})
}

// built is what formulas find in a contract.
func built(ctx context.Context, k Contract) func(string) formula.Value {
	zone := auth.From(ctx).Zone
	return func(name string) formula.Value {
		switch name {
		case "title":
			return custom.Word(k.Title)
		case "state":
			return custom.Word(k.State)
		case "customer":
			return custom.Word(k.CustomerName)
		case "amount":
			return k.Added.Amount(k.Amount)
		case "signed_on":
			return custom.Day(string(k.SignedOn))
		case "starts_on":
			return custom.Day(string(k.StartsOn))
		case "ends_on":
			return custom.Day(string(k.EndsOn))
		case "created_on":
			if zone != nil {
				return custom.Day(string(cal.DateOf(k.CreatedAt.Time, zone)))
			}
		}
		return formula.Value{}
	}
}

// own is what was said of the added fields over what is there.
func (s *Service) own(ctx context.Context, q db.Q, before custom.Values, in Input, state string) (custom.Values, error) {
	if in.own == nil {
		return s.Fields.Apply(ctx, q, subject, before, in.Fields, facts(state))
	}
	record, err := s.Fields.Record(ctx, q, subject)
	if err != nil {
		return nil, err
	}
	record.Values = before
	return record.Over(in.own)
}

// facts are what rules of added fields may look at.
func facts(state string) map[string]string { return map[string]string{"state": state} }
