package satisfaction

import (
	"context"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/voice/survey"
)

// Span is a survey in some days beside the days before them.
type Span struct {
	Query
	Figure
	Given  int // answers, also those without a score
	Rate   Rate
	Beside []Beside
	Before Point
	Change *Difference // nil when one of the two has no answers
	Themes Themes
}

// Spans are all surveys that are asked, or were answered, in the days or in as
// many before them. Their changes are judged together. Anonymous surveys are
// left out: their answers are never divided by days.
func (s *Service) Spans(ctx context.Context, before, since, until cal.Date, conds []filter.Cond) ([]Span, error) {
	list, err := s.surveys.List(ctx, page.Request{Limit: page.MaxLimit}, nil)
	if err != nil {
		return nil, err
	}
	var out []Span
	var all []*Difference
	for _, v := range list.Items {
		if v.Anonymous {
			continue
		}
		one := Span{Query: Query{Survey: v, Since: since, Until: until, Conds: conds}}
		if err := s.span(ctx, &one, before); err != nil {
			return nil, err
		}
		if !v.Active && one.Given == 0 && one.Before.Score.N == 0 && one.Rate.Asked == 0 {
			continue
		}
		if one.Change != nil {
			all = append(all, one.Change)
		}
		out = append(out, one)
	}
	together(all)
	return out, nil
}

// Hidden is an anonymous survey with those of its batches that ended in some
// days: each is told once, however the days lie.
type Hidden struct {
	Survey  survey.Survey
	Batches []Batch
}

// Hiddens are the anonymous surveys that are asked or have a batch in the days.
func (s *Service) Hiddens(ctx context.Context, since, until cal.Date) ([]Hidden, error) {
	list, err := s.surveys.List(ctx, page.Request{Limit: page.MaxLimit}, nil)
	if err != nil {
		return nil, err
	}
	var out []Hidden
	for _, v := range list.Items {
		if !v.Anonymous {
			continue
		}
		all, err := s.Anonymous(ctx, Query{Survey: v})
		if err != nil {
			return nil, err
		}
		one := Hidden{Survey: v}
		for _, b := range all.Batches {
			if since <= b.Until && b.Until <= until {
				one.Batches = append(one.Batches, b)
			}
		}
		if v.Active || len(one.Batches) > 0 {
			out = append(out, one)
		}
	}
	return out, nil
}

// Scores are Spans without all that stands around a score: those that had answers
// in the days or in those before them.
func (s *Service) Scores(ctx context.Context, before, since, until cal.Date, conds []filter.Cond) ([]Span, error) {
	list, err := s.surveys.List(ctx, page.Request{Limit: page.MaxLimit}, nil)
	if err != nil {
		return nil, err
	}
	var out []Span
	var all []*Difference
	for _, v := range list.Items {
		if v.Anonymous || !v.Scored {
			continue
		}
		one := Span{Query: Query{Survey: v, Since: since, Until: until, Conds: conds}}
		if err := s.score(ctx, &one, before); err != nil {
			return nil, err
		}
		if one.Change != nil {
			all = append(all, one.Change)
		}
		if one.Score.N+one.Before.Score.N > 0 {
			out = append(out, one)
		}
	}
	together(all)
	return out, nil
}

// score fills in the score of the days and of those before them.
func (s *Service) score(ctx context.Context, one *Span, before cal.Date) (err error) {
	q := one.Query
	if one.Figure, err = s.figure(ctx, q); err != nil {
		return err
	}
	earlier := q.between(before, q.Since.AddDays(-1))
	one.Before = Point{Since: earlier.Since, Until: earlier.Until, Full: true, Rows: earlier.Rows()}
	if one.Before.Figure, err = s.figure(ctx, earlier); err != nil {
		return err
	}
	if one.Before.Score.N > 0 && one.Score.N > 0 {
		d := compare(q.Survey.Kind, one.Before.Counts, one.Counts)
		one.Change = &d
	}
	return nil
}

func (s *Service) span(ctx context.Context, one *Span, before cal.Date) error {
	q := one.Query
	if err := s.score(ctx, one, before); err != nil {
		return err
	}
	given, err := s.surveys.Tally(ctx, q.given(), "")
	if err != nil {
		return err
	}
	one.Given = counts(given)[""].N()
	if one.Rate, err = s.rate(ctx, q); err != nil {
		return err
	}
	if one.Beside, err = s.beside(ctx, q); err != nil {
		return err
	}
	one.Themes, err = s.Topics(ctx, q)
	return err
}

// Unhappy lists the answers behind a topic whose score is low.
func (q Query) Unhappy(topic int64) string {
	top, highest := survey.Scale(q.Survey.Kind)
	for top < highest && survey.BandOf(q.Survey.Kind, top+1) == survey.LowBand {
		top++
	}
	low := filter.Cond{Field: "score", Op: "lte", Value: strconv.Itoa(top)}
	return rows(append(q.with(eq(survey.Topic, strconv.FormatInt(topic, 10))).own(), worded, low))
}

// All lists all answers of the days that make the score or have none.
func (q Query) All() string { return rows(q.given()) }
