// Those who are not to be judged, because they said so or were erased: nothing
// is kept about them, they count nowhere, and a page shows a dash and why.

package evaluation

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

var (
	sqlForget          = db.SQL(`DELETE FROM evaluation WHERE customer_id = ?`)
	sqlForgetSnapshots = db.SQL(`DELETE FROM evaluation_snapshot WHERE customer_id = ?`)
	sqlSilent          = db.SQL(`SELECT no_profiling FROM customer WHERE id = ?`)
)

// profiling follows what a customer decided.
func (s *Service) profiling(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	id := int64(e.CustomerID)
	var off bool
	if found, err := db.Found(tx.Get(ctx, &off, sqlSilent, id)); err != nil || !found {
		return err
	}
	if off {
		if _, err := tx.Exec(ctx, sqlForgetChecks, id); err != nil {
			return fmt.Errorf("forget the checklists of customer %d: %w", id, err)
		}
		return s.forget(ctx, tx, id)
	}
	return s.MarkDirty(ctx, tx, []int64{id})
}

// forget removes what was thought of a customer, now and earlier.
func (s *Service) forget(ctx context.Context, tx *db.Tx, customer int64) error {
	if err := leavePeers(ctx, tx, customer); err != nil {
		return err
	}
	for _, sql := range []string{sqlForget, sqlForgetSnapshots, sqlMonthForget} {
		if _, err := tx.Exec(ctx, sql, customer); err != nil {
			return fmt.Errorf("forget what was thought of customer %d: %w", customer, err)
		}
	}
	return s.stats.SetScore(ctx, tx, customer, -1, "", -1, -1, false)
}
