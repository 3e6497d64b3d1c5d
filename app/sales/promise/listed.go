package promise

import (
	"context"
	"fmt"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"

	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// listOf is what the list of promises can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	return listing.Kind[Row]{Path: home, Title: "nav.promises", Source: s, Groups: []string{"state", "side", "kind"},
		Filters: []string{"due_on", "made_on", "settled_on", "state", "side", "kind", "amount", "created_at"}, Inputs: []string{"state.eq", "side.eq", "due_on.lte"},
		Record: func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.CustomerName} },
		Called: func(l *i18n.Locale, field, value string) string { return l.T("promise." + field + "." + value) },
		Columns: []column{
			{Name: "words", Label: "promise.what", Class: "l1", Cell: func(s listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.Told(s.Locale), Href: path(r.ID), Strong: true}
			}},
			{Name: "customer_id", Label: "common.customer", Class: "l2", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.CustomerName, Href: fmt.Sprintf("/customers/%d", r.CustomerID)}
			}},
			{Name: "side", Label: "promise.side", Class: "t2 l2e", Plain: true, Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.T("promise.side." + r.Side)) }},
			{Name: "due_on", Label: "promise.due_on", Class: "l3", Sort: "due_on", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				c := s.Day(r.DueOn)
				if r.Overdue(s.Today) {
					c.Class = "warm-t"
				}
				return c
			}},
			{Name: "state", Label: "promise.state", Class: "l1e", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				return view.Cell{Text: s.T("promise.state." + r.State), Pill: tones[r.State]}
			}},
			{Name: "amount", Label: "common.amount", Class: "num", Cell: func(s listing.Say, r Row) view.Cell {
				if r.Amount == 0 {
					return view.Cell{}
				}
				return listing.Text(s.Money(r.Amount, r.Currency))
			}},
			{Name: "order_id", Label: "payment.order", Cell: func(_ listing.Say, r Row) view.Cell {
				if r.OrderID == 0 {
					return view.Cell{}
				}
				return view.Cell{Text: string(r.OrderNumber), Href: fmt.Sprintf("/orders/%d", r.OrderID)}
			}},
			{Name: "owner_id", Label: "common.owner", Others: true, Plain: true, Class: "t2", Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(string(r.OwnerName)) }},
			{Name: "made_on", Label: "promise.made_on", Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.MadeOn) }},
			{Name: "settled_on", Label: "promise.settled_on", Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.SettledOn) }},
			{Name: "reason", Label: "promise.reason", Class: "clip", Cell: func(_ listing.Say, r Row) view.Cell { return view.Cell{Text: r.Reason, Title: r.Reason} }},
			{Name: "created_at", Label: "common.created", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.CreatedAt.Time)) }},
		}}
}

// tones are the pills of the states.
var tones = map[string]string{Open: "plain", Kept: "accent", Late: "warm", Broken: "bad", Dropped: "plain"}

// Tone is the pill of its state.
func (p Promise) Tone() string { return tones[p.State] }

// Told is what was promised, in the reader's language.
func (p Promise) Told(l *i18n.Locale) string {
	words := p.Words
	switch {
	case p.Kind == Pay && p.Amount > 0:
		words = l.T("promise.told.pay_sum", "sum", l.Money(p.Amount, p.Currency))
	case p.Kind == Pay:
		words = l.T("promise.told.pay", "order", string(p.OrderNumber))
	case p.Kind == Deliver && p.OrderID != 0:
		words = l.T("promise.told.deliver", "order", string(p.OrderNumber))
	case p.Words != "":
		return words
	default:
		return l.T("promise.kind." + p.Kind)
	}
	if p.Words != "" {
		words += ": " + p.Words
	}
	return words
}

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted {
	return listOf(s).Counted(func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		where, err := s.where(ctx, conds)
		return list, where, err
	})
}
