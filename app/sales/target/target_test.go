package target

import (
	"testing"

	"regulars/app/kit/cal"
)

func TestPeriodsAreMonthsAndQuarters(t *testing.T) {
	for name, want := range map[string][2]cal.Date{"2026-02": {"2026-02-01", "2026-02-28"}, "2024-02": {"2024-02-01", "2024-02-29"},
		"2026-Q1": {"2026-01-01", "2026-03-31"}, "2026-Q4": {"2026-10-01", "2026-12-31"}, "2026-12": {"2026-12-01", "2026-12-31"}} {
		p, err := ParsePeriod(name)
		if err != nil || p.From != want[0] || p.To != want[1] {
			t.Errorf("%s is %s to %s (%v)", name, p.From, p.To, err)
		}
		if p.After().Before().Name != name || p.Before().After().Name != name {
			t.Errorf("%s has %s before and %s after", name, p.Before().Name, p.After().Name)
		}
	}
	for _, name := range []string{"", "2026", "2026-13", "2026-00", "2026-Q5", "2026-Q0", "1026-01", "2026-1x", "x026-01", "2026-011"} {
		if p, err := ParsePeriod(name); err == nil {
			t.Errorf("%q is taken for %s to %s", name, p.From, p.To)
		}
	}
	q := QuarterOf("2026-05-17")
	if q.Name != "2026-Q2" || len(q.Months()) != 3 || q.Months()[2] != "2026-06" {
		t.Errorf("%+v %v", q, q.Months())
	}
	if e := MonthOf("2026-04-10").Elapsed("2026-04-15"); e != .5 {
		t.Errorf("half of April is %v", e)
	}
}

func TestTheHighestBandThatWasReachedCounts(t *testing.T) {
	list := []Rule{{Metric: Won, FromPercent: 0, Rate: 300}, {Metric: Won, FromPercent: 100, Rate: 500}, {Metric: Won, ProductID: 7, FromPercent: 0, Rate: 900}, {Metric: Received, FromPercent: 80, Rate: 100}}
	for _, c := range []struct {
		part    Part
		percent int
		want    int
	}{{Part{Metric: Won}, 0, 300}, {Part{Metric: Won}, 99, 300}, {Part{Metric: Won}, 100, 500}, {Part{Metric: Won}, 400, 500}, {Part{Metric: Won, ProductID: 7}, 400, 900},
		{Part{Metric: Won, ProductID: 8}, 400, 0}, {Part{Metric: Received}, 79, 0}, {Part{Metric: Received}, 80, 100}} {
		if got := rateOf(list, c.part, c.percent); got != c.want {
			t.Errorf("%+v at %d%%: %d, want %d", c.part, c.percent, got, c.want)
		}
	}
	for base, want := range map[int64]int64{10000: 300, 17: 1, 16: 0, 99_999_999_999_999: 3_000_000_000_000} {
		if got := share(base, 300); got != want {
			t.Errorf("3%% of %d is %d", base, got)
		}
	}
}
