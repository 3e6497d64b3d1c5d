package payment

import (
	"context"
	"fmt"
	"regulars/app/kit/filter"
	"regulars/app/sys/field"
	"slices"

	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// listOf is what the list of payments can show; a further column is one entry.
func listOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	return listing.Kind[Row]{Path: "/payments", Title: "nav.payments", Source: s, Groups: []string{"method"},
		Filters: []string{"paid_on", "amount", "method", "order_number", "external_id", "created_at"}, Inputs: []string{"paid_on.gte", "paid_on.lte"},
		Record: func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.OrderNumber} },
		Called: func(l *i18n.Locale, _, value string) string { return MethodName(l, value) },
		Columns: []column{
			{Name: "paid_on", Label: "payment.paid_on", Class: "l2", Sort: "paid_on", Cell: func(s listing.Say, r Row) view.Cell {
				c := s.Day(r.PaidOn)
				c.Strong, c.Href = true, fmt.Sprintf("/payments/%d", r.ID)
				return c
			}},
			{Name: "customer_id", Label: "common.customer", Class: "l1", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.CustomerName, Href: fmt.Sprintf("/customers/%d", r.CustomerID), Class: "strong"}
			}},
			{Name: "order_id", Label: "payment.order", Class: "l2", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.OrderNumber, Href: fmt.Sprintf("/orders/%d", r.OrderID)}
			}},
			{Name: "method", Label: "payment.method", Class: "t2 l2e", Plain: true, Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(MethodName(s.Locale, r.Method)) }},
			{Name: "amount", Label: "common.amount", Class: "num strong l1e", Sort: "amount", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				c := listing.Text(s.Money(r.Amount, r.Currency))
				if r.Amount < 0 {
					c.Class = "warm-t"
				}
				return c
			}},
			{Name: "note", Label: "payment.note", Class: "clip", Cell: func(_ listing.Say, r Row) view.Cell { return view.Cell{Text: r.Note, Title: r.Note} }},
			{Name: "external_id", Label: "payment.external_id", Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(string(r.ExternalID)) }},
			{Name: "created_at", Label: "common.created", Sort: "created_at", Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Date(r.CreatedAt.Time)) }},
		}}
}

// MethodName is a way to pay in the reader's language; what a file called it
// otherwise stays.
func MethodName(l *i18n.Locale, method string) string {
	if slices.Contains(Methods, method) {
		return l.T("payment.method." + method)
	}
	return method
}

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted {
	return listOf(s).Counted(func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		where, err := s.where(ctx, conds)
		return list, where, err
	})
}
