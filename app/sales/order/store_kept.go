package order

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlSumsDiffer = db.SQL(`
		SELECT count(*) FROM (SELECT ordered_on, status, currency, count(*) AS orders, sum(total) AS total FROM order_head GROUP BY 1, 2, 3) o
		FULL JOIN (SELECT * FROM order_sum WHERE orders <> 0 OR total <> 0) k USING (ordered_on, status, currency) WHERE o.orders IS NOT k.orders OR o.total IS NOT k.total`)
	sqlDaysDiffer = db.SQL(`
		SELECT count(*) FROM (SELECT ordered_on AS day, count(*) FILTER (WHERE total >= 0) AS orders, sum(total) AS total FROM order_head WHERE status IN ('confirmed', 'completed') GROUP BY 1) o
		FULL JOIN (SELECT * FROM order_day WHERE orders <> 0 OR total <> 0) k USING (day) WHERE coalesce(o.orders, 0) <> coalesce(k.orders, 0) OR coalesce(o.total, 0) <> coalesce(k.total, 0)`)
	sqlGoodsDiffer = db.SQL(`
		SELECT count(*) FROM (SELECT o.ordered_on, coalesce(l.product_id, 0) AS product_id, o.status, o.currency, count(*) AS lines, sum(l.quantity) AS quantity, sum(l.total) AS total
			FROM order_line l JOIN order_head o ON o.id = l.order_id GROUP BY 1, 2, 3, 4) o
		FULL JOIN (SELECT * FROM order_goods WHERE lines <> 0 OR quantity <> 0 OR total <> 0) k USING (ordered_on, product_id, status, currency)
		WHERE o.lines IS NOT k.lines OR o.quantity IS NOT k.quantity OR o.total IS NOT k.total`)
	sqlDropSums  = db.SQL(`DELETE FROM order_sum`)
	sqlMakeSums  = db.SQL(`INSERT INTO order_sum (ordered_on, status, currency, orders, total) SELECT ordered_on, status, currency, count(*), sum(total) FROM order_head GROUP BY 1, 2, 3`)
	sqlDropGoods = db.SQL(`DELETE FROM order_goods`)
	sqlMakeGoods = db.SQL(`
		INSERT INTO order_goods (ordered_on, product_id, status, currency, lines, quantity, total)
		SELECT o.ordered_on, coalesce(l.product_id, 0), o.status, o.currency, count(*), sum(l.quantity), sum(l.total)
		FROM order_line l JOIN order_head o ON o.id = l.order_id GROUP BY 1, 2, 3, 4`)
	sqlDropDays = db.SQL(`DELETE FROM order_day`)
	sqlMakeDays = db.SQL(`INSERT INTO order_day (day, orders, total) SELECT ordered_on, count(*) FILTER (WHERE total >= 0), sum(total) FROM order_head WHERE status IN ('confirmed', 'completed') GROUP BY 1`)
)

// sumsDiffer is how many sums are not those of their orders.
func sumsDiffer(ctx context.Context, q db.Q) (int, error) {
	n := 0
	for _, query := range []string{sqlSumsDiffer, sqlDaysDiffer, sqlGoodsDiffer} {
		var differ int
		if err := q.Get(ctx, &differ, query); err != nil {
			return 0, fmt.Errorf("compare the sums of orders with their orders: %w", err)
		}
		n += differ
	}
	return n, nil
}

func makeSums(ctx context.Context, tx *db.Tx) error {
	for _, query := range []string{sqlDropSums, sqlMakeSums, sqlDropDays, sqlMakeDays, sqlDropGoods, sqlMakeGoods} {
		if _, err := tx.Exec(ctx, query); err != nil {
			return fmt.Errorf("make the sums of orders anew: %w", err)
		}
	}
	return nil
}
