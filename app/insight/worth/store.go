package worth

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"regulars/app/insight/prediction"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var (
	sqlOne     = db.SQL(`SELECT customer_id, orders, worth, alive FROM prediction_worth WHERE customer_id = ?`)
	sqlVisible = db.SQL(`SELECT 1 FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
	sqlStored  = db.SQL(`SELECT w.customer_id, w.orders, w.worth, w.alive FROM json_each(?) j JOIN prediction_worth w ON w.customer_id = j.value`)
	sqlPut     = db.SQL(`
		INSERT INTO prediction_worth (customer_id, orders, worth, alive) SELECT id, ?2, ?3, ?4 FROM customer WHERE id = ?1 AND no_profiling = 0
		ON CONFLICT (customer_id) DO UPDATE SET orders = excluded.orders, worth = excluded.worth, alive = excluded.alive`)
	sqlForget = db.SQL(`DELETE FROM prediction_worth WHERE customer_id = ?`)
	// What a year's sales of products cost, as far as it is known.
	sqlCosts = db.SQL(`
		SELECT coalesce(sum(l.total), 0) AS sold, coalesce(sum(l.total) FILTER (WHERE p.cost > 0), 0) AS known,
			coalesce(sum(p.cost * l.quantity / 1000) FILTER (WHERE p.cost > 0), 0) AS cost
		FROM order_head o JOIN order_line l ON l.order_id = o.id LEFT JOIN product p ON p.id = l.product_id
		WHERE o.ordered_on > ? AND o.ordered_on <= ? AND o.status IN ('confirmed', 'completed') AND o.total >= 0`)
	sqlBest = db.List(`
		SELECT w.customer_id, c.name, u.name AS owner, w.orders, w.worth, w.alive, s.last_order_on
		FROM prediction_worth w CROSS JOIN customer c ON c.id = w.customer_id CROSS JOIN customer_stat s ON s.customer_id = w.customer_id LEFT JOIN user u ON u.id = c.owner_id
		WHERE (w.worth, w.customer_id) < (?, ?) AND ` + auth.CustomerSQL + ` ORDER BY w.worth DESC, w.customer_id DESC LIMIT ?`)
)

func stored(ctx context.Context, q db.Q, ids []int64) (map[int64]Expected, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("read what is expected: %w", err)
	}
	var rows []Expected
	if err := q.Select(ctx, &rows, sqlStored, string(list)); err != nil {
		return nil, fmt.Errorf("read what is expected: %w", err)
	}
	out := make(map[int64]Expected, len(rows))
	for _, e := range rows {
		out[e.CustomerID] = e
	}
	return out, nil
}

func write(ctx context.Context, tx *db.Tx, rows []Expected, gone []int64) error {
	for _, e := range rows {
		if _, err := tx.Exec(ctx, sqlPut, e.CustomerID, e.Orders, e.Worth, e.Alive); err != nil {
			return fmt.Errorf("store what is expected of customer %d: %w", e.CustomerID, err)
		}
	}
	for _, id := range gone {
		if err := forget(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

func forget(ctx context.Context, tx *db.Tx, customer int64) error {
	if _, err := tx.Exec(ctx, sqlForget, customer); err != nil {
		return fmt.Errorf("forget what is expected of customer %d: %w", customer, err)
	}
	return nil
}

// margin is what stays of a sale: as the owner said, else as the costs of
// products tell where most of a year's sales have one, else all of it.
func margin(ctx context.Context, q db.Q, today cal.Date) (share float64, source string, yearly float64, err error) {
	t, err := readTerms(ctx, q)
	if err != nil {
		return 0, "", 0, err
	}
	if t.Margin != nil {
		return *t.Margin / 100, Owner, t.Discount, nil
	}
	var row struct {
		Sold  int64 `db:"sold"`
		Known int64 `db:"known"`
		Cost  int64 `db:"cost"`
	}
	if err := q.Get(ctx, &row, sqlCosts, string(today.AddDays(-365)), string(today)); err != nil {
		return 0, "", 0, fmt.Errorf("read what sales cost: %w", err)
	}
	if row.Known > 0 && float64(row.Known) >= knownCosts*float64(row.Sold) && row.Cost < row.Known {
		return 1 - float64(row.Cost)/float64(row.Known), Costs, t.Discount, nil
	}
	return 1, Revenue, t.Discount, nil
}

// Row is a customer in the list of those who are worth most.
type Row struct {
	Expected
	Name   string  `db:"name"`
	Owner  db.Null `db:"owner"`
	LastOn string  `db:"last_order_on"`
}

const pageRows = 50

// Best are the customers whom the actor may see, those first of whom most is
// expected.
func (s *Service) Best(ctx context.Context, after string) (out []Row, next string, err error) {
	actor := auth.From(ctx)
	if err := actor.May(prediction.Read); err != nil {
		return nil, "", err
	}
	worth, id := int64(1<<62), int64(0)
	if after != "" {
		sum, last, _ := strings.Cut(after, "_")
		var bad error
		if worth, err = strconv.ParseInt(sum, 10, 64); err == nil {
			id, bad = strconv.ParseInt(last, 10, 64)
		}
		if err != nil || bad != nil {
			return nil, "", errs.NotVisible()
		}
	}
	args := append([]any{worth, id}, actor.Scope().Args()...)
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlBest, append(args, pageRows+1)...); err != nil {
		return nil, "", fmt.Errorf("read who is worth most: %w", err)
	}
	if len(out) > pageRows {
		out = out[:pageRows]
		next = fmt.Sprintf("%d_%d", out[pageRows-1].Worth, out[pageRows-1].CustomerID)
	}
	return out, next, nil
}
