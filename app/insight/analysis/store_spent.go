package analysis

import (
	"context"
	"fmt"

	"github.com/huandu/go-sqlbuilder"
	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// members calls fn with the numbers of the customers who have each value of
// something, with commas between. Those who have none are left out, so that an index
// of the others does.
func members(ctx context.Context, q db.Q, value field.Part, column string, fn func(key any, ids string) error) error {
	b := sqlbuilder.SQLite.NewSelectBuilder()
	b.Select(value.SQL, "group_concat(c.id)").From("customer c").Where(column + " <> ''").GroupBy("1")
	query, args := b.Build()
	err := q.Each(ctx, query, args, func(r *sqlx.Rows) error {
		var key any
		var ids string
		if err := r.Scan(&key, &ids); err != nil {
			return err
		}
		if raw, ok := key.([]byte); ok {
			key = string(raw)
		}
		return fn(key, ids)
	})
	if err != nil {
		return fmt.Errorf("divide customers: %w", err)
	}
	return nil
}
