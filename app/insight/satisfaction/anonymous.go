package satisfaction

import (
	"context"

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
// yet in a batch of five is not shown, not even its number. Five are five who
// were invited: what anybody may give at a poster, as often as they like, hides
// nobody. Answers of places alone make batches of their own.
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
		Day    cal.Date `db:"day"`
		Placed bool     `db:"placed"`
		Score  int      `db:"score"`
		N      int      `db:"n"`
	}
	if err := s.db.Reader(ctx).Select(ctx, &days, sqlDays, q.Survey.ID); err != nil {
		return out, err
	}
	var weeks []secretWeek
	for _, d := range days {
		monday := d.Day.Monday()
		if n := len(weeks); n == 0 || weeks[n-1].monday != monday {
			weeks = append(weeks, secretWeek{monday: monday, all: Counts{}})
		}
		w := &weeks[len(weeks)-1]
		w.all[d.Score] += d.N
		if !d.Placed {
			w.invited += d.N
		}
	}
	out.batch(q.Survey.Kind, weeks, today)
	if n := len(out.Batches); n > 0 {
		if err = s.db.Reader(ctx).Select(ctx, &out.Words, sqlSecrets, q.Survey.ID, out.Batches[n-1].Until); err == nil {
			err = s.secretly(ctx, q, &out, out.Batches[n-1].Until)
		}
	}
	return out, err
}

// secretly counts the further questions over the batches. One that fewer than
// five answered, or that fewer than five left out, is not shown: neither those
// who spoke nor those who kept silent can be told. The same holds of those who
// were invited, for themselves.
func (s *Service) secretly(ctx context.Context, q Query, out *Secret, until cal.Date) error {
	var raw []struct {
		Answers string `db:"answers"`
		Placed  bool   `db:"placed"`
	}
	if err := s.db.Reader(ctx).Select(ctx, &raw, sqlSecretAnswers, q.Survey.ID, until); err != nil {
		return err
	}
	for _, one := range q.Survey.Questions {
		if !one.Asks() {
			continue
		}
		said := Said{Question: one}
		var picked []survey.Picked
		invited, spoke := 0, 0
		for _, r := range raw {
			a, ok := question.Of(r.Answers)[one.Key]
			if !r.Placed {
				invited++
			}
			if ok {
				said.N++
				if !r.Placed {
					spoke++
				}
				picked = append(picked, pickedOf(one, a)...)
				if a.Text != "" && (one.Kind == question.Short || one.Kind == question.Long) {
					said.Texts = append(said.Texts, a.Text)
				}
			}
		}
		if said.N < least || few(len(raw)-said.N) || few(spoke) || few(invited-spoke) {
			out.Kept++
			continue
		}
		said.count(q, picked)
		out.Said = append(out.Said, said)
	}
	return nil
}

// few tells numbers that would tell of somebody.
func few(n int) bool { return n > 0 && n < least }

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

// secretWeek are the answers of a week, and how many of them were invited.
type secretWeek struct {
	monday  cal.Date
	all     Counts
	invited int
}

// batch joins weeks that are over until five answers are together, of those who
// were invited if anybody was; the last weeks wait when they are fewer.
func (s *Secret) batch(kind string, weeks []secretWeek, today cal.Date) {
	all, open, invited := Counts{}, Counts{}, 0
	var since cal.Date
	for _, w := range weeks {
		until := w.monday.AddDays(6)
		if until >= today {
			break
		}
		if since == "" {
			since = w.monday
		}
		open.add(w.all)
		invited += w.invited
		if open.N() < least || few(invited) {
			continue
		}
		s.Batches = append(s.Batches, Batch{since, until, figure(kind, open)})
		all.add(open)
		open, since, invited = Counts{}, "", 0
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
