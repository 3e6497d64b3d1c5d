package outbox

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

const (
	settingHeld  = "outbox.held"
	settingLimit = "outbox.per_minute"
	usualLimit   = 60
)

// Hold is the house's stop sign: nothing leaves while it stands.
type Hold struct {
	Since  int64  `json:"since"` // unix ms; 0 means that messages leave
	Reason string `json:"reason"`
}

func held(ctx context.Context, q db.Q) (Hold, error) {
	var h Hold
	err := setting.Get(ctx, q, settingHeld, &h)
	return h, err
}

func perMinute(ctx context.Context, q db.Q) (int, error) {
	n := usualLimit
	err := setting.Get(ctx, q, settingLimit, &n)
	return n, err
}

// Hold stops everything from leaving until Release.
func (o *Outbox) Hold(ctx context.Context, reason string) error {
	return o.db.Write(ctx, "outbox.hold", func(ctx context.Context, tx *db.Tx) error { return hold(ctx, tx, reason) })
}

func hold(ctx context.Context, tx *db.Tx, reason string) error {
	return setting.Put(ctx, tx, settingHeld, Hold{Since: tx.Now.UnixMilli(), Reason: reason})
}

// Release lets messages leave again. Those that Quarantine took out of the
// queue stay held until a person sends (Retry) or discards them.
func (o *Outbox) Release(ctx context.Context) error {
	return o.db.Write(ctx, "outbox.release", func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(o.Wake)
		return setting.Put(ctx, tx, settingHeld, Hold{})
	})
}

// Quarantine is for a database that was restored or copied: sending is held,
// and what waited in the copy is set aside, because the original may have sent
// it since.
func Quarantine(ctx context.Context, tx *db.Tx, reason string) error {
	if err := hold(ctx, tx, reason); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlSetAside, reason); err != nil {
		return fmt.Errorf("set waiting messages aside: %w", err)
	}
	return nil
}

// SetPerMinute changes how many messages leave in a minute.
func (o *Outbox) SetPerMinute(ctx context.Context, n int) error {
	return o.db.Write(ctx, "outbox.limit", func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(o.Wake)
		return setting.Put(ctx, tx, settingLimit, max(n, 1))
	})
}
