package pool

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlPeople  = db.SQL(`SELECT count(*) FROM user WHERE status = 'active'`)
	sqlLastRun = db.SQL(`SELECT day, nullif(grace_until, 0) AS grace_until FROM pool_run ORDER BY day DESC LIMIT 1`)
	sqlPutRun  = db.SQL(`
		INSERT INTO pool_run (day, at, grace_until, recycled, warned) VALUES (?, ?, coalesce(?, 0), ?, ?)
		ON CONFLICT (day) DO UPDATE SET recycled = recycled + excluded.recycled, warned = warned + excluded.warned`)
	sqlTold = db.SQL(`
		INSERT INTO pool_told (customer_id, due) VALUES (?, ?)
		ON CONFLICT (customer_id) DO UPDATE SET due = excluded.due WHERE due <> excluded.due`)
)

// run is one night's work.
type run struct {
	Day      string  `db:"day"`
	Grace    db.Time `db:"grace_until"`
	Recycled int     `db:"-"`
	Warned   int     `db:"-"`
}

func lastRun(ctx context.Context, q db.Q) (run, error) {
	var r run
	if _, err := db.Found(q.Get(ctx, &r, sqlLastRun)); err != nil {
		return r, fmt.Errorf("look when customers went back last: %w", err)
	}
	return r, nil
}

func putRun(ctx context.Context, tx *db.Tx, r run) error {
	tx.Quiet()
	_, err := tx.Exec(ctx, sqlPutRun, r.Day, db.At(tx.Now), r.Grace, r.Recycled, r.Warned)
	return err
}
