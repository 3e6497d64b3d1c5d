package receivable

import (
	"context"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// An order owes what its payments leave. Its parts take them in the order of
// their days; what the parts leave of the order comes last, and an order without
// parts is one itself. Where the order has come to cost less than its parts, the
// last of them ask for less. Orders that owe nothing are not in order_due.
const (
	openColumns = `o AS MATERIALIZED (
			SELECT h.id, h.number, h.customer_id, c.name AS customer_name, coalesce(c.owner_id, 0) AS owner_id, h.currency, h.total,
				CASE WHEN h.due_on = '' THEN h.ordered_on ELSE h.due_on END AS due_on, d.paid
			FROM `
	openAll  = openColumns + `order_due d CROSS JOIN order_head h ON h.id = d.order_id JOIN customer c ON c.id = h.customer_id WHERE `
	openOf   = openColumns + `order_head h JOIN order_due d ON d.order_id = h.id JOIN customer c ON c.id = h.customer_id WHERE `
	openTail = `), part AS (
			SELECT o.id AS order_id, i.id AS instalment_id, i.due_on, i.words, i.amount, sum(i.amount) OVER (PARTITION BY i.order_id ORDER BY i.due_on, i.id) AS upto
			FROM o CROSS JOIN instalment i ON i.order_id = o.id
			UNION ALL
			SELECT o.id, 0, max(o.due_on, coalesce((SELECT max(i.due_on) FROM instalment i WHERE i.order_id = o.id), '')), '',
				o.total - coalesce((SELECT sum(i.amount) FROM instalment i WHERE i.order_id = o.id), 0), o.total
			FROM o)
		SELECT part.order_id, part.instalment_id, o.number, o.customer_id, o.customer_name, o.owner_id, o.currency, part.due_on, part.words, part.amount,
			min(part.upto, o.total) - max(o.paid, part.upto - part.amount) AS open
		FROM part JOIN o ON o.id = part.order_id
		WHERE part.amount > 0 AND min(part.upto, o.total) > max(o.paid, part.upto - part.amount) `
)

var (
	sqlItems   = db.SQL(`WITH ` + openAll + auth.CustomerSQL + openTail + `ORDER BY part.due_on, part.order_id, part.instalment_id`)
	sqlItemsOf = db.SQL(`WITH ` + openOf + `h.customer_id = ?` + openTail + `ORDER BY part.due_on, part.order_id, part.instalment_id`)
)

// sqlInSum sums the items of a currency by age: what is due on ?1 or later, up
// to 30, 60 and 90 days before, and earlier.
var sqlInSum = db.SQL(`
	WITH day AS (SELECT ? AS today, ? AS d30, ? AS d60, ? AS d90),
	item AS MATERIALIZED (SELECT * FROM (WITH ` + openAll + auth.CustomerSQL + ` AND h.currency = ? AND (? = 0 OR c.owner_id IN (SELECT u.id FROM user u WHERE u.team_id = ?))` + openTail + `))
	SELECT count(*) AS items, coalesce(min(due_on), '') AS oldest,
		coalesce(sum(open) FILTER (WHERE due_on >= today), 0) AS due,
		coalesce(sum(open) FILTER (WHERE due_on >= d30 AND due_on < today), 0) AS b30,
		coalesce(sum(open) FILTER (WHERE due_on >= d60 AND due_on < d30), 0) AS b60,
		coalesce(sum(open) FILTER (WHERE due_on >= d90 AND due_on < d60), 0) AS b90,
		coalesce(sum(open) FILTER (WHERE due_on < d90), 0) AS over,
		count(DISTINCT customer_id) FILTER (WHERE due_on < today) AS late
	FROM item, day`)

func inSum(ctx context.Context, q db.Q, scope auth.Scope, currency string, team int64, today cal.Date) (InSum, error) {
	var r struct {
		Items, Late              int
		Oldest                   cal.Date
		Due, B30, B60, B90, Over int64
	}
	args := append([]any{today, today.AddDays(-30), today.AddDays(-60), today.AddDays(-90)}, scope.Args()...)
	if err := q.Get(ctx, &r, sqlInSum, append(args, currency, team, team)...); err != nil {
		return InSum{}, fmt.Errorf("sum what is owed: %w", err)
	}
	out := InSum{Debtor: Debtor{Currency: currency, Items: r.Items, Buckets: [5]int64{r.Due, r.B30, r.B60, r.B90, r.Over}}, Late: r.Late}
	if r.Items > 0 {
		out.Oldest = max(0, today.Sub(r.Oldest))
	}
	return out, nil
}

// items is all that is to come, what is due first before the rest.
func items(ctx context.Context, q db.Q, scope auth.Scope) ([]Item, error) {
	out := []Item{}
	if err := q.Select(ctx, &out, sqlItems, scope.Args()...); err != nil {
		return nil, fmt.Errorf("read what is owed: %w", err)
	}
	return out, nil
}

var sqlMembers = db.SQL(`SELECT id FROM user WHERE team_id = ?`)

// members are the people of a team, nobody of none.
func members(ctx context.Context, q db.Q, team int64) ([]int64, error) {
	var out []int64
	if team == 0 {
		return out, nil
	}
	if err := q.Select(ctx, &out, sqlMembers, team); err != nil {
		return nil, fmt.Errorf("read who is in team %d: %w", team, err)
	}
	return out, nil
}

// itemsOf is what a customer is to pay.
func itemsOf(ctx context.Context, q db.Q, customer int64) ([]Item, error) {
	out := []Item{}
	if err := q.Select(ctx, &out, sqlItemsOf, customer); err != nil {
		return nil, fmt.Errorf("read what customer %d owes: %w", customer, err)
	}
	return out, nil
}
