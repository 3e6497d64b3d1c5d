package lead

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/formula"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// The fields that the shop added to its leads, and what is hidden of the rest.

func (s *Service) subject() custom.Subject {
	return custom.Subject{Name: "lead", Table: "lead", Path: home, Label: "lead.title", Begins: true,
		Rules: []custom.Fact{{Name: "state", Label: "lead.state"}},
		Built: []custom.Fact{{Name: "name", Label: "common.name", Kind: formula.Text, Column: "name"}, {Name: "state", Label: "lead.state", Kind: formula.Text, Column: "state"},
			{Name: "source", Label: "deal.source", Kind: formula.Text, Column: "source"}, {Name: "region", Label: "lead.region", Kind: formula.Text, Column: "region"},
			{Name: "amount", Label: "lead.amount", Kind: formula.Money, Column: "amount"}, {Name: "received_on", Label: "lead.received_at", Kind: formula.Date}},
		Open: func(ctx context.Context, id int64) (custom.Opened, error) {
			l, err := s.Get(ctx, id)
			return custom.Opened{Kind: "lead", ID: l.ID, Label: l.Name, Record: l.Added}, err
		}}
}

// complete adds to n leads the shop's own fields and hides what the reader may
// not see of them.
func (s *Service) complete(ctx context.Context, q db.Q, n int, at func(int) *Lead) error {
	masked := auth.From(ctx).Masked()
	return s.fields.Complete(ctx, q, "lead", n, func(i int) custom.Values { return at(i).Values }, func(i int, r custom.Record) {
		l := at(i)
		l.Added = r
		l.Added.Built = built(ctx, *l)
		if !masked {
			return
		}
		l.Words, l.WeChat = "", text.Mask(l.WeChat)
		for i, p := range l.Phones {
			l.Phones[i] = phone.Mask(p)
		}
		for i, e := range l.Emails {
			l.Emails[i] = text.MaskEmail(e)
		}
	})
}

// built is what formulas find in a lead.
func built(ctx context.Context, l Lead) func(string) formula.Value {
	zone := auth.From(ctx).Zone
	return func(name string) formula.Value {
		switch name {
		case "name":
			return custom.Word(l.Name)
		case "state":
			return custom.Word(l.State)
		case "source":
			return custom.Word(l.Source)
		case "region":
			return custom.Word(l.Region)
		case "amount":
			return l.Added.Amount(l.Amount)
		case "received_on":
			if zone != nil {
				return custom.Day(string(cal.DateOf(l.ReceivedAt.Time, zone)))
			}
		}
		return formula.Value{}
	}
}

// facts are what rules of added fields may look at.
func facts(state string) map[string]string { return map[string]string{"state": state} }
