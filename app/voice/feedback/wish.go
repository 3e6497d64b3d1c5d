package feedback

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

// onWish opens a case for somebody who wants to be talked to, whatever their
// score was, or tells the case that is open.
func (s *Service) onWish(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	a, found, err := answer(ctx, tx, int64(e.SubjectID))
	if err != nil || !found {
		return err
	}
	key := fmt.Sprintf("wish:%d", e.ID)
	var c Case
	own, err := db.Found(tx.Get(ctx, &c, sqlByResponse, a.ID))
	if err != nil {
		return err
	}
	if !own {
		if c, own, err = openOf(ctx, tx, a.CustomerID); err != nil {
			return err
		}
	}
	if !own || !c.ClosedAt.IsZero() && c.ResponseID != db.ID(a.ID) {
		return s.open(ctx, tx, a, key)
	}
	return s.join(ctx, tx, c, a, key, c.ClosedAt.IsZero())
}
