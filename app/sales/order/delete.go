package order

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
)

// Delete removes an order with its lines; one undo brings all of it back. One
// with payments or refunds stays, so that no money leaves the books with it.
func (s *Service) Delete(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "order.delete", func(ctx context.Context, tx *db.Tx) error {
		o, err := get(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		if paid, err := paidAny(ctx, tx, id); err != nil {
			return err
		} else if paid {
			return errs.New(errs.Conflict, "order.error.money")
		}
		journal.About(tx, "order", id, o.Number)
		if err := s.leaveTimeline(ctx, tx, id); err != nil {
			return err
		}
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Removed{o.fact(tx.Now)})
	})
}

func (s *Service) leaveTimeline(ctx context.Context, tx *db.Tx, id int64) error {
	if err := timeline.Drop(ctx, tx, "order", id); err != nil {
		return err
	}
	payments := []int64{}
	if err := tx.Select(ctx, &payments, sqlPaymentIDs, id); err != nil {
		return err
	}
	for _, p := range payments {
		if err := timeline.Drop(ctx, tx, "payment", p); err != nil {
			return err
		}
	}
	return nil
}
