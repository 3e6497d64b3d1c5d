package outlook

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

var sqlSold = db.SQL(`SELECT day, total FROM order_day WHERE day >= ? AND day <= ? AND (orders > 0 OR total <> 0) ORDER BY day`)

// longAgo is how many days of the past are read: seven years.
const longAgo = 7*365 + 31

func sold(ctx context.Context, q db.Q, today cal.Date) (out []day, err error) {
	err = q.Each(ctx, sqlSold, []any{string(today.AddDays(-longAgo)), string(today)}, func(r *sqlx.Rows) error {
		var on string
		var d day
		err := r.Scan(&on, &d.total)
		d.on = cal.Date(on)
		out = append(out, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what was sold: %w", err)
	}
	return out, nil
}
