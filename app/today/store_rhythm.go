package today

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

// sqlPurchases takes the customers shown.
const sqlPurchases = `
	SELECT customer_id, ordered_on, total FROM order_head
	WHERE customer_id IN (?) AND ordered_on >= ? AND status IN ('confirmed', 'completed') AND total >= 0 ORDER BY ordered_on`

// sqlLastOrders finds the order with which the customers shown bought last.
var sqlLastOrders = db.SQL(`
	SELECT o.customer_id, o.id AS order_id FROM json_each(?) j JOIN customer_stat s ON s.customer_id = j.value
		CROSS JOIN order_head o ON o.customer_id = s.customer_id AND o.ordered_on = s.last_order_on
	WHERE o.status IN ('confirmed', 'completed') AND o.total > 0 ORDER BY o.id`)

// lastOrders says which order is to be drafted once more for each of them.
func lastOrders(ctx context.Context, q db.Q, groups ...[]Late) error {
	ids := []int64{}
	for _, late := range groups {
		for _, l := range late {
			ids = append(ids, l.CustomerID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		return fmt.Errorf("read the last orders: %w", err)
	}
	var rows []struct {
		CustomerID int64 `db:"customer_id"`
		OrderID    int64 `db:"order_id"`
	}
	if err := q.Select(ctx, &rows, sqlLastOrders, string(raw)); err != nil {
		return fmt.Errorf("read the last orders: %w", err)
	}
	last := map[int64]int64{}
	for _, r := range rows {
		last[r.CustomerID] = r.OrderID
	}
	for _, late := range groups {
		for i := range late {
			late[i].OrderID = last[late[i].CustomerID]
		}
	}
	return nil
}

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
