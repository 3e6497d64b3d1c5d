// Whether a customer may be scored and graded. They say so themselves on their
// preferences page, or a colleague writes it down; evaluation forgets at once.

package customer

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

var sqlProfiling = db.SQL(`
	UPDATE customer SET no_profiling = ?1, updated_at = ?2, version = version + 1 WHERE id = ?3 AND no_profiling <> ?1 AND erased_at IS NULL`)

// SetProfiling takes a customer out of scores and grades, or back in.
func (s *Service) SetProfiling(ctx context.Context, id int64, off bool) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "customer.profiling", func(ctx context.Context, tx *db.Tx) error {
		r, err := ref(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		if err := mayEdit(ctx, tx, id); err != nil {
			return err
		}
		journal.About(tx, "customer", id, r.Name)
		return s.Profiling(ctx, tx, id, off)
	})
}

// Profiling is SetProfiling in the transaction of a slice that has already
// made sure of the right to it.
func (s *Service) Profiling(ctx context.Context, tx *db.Tx, id int64, off bool) error {
	n, err := tx.Exec(ctx, sqlProfiling, off, db.At(tx.Now), id)
	if err != nil {
		return fmt.Errorf("keep whether customer %d may be scored: %w", id, err)
	}
	if n == 0 {
		return nil
	}
	return s.events.Publish(ctx, tx, Profiling{CustomerID: id, Off: off})
}
