package quote

import (
	"context"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/timeline"
)

// Delete removes a version with its lines; an order that came of it stays.
func (s *Service) Delete(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "quote.delete", func(ctx context.Context, tx *db.Tx) error {
		v, err := s.get(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		journal.About(tx, "quote", id, v.Name())
		if err := timeline.Drop(ctx, tx, "quote", id); err != nil {
			return err
		}
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		return s.d.Events.Publish(ctx, tx, Removed{v.fact()})
	})
}
