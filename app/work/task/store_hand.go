package task

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	// A follow-up that the other has already for this customer stays where it is.
	sqlHandAll = db.SQL(`
		UPDATE OR IGNORE task SET owner_id = ?, updated_at = ?, version = version + 1
		WHERE customer_id = ? AND owner_id = ? AND done_at IS NULL RETURNING id`)
	sqlHandOne = db.SQL(`
		UPDATE OR IGNORE task SET owner_id = ?, updated_at = ?, version = version + 1 WHERE id = ? AND owner_id = ? AND done_at IS NULL`)
)

// HandOver gives the open tasks about a customer from one person to another, in
// the caller's transaction, and tells which.
func (s *Service) HandOver(ctx context.Context, tx *db.Tx, customer, from, to int64) ([]int64, error) {
	var ids []int64
	if err := tx.Select(ctx, &ids, sqlHandAll, to, db.At(tx.Now), customer, from); err != nil {
		return nil, fmt.Errorf("hand the tasks of customer %d over: %w", customer, err)
	}
	return ids, nil
}

// HandBack gives one task back, if it is still open and theirs.
func (s *Service) HandBack(ctx context.Context, tx *db.Tx, id, from, to int64) error {
	if _, err := tx.Exec(ctx, sqlHandOne, to, db.At(tx.Now), id, from); err != nil {
		return fmt.Errorf("hand task %d back: %w", id, err)
	}
	return nil
}
