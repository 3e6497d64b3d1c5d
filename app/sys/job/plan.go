// What to do about a job now: which slot to run, which to record as skipped.
// A plan is made twice: by reading, so that an idle heartbeat writes nothing,
// and again inside the transaction that carries it out.

package job

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"regulars/app/sys/db"
)

const (
	maxSkipped = 31              // rows recorded for one gap, however long
	grace      = 2 * time.Minute // past its timeout, another process's run is dead
)

type plan struct {
	crashed int64 // an open run whose process is gone
	skip    []slot
	why     string // of the skipped ones
	run     slot   // run.name is "" when nothing is to be run
	retry   int64  // run this row again instead of adding one
}

func (p plan) empty() bool { return p.crashed == 0 && len(p.skip) == 0 && p.run.name == "" }

// claim carries out the plan and returns the id of the run to start, or 0.
func (r *Runner) claim(ctx context.Context, s Spec) (int64, error) {
	p, err := r.plan(ctx, r.db.Reader(ctx), s, r.clock.Now())
	if err != nil || p.empty() {
		return 0, err
	}
	return db.WriteOne(ctx, r.db, "job.claim", func(ctx context.Context, tx *db.Tx) (int64, error) {
		p, err := r.plan(ctx, tx, s, tx.Now)
		if err != nil {
			return 0, err
		}
		if p.crashed != 0 {
			if err := interrupt(ctx, tx, p.crashed); err != nil {
				return 0, err
			}
		}
		for _, sl := range p.skip {
			if _, err := tx.Exec(ctx, sqlSkip, s.Name, sl.name, db.At(sl.at), db.At(tx.Now), db.At(tx.Now), r.id, p.why); err != nil {
				return 0, fmt.Errorf("record a skipped slot: %w", err)
			}
		}
		if p.run.name == "" {
			return 0, nil
		}
		return r.open(ctx, tx, s.Name, p.run, p.retry)
	})
}

// open adds the row of a run, or takes up an earlier attempt's.
func (r *Runner) open(ctx context.Context, tx *db.Tx, job string, sl slot, retry int64) (int64, error) {
	run, err := retry, error(nil)
	if retry != 0 {
		_, err = tx.Exec(ctx, sqlRetry, db.At(tx.Now), r.id, retry)
	} else {
		run, err = tx.Insert(ctx, sqlStart, job, sl.name, db.At(sl.at), db.At(tx.Now), r.id)
	}
	if err != nil {
		return 0, fmt.Errorf("record the start: %w", err)
	}
	// Active before the commit, so that no other tick takes it for a dead run.
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active[run] = true
	return run, nil
}

func (r *Runner) plan(ctx context.Context, q db.Q, s Spec, now time.Time) (plan, error) {
	var p plan
	var open Run
	found, err := db.Found(q.Get(ctx, &open, sqlOpenOf, s.Name))
	if err != nil {
		return p, fmt.Errorf("look for an open run: %w", err)
	}
	if found {
		if !r.dead(open, s, now) {
			return p, nil
		}
		p.crashed = open.ID
	}
	if s.Schedule.kind == interval {
		return p, r.planInterval(ctx, q, s, now, &p)
	}
	return p, r.planCalendar(ctx, q, s, now, &p)
}

func (r *Runner) dead(run Run, s Spec, now time.Time) bool {
	if run.Runner == r.id {
		return !r.isActive(run.ID)
	}
	return now.Sub(run.StartedAt.Time) > s.timeout()+grace
}

func (r *Runner) isActive(run int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.active[run]
}

func (r *Runner) planCalendar(ctx context.Context, q db.Q, s Spec, now time.Time, p *plan) error {
	zone := r.zone(ctx)
	sl := s.Schedule.newest(now, zone)
	var span struct {
		Last db.Time `db:"last"` // newest slot of all
		Prev db.Time `db:"prev"` // newest slot before this one
	}
	if err := q.Get(ctx, &span, sqlSpan, s.Name, s.Name, db.At(sl.at)); err != nil {
		return fmt.Errorf("read the latest slots: %w", err)
	}
	if span.Last.IsZero() {
		p.skip, p.why = []slot{sl}, before
		return nil
	}
	var had Run
	found, err := db.Found(q.Get(ctx, &had, sqlSlot, s.Name, sl.name))
	if err != nil {
		return fmt.Errorf("look for slot %s: %w", sl.name, err)
	}
	if found {
		crashed := had.ID == p.crashed || had.Outcome == Failed && had.Error == interrupted
		// After a leap forward and back, a slot once passed over has its day yet.
		revived := had.Outcome == Skipped && had.Error == missed && span.Last.After(sl.at)
		if crashed && had.Attempt == 1 || revived {
			p.run, p.retry = sl, had.ID
		}
		return nil
	}
	if span.Prev.IsZero() {
		return nil // the clock shows a time before this job was known
	}
	p.run, p.why = sl, missed
	for old := s.Schedule.step(sl, -1, zone); old.at.After(span.Prev.Time) && len(p.skip) < maxSkipped; old = s.Schedule.step(old, -1, zone) {
		p.skip = append(p.skip, old)
	}
	return nil
}

func (r *Runner) planInterval(ctx context.Context, q db.Q, s Spec, now time.Time, p *plan) error {
	var last Run
	found, err := db.Found(q.Get(ctx, &last, sqlLastSlot, s.Name))
	if err != nil {
		return fmt.Errorf("read the last slot: %w", err)
	}
	n := s.Schedule.number(now)
	if found {
		if s.Schedule.number(r.reference(s.Name, last.StartedAt.Time, now)) >= n {
			return nil
		}
		if lastN, err := strconv.ParseInt(last.Slot, 10, 64); err == nil {
			n = max(n, lastN+1)
		}
	}
	p.run = slot{name: strconv.FormatInt(n, 10), at: now}
	return nil
}

// reference is when an interval job last ran; when that lies in the future,
// because the clock was set back, it is when this was noticed.
func (r *Runner) reference(job string, last, now time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !last.After(now) {
		delete(r.rebased, job)
		return last
	}
	if at, ok := r.rebased[job]; ok && !at.After(now) {
		return at
	}
	r.rebased[job] = now
	return now
}
