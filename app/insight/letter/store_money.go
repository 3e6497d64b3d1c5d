package letter

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/slot"
	"regulars/app/kit/stats"
	"regulars/app/sales/order"
	"regulars/app/sys/db"
)

// ours limits records of a customer o.customer_id to a team's, the third
// argument; 0 is everybody's.
const (
	ours = ` AND (?3 = 0 OR o.customer_id IN (SELECT c.id FROM customer c WHERE c.owner_id IN (SELECT u.id FROM user u WHERE u.team_id = ?3)))`
	sold = ` o.ordered_on BETWEEN ?1 AND ?2 AND o.status IN ('confirmed', 'completed')`
)

// Money on the day it moved, as targets count it: payments that are no part of
// a receipt, receipts as a whole, less what was paid back of them. The fifth
// argument says that all orders are in the currency: then none is looked at.
const moneyIn = `
		SELECT o.id, 0 AS receipt_id, o.day, o.customer_id, o.amount FROM (
			SELECT p.order_id AS id, p.paid_on AS day, p.customer_id, p.amount FROM payment p
			WHERE p.paid_on BETWEEN ?1 AND ?2 AND p.receipt_id IS NULL AND (?5 OR (SELECT h.currency FROM order_head h WHERE h.id = p.order_id) = ?4)) o WHERE 1` + ours + `
		UNION ALL
		SELECT 0, o.id, o.received_on, o.customer_id, o.amount FROM receipt o WHERE o.received_on BETWEEN ?1 AND ?2 AND o.currency = ?4` + ours + `
		UNION ALL
		SELECT 0, o.id, b.paid_on, o.customer_id, -b.amount FROM receipt_back b JOIN receipt o ON o.id = b.receipt_id
		WHERE b.paid_on BETWEEN ?1 AND ?2 AND o.currency = ?4` + ours

var (
	// All of it stands in the index of days. A return lowers what was sold and is
	// no order.
	sqlSales = db.SQL(`
		SELECT count(*) AS moves, coalesce(sum(o.total), 0) AS total, coalesce(sum(1.0 * o.total * o.total), 0) AS squares, count(*) FILTER (WHERE o.total >= 0) AS orders,
			coalesce(sum(o.total) FILTER (WHERE o.total >= 0), 0) AS gross, coalesce(sum(1.0 * o.total * o.total) FILTER (WHERE o.total >= 0), 0) AS gross_squares
		FROM order_head o WHERE` + sold + ours)
	// What was bought on the day of a first purchase, as reports divide new from
	// returning customers.
	sqlFromNew = db.SQL(`
		SELECT coalesce(sum(o.total), 0) FROM customer_stat s CROSS JOIN order_head o ON o.customer_id = s.customer_id AND o.ordered_on = s.first_order_on
		WHERE s.first_order_on BETWEEN ?1 AND ?2 AND s.first_order_on <> '' AND` + sold + ours)
	sqlBest = db.SQL(`
		SELECT l.product_id, p.name, sum(l.total) AS amount, count(DISTINCT o.id) AS orders
		FROM order_head o CROSS JOIN order_line l ON l.order_id = o.id JOIN product p ON p.id = l.product_id
		WHERE` + sold + ours + ` GROUP BY l.product_id HAVING sum(l.total) > 0 ORDER BY amount DESC, l.product_id LIMIT 5`)
	// Those who bought both in the days and in those before, with what they spent.
	// Who fell silent or came new is told elsewhere, and whoever is not to be profiled
	// is named for neither.
	sqlMovers = db.SQL(`
		WITH m AS MATERIALIZED (
			SELECT o.customer_id, sum(o.total) FILTER (WHERE o.ordered_on >= ?4) AS now, sum(o.total) FILTER (WHERE o.ordered_on < ?4) AS before
			FROM order_head o WHERE` + sold + ours + ` AND o.customer_id NOT IN (SELECT id FROM customer WHERE no_profiling = 1) GROUP BY o.customer_id
			HAVING max(o.ordered_on) >= ?4 AND min(o.ordered_on) < ?4)
		SELECT * FROM (SELECT * FROM m WHERE now > before ORDER BY now - before DESC, customer_id LIMIT 3)
		UNION ALL SELECT * FROM (SELECT * FROM m WHERE now < before ORDER BY now - before, customer_id LIMIT 3)`)
	sqlBegun  = db.SQL(`SELECT coalesce(min(day), '') FROM order_day WHERE orders > 0`)
	sqlDays   = db.SQL(`SELECT day, total FROM order_day WHERE day BETWEEN ? AND ?`)
	sqlDaysOf = db.SQL(`
		SELECT o.ordered_on AS day, sum(o.total) AS total FROM customer c CROSS JOIN order_head o ON o.customer_id = c.id
		WHERE c.owner_id IN (SELECT u.id FROM user u WHERE u.team_id = ?3) AND` + sold + ` GROUP BY o.ordered_on`)
	sqlReceived = db.SQL(`SELECT count(*) AS moves, coalesce(sum(amount), 0) AS total, coalesce(sum(1.0 * amount * amount), 0) AS squares FROM (` + moneyIn + `)`)
	sqlMoney    = db.SQL(`SELECT id, receipt_id, day, customer_id, amount FROM (` + moneyIn + `) ORDER BY day DESC, id DESC, receipt_id DESC LIMIT ?6 OFFSET ?7`)
	sqlPromises = db.SQL(`
		SELECT count(*) FILTER (WHERE o.state = 'kept') AS kept, count(*) AS settled FROM promise o
		WHERE o.due_on BETWEEN ?1 AND ?2 AND o.side = 'theirs' AND o.state IN ('kept', 'late', 'broken')` + ours)
	sqlDeals = db.SQL(`
		SELECT count(*) FILTER (WHERE d.result = 'won') AS won, count(*) FILTER (WHERE d.result = 'lost') AS lost,
			coalesce(sum(d.amount) FILTER (WHERE d.result = 'won' AND d.currency = ?4), 0) AS amount
		FROM deal d WHERE d.closed_on BETWEEN ?1 AND ?2 AND d.result <> 'open' AND (?3 = 0 OR d.owner_id IN (SELECT u.id FROM user u WHERE u.team_id = ?3))`)
	sqlLeads = db.SQL(`
		SELECT count(*) AS leads, count(*) FILTER (WHERE l.state = 'converted') AS converted
		FROM lead l WHERE l.received_at >= ?1 AND l.received_at < ?2 AND (?3 = 0 OR l.owner_id IN (SELECT u.id FROM user u WHERE u.team_id = ?3))`)
	sqlUsed     = db.SQL(`SELECT (SELECT coalesce(min(closed_on), '') FROM deal WHERE closed_on > '') AS deals, (SELECT min(received_at) FROM lead) AS leads`)
	sqlPromised = db.SQL(`SELECT coalesce(min(due_on), '') FROM promise`)
	sqlTargets  = db.SQL(`
		SELECT period, metric, amount AS target FROM target
		WHERE period = ?1 AND amount > 0 AND (?2 = 0 AND subject = 'company' OR subject = 'team' AND team_id = ?2) ORDER BY id`)
	sqlCreated = db.SQL(`
		SELECT count(*) FROM customer c
		WHERE c.created_at >= ?1 AND c.created_at < ?2 AND (?3 = 0 OR c.owner_id IN (SELECT u.id FROM user u WHERE u.team_id = ?3))`)
	sqlContacted = db.SQL(`
		SELECT count(*) FROM followup f WHERE f.at >= ?1 AND f.at < ?2 AND (?3 = 0 OR f.user_id IN (SELECT u.id FROM user u WHERE u.team_id = ?3))`)
	sqlSold = db.SQL(`SELECT count(*) FROM (SELECT 1 FROM order_day WHERE orders > 0 LIMIT 1)`)
)

// sales is what was sold within some days.
type sales struct {
	Moves        int     `db:"moves"` // orders and returns
	Total        int64   `db:"total"`
	Squares      float64 `db:"squares"`
	Orders       int     `db:"orders"`
	Gross        int64   `db:"gross"` // without returns
	GrossSquares float64 `db:"gross_squares"`
	New          int64   `db:"-"` // of the total, from new customers
}

func (s sales) sum() stats.Sums {
	return stats.Sums{N: s.Moves, Sum: float64(s.Total), Squares: s.Squares}
}

func (s sales) each() stats.Sums {
	return stats.Sums{N: s.Orders, Sum: float64(s.Gross), Squares: s.GrossSquares}
}

func readSales(ctx context.Context, q db.Q, s slot.Span, team int64) (sales, error) {
	var out sales
	if err := q.Get(ctx, &out, sqlSales, s.Since, s.Until, team); err != nil {
		return out, fmt.Errorf("sum what was sold: %w", err)
	}
	if err := q.Get(ctx, &out.New, sqlFromNew, s.Since, s.Until, team); err != nil {
		return out, fmt.Errorf("sum what new customers bought: %w", err)
	}
	return out, nil
}

// cash is money that came in.
type cash struct {
	Moves   int     `db:"moves"`
	Total   int64   `db:"total"`
	Squares float64 `db:"squares"`
}

func readCash(ctx context.Context, q db.Q, s slot.Span, team int64, currency string) (cash, error) {
	var out cash
	only, err := order.OnlyIn(ctx, q, currency)
	if err != nil {
		return out, err
	}
	if err := q.Get(ctx, &out, sqlReceived, s.Since, s.Until, team, currency, only); err != nil {
		return out, fmt.Errorf("sum what was received: %w", err)
	}
	return out, nil
}

// word is how many promises that customers made were kept.
type word struct {
	Kept    int64 `db:"kept"`
	Settled int64 `db:"settled"`
}

type deals struct {
	Won    int64 `db:"won"`
	Lost   int64 `db:"lost"`
	Amount int64 `db:"amount"`
}

type leads struct {
	Leads     int64 `db:"leads"`
	Converted int64 `db:"converted"`
}

// used is since when the shop works with deals and leads, if it does.
type used struct {
	Deals cal.Date `db:"deals"`
	Leads db.Time  `db:"leads"`
}

// soldOn is what was sold on each day of a span.
func soldOn(ctx context.Context, q db.Q, s slot.Span, team int64) (map[cal.Date]int64, error) {
	var rows []day
	query, args := sqlDays, []any{s.Since, s.Until}
	if team != 0 {
		query, args = sqlDaysOf, append(args, team)
	}
	if err := q.Select(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("sum the days: %w", err)
	}
	out := map[cal.Date]int64{}
	for _, r := range rows {
		out[r.Day] = r.Total
	}
	return out, nil
}

// flow is one movement of money.
type flow struct {
	OrderID    int64    `db:"id"`
	ReceiptID  int64    `db:"receipt_id"`
	Day        cal.Date `db:"day"`
	CustomerID int64    `db:"customer_id"`
	Amount     int64    `db:"amount"`
	Name       string   `db:"-"`
}
