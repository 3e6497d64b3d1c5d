package journal

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/sys/db"
)

// touch gathers the rows and customers an undo reached, before and after each
// inverse, so that what is derived from them can be rebuilt.
type touch struct {
	j         *Journal
	rows      map[string]map[int64]bool
	customers map[int64]bool
}

func newTouch(j *Journal) *touch {
	return &touch{j: j, rows: map[string]map[int64]bool{}, customers: map[int64]bool{}}
}

func (t *touch) see(ctx context.Context, tx *db.Tx, c change) error {
	table := t.j.tables[c.Tbl]
	if t.rows[c.Tbl] == nil {
		t.rows[c.Tbl] = map[int64]bool{}
	}
	t.rows[c.Tbl][c.Row] = true
	if table.Customer == "" {
		return nil
	}
	var customer db.ID
	found, err := db.Found(tx.Get(ctx, &customer, table.Customer, c.Row))
	if err != nil {
		return fmt.Errorf("find the customer of row %d in %s: %w", c.Row, c.Tbl, err)
	}
	if found && customer != 0 {
		t.customers[int64(customer)] = true
	}
	return nil
}

func (t *touch) refresh(ctx context.Context, tx *db.Tx) error {
	for _, name := range t.j.order {
		table := t.j.tables[name]
		for _, f := range []func(context.Context, *db.Tx, []int64) error{table.Refresh, table.Undone} {
			if f == nil || len(t.rows[name]) == 0 {
				continue
			}
			if err := f(ctx, tx, keys(t.rows[name])); err != nil {
				return fmt.Errorf("refresh what %s feeds: %w", name, err)
			}
		}
	}
	if len(t.customers) == 0 {
		return nil
	}
	for _, f := range t.j.touched {
		if err := f(ctx, tx, keys(t.customers)); err != nil {
			return fmt.Errorf("refresh customers: %w", err)
		}
	}
	return nil
}

func keys(m map[int64]bool) []int64 {
	out := make([]int64, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
