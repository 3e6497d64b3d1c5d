package evaluation

import (
	"context"
	"encoding/json"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// gradeBy is the grade of the last snapshot before an instant.
const gradeBy = `coalesce((SELECT n.grade FROM evaluation_snapshot n WHERE n.customer_id = c.id AND n.as_of < ? ORDER BY n.as_of DESC, n.id DESC LIMIT 1), '')`

var (
	sqlMoves = db.SQL(`
		SELECT was, became, count(*) FROM (SELECT ` + gradeBy + ` AS was, ` + gradeBy + ` AS became FROM customer c
			WHERE c.no_profiling = 0 AND ` + auth.CustomerSQL + `) WHERE was <> '' OR became <> '' GROUP BY 1, 2`)
	sqlMoved = db.SQL(`
		SELECT id, name FROM (SELECT c.id, c.name, ` + gradeBy + ` AS was, ` + gradeBy + ` AS became FROM customer c
			WHERE c.no_profiling = 0 AND ` + auth.CustomerSQL + `) WHERE was = ? AND became = ? ORDER BY id LIMIT 200`)
	sqlPareto = db.SQL(`
		SELECT e.grade, count(*), sum(s.revenue_year) FROM evaluation e JOIN customer c ON c.id = e.customer_id JOIN customer_stat s ON s.customer_id = c.id
		WHERE c.no_profiling = 0 AND e.grade <> '' AND ` + auth.CustomerSQL + ` GROUP BY 1`)
	sqlParetoAll = db.SQL(`SELECT grade, count(*), sum(revenue_year) FROM customer_stat WHERE grade <> '' GROUP BY 1`)
	// sqlForesaw sets what a score said a year ago beside what came in since, of an
	// even sample where there are many.
	sqlForesaw = db.SQL(`
		SELECT n.model_id, n.total, coalesce((SELECT sum(o.total) FROM order_head o WHERE o.customer_id = c.id AND o.ordered_on >= ?
			AND o.status IN ('confirmed', 'completed')), 0)
		FROM customer c JOIN evaluation_snapshot n ON n.id = (SELECT id FROM evaluation_snapshot WHERE customer_id = c.id AND as_of < ? ORDER BY as_of DESC, id DESC LIMIT 1)
		WHERE c.no_profiling = 0 AND n.total IS NOT NULL AND c.id % ? = 0 AND ` + auth.CustomerSQL + ` LIMIT 6000`)
	sqlFirstSnapshot = db.SQL(`SELECT coalesce(min(as_of), 0) FROM evaluation_snapshot`)

	sqlScores = db.SQL(`SELECT e.dimensions FROM evaluation e JOIN customer c ON c.id = e.customer_id
		WHERE e.customer_id % ? = 0 AND e.total IS NOT NULL AND c.no_profiling = 0 LIMIT 5000`)
)

// eachPair calls fn with grades and a number.
func eachPair(ctx context.Context, q db.Q, sql string, args []any, fn func(was, became string, n int)) error {
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

func paretoOf(ctx context.Context, q db.Q, scope auth.Scope) (map[string]Slice, error) {
	out := map[string]Slice{}
	sql, args := sqlPareto, scope.Args()
	if scope.Everything() {
		sql, args = sqlParetoAll, nil
	}
	err := q.Each(ctx, sql, args, func(r *sqlx.Rows) error {
		var grade string
		var h Slice
		if err := r.Scan(&grade, &h.N, &h.Revenue); err != nil {
			return err
		}
		out[grade] = h
		return nil
	})
	return out, err
}

// foresaw reads pairs of an old score and the revenue since, by version.
func foresaw(ctx context.Context, q db.Q, since string, at db.Time, scope auth.Scope, fn func(model int64, score, revenue float64)) error {
	var all int
	if err := q.Get(ctx, &all, sqlAll); err != nil {
		return err
	}
	return q.Each(ctx, sqlForesaw, append([]any{since, at, max(1, all/maxRehearsed)}, scope.Args()...), func(r *sqlx.Rows) error {
		var model int64
		var score, revenue float64
		if err := r.Scan(&model, &score, &revenue); err != nil {
			return err
		}
		fn(model, score, revenue)
		return nil
	})
}

// scoreRows are the known scores of an even sample, by dimension; 50 stands for
// what is not known, which tells nobody apart.
func scoreRows(ctx context.Context, q db.Q, all int, keys []string) ([][]float64, error) {
	var out [][]float64
	err := q.Each(ctx, sqlScores, []any{max(1, all/maxRehearsed)}, func(r *sqlx.Rows) error {
		var text string
		if err := r.Scan(&text); err != nil {
			return err
		}
		var dims Dimensions
		if err := json.Unmarshal([]byte(text), &dims); err != nil {
			return err
		}
		row := make([]float64, len(keys))
		for i, key := range keys {
			row[i] = 50
			if d := (Evaluation{Dimensions: dims}).Dimension(key); d.Score != nil {
				row[i] = *d.Score
			}
		}
		out = append(out, row)
		return nil
	})
	return out, err
}
