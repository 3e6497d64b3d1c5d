package task_test

import (
	"context"
	"testing"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/work/task"
	"regulars/app/work/worktest"
)

const digestsQueued = `SELECT count(*) FROM outbox WHERE purpose = 'staff'`

func digests(t *testing.T, h *worktest.House) int {
	t.Helper()
	if err := h.Tasks.Digests(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h.Count(digestsQueued)
}

func set(t *testing.T, h *worktest.House, query string, args ...any) {
	t.Helper()
	h.Write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
}

func TestADigestComesOnceADayInThePersonsMorning(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin", Zone: "America/New_York"})
	h.Person(worktest.Person{Name: "Idle Person"})
	for range 30 {
		add(t, h, mei, task.Input{Title: "Call <b>Ines</b>", Due: task.When{At: dbtest.Start.Add(-time.Hour)}})
	}
	h.Clock.Set(time.Date(2026, 3, 2, 12, 59, 0, 0, time.UTC)) // 07:59 in New York
	if n := digests(t, h); n != 0 {
		t.Fatalf("%d before the hour", n)
	}
	h.Clock.Add(time.Minute)
	for range 3 {
		if n := digests(t, h); n != 1 {
			t.Fatalf("%d digests", n)
		}
	}
	if n := h.Count(`SELECT count(*) FROM outbox WHERE subject = '30 things for today' AND user_id = ? AND payload LIKE '%\u0026lt;b\u0026gt;Ines%' AND payload LIKE '%and 10 more%'`, meiID); n != 1 {
		var payload string
		_ = h.DB.Reader(t.Context()).Get(t.Context(), &payload, `SELECT subject || payload FROM outbox`)
		t.Errorf("got %s", payload)
	}
	// a restart
	again := worktest.Open(t, dbtest.Open(t, h.DB.Path()))
	again.Join(meiID, worktest.Person{Name: "Mei Lin", Zone: "America/New_York"})
	if n := digests(t, again); n != 1 {
		t.Errorf("%d digests after a restart", n)
	}
}

func TestNothingToSayIsNoMailEvenLater(t *testing.T) {
	h := worktest.New(t)
	mei, _ := h.Person(worktest.Person{Name: "Mei Lin"})
	if n := digests(t, h); n != 0 {
		t.Fatal(n)
	}
	add(t, h, mei, task.Input{Title: "new", Due: task.When{At: h.Clock.Now()}})
	if n := digests(t, h); n != 0 {
		t.Error("the digest came in the middle of the day")
	}
	h.Clock.Add(24 * time.Hour)
	if n := digests(t, h); n != 1 {
		t.Errorf("%d the next morning", n)
	}
}

func TestClockJumpsNeverRepeatADigest(t *testing.T) {
	h := worktest.New(t)
	mei, _ := h.Person(worktest.Person{Name: "Mei Lin", Zone: "Europe/London"})
	add(t, h, mei, task.Input{Title: "Call", Due: task.When{At: dbtest.Start.Add(-time.Hour)}})
	want := 0
	for _, step := range []struct {
		at   string
		more int
	}{
		{"2026-03-02T09:00:00Z", 1},
		{"2026-03-02T08:00:00Z", 0}, // an hour back
		{"2026-03-02T17:00:00Z", 0}, // eight hours on
		{"2026-04-11T09:00:00Z", 1}, // forty days on: one, not forty
		{"2026-03-02T09:30:00Z", 0}, // and back again
		{"2026-03-03T09:00:00Z", 1}, // the days between still have theirs
		{"2026-03-29T06:59:00Z", 0}, // summer time begins: 07:59 on the wall
		{"2026-03-29T07:00:00Z", 1},
		{"2026-03-29T08:00:00Z", 0},
		{"2026-10-25T07:59:00Z", 0}, // and ends
		{"2026-10-25T08:00:00Z", 1},
		{"2026-10-25T09:00:00Z", 0},
	} {
		at, err := time.Parse(time.RFC3339, step.at)
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Set(at)
		want += step.more
		if got := digests(t, h); got != want {
			t.Fatalf("at %s: %d digests, want %d", step.at, got, want)
		}
	}
}

func TestAWeekAsleepIsNoFlood(t *testing.T) {
	h := worktest.New(t)
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	for day := range 7 {
		add(t, h, mei, task.Input{Title: "Call", Due: task.When{At: dbtest.Start.AddDate(0, 0, day)}})
	}
	h.Clock.Add(8 * 24 * time.Hour)
	if err := h.Tasks.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := digests(t, h); n != 1 {
		t.Errorf("%d mails", n)
	}
	if n := h.Count(`SELECT count(*) FROM notification WHERE user_id = ?`, meiID); n != 7 {
		t.Errorf("%d of 7 told in the app", n)
	}
	due, err := h.Tasks.Mine(mei, 100)
	if err != nil || len(due.Overdue) != 7 {
		t.Errorf("%d still due, %v", len(due.Overdue), err)
	}
}

func TestWhoJoinsInTheAfternoonStartsTomorrow(t *testing.T) {
	h := worktest.New(t)
	mei, id := h.Person(worktest.Person{Name: "Mei Lin"})
	add(t, h, mei, task.Input{Title: "Call", Due: task.When{At: h.Clock.Now()}})
	set(t, h, `UPDATE user SET created_at = ? WHERE id = ?`, h.Clock.Now().UnixMilli(), id)
	if n := digests(t, h); n != 0 {
		t.Errorf("%d on the first day", n)
	}
	set(t, h, `UPDATE user SET digest_at = '' WHERE id = ?`, id)
	h.Clock.Add(24 * time.Hour)
	if n := digests(t, h); n != 0 {
		t.Errorf("%d for somebody who wants none", n)
	}
}

func TestWhoJoinsLateInTheDayMayStillChooseALaterHour(t *testing.T) {
	h := worktest.New(t)
	h.Clock.Set(time.Date(2026, 3, 2, 11, 27, 0, 0, time.UTC))
	mei, meiID := h.Person(worktest.Person{Name: "Mei Lin"})
	set(t, h, `UPDATE user SET created_at = ? WHERE id = ?`, h.Clock.Now().UnixMilli(), meiID)
	add(t, h, mei, task.Input{Title: "Call", Due: task.When{At: h.Clock.Now()}})
	if n := digests(t, h); n != 0 {
		t.Fatalf("%d digests for an hour before they came", n)
	}
	set(t, h, `UPDATE user SET digest_at = '12:00' WHERE id = ?`, meiID)
	h.Clock.Set(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	for range 2 {
		if n := digests(t, h); n != 1 {
			t.Errorf("%d digests at the hour that was chosen", n)
		}
	}
}
