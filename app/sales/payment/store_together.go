package payment

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlCreditBack = db.SQL(`
		SELECT coalesce(sum(b.amount), 0) FROM receipt r JOIN receipt_back b ON b.receipt_id = r.id
		WHERE r.customer_id = ? AND r.currency = ? AND (b.created_at >= ? OR r.id = ?)`)
	sqlRefunded = db.SQL(`
		SELECT -coalesce(sum(p.amount), 0) FROM payment p JOIN order_head o ON o.id = p.order_id
		WHERE p.customer_id = ? AND o.currency = ? AND p.amount < 0 AND p.created_at >= ? AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.set_off_id = p.id)`)
)

func creditBack(ctx context.Context, q db.Q, customer, receipt int64, currency string, since db.Time) (sum int64, err error) {
	if err := q.Get(ctx, &sum, sqlCreditBack, customer, currency, since, receipt); err != nil {
		return 0, fmt.Errorf("add up the credit that customer %d got back: %w", customer, err)
	}
	return sum, nil
}

func refunded(ctx context.Context, q db.Q, customer int64, currency string, since db.Time) (sum int64, err error) {
	if err := q.Get(ctx, &sum, sqlRefunded, customer, currency, since); err != nil {
		return 0, fmt.Errorf("add up what customer %d got back: %w", customer, err)
	}
	return sum, nil
}
