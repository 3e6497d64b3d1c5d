package customer

import (
	"context"

	"regulars/app/sys/i18n"
)

// Segments are the keys of the segments of buyers; app/insight/rfm sorts them
// and knows what the shop calls them.
var Segments = []string{"champions", "cannot_lose", "loyal", "new", "promising", "at_risk", "potential", "need_attention", "about_to_sleep", "lost"}

// OnSegments tells what the segments are called in a language.
func (s *Service) OnSegments(names func(ctx context.Context, l *i18n.Locale) (map[string]string, error)) {
	s.segments = names
}

func (s *Service) segmentNames(ctx context.Context, l *i18n.Locale) (map[string]string, error) {
	if s.segments == nil {
		return nil, nil
	}
	return s.segments(ctx, l)
}

// nameSegments gives the column of segments its words, when it is among these.
func (s *Service) nameSegments(ctx context.Context, l *i18n.Locale, columns []Column) error {
	for i := range columns {
		if columns[i].Name != "segment" {
			continue
		}
		var err error
		if columns[i].said, err = s.segmentNames(ctx, l); err != nil {
			return err
		}
	}
	return nil
}
