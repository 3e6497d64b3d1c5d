package feedback

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Figures say how long the last year's cases took. A case that is still open
// counts for the time that it has been open, so that the slow ones are not left
// out until they are over.
type Figures struct {
	Cases   int
	Reply   stats.Span // working hours until the first reply; its value is the median
	Reply90 stats.Span // until nine in ten have one
	Right   stats.Span // working hours until it was put right
	Right90 stats.Span
	InTime  Rate
	Replied int
	Righted int
	Causes  []CauseCount
	Given   Given
	Money   string // the currency of what was given
	Ages    []Age
	Kept    []Kept
	Day     time.Duration // working time of a usual day
}

// CauseCount is how many cases had a cause.
type CauseCount struct {
	Cause  string  `db:"cause"`
	NameEN db.Null `db:"name_en"`
	NameZH db.Null `db:"name_zh"`
	N      int     `db:"n"`
}

// timed is a case as far as its clocks go.
type timed struct {
	ClockAt     db.Time `db:"clock_at"`
	RespondedAt db.Time `db:"responded_at"`
	ResolvedAt  db.Time `db:"resolved_at"`
	ClosedAt    db.Time `db:"closed_at"`
}

// Figures reads them for the whole shop.
func (s *Service) Figures(ctx context.Context) (Figures, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Figures{}, err
	}
	if !seesAll(ctx) { // figures of the whole shop are for those who see it
		return Figures{}, errs.New(errs.Denied, "error.denied")
	}
	q, now := s.db.Reader(ctx), s.db.Now()
	since := db.At(now.AddDate(-1, 0, 0))
	var rows []timed
	if err := q.Select(ctx, &rows, sqlTimed, since); err != nil {
		return Figures{}, fmt.Errorf("read the clocks of the cases: %w", err)
	}
	h, err := s.Days.Hours(ctx)
	if err != nil {
		return Figures{}, err
	}
	f := Figures{Cases: len(rows), Day: workday(h, now)}
	var reply, right []stats.Wait
	wait := func(from, done, closed db.Time) stats.Wait {
		end := now
		if !done.IsZero() {
			end = done.Time
		} else if !closed.IsZero() {
			end = closed.Time
		}
		return stats.Wait{For: h.Between(from.Time, end).Hours(), Over: !done.IsZero()}
	}
	for _, r := range rows {
		reply = append(reply, wait(r.ClockAt, r.RespondedAt, r.ClosedAt))
		right = append(right, wait(r.ClockAt, r.ResolvedAt, r.ClosedAt))
	}
	a, b := stats.KaplanMeier(reply), stats.KaplanMeier(right)
	f.Reply, f.Reply90, f.Replied = a.Quantile(.5), a.Quantile(.9), a.Over
	f.Right, f.Right90, f.Righted = b.Quantile(.5), b.Quantile(.9), b.Over
	m, err := s.Metrics(ctx)
	if err != nil {
		return f, err
	}
	f.InTime = m.InTime
	if err := q.Select(ctx, &f.Causes, sqlPareto, since); err != nil {
		return f, fmt.Errorf("count the causes: %w", err)
	}
	if err := q.Get(ctx, &f.Given, sqlGiven, since); err != nil {
		return f, fmt.Errorf("add up what was given: %w", err)
	}
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return f, err
	}
	f.Money = business.Currency
	if f.Ages, err = s.aged(ctx, q, cal.Today(now, business.Zone()), business.Zone()); err != nil {
		return f, err
	}
	f.Kept, err = s.kept(ctx, q, now)
	return f, err
}

// Took says a span in words, with its interval.
func (f Figures) Took(d view.Data, s stats.Span) string {
	l := d.Locale
	if !s.Known {
		return l.T("feedback.figures.unknown")
	}
	words := func(hours float64) string { return span(l, time.Duration(hours*float64(time.Hour)), f.Day) }
	high := l.T("feedback.figures.open_end")
	if s.High < 1e6 {
		high = words(s.High)
	}
	return l.T("feedback.figures.took", "time", words(s.Value), "low", words(s.Low), "high", high)
}

// Name is the cause in the reader's language.
func (c CauseCount) Name(d view.Data) string {
	return causeCalled(d.Locale, c.Cause, string(c.NameEN), string(c.NameZH))
}
