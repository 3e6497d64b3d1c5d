package task

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlHandAll = db.SQL(`
		UPDATE OR IGNORE task SET owner_id = ?, updated_at = ?, version = version + 1
		WHERE customer_id = ? AND owner_id = ? AND done_at IS NULL RETURNING id`)
	sqlHandRest = db.SQL(`
		UPDATE OR IGNORE task SET owner_id = ?, updated_at = ?, version = version + 1
		WHERE owner_id = ? AND done_at IS NULL RETURNING id`)
	// Of a customer with whom the other is to follow up anyway, a second time
	// becomes a plain task.
	sqlHandDouble = db.SQL(`
		UPDATE task SET owner_id = ?, kind = 'task', updated_at = ?, version = version + 1
		WHERE customer_id = ? AND owner_id = ? AND kind = 'follow_up' AND done_at IS NULL RETURNING id`)
	sqlHandDoubles = db.SQL(`
		UPDATE task SET owner_id = ?, kind = 'task', updated_at = ?, version = version + 1
		WHERE owner_id = ? AND kind = 'follow_up' AND done_at IS NULL RETURNING id`)
	sqlHandOne = db.SQL(`
		UPDATE OR IGNORE task SET owner_id = ?, updated_at = ?, version = version + 1 WHERE id = ? AND owner_id = ? AND done_at IS NULL`)
)

// HandOver gives the open tasks about a customer from one person to another, in
// the caller's transaction, and tells which.
func (s *Service) HandOver(ctx context.Context, tx *db.Tx, customer, from, to int64) ([]int64, error) {
	return hand(ctx, tx, sqlHandAll, sqlHandDouble, to, db.At(tx.Now), customer, from)
}

// HandRest gives every open task of one person to another.
func (s *Service) HandRest(ctx context.Context, tx *db.Tx, from, to int64) ([]int64, error) {
	return hand(ctx, tx, sqlHandRest, sqlHandDoubles, to, db.At(tx.Now), from)
}

func hand(ctx context.Context, tx *db.Tx, all, doubles string, args ...any) ([]int64, error) {
	var ids, more []int64
	if err := tx.Select(ctx, &ids, all, args...); err != nil {
		return nil, fmt.Errorf("hand tasks over: %w", err)
	}
	if err := tx.Select(ctx, &more, doubles, args...); err != nil {
		return nil, fmt.Errorf("hand follow-ups over that the other has too: %w", err)
	}
	return append(ids, more...), nil
}

// HandBack gives one task back, if it is still open and theirs.
func (s *Service) HandBack(ctx context.Context, tx *db.Tx, id, from, to int64) error {
	if _, err := tx.Exec(ctx, sqlHandOne, to, db.At(tx.Now), id, from); err != nil {
		return fmt.Errorf("hand task %d back: %w", id, err)
	}
	return nil
}
