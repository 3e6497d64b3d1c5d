package customer

import (
	"context"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var sqlVisit = db.SQL(`
	INSERT INTO customer_visit (user_id, customer_id, at) VALUES (?, ?, ?)
	ON CONFLICT (user_id, customer_id) DO UPDATE SET at = excluded.at WHERE excluded.at > at + 300000`)

// Visit notes that the actor looked at a customer: an access trace for the
// list of recently viewed.
func (s *Service) Visit(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if !actor.Signed() {
		return nil
	}
	return s.db.Write(ctx, "customer.visit", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		_, err := tx.Exec(ctx, sqlVisit, actor.UserID, id, db.At(tx.Now))
		return err
	})
}
