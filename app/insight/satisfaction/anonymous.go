package satisfaction

import (
	"context"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/voice/question"
	"regulars/app/voice/survey"
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
	Said    []Said      // the further questions
	Kept    int         // of them, too few to be shown
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
		if err = s.db.Reader(ctx).Select(ctx, &out.Words, sqlSecrets, q.Survey.ID, out.Batches[n-1].Until); err == nil {
			err = s.secretly(ctx, q, &out, out.Batches[n-1].Until)
		}
	}
	return out, err
}

// secretly counts the further questions over the batches. One that fewer than
// five answered, or that fewer than five left out, is not shown: neither those
// who spoke nor those who kept silent can be told.
func (s *Service) secretly(ctx context.Context, q Query, out *Secret, until cal.Date) error {
	var raw []string
	if err := s.db.Reader(ctx).Select(ctx, &raw, sqlSecretAnswers, q.Survey.ID, until); err != nil {
		return err
	}
	for _, one := range q.Survey.Questions {
		if !one.Asks() {
			continue
		}
		said := Said{Question: one}
		var picked []survey.Picked
		for _, r := range raw {
			if a, ok := question.Of(r)[one.Key]; ok {
				said.N++
				picked = append(picked, pickedOf(one, a)...)
				if a.Text != "" && (one.Kind == question.Short || one.Kind == question.Long) {
					said.Texts = append(said.Texts, a.Text)
				}
			}
		}
		if silent := len(raw) - said.N; said.N < least || silent > 0 && silent < least {
			out.Kept++
			continue
		}
		said.count(q, picked)
		out.Said = append(out.Said, said)
	}
	return nil
}

// pickedOf is one answer as the table of answers keeps it.
func pickedOf(q question.Question, a question.Answer) []survey.Picked {
	one := survey.Picked{Question: q.Key, N: 1}
	switch {
	case a.N != nil:
		one.Value = *a.N
		return []survey.Picked{one}
	case a.Yes != nil:
		one.Choice = map[bool]string{true: "yes", false: "no"}[*a.Yes]
		return []survey.Picked{one}
	}
	var out []survey.Picked
	for row, n := range a.Rows {
		one.Item, one.Value = row, float64(n)
		out = append(out, one)
	}
	for place, key := range a.Picks {
		one.Choice, one.Value = key, float64(place)
		out = append(out, one)
	}
	return out
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
