package recommend

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/basket"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const pairColumns = `r.with_id, w.name AS with_name, r.product_id, p.name, r.once, r.together, r.ours, r.theirs, r.baskets, r.lift, r.low, r.high, r.confidence, r.cosine`

var (
	sqlPurchases = db.SQL(`SELECT coalesce(sum(orders), 0) FROM order_day WHERE day > ? AND day <= ?`)
	sqlNextIDs   = db.SQL(`SELECT id FROM customer WHERE id > ? AND no_profiling = 0 AND (id * 2654435761 >> 8) % ? = 0 ORDER BY id LIMIT 500`)
	sqlBaskets   = db.SQL(`
		SELECT o.customer_id, o.id, l.product_id FROM json_each(?) j CROSS JOIN order_head o ON o.customer_id = j.value CROSS JOIN order_line l ON l.order_id = o.id
		WHERE o.ordered_on > ? AND o.ordered_on <= ? AND o.status IN ('confirmed', 'completed') AND o.total >= 0
			AND l.product_id IS NOT NULL AND l.quantity > 0
		ORDER BY o.customer_id, o.ordered_on, o.id`)
	sqlKnown = db.SQL(`SELECT id FROM product WHERE once = 1`)
	sqlClear = db.SQL(`DELETE FROM recommend_pair`)
	sqlPut   = db.SQL(`
		INSERT INTO recommend_pair (with_id, product_id, once, together, ours, theirs, baskets, lift, low, high, confidence, cosine)
		SELECT w.id, p.id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM product w JOIN product p ON p.id = ?2 WHERE w.id = ?1`)
	sqlBest = db.List(`
		SELECT ` + pairColumns + `, 0 AS has FROM recommend_pair r CROSS JOIN product w ON w.id = r.with_id CROSS JOIN product p ON p.id = r.product_id
		WHERE p.active = 1 ORDER BY r.cosine DESC, r.with_id, r.product_id LIMIT ?`)
	sqlBeside = db.List(`
		SELECT ` + pairColumns + `, 0 AS has FROM recommend_pair r CROSS JOIN product w ON w.id = r.with_id CROSS JOIN product p ON p.id = r.product_id
		WHERE r.with_id = ? AND p.active = 1 ORDER BY r.cosine DESC, r.product_id LIMIT ?`)
	sqlOffered = db.List(`
		WITH own AS MATERIALIZED (SELECT DISTINCT l.product_id FROM order_head o CROSS JOIN order_line l ON l.order_id = o.id
			WHERE o.customer_id = ? AND o.status IN ('confirmed', 'completed') AND o.total >= 0 AND l.product_id IS NOT NULL AND l.quantity > 0)
		SELECT ` + pairColumns + `, r.product_id IN (SELECT product_id FROM own) AS has
		FROM own CROSS JOIN recommend_pair r ON r.with_id = own.product_id CROSS JOIN product w ON w.id = r.with_id CROSS JOIN product p ON p.id = r.product_id
		WHERE p.active = 1`)
	sqlVisible = db.SQL(`SELECT c.no_profiling FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL)
)

func purchases(ctx context.Context, q db.Q, from, to cal.Date) (n int, err error) {
	if err = q.Get(ctx, &n, sqlPurchases, string(from), string(to)); err != nil {
		return 0, fmt.Errorf("count purchases: %w", err)
	}
	return n, nil
}

// baskets reads what was bought at one time, customer by customer, of one in so
// many of them.
func baskets(ctx context.Context, q db.Q, from, to cal.Date, share int) ([]basket.Basket, error) {
	var out []basket.Basket
	var last int64
	add := func(r *sqlx.Rows) error {
		var customer, order, product int64
		if err := r.Scan(&customer, &order, &product); err != nil {
			return err
		}
		if order != last {
			out, last = append(out, basket.Basket{Customer: customer}), order
		}
		b := &out[len(out)-1]
		b.Products = append(b.Products, product)
		return nil
	}
	for after := int64(0); ; {
		var ids []int64
		if err := q.Select(ctx, &ids, sqlNextIDs, after, share); err != nil {
			return nil, fmt.Errorf("list customers: %w", err)
		}
		if len(ids) == 0 {
			return out, nil
		}
		after = ids[len(ids)-1]
		list, err := json.Marshal(ids)
		if err == nil {
			err = q.Each(ctx, sqlBaskets, []any{string(list), string(from), string(to)}, add)
		}
		if err != nil {
			return nil, fmt.Errorf("read what was bought together: %w", err)
		}
	}
}

// known are the products of which the shop says that nobody needs two.
func known(ctx context.Context, q db.Q) (out []int64, err error) {
	if err = q.Select(ctx, &out, sqlKnown); err != nil {
		return nil, fmt.Errorf("read what is bought once: %w", err)
	}
	return out, nil
}

func replace(ctx context.Context, tx *db.Tx, rows []Pair) error {
	if _, err := tx.Exec(ctx, sqlClear); err != nil {
		return fmt.Errorf("store what goes together: %w", err)
	}
	for _, p := range rows {
		if _, err := tx.Exec(ctx, sqlPut, p.With, p.Product, p.Once, p.Together, p.Ours, p.Theirs, p.Baskets, p.Lift, p.Low, p.High, p.Confidence, p.Cosine); err != nil {
			return fmt.Errorf("store what goes together: %w", err)
		}
	}
	return nil
}

func best(ctx context.Context, q db.Q) ([]Pair, error) { return several(ctx, q, sqlBest, pairs) }

func beside(ctx context.Context, q db.Q, product int64) ([]Pair, error) {
	return several(ctx, q, sqlBeside, product, forOne)
}

func offered(ctx context.Context, q db.Q, customer int64) ([]Pair, error) {
	return several(ctx, q, sqlOffered, customer)
}

func several(ctx context.Context, q db.Q, sql string, args ...any) (out []Pair, err error) {
	if err = q.Select(ctx, &out, sql, args...); err != nil {
		return nil, fmt.Errorf("read what goes together: %w", err)
	}
	return out, nil
}

func visible(ctx context.Context, q db.Q, scope auth.Scope, id int64) (silent bool, err error) {
	return silent, db.OrNotFound(q.Get(ctx, &silent, sqlVisible, append([]any{id}, scope.Args()...)...))
}
