package preference

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// A return is an order below zero, or a line below zero: it takes away from
// what was bought and is no purchase itself. All of this walks one customer's
// part of an index.
var (
	sqlHead = db.SQL(`SELECT fields, no_profiling FROM customer WHERE id = ?`)
	sqlTags = db.SQL(`
		SELECT t.id, t.name, t.colour FROM customer_tag x JOIN tag t ON t.id = x.tag_id
		WHERE x.customer_id = ? AND t.preference = 1 ORDER BY t.name LIMIT 50`)
	sqlStart = db.SQL(`
		SELECT ordered_on FROM order_head
		WHERE customer_id = ? AND ordered_on >= ? AND status IN ('confirmed', 'completed') AND total >= 0
		ORDER BY ordered_on DESC LIMIT 1 OFFSET ?`)
	sqlBasis = db.SQL(`
		SELECT count(*) FILTER (WHERE total >= 0) AS orders, count(*) FILTER (WHERE total < 0) AS returns, coalesce(min(ordered_on) FILTER (WHERE total >= 0), '') AS since
		FROM order_head WHERE customer_id = ? AND ordered_on >= ? AND status IN ('confirmed', 'completed')`)
	sqlProducts = db.SQL(`
		SELECT coalesce(l.product_id, 0) AS product_id, coalesce(p.name, l.name) AS name,
			count(DISTINCT o.id) FILTER (WHERE o.total >= 0 AND l.quantity > 0) AS n,
			count(DISTINCT o.id) FILTER (WHERE l.quantity < 0) AS returned
		FROM order_head o JOIN order_line l ON l.order_id = o.id LEFT JOIN product p ON p.id = l.product_id
		WHERE o.customer_id = ? AND o.ordered_on >= ? AND o.status IN ('confirmed', 'completed')
		GROUP BY coalesce(l.product_id, l.name) HAVING n >= ? AND sum(l.quantity) > 0
		ORDER BY n - returned DESC, sum(l.total) DESC, name LIMIT 3`)
	sqlCategories = db.SQL(`
		SELECT p.category AS name, count(DISTINCT o.id) FILTER (WHERE o.total >= 0 AND l.quantity > 0) AS n,
			count(DISTINCT o.id) FILTER (WHERE l.quantity < 0) AS returned
		FROM order_head o JOIN order_line l ON l.order_id = o.id JOIN product p ON p.id = l.product_id
		WHERE o.customer_id = ? AND o.ordered_on >= ? AND o.status IN ('confirmed', 'completed') AND p.category <> ''
		GROUP BY p.category HAVING n >= ? AND sum(l.quantity) > 0
		ORDER BY n - returned DESC, sum(l.total) DESC, name LIMIT 2`)
	sqlDays = db.SQL(`
		SELECT strftime('%w', ordered_on) AS name, count(*) AS n FROM order_head
		WHERE customer_id = ? AND ordered_on >= ? AND status IN ('confirmed', 'completed') AND total >= 0
		GROUP BY 1 ORDER BY n DESC, name`)
	sqlChannels = db.SQL(`
		SELECT channel AS name, count(*) AS n FROM (SELECT channel FROM followup WHERE customer_id = ? AND at >= ? ORDER BY at DESC LIMIT ?)
		GROUP BY channel ORDER BY n DESC, name`)
)

// head is what the customer's own row says.
type head struct {
	Values      custom.Values `db:"fields"`
	NoProfiling bool          `db:"no_profiling"`
}

// bought is a product or a category with how often it was in a purchase.
type bought struct {
	ProductID int64  `db:"product_id"`
	Name      string `db:"name"`
	N         int    `db:"n"`
	Returned  int    `db:"returned"`
}

// basis looks at the newest purchases of the window and moves its start to the
// first of them.
func basis(ctx context.Context, q db.Q, customer int64, from cal.Date) (Basis, error) {
	var b Basis
	var start cal.Date
	many, err := db.Found(q.Get(ctx, &start, sqlStart, customer, from, windowRows-1))
	if err != nil {
		return b, fmt.Errorf("read how far back the purchases of customer %d go: %w", customer, err)
	}
	if many {
		from = start
	}
	var row struct {
		Orders  int      `db:"orders"`
		Returns int      `db:"returns"`
		Since   cal.Date `db:"since"`
	}
	if err := q.Get(ctx, &row, sqlBasis, customer, from); err != nil {
		return b, fmt.Errorf("count the purchases of customer %d: %w", customer, err)
	}
	return Basis{Orders: row.Orders, Returns: row.Returns, Since: row.Since}, nil
}

func items(ctx context.Context, q db.Q, sql string, customer int64, from cal.Date) ([]bought, error) {
	var out []bought
	if err := q.Select(ctx, &out, sql, customer, from, minTimes); err != nil {
		return nil, fmt.Errorf("count what customer %d buys: %w", customer, err)
	}
	return out, nil
}

func shares(ctx context.Context, q db.Q, sql string, args ...any) ([]share, error) {
	var out []share
	if err := q.Select(ctx, &out, sql, args...); err != nil {
		return nil, fmt.Errorf("count the habits of a customer: %w", err)
	}
	return out, nil
}
