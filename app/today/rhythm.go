package today

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view/chart"
)

// strips draw the last year of those who have gone quiet, by customer: some of
// them have been away for half of it.
func (s *Service) strips(ctx context.Context, late []Late, l *i18n.Locale) (map[int64]chart.Rhythm, error) {
	now := l.Now()
	from := now.AddDate(-1, 0, 0)
	out := map[int64]chart.Rhythm{}
	for _, c := range late {
		out[c.CustomerID] = chart.Rhythm{From: from, Now: now, Due: cal.Date(c.ExpectedOn).Time(l.Zone()),
			Label: l.T("today.every_now", "n", int(c.GapDays+0.5), "now", c.Days)}
	}
	bought, err := purchases(ctx, s.db.Reader(ctx), late, cal.DateOf(from, l.Zone()))
	if err != nil {
		return nil, err
	}
	for _, p := range bought {
		strip := out[p.CustomerID]
		strip.Hits = append(strip.Hits, chart.Hit{At: cal.Date(p.On).Time(l.Zone()), Amount: float64(p.Total)})
		out[p.CustomerID] = strip
	}
	return out, nil
}
