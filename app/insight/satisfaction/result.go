package satisfaction

import (
	"context"

	"regulars/app/kit/stats"
	"regulars/app/voice/survey"
)

// Result is a survey's score with everything that says how far to trust it.
type Result struct {
	Query
	Figure
	Given    int // answers, also those without a score
	Rate     Rate
	Beside   []Beside // other answers, each with its own number
	Trend    Trend
	NotAsked []survey.Skipped
}

// Rate is how many of those asked answered. Known is false when that cannot be
// said of what was asked for, as of passers-by.
type Rate struct {
	Asked    int
	Answered int
	Share    stats.Estimate // in percent
	Known    bool
	Rows     string // those asked
	Silent   string // those who did not answer
}

// Beside are answers that do not make the score.
type Beside struct {
	Source string
	Figure
	Rows  string
	Apart *Apart // those that colleagues took down, beside what people gave alone
}

// Apart is how far answers that were taken down lie from those given alone. It
// tells whether people are kinder face to face; the two are never mixed.
type Apart struct {
	Kind             string
	Delta, Low, High float64
	Self, With       int
}

// Known tells whether both are enough to say anything.
func (a Apart) Known() bool { return a.Self >= least && a.With >= least }

// Sure tells whether the difference is likely real.
func (a Apart) Sure() bool { return a.Self >= 30 && a.With >= 30 && (a.Low > 0 || a.High < 0) }

// Result counts a survey. unit is the trend's period.
func (s *Service) Result(ctx context.Context, q Query, unit string) (Result, error) {
	out := Result{Query: q}
	var err error
	if out.Figure, err = s.figure(ctx, q); err != nil {
		return out, err
	}
	given, err := s.surveys.Tally(ctx, q.given(), "")
	if err != nil {
		return out, err
	}
	out.Given = counts(given)[""].N()
	if out.Rate, err = s.rate(ctx, q); err != nil {
		return out, err
	}
	if out.Beside, err = s.beside(ctx, q); err != nil {
		return out, err
	}
	if out.Trend, err = s.trend(ctx, q, unit); err != nil {
		return out, err
	}
	out.NotAsked, err = s.surveys.NotAsked(ctx, q.Survey.ID)
	return out, err
}

func (s *Service) figure(ctx context.Context, q Query) (Figure, error) {
	tallies, err := s.surveys.Tally(ctx, q.own(), "")
	return figure(q.Survey.Kind, counts(tallies)[""]), err
}

// counts are tallies by group.
func counts(tallies []survey.Tally) map[string]Counts {
	out := map[string]Counts{"": {}}
	for _, t := range tallies {
		if out[t.Group] == nil {
			out[t.Group] = Counts{}
		}
		out[t.Group][t.Score] += t.N
	}
	return out
}

func (s *Service) rate(ctx context.Context, q Query) (Rate, error) {
	conds, ok := q.asked()
	if !ok {
		return Rate{}, nil
	}
	reached, err := s.surveys.Reached(ctx, conds, "")
	if err != nil {
		return Rate{}, err
	}
	return rate(q, reached), nil
}

func rate(q Query, reached []survey.Reached) Rate {
	conds, ok := q.asked()
	if !ok {
		return Rate{}
	}
	r := Rate{Known: true, Rows: invitations(conds), Silent: invitations(append(conds, silent))}
	for _, one := range reached {
		r.Asked += one.N
		if one.State == survey.Answered {
			r.Answered += one.N
		}
	}
	r.Share = stats.CSAT(r.Answered, r.Asked)
	return r
}

// beside counts the answers from other sources, those that have any.
func (s *Service) beside(ctx context.Context, q Query) ([]Beside, error) {
	tallies, err := s.surveys.Tally(ctx, append(q.of(), scored), "source")
	if err != nil {
		return nil, err
	}
	by := counts(tallies)
	var out []Beside
	for _, source := range survey.Sources {
		if c := by[source]; source != survey.Invitees && c.N() > 0 {
			one := Beside{Source: source, Figure: figure(q.Survey.Kind, c), Rows: q.from(source).Rows()}
			if source == survey.Assisted && q.Source == "" {
				self := figure(q.Survey.Kind, by[survey.Invitees])
				one.Apart = &Apart{Kind: q.Survey.Kind, Self: self.Score.N, With: one.Score.N}
				one.Apart.Delta, one.Apart.Low, one.Apart.High = stats.Between(self.Score, one.Score)
			}
			out = append(out, one)
		}
	}
	return out, nil
}
