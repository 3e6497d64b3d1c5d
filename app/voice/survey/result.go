package survey

import (
	"context"
	"fmt"
	"math"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// window is how many days a score looks back.
const window = 90

// months is how far the trend goes back.
const months = 12

// Result is a survey's score with how sure it is. Every score travels with its
// number of answers and its interval; below five answers none is shown.
type Result struct {
	Survey   Survey
	Score    stats.Estimate
	Trust    stats.Trust
	Rate     stats.Estimate // answered of asked, in percent
	Asked    int
	Answered int
	Counts   map[int]int // answers by score in the window
	Months   []Month
	Change   stats.Verdict // the last full month against the one before, in words
	Delta    float64
	NotAsked []Skipped
}

// Month is one point of the trend.
type Month struct {
	Month string // 2026-03
	Score stats.Estimate
	Trust stats.Trust
}

// Skipped counts the customers who were not asked for a reason.
type Skipped struct {
	Reason string `db:"reason"`
	N      int    `db:"n"`
}

// Results reads every survey's result, those in use first.
func (s *Service) Results(ctx context.Context) ([]Result, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	var surveys []Survey
	if err := s.db.Reader(ctx).Select(ctx, &surveys, sqlSurveys); err != nil {
		return nil, fmt.Errorf("list surveys: %w", err)
	}
	var out []Result
	for _, v := range surveys {
		r, err := s.result(ctx, v)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Result reads one survey's result within the reader's scope.
func (s *Service) Result(ctx context.Context, id int64) (Result, error) {
	v, err := s.Get(ctx, id)
	if err != nil {
		return Result{}, err
	}
	return s.result(ctx, v)
}

func (s *Service) result(ctx context.Context, v Survey) (Result, error) {
	out := Result{Survey: v, Counts: map[int]int{}}
	zone, err := s.zone(ctx)
	if err != nil {
		return out, err
	}
	now, q, scope := s.db.Now(), s.db.Reader(ctx), auth.From(ctx).Scope().Args()
	since := cal.Today(now, zone).AddDays(-window).Time(zone)
	first := cal.Date(cal.Today(now, zone).Month() + "-01").AddDays(-30 * (months - 1))
	first = cal.Date(first.Month() + "-01")
	_, offset := now.In(zone).Zone()
	var rows []struct {
		Month  string `db:"month"`
		Recent bool   `db:"recent"`
		Score  int    `db:"score"`
		N      int    `db:"n"`
	}
	if err := q.Select(ctx, &rows, sqlScores, append([]any{offset, db.At(since), v.ID, db.At(first.Time(zone))}, scope...)...); err != nil {
		return out, fmt.Errorf("count the answers to survey %d: %w", v.ID, err)
	}
	byMonth := map[string]map[int]int{}
	for _, r := range rows {
		if byMonth[r.Month] == nil {
			byMonth[r.Month] = map[int]int{}
		}
		byMonth[r.Month][r.Score] += r.N
		if r.Recent {
			out.Counts[r.Score] += r.N
		}
	}
	out.Score = estimate(v.Kind, out.Counts)
	out.Trust = stats.TrustIn(out.Score.N)
	out.trend(byMonth, first, cal.Today(now, zone))
	return out, s.rate(ctx, q, &out, since, scope)
}

// trend is one point per month; the change is judged between the two newest
// that have answers.
func (r *Result) trend(byMonth map[string]map[int]int, first, today cal.Date) {
	var last, before map[int]int
	for d := first; d <= today; d = cal.Date(d.AddDays(31).Month() + "-01") {
		counts := byMonth[d.Month()]
		e := estimate(r.Survey.Kind, counts)
		r.Months = append(r.Months, Month{d.Month(), e, stats.TrustIn(e.N)})
		if e.N > 0 {
			before, last = last, counts
		}
	}
	if before == nil {
		return
	}
	switch r.Survey.Kind {
	case NPS:
		test := stats.NPSChange(answers(before), answers(last))
		r.Delta, r.Change = test.Delta, stats.Judge(test.P, min(answers(before).N(), answers(last).N()))
	case CSAT:
		k1, n1 := satisfied(before, 4)
		k2, n2 := satisfied(last, 4)
		test := stats.TwoProportions(k1, n1, k2, n2)
		r.Delta, r.Change = 100*test.Delta, stats.Judge(test.P, min(n1, n2))
	}
}

func (s *Service) rate(ctx context.Context, q db.Q, out *Result, since time.Time, scope []any) error {
	var rate struct {
		Asked    int `db:"asked"`
		Answered int `db:"answered"`
	}
	id := out.Survey.ID
	if err := q.Get(ctx, &rate, sqlRate, append([]any{id, db.At(since)}, scope...)...); err != nil {
		return fmt.Errorf("count the invitations of survey %d: %w", id, err)
	}
	out.Asked, out.Answered = rate.Asked, rate.Answered
	out.Rate = stats.CSAT(rate.Answered, rate.Asked)
	if err := q.Select(ctx, &out.NotAsked, sqlNotAsked, append([]any{id}, scope...)...); err != nil {
		return fmt.Errorf("count who was not asked by survey %d: %w", id, err)
	}
	return nil
}

// estimate is the score of a kind from its answers.
func estimate(kind string, counts map[int]int) stats.Estimate {
	switch kind {
	case NPS:
		return stats.NPS(answers(counts))
	case CSAT:
		return stats.CSAT(satisfied(counts, 4))
	case CES:
		var all []float64
		for score, n := range counts {
			for range n {
				all = append(all, float64(score))
			}
		}
		return stats.CESMean(all)
	}
	sum, n := 0, 0
	for score, k := range counts {
		sum, n = sum+score*k, n+k
	}
	if n == 0 {
		return stats.Estimate{}
	}
	mean := float64(sum) / float64(n)
	return stats.Estimate{N: n, Value: mean, Low: mean, High: mean}
}

func answers(counts map[int]int) stats.Answers {
	var a stats.Answers
	for score, n := range counts {
		switch BandOf(NPS, score) {
		case HighBand:
			a.Promoters += n
		case MidBand:
			a.Passives += n
		default:
			a.Detractors += n
		}
	}
	return a
}

func satisfied(counts map[int]int, from int) (k, n int) {
	for score, c := range counts {
		n += c
		if score >= from {
			k += c
		}
	}
	return k, n
}

// Range is the scale of the score itself, for charts.
func (r Result) Range() (low, high float64) {
	switch r.Survey.Kind {
	case NPS:
		return -100, 100
	case CSAT:
		return 0, 100
	case CES:
		return 1, 7
	}
	return 0, 10
}

// Places is how many decimals the score is shown with.
func (r Result) Places() int {
	if r.Survey.Kind == NPS || r.Survey.Kind == CSAT {
		return 0
	}
	return 1
}

// Rounded is a score as it is shown.
func (r Result) Rounded(v float64) float64 {
	f := math.Pow10(r.Places())
	return math.Round(v*f)/f + 0 // no minus zero
}
