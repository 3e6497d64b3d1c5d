package today

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

// sqlPurchases takes the customers shown.
const sqlPurchases = `
	SELECT customer_id, ordered_on, total FROM order_head
	WHERE customer_id IN (?) AND ordered_on >= ? AND status IN ('confirmed', 'completed') AND total >= 0 ORDER BY ordered_on`

// purchase is a tick of a rhythm strip.
type purchase struct {
	CustomerID int64  `db:"customer_id"`
	On         string `db:"ordered_on"`
	Total      int64  `db:"total"`
}

func purchases(ctx context.Context, q db.Q, late []Late, since cal.Date) ([]purchase, error) {
	if len(late) == 0 {
		return nil, nil
	}
	var ids []int64
	for _, l := range late {
		ids = append(ids, l.CustomerID)
	}
	query, args, err := sqlx.In(sqlPurchases, ids, string(since))
	if err != nil {
		return nil, fmt.Errorf("read the rhythm of late customers: %w", err)
	}
	var out []purchase
	if err := q.Select(ctx, &out, query, args...); err != nil {
		return nil, fmt.Errorf("read the rhythm of late customers: %w", err)
	}
	return out, nil
}
