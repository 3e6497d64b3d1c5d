package followup

import (
	"context"

	"regulars/app/kit/filter"
	"regulars/app/sys/auth"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// Counted is the list of exchanges as something to count. It has no page of its
// own that takes filters.
func (s *Service) Counted() listing.Counted {
	return listing.Counted{Title: "followup.title", Filters: []string{"at", "next_at", "channel", "content", "user_id", "created_at"},
		Where: func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
			actor := auth.From(ctx)
			if err := actor.May(Read); err != nil {
				return list, nil, err
			}
			where, err := list.Conditions(ctx, conds)
			if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
				where = append(where, field.Where{SQL: sql, Args: args})
			}
			return list, where, err
		},
		Words: func(ctx context.Context, l *i18n.Locale) (listing.Words, error) {
			w := listing.Words{Locale: l, List: list, Pick: map[string][]view.Option{}, Called: func(l *i18n.Locale, field, value string) string {
				if field == "channel" {
					return l.T("followup.channel." + value)
				}
				return ""
			}}
			people, err := s.people.Colleagues(ctx)
			for _, p := range people {
				w.Pick["user"] = append(w.Pick["user"], view.Option{Value: p.ID, Label: p.Name})
			}
			return w, err
		}}
}
