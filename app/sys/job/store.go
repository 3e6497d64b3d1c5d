package job

import (
	"context"
	"fmt"
	"time"

	"regulars/app/sys/db"
)

const columns = `id, job, slot, due_at, started_at, finished_at, outcome, attempt, runner, error`

var (
	sqlOpen   = db.SQL(`SELECT ` + columns + ` FROM job_run WHERE outcome = 'running'`)
	sqlOpenOf = db.SQL(`SELECT ` + columns + ` FROM job_run WHERE outcome = 'running' AND job = ? LIMIT 1`)
	sqlSlot   = db.SQL(`SELECT ` + columns + ` FROM job_run WHERE job = ? AND slot = ?`)
	sqlSpan   = db.SQL(`
		SELECT (SELECT max(due_at) FROM job_run WHERE job = ? AND due_at IS NOT NULL) AS last,
		       (SELECT max(due_at) FROM job_run WHERE job = ? AND due_at < ?) AS prev`)
	sqlLastSlot = db.SQL(`SELECT ` + columns + ` FROM job_run WHERE job = ? AND due_at IS NOT NULL ORDER BY id DESC LIMIT 1`)
	sqlLastRun  = db.SQL(`SELECT ` + columns + ` FROM job_run WHERE job = ? AND outcome <> 'skipped' ORDER BY id DESC LIMIT 1`)
	sqlRuns     = db.List(`SELECT ` + columns + ` FROM job_run WHERE job = ? AND id < ? ORDER BY id DESC LIMIT ?`)
	sqlNextID   = db.SQL(`SELECT coalesce(max(id), 0) + 1 FROM job_run`)
	sqlStart    = db.SQL(`INSERT INTO job_run (job, slot, due_at, started_at, outcome, runner) VALUES (?, ?, ?, ?, 'running', ?)`)
	sqlSkip     = db.SQL(`
		INSERT INTO job_run (job, slot, due_at, started_at, finished_at, outcome, runner, error)
		VALUES (?, ?, ?, ?, ?, 'skipped', ?, ?) ON CONFLICT (job, slot) DO NOTHING`)
	sqlRetry = db.SQL(`
		UPDATE job_run SET outcome = 'running', attempt = iif(outcome = 'skipped', attempt, attempt + 1),
			started_at = ?, finished_at = NULL, runner = ?, error = '' WHERE id = ?`)
	sqlFinish = db.SQL(`UPDATE job_run SET finished_at = ?, outcome = ?, error = ? WHERE id = ?`)
	sqlPrune  = db.SQL(`DELETE FROM job_run WHERE job = ? AND id <= (SELECT id FROM job_run WHERE job = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`)
)

var (
	sqlSeen     = db.SQL(`SELECT seen_at FROM job_clock WHERE id = 1`)
	sqlNoteSeen = db.SQL(`INSERT INTO job_clock (id, seen_at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`)
)

// lastSeen is the latest time the runner ever saw; zero before the first look.
func lastSeen(ctx context.Context, q db.Q) (db.Time, error) {
	var t db.Time
	if _, err := db.Found(q.Get(ctx, &t, sqlSeen)); err != nil {
		return t, fmt.Errorf("read the latest time seen: %w", err)
	}
	return t, nil
}

func noteSeen(ctx context.Context, tx *db.Tx, t time.Time) error {
	if _, err := tx.Exec(ctx, sqlNoteSeen, db.At(t)); err != nil {
		return fmt.Errorf("note the latest time seen: %w", err)
	}
	return nil
}
