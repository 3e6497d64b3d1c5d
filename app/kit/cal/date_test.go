package cal

import (
	"encoding/json"
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestOnlyRealDaysAreDates(t *testing.T) {
	for _, s := range []string{"", "2024-02-29", "0001-01-01", "9999-12-31"} {
		if d, err := ParseDate(s); err != nil || string(d) != s {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, s := range []string{"2023-02-29", "2024-2-1", "2024-13-01", "24-01-01", "2024-01-01T00:00:00Z", " ", "0000-01-01", "２０２４-01-01"} {
		if _, err := ParseDate(s); err == nil {
			t.Errorf("%q was accepted", s)
		}
	}
}

func TestDateCrossesTheDatabaseAndJSON(t *testing.T) {
	for _, d := range []Date{"", "2026-02-17"} {
		v, err := d.Value()
		if err != nil || (v == nil) != (d == "") {
			t.Fatalf("%q stored as %v, %v", d, v, err)
		}
		back := Date("2000-01-01")
		if err := back.Scan(v); err != nil || back != d {
			t.Errorf("%q came back as %q, %v", d, back, err)
		}
		b, _ := json.Marshal(d)
		back = "2000-01-01"
		if err := json.Unmarshal(b, &back); err != nil || back != d {
			t.Errorf("%s came back as %q, %v", b, back, err)
		}
	}
	if _, err := Date("2026-02-30").Value(); err == nil {
		t.Error("a day that does not exist was stored")
	}
	var d Date
	if err := d.Scan([]byte("2026-01-02")); err != nil || d != "2026-01-02" {
		t.Errorf("got %q, %v", d, err)
	}
	if d.Scan(int64(5)) == nil || d.Scan("yesterday") == nil {
		t.Error("nonsense was read from the database")
	}
	for _, s := range []string{`"2026-02-30"`, `5`, `{}`} {
		if json.Unmarshal([]byte(s), &d) == nil {
			t.Errorf("%s was accepted", s)
		}
	}
	out, _ := json.Marshal(struct {
		A Date `json:"a"`
		B Date `json:"b,omitempty"`
	}{})
	if string(out) != `{"a":null}` {
		t.Errorf("got %s", out)
	}
}

func TestDateArithmetic(t *testing.T) {
	d := Date("2024-02-28")
	if d.AddDays(2) != "2024-03-01" || Date("2024-03-01").Sub(d) != 2 || d.Sub("2024-03-01") != -2 {
		t.Error("29 February 2024 was lost")
	}
	if d.Weekday() != time.Wednesday || d.Month() != "2024-02" {
		t.Errorf("got %v, %v", d.Weekday(), d.Month())
	}
	if w := Date("2021-01-03").Week(); w != "2020-W53" {
		t.Errorf("ISO week: %s", w)
	}
	if Date("").AddDays(1) != "" || Date("").Sub(d) != 0 || Date("").Week() != "" || Date("").Month() != "" || !Date("").Time(time.UTC).IsZero() {
		t.Error("no date turned into one")
	}
	if Date("9999-12-31").AddDays(1) != "" || Date("0001-01-01").AddDays(-1) != "" {
		t.Error("years beyond four digits")
	}
	start := Date("1950-01-01")
	for n := range 40000 {
		if e := start.AddDays(n); e.Sub(start) != n || !e.Valid() {
			t.Fatalf("day %d is %q", n, e)
		}
	}
}

func TestTheSameInstantIsTwoDays(t *testing.T) {
	at := time.Date(2026, 3, 1, 17, 0, 0, 0, time.UTC)
	if d := Today(at, zone(t, "Asia/Shanghai")); d != "2026-03-02" {
		t.Errorf("Shanghai: %s", d)
	}
	if d := DateOf(at, zone(t, "America/New_York")); d != "2026-03-01" {
		t.Errorf("New York: %s", d)
	}
}

func TestZoneIsNeverTheMachines(t *testing.T) {
	for _, name := range []string{"", "Local", "Mars/Olympus", "../etc/passwd"} {
		if _, err := Zone(name); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
}

func TestAtInGapsAndOverlaps(t *testing.T) {
	for _, c := range []struct {
		zone, date string
		hh, mm     int
		want       string
	}{
		{"Asia/Shanghai", "2026-01-01", 9, 30, "2026-01-01T01:30:00Z"},
		{"Europe/Berlin", "2026-03-29", 1, 59, "2026-03-29T00:59:00Z"},
		{"Europe/Berlin", "2026-03-29", 2, 0, "2026-03-29T01:00:00Z"},  // skipped: the first instant after
		{"Europe/Berlin", "2026-03-29", 2, 59, "2026-03-29T01:00:00Z"}, // skipped too
		{"Europe/Berlin", "2026-03-29", 3, 0, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-10-25", 2, 30, "2026-10-25T00:30:00Z"}, // twice: the first
		{"Europe/Berlin", "2026-10-25", 3, 0, "2026-10-25T02:00:00Z"},
		{"America/New_York", "2026-03-08", 2, 30, "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-11-01", 1, 30, "2026-11-01T05:30:00Z"},
		{"Africa/Cairo", "2026-04-24", 0, 0, "2026-04-23T22:00:00Z"},  // midnight itself is skipped
		{"Pacific/Apia", "2011-12-30", 12, 0, "2011-12-30T10:00:00Z"}, // the whole day is skipped
		{"Australia/Lord_Howe", "2026-04-05", 1, 45, "2026-04-04T14:45:00Z"},
		{"UTC", "2026-12-31", 24, 0, "2027-01-01T00:00:00Z"},
	} {
		got := At(Date(c.date), c.hh, c.mm, zone(t, c.zone))
		if s := got.UTC().Format(time.RFC3339); s != c.want {
			t.Errorf("%s %s %02d:%02d is %s, want %s", c.zone, c.date, c.hh, c.mm, s, c.want)
		}
	}
}

func TestLaterWallTimeIsNeverEarlier(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/Havana", "America/St_Johns", "Africa/Cairo", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"} {
		loc := zone(t, name)
		for _, year := range []Date{"2006-01-01", "2011-01-01", "2026-01-01"} {
			var last time.Time
			for day := range 366 {
				for m := 0; m < 24*60; m += 15 {
					now := atMinute(year.AddDays(day), m, loc)
					if now.Before(last) {
						t.Fatalf("%s %s %s: %s after %s", name, year.AddDays(day), clockText(m), now, last)
					}
					last = now
				}
			}
		}
	}
}

func FuzzDate(f *testing.F) {
	f.Add("2024-02-29")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err == nil && d != "" && d.Time(time.UTC).Format(layout) != s {
			t.Fatalf("%q is %s", s, d.Time(time.UTC))
		}
	})
}

func TestWeeksBeginOnMonday(t *testing.T) {
	for day, want := range map[Date]Date{"2026-03-02": "2026-03-02", "2026-03-08": "2026-03-02", "2026-03-09": "2026-03-09"} {
		if got := day.Monday(); got != want {
			t.Errorf("%s is in the week of %s", day, got)
		}
	}
}
