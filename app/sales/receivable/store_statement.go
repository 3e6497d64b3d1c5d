package receivable

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

// A receipt stands in a statement as a whole, not by its parts; where a part of it
// paid for an order that has gone to somebody else since, it stands with both.
var (
	sqlEntries = db.SQL(`
		SELECT day, kind, id, ref, method, amount FROM (
			SELECT h.ordered_on AS day, 0 AS place, CASE WHEN h.total < 0 THEN 'return' ELSE 'order' END AS kind, h.id AS id, h.number AS ref, '' AS method, h.total AS amount
			FROM order_head h WHERE h.customer_id = ?1 AND h.currency = ?2 AND h.status IN ('confirmed', 'completed') AND h.total <> 0
			UNION ALL
			SELECT p.paid_on, 1, CASE WHEN p.amount < 0 THEN 'refund' ELSE 'payment' END, p.id, o.number, p.method, -p.amount
			FROM payment p JOIN order_head o ON o.id = p.order_id WHERE p.customer_id = ?1 AND o.currency = ?2 AND p.receipt_id IS NULL
			UNION ALL
			SELECT r.received_on, 1, 'receipt', r.id, r.note, r.method, -r.amount FROM receipt r WHERE r.customer_id = ?1 AND r.currency = ?2
			UNION ALL
			SELECT b.paid_on, 2, 'back', r.id, b.note, b.method, b.amount FROM receipt r JOIN receipt_back b ON b.receipt_id = r.id WHERE r.customer_id = ?1 AND r.currency = ?2
			UNION ALL
			SELECT p.paid_on, 1, 'moved', p.id, o.number, p.method, -p.amount
			FROM payment p JOIN receipt r ON r.id = p.receipt_id JOIN order_head o ON o.id = p.order_id
			WHERE p.customer_id = ?1 AND r.customer_id <> ?1 AND r.currency = ?2
			UNION ALL
			SELECT p.paid_on, 1, 'moved', p.id, o.number, p.method, p.amount
			FROM receipt r JOIN payment p ON p.receipt_id = r.id JOIN order_head o ON o.id = p.order_id
			WHERE r.customer_id = ?1 AND p.customer_id <> ?1 AND r.currency = ?2)
		WHERE day <= ?3 ORDER BY day, place, id`)
	sqlCurrencies = db.SQL(`
		SELECT currency FROM order_head WHERE customer_id = ?1 AND status IN ('confirmed', 'completed')
		UNION SELECT o.currency FROM payment p JOIN order_head o ON o.id = p.order_id WHERE p.customer_id = ?1
		UNION SELECT currency FROM receipt WHERE customer_id = ?1 ORDER BY 1`)
	sqlPromised = db.SQL(`
		SELECT customer_id, due_on, amount, currency FROM promise
		WHERE kind = 'pay' AND side = 'theirs' AND state = 'open' AND customer_id IN (SELECT value FROM json_each(?)) ORDER BY due_on, id`)
)

func entriesOf(ctx context.Context, q db.Q, customer int64, currency string, to cal.Date) ([]Entry, error) {
	out := []Entry{}
	if err := q.Select(ctx, &out, sqlEntries, customer, currency, string(to)); err != nil {
		return nil, fmt.Errorf("read the statement of customer %d: %w", customer, err)
	}
	return out, nil
}

func currenciesOf(ctx context.Context, q db.Q, customer int64) ([]string, error) {
	out := []string{}
	if err := q.Select(ctx, &out, sqlCurrencies, customer); err != nil {
		return nil, fmt.Errorf("read the currencies of customer %d: %w", customer, err)
	}
	return out, nil
}

// Promised is money that a customer said they would pay by a day.
type Promised struct {
	CustomerID int64    `db:"customer_id"`
	DueOn      cal.Date `db:"due_on"`
	Amount     int64    `db:"amount"` // 0 = what is owed
	Currency   string   `db:"currency"`
}

// promised are the next promises of customers, given as a JSON list of ids.
func promised(ctx context.Context, q db.Q, ids string) (map[int64]Promised, error) {
	var rows []Promised
	if err := q.Select(ctx, &rows, sqlPromised, ids); err != nil {
		return nil, fmt.Errorf("read who promised to pay: %w", err)
	}
	out := map[int64]Promised{}
	for _, p := range rows {
		if _, ok := out[p.CustomerID]; !ok {
			out[p.CustomerID] = p
		}
	}
	return out, nil
}
