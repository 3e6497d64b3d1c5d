package photo

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

var (
	sqlSet  = db.SQL(`INSERT INTO customer_photo (customer_id, sha256, created_at) VALUES (?, ?, ?)`)
	sqlDrop = db.SQL(`DELETE FROM customer_photo WHERE customer_id = ?`)
	sqlAny  = db.SQL(`SELECT EXISTS (SELECT 1 FROM customer_photo)`)
)

const sqlOf = `SELECT customer_id, sha256 FROM customer_photo WHERE customer_id IN (?) ORDER BY id`

// Of are the hashes of customers' photos by customer.
func Of(ctx context.Context, q db.Q, customers []int64) (map[int64]string, error) {
	query, args, err := sqlx.In(sqlOf, customers)
	if err != nil {
		return nil, fmt.Errorf("look for photos: %w", err)
	}
	out := map[int64]string{}
	err = q.Each(ctx, query, args, func(r *sqlx.Rows) error {
		var id int64
		var sha string
		err := r.Scan(&id, &sha)
		out[id] = sha
		return err
	})
	return out, err
}

// set tells whether the photo is another one than before.
func set(ctx context.Context, tx *db.Tx, customer int64, sha string) (bool, error) {
	have, err := Of(ctx, tx, []int64{customer})
	if err != nil || have[customer] == sha {
		return false, err
	}
	if err := Drop(ctx, tx, customer); err != nil {
		return false, err
	}
	if _, err := tx.Insert(ctx, sqlSet, customer, sha, db.At(tx.Now)); err != nil {
		return false, fmt.Errorf("store the photo of customer %d: %w", customer, err)
	}
	return true, nil
}

// Drop takes a customer's photo away.
func Drop(ctx context.Context, tx *db.Tx, customer int64) error {
	if _, err := tx.Exec(ctx, sqlDrop, customer); err != nil {
		return fmt.Errorf("drop the photo of customer %d: %w", customer, err)
	}
	return nil
}

func anyPhoto(ctx context.Context, q db.Q) (some bool, err error) {
	err = q.Get(ctx, &some, sqlAny)
	return some, err
}
