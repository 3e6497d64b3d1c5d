package feedback

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlHandAll = db.SQL(`
		UPDATE feedback_case SET owner_id = ?, owner_why = 'given', updated_at = ?, version = version + 1
		WHERE customer_id = ? AND owner_id = ? AND closed_at IS NULL RETURNING id`)
	sqlHandRest = db.SQL(`
		UPDATE feedback_case SET owner_id = ?, owner_why = 'given', updated_at = ?, version = version + 1 WHERE owner_id = ? AND closed_at IS NULL RETURNING id`)
	sqlHandOne = db.SQL(`UPDATE feedback_case SET owner_id = ?, owner_why = 'given', updated_at = ?, version = version + 1 WHERE id = ? AND owner_id = ? AND closed_at IS NULL`)
)

// HandOver gives the open cases of a customer from one person to another, in
// the caller's transaction, and tells which.
func (s *Service) HandOver(ctx context.Context, tx *db.Tx, customer, from, to int64) ([]int64, error) {
	var ids []int64
	if err := tx.Select(ctx, &ids, sqlHandAll, to, db.At(tx.Now), customer, from); err != nil {
		return nil, fmt.Errorf("hand the cases of customer %d over: %w", customer, err)
	}
	return ids, nil
}

// HandRest gives every open case of one person to another.
func (s *Service) HandRest(ctx context.Context, tx *db.Tx, from, to int64) ([]int64, error) {
	var ids []int64
	if err := tx.Select(ctx, &ids, sqlHandRest, to, db.At(tx.Now), from); err != nil {
		return nil, fmt.Errorf("hand the cases of person %d over: %w", from, err)
	}
	return ids, nil
}

// HandBack gives one case back, if it is still open and theirs.
func (s *Service) HandBack(ctx context.Context, tx *db.Tx, id, from, to int64) error {
	if _, err := tx.Exec(ctx, sqlHandOne, to, db.At(tx.Now), id, from); err != nil {
		return fmt.Errorf("hand case %d back: %w", id, err)
	}
	return nil
}
