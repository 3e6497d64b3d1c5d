package lead

import (
	"context"
	"fmt"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"

	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// listOf is what the list of leads can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	text := func(of func(Row) string) func(listing.Say, Row) view.Cell {
		return func(_ listing.Say, r Row) view.Cell { return view.Cell{Text: of(r), Title: of(r)} }
	}
	return listing.Kind[Row]{Path: home, Title: "lead.title", Source: s, Groups: []string{"state", "owner_id", "reason_id"},
		Filters: []string{"name", "company", "phone", "email", "wechat", "source", "need", "interest", "amount", "region", "score", "owner_id", "state", "open", "late", "unchecked", "reason_id", "received_at", "first_response_at", "external_id", "created_at", "updated_at"},
		Inputs:  []string{"state.eq", "owner_id.eq"},
		Record:  func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.Name, Own: r.Added} },
		Called: func(l *i18n.Locale, field, value string) string {
			if field == "state" {
				return l.T("lead.state." + value)
			}
			return ""
		},
		Pick: s.pick,
		Columns: []column{
			{Name: "name", Label: "common.name", Class: "l1", Sort: "name", Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.Title(), Strong: true, Href: path(r.ID)}
			}},
			{Name: "need", Label: "lead.need", Class: "l2 clip", Plain: true, Cell: text(func(r Row) string { return r.Wanted() })},
			{Name: "state", Label: "lead.state", Class: "l1e", Plain: true, Cell: stateCell},
			{Name: "phone", Label: "common.phone", Class: "l3", Plain: true, Cell: text(func(r Row) string { return r.Phones.First() })},
			{Name: "source", Label: "deal.source", Class: "t2", Plain: true, Cell: text(func(r Row) string { return r.Source })},
			{Name: "owner_id", Label: "common.owner", Class: "t2", Plain: true, Others: true, Cell: func(s listing.Say, r Row) view.Cell {
				if r.OwnerID == 0 {
					return view.Cell{Text: s.T("lead.pool"), Class: "t3"}
				}
				return listing.Text(string(r.OwnerName))
			}},
			{Name: "score", Label: "lead.score", Class: "num t2", Sort: "score", Plain: true, Cell: scoreCell},
			{Name: "received_at", Label: "lead.received_at", Class: "l2e", Sort: "received_at", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				return listing.Text(s.Date(r.ReceivedAt.Time))
			}},
			{Name: "company", Label: "lead.company", Cell: text(func(r Row) string { return r.Company })},
			{Name: "email", Label: "common.email", Cell: text(func(r Row) string { return r.Emails.First() })},
			{Name: "wechat", Label: "customer.wechat", Cell: text(func(r Row) string { return r.WeChat })},
			{Name: "interest", Label: "lead.interest", Cell: text(func(r Row) string { return r.Interest })},
			{Name: "amount", Label: "lead.amount", Class: "num", Sort: "amount", Cell: func(s listing.Say, r Row) view.Cell {
				if r.Amount == 0 {
					return view.Cell{}
				}
				return listing.Text(s.Money(r.Amount, r.Currency))
			}},
			{Name: "region", Label: "lead.region", Cell: text(func(r Row) string { return r.Region })},
			{Name: "reason_id", Label: "lead.reason", Cell: text(func(r Row) string { return string(r.ReasonName) })},
			{Name: "customer_id", Label: "common.customer", Cell: func(_ listing.Say, r Row) view.Cell {
				if r.CustomerID == 0 {
					return view.Cell{}
				}
				return view.Cell{Text: string(r.CustomerName), Href: fmt.Sprintf("/customers/%d", r.CustomerID)}
			}},
			{Name: "first_response_at", Label: "lead.first_response_at", Cell: func(s listing.Say, r Row) view.Cell {
				if r.FirstResponseAt.IsZero() {
					return view.Cell{}
				}
				return listing.Text(s.DateTime(r.FirstResponseAt.Time))
			}},
			{Name: "external_id", Label: "order.external_id", Cell: text(func(r Row) string { return string(r.ExternalID) })},
			{Name: "created_at", Label: "common.created", Sort: "created_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.CreatedAt.Time)) }},
			{Name: "updated_at", Label: "common.updated", Sort: "updated_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.UpdatedAt.Time)) }},
		}}
}

// Wanted is what they want, in a line.
func (l Lead) Wanted() string {
	if l.Need != "" {
		return l.Need
	}
	return l.Interest
}

// tones are the pills of the states.
var tones = map[string]string{Fresh: "info", Working: "plain", Qualified: "plain", Converted: "accent", Disqualified: "plain"}

// Tone is the pill of its state.
func (l Lead) Tone() string { return tones[l.State] }

// scoreCell is the score, nothing where no rule speaks for or against it.
func scoreCell(s listing.Say, r Row) view.Cell {
	if r.Score == 0 {
		return view.Cell{}
	}
	return listing.Text(s.Number(r.Score))
}

func stateCell(s listing.Say, r Row) view.Cell {
	if r.Late(s.Now()) {
		return view.Cell{Text: s.T("lead.late"), Pill: "warm"}
	}
	return view.Cell{Text: s.T("lead.state." + r.State), Pill: r.Tone()}
}

// pick is what the filter on reasons offers.
func (s *Service) pick(ctx context.Context) (map[string][]view.Option, error) {
	why, err := reasons(ctx, s.db.Reader(ctx))
	out := map[string][]view.Option{}
	for _, r := range why {
		out["reason"] = append(out["reason"], view.Option{Value: r.ID, Label: r.Name})
	}
	return out, err
}

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted {
	return listOf(s).Counted(func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		l, _, where, err := s.where(ctx, conds)
		return l, where, err
	})
}
