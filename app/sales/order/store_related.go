package order

import (
	"context"
	"fmt"

	"regulars/app/kit/stats"
	"regulars/app/sys/db"
)

// Related is a product that those who bought the one often bought too.
type Related struct {
	Bought string `db:"bought"` // the one in this order
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	Both   int    `db:"both"` // customers who bought both
	N      int    `db:"n"`    // customers who bought the one
	All    int    `db:"whole"`
	Other  int    `db:"other"` // customers who bought the other
}

// relatedShown is how many hints stand beside an order.
const relatedShown = 2

// sqlRelated looks at the latest buyers of what is in an order: five at least,
// half of whom bought the other too, which this customer never did.
var sqlRelated = db.SQL(`
	WITH here AS (SELECT DISTINCT l.product_id AS id, l.name FROM order_line l WHERE l.order_id = ?1 AND l.product_id IS NOT NULL LIMIT 10),
	buyer AS (SELECT h.id AS product, h.name, l.order_id, o.customer_id FROM here h JOIN order_line l ON l.product_id = h.id
		JOIN order_head o ON o.id = l.order_id AND o.status IN ('confirmed', 'completed') AND o.total > 0 WHERE l.order_id <> ?1 ORDER BY l.id DESC LIMIT 2000),
	who AS (SELECT DISTINCT product, name, customer_id FROM buyer),
	base AS (SELECT product, count(*) AS n FROM who GROUP BY product),
	pair AS (SELECT w.product, w.name, y.product_id AS other, count(DISTINCT w.customer_id) AS both
		FROM who w JOIN order_head x ON x.customer_id = w.customer_id AND x.status IN ('confirmed', 'completed')
		JOIN order_line y ON y.order_id = x.id AND y.product_id IS NOT NULL
		WHERE y.product_id NOT IN (SELECT id FROM here) GROUP BY w.product, y.product_id)
	SELECT pair.name AS bought, p.id, p.name, pair.both, base.n,
		(SELECT count(DISTINCT customer_id) FROM order_head WHERE status IN ('confirmed', 'completed')) AS whole,
		(SELECT count(DISTINCT o.customer_id) FROM order_line l JOIN order_head o ON o.id = l.order_id WHERE l.product_id = p.id AND o.status IN ('confirmed', 'completed')) AS other
	FROM pair JOIN base ON base.product = pair.product JOIN product p ON p.id = pair.other AND p.active = 1
	WHERE base.n >= 5 AND pair.both * 2 >= base.n
		AND NOT EXISTS (SELECT 1 FROM order_line l JOIN order_head o ON o.id = l.order_id
			WHERE l.product_id = p.id AND o.customer_id = (SELECT customer_id FROM order_head WHERE id = ?1))
	ORDER BY pair.both * 1.0 / base.n DESC, base.n DESC LIMIT 20`)

// related are the products to think of beside an order: only where even the
// lower end of what the numbers allow is above what everybody buys.
func related(ctx context.Context, q db.Q, order int64) ([]Related, error) {
	var found, out []Related
	if err := q.Select(ctx, &found, sqlRelated, order); err != nil {
		return nil, fmt.Errorf("read what is bought together with order %d: %w", order, err)
	}
	seen := map[int64]bool{}
	for _, r := range found {
		low, _ := stats.Wilson(r.Both, r.N)
		if seen[r.ID] || len(out) == relatedShown || r.All == 0 || low <= float64(r.Other)/float64(r.All) {
			continue
		}
		seen[r.ID] = true
		out = append(out, r)
	}
	return out, nil
}
