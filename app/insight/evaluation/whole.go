package evaluation

import (
	"context"
	"slices"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// The shop as a whole: how grades moved from month to month, how much of the
// revenue the best bring, and whether the score says anything about what is
// bought later.

// Slice is how many customers have a grade, and what they bought in a year.
type Slice struct {
	N       int
	Revenue int64
}

// Moves is a month of grades: who came from where.
type Moves struct {
	Month  string // 2026-11
	From   string // of whom the grades before are
	Past   bool   // a later month has begun
	Counts map[[2]string]int
	Trend  []MonthGrades // the months before, oldest first
	Pareto map[string]Slice
	Total  Slice
}

// MonthGrades are the grades at a month's end.
type MonthGrades struct {
	Month  string
	Grades map[string]int
	Known  bool // somebody was evaluated by then
}

// Known tells whether anybody had been evaluated by the end of the month.
func (m Moves) Known() bool { return m.Trend[len(m.Trend)-1].Known }

// Sum is how many had a grade.
func (m MonthGrades) Sum() int {
	n := 0
	for _, v := range m.Grades {
		n += v
	}
	return n
}

const trendMonths = 6

// end is the first instant after a month.
func end(month string, zone *time.Location) (db.Time, error) {
	t, err := time.ParseInLocation("2006-01", month, zone)
	if err != nil || t.Year() < 1970 || t.Year() > 2400 {
		return db.Time{}, errs.NotVisible()
	}
	return db.At(t.AddDate(0, 1, 0)), nil
}

func earlier(month string, n int) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return t.AddDate(0, -n, 0).Format("2006-01")
}

// Moves reads a month; "" is the one that runs.
func (s *Service) Moves(ctx context.Context, month string) (Moves, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Moves{}, err
	}
	d, err := s.date(ctx, s.db.Now())
	if err != nil {
		return Moves{}, err
	}
	if month == "" {
		month = string(d.today)[:7]
	}
	m := Moves{Month: month, From: earlier(month, 1), Past: month < d.today.Month(), Counts: map[[2]string]int{}}
	q := s.db.Reader(ctx)
	if _, err := end(month, d.zone); err != nil {
		return m, err
	}
	if err := s.month(ctx, q, d, m.Month, actor.Scope(), func(was, became string, n int) { m.Counts[[2]string{was, became}] += n }); err != nil {
		return m, err
	}
	for i := trendMonths - 1; i >= 0; i-- {
		g := MonthGrades{Month: earlier(month, i), Grades: map[string]int{}}
		err := s.month(ctx, q, d, g.Month, actor.Scope(), func(_, became string, n int) {
			if became != "" {
				g.Grades[became] += n
			}
		})
		if err != nil {
			return m, err
		}
		g.Known = g.Sum() > 0 || len(m.Trend) > 0 && m.Trend[len(m.Trend)-1].Known
		m.Trend = append(m.Trend, g)
	}
	if m.Pareto, err = paretoOf(ctx, q, actor.Scope()); err != nil {
		return m, err
	}
	for _, slice := range m.Pareto {
		m.Total.N += slice.N
		m.Total.Revenue += slice.Revenue
	}
	return m, nil
}

// month counts who came from which grade to which: as it is kept, or from the
// snapshots in the hours before the first night of a month. Nothing is kept of a
// month to come: there everybody stays where they are.
func (s *Service) month(ctx context.Context, q db.Q, d day, month string, scope auth.Scope, fn func(was, became string, n int)) error {
	if month > d.today.Month() {
		return s.month(ctx, q, d, d.today.Month(), scope, func(_, became string, n int) { fn(became, became, n) })
	}
	kept, err := s.kept(ctx, q, d, month)
	if err != nil {
		return err
	}
	if kept {
		return monthOf(ctx, q, month, scope, fn)
	}
	from, until, err := span(month, d.zone)
	if err != nil {
		return err
	}
	return eachPair(ctx, q, sqlMoves, append([]any{from, until}, scope.Args()...), fn)
}

// kept tells whether the grades of a whole month are at hand; before the first of
// which they are kept nobody had any.
func (s *Service) kept(ctx context.Context, q db.Q, d day, month string) (bool, error) {
	shop, err := s.knownShop(ctx, q)
	return shop.Since != "" && shop.Month >= month && month <= d.today.Month(), err
}

// span is from the end of the month before to the end of a month.
func span(month string, zone *time.Location) (from, until db.Time, err error) {
	if until, err = end(month, zone); err != nil {
		return from, until, err
	}
	from, err = end(earlier(month, 1), zone)
	return from, until, err
}

// Moved are the customers behind one cell of the matrix, at most 200.
func (s *Service) Moved(ctx context.Context, month, was, became string) ([]tagName, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	letter := func(g string) bool { return g == "" || slices.Contains(Grades, g) }
	if !letter(was) || !letter(became) {
		return nil, errs.NotVisible()
	}
	d, err := s.date(ctx, s.db.Now())
	if err != nil {
		return nil, err
	}
	from, to, err := span(month, d.zone)
	if err != nil {
		return nil, err
	}
	q := s.db.Reader(ctx)
	kept, err := s.kept(ctx, q, d, month)
	if err != nil {
		return nil, err
	}
	var out []tagName
	if kept {
		err = q.Select(ctx, &out, sqlMonthMoved, append([]any{month, was, became}, actor.Scope().Args()...)...)
		return out, err
	}
	err = q.Select(ctx, &out, sqlMoved, append(append([]any{from, to}, actor.Scope().Args()...), was, became)...)
	return out, err
}

// Verdicts of the validity page.
const (
	TooEarly = "early"   // nobody was scored a year ago
	TooFew   = "few"     // fewer than 30 were
	Predicts = "yes"     // a fair correlation, surely above nothing
	Weakly   = "weak"    // below .2: the weights do not predict anything yet
	Against  = "against" // the better scored bought less
)

// Validity is whether the scores of a year ago go with the revenue since.
type Validity struct {
	Since    cal.Date
	First    cal.Date // from which day there can be an answer, when it is too early
	Whole    Foresight
	Versions []Foresight
}

// Foresight is one version's.
type Foresight struct {
	Version int64
	stats.Correlation
	Verdict string
}

const (
	validDays = 365
	validN    = 30
	validR    = .2
)

func foresight(version int64, score, revenue []float64) Foresight {
	f := Foresight{Version: version, Correlation: stats.Spearman(score, revenue)}
	switch {
	case f.N == 0:
		f.Verdict = TooEarly
	case f.N < validN || !f.Valid:
		f.Verdict = TooFew
	case f.High < 0:
		f.Verdict = Against
	case f.R < validR || f.Low <= 0:
		f.Verdict = Weakly
	default:
		f.Verdict = Predicts
	}
	return f
}

// Validity reads it, of the customers the actor sees.
func (s *Service) Validity(ctx context.Context) (Validity, error) {
	actor := auth.From(ctx)
	var v Validity
	if err := actor.May(Read); err != nil {
		return v, err
	}
	d, err := s.date(ctx, s.db.Now())
	if err != nil {
		return v, err
	}
	v.Since = d.today.AddDays(-validDays)
	q := s.db.Reader(ctx)
	type pairs struct{ score, revenue []float64 }
	var all pairs
	by := map[int64]*pairs{}
	err = foresaw(ctx, q, string(v.Since), db.At(v.Since.Time(d.zone)), actor.Scope(), func(model int64, score, revenue float64) {
		if by[model] == nil {
			by[model] = &pairs{}
		}
		for _, p := range []*pairs{&all, by[model]} {
			p.score, p.revenue = append(p.score, score), append(p.revenue, revenue)
		}
	})
	if err != nil {
		return v, err
	}
	v.Whole = foresight(0, all.score, all.revenue)
	for id, p := range by {
		v.Versions = append(v.Versions, foresight(id, p.score, p.revenue))
	}
	slices.SortFunc(v.Versions, func(a, b Foresight) int { return int(b.Version - a.Version) })
	if v.Whole.N == 0 {
		var first int64
		if err := q.Get(ctx, &first, sqlFirstSnapshot); err != nil {
			return v, err
		}
		v.First = d.today.AddDays(validDays)
		if first > 0 {
			v.First = cal.DateOf(time.UnixMilli(first), d.zone).AddDays(validDays + 1)
		}
	}
	return v, nil
}
