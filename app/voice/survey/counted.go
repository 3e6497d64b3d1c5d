package survey

import (
	"context"

	"regulars/app/kit/filter"
	"regulars/app/sys/auth"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/listing"
	"regulars/app/sys/view"
)

// Counted is the list of answers as something to count. Answers that nobody may
// be known by are not in it; they are counted in their batches only.
func (s *Service) Counted() listing.Counted {
	return listing.Counted{Path: "/responses", Title: "survey.responses",
		Filters: []string{"kind", "score", "channel", "answered_at", "source", "person_id", "level", "region", "language", "comment"},
		Where: func(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
			if err := auth.From(ctx).May(Read); err != nil {
				return responseList, nil, err
			}
			where, err := s.conditions(ctx, responseList, conds)
			return responseList, append(where, scoped(ctx)), err
		},
		Words: func(_ context.Context, l *i18n.Locale) (listing.Words, error) {
			return listing.Words{Locale: l, List: responseList, Pick: map[string][]view.Option{}, Called: func(l *i18n.Locale, field, value string) string {
				if field == "source" {
					return l.T("satisfaction.source." + value)
				}
				return ""
			}}, nil
		}}
}
