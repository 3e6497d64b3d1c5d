package report

import (
	"testing"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/voice/improvement"
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
	weekly := Settings{Rhythm: Weekly, Weekday: 1}
	friday := Settings{Rhythm: Weekly, Weekday: 5}
	sunday := Settings{Rhythm: Weekly, Weekday: 0}
	for _, c := range []struct {
		set                        Settings
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
		{Settings{Rhythm: Monthly, Day: 1}, "2026-03-01 07:00", "2026-02", "2026-02-01", "2026-02-28", "2026-01-01"},
		{Settings{Rhythm: Monthly, Day: 28}, "2026-03-28 06:59", "2026-01", "2026-01-01", "2026-01-31", "2025-12-01"},
		{Settings{Rhythm: Monthly, Day: 28}, "2026-03-28 07:00", "2026-02", "2026-02-01", "2026-02-28", "2026-01-01"},
		{Settings{Rhythm: Quarterly, Day: 2}, "2026-04-02 06:00", "2025-Q4", "2025-10-01", "2025-12-31", "2025-07-01"},
		{Settings{Rhythm: Quarterly, Day: 2}, "2026-06-30 12:00", "2026-Q1", "2026-01-01", "2026-03-31", "2025-10-01"},
	} {
		got := newest(c.set, at(t, zone, c.now), zone)
		if got.Name != c.name || string(got.Since) != c.since || string(got.Until) != c.until || string(got.Before) != c.before {
			t.Errorf("%s at %s: %+v", c.set.Rhythm, c.now, got)
		}
		if got.Due.After(at(t, zone, c.now)) {
			t.Errorf("%s at %s is due at %s", c.set.Rhythm, c.now, got.Due)
		}
	}
	if got := byHand(Weekly, at(t, zone, "2026-03-29 12:34"), zone); got.Since != "2026-03-23" || got.Until != "2026-03-29" || got.Before != "2026-03-16" || got.Name != "2026-03-29T12:34" {
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
	for _, set := range []Settings{{Rhythm: Weekly, Weekday: 0}, {Rhythm: Weekly, Weekday: 3}, {Rhythm: Monthly, Day: 15}, {Rhythm: Quarterly, Day: 28}} {
		var last slot
		seen := 0
		for now := at(t, zone, "2026-01-01 00:00"); now.Before(at(t, zone, "2028-01-01 00:00")); now = now.Add(47 * time.Minute) {
			s := newest(set, now, zone)
			if s.Name == last.Name {
				continue
			}
			if last.Name != "" && (s.Since != last.Until.AddDays(1) || s.Before != last.Since || s.Due.In(zone).Hour() != hour) {
				t.Fatalf("%s: %+v after %+v", set.Rhythm, s, last)
			}
			last = s
			seen++
		}
		if want := map[Kind]int{Weekly: 105, Monthly: 25, Quarterly: 9}[set.Rhythm]; seen < want-1 || seen > want+1 {
			t.Errorf("%s: %d occasions", set.Rhythm, seen)
		}
	}
}

func TestStepsComeFromTheFigures(t *testing.T) {
	f := Figures{
		Cases: &Cases{Waiting: Number{3, "/w"}, Late: Number{0, "/l"}},
		Surveys: []Survey{
			{ID: 1, Name: "Visit", Active: true, Scored: true, Score: Score{N: 40}, Change: &Change{Delta: -12, Verdict: string(stats.LikelyReal)}, TopicPage: "/t"},
			{ID: 2, Name: "New", Active: true, Scored: true, Score: Score{N: 2}, Change: &Change{Delta: -50, Verdict: string(stats.TooEarly)}},
			{ID: 3, Name: "Small", Active: true, Scored: true, Score: Score{N: 21}, Change: &Change{Delta: 30, Verdict: string(stats.LikelyReal)}},
			{ID: 4, Name: "Over", Scored: true},
			{ID: 5, Name: "Words", Active: true},
		},
		Themes:       []Theme{{ID: 7, NameEN: "Price", Unhappy: Number{N: 4}}, {ID: 7, NameEN: "Price", Unhappy: Number{N: 3}}, {ID: 8, NameEN: "Parking", Unhappy: Number{N: 2}}},
		Improvements: []Improvement{{ID: 9, Title: "Earlier van", Verdict: improvement.Proven}, {ID: 10, Title: "Told", Verdict: improvement.Proven, Letters: 2}},
		loose:        []loose{{7, true, true}, {8, true, true}},
	}
	keys := func(all []Step) (out string) {
		for _, s := range all {
			out += s.Key + " "
		}
		return out
	}
	if got, want := keys(steps(f, true)), "waiting fell assign improve tell ask more "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := keys(steps(f, false)), "waiting fell improve tell ask more "; got != want {
		t.Errorf("alone: %s, want %s", got, want)
	}
	if got := steps(Figures{}, true); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
