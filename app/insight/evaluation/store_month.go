package evaluation

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// The grades of each month are kept beside those of the month before, so that a
// page of months counts rows in order instead of looking for snapshots. The night
// keeps everybody's, and whoever is judged in between follows.
var (
	// sqlMonthDrop takes away what is no longer so.
	sqlMonthDrop = db.SQL(`
		DELETE FROM evaluation_month WHERE month = ?2 AND customer_id IN (SELECT value FROM json_each(?1))
			AND became <> coalesce((SELECT e.grade FROM evaluation e WHERE e.customer_id = evaluation_month.customer_id), '')`)
	sqlMonthKeep = db.SQL(`
		INSERT INTO evaluation_month (month, was, became, customer_id)
		SELECT ?2, coalesce(p.became, ''), e.grade, e.customer_id FROM json_each(?1) j JOIN evaluation e ON e.customer_id = j.value
			LEFT JOIN evaluation_month p ON p.customer_id = e.customer_id AND p.month = ?3
		WHERE e.grade <> '' OR p.became <> '' ON CONFLICT DO NOTHING`)
	sqlMonthForget = db.SQL(`DELETE FROM evaluation_month WHERE customer_id = ?`)
	sqlMonthFill   = db.SQL(`
		INSERT INTO evaluation_month (month, was, became, customer_id)
		SELECT ?2, was, became, id FROM (SELECT c.id, coalesce((SELECT p.became FROM evaluation_month p WHERE p.customer_id = c.id AND p.month = ?3), '') AS was,
			coalesce((SELECT n.grade FROM evaluation_snapshot n WHERE n.customer_id = c.id AND n.as_of < ?4 ORDER BY n.as_of DESC, n.id DESC LIMIT 1), '') AS became
			FROM json_each(?1) j JOIN customer c ON c.id = j.value) WHERE was <> '' OR became <> '' ON CONFLICT DO NOTHING`)

	sqlMonthAll   = db.SQL(`SELECT was, became, count(*) FROM evaluation_month WHERE month = ? GROUP BY was, became`)
	sqlMonthMine  = db.SQL(`SELECT m.was, m.became, count(*) FROM evaluation_month m JOIN customer c ON c.id = m.customer_id WHERE m.month = ? AND ` + auth.CustomerSQL + ` GROUP BY 1, 2`)
	sqlMonthMoved = db.SQL(`
		SELECT c.id, c.name FROM evaluation_month m CROSS JOIN customer c ON c.id = m.customer_id
		WHERE m.month = ? AND m.was = ? AND m.became = ? AND ` + auth.CustomerSQL + ` ORDER BY m.customer_id LIMIT 200`)
)

// keepMonth notes the grades of some customers in a month that is kept.
func keepMonth(ctx context.Context, tx *db.Tx, ids, month string) error {
	_, err := tx.Exec(ctx, sqlMonthDrop, ids, month)
	if err == nil {
		_, err = tx.Exec(ctx, sqlMonthKeep, ids, month, earlier(month, 1))
	}
	if err != nil {
		return fmt.Errorf("keep the grades of %s: %w", month, err)
	}
	return nil
}

// monthOf counts who came from which grade to which in a month that is kept.
func monthOf(ctx context.Context, q db.Q, month string, scope auth.Scope, fn func(was, became string, n int)) error {
	sql, args := sqlMonthAll, []any{month}
	if !scope.Everything() {
		sql, args = sqlMonthMine, append(args, scope.Args()...)
	}
	return q.Each(ctx, sql, args, func(r *sqlx.Rows) error {
		var was, became string
		var n int
		if err := r.Scan(&was, &became, &n); err != nil {
			return err
		}
		fn(was, became, n)
		return nil
	})
}
