package order

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

var (
	sqlFigures = db.SQL(`
		SELECT count(*) FILTER (WHERE o.total >= 0) AS orders, coalesce(sum(o.total), 0) AS total,
			coalesce(min(o.ordered_on) FILTER (WHERE o.total >= 0), '') AS first_on,
			coalesce(max(o.ordered_on) FILTER (WHERE o.total >= 0), '') AS last_on,
			coalesce((SELECT sum(p.amount) FROM payment p JOIN order_head x ON x.id = p.order_id
				WHERE p.customer_id = ?1 AND x.status IN ('confirmed', 'completed')), 0) AS paid
		FROM order_head o WHERE o.customer_id = ?1 AND o.status IN ('confirmed', 'completed')`)
	sqlDays = db.SQL(`
		SELECT DISTINCT ordered_on FROM order_head
		WHERE customer_id = ? AND status IN ('confirmed', 'completed') AND total >= 0 ORDER BY ordered_on DESC LIMIT 60`)
	sqlTicks = db.SQL(`
		SELECT ordered_on, sum(total) AS total FROM order_head
		WHERE customer_id = ? AND status IN ('confirmed', 'completed') AND total >= 0 AND ordered_on >= ? GROUP BY ordered_on ORDER BY ordered_on`)
	sqlLatest = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE o.customer_id = ? ORDER BY o.ordered_on DESC, o.id DESC LIMIT 5`)
)

type figures struct {
	Orders  int      `db:"orders"`
	Total   int64    `db:"total"`
	Paid    int64    `db:"paid"`
	FirstOn cal.Date `db:"first_on"`
	LastOn  cal.Date `db:"last_on"`
}

type tick struct {
	On    cal.Date `db:"ordered_on"`
	Total int64    `db:"total"`
}

func readFigures(ctx context.Context, q db.Q, customer int64) (figures, error) {
	var f figures
	if err := q.Get(ctx, &f, sqlFigures, customer); err != nil {
		return f, fmt.Errorf("sum the orders of customer %d: %w", customer, err)
	}
	return f, nil
}

// days are the latest days on which a customer bought, newest first.
func days(ctx context.Context, q db.Q, customer int64) ([]cal.Date, error) {
	out := []cal.Date{}
	if err := q.Select(ctx, &out, sqlDays, customer); err != nil {
		return nil, fmt.Errorf("read the purchase days of customer %d: %w", customer, err)
	}
	return out, nil
}

func ticks(ctx context.Context, q db.Q, customer int64, since cal.Date) ([]tick, error) {
	out := []tick{}
	if err := q.Select(ctx, &out, sqlTicks, customer, since); err != nil {
		return nil, fmt.Errorf("read the purchases of customer %d: %w", customer, err)
	}
	return out, nil
}

func latest(ctx context.Context, q db.Q, customer int64) ([]Order, error) {
	out := []Order{}
	if err := q.Select(ctx, &out, sqlLatest, customer); err != nil {
		return nil, fmt.Errorf("read the latest orders of customer %d: %w", customer, err)
	}
	return out, nil
}
