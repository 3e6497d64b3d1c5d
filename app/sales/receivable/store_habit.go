package receivable

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

var (
	sqlLimit    = db.SQL(`SELECT amount, currency, version FROM credit_limit WHERE customer_id = ?`)
	sqlPutLimit = db.SQL(`
		INSERT INTO credit_limit (customer_id, amount, currency, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (customer_id) DO UPDATE SET amount = excluded.amount, currency = excluded.currency, updated_at = excluded.updated_at, version = version + 1`)
	sqlCutLimit = db.SQL(`DELETE FROM credit_limit WHERE customer_id = ?`)
	sqlBought   = db.SQL(`
		SELECT count(*) FILTER (WHERE paid >= total) AS settled, coalesce(sum(max(0, min(paid, total))) FILTER (WHERE ordered_on >= ?3), 0) AS paid,
			coalesce((julianday(?4) - julianday(min(ordered_on) FILTER (WHERE ordered_on >= ?3))) / 30.44, 0.0) AS months
		FROM (SELECT h.ordered_on, h.total, (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = h.id) AS paid
			FROM order_head h WHERE h.customer_id = ?1 AND h.currency = ?2 AND h.status IN ('confirmed', 'completed') AND h.total > 0)`)
)

func limitOf(ctx context.Context, q db.Q, st *Standing) error {
	var row struct {
		Amount   int64  `db:"amount"`
		Currency string `db:"currency"`
		Version  int64  `db:"version"`
	}
	found, err := db.Found(q.Get(ctx, &row, sqlLimit, st.CustomerID))
	if err != nil {
		return fmt.Errorf("read the credit limit of customer %d: %w", st.CustomerID, err)
	}
	if found && row.Currency == st.Currency {
		st.Limit, st.HasLimit, st.Version = row.Amount, true, row.Version
	}
	return nil
}

func putLimit(ctx context.Context, tx *db.Tx, customer, amount int64, currency string) error {
	if _, err := tx.Exec(ctx, sqlPutLimit, customer, amount, currency, db.At(tx.Now), db.At(tx.Now)); err != nil {
		return fmt.Errorf("store the credit limit of customer %d: %w", customer, err)
	}
	return nil
}

func removeLimit(ctx context.Context, tx *db.Tx, customer int64) error {
	if _, err := tx.Exec(ctx, sqlCutLimit, customer); err != nil {
		return fmt.Errorf("remove the credit limit of customer %d: %w", customer, err)
	}
	return nil
}

func boughtBy(ctx context.Context, q db.Q, customer int64, currency string, day cal.Date) (bought, error) {
	var b bought
	if err := q.Get(ctx, &b, sqlBought, customer, currency, string(day.AddDays(-365)), string(day)); err != nil {
		return b, fmt.Errorf("read what customer %d paid: %w", customer, err)
	}
	return b, nil
}
