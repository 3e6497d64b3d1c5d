package receivable

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlReached = db.SQL(`SELECT order_id, coalesce(instalment_id, 0) AS instalment_id, due_on, max(step) AS step FROM dunning WHERE customer_id = ? GROUP BY 1, 2, 3`)
	sqlNote    = db.SQL(`INSERT INTO dunning (customer_id, order_id, instalment_id, due_on, step, outbox_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlOwners  = db.SQL(`SELECT id FROM user WHERE role = 'owner' AND status <> 'disabled'`)
	sqlWhom    = db.SQL(`
		SELECT c.name, c.language, e.email, e.contact_id FROM customer c JOIN customer_email e ON e.customer_id = c.id
		WHERE c.id = ? AND c.erased_at IS NULL ORDER BY e.contact_id IS NOT NULL, e.position, e.id LIMIT 1`)
)

// reached is the last step of each part of a customer; 0 is told inside.
func reached(ctx context.Context, q db.Q, customer int64) (map[string]int, error) {
	var rows []struct {
		Item
		Step int `db:"step"`
	}
	if err := q.Select(ctx, &rows, sqlReached, customer); err != nil {
		return nil, fmt.Errorf("read how often customer %d was reminded: %w", customer, err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.key()] = r.Step
	}
	return out, nil
}

// note keeps that parts have reached a step.
func note(ctx context.Context, tx *db.Tx, list []Item, step int, message int64) error {
	for _, i := range list {
		_, err := tx.Insert(ctx, sqlNote, i.CustomerID, i.OrderID, db.ID(i.InstalmentID), string(i.DueOn), step, db.ID(message), db.At(tx.Now))
		if err != nil {
			return fmt.Errorf("note a reminder of order %d: %w", i.OrderID, err)
		}
	}
	return nil
}

func owners(ctx context.Context, q db.Q) (ids []int64, err error) {
	if err := q.Select(ctx, &ids, sqlOwners); err != nil {
		return nil, fmt.Errorf("list the owners: %w", err)
	}
	return ids, nil
}

// recipientOf is where a customer gets mail; nobody for one without an address.
func recipientOf(ctx context.Context, q db.Q, customer int64) (recipient, error) {
	var to recipient
	if _, err := db.Found(q.Get(ctx, &to, sqlWhom, customer)); err != nil {
		return to, fmt.Errorf("read the address of customer %d: %w", customer, err)
	}
	return to, nil
}
