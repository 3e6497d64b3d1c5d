package satisfaction

import (
	"context"
	"slices"
	"time"

	"regulars/app/kit/cal"
)

// The periods of a trend.
const (
	Week    = "week"
	Month   = "month"
	Quarter = "quarter"
	Rolling = "rolling" // the ninety days before each month's end
)

// Units lists them.
var Units = []string{Month, Quarter, Week, Rolling}

// Trend is the score period by period. Change compares the last two periods
// that are over; it is nil when one of them has no answers.
type Trend struct {
	Unit   string
	Points []Point
	Change *Change
}

// Point is one period. Full is false for the one that is still running.
type Point struct {
	Since cal.Date
	Until cal.Date
	Full  bool
	Figure
	Rows string
}

// Change is what moved between two full periods.
type Change struct {
	From, To Point
	Difference
}

// trend counts the periods up to today. Rolling windows overlap: nothing between
// them is tested.
func (s *Service) trend(ctx context.Context, q Query, unit string) (Trend, error) {
	if !slices.Contains(Units, unit) {
		unit = Month
	}
	today, err := s.today(ctx)
	if err != nil {
		return Trend{}, err
	}
	t := Trend{Unit: unit}
	for _, p := range periods(unit, today) {
		part := q.between(p.Since, p.Until)
		f, err := s.figure(ctx, part)
		if err != nil {
			return t, err
		}
		p.Figure, p.Rows = f, part.Rows()
		t.Points = append(t.Points, p)
	}
	if unit != Rolling {
		t.Change = change(q.Survey.Kind, t.Points)
	}
	return t, nil
}

func change(kind string, points []Point) *Change {
	var full []Point
	for _, p := range points {
		if p.Full {
			full = append(full, p)
		}
	}
	if len(full) < 2 {
		return nil
	}
	a, b := full[len(full)-2], full[len(full)-1]
	if a.Score.N == 0 || b.Score.N == 0 {
		return nil
	}
	return &Change{a, b, compare(kind, a.Counts, b.Counts)}
}

// periods are those that a trend shows, the running one last.
func periods(unit string, today cal.Date) []Point {
	at := today.Time(time.UTC)
	month := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	var out []Point
	add := func(since, until time.Time) {
		p := Point{Since: cal.DateOf(since, time.UTC), Until: cal.DateOf(until, time.UTC)}
		p.Full = p.Until < today
		out = append(out, p)
	}
	switch unit {
	case Week:
		monday := at.AddDate(0, 0, -(int(at.Weekday())+6)%7)
		for i := 11; i >= 0; i-- {
			from := monday.AddDate(0, 0, -7*i)
			add(from, from.AddDate(0, 0, 6))
		}
	case Quarter:
		first := month.AddDate(0, -(int(month.Month())-1)%3, 0)
		for i := 7; i >= 0; i-- {
			from := first.AddDate(0, -3*i, 0)
			add(from, from.AddDate(0, 3, -1))
		}
	case Rolling:
		for i := 11; i >= 0; i-- {
			end := month.AddDate(0, 1-i, -1)
			if i == 0 {
				end = at
			}
			add(end.AddDate(0, 0, -window), end)
		}
	default:
		for i := 11; i >= 0; i-- {
			from := month.AddDate(0, -i, 0)
			add(from, from.AddDate(0, 1, -1))
		}
	}
	return out
}
