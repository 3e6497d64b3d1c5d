package quality

import (
	"context"
	"slices"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// The field diet: which fields hardly anybody fills, to be hidden and shown
// again without losing what they hold.

// Fields lists the fields of customers with how much they are used, the least
// used first. It is about the whole base, so it takes an actor who sees it.
func (s *Service) Fields(ctx context.Context, locale string) ([]Usage, error) {
	if err := auth.From(ctx).May(Permission); err != nil {
		return nil, err
	}
	q := s.db.Reader(ctx)
	hidden, err := customer.HiddenFields(ctx, q)
	if err != nil {
		return nil, err
	}
	last, _, err := lastDay(ctx, q)
	if err != nil {
		return nil, err
	}
	filled := map[string]int{}
	if err := filledOf(ctx, q, sqlFields, filled); err != nil {
		return nil, err
	}
	queries, err := views(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []Usage
	add := func(name, place, title string) {
		out = append(out, Usage{Name: name, Title: title, Filled: filled[place], Of: last.Customers, Views: within(queries, name), Hidden: hidden[name]})
	}
	for _, name := range customer.Hideable {
		add(name, name, "")
	}
	set, err := custom.Of(ctx, q, "customer")
	if err != nil {
		return nil, err
	}
	for _, f := range set {
		add(f.Input(), strings.TrimPrefix(f.Path(), "$."), f.Name(locale))
	}
	slices.SortStableFunc(out, func(a, b Usage) int { return a.Filled - b.Filled })
	return out, nil
}

// Hide hides or shows a field.
func (s *Service) Hide(ctx context.Context, name string, hide bool) (Usage, error) {
	actor := auth.From(ctx)
	if err := mayChange(actor); err != nil {
		return Usage{}, err
	}
	op := func(ctx context.Context, tx *db.Tx) error { return customer.HideFields(ctx, tx, []string{name}, hide) }
	var err error
	if hide {
		err = s.db.Write(ctx, "customer.hide_field", op)
	} else {
		err = s.db.Write(ctx, "customer.show_field", op)
	}
	if err != nil {
		return Usage{}, err
	}
	list, err := s.Fields(ctx, i18n.English)
	at := slices.IndexFunc(list, func(u Usage) bool { return u.Name == name })
	if err != nil || at < 0 {
		return Usage{}, err
	}
	return list[at], nil
}
