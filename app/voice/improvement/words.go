package improvement

import (
	"regulars/app/sys/view"
)

// How a page says what a verdict rests on.

// Line is one row of the four cells: a side, its share before and after.
type Line struct {
	Label         string
	Before, After Cell
}

// Lines are the touched and the untouched side.
func (v Verdict) Lines(d view.Data) []Line {
	l, f := d.Locale, v.Figures
	touched := Line{l.T("improvement.touched." + f.By), f.Before, f.After}
	return []Line{touched, {l.T("improvement.control." + f.By), f.ControlBefore, f.ControlAfter}}
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
		return l.T("improvement.tested_together", "test", name, "p", l.Decimal(f.P, 3), "adjusted", l.Decimal(f.Adjusted, 3), "n", f.Together)
	}
	return l.T("improvement.tested", "test", name, "p", l.Decimal(f.P, 3))
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
