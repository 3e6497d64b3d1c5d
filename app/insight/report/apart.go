package report

import (
	"context"
	"fmt"

	"regulars/app/insight/periodical"
	"regulars/app/kit/filter"
	"regulars/app/kit/slot"
	"regulars/app/voice/review"
)

// What a report tells beside the scores: anonymous answers, which no team's
// customers can be told from, and reviews, for which nobody was asked.

func (s *Service) apart(ctx context.Context, f *Figures, at slot.Slot, team int64) error {
	if err := s.DB.Reader(ctx).Get(ctx, &f.Anonymous, sqlSecret); err != nil {
		return fmt.Errorf("count the anonymous surveys: %w", err)
	}
	if team == 0 && f.Anonymous > 0 {
		all, err := s.Counts.Hiddens(ctx, at.Since, at.Until)
		if err != nil {
			return fmt.Errorf("count the anonymous answers: %w", err)
		}
		for _, h := range all {
			one := Secret{ID: h.Survey.ID, Name: h.Survey.Name, Kind: h.Survey.Kind, Scored: h.Survey.Scored, Batches: []Batch{}}
			for _, b := range h.Batches {
				one.Batches = append(one.Batches, Batch{b.Since, b.Until, periodical.ScoreOf(b.Figure, "")})
			}
			f.Secret = append(f.Secret, one)
		}
	}
	var err error
	f.Reviews, err = s.reviews(ctx, at, team)
	return err
}

// reviews counts what was written in the days; nil where nobody has written
// anything in them or in those before.
func (s *Service) reviews(ctx context.Context, at slot.Slot, team int64) (*Reviews, error) {
	now, err := s.Reviews.Between(ctx, at.Since, at.Until, team)
	if err != nil {
		return nil, err
	}
	earlier := at.Earlier()
	before, err := s.Reviews.Between(ctx, earlier.Since, earlier.Until, team)
	if err != nil {
		return nil, err
	}
	a, b := review.Total(now), review.Total(before)
	if a.N+b.N == 0 {
		return nil, nil
	}
	rows := func(n int, in slot.Span, more ...filter.Cond) Number {
		conds := append(append(within("posted_on", in), of(team)...), more...)
		return Number{n, "/reviews?" + filter.Query(conds).Encode()}
	}
	return &Reviews{Written: rows(a.N, at.Span()), Rated: a.Rated, Mean: a.Mean, Unhappy: rows(a.Low, at.Span(), is("mood", string(review.Unhappy))),
		Unanswered: rows(a.Unanswered, at.Span(), is("replied", "false")), Before: rows(b.N, earlier), BeforeMean: b.Mean, BeforeHas: b.Rated}, nil
}
