package receivable

import (
	"context"
	"fmt"
	"strconv"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sales/payment"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// The lists of what is to come and of what came.
const (
	partsHome    = "/instalments"
	receiptsHome = "/receipts"
)

// tones are the pills of the states of an instalment.
var tones = map[string]string{"paid": "accent", "part": "plain", "overdue": "warm", "open": "plain"}

// partsOf is what the list of instalments can show.
func partsOf(s *Service) listing.Kind[Row] {
	type column = listing.Column[Row]
	return listing.Kind[Row]{Path: partsHome, Title: "receivable.instalments", Source: s,
		Filters: []string{"due_on", "unpaid", "amount", "open", "order_number"}, Inputs: []string{"due_on.gte", "due_on.lte", "unpaid.eq"},
		Record: func(r Row) listing.Record { return listing.Record{ID: r.ID, Name: r.OrderNumber} },
		Columns: []column{
			{Name: "order_id", Label: "payment.order", Class: "l2", Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.OrderNumber, Href: orderPath(r.OrderID) + partsHome, Strong: true}
			}},
			{Name: "customer_id", Label: "common.customer", Class: "l1", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell {
				return view.Cell{Text: r.CustomerName, Href: fmt.Sprintf("/customers/%d", r.CustomerID), Class: "strong"}
			}},
			{Name: "due_on", Label: "receivable.due_on", Class: "l2", Sort: "due_on", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				c := s.Day(r.DueOn)
				if r.State(s.Today) == "overdue" {
					c.Class = "warm-t"
				}
				return c
			}},
			{Name: "age", Label: "receivable.age", Class: "num desk", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				if r.State(s.Today) != "overdue" {
					return view.Cell{}
				}
				return listing.Text(s.T("receivable.days", "n", s.Today.Sub(r.DueOn)))
			}},
			{Name: "words", Label: "receivable.words", Class: "t2 l3", Plain: true, Cell: func(_ listing.Say, r Row) view.Cell { return listing.Text(r.Words) }},
			{Name: "amount", Label: "common.amount", Class: "num desk", Plain: true, Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Money(r.Amount, r.Currency)) }},
			{Name: "open", Label: "receivable.open", Class: "num strong l1e", Plain: true, Cell: func(s listing.Say, r Row) view.Cell { return listing.Text(s.Money(r.Open(), r.Currency)) }},
			{Name: "state", Label: "order.status", Class: "l2e", Plain: true, Cell: func(s listing.Say, r Row) view.Cell {
				state := r.State(s.Today)
				return view.Cell{Text: s.T("receivable.state." + state), Pill: tones[state]}
			}},
		}}
}

// receiptSource is where the list of receipts comes from.
type receiptSource struct{ *Service }

// Listed is the list of receipts; a shop adds no fields to them.
func (receiptSource) Listed(context.Context) (field.List, custom.Record, error) {
	return receipts, custom.Record{}, nil
}

// List reads one page of receipts.
func (r receiptSource) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[ReceiptRow], error) {
	return r.Receipts(ctx, req, conds)
}

// Groups counts what the filters leave by the values of a field.
func (r receiptSource) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	where, err := narrow(ctx, receipts, conds)
	if err != nil {
		return nil, err
	}
	return receipts.GroupsBy(ctx, r.DB.Reader(ctx), by, where)
}

// CountReceipts counts matches, at most up to limit when it is positive.
func (s *Service) CountReceipts(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	where, err := narrow(ctx, receipts, conds)
	if err != nil {
		return 0, err
	}
	return receipts.Count(ctx, s.DB.Reader(ctx), where, limit)
}

// Groups counts what the filters leave of the instalments by the values of a field.
func (s *Service) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return nil, err
	}
	return list.GroupsBy(ctx, s.DB.Reader(ctx), by, where)
}

// narrow turns filters into conditions on what the actor sees.
func narrow(ctx context.Context, l field.List, conds []filter.Cond) ([]field.Where, error) {
	actor := auth.From(ctx)
	if err := actor.May(payment.Read); err != nil {
		return nil, err
	}
	where, err := l.Conditions(ctx, conds)
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	return where, err
}

// receiptsOf is what the list of receipts can show.
func receiptsOf(s *Service) listing.Kind[ReceiptRow] {
	type column = listing.Column[ReceiptRow]
	return listing.Kind[ReceiptRow]{Path: receiptsHome, Title: "receivable.receipts", Source: receiptSource{s}, Groups: []string{"method"},
		Filters: []string{"received_on", "amount", "credit", "method"}, Inputs: []string{"received_on.gte", "received_on.lte"},
		Record: func(r ReceiptRow) listing.Record {
			return listing.Record{ID: r.ID, Name: strconv.FormatInt(r.ID, 10)}
		},
		Called: func(l *i18n.Locale, _, value string) string { return payment.MethodName(l, value) },
		Columns: []column{
			{Name: "received_on", Label: "payment.paid_on", Class: "l2", Sort: "received_on", Cell: func(s listing.Say, r ReceiptRow) view.Cell {
				c := s.Day(r.ReceivedOn)
				c.Strong, c.Href = true, receiptPath(r.ID)
				return c
			}},
			{Name: "customer_id", Label: "common.customer", Class: "l1", Plain: true, Cell: func(_ listing.Say, r ReceiptRow) view.Cell {
				return view.Cell{Text: r.CustomerName, Href: fmt.Sprintf("/customers/%d", r.CustomerID), Class: "strong"}
			}},
			{Name: "method", Label: "payment.method", Class: "t2 l2e", Plain: true, Cell: func(s listing.Say, r ReceiptRow) view.Cell {
				return listing.Text(payment.MethodName(s.Locale, r.Method))
			}},
			{Name: "amount", Label: "common.amount", Class: "num strong l1e", Plain: true, Cell: func(s listing.Say, r ReceiptRow) view.Cell {
				return listing.Text(s.Money(r.Amount, r.Currency))
			}},
			{Name: "used", Label: "receivable.used", Class: "num desk", Plain: true, Cell: func(s listing.Say, r ReceiptRow) view.Cell {
				return listing.Text(s.Money(r.Used, r.Currency))
			}},
			{Name: "credit", Label: "receivable.credit", Class: "num l3", Plain: true, Cell: func(s listing.Say, r ReceiptRow) view.Cell {
				if r.Credit() == 0 {
					return view.Cell{}
				}
				return listing.Text(s.Money(r.Credit(), r.Currency))
			}},
			{Name: "note", Label: "payment.note", Class: "clip", Cell: func(_ listing.Say, r ReceiptRow) view.Cell { return view.Cell{Text: r.Note, Title: r.Note} }},
		}}
}

// Counted is the list as something to count.
func (s *Service) Counted() listing.Counted {
	return partsOf(s).Counted(func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		where, err := s.where(ctx, conds)
		return list, where, err
	})
}

// CountedReceipts is the list of receipts as something to count.
func (s *Service) CountedReceipts() listing.Counted {
	return receiptsOf(s).Counted(func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
		where, err := narrow(ctx, receipts, conds)
		return receipts, where, err
	})
}
