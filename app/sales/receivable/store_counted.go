package receivable

import (
	"context"

	"regulars/app/kit/filter"
	"regulars/app/sales/payment"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// owed are the items of the ageing as something to count.
var owed = field.List{
	Columns: "w.order_id",
	From:    `(SELECT * FROM (WITH ` + openAll + `1` + openTail + `)) w JOIN customer c ON c.id = w.customer_id`,
	ID:      "CASE WHEN w.instalment_id = 0 THEN -w.order_id ELSE w.instalment_id END",
	Sort:    "due_on",
	Fields: []field.Field{
		{Name: "due_on", Label: "receivable.due_on", Kind: field.Date, Column: "w.due_on", Sort: true},
		{Name: "open", Label: "receivable.open", Kind: field.Money, Column: "w.open"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "w.customer_id"},
		{Name: "order_number", Label: "payment.order", Kind: field.Text, Column: "w.number"},
	},
}

// moved is money on the day it moved, as targets and the letter count it:
// payments that are no part of a receipt, receipts as a whole, and what was paid
// back of them as money out.
var moved = field.List{
	Columns: "w.id",
	From: `(SELECT p.id * 3 AS id, p.paid_on AS day, p.customer_id, p.amount, h.currency, p.method, h.number
			FROM payment p JOIN order_head h ON h.id = p.order_id WHERE p.receipt_id IS NULL
		UNION ALL SELECT r.id * 3 + 1, r.received_on, r.customer_id, r.amount, r.currency, r.method, '' FROM receipt r
		UNION ALL SELECT b.id * 3 + 2, b.paid_on, r.customer_id, -b.amount, r.currency, b.method, '' FROM receipt_back b JOIN receipt r ON r.id = b.receipt_id
		) w JOIN customer c ON c.id = w.customer_id`,
	ID:   "w.id",
	Sort: "-paid_on",
	Fields: []field.Field{
		{Name: "paid_on", Label: "payment.paid_on", Kind: field.Date, Column: "w.day", Sort: true},
		{Name: "amount", Label: "common.amount", Kind: field.Money, Column: "w.amount"},
		{Name: "method", Label: "payment.method", Kind: field.Text, Column: "w.method"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "w.customer_id"},
		{Name: "order_number", Label: "payment.order", Kind: field.Text, Column: "w.number"},
	},
}

// CountedOwed is what is owed, item by item as the ageing has it, as something to count.
func (s *Service) CountedOwed() listing.Counted {
	return plainly(owed, "receivable.counted.owed", "due_on", "open", "order_number")
}

// CountedMoney is all money that came in or was paid back as something to count.
func (s *Service) CountedMoney() listing.Counted {
	return plainly(moved, "receivable.counted.money", "paid_on", "amount", "method", "order_number")
}

// plainly counts a list that has no page and no fields of the shop's own.
func plainly(l field.List, title string, filters ...string) listing.Counted {
	return listing.Counted{Title: title, Filters: filters,
		Where: func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
			where, err := narrow(ctx, l, conds)
			return l, where, err
		},
		Words: func(_ context.Context, locale *i18n.Locale) (listing.Words, error) {
			return listing.Words{Locale: locale, List: l, Pick: map[string][]view.Option{}, Called: func(locale *i18n.Locale, field, value string) string {
				if field == "method" {
					return payment.MethodName(locale, value)
				}
				return ""
			}}, nil
		}}
}
