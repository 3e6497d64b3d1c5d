package target

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

// moneyIn is the money of a period in a currency, on the day it moved: payments
// that are no part of a receipt, receipts as a whole, less what was paid back of
// them. The kinds share one row of ids: four times their own and 0, 1 or 2.
const moneyIn = `
			SELECT p.id * 4 AS id, p.paid_on AS day, o.number AS name, p.customer_id, p.amount, 0 AS receipt_id
			FROM payment p JOIN order_head o ON o.id = p.order_id WHERE p.paid_on BETWEEN ?1 AND ?2 AND o.currency = ?3 AND p.receipt_id IS NULL
			UNION ALL
			SELECT r.id * 4 + 1, r.received_on, r.note, r.customer_id, r.amount, r.id FROM receipt r WHERE r.received_on BETWEEN ?1 AND ?2 AND r.currency = ?3
			UNION ALL
			SELECT b.id * 4 + 2, b.paid_on, b.note, r.customer_id, -b.amount, r.id
			FROM receipt_back b JOIN receipt r ON r.id = b.receipt_id WHERE b.paid_on BETWEEN ?1 AND ?2 AND r.currency = ?3`

var (
	sqlTargets = db.List(`SELECT id, period, metric, subject, user_id, team_id, product_id, region, amount, created_at, updated_at, version
		FROM target WHERE period = ? ORDER BY subject, metric, id LIMIT 5000`)
	sqlPut = db.SQL(`
		INSERT INTO target (period, metric, subject, user_id, team_id, product_id, region, amount, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (period, subject, metric, coalesce(user_id, team_id, product_id, 0), region)
		DO UPDATE SET amount = excluded.amount, updated_at = excluded.updated_at, version = version + 1 WHERE amount <> excluded.amount`)
	sqlDrop = db.SQL(`DELETE FROM target WHERE id = ?`)

	// What was won, by whose deal and where; only in the shop's currency.
	sqlWon = db.SQL(`
		SELECT coalesce(d.owner_id, 0) AS user_id, coalesce(c.region, '') AS region, 0 AS product_id, count(*) AS n, sum(d.amount) AS amount
		FROM deal d LEFT JOIN customer c ON c.id = d.customer_id
		WHERE d.closed_on BETWEEN ? AND ? AND d.result = 'won' AND d.currency = ? GROUP BY 1, 2`)
	sqlWonProducts = db.SQL(`
		SELECT coalesce(d.owner_id, 0) AS user_id, '' AS region, l.product_id, count(DISTINCT d.id) AS n, sum(l.total) AS amount
		FROM deal d JOIN deal_line l ON l.deal_id = d.id
		WHERE d.closed_on BETWEEN ? AND ? AND d.result = 'won' AND d.currency = ? AND l.product_id IS NOT NULL GROUP BY 1, 3`)
	sqlReceived = db.SQL(`
		SELECT coalesce(c.owner_id, 0) AS user_id, c.region, 0 AS product_id, count(*) AS n, sum(m.amount) AS amount
		FROM (` + moneyIn + `) m JOIN customer c ON c.id = m.customer_id GROUP BY 1, 2`)
	sqlCustomers = db.SQL(`
		SELECT coalesce(c.owner_id, 0) AS user_id, c.region, 0 AS product_id, count(*) AS n, count(*) AS amount
		FROM customer c WHERE c.created_at >= ? AND c.created_at < ? GROUP BY 1, 2`)
	sqlContacts = db.SQL(`
		SELECT coalesce(f.user_id, 0) AS user_id, c.region, 0 AS product_id, count(*) AS n, count(*) AS amount
		FROM followup f JOIN customer c ON c.id = f.customer_id WHERE f.at >= ? AND f.at < ? GROUP BY 1, 2`)
	sqlForeign = db.SQL(`SELECT count(*) FROM deal WHERE closed_on BETWEEN ? AND ? AND result = 'won' AND currency <> ?`)
	sqlClosed  = db.SQL(`
		SELECT coalesce(owner_id, 0) AS user_id, sum(result = 'won') AS won, count(*) AS n
		FROM deal WHERE closed_on BETWEEN ? AND ? AND result <> 'open' GROUP BY 1`)

	sqlPeople = db.List(`
		SELECT u.id, u.name, coalesce(u.team_id, 0) AS team_id, coalesce(t.name, '') AS team, u.status <> 'disabled' AS active
		FROM user u LEFT JOIN team t ON t.id = u.team_id ORDER BY u.name, u.id LIMIT 500`)
	sqlTeams    = db.List(`SELECT id, name FROM team ORDER BY name, id LIMIT 500`)
	sqlProducts = db.List(`SELECT id, name FROM product WHERE active = 1 ORDER BY name, id LIMIT 200`)
	sqlProduct  = db.SQL(`SELECT name FROM product WHERE id = ?`)
)

// sum is what one group of records came to.
type sum struct {
	UserID    int64  `db:"user_id"`
	Region    string `db:"region"`
	ProductID int64  `db:"product_id"`
	N         int    `db:"n"`
	Amount    int64  `db:"amount"`
}

// person is somebody who works here.
type person struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	TeamID int64  `db:"team_id"`
	Team   string `db:"team"`
	Active bool   `db:"active"`
}

// named is a team or a product.
type named struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

func targetsOf(ctx context.Context, q db.Q, period string) ([]Target, error) {
	var out []Target
	if err := q.Select(ctx, &out, sqlTargets, period); err != nil {
		return nil, fmt.Errorf("read the targets of %s: %w", period, err)
	}
	return out, nil
}

// sums counts one metric from the records of a period.
func sums(ctx context.Context, q db.Q, metric string, from, to cal.Date, span [2]db.Time, currency string) ([]sum, error) {
	var out []sum
	var err error
	switch metric {
	case Won:
		err = q.Select(ctx, &out, sqlWon, from, to, currency)
	case Received:
		err = q.Select(ctx, &out, sqlReceived, from, to, currency)
	case NewCustomers:
		err = q.Select(ctx, &out, sqlCustomers, span[0], span[1])
	case Contacts:
		err = q.Select(ctx, &out, sqlContacts, span[0], span[1])
	}
	if err != nil {
		return nil, fmt.Errorf("count %s of %s to %s: %w", metric, from, to, err)
	}
	return out, nil
}
