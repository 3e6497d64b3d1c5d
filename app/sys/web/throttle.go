package web

import (
	"context"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/db"
)

var (
	sqlThrottle = db.SQL(`SELECT fails, until FROM throttle WHERE name = ?`)
	// Failures leak away one by one, and wholly after a day without any.
	sqlThrottleAdd = db.SQL(`
		INSERT INTO throttle (name, fails, until, seen_at) VALUES (?, 1, 0, ?)
		ON CONFLICT (name) DO UPDATE SET
			fails = iif(throttle.seen_at < ?, 0, max(0, throttle.fails - (excluded.seen_at - throttle.seen_at) / ?)) + 1,
			seen_at = excluded.seen_at
		RETURNING fails`)
	// A watch counts in a window of its own: until is where the window ends.
	sqlWatch = db.SQL(`
		INSERT INTO throttle (name, fails, until, seen_at) VALUES (?, 1, ?, ?)
		ON CONFLICT (name) DO UPDATE SET
			fails = iif(throttle.until <= excluded.seen_at, 1, throttle.fails + 1),
			until = iif(throttle.until <= excluded.seen_at, excluded.until, throttle.until), seen_at = excluded.seen_at
		RETURNING fails`)
	sqlThrottleUntil   = db.SQL(`UPDATE throttle SET until = ? WHERE name = ?`)
	sqlThrottleUncount = db.SQL(`UPDATE throttle SET fails = max(0, fails - 1), until = 0 WHERE name = ?`)
	sqlThrottleClear   = db.SQL(`DELETE FROM throttle WHERE name = ?`)
)

// Throttle slows guessing: from a name's last free failure on each one doubles
// the wait, up to 15 minutes, and never locks for good. Counters live in the
// database, so a restart does not reset them.
type Throttle struct{ DB *db.DB }

// How many failures are free. One account has five; a house with all its
// people behind one address has many more, and gets one back each minute.
const (
	freeTries  = 5
	houseTries = 60
)

// day is how long a failure is remembered at most.
const day = 24 * time.Hour

// patience is how many failures a name has free and how fast they leak away.
func patience(name string) (free int, leak time.Duration) {
	if strings.HasPrefix(name, houseMark) {
		return houseTries, time.Minute
	}
	return freeTries, day
}

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
			free, leak := patience(name)
			if err := tx.Get(ctx, &fails, sqlThrottleAdd, key, db.At(tx.Now), db.At(tx.Now.Add(-day)), leak.Milliseconds()); err != nil {
				return err
			}
			if fails < free {
				continue
			}
			wait := min(15*time.Minute, time.Second<<min(fails-free+1, 20))
			if _, err := tx.Exec(ctx, sqlThrottleUntil, db.At(tx.Now.Add(wait)), key); err != nil {
				return err
			}
		}
		return nil
	})
}

// Clear forgets the failures of a name after a success. A house's address only
// gets this one try back: one person who signs in must not wipe out what
// somebody else at the same address tries.
func (t Throttle) Clear(ctx context.Context, name string) error {
	return t.DB.Write(ctx, "throttle.clear", func(ctx context.Context, tx *db.Tx) error {
		sql := sqlThrottleClear
		if strings.HasPrefix(name, houseMark) {
			sql = sqlThrottleUncount
		}
		_, err := tx.Exec(ctx, sql, id.Hash(name))
		return err
	})
}

// Watch counts one more for a name and gives how many it were in the window
// that began with its first. A success does not start it anew.
func (t Throttle) Watch(ctx context.Context, tx *db.Tx, name string, window time.Duration) (n int, err error) {
	err = tx.Get(ctx, &n, sqlWatch, id.Hash("watch "+name), db.At(tx.Now.Add(window)), db.At(tx.Now))
	return n, err
}

// AddressKey is the throttle name of a client's network for an action.
func AddressKey(action, ip string) string { return action + " from " + network(ip) }

const houseMark = "house: "

// HouseKey is AddressKey where a whole shop may stand behind one address, as at
// the door: one person who mistypes must not slow the others.
func HouseKey(action, ip string) string { return houseMark + AddressKey(action, ip) }
