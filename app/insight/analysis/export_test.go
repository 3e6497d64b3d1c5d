package analysis

import (
	"context"
	"net/url"

	"regulars/app/kit/page"
	"regulars/app/sys/i18n"
)

// RowsQuery is the statement that finds a page of the rows behind a number.
func (s *Service) RowsQuery(ctx context.Context, l *i18n.Locale, q url.Values) (string, []any, error) {
	spec, err := Parse(q)
	if err != nil {
		return "", nil, err
	}
	c, err := s.prepare(ctx, l, spec)
	if err != nil {
		return "", nil, err
	}
	at, err := s.cell(ctx, l, &c, q, &Behind{})
	if err != nil {
		return "", nil, err
	}
	list := c.items()
	return list.Query(page.Request{Limit: 50, Sort: "-" + byDay}, at.where)
}

// Rest waits until a report is counted, without coming for it.
func (s *Service) Rest(key string) {
	s.lock.Lock()
	r := s.runs[key]
	s.lock.Unlock()
	<-r.done
}
