package field

import (
	"context"
	"fmt"

	"github.com/huandu/go-sqlbuilder"

	"regulars/app/sys/db"
)

// Cell is how many matches have a pair of values; nil is none.
type Cell struct {
	A any `db:"a"`
	B any `db:"b"`
	N int `db:"n"`
}

// Cells counts the matches by two expressions of the program at once, under the
// very conditions of the list: what is counted is what the list shows. join
// brings in the table of a value that stands in another.
func (l List) Cells(ctx context.Context, q db.Q, a, b, join string, where []Where) ([]Cell, error) {
	s := sqlbuilder.SQLite.NewSelectBuilder()
	s.Select(a+" AS a", b+" AS b", "count(*) AS n").From(l.From + join)
	for _, w := range where {
		s.Where(bind(s, w))
	}
	s.GroupBy("1", "2")
	sql, args := s.Build()
	var out []Cell
	if err := q.Select(ctx, &out, sql, args...); err != nil {
		return nil, fmt.Errorf("count %s: %w", l.From, err)
	}
	for i := range out {
		for _, v := range []*any{&out[i].A, &out[i].B} {
			if raw, ok := (*v).([]byte); ok {
				*v = string(raw)
			}
		}
	}
	return out, nil
}
