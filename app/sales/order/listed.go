package order

import (
	"context"
	"fmt"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"

	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// listOf is what the list of orders can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	text := func(of func(Row) string) func(listing.Say, Row) view.Cell {
		return func(_ listing.Say, r Row) view.Cell { return listing.Text(of(r)) }
	}
	amount := func(of func(Row) int64) func(listing.Say, Row) view.Cell {
		return func(s listing.Say, r Row) view.Cell { return listing.Text(s.Money(of(r), r.Currency)) }
	}
	return listing.Kind[Row]{Path: "/orders", Title: "nav.orders", Source: s, Groups: []string{"status"},
		Filters: []string{"number", "customer", "ordered_on", "status", "product", "category", "total", "tax", "outstanding", "unpaid", "due_on", "deliver_on", "external_id", "created_at", "updated_at"},
		Inputs:  []string{"status.eq", "ordered_on.gte", "ordered_on.lte", "unpaid.eq"},
		Record:  func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.Number, Own: r.Added} },
		Called: func(l *i18n.Locale, field, value string) string {
			if field == "status" {
				return l.T("order.status." + value)
			}
			return ""
		},
		Columns: []column{
			{Name: "number", Label: "order.number", Class: "l2", Sort: "number", Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.Number, Strong: true, Href: fmt.Sprintf("/orders/%d", r.ID)}
			}},
			{Name: "ordered_on", Label: "common.date", Class: "l2", Sort: "ordered_on", Plain: true, Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.OrderedOn) }},
			{Name: "customer_id", Label: "common.customer", Class: "l1", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.CustomerName, Href: fmt.Sprintf("/customers/%d", r.CustomerID), Class: "strong"}
			}},
			{Name: "items", Label: "order.items", Class: "t2 l3 clip", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				items := Items(r.Lines)
				return view.Cell{Text: items, Title: items}
			}},
			{Name: "status", Label: "order.status", Class: "l2e", Plain: true, Cell: statusCell},
			{Name: "total", Label: "order.total", Class: "num strong l1e", Sort: "total", Plain: true, Cell: amount(func(r Row) int64 { return r.Total })},
			{Name: "outstanding", Label: "order.outstanding", Class: "num l3e", Plain: true, Cell: outstandingCell},
			{Name: "tax", Label: "quote.tax", Class: "num", Cell: amount(func(r Row) int64 { return r.Tax })},
			{Name: "paid", Label: "order.paid", Class: "num strong", Cell: amount(func(r Row) int64 { return r.Paid })},
			{Name: "due_on", Label: "order.due_on", Cell: func(s listing.Say, r Row) view.Cell { return s.Day(r.DueOn) }},
			{Name: "deliver_on", Label: "order.deliver_on", Cell: func(s listing.Say, r Row) view.Cell {
				c := s.Day(r.DeliverOn)
				if r.Overdue(s.Today) {
					c.Class = "warm-t"
				}
				return c
			}},
			{Name: "notes", Label: "common.notes", Class: "clip", Cell: func(_ listing.Say, r Row) view.Cell { return view.Cell{Text: r.Notes, Title: r.Notes} }},
			{Name: "external_id", Label: "order.external_id", Cell: text(func(r Row) string { return string(r.ExternalID) })},
			{Name: "created_at", Label: "common.created", Sort: "created_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.CreatedAt.Time)) }},
			{Name: "updated_at", Label: "common.updated", Sort: "updated_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.UpdatedAt.Time)) }},
		}}
}

func statusCell(s listing.Say, r Row) view.Cell {
	switch {
	case r.Asked && r.Status == Draft:
		return view.Cell{Text: s.T("approval.pill"), Pill: "warm"}
	case r.Status == Draft:
		return view.Cell{Text: s.T("order.status.draft"), Pill: "plain"}
	case r.Status == Cancelled:
		return view.Cell{Text: s.T("order.status.cancelled"), Pill: "warm"}
	case r.Return():
		return view.Cell{Text: s.T("order.return"), Pill: "warm"}
	case r.Status == Confirmed:
		return view.Cell{Text: s.T("order.status.confirmed"), Pill: "info"}
	}
	return view.Cell{Text: s.T("order.status.completed"), Pill: "accent"}
}

func outstandingCell(s listing.Say, r Row) view.Cell {
	switch {
	case r.Asked && r.Status != Draft:
		return view.Cell{Text: s.T("approval.pill"), Class: "warm-t"}
	case r.Owed() && r.Late(s.Today):
		return view.Cell{Text: s.Money(r.Outstanding(), r.Currency), Class: "warm-t"}
	case r.Owed():
		return view.Cell{Text: s.Money(r.Outstanding(), r.Currency)}
	case r.Return() || r.Status == Cancelled || r.Status == Draft:
		return view.Cell{}
	}
	return view.Cell{Text: s.T("order.paid"), Class: "t3"}
}

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted {
	return listOf(s).Counted(func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		l, _, where, err := s.where(ctx, conds)
		return l, where, err
	})
}
