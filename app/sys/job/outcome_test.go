package job

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/safego"
)

func TestTwoRunnersAtOnceRunASlotOnce(t *testing.T) {
	h := newHouse(t, "Asia/Shanghai", Daily(3, 0))
	second := dbtest.Open(t, h.db.Path())
	a := h.runner()
	b, err := New(second, h.clock, a.zone, a.specs)
	if err != nil {
		t.Fatal(err)
	}
	tick(t, a)
	for day := range 20 {
		h.clock.Add(24 * time.Hour)
		var wg sync.WaitGroup
		for _, r := range []*Runner{a, b, a, b} {
			wg.Go(func() {
				if err := r.Tick(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		h.ran(day + 1)
	}
}

func TestCrashedRunIsRetriedOnce(t *testing.T) {
	h := newHouse(t, "UTC", Daily(3, 0))
	h.clock.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	tick(t, h.runner())
	h.at("2026-03-03 03:00")
	for range 3 { // three processes claim the slot and die
		dead := h.runner()
		if err := dead.closeOpen(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := dead.claim(t.Context(), h.spec); err != nil {
			t.Fatal(err)
		}
	}
	h.ran(0)
	r := h.runner()
	if err := r.closeOpen(t.Context()); err != nil {
		t.Fatal(err)
	}
	tick(t, r)
	h.ran(0) // the one retry is used up
	runs, err := r.Runs(t.Context(), "count", 0, 1)
	if err != nil || runs[0].Outcome != Failed || runs[0].Attempt != 2 || runs[0].Error != interrupted {
		t.Fatalf("%+v %v", runs, err)
	}
	h.clock.Add(24 * time.Hour)
	if _, err := h.runner().claim(t.Context(), h.spec); err != nil {
		t.Fatal(err)
	}
	h.clock.Add(usualTimeout + grace + time.Second) // found dead without a start
	tick(t, r)
	h.ran(1)
}

func TestShutdownLeavesTheSlotToTheNextProcess(t *testing.T) {
	h := newHouse(t, "UTC", Daily(3, 0))
	tick(t, h.runner())
	h.clock.Add(24 * time.Hour)
	ctx, stop := context.WithCancel(t.Context())
	count := h.spec.Run
	h.spec.Run = func(ctx context.Context) error { stop(); <-ctx.Done(); return ctx.Err() }
	if err := h.runner().Tick(ctx); err != nil {
		t.Fatal(err)
	}
	h.spec.Run = count
	tick(t, h.runner())
	h.ran(1)
}

func TestFailureAndPanicAreRecorded(t *testing.T) {
	h := newHouse(t, "UTC", Daily(3, 0))
	r := h.runner()
	tick(t, r)
	h.clock.Add(24 * time.Hour)
	h.fail = errors.New("the disk is full")
	tick(t, r)
	tick(t, r)
	h.ran(1)
	if st, _ := r.List(t.Context()); st[0].LastError != "the disk is full" || st[0].Late || st[0].Running {
		t.Fatalf("%+v", st[0])
	}
	h.spec.Run = func(context.Context) error { panic("out of paper") }
	r = h.runner()
	if err := r.RunNow(t.Context(), "count"); err == nil || err.Error() != "panic: out of paper" {
		t.Fatalf("got %v", err)
	}
	h.clock.Add(24 * time.Hour)
	tick(t, r)
	if st, _ := r.List(t.Context()); st[0].LastError != "panic: out of paper" {
		t.Fatalf("%+v", st[0])
	}
}

func TestRunNowNeverOverlaps(t *testing.T) {
	h := newHouse(t, "UTC", Daily(3, 0))
	begun, end := make(chan bool), make(chan bool)
	h.spec.Run = func(context.Context) error { begun <- true; <-end; return nil }
	r := h.runner()
	tick(t, r)
	done := make(chan error, 1)
	safego.Go("test", func() { done <- r.RunNow(context.Background(), "count") })
	<-begun
	if err := h.runner().RunNow(t.Context(), "count"); !errs.Is(err, errs.Conflict) {
		t.Fatalf("got %v", err)
	}
	if st, _ := r.List(t.Context()); !st[0].Running {
		t.Fatal("not shown as running")
	}
	h.clock.Add(24 * time.Hour)
	tick(t, r) // due, but running
	h.clock.Add(-24*time.Hour + time.Minute)
	end <- true
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := r.RunNow(t.Context(), "nothing"); !errs.Is(err, errs.NotFound) {
		t.Fatalf("got %v", err)
	}
}

func TestLateJobShows(t *testing.T) {
	h := newHouse(t, "UTC", Daily(3, 0))
	r := h.runner()
	tick(t, r)
	h.at("2026-03-03 03:05")
	if st, _ := r.List(t.Context()); st[0].Late {
		t.Fatal("five minutes is not late")
	}
	h.at("2026-03-03 03:11")
	if st, _ := r.List(t.Context()); !st[0].Late {
		t.Fatal("eleven minutes is late")
	}
	tick(t, r)
	if st, _ := r.List(t.Context()); st[0].Late || st[0].NextRunAt.Format("01-02 15:04") != "03-04 03:00" {
		t.Fatalf("%+v", st[0])
	}
}

func TestStartBeatsAtOnceUnlessSwitchedOff(t *testing.T) {
	h := newHouse(t, "UTC", Every(20*time.Second))
	ran := make(chan bool, 10)
	h.spec.Run = func(context.Context) error { ran <- true; return nil }
	ctx, stop := context.WithCancel(t.Context())
	if err := h.runner().Start(ctx, false); err != nil {
		t.Fatal(err)
	}
	if rows := h.rows(h.runner()); len(rows) != 0 {
		t.Fatalf("switched off, yet %v", rows)
	}
	if err := h.runner().Start(ctx, true); err != nil {
		t.Fatal(err)
	}
	<-ran
	stop()
	safego.Wait()
	if rows := h.rows(h.runner()); len(rows) != 1 {
		t.Fatalf("rows %v", rows)
	}
}
