package satisfaction

import (
	"context"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
)

// least is how many anonymous answers must stand together to be shown.
const least = 5

// Batch are anonymous answers of whole weeks, five or more together.
type Batch struct {
	Since cal.Date
	Until cal.Date
	Figure
}

// Secret is what an anonymous survey shows. Days can be chosen nowhere: answers
// are shown only in batches that never change, so no number can be taken from
// another to find one person's. Figure is that of all batches.
type Secret struct {
	Figure
	Batches []Batch
	Change  *Difference // the last two batches
	Words   []string    // what was written in them, in no order
}

// Anonymous counts a survey whose answers nobody can be known by. What is not
// yet in a batch of five is not shown, not even its number.
func (s *Service) Anonymous(ctx context.Context, q Query) (Secret, error) {
	out := Secret{Figure: figure(q.Survey.Kind, Counts{})}
	if err := may(ctx); err != nil {
		return out, err
	}
	today, err := s.today(ctx)
	if err != nil {
		return out, err
	}
	var days []struct {
		Day   cal.Date `db:"day"`
		Score int      `db:"score"`
		N     int      `db:"n"`
	}
	if err := s.db.Reader(ctx).Select(ctx, &days, sqlDays, q.Survey.ID); err != nil {
		return out, err
	}
	weeks := map[cal.Date]Counts{}
	var order []cal.Date
	for _, d := range days {
		monday := week(d.Day)
		if weeks[monday] == nil {
			weeks[monday] = Counts{}
			order = append(order, monday)
		}
		weeks[monday][d.Score] += d.N
	}
	out.batch(q.Survey.Kind, order, weeks, today)
	if n := len(out.Batches); n > 0 {
		err = s.db.Reader(ctx).Select(ctx, &out.Words, sqlSecrets, q.Survey.ID, out.Batches[n-1].Until)
	}
	return out, err
}

// batch joins weeks that are over until five answers are together; the last
// weeks wait when they are fewer.
func (s *Secret) batch(kind string, order []cal.Date, weeks map[cal.Date]Counts, today cal.Date) {
	all, open := Counts{}, Counts{}
	var since cal.Date
	for _, monday := range order {
		until := monday.AddDays(6)
		if until >= today {
			break
		}
		if since == "" {
			since = monday
		}
		open.add(weeks[monday])
		if open.N() < least {
			continue
		}
		s.Batches = append(s.Batches, Batch{since, until, figure(kind, open)})
		all.add(open)
		open, since = Counts{}, ""
	}
	s.Figure = figure(kind, all)
	if n := len(s.Batches); n > 1 {
		d := compare(kind, s.Batches[n-2].Counts, s.Batches[n-1].Counts)
		s.Change = &d
	}
	if s.Score.N < least {
		s.Figure = Figure{Kind: kind, Counts: Counts{}, Trust: stats.TooFew}
	}
}

func week(d cal.Date) cal.Date {
	return d.AddDays(-(int(d.Time(time.UTC).Weekday()) + 6) % 7)
}
