package quote

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

// The open quotes of a deal go to a colleague together with it: the answers of the
// customer are told to whoever has them. Nothing on the paper changes, so that what
// was approved of one stays approved.

var (
	sqlHandOf  = db.SQL(`UPDATE quote SET user_id = ?, updated_at = ? WHERE deal_id = ? AND user_id = ? AND state IN ('draft', 'sent') RETURNING id`)
	sqlCountOf = db.SQL(`SELECT count(*) FROM quote WHERE deal_id = ? AND user_id = ? AND state IN ('draft', 'sent')`)
)

// OpenOf counts the open quotes of a deal that somebody has.
func (s *Service) OpenOf(ctx context.Context, deal, owner int64) (n int, err error) {
	if err := s.db.Reader(ctx).Get(ctx, &n, sqlCountOf, deal, owner); err != nil {
		return 0, fmt.Errorf("count the quotes of deal %d: %w", deal, err)
	}
	return n, nil
}

// HandOf gives the open quotes of a deal from one person to another, and tells how
// many.
func (s *Service) HandOf(ctx context.Context, tx *db.Tx, deal, from, to int64) (int, error) {
	var ids []int64
	if err := tx.Select(ctx, &ids, sqlHandOf, to, db.At(tx.Now), deal, from); err != nil {
		return 0, fmt.Errorf("hand the quotes of deal %d over: %w", deal, err)
	}
	return len(ids), nil
}
