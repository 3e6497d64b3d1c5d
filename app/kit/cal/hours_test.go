package cal

import (
	"math/rand/v2"
	"testing"
	"time"
)

func spans(t testing.TB, s string) Spans {
	t.Helper()
	got, err := ParseSpans(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return got
}

func office(t testing.TB, zoneName string, holidays, makeup []Date) *Hours {
	t.Helper()
	day := spans(t, "09:00-12:00,13:30-18:00")
	h, err := NewHours(zone(t, zoneName), Week{1: day, 2: day, 3: day, 4: day, 5: day}, holidays, makeup)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestSpansAreReadInOrder(t *testing.T) {
	for _, s := range []string{"", "09:00-12:00,13:30-18:00", "00:00-24:00", "00:00-12:00,12:00-24:00"} {
		if got := spans(t, s).String(); got != s {
			t.Errorf("%q came back as %q", s, got)
		}
	}
	for _, s := range []string{"09:00", "12:00-09:00", "09:00-09:00", "13:00-14:00,09:00-10:00", "09:00-25:00", "9-12", "09:60-10:00", "09:00-12:00,", "+9:00-12:00"} {
		if _, err := ParseSpans(s); err == nil {
			t.Errorf("%q was accepted", s)
		}
	}
	if _, err := NewHours(time.UTC, Week{}, nil, nil); err == nil {
		t.Error("a week without work was accepted")
	}
}

func TestDeadlinesSkipNightsWeekendsAndHolidays(t *testing.T) {
	// Spring Festival 2026: off from the 15th to the 23rd, in return Saturday 14 February is worked.
	var off []Date
	for d := Date("2026-02-15"); d <= "2026-02-23"; d = d.AddDays(1) {
		off = append(off, d)
	}
	h := office(t, "Asia/Shanghai", off, []Date{"2026-02-14", "2026-02-28"})
	sh := zone(t, "Asia/Shanghai")
	at := func(d Date, s string) time.Time {
		m, err := ParseClock(s)
		if err != nil {
			t.Fatal(err)
		}
		return atMinute(d, m, sh)
	}
	for _, c := range []struct {
		from time.Time
		work time.Duration
		due  time.Time
	}{
		{at("2026-02-13", "17:00"), time.Hour, at("2026-02-13", "18:00")},
		{at("2026-02-13", "17:00"), 2 * time.Hour, at("2026-02-14", "10:00")},
		{at("2026-02-13", "11:00"), 2 * time.Hour, at("2026-02-13", "14:30")},
		{at("2026-02-14", "17:30"), time.Hour, at("2026-02-24", "09:30")},
		{at("2026-02-18", "12:00"), time.Minute, at("2026-02-24", "09:01")},
		{at("2026-02-18", "12:00"), 0, at("2026-02-18", "12:00")},
	} {
		if got := h.Add(c.from, c.work); !got.Equal(c.due) {
			t.Errorf("%s + %s = %s, want %s", c.from, c.work, got, c.due)
		}
	}
	if d := h.NextWorkday("2026-02-13"); d != "2026-02-14" {
		t.Errorf("after Friday comes %s", d)
	}
	if d := h.NextWorkday("2026-02-14"); d != "2026-02-24" {
		t.Errorf("after the make-up day comes %s", d)
	}
	if !h.Open(at("2026-02-14", "09:00")) || h.Open(at("2026-02-14", "18:00")) || h.Open(at("2026-02-16", "10:00")) {
		t.Error("open at the wrong time")
	}
	if got := h.Next(at("2026-02-14", "12:30")); !got.Equal(at("2026-02-14", "13:30")) {
		t.Errorf("lunch ends %s", got)
	}
	if h.In(time.UTC).Open(at("2026-02-13", "09:00")) {
		t.Error("09:00 in Shanghai is night in UTC")
	}
}

func TestBetweenIsTheInverseOfAdd(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	week := [...]string{"", "09:00-12:00,13:30-18:00", "00:00-24:00", "01:30-02:30,02:45-03:15", "22:00-24:00", "00:00-04:00"}
	for _, name := range []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Africa/Cairo", "America/St_Johns", "Australia/Lord_Howe"} {
		for range 150 {
			var w Week
			for i := range w {
				w[i] = spans(t, week[r.IntN(len(week))])
			}
			w[r.IntN(7)] = spans(t, week[1])
			var off, extra []Date
			for range 20 {
				off = append(off, Date("2026-01-01").AddDays(r.IntN(365)))
				extra = append(extra, Date("2026-01-01").AddDays(r.IntN(365)))
			}
			h, err := NewHours(zone(t, name), w, off, extra)
			if err != nil {
				t.Fatal(err)
			}
			start := time.Date(2006+20*r.IntN(2), time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), 0, time.UTC)
			work := time.Duration(r.Int64N(int64(200 * time.Hour)))
			due := h.Add(start, work)
			if got := h.Between(start, due); got != work {
				t.Fatalf("%s: Between(%s, %s) = %s, want %s (%v)", name, start, due, got, work, w)
			}
			if h.Between(due, start) != -work {
				t.Fatal("backwards is not the negative")
			}
			mid := start.Add(due.Sub(start) / 3)
			if h.Between(start, mid)+h.Between(mid, due) != work {
				t.Fatalf("%s: the time is not additive at %s", name, mid)
			}
			if work > 0 && h.Between(start, due.Add(-time.Nanosecond)) >= work {
				t.Fatal("the deadline is not the earliest")
			}
		}
	}
}

func TestClockChangesDoNotStretchWork(t *testing.T) {
	day := spans(t, "00:00-24:00")
	h, err := NewHours(zone(t, "Europe/Berlin"), Week{day, day, day, day, day, day, day}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	berlin := zone(t, "Europe/Berlin")
	for d, want := range map[Date]time.Duration{"2026-03-29": 23 * time.Hour, "2026-10-25": 25 * time.Hour, "2026-06-01": 24 * time.Hour} {
		if got := h.Between(d.Time(berlin), d.AddDays(1).Time(berlin)); got != want {
			t.Errorf("%s has %s", d, got)
		}
	}
}

func TestQuietHoursEnd(t *testing.T) {
	sh := zone(t, "Asia/Shanghai")
	night, err := ParseQuiet("21:00", "08:00")
	if err != nil {
		t.Fatal(err)
	}
	lunch, _ := ParseQuiet("12:00", "13:00")
	never, _ := ParseQuiet("08:00", "08:00")
	late, _ := ParseQuiet("20:00", "24:00")
	for _, c := range []struct {
		q          Quiet
		at, hh, mm int // at in minutes of 2 March
		day        Date
	}{
		{night, 20*60 + 59, 20, 59, "2026-03-02"},
		{night, 21 * 60, 8, 0, "2026-03-03"},
		{night, 3 * 60, 8, 0, "2026-03-02"},
		{night, 8 * 60, 8, 0, "2026-03-02"},
		{lunch, 12*60 + 30, 13, 0, "2026-03-02"},
		{never, 8 * 60, 8, 0, "2026-03-02"},
		{late, 23 * 60, 0, 0, "2026-03-03"},
		{Quiet{}, 0, 0, 0, "2026-03-02"},
	} {
		at := atMinute("2026-03-02", c.at, sh)
		if got := c.q.Until(at, sh); !got.Equal(At(c.day, c.hh, c.mm, sh)) {
			t.Errorf("%v at %s: until %s", c.q, at, got)
		}
	}
	if _, err := ParseQuiet("21:00", "8"); err == nil {
		t.Error("nonsense was accepted")
	}
}

func TestAfterTheQuietTheWayIsFree(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, name := range []string{"Europe/Berlin", "America/St_Johns", "Africa/Cairo"} {
		loc := zone(t, name)
		for range 3000 {
			q := Quiet{r.IntN(24 * 60), r.IntN(24 * 60)}
			at := time.Date(2026, 1, 1, 0, r.IntN(365*24*60), 0, 0, time.UTC)
			free := q.Until(at, loc)
			if free.Before(at) || free.Sub(at) > 25*time.Hour || !q.Until(free, loc).Equal(free) {
				t.Fatalf("%s %v: %s -> %s -> %s", name, q, at, free, q.Until(free, loc))
			}
		}
	}
}
