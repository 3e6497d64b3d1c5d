package dashboard

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

// drawnRow is a drawn tile as it is written down.
type drawnRow struct {
	Key    string   `db:"key"`
	UserID int64    `db:"user_id"`
	Day    cal.Date `db:"day"`
	At     db.Time  `db:"at"`
	Took   int64    `db:"took"`
	Drawn  string   `db:"drawn"`
}

var (
	sqlRecall = db.List(`SELECT key, user_id, day, at, took, drawn FROM dashboard_drawn WHERE at > ? AND version = ? ORDER BY at DESC LIMIT ?`)
	sqlKeep   = db.SQL(`
		INSERT INTO dashboard_drawn (key, user_id, version, day, at, took, drawn) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET version = excluded.version, day = excluded.day, at = excluded.at, took = excluded.took, drawn = excluded.drawn`)
	sqlForget = db.SQL(`DELETE FROM dashboard_drawn WHERE at <= ? OR version <> ? OR key IN (SELECT key FROM dashboard_drawn ORDER BY at DESC LIMIT -1 OFFSET ?)`)
)

// sqlGone reads two indexes that hold nobody else.
var sqlGone = db.SQL(`
	SELECT (SELECT count(*) FROM customer WHERE erased_at IS NOT NULL) AS erased, (SELECT coalesce(max(erased_at), 0) FROM customer WHERE erased_at IS NOT NULL) AS at,
		(SELECT count(*) FROM customer WHERE no_profiling = 1) AS silent, (SELECT coalesce(sum(id), 0) FROM customer WHERE no_profiling = 1) AS which`)

func whoIsGone(ctx context.Context, q db.Q) (g gone, err error) {
	if err := q.Get(ctx, &g, sqlGone); err != nil {
		return g, fmt.Errorf("look who is not to be named any more: %w", err)
	}
	return g, nil
}

// recall reads the latest.
func recall(ctx context.Context, q db.Q, version string, since time.Time) ([]drawnRow, error) {
	var out []drawnRow
	if err := q.Select(ctx, &out, sqlRecall, db.At(since), version, mostKept/2); err != nil {
		return nil, fmt.Errorf("read the tiles drawn before: %w", err)
	}
	return out, nil
}

// keep writes tiles down and forgets what is too old or too much.
func keep(ctx context.Context, tx *db.Tx, version string, rows []drawnRow) error {
	for _, r := range rows {
		if _, err := tx.Exec(ctx, sqlKeep, r.Key, r.UserID, version, r.Day, r.At, r.Took, r.Drawn); err != nil {
			return fmt.Errorf("write down a tile: %w", err)
		}
	}
	if _, err := tx.Exec(ctx, sqlForget, db.At(tx.Now.Add(-recallable)), version, mostKept/2); err != nil {
		return fmt.Errorf("forget old tiles: %w", err)
	}
	return nil
}
