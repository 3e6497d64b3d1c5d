package job

import (
	"context"
	"fmt"
	"math"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

const lateAfter = 10 * time.Minute

// List tells how every job stands, in the order the modules gave them.
func (r *Runner) List(ctx context.Context) ([]Status, error) {
	out := make([]Status, 0, len(r.specs))
	for _, s := range r.specs {
		st, err := r.status(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("status of job %s: %w", s.Name, err)
		}
		out = append(out, st)
	}
	return out, nil
}

// Runs lists a job's past, newest first; before is the id of the last run
// seen (0 for the first page).
func (r *Runner) Runs(ctx context.Context, name string, before int64, limit int) ([]Run, error) {
	if _, ok := r.spec(name); !ok {
		return nil, errs.NotVisible()
	}
	if before == 0 {
		before = math.MaxInt64
	}
	var runs []Run
	if err := r.db.Reader(ctx).Select(ctx, &runs, sqlRuns, name, before, limit); err != nil {
		return nil, fmt.Errorf("list the runs of %s: %w", name, err)
	}
	return runs, nil
}

func (r *Runner) status(ctx context.Context, s Spec) (Status, error) {
	now, q := r.clock.Now(), r.db.Reader(ctx)
	st := Status{Name: s.Name, Schedule: s.Schedule.String()}
	var last Run
	found, err := db.Found(q.Get(ctx, &last, sqlLastRun, s.Name))
	if err != nil {
		return st, err
	}
	if found {
		st.LastRunAt = last.StartedAt
		st.Running = last.Outcome == Running && !r.dead(last, s, now)
		st.LastError = last.Error
	}
	p, err := r.plan(ctx, q, s, now)
	if err != nil {
		return st, err
	}
	if s.Schedule.kind == interval {
		st.NextRunAt = db.At(s.Schedule.start(s.Schedule.number(now) + 1))
		st.Late = p.run.name != "" && found && now.Sub(last.StartedAt.Time) > max(3*s.Schedule.every, lateAfter)
		return st, nil
	}
	zone := r.zone(ctx)
	st.NextRunAt = db.At(s.Schedule.step(s.Schedule.newest(now, zone), 1, zone).at)
	if p.run.name != "" {
		st.NextRunAt = db.At(p.run.at)
		st.Late = now.Sub(p.run.at) > lateAfter
	}
	return st, nil
}
