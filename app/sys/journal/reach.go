package journal

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

// Reached is one changed row and the customer it belongs to.
type Reached struct {
	Table    string
	Row      int64
	Op       string // I, U, D
	Customer int64
}

var sqlReached = db.SQL(`
	SELECT tbl, row_id, op, CASE op WHEN 'D' THEN coalesce(json_extract(data, '$.customer_id'), json_extract(data, '$.from_id'), 0) ELSE 0 END
	FROM journal_change WHERE set_id = ? ORDER BY id`)

// Reach lists the rows that the running transaction changed so far and that
// belong to a customer, also those that it removed.
func (j *Journal) Reach(ctx context.Context, tx *db.Tx) ([]Reached, error) {
	var out []Reached
	err := tx.Each(ctx, sqlReached, []any{tx.Set}, func(r *sqlx.Rows) error {
		var one Reached
		if err := r.Scan(&one.Table, &one.Row, &one.Op, &one.Customer); err != nil {
			return err
		}
		if one.Table == "customer" {
			one.Customer = one.Row
		}
		out = append(out, one)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look which rows changed: %w", err)
	}
	kept := out[:0]
	for _, one := range out {
		query := j.tables[one.Table].Customer
		if query != "" && one.Customer == 0 && one.Op != "D" {
			var customer db.ID
			if _, err := db.Found(tx.Get(ctx, &customer, query, one.Row)); err != nil {
				return nil, fmt.Errorf("find the customer of row %d in %s: %w", one.Row, one.Table, err)
			}
			one.Customer = int64(customer)
		}
		if query != "" && one.Customer != 0 {
			kept = append(kept, one)
		}
	}
	return kept, nil
}
