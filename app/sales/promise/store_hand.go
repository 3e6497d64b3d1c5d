package promise

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

// The promises of a customer go to a colleague together with a deal.

var (
	sqlHandOf  = db.SQL(`UPDATE promise SET owner_id = ?, updated_at = ?, version = version + 1 WHERE customer_id = ? AND owner_id = ? AND state = 'open' RETURNING id`)
	sqlCountOf = db.SQL(`SELECT count(*) FROM promise WHERE customer_id = ? AND owner_id = ? AND state = 'open'`)
)

// OpenOf counts the open promises of a customer that somebody watches.
func (s *Service) OpenOf(ctx context.Context, customer, owner int64) (n int, err error) {
	if err := s.DB.Reader(ctx).Get(ctx, &n, sqlCountOf, customer, owner); err != nil {
		return 0, fmt.Errorf("count the promises of customer %d: %w", customer, err)
	}
	return n, nil
}

// HandOf lets somebody watch the open promises of a customer that another watched,
// with their tasks, and tells how many.
func (s *Service) HandOf(ctx context.Context, tx *db.Tx, customer, from, to int64) (int, error) {
	var ids []int64
	if err := tx.Select(ctx, &ids, sqlHandOf, to, db.At(tx.Now), customer, from); err != nil {
		return 0, fmt.Errorf("hand the promises of customer %d over: %w", customer, err)
	}
	for _, id := range ids {
		if _, err := s.follow(ctx, tx, id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}
