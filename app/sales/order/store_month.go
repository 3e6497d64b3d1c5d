package order

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/kit/crowd"
	"regulars/app/sys/db"
)

var (
	sqlMonths     = db.SQL(`SELECT month, state FROM order_month WHERE month BETWEEN ? AND ? ORDER BY month`)
	sqlUncounted  = db.SQL(`SELECT month, state FROM order_month WHERE state <> 1 ORDER BY month DESC`)
	sqlKeptBuyers = db.SQL(`SELECT b.month, b.class, b.orders, b.total, b.buyers, b.spent FROM order_buyers b JOIN order_month m ON m.month = b.month WHERE m.state = 1 AND b.month BETWEEN ? AND ?`)
	sqlBuyers     = db.SQL(`
		SELECT o.customer_id, o.total, CASE WHEN z.first_order_on = '' THEN 'none' WHEN o.ordered_on = z.first_order_on THEN 'first' WHEN o.ordered_on > z.first_order_on THEN 'later' ELSE 'early' END
		FROM order_head o INDEXED BY order_head_ordered JOIN customer_stat z ON z.customer_id = o.customer_id
		WHERE o.ordered_on BETWEEN ? AND ? AND o.status IN ('confirmed', 'completed')`)
	sqlLastDay    = db.SQL(`SELECT coalesce(max(ordered_on), '') FROM order_sum WHERE ordered_on BETWEEN ? AND ? AND orders > 0`)
	sqlBeginMonth = db.SQL(`UPDATE order_month SET state = 2 WHERE month = ? AND state <> 1`)
	sqlEndMonth   = db.SQL(`UPDATE order_month SET state = 1 WHERE month = ? AND state = 2`)
	sqlAgainMonth = db.SQL(`UPDATE order_month SET state = 0 WHERE month = ?`)
	sqlDropBuyers = db.SQL(`DELETE FROM order_buyers WHERE month = ?`)
	sqlKeepBuyers = db.SQL(`INSERT INTO order_buyers (month, class, orders, total, buyers, spent) VALUES (?, ?, ?, ?, ?, ?)`)
)

// monthState is a month in which something was bought, and whether it is counted.
type monthState struct {
	Month string `db:"month"`
	State int    `db:"state"`
}

// readBuyers counts the orders of some days.
func readBuyers(ctx context.Context, q db.Q, from, to cal.Date) (map[Class]Buyers, error) {
	out, rows := map[Class]Buyers{}, map[Class][]bought{}
	err := q.Each(ctx, sqlBuyers, []any{string(from), string(to)}, func(r *sqlx.Rows) error {
		var who, total int64
		var class Class
		if err := r.Scan(&who, &total, &class); err != nil {
			return err
		}
		b := out[class]
		if b.Who == nil {
			b.Who = crowd.Set{}
		}
		b.Orders++
		b.Total += total
		b.Who.Add(who)
		rows[class] = append(rows[class], bought{who, 1, total})
		out[class] = b
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count who bought from %s to %s: %w", from, to, err)
	}
	for class, b := range out {
		b.spent = pack(rows[class])
		out[class] = b
	}
	return out, nil
}

// keptBuyers are the months between two that are counted.
func keptBuyers(ctx context.Context, q db.Q, from, to string) (map[string]map[Class]Buyers, error) {
	var rows []struct {
		Month  string `db:"month"`
		Class  Class  `db:"class"`
		Orders int    `db:"orders"`
		Total  int64  `db:"total"`
		Buyers []byte `db:"buyers"`
		Spent  []byte `db:"spent"`
	}
	if err := q.Select(ctx, &rows, sqlKeptBuyers, from, to); err != nil {
		return nil, fmt.Errorf("read who bought in which month: %w", err)
	}
	out := map[string]map[Class]Buyers{}
	for _, r := range rows {
		who, err := crowd.Unpack(r.Buyers)
		if err != nil {
			return nil, fmt.Errorf("read who bought in %s: %w", r.Month, err)
		}
		if out[r.Month] == nil {
			out[r.Month] = map[Class]Buyers{}
		}
		out[r.Month][r.Class] = Buyers{Orders: r.Orders, Total: r.Total, Who: who, spent: r.Spent}
	}
	return out, nil
}

func keepMonth(ctx context.Context, tx *db.Tx, month string, all map[Class]Buyers) error {
	ended, err := tx.Exec(ctx, sqlEndMonth, month)
	if err != nil || ended == 0 { // something touched it meanwhile
		return err
	}
	if _, err := tx.Exec(ctx, sqlDropBuyers, month); err != nil {
		return err
	}
	for class, b := range all {
		if _, err := tx.Exec(ctx, sqlKeepBuyers, month, string(class), b.Orders, b.Total, b.Who.Pack(), b.spent); err != nil {
			return err
		}
	}
	return nil
}
