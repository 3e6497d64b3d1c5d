package dashboard

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"regulars/app/insight/retention"
	"regulars/app/insight/satisfaction"
	"regulars/app/kit/cal"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/voice/question"
	"regulars/app/voice/survey"
)

// specialPages are where the pictures of other pages stand in full.
var specialPages = map[string]string{cohorts: "/insight/retention", drivers: "/surveys", radar: "/insight/evaluation", scores: "/insight/evaluation"}

// special draws one of them.
func (s *Service) special(ctx context.Context, l *i18n.Locale, p plan, ask Ask) (Drawn, error) {
	switch p.Source {
	case cohorts:
		return s.cohorts(ctx, l, p.Width, ask)
	case drivers:
		return s.drivers(ctx, l, ask)
	case radar:
		return s.radar(ctx, l, ask)
	}
	return s.scores(ctx, l, p.Width, ask)
}

// cohorts is who comes back, by the month of the first purchase: of a period, those
// who first bought in its months.
func (s *Service) cohorts(ctx context.Context, l *i18n.Locale, width int, ask Ask) (Drawn, error) {
	before, notes := "", []string{l.T("dashboard.cohorts_note")}
	var since, until cal.Date
	if ask.Span != "" {
		since, until = ask.dates(cal.Today(l.Now(), l.Zone()))
		before = cal.Date(until.Month() + "-01").AddDays(31).Month()
		notes = append(notes, l.T("dashboard.cohorts_period"))
	}
	t, err := s.Retention.Table(ctx, before)
	t.Cohorts = slices.DeleteFunc(t.Cohorts, func(c retention.Cohort) bool { return c.Month < since.Month() })
	if err != nil || !t.Made || len(t.Cohorts) == 0 {
		return Drawn{Empty: true, Period: days(l, since, until)}, err
	}
	months, lines := []int{0, 3, 6, 12}[width], 8
	m := &HeatMap{Corner: l.T("retention.first_month"), Columns: []string{l.T("retention.people")}}
	for i := range months {
		m.Columns = append(m.Columns, fmt.Sprint("+", i+1))
	}
	page := view.Data{Locale: l}
	for _, c := range t.Cohorts[:min(lines, len(t.Cohorts))] {
		row := HeatRow{Name: retention.Named(page, c.Month), Cells: []HeatCell{{Text: l.Number(c.N), Href: cohortHref(c.Month, 0)}}}
		for _, cell := range c.Cells[:min(months, len(c.Cells))] {
			one := HeatCell{Text: cell.Text(page), Class: cell.Class(), Title: cell.Said(page)}
			if cell.Buyers > 0 && !cell.Future {
				one.Href = cohortHref(c.Month, cell.Month)
			}
			row.Cells = append(row.Cells, one)
		}
		m.Rows = append(m.Rows, row)
	}
	return Drawn{Heat: m, Period: days(l, since, until), Notes: notes}, nil
}

func cohortHref(month string, after int) string {
	return specialPages[cohorts] + "/customers?" + url.Values{"cohort": {month}, "month": {fmt.Sprint(after)}}.Encode()
}

// drivers sets what matters to customers beside how good it is, for the first
// survey that has enough to say so.
func (s *Service) drivers(ctx context.Context, l *i18n.Locale, ask Ask) (Drawn, error) {
	all, err := s.Surveys.List(ctx, page.Request{Limit: 50}, nil)
	if err != nil {
		return Drawn{}, err
	}
	since, until := ask.dates(cal.Today(l.Now(), l.Zone()))
	var best satisfaction.Drivers
	known := 0
	for _, v := range all.Items {
		if v.Anonymous || !v.Scored || !rated(v) {
			continue
		}
		q, err := s.Counts.Ask(ctx, v.ID, string(since), string(until), ask.ofAnswers())
		if err != nil {
			return Drawn{}, err
		}
		d, err := s.Counts.Drivers(ctx, q)
		if err != nil {
			return Drawn{}, err
		}
		n := 0
		for _, one := range d.Drivers {
			if one.Known() {
				n += one.N
			}
		}
		if n > known {
			best, known = d, n
		}
	}
	if known == 0 {
		return Drawn{Empty: true}, nil
	}
	d := Drawn{Period: days(l, since, until), Beside: best.Survey.Name, Notes: []string{l.T("dashboard.drivers_note")}, Chart: best.Chart(view.Data{Locale: l}, func(one satisfaction.Driver) string { return wording(l, one) }).SVG()}
	m := &HeatMap{Corner: l.T("satisfaction.question"), Columns: []string{l.T("dashboard.importance"), l.T("dashboard.performance"), "n"}}
	for _, one := range best.Drivers {
		if one.Known() {
			m.Rows = append(m.Rows, HeatRow{Name: wording(l, one), Href: one.Rows, Cells: []HeatCell{{Text: l.Percent(math.Max(0, one.Importance))}, {Text: l.Percent(one.Performance.Value / 100)}, {Text: l.Number(one.N), Href: one.Rows}}})
		}
	}
	d.Heat = m
	return d, nil
}

func rated(v survey.Survey) bool {
	for _, q := range v.Questions {
		if _, _, ok := question.Scale(q.Kind); ok || q.Kind == question.YesNo {
			return true
		}
	}
	return false
}

// wording is a question in the reader's language, or the row of a matrix.
func wording(l *i18n.Locale, one satisfaction.Driver) string {
	if one.Item != "" {
		for _, o := range one.Question.Options {
			if o.Key == one.Item {
				return o.Text.For(l.Tag(), survey.Languages)
			}
		}
	}
	return one.Question.Text.For(l.Tag(), survey.Languages)
}

// ofAnswers is whose answers are meant.
func (a Ask) ofAnswers() []filter.Cond {
	var out []filter.Cond
	for _, one := range []filter.Cond{{Field: "person_id", Op: "eq", Value: a.Person}, {Field: "region", Op: "eq", Value: a.Region}} {
		if one.Value != "" {
			out = append(out, one)
		}
	}
	return out
}

// dates are the days of the period, a year where none is asked for.
func (a Ask) dates(today cal.Date) (from, to cal.Date) {
	at := today.Time(time.UTC)
	first := func(year, month int) cal.Date {
		return cal.DateOf(time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC), time.UTC)
	}
	year, month := at.Year(), int(at.Month())
	quarter := month - (month-1)%3
	switch a.Span {
	case "this_month":
		return first(year, month), today
	case "last_month":
		return first(year, month-1), first(year, month).AddDays(-1)
	case "this_quarter":
		return first(year, quarter), today
	case "last_quarter":
		return first(year, quarter-3), first(year, quarter).AddDays(-1)
	case "this_year":
		return first(year, 1), today
	case "last_year":
		return first(year-1, 1), first(year, 1).AddDays(-1)
	case "custom":
		from, _ = cal.ParseDate(a.From)
		to, _ = cal.ParseDate(a.To)
		return from, to
	case "last_7d", "last_30d", "last_90d":
		n := 0
		fmt.Sscanf(strings.TrimPrefix(a.Span, "last_"), "%dd", &n)
		return today.AddDays(1 - n), today
	}
	return today.AddDays(-364), today
}
