package letter

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"regulars/app/insight/periodical"
	"regulars/app/insight/satisfaction"
	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/slot"
	"regulars/app/sales/receivable"
	"regulars/app/sales/target"
	"regulars/app/sys/db"
	"regulars/app/voice/feedback"
)

// drawn is how many bars the picture of sales has.
const drawn = 13

// bars sums the last weeks or months, each beside a year before.
func (m *making) bars(ctx context.Context) error {
	spans := make([]slot.Slot, drawn)
	at := m.at
	for i := drawn - 1; i >= 0; i-- {
		spans[i] = at
		at = m.ahead(at)
	}
	first := spans[0].YearAgo().Since
	sold, err := soldOn(ctx, m.q, slot.Span{Since: first, Until: m.at.Until}, m.team)
	if err != nil {
		return err
	}
	sum := func(s slot.Span) (n int64) {
		for d := s.Since; d <= s.Until; d = d.AddDays(1) {
			n += sold[d]
		}
		return n
	}
	for _, s := range spans {
		if m.f.Begun == "" || s.Until < m.f.Begun {
			continue
		}
		year := s.YearAgo()
		b := Bar{Span: s.Span(), Total: sum(s.Span()), HasYear: m.f.Begun <= year.Since, Rows: m.orderRows(s.Span())}
		if b.HasYear {
			b.Year = sum(year)
		}
		m.f.Bars = append(m.f.Bars, b)
	}
	return nil
}

// ahead is the occasion right before one.
func (m *making) ahead(s slot.Slot) slot.Slot {
	before := s.Earlier()
	out := slot.Slot{Kind: s.Kind, Name: s.Name, Since: before.Since, Until: before.Until, Before: before.Since.AddDays(-before.Days())}
	if s.Kind == slot.Monthly && !s.ByHand() {
		out.Before = cal.Date(before.Since.AddDays(-1).Month() + "-01")
	}
	return out
}

// people names what sold best, and who spent more and less than before.
func (m *making) people(ctx context.Context) error {
	now := m.spans[0]
	if err := m.q.Select(ctx, &m.f.Best, sqlBest, now.Since, now.Until, m.team); err != nil {
		return fmt.Errorf("list what sold best: %w", err)
	}
	for i := range m.f.Best {
		b := &m.f.Best[i]
		b.Rows = m.orderRows(now, is("product_id", strconv.FormatInt(b.ID, 10)))
	}
	if !m.since(m.f.Begun)[1] {
		return nil
	}
	var all []Customer
	if err := m.q.Select(ctx, &all, sqlMovers, m.spans[1].Since, now.Until, m.team, now.Since); err != nil {
		return fmt.Errorf("list who moved: %w", err)
	}
	for _, c := range all {
		c.Rows = m.orderRows(slot.Span{Since: m.spans[1].Since, Until: now.Until}, is("customer_id", strconv.FormatInt(c.ID, 10)))
		if c.Now > c.Before {
			m.f.Up = append(m.f.Up, c)
		} else {
			m.f.Down = append(m.f.Down, c)
		}
	}
	return nil
}

// targets tells how far the month and the quarter of the last day have come,
// counted as the page of targets does, but only what has a target.
func (m *making) targets(ctx context.Context) error {
	today := cal.Today(m.DB.Now(), m.zone.Zone())
	for _, p := range []target.Period{target.MonthOf(m.at.Until), target.QuarterOf(m.at.Until)} {
		var set []Target
		if err := m.q.Select(ctx, &set, sqlTargets, p.Name, m.team); err != nil {
			return fmt.Errorf("look for targets: %w", err)
		}
		for _, t := range set {
			var err error
			if t.Value, err = m.reached(ctx, t.Metric, slot.Span{Since: p.From, Until: p.To}); err != nil {
				return fmt.Errorf("count %s of %s: %w", t.Metric, p.Name, err)
			}
			t.Elapsed, t.Rows = p.Elapsed(today), "/targets?period="+p.Name
			m.f.Targets = append(m.f.Targets, t)
		}
	}
	return nil
}

// reached is what a metric came to.
func (m *making) reached(ctx context.Context, metric string, s slot.Span) (int64, error) {
	from, to := db.At(s.Since.Time(m.zone.Zone())), db.At(s.Until.AddDays(1).Time(m.zone.Zone()))
	var n int64
	switch metric {
	case target.Won:
		var d deals
		err := m.q.Get(ctx, &d, sqlDeals, s.Since, s.Until, m.team, m.f.Currency)
		return d.Amount, err
	case target.Received:
		in, err := readCash(ctx, m.q, s, m.team, m.f.Currency)
		return in.Total, err
	case target.NewCustomers:
		err := m.q.Get(ctx, &n, sqlCreated, from, to, m.team)
		return n, err
	}
	err := m.q.Get(ctx, &n, sqlContacted, from, to, m.team)
	return n, err
}

// owed is what customers owe now, in the shop's currency.
func (m *making) owed(ctx context.Context) error {
	t, err := m.Debts.InSum(ctx, receivable.Narrow{Currency: m.f.Currency, Team: m.team})
	if err != nil {
		return fmt.Errorf("read what is owed: %w", err)
	}
	if t.Items > 0 {
		m.f.Owed = &Owed{Total: t.Total(), Overdue: t.Overdue(), Ages: t.Buckets, Oldest: max(0, t.Oldest), Team: m.team, Debtors: t.Late}
	}
	return nil
}

// opinion is what customers said, as the satisfaction report counts it.
func (m *making) opinion(ctx context.Context) error {
	now, year := m.spans[0], m.spans[2]
	spans, err := m.Counts.Scores(ctx, m.at.Before, now.Since, now.Until, m.of("customer_team_id"))
	if err != nil {
		return fmt.Errorf("count the surveys: %w", err)
	}
	var ago []satisfaction.Span
	if m.f.Begun != "" && len(spans) > 0 {
		if ago, err = m.Counts.Scores(ctx, year.Since, year.Since, year.Until, m.of("customer_team_id")); err != nil {
			return fmt.Errorf("count the surveys of a year ago: %w", err)
		}
	}
	for _, one := range spans {
		out := Survey{ID: one.Survey.ID, Name: one.Survey.Name, Kind: one.Survey.Kind, Now: periodical.ScoreOf(one.Figure, one.Rows()), Before: periodical.ScoreOf(one.Before.Figure, one.Before.Rows)}
		if d := one.Change; d != nil {
			out.VsBefore = &Test{P: periodical.Sane(d.P), Method: d.Method, Verdict: d.Verdict}
		}
		for _, a := range ago {
			if a.Survey.ID == one.Survey.ID {
				out.Year = periodical.ScoreOf(a.Figure, a.Rows())
			}
		}
		m.f.Surveys = append(m.f.Surveys, out)
	}
	return nil
}

// cases counts cases under the conditions of their list.
func (m *making) cases(ctx context.Context, conds ...filter.Cond) (Number, error) {
	conds = append(conds, m.of("customer_team_id")...)
	n, err := m.Cases.Matches(ctx, conds, 0)
	q := filter.Query(conds)
	q.Set("look", "table")
	return Number{n, "/feedback-cases?" + q.Encode()}, err
}

func (m *making) late(field string) filter.Cond {
	return filter.Cond{Field: field, Op: "lt", Value: m.DB.Now().UTC().Format(time.RFC3339)}
}

// complaints counts the cases.
func (m *making) complaints(ctx context.Context) error {
	opened, err := each(m, func(s slot.Span) (Number, error) { return m.cases(ctx, within("opened_at", s)...) })
	if err != nil {
		return fmt.Errorf("count the cases: %w", err)
	}
	n := func(i int) int64 { return int64(opened[i].N) }
	out := &Cases{Opened: m.line("cases", Count, m.since(m.f.Begun), func(i int) Value { return Value{N: n(i), Rows: opened[i].Rows} }, m.counted(n))}
	open := is("open", "true")
	again := append(within("closed_at", m.spans[0]), filter.Cond{Field: "recheck_score", Op: "gte", Value: "0"})
	for _, one := range []struct {
		into  *Number
		conds []filter.Cond
	}{
		{&out.Open, []filter.Cond{open}},
		{&out.Late, []filter.Cond{open, is("resolved", "false"), m.late("due_at")}},
		{&out.Rechecked, again},
		{&out.Recovered, append(slices.Clone(again), is("outcome", string(feedback.Recovered)))},
	} {
		if *one.into, err = m.cases(ctx, one.conds...); err != nil {
			return fmt.Errorf("count the cases: %w", err)
		}
	}
	m.f.Cases = out
	return nil
}
