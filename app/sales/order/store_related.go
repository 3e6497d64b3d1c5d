package order

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

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

// relatedLines is how many lines are looked at.
const relatedLines = 10

// relatedShown is how many hints stand beside an order.
const relatedShown = 2

// sqlOffered are the products that lines name, by code or by name.
var sqlOffered = db.SQL(`
	SELECT p.id FROM product p WHERE p.name COLLATE NOCASE IN (SELECT value FROM json_each(?1))
	UNION SELECT p.id FROM product p WHERE p.code IN (SELECT value FROM json_each(?1)) LIMIT 10`)

// sqlRelated looks at the latest buyers of what is in an order: five at least,
// half of whom bought the other too, which this customer never did. How many buy
// the other anyway is asked of the shop's latest customers. Both are bounded, so
// that a page of a large shop takes no longer than one of a small one.
var sqlRelated = db.SQL(`
	WITH here AS (SELECT p.id, p.name FROM product p WHERE p.id IN (SELECT value FROM json_each(?1)) LIMIT 10),
	who AS MATERIALIZED (SELECT DISTINCT h.id AS product, h.name, o.customer_id
		FROM here h CROSS JOIN order_line l ON l.id IN (SELECT z.id FROM order_line z WHERE z.product_id = h.id ORDER BY z.id DESC LIMIT 200)
		JOIN order_head o ON o.id = l.order_id AND o.status IN ('confirmed', 'completed') AND o.total > 0 WHERE l.order_id <> ?2),
	base AS (SELECT product, count(*) AS n FROM who GROUP BY product),
	pair AS MATERIALIZED (SELECT w.product, w.name, y.product_id AS other, count(DISTINCT w.customer_id) AS both
		FROM who w JOIN order_head x ON x.customer_id = w.customer_id AND x.status IN ('confirmed', 'completed')
		JOIN order_line y ON y.order_id = x.id AND y.product_id IS NOT NULL
		WHERE y.product_id NOT IN (SELECT id FROM here) GROUP BY w.product, y.product_id),
	latest AS MATERIALIZED (SELECT DISTINCT customer_id FROM (SELECT customer_id FROM order_head WHERE status IN ('confirmed', 'completed') ORDER BY id DESC LIMIT 1000)),
	rate AS MATERIALIZED (SELECT y.product_id, count(DISTINCT x.customer_id) AS n FROM latest r
		CROSS JOIN order_head x ON x.customer_id = r.customer_id AND x.status IN ('confirmed', 'completed') CROSS JOIN order_line y ON y.order_id = x.id
		WHERE y.product_id IN (SELECT other FROM pair) GROUP BY y.product_id)
	SELECT pair.name AS bought, p.id, p.name, pair.both, base.n, (SELECT count(*) FROM latest) AS whole, coalesce(rate.n, 0) AS other
	FROM pair JOIN base ON base.product = pair.product JOIN product p ON p.id = pair.other AND p.active = 1
	LEFT JOIN rate ON rate.product_id = pair.other
	WHERE base.n >= 5 AND pair.both * 2 >= base.n
		AND NOT EXISTS (SELECT 1 FROM order_head o CROSS JOIN order_line l ON l.order_id = o.id
			WHERE +l.product_id = p.id AND o.customer_id = ?3)
	ORDER BY pair.both * 1.0 / base.n DESC, base.n DESC LIMIT 20`)

// related are the products to think of beside an order, written or not yet: only
// where even the lower end of what the numbers allow is above what everybody buys.
func related(ctx context.Context, q db.Q, order, customer int64, products []int64) ([]Related, error) {
	var found, out []Related
	if len(products) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(products)
	if err != nil {
		return nil, fmt.Errorf("read what is bought together: %w", err)
	}
	if err := q.Select(ctx, &found, sqlRelated, string(list), order, customer); err != nil {
		return nil, fmt.Errorf("read what is bought together: %w", err)
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

// relatedTo is related for lines that are still being typed.
func relatedTo(ctx context.Context, q db.Q, order, customer int64, names []string) ([]Related, error) {
	names = slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == "" })
	list, err := json.Marshal(names[:min(len(names), relatedLines)])
	if err != nil || len(names) == 0 {
		return nil, err
	}
	var products []int64
	if err := q.Select(ctx, &products, sqlOffered, string(list)); err != nil {
		return nil, fmt.Errorf("read which products are typed: %w", err)
	}
	return related(ctx, q, order, customer, products)
}

// products are those of its lines.
func (o Order) products() (out []int64) {
	for _, l := range o.Lines {
		if l.ProductID != 0 {
			out = append(out, int64(l.ProductID))
		}
	}
	return out
}
