package task_test

import (
	"testing"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/work/task"
)

// digest is the hour at which a day begins for a task without a time: 8:00.
const digest = 8 * 60

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := cal.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	out, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPickIsSeenFromThePersonsDay(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	now := at(t, "2026-03-02T20:30:00Z") // already the 3rd in Shanghai
	for _, c := range []struct{ pick, day, clock, want string }{
		{"tomorrow", "", "", "2026-03-04T00:00:00Z"}, // 08:00 there
		{"tomorrow", "", "14:30", "2026-03-04T06:30:00Z"},
		{"days3", "", "", "2026-03-06T00:00:00Z"},
		{"week", "", "", "2026-03-10T00:00:00Z"},
		{"month", "", "", "2026-04-03T00:00:00Z"},
		{"date", "2026-05-01", "", "2026-05-01T00:00:00Z"},
		{"", "2026-05-01", "09:00", "2026-05-01T01:00:00Z"},
	} {
		w, err := task.Pick(c.pick, c.day, c.clock, now, shanghai)
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		if got := w.In(task.Hours{shanghai, digest}); !got.Equal(at(t, c.want)) {
			t.Errorf("%+v: got %s", c, got.UTC().Format(time.RFC3339))
		}
	}
	if w, err := task.Pick("", "", "", now, shanghai); err != nil || !w.IsZero() {
		t.Errorf("no choice must be no moment: %v %v", w, err)
	}
	for _, c := range [][3]string{{"yesterday", "", ""}, {"date", "", ""}, {"date", "2026-02-30", ""}, {"tomorrow", "", "25:00"}, {"date", "0001-01-01", ""}, {"date", "9999-12-31", "23:59"}} {
		if _, err := task.Pick(c[0], c[1], c[2], now, shanghai); err == nil {
			t.Errorf("%v was taken", c)
		}
	}
}

func TestNextMonthStaysInIt(t *testing.T) {
	for from, want := range map[cal.Date]cal.Date{"2026-01-31": "2026-02-28", "2028-01-31": "2028-02-29", "2026-12-31": "2027-01-31", "2026-03-15": "2026-04-15", "2026-08-31": "2026-09-30"} {
		w, err := task.Pick("month", "", "", at(t, string(from)+"T12:00:00Z"), time.UTC)
		if err != nil || w.Day != want {
			t.Errorf("%s: got %s, want %s, %v", from, w.Day, want, err)
		}
	}
}

func TestSnoozeKeepsTheTimeOfDayOverSummerTime(t *testing.T) {
	london := zone(t, "Europe/London")
	h := task.Hours{london, digest}
	due := at(t, "2026-03-28T10:15:00Z") // 10:15 in winter
	now := at(t, "2026-03-28T11:00:00Z")
	for _, c := range []struct{ by, want string }{
		{"hour", "2026-03-28T12:00:00Z"},
		{"tomorrow", "2026-03-29T09:15:00Z"}, // still 10:15 on the wall, summer time now
		{"week", "2026-04-04T09:15:00Z"},
	} {
		got, err := task.PutOff(c.by, "", "", due, now, h)
		if err != nil || !got.Equal(at(t, c.want)) {
			t.Errorf("%s: got %s, %v", c.by, got.UTC(), err)
		}
	}
	gap, err := task.PutOff("date", "2026-03-29", "01:30", due, now, h) // an hour that day does not have
	if err != nil || !gap.Equal(at(t, "2026-03-29T01:00:00Z")) {
		t.Errorf("in the gap: got %s, %v", gap.UTC(), err)
	}
	overdue, err := task.PutOff("tomorrow", "", "", at(t, "2026-01-05T15:00:00Z"), now, h)
	if err != nil || !overdue.Equal(at(t, "2026-03-29T14:00:00Z")) {
		t.Errorf("an overdue task moves from now: got %s, %v", overdue.UTC(), err)
	}
	undated, err := task.PutOff("tomorrow", "", "", time.Time{}, now, h)
	if err != nil || !undated.Equal(at(t, "2026-03-29T07:00:00Z")) {
		t.Errorf("without a time it is the digest's: got %s, %v", undated.UTC(), err)
	}
	if _, err := task.PutOff("never", "", "", due, now, h); err == nil {
		t.Error("an unknown way to snooze was taken")
	}
}

func TestParseWhen(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	for in, want := range map[string]string{"2026-03-04T10:00:00+08:00": "2026-03-04T02:00:00Z", "2026-03-04T10:00": "2026-03-04T02:00:00Z", "2026-03-04 10:00": "2026-03-04T02:00:00Z", " 2026-03-04 ": "2026-03-04T00:00:00Z"} {
		w, err := task.ParseWhen(in, shanghai)
		if err != nil || !w.In(task.Hours{shanghai, digest}).Equal(at(t, want)) {
			t.Errorf("%s: got %v, %v", in, w, err)
		}
	}
	for _, bad := range []string{"soon", "2026-13-01", "2026-03-04T99:00", "20260304", "0000-00-00", "'; DROP TABLE task"} {
		if _, err := task.ParseWhen(bad, shanghai); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func FuzzParseWhen(f *testing.F) {
	f.Add("2026-03-04T10:00")
	f.Fuzz(func(t *testing.T, s string) {
		if w, err := task.ParseWhen(s, time.UTC); err == nil && !w.IsZero() {
			if y := w.In(task.Hours{time.UTC, digest}).Year(); y < 1969 || y > 3000 {
				t.Errorf("%q became the year %d", s, y)
			}
		}
	})
}
