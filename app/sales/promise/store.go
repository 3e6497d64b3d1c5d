package promise

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `p.id, p.customer_id, c.name AS customer_name, p.side, p.kind, p.words, p.made_on, p.due_on, p.amount, p.currency, p.order_id,
		o.number AS order_number, p.owner_id, u.name AS owner_name, p.state, p.settled_on, p.by_fact, p.reason, p.created_at, p.updated_at, p.version`
	from = `promise p JOIN customer c ON c.id = p.customer_id LEFT JOIN order_head o ON o.id = p.order_id LEFT JOIN user u ON u.id = p.owner_id`

	// watchedSQL are the promises that facts settle.
	watchedSQL = `(p.kind = 'pay' OR (p.kind = 'deliver' AND p.side = 'ours' AND p.order_id IS NOT NULL)) AND (p.state = 'open' OR p.by_fact = 1)`
)

var (
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE p.id = ? AND ` + auth.CustomerSQL)
	sqlInsert = db.SQL(`
		INSERT INTO promise (customer_id, side, kind, words, made_on, due_on, amount, currency, order_id, owner_id, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE promise SET side = ?, kind = ?, words = ?, made_on = ?, due_on = ?, amount = ?, currency = ?, order_id = ?, owner_id = ?,
			updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlSettle = db.SQL(`
		UPDATE promise SET state = ?, settled_on = ?, by_fact = ?, reason = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete  = db.SQL(`DELETE FROM promise WHERE id = ?`)
	sqlWatched = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE p.customer_id = ? AND ` + watchedSQL + ` ORDER BY p.due_on, p.id`)
	sqlOpenOf  = db.List(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE p.customer_id = ? AND p.state = 'open' ORDER BY p.due_on, p.id LIMIT 20`)
	sqlKept = db.SQL(`
		SELECT side, sum(state = 'kept') AS kept, sum(state = 'late') AS late, sum(state = 'broken') AS broken
		FROM promise WHERE customer_id = ? AND state IN ('kept', 'late', 'broken') GROUP BY side`)
	sqlPayments = db.SQL(`
		SELECT m.order_id, m.paid_on, m.amount, o.currency FROM payment m JOIN order_head o ON o.id = m.order_id
		WHERE m.customer_id = ? ORDER BY m.paid_on, m.id`)
	sqlOrders = db.SQL(`
		SELECT o.id, o.total, o.status = 'completed' AS done, coalesce((SELECT sum(amount) FROM payment m WHERE m.order_id = o.id), 0) AS paid
		FROM promise p JOIN order_head o ON o.id = p.order_id
		WHERE p.customer_id = ? AND o.status IN ('confirmed', 'completed') GROUP BY o.id`)
	sqlDone = db.SQL(`
		SELECT subject_id, max(occurred_at) FROM event WHERE customer_id = ? AND kind = 'order.completed' AND void = 0 GROUP BY subject_id`)
	sqlOrder = db.SQL(`
		SELECT o.customer_id, o.currency, o.number FROM order_head o JOIN customer c ON c.id = o.customer_id WHERE o.id = ? AND ` + auth.CustomerSQL)
	sqlOrdersOf = db.List(`
		SELECT id, number, total, currency FROM order_head WHERE customer_id = ? AND status <> 'cancelled' ORDER BY ordered_on DESC, id DESC LIMIT 20`)
	sqlTasks   = db.SQL(`SELECT source_key FROM task WHERE source_key >= ? AND source_key < ? AND done_at IS NULL`)
	sqlOld     = db.SQL(`SELECT DISTINCT p.customer_id FROM promise p WHERE p.state = 'open' AND p.due_on < ? AND ` + watchedSQL)
	sqlOverdue = db.SQL(`
		SELECT count(*) FROM promise p JOIN customer c ON c.id = p.customer_id WHERE p.state = 'open' AND p.due_on < ? AND ` + auth.CustomerSQL)
)

// sqlCustomer names the customer of a promise for the journal.
const sqlCustomer = `SELECT customer_id FROM promise WHERE id = ?`

// list is what a reader can filter and sort promises by.
var list = field.List{
	Columns: columns,
	From:    from,
	Lean:    "promise p",
	Joined:  "c o u",
	ID:      "p.id",
	Sort:    "-due_on",
	Fields: []field.Field{
		{Name: "due_on", Label: "promise.due_on", Kind: field.Date, Ahead: true, Column: "p.due_on", Sort: true},
		{Name: "state", Label: "promise.state", Kind: field.Choice, Column: "p.state", Choices: States},
		{Name: "side", Label: "promise.side", Kind: field.Choice, Column: "p.side", Choices: Sides},
		{Name: "kind", Label: "promise.kind", Kind: field.Choice, Column: "p.kind", Choices: Kinds},
		{Name: "made_on", Label: "promise.made_on", Kind: field.Date, Column: "p.made_on"},
		{Name: "settled_on", Label: "promise.settled_on", Kind: field.Date, Column: "p.settled_on"},
		{Name: "amount", Label: "common.amount", Kind: field.Money, Column: "p.amount"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "p.customer_id"},
		{Name: "team_id", Label: "customer.team", Kind: field.Ref, Column: "y.team_id", Options: "team",
			Within: "p.customer_id IN (SELECT z.id FROM customer z WHERE z.owner_id IN (SELECT y.id FROM user y WHERE y.team_id IS NOT NULL AND %s))"},
		{Name: "order_id", Label: "payment.order", Kind: field.Ref, Column: "p.order_id"},
		{Name: "owner_id", Label: "common.owner", Kind: field.Ref, Column: "p.owner_id"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "p.created_at"},
	},
}

// Row is a promise in a list.
type Row struct {
	field.Row
	Promise
}

func get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Promise, error) {
	var p Promise
	return p, db.OrNotFound(q.Get(ctx, &p, sqlGet, append([]any{id}, scope.Args()...)...))
}

func insert(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, in.CustomerID, in.Side, in.Kind, in.Words, in.MadeOn, in.DueOn, in.Amount, in.Currency,
		db.ID(in.OrderID), db.ID(in.OwnerID), db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("store promise: %w", err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	if _, err := tx.Exec(ctx, sqlUpdate, in.Side, in.Kind, in.Words, in.MadeOn, in.DueOn, in.Amount, in.Currency,
		db.ID(in.OrderID), db.ID(in.OwnerID), db.At(tx.Now), id); err != nil {
		return fmt.Errorf("change promise %d: %w", id, err)
	}
	return nil
}

func settle(ctx context.Context, tx *db.Tx, p Promise) error {
	if _, err := tx.Exec(ctx, sqlSettle, p.State, string(p.SettledOn), p.ByFact, p.Reason, db.At(tx.Now), p.ID); err != nil {
		return fmt.Errorf("settle promise %d: %w", p.ID, err)
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete promise %d: %w", id, err)
	}
	return nil
}
