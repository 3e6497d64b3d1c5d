package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"regulars/app/insight/periodical"
	"regulars/app/insight/satisfaction"
	"regulars/app/kit/filter"
	"regulars/app/kit/slot"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/field"
	"regulars/app/sys/setting"
	"regulars/app/voice/feedback"
)

// mostThemes is how many themes a report names.
const mostThemes = 5

// figures counts a report: the whole shop's, or that of the customers whom a
// team looks after. It counts as the house, under the very conditions of the
// lists behind the numbers: whoever may read the report sees those rows.
func (s *Service) figures(ctx context.Context, at slot.Slot, team int64) (Figures, error) {
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return Figures{}, err
	}
	house := *auth.System("job")
	house.Zone = b.Zone()
	now := s.DB.Now()
	ctx = field.With(auth.With(ctx, &house), field.Values{Now: now, Zone: b.Zone(), Currency: b.Currency})
	f := Figures{Before: at.Before, Surveys: []Survey{}, Themes: []Theme{}}
	spans, err := s.Counts.Spans(ctx, at.Before, at.Since, at.Until, of(team))
	if err != nil {
		return f, fmt.Errorf("count the surveys: %w", err)
	}
	for _, one := range spans {
		f.Surveys = append(f.Surveys, counted(one))
		f.Themes = append(f.Themes, themes(one)...)
	}
	slices.SortStableFunc(f.Themes, func(a, b Theme) int {
		return cmp.Or(cmp.Compare(b.Unhappy.N, a.Unhappy.N), cmp.Compare(b.All.N, a.All.N))
	})
	f.Themes = f.Themes[:min(mostThemes, len(f.Themes))]
	if err := s.apart(ctx, &f, at, team); err != nil {
		return f, err
	}
	if f.Cases, err = s.complaints(ctx, at, team, now); err != nil {
		return f, fmt.Errorf("count the cases: %w", err)
	}
	if f.Recovery, err = s.recovery(ctx, at, team); err != nil {
		return f, fmt.Errorf("count who was won back: %w", err)
	}
	q := s.DB.Reader(ctx)
	if f.Improvements, err = judged(ctx, q, at.Since, at.Until); err != nil {
		return f, err
	}
	if err := q.Select(ctx, &f.loose, sqlLoose); err != nil {
		return f, fmt.Errorf("read what topics lack: %w", err)
	}
	all, err := periodical.Teams(ctx, q)
	f.Steps = steps(f, len(all) > 0)
	return f, err
}

// of are the conditions on what belongs to a team's customers.
func of(team int64) []filter.Cond {
	if team == 0 {
		return nil
	}
	return []filter.Cond{is("customer_team_id", strconv.FormatInt(team, 10))}
}

func is(field, value string) filter.Cond { return filter.Cond{Field: field, Op: "eq", Value: value} }

// counted keeps one survey as it stands.
func counted(one satisfaction.Span) Survey {
	out := Survey{ID: one.Survey.ID, Name: one.Survey.Name, Kind: one.Survey.Kind, Active: one.Survey.Active, Scored: one.Survey.Scored,
		Given: Number{one.Given, one.All()}, Answered: one.Rate.Answered, Score: periodical.ScoreOf(one.Figure, one.Rows()), Before: periodical.ScoreOf(one.Before.Figure, one.Before.Rows)}
	if one.Rate.Known {
		out.Asked, out.RateLow, out.RateHigh = Number{one.Rate.Asked, one.Rate.Rows}, periodical.Sane(one.Rate.Share.Low), periodical.Sane(one.Rate.Share.High)
	}
	if d := one.Change; d != nil {
		out.Change = &Change{periodical.Sane(d.Delta), periodical.Sane(d.P), string(d.Method), d.Smaller, d.Several, periodical.Sane(d.Least), d.Valid, string(d.Verdict)}
	}
	for _, b := range one.Beside {
		out.Beside = append(out.Beside, Beside{b.Source, Number{b.Score.N, b.Rows}})
	}
	v := one.Params()
	out.TopicPage = fmt.Sprintf("/surveys/%d/topics?%s", out.ID, v.Encode())
	return out
}

// themes are what the unhappy among a survey's answers speak of.
func themes(one satisfaction.Span) []Theme {
	var out []Theme
	for _, t := range one.Themes.Themes {
		if t.Bands.Detractors == 0 {
			continue
		}
		out = append(out, Theme{ID: t.ID, NameEN: t.NameEN, NameZH: t.NameZH, Survey: one.Survey.Name, All: Number{t.N, t.Rows},
			Unhappy: Number{t.Bands.Detractors, one.Unhappy(t.ID)}, Verdict: string(t.Verdict), More: t.Odds.Delta > 0})
	}
	return out
}

// count counts cases under the conditions of their list.
func (s *Service) count(ctx context.Context, team int64, conds ...filter.Cond) (Number, error) {
	conds = append(conds, of(team)...)
	n, err := s.Cases.Matches(ctx, conds, 0)
	q := filter.Query(conds)
	q.Set("look", "table")
	return Number{n, "/feedback-cases?" + q.Encode()}, err
}

func (s *Service) complaints(ctx context.Context, at slot.Slot, team int64, now time.Time) (*Cases, error) {
	out := &Cases{}
	open := is("open", "true")
	for _, one := range []struct {
		into  *Number
		conds []filter.Cond
	}{
		{&out.Open, []filter.Cond{open}},
		{&out.Late, []filter.Cond{open, is("resolved", "false"), {Field: "due_at", Op: "lt", Value: now.UTC().Format(time.RFC3339)}}},
		{&out.Waiting, []filter.Cond{open, is("replied", "false")}},
		{&out.Opened, within("opened_at", at.Span())},
	} {
		var err error
		if *one.into, err = s.count(ctx, team, one.conds...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func within(field string, at slot.Span) []filter.Cond {
	return []filter.Cond{{Field: field, Op: "gte", Value: string(at.Since)}, {Field: field, Op: "lte", Value: string(at.Until)}}
}

// enough is how many answers that nobody acted on the natural rate takes.
const enough = 30

// recovery sets who was won back beside who comes back by themselves. The test
// takes a year: a week never holds enough.
func (s *Service) recovery(ctx context.Context, at slot.Slot, team int64) (*Recovery, error) {
	out := &Recovery{}
	again := filter.Cond{Field: "recheck_score", Op: "gte", Value: "0"}
	won := is("outcome", string(feedback.Recovered))
	year := []filter.Cond{{Field: "opened_at", Op: "gt", Value: string(at.Until.AddDays(-365))}, {Field: "opened_at", Op: "lte", Value: string(at.Until)},
		{Field: "state", Op: "ne", Value: string(feedback.Dismissed)}, {Field: "state", Op: "ne", Value: string(feedback.Merged)}}
	var back, rechecked, opened Number
	for _, one := range []struct {
		into  *Number
		conds []filter.Cond
	}{
		{&out.Recovered, append(within("closed_at", at.Span()), again, won)},
		{&out.Rechecked, append(within("closed_at", at.Span()), again)},
		{&back, append(slices.Clone(year), again, won)},
		{&rechecked, append(slices.Clone(year), again)},
		{&opened, year},
	} {
		var err error
		if *one.into, err = s.count(ctx, team, one.conds...); err != nil {
			return nil, err
		}
	}
	natural, err := s.Cases.Naturally(ctx)
	if err != nil {
		return nil, err
	}
	out.Year, out.Opened = share(back.N, rechecked.N), share(back.N, opened.N)
	out.Natural, out.Known = Share{natural.K, natural.N, natural.Low, natural.High}, natural.N >= enough
	test, by := stats.CompareShares(natural.K, natural.N, back.N, rechecked.N)
	out.P, out.Method, out.Verdict = periodical.Sane(test.P), string(by), string(stats.Judge(test.P, min(natural.N, rechecked.N)))
	return out, nil
}

func share(k, n int) Share {
	low, high := stats.Wilson(k, n)
	return Share{k, n, periodical.Sane(low), periodical.Sane(high)}
}
