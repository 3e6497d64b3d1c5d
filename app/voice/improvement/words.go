package improvement

import (
	"net/url"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/sys/view"
)

// How a page says what a verdict rests on.

// Line is one row of the four cells: a side, its share before and after, and
// where the records behind them are.
type Line struct {
	Label                 string
	Before, After         Cell
	BeforeRows, AfterRows string
}

// Lines are the touched and the untouched side of what is improved.
func (v Verdict) Lines(d view.Data, i Improvement) []Line {
	l, f := d.Locale, v.Figures
	line := func(label, op string, before, after Cell) Line {
		return Line{l.T(label + f.By), before, after, v.rows(i, op, f.From, f.LiveOn.AddDays(-1)), v.rows(i, op, f.LiveOn, f.Until)}
	}
	return []Line{line("improvement.touched.", "eq", f.Before, f.After), line("improvement.control.", "ne", f.ControlBefore, f.ControlAfter)}
}

// rows is the list of what a cell counts. A topic that was changed since has
// other answers than those that were judged, and none are shown for them.
func (v Verdict) rows(i Improvement, op string, from, until cal.Date) string {
	days := func(field string) url.Values {
		return url.Values{"filter[" + field + "][gte]": {string(from)}, "filter[" + field + "][lte]": {string(until)}}
	}
	if v.Figures.By == byCause {
		q := days("opened_at")
		q.Set("look", "table")
		q.Set("filter[cause][empty]", "false")
		q.Set("filter[state][nin]", "dismissed,merged")
		return "/feedback-cases?" + q.Encode()
	}
	if i.TopicID == 0 {
		return ""
	}
	q := days("answered_at")
	q.Set("filter[source][eq]", "invited")
	q.Set("filter[kind][in]", "nps,csat,ces")
	q.Set("filter[topic_id]["+op+"]", strconv.FormatInt(int64(i.TopicID), 10))
	return "/responses?" + q.Encode()
}

// Gained says by how many points it got better, and how sure that is.
func (v Verdict) Gained(d view.Data) string {
	l, f := d.Locale, v.Figures
	points := func(x float64) string { return l.Decimal(100*x, 1) }
	return l.T("improvement.gain", "points", points(f.Gain), "low", points(f.Low), "high", points(f.High))
}

// Tested names the test and its p, adjusted when several were judged at once.
func (v Verdict) Tested(d view.Data) string {
	l, f := d.Locale, v.Figures
	name := l.T("improvement.test." + string(f.Test))
	if f.Together > 1 {
		return l.T("improvement.tested_together", "test", name, "p", chance(d, f.P), "adjusted", chance(d, f.Adjusted), "n", f.Together)
	}
	return l.T("improvement.tested", "test", name, "p", chance(d, f.P))
}

// chance writes a p with its sign: nothing is impossible.
func chance(d view.Data, p float64) string {
	if p < .001 {
		return "< " + d.Locale.Decimal(.001, 3)
	}
	return "= " + d.Locale.Decimal(p, 3)
}

// Thin says how much is missing when there are too few.
func (v Verdict) Thin(d view.Data) string {
	return d.Locale.T("improvement.thin", "need", enough, "have", v.Figures.smallest())
}

// Again says what the customers of the linked cases said the second time.
func (v Verdict) Again(d view.Data) string {
	l, a := d.Locale, v.Figures.Again
	if a.N == 0 {
		return l.T("improvement.again_none")
	}
	return l.T("improvement.again", "n", a.N, "recovered", a.Recovered, "rose", a.Rose, "fell", a.Fell,
		"mcnemar", l.Decimal(a.McNemar, 3), "wilcoxon", l.Decimal(a.Wilcoxon, 3))
}

// Natural says what unhappy customers do without help.
func (v Verdict) Natural(d view.Data) string {
	l, a := d.Locale, v.Figures.Again
	if !a.NaturalKnown {
		return l.T("improvement.natural_unknown", "have", a.Natural.N, "need", enough)
	}
	return l.T("improvement.natural", "share", l.Percent(a.Natural.Share()), "n", a.Natural.N)
}

// Percent is the cell's share, a dash without data.
func (c Cell) Percent(d view.Data) string {
	if c.N == 0 {
		return "–"
	}
	return d.Locale.Percent(c.Share())
}
