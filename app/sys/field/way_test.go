package field

import (
	"context"
	"slices"
	"testing"
	"time"

	"regulars/app/kit/filter"
)

// What somebody chose is a condition that the grammar understands, and is shown
// again as what they chose.
func TestAChosenWayIsAConditionAndBack(t *testing.T) {
	values := map[string][]string{AskText: {"x y"}, AskNumber: {"12"}, AskDay: {"2026-03-05"}, AskDays: {"60"}, AskNone: nil}
	for _, f := range []Field{{Kind: Text}, {Kind: Number}, {Kind: Money}, {Kind: Since}, {Kind: Date}, {Kind: Time}, {Kind: Bool},
		{Kind: Choice, Choices: []string{"a", "b"}}, {Kind: Ref}} {
		f.Name, f.Column = "x", "x"
		values[AskMany] = []string{"7", "8"}
		if f.Kind == Choice {
			values[AskMany] = []string{"a", "b"}
		}
		l := List{Fields: []Field{f}}
		ctx := With(context.Background(), Values{Now: time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC), Zone: time.UTC, Currency: "EUR"})
		for _, w := range f.Ways() {
			c := f.Cond(w.Name, values[w.Asks])
			if _, err := l.Conditions(ctx, []filter.Cond{c}); err != nil {
				t.Errorf("%s %s: %v: %v", f.Kind, w.Name, c, err)
			}
			way, said := f.Chosen(c)
			if way != w || !slices.Equal(said, values[w.Asks]) {
				t.Errorf("%s %s %v comes back as %s %v", f.Kind, w.Name, values[w.Asks], way.Name, said)
			}
		}
	}
}

func TestSpansOfDaysAreThoseOfTheCalendar(t *testing.T) {
	v := Values{Now: time.Date(2026, 3, 18, 23, 30, 0, 0, time.UTC), Zone: time.UTC} // a Wednesday
	for name, want := range map[string][2]string{
		"yesterday": {"2026-03-17", "2026-03-17"}, "tomorrow": {"2026-03-19", "2026-03-19"},
		"this_week": {"2026-03-16", "2026-03-22"}, "last_week": {"2026-03-09", "2026-03-15"}, "next_week": {"2026-03-23", "2026-03-29"},
		"this_month": {"2026-03-01", "2026-03-31"}, "last_month": {"2026-02-01", "2026-02-28"}, "next_month": {"2026-04-01", "2026-04-30"},
		"this_quarter": {"2026-01-01", "2026-03-31"}, "last_quarter": {"2025-10-01", "2025-12-31"},
		"this_year": {"2026-01-01", "2026-12-31"}, "last_year": {"2025-01-01", "2025-12-31"},
		"last_30d": {"2026-02-16", "2026-03-18"}, "next_7d": {"2026-03-18", "2026-03-25"},
	} {
		from, to, ok := span(v, name)
		if !ok || string(from) != want[0] || string(to) != want[1] {
			t.Errorf("%s is %s to %s, want %v", name, from, to, want)
		}
	}
	for _, bad := range []string{"", "last_", "last_d", "last_-3d", "this_day", "soon_week", "next_99999d", "30d"} {
		if _, _, ok := span(v, bad); ok {
			t.Errorf("%q is taken as a span", bad)
		}
	}
}
