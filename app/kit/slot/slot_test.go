package slot

import (
	"testing"
	"time"

	"regulars/app/kit/cal"
)

func at(t *testing.T, zone *time.Location, local string) time.Time {
	t.Helper()
	out, err := time.ParseInLocation("2006-01-02 15:04", local, zone)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheNewestOccasionHasTheDaysThatAreOver(t *testing.T) {
	zone, err := cal.Zone("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	weekly := Rhythm{Kind: Weekly, Weekday: 1}
	friday := Rhythm{Kind: Weekly, Weekday: 5}
	sunday := Rhythm{Kind: Weekly, Weekday: 0}
	for _, c := range []struct {
		set                        Rhythm
		now                        string
		name, since, until, before string
	}{
		{weekly, "2026-03-30 06:59", "2026-W12", "2026-03-16", "2026-03-22", "2026-03-09"}, // the clocks went forward the night before
		{weekly, "2026-03-30 07:00", "2026-W13", "2026-03-23", "2026-03-29", "2026-03-16"},
		{weekly, "2026-04-05 23:59", "2026-W13", "2026-03-23", "2026-03-29", "2026-03-16"},
		{weekly, "2026-10-26 07:00", "2026-W43", "2026-10-19", "2026-10-25", "2026-10-12"}, // and back
		{weekly, "2027-01-04 08:00", "2026-W53", "2026-12-28", "2027-01-03", "2026-12-21"},
		{friday, "2026-04-02 12:00", "2026-W12", "2026-03-16", "2026-03-22", "2026-03-09"},
		{friday, "2026-04-03 07:00", "2026-W13", "2026-03-23", "2026-03-29", "2026-03-16"},
		{sunday, "2026-04-05 07:00", "2026-W13", "2026-03-23", "2026-03-29", "2026-03-16"},
		{sunday, "2026-04-05 06:59", "2026-W12", "2026-03-16", "2026-03-22", "2026-03-09"},
		{Rhythm{Kind: Monthly, Day: 1}, "2026-03-01 07:00", "2026-02", "2026-02-01", "2026-02-28", "2026-01-01"},
		{Rhythm{Kind: Monthly, Day: 28}, "2026-03-28 06:59", "2026-01", "2026-01-01", "2026-01-31", "2025-12-01"},
		{Rhythm{Kind: Monthly, Day: 28}, "2026-03-28 07:00", "2026-02", "2026-02-01", "2026-02-28", "2026-01-01"},
		{Rhythm{Kind: Quarterly, Day: 2}, "2026-04-02 06:00", "2025-Q4", "2025-10-01", "2025-12-31", "2025-07-01"},
		{Rhythm{Kind: Quarterly, Day: 2}, "2026-06-30 12:00", "2026-Q1", "2026-01-01", "2026-03-31", "2025-10-01"},
	} {
		got := Newest(c.set, at(t, zone, c.now), zone)
		if got.Name != c.name || string(got.Since) != c.since || string(got.Until) != c.until || string(got.Before) != c.before {
			t.Errorf("%s at %s: %+v", c.set.Kind, c.now, got)
		}
		if got.Due.After(at(t, zone, c.now)) {
			t.Errorf("%s at %s is due at %s", c.set.Kind, c.now, got.Due)
		}
	}
	if got := Now(Weekly, at(t, zone, "2026-03-29 12:34"), zone); got.Since != "2026-03-23" || got.Until != "2026-03-29" || got.Before != "2026-03-16" || got.Name != "2026-03-29T12:34" {
		t.Errorf("%+v", got)
	}
}

// A minute's walk through two years: each occasion comes once, in order, its
// days follow those before without a gap, whatever the clocks do.
func TestOccasionsFollowEachOther(t *testing.T) {
	zone, err := cal.Zone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range []Rhythm{{Kind: Weekly, Weekday: 0}, {Kind: Weekly, Weekday: 3}, {Kind: Monthly, Day: 15}, {Kind: Quarterly, Day: 28}} {
		var last Slot
		seen := 0
		for now := at(t, zone, "2026-01-01 00:00"); now.Before(at(t, zone, "2028-01-01 00:00")); now = now.Add(47 * time.Minute) {
			s := Newest(set, now, zone)
			if s.Name == last.Name {
				continue
			}
			if last.Name != "" && (s.Since != last.Until.AddDays(1) || s.Before != last.Since || s.Due.In(zone).Hour() != Hour) {
				t.Fatalf("%s: %+v after %+v", set.Kind, s, last)
			}
			last = s
			seen++
		}
		if want := map[Kind]int{Weekly: 105, Monthly: 25, Quarterly: 9}[set.Kind]; seen < want-1 || seen > want+1 {
			t.Errorf("%s: %d occasions", set.Kind, seen)
		}
	}
}

func TestAYearBeforeIsTheSameMonthOrTheSameWeekdays(t *testing.T) {
	for _, c := range []struct {
		s            Slot
		since, until string
	}{
		{Slot{Kind: Monthly, Name: "2028-02", Since: "2028-02-01", Until: "2028-02-29"}, "2027-02-01", "2027-02-28"}, // a leap year
		{Slot{Kind: Monthly, Name: "2029-02", Since: "2029-02-01", Until: "2029-02-28"}, "2028-02-01", "2028-02-29"},
		{Slot{Kind: Monthly, Name: "2026-12", Since: "2026-12-01", Until: "2026-12-31"}, "2025-12-01", "2025-12-31"},
		{Slot{Kind: Quarterly, Name: "2026-Q1", Since: "2026-01-01", Until: "2026-03-31"}, "2025-01-01", "2025-03-31"},
		{Slot{Kind: Weekly, Name: "2026-W53", Since: "2026-12-28", Until: "2027-01-03"}, "2025-12-29", "2026-01-04"},
		{Slot{Kind: Monthly, Name: "2026-03-29T12:34", Since: "2026-02-28", Until: "2026-03-29"}, "2025-03-01", "2025-03-30"},
	} {
		got := c.s.YearAgo()
		if string(got.Since) != c.since || string(got.Until) != c.until || got.Since.Weekday() != c.s.Since.Weekday() && c.s.Kind == Weekly {
			t.Errorf("%s: a year before is %+v", c.s.Name, got)
		}
	}
}
