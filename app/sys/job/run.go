package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const (
	usualTimeout = 10 * time.Minute
	keptRuns     = 100  // of an interval job; calendar slots are kept for good
	errorLimit   = 1000 // characters of an error that are kept
)

func (s Spec) timeout() time.Duration {
	if s.Timeout > 0 {
		return s.Timeout
	}
	return usualTimeout
}

// RunNow runs a job at once, outside its schedule, and returns its error. A
// job that is running already is a Conflict.
func (r *Runner) RunNow(ctx context.Context, name string) error {
	s, ok := r.spec(name)
	if !ok {
		return errs.NotVisible()
	}
	run, err := db.WriteOne(ctx, r.db, "job.run", func(ctx context.Context, tx *db.Tx) (int64, error) {
		var open Run
		found, err := db.Found(tx.Get(ctx, &open, sqlOpenOf, name))
		if err != nil {
			return 0, fmt.Errorf("look for an open run of %s: %w", name, err)
		}
		if found && !r.dead(open, s, tx.Now) {
			return 0, errs.New(errs.Conflict, "job.error.running")
		}
		if found {
			if err := interrupt(ctx, tx, open.ID); err != nil {
				return 0, err
			}
		}
		var n int64
		if err := tx.Get(ctx, &n, sqlNextID); err != nil {
			return 0, fmt.Errorf("number the run: %w", err)
		}
		return r.open(ctx, tx, name, slot{name: fmt.Sprintf("manual:%d", n)}, 0)
	})
	if err != nil {
		return err
	}
	return r.run(ctx, s, run)
}

// run does the work of a claimed run and records how it went.
func (r *Runner) run(ctx context.Context, s Spec, run int64) error {
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.active, run)
	}()
	err := r.work(ctx, s)
	outcome, text := OK, ""
	if err != nil {
		outcome, text = Failed, clip(err.Error())
		if ctx.Err() != nil { // the process is shutting down
			text = interrupted
		}
		slog.Warn("job failed", "job", s.Name, "error", text)
	}
	// The record is written even when the process is told to stop.
	recordErr := r.db.Write(context.WithoutCancel(ctx), "job.finish", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, sqlFinish, db.At(tx.Now), outcome, text, run); err != nil {
			return err
		}
		if s.Schedule.kind != interval {
			return nil
		}
		_, err := tx.Exec(ctx, sqlPrune, s.Name, s.Name, keptRuns)
		return err
	})
	if recordErr != nil {
		slog.Error("record the end of a job", "job", s.Name, "error", recordErr)
	}
	return errors.Join(err, recordErr)
}

// work calls the job as the house itself; a panic becomes its error.
func (r *Runner) work(ctx context.Context, s Spec) (err error) {
	ctx, cancel := context.WithTimeout(auth.With(ctx, auth.System("job")), s.timeout())
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			slog.Error("job panicked", "job", s.Name, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return s.Run(ctx)
}

// interrupt closes a run whose process ended before it did.
func interrupt(ctx context.Context, tx *db.Tx, run int64) error {
	if _, err := tx.Exec(ctx, sqlFinish, db.At(tx.Now), Failed, interrupted, run); err != nil {
		return fmt.Errorf("close the interrupted run %d: %w", run, err)
	}
	return nil
}

// closeOpen closes what an earlier process left open, except runs started by
// hand: a shell may be at one beside us, so those wait for their timeout.
func (r *Runner) closeOpen(ctx context.Context) error {
	return r.db.Write(ctx, "job.recover", func(ctx context.Context, tx *db.Tx) error {
		var open []Run
		if err := tx.Select(ctx, &open, sqlOpen); err != nil {
			return fmt.Errorf("list open runs: %w", err)
		}
		for _, run := range open {
			if run.DueAt.IsZero() || r.isActive(run.ID) {
				continue
			}
			if err := interrupt(ctx, tx, run.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func clip(s string) string {
	if r := []rune(s); len(r) > errorLimit {
		return string(r[:errorLimit]) + "…"
	}
	return s
}
