// The runner remembers the latest time it ever saw. A clock that shows less
// has been set back, by a hand or an empty battery: then nothing should leave
// the house until the clock has caught up or a person says that it is right.

package job

import (
	"context"
	"fmt"
	"time"

	"regulars/app/sys/db"
)

const (
	tolerance = 2 * time.Minute // corrections by a time server are no news
)

// look compares the clock with the latest time seen and notes progress, at
// most once a minute.
func (r *Runner) look(ctx context.Context) error {
	before, err := lastSeen(ctx, r.db.Reader(ctx))
	if err != nil {
		return err
	}
	seen, now := before.Time, r.clock.Now()
	if now.Sub(seen) >= time.Minute {
		if err := r.see(ctx, now); err != nil {
			return err
		}
	}
	if now.After(seen) {
		seen = now
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = seen
	return nil
}

func (r *Runner) see(ctx context.Context, t time.Time) error {
	return r.db.Write(ctx, "job.clock", func(ctx context.Context, tx *db.Tx) error {
		return noteSeen(ctx, tx, t)
	})
}

// ClockBack tells whether the clock shows an earlier time than was seen before.
func (r *Runner) ClockBack() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clock.Now().Before(r.seen.Add(-tolerance))
}

// AcceptClock is a person saying that the clock is right as it is now. Runs
// that claim to have begun later are closed.
func (r *Runner) AcceptClock(ctx context.Context) error {
	now := r.clock.Now()
	err := r.db.Write(ctx, "job.accept_clock", func(ctx context.Context, tx *db.Tx) error {
		if err := noteSeen(ctx, tx, now); err != nil {
			return err
		}
		var open []Run
		if err := tx.Select(ctx, &open, sqlOpen); err != nil {
			return fmt.Errorf("list open runs: %w", err)
		}
		for _, run := range open {
			if run.StartedAt.After(now) && !r.isActive(run.ID) {
				if err := interrupt(ctx, tx, run.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = now
	return nil
}
