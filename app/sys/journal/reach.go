package journal

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

// Reached is one changed row and the customer it belongs to. A row between two
// customers is there twice, once for each.
type Reached struct {
	Table    string
	Row      int64
	Op       string // I, U, D
	Customer int64
}

var sqlReached = db.SQL(`
	SELECT tbl, row_id, op, CASE op WHEN 'D' THEN coalesce(json_extract(data, '$.customer_id'), json_extract(data, '$.from_id'), 0) ELSE 0 END,
		CASE WHEN op = 'D' AND json_extract(data, '$.customer_id') IS NULL THEN coalesce(json_extract(data, '$.to_id'), 0) ELSE 0 END
	FROM journal_change WHERE set_id = ? ORDER BY id`)

// Reach lists the rows that the running transaction changed so far and that
// belong to a customer, also those that it removed.
func (j *Journal) Reach(ctx context.Context, tx *db.Tx) ([]Reached, error) {
	var out []Reached
	err := tx.Each(ctx, sqlReached, []any{tx.Set}, func(r *sqlx.Rows) error {
		var one Reached
		var other int64
		if err := r.Scan(&one.Table, &one.Row, &one.Op, &one.Customer, &other); err != nil {
			return err
		}
		if one.Table == "customer" {
			one.Customer = one.Row
		}
		out = append(out, one)
		if other != 0 {
			one.Customer = other
			out = append(out, one)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look which rows changed: %w", err)
	}
	kept := make([]Reached, 0, len(out))
	for _, one := range out {
		query := j.tables[one.Table].Customer
		if query == "" {
			continue
		}
		if one.Customer != 0 {
			kept = append(kept, one)
			continue
		}
		if one.Op == "D" {
			continue
		}
		var customers []db.ID
		if err := tx.Select(ctx, &customers, query, one.Row); err != nil {
			return nil, fmt.Errorf("find the customers of row %d in %s: %w", one.Row, one.Table, err)
		}
		for _, c := range customers {
			if one.Customer = int64(c); c != 0 {
				kept = append(kept, one)
			}
		}
	}
	return kept, nil
}

var sqlWas = db.SQL(`
	SELECT json_extract(data, ?4) AS was FROM journal_change
	WHERE set_id = ?1 AND tbl = ?2 AND row_id = ?3 AND op = 'U' AND json_type(data, ?4) IS NOT NULL ORDER BY id LIMIT 1`)

// Was is the id that a column held before the running transaction changed it, 0
// for none; ok is false when it did not.
func (j *Journal) Was(ctx context.Context, tx *db.Tx, table string, row int64, column string) (id int64, ok bool, err error) {
	var was db.ID
	ok, err = db.Found(tx.Get(ctx, &was, sqlWas, tx.Set, table, row, "$."+column+"[0]"))
	if err != nil {
		err = fmt.Errorf("look what %s of %s %d was: %w", column, table, row, err)
	}
	return int64(was), ok, err
}
