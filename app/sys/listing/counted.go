package listing

import (
	"context"

	"regulars/app/kit/filter"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
)

// Counted is a list as something to count: reports are made of it. What it
// counts is what the list shows to whoever asks.
type Counted struct {
	Path, Title string   // of the list's page, "" when it has none
	Filters     []string // what the filter panel offers besides the shop's own fields
	// Where is the list as the actor may ask it, with the conditions that leave
	// what the filters say of what the actor sees.
	Where func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error)
	// Words is how its filters are said.
	Words func(ctx context.Context, l *i18n.Locale) (Words, error)
}

// Counted is the kind as something to count.
func (k Kind[R]) Counted(where func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error)) Counted {
	return Counted{Path: k.Path, Title: k.Title, Filters: k.Filters, Where: where,
		Words: func(ctx context.Context, l *i18n.Locale) (Words, error) {
			list, record, err := k.Source.Listed(ctx)
			if err != nil {
				return Words{}, err
			}
			return k.words(ctx, l, list, record)
		}}
}
