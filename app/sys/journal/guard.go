package journal

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
)

// Guard makes an undo leave rows alone of customers that may refuses the actor:
// one change of many customers stays theirs only as far as the customers do.
func (j *Journal) Guard(may func(ctx context.Context, customer int64) (bool, error)) { j.may = may }

// Hidden tells whether a row belongs to a customer that the guard refuses.
func (j *Journal) Hidden(ctx context.Context, r Row) (bool, error) {
	return j.hidden(ctx, j.db.Reader(ctx), change{ID: r.Change, Tbl: r.Table, Row: r.ID, Op: r.Op, Data: owners(r)})
}

// owners is what a deleted row said of whose it was, as it is stored.
func owners(r Row) string {
	if r.Op != "D" {
		return ""
	}
	for _, f := range r.Fields {
		if id, ok := f.Old.(int64); ok && f.Name == "customer_id" {
			return fmt.Sprintf(`{"customer_id":%d}`, id)
		}
	}
	return ""
}

func (j *Journal) hidden(ctx context.Context, q db.Q, c change) (bool, error) {
	query := j.tables[c.Tbl].Customer
	if j.may == nil || query == "" {
		return false, nil
	}
	var customer db.ID
	if c.Op == "D" { // the row is gone; what stood in it says whose it was
		var was struct {
			Customer int64 `json:"customer_id"`
		}
		if c.Data != "" {
			if err := json.Unmarshal([]byte(c.Data), &was); err != nil {
				return false, fmt.Errorf("read deleted row %d of %s: %w", c.Row, c.Tbl, err)
			}
		}
		customer = db.ID(was.Customer)
	} else if _, err := db.Found(q.Get(ctx, &customer, query, c.Row)); err != nil {
		return false, fmt.Errorf("find the customer of row %d in %s: %w", c.Row, c.Tbl, err)
	}
	if customer == 0 {
		return false, nil
	}
	ok, err := j.may(ctx, int64(customer))
	if err != nil {
		return false, fmt.Errorf("ask whose customer %d is: %w", customer, err)
	}
	return !ok, nil
}
