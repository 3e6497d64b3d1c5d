package analysis

import "regulars/app/kit/cal"

// What is said around a table, on the page and on paper.

func (t Table) date(d cal.Date) string { return t.Locale.Date(d.Time(t.Locale.Zone())) }

// Days is the period in words, "" for all of time.
func (t Table) Days() string {
	if t.Period.all() {
		return ""
	}
	return t.Locale.T("analysis.days", "from", t.date(t.Period.From), "to", t.date(t.Period.To))
}

// notes say what the numbers leave out, and how they are meant; more is the key of
// the sentence for rows beyond the most that are shown.
func (t Table) notes(most int, more string) []string {
	var out []string
	say := func(on bool, key string, args ...any) {
		if on {
			out = append(out, t.Locale.T(key, args...))
		}
	}
	say(t.Scoped, "analysis.scoped")
	say(t.Cut, "analysis.cut", "n", maxGroups, "columns", maxColumns, "cells", maxCells)
	say(len(t.Rows) > most, more, "n", most, "all", len(t.Rows))
	say(t.Left > 0, "analysis.left", "n", t.Left)
	say(t.Foreign > 0, "analysis.foreign", "n", t.Foreign, "currency", t.Currency)
	say(t.Several, "analysis.several")
	say(t.Kind.Name == "response", "analysis.anonymous")
	say(t.Unripe, "analysis.unripe_about")
	rests := false
	for _, h := range t.Heads {
		rests = rests || h.Fn == fnRate || h.Fn == fnNPS
	}
	say(rests, "analysis.interval")
	for _, then := range []struct {
		on   bool
		key  string
		days period
	}{{t.Spec.Before, "analysis.before", t.Earlier}, {t.Spec.Year, "analysis.year_before", t.LastYear}} {
		if then.on && !then.days.all() {
			say(true, "analysis.compared", "what", t.Locale.T(then.key), "from", t.date(then.days.From), "to", t.date(then.days.To))
		}
	}
	return out
}
