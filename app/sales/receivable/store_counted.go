package receivable

import (
	"context"

	"regulars/app/kit/filter"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// owed are the items of the ageing as something to count.
var owed = field.List{
	Columns: "w.order_id",
	From:    `(SELECT * FROM (WITH ` + openAll + `1` + openTail + `)) w CROSS JOIN customer c ON c.id = w.customer_id`,
	ID:      "CASE WHEN w.instalment_id = 0 THEN -w.order_id ELSE w.instalment_id END",
	Sort:    "due_on",
	Fields: []field.Field{
		{Name: "due_on", Label: "receivable.due_on", Kind: field.Date, Ahead: true, Column: "w.due_on", Sort: true},
		{Name: "open", Label: "receivable.open", Kind: field.Money, Column: "w.open"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "w.customer_id"},
	},
}

// CountedOwed is what is owed, item by item as the ageing has it, as something to count.
func (s *Service) CountedOwed() listing.Counted {
	return plainly(owed, "receivable.counted.owed", "due_on", "open")
}

// plainly counts a list that has no page and no fields of the shop's own.
func plainly(l field.List, title string, filters ...string) listing.Counted {
	return listing.Counted{Title: title, Filters: filters,
		Where: func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
			where, err := narrow(ctx, l, conds)
			return l, where, err
		},
		Words: func(_ context.Context, locale *i18n.Locale) (listing.Words, error) {
			return listing.Words{Locale: locale, List: l, Pick: map[string][]view.Option{}}, nil
		}}
}
