package web

import (
	"context"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/db"
)

var (
	sqlThrottle    = db.SQL(`SELECT fails, until FROM throttle WHERE name = ?`)
	sqlThrottleAdd = db.SQL(`
		INSERT INTO throttle (name, fails, until, seen_at) VALUES (?, 1, 0, ?)
		ON CONFLICT (name) DO UPDATE SET fails = iif(throttle.seen_at < ?, 1, throttle.fails + 1), seen_at = excluded.seen_at
		RETURNING fails`)
	sqlThrottleUntil = db.SQL(`UPDATE throttle SET until = ? WHERE name = ?`)
	sqlThrottleClear = db.SQL(`DELETE FROM throttle WHERE name = ?`)
)

// Throttle slows guessing: from the fifth failure on each one doubles the
// wait, up to 15 minutes, and never locks for good. Counters live in the
// database, so a restart does not reset them.
type Throttle struct{ DB *db.DB }

// Free is nil when none of the names is waiting, else TooMany.
func (t Throttle) Free(ctx context.Context, names ...string) error {
	now := t.DB.Now()
	for _, name := range names {
		var row struct {
			Fails int     `db:"fails"`
			Until db.Time `db:"until"`
		}
		found, err := db.Found(t.DB.Reader(ctx).Get(ctx, &row, sqlThrottle, id.Hash(name)))
		if err != nil {
			return err
		}
		if found && now.Before(row.Until.Time) {
			wait := int(row.Until.Sub(now).Seconds()) + 1
			e := errs.New(errs.TooMany, "error.too_many", "seconds", wait)
			e.Retry = wait
			return e
		}
	}
	return nil
}

// Failed counts a failure for each name.
func (t Throttle) Failed(ctx context.Context, names ...string) error {
	return t.DB.Write(ctx, "throttle.failed", func(ctx context.Context, tx *db.Tx) error {
		for _, name := range names {
			var fails int
			key := id.Hash(name)
			if err := tx.Get(ctx, &fails, sqlThrottleAdd, key, db.At(tx.Now), db.At(tx.Now.Add(-24*time.Hour))); err != nil {
				return err
			}
			if fails < 5 {
				continue
			}
			wait := min(15*time.Minute, time.Second<<min(fails-4, 20))
			if _, err := tx.Exec(ctx, sqlThrottleUntil, db.At(tx.Now.Add(wait)), key); err != nil {
				return err
			}
		}
		return nil
	})
}

// Clear forgets the failures of a name after a success.
func (t Throttle) Clear(ctx context.Context, name string) error {
	return t.DB.Write(ctx, "throttle.clear", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlThrottleClear, id.Hash(name))
		return err
	})
}

// AddressKey is the throttle name of a client's network for an action.
func AddressKey(action, ip string) string { return action + " from " + network(ip) }
