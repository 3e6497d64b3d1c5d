package job

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/clock"
	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
)

// house is a shop with one job that counts its runs.
type house struct {
	t     *testing.T
	db    *db.DB
	clock *clock.Fake
	zone  *time.Location
	spec  Spec
	mu    sync.Mutex
	runs  int
	fail  error
}

func newHouse(t *testing.T, zone string, s Schedule) *house {
	t.Helper()
	loc, err := cal.Zone(zone)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, db: dbtest.New(t), clock: dbtest.Clock(t), zone: loc}
	h.spec = Spec{Name: "count", Schedule: s, Run: func(context.Context) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.runs++
		return h.fail
	}}
	return h
}

// runner is a new process.
func (h *house) runner() *Runner {
	h.t.Helper()
	r, err := New(h.db, h.clock, func(context.Context) *time.Location { return h.zone }, []Spec{h.spec})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) at(local string) {
	h.t.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04:05 -0700", local, h.zone)
	if err != nil {
		t, err = time.ParseInLocation("2006-01-02 15:04", local, h.zone)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.Set(t)
}

func tick(t *testing.T, r *Runner) {
	t.Helper()
	if err := r.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// rows gives slot -> outcome.
func (h *house) rows(r *Runner) map[string]string {
	h.t.Helper()
	runs, err := r.Runs(h.t.Context(), "count", 0, 500)
	if err != nil {
		h.t.Fatal(err)
	}
	out := map[string]string{}
	for _, run := range runs {
		out[run.Slot] = run.Outcome
	}
	return out
}

func (h *house) ran(want int) {
	h.t.Helper()
	if h.runs != want {
		h.t.Fatalf("the job ran %d times, want %d (clock %s)", h.runs, want, h.clock.Now().In(h.zone))
	}
}

func TestFreshInstallationRunsNoPastSlot(t *testing.T) {
	for _, s := range []Schedule{Daily(3, 15), Weekly(time.Sunday, 4, 0), Monthly(1, 5, 0)} {
		h := newHouse(t, "Asia/Shanghai", s)
		r := h.runner()
		h.at("2026-03-10 12:00")
		tick(t, r)
		tick(t, h.runner())
		h.ran(0)
		st, err := r.List(t.Context())
		if err != nil || st[0].Late || !st[0].LastRunAt.IsZero() {
			t.Fatalf("status %+v, %v", st, err)
		}
		h.clock.Set(st[0].NextRunAt.Time)
		tick(t, r)
		tick(t, h.runner())
		h.ran(1)
	}
}

func TestDailyCatchesUpWithTheNewestSlotOnly(t *testing.T) {
	h := newHouse(t, "Europe/Berlin", Daily(3, 15))
	r := h.runner()
	h.at("2026-03-02 09:00")
	tick(t, r)
	h.clock.Add(8 * time.Hour) // nothing due
	tick(t, r)
	h.ran(0)
	h.at("2026-03-03 03:15")
	tick(t, r)
	h.ran(1)
	h.clock.Add(40 * 24 * time.Hour)
	tick(t, r)
	tick(t, h.runner()) // restarted
	h.ran(2)
	rows := h.rows(r)
	if rows["2026-04-12"] != OK || rows["2026-04-11"] != Skipped || rows["2026-03-13"] != Skipped {
		t.Fatalf("rows %v", rows)
	}
	if len(rows) > 3+maxSkipped {
		t.Fatalf("%d rows for one gap", len(rows))
	}
	h.clock.Add(-time.Hour)
	tick(t, r)
	tick(t, h.runner())
	h.ran(2)
	if !r.ClockBack() {
		t.Fatal("an hour back went unnoticed")
	}
	h.clock.Add(2 * time.Hour)
	tick(t, r)
	if r.ClockBack() {
		t.Fatal("the clock has caught up")
	}
	h.ran(2)
}

func TestSlotPassedOverByAWrongClockStillHasItsDay(t *testing.T) {
	h := newHouse(t, "Asia/Shanghai", Daily(3, 0))
	h.at("2026-03-02 09:00")
	tick(t, h.runner())
	h.at("2026-03-12 09:00") // somebody set the wrong date
	tick(t, h.runner())
	h.ran(1)
	h.at("2026-03-02 10:00") // and noticed
	r := h.runner()
	tick(t, r)
	h.ran(1)
	if !r.ClockBack() {
		t.Fatal("ten days back went unnoticed")
	}
	if err := r.AcceptClock(t.Context()); err != nil || r.ClockBack() {
		t.Fatalf("accepted, but %v", err)
	}
	for day := 3; day <= 12; day++ {
		h.at(fmt.Sprintf("2026-03-%02d 03:00", day))
		tick(t, h.runner())
	}
	h.ran(10) // nine days more; the twelfth ran already
}

func TestSummerTimeGivesEachDayOneSlot(t *testing.T) {
	for _, c := range []struct {
		zone, from string
		days       int
	}{
		{"Europe/Berlin", "2026-03-27 12:00", 5},
		{"Europe/Berlin", "2026-10-23 12:00", 5},
		{"Asia/Shanghai", "1986-05-02 12:00", 5},
		{"Asia/Shanghai", "1986-09-12 12:00", 5},
	} {
		for _, at := range [][2]int{{0, 0}, {1, 59}, {2, 0}, {2, 30}, {3, 0}} {
			h := newHouse(t, c.zone, Daily(at[0], at[1]))
			h.at(c.from)
			r := h.runner()
			for i := range c.days * 24 * 2 {
				tick(t, r)
				h.clock.Add(30 * time.Minute)
				if i%20 == 0 {
					r = h.runner()
				}
			}
			h.ran(c.days)
		}
	}
}

func TestRandomClocksNeverRepeatASlot(t *testing.T) {
	for _, s := range []Schedule{Daily(2, 30), Weekly(time.Monday, 0, 0), Monthly(31, 23, 59), Every(20 * time.Second)} {
		for seed := range uint64(2) {
			h := newHouse(t, "Europe/Berlin", s)
			rnd := rand.New(rand.NewPCG(seed, 7))
			h.at("2026-03-01 12:00")
			r := h.runner()
			for range 150 {
				tick(t, r)
				before := h.runs
				tick(t, r)
				tick(t, h.runner())
				if h.runs != before {
					t.Fatalf("%s ran again at the same moment (seed %d)", s, seed)
				}
				switch rnd.IntN(8) {
				case 0:
					h.clock.Add(-time.Duration(rnd.IntN(100)) * time.Hour)
				case 1:
					h.clock.Add(time.Duration(rnd.IntN(60*24)) * time.Hour)
				case 2:
					r = h.runner()
				default:
					h.clock.Add(time.Duration(rnd.IntN(3000)) * time.Second)
				}
			}
			runs, err := r.Runs(t.Context(), "count", 0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			good := 0
			for _, run := range runs {
				if run.Outcome == OK {
					good++
				}
			}
			if s.kind != interval && good != h.runs {
				t.Fatalf("%s: %d runs but %d slots (seed %d)", s, h.runs, good, seed)
			}
		}
	}
}

func TestIntervalGoesOnAfterTheClockWentBack(t *testing.T) {
	h := newHouse(t, "UTC", Every(20*time.Second))
	r := h.runner()
	tick(t, r)
	h.ran(1)
	tick(t, r)
	h.ran(1)
	h.clock.Add(-time.Hour)
	tick(t, r)
	h.ran(1)
	for range 3 {
		h.clock.Add(20 * time.Second)
		tick(t, r)
	}
	h.ran(4)
	h.clock.Add(8 * time.Hour)
	tick(t, r)
	h.ran(5)
}

func TestIntervalKeepsFewRows(t *testing.T) {
	h := newHouse(t, "UTC", Every(20*time.Second))
	r := h.runner()
	for range keptRuns + 30 {
		tick(t, r)
		h.clock.Add(20 * time.Second)
	}
	h.ran(keptRuns + 30)
	if n := len(h.rows(r)); n != keptRuns {
		t.Fatalf("%d rows kept", n)
	}
}

func TestSlotNames(t *testing.T) {
	for _, c := range []struct {
		s          Schedule
		now, want  string
		text, next string
	}{
		{Daily(3, 15), "2026-01-01 03:14", "2025-12-31", "daily 03:15", "2026-01-01"},
		{Weekly(time.Sunday, 4, 0), "2026-01-04 04:00", "2026-W01", "weekly sun 04:00", "2026-W02"},
		{Weekly(time.Sunday, 4, 0), "2026-01-04 03:59", "2025-W52", "weekly sun 04:00", "2026-W01"},
		{Monthly(31, 5, 0), "2026-02-28 05:00", "2026-02", "monthly 31 05:00", "2026-03"},
		{Monthly(31, 5, 0), "2026-02-28 04:59", "2026-01", "monthly 31 05:00", "2026-02"},
		{Every(20 * time.Second), "", "", "every 20s", ""},
		{Every(5 * time.Minute), "", "", "every 5m", ""},
		{Every(2 * time.Hour), "", "", "every 2h", ""},
	} {
		if got := c.s.String(); got != c.text {
			t.Errorf("%s, want %s", got, c.text)
		}
		if c.now == "" {
			continue
		}
		now, err := time.Parse("2006-01-02 15:04", c.now)
		if err != nil {
			t.Fatal(err)
		}
		sl := c.s.newest(now, time.UTC)
		if sl.name != c.want || c.s.step(sl, 1, time.UTC).name != c.next {
			t.Errorf("%s at %s: %s, then %s", c.text, c.now, sl.name, c.s.step(sl, 1, time.UTC).name)
		}
	}
}
