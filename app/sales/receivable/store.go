package receivable

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	// partPaid is what the payments of its order leave for a part after those
	// that are due before it.
	partPaid = `max(0, min(i.amount, (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = i.order_id)
		- (SELECT coalesce(sum(x.amount), 0) FROM instalment x WHERE x.order_id = i.order_id AND (x.due_on < i.due_on OR (x.due_on = i.due_on AND x.id < i.id)))))`
	columns = `i.id, i.order_id, o.number, o.customer_id, c.name AS customer_name, i.due_on, i.amount, o.currency, i.words, ` + partPaid + ` AS paid,
		i.created_at, i.updated_at, i.version`
	from         = `instalment i JOIN order_head o ON o.id = i.order_id JOIN customer c ON c.id = o.customer_id`
	orderColumns = `o.id, o.number, o.customer_id, c.name AS customer_name, o.status, o.currency, o.total, o.ordered_on, o.due_on,
		(SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = o.id) AS paid`
)

var (
	sqlOrder    = db.SQL(`SELECT ` + orderColumns + ` FROM order_head o JOIN customer c ON c.id = o.customer_id WHERE o.id = ? AND ` + auth.CustomerSQL)
	sqlNumbered = db.SQL(`
		SELECT o.id, o.number FROM order_head o JOIN customer c ON c.id = o.customer_id
		WHERE o.number IN (SELECT value FROM json_each(?)) AND ` + auth.CustomerSQL)
	sqlParts   = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE i.order_id = ? ORDER BY i.due_on, i.id`)
	sqlAddPart = db.SQL(`INSERT INTO instalment (order_id, due_on, amount, words, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlSetPart = db.SQL(`UPDATE instalment SET due_on = ?, amount = ?, words = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlCutPart = db.SQL(`DELETE FROM instalment WHERE id = ?`)
)

// Where the journal finds the customer of a row.
const (
	sqlPartCustomer = `SELECT o.customer_id FROM instalment i JOIN order_head o ON o.id = i.order_id WHERE i.id = ?`
	sqlCustomer     = `SELECT customer_id FROM receipt WHERE id = ?`
	sqlBackCustomer = `SELECT r.customer_id FROM receipt_back b JOIN receipt r ON r.id = b.receipt_id WHERE b.id = ?`
	sqlLimited      = `SELECT customer_id FROM credit_limit WHERE id = ?`
	sqlPaidBack     = `SELECT EXISTS (SELECT 1 FROM receipt_back WHERE receipt_id = ?)`
)

// list is what a reader can filter and sort instalments by.
var list = field.List{
	Columns: columns,
	From:    from,
	ID:      "i.id",
	Sort:    "due_on",
	Fields: []field.Field{
		{Name: "due_on", Label: "receivable.due_on", Kind: field.Date, Ahead: true, Column: "i.due_on", Sort: true},
		{Name: "amount", Label: "common.amount", Kind: field.Money, Column: "i.amount"},
		{Name: "open", Label: "receivable.open", Kind: field.Money, Column: "(i.amount - " + partPaid + ")"},
		{Name: "unpaid", Label: "order.unpaid", Kind: field.Bool, Column: "(o.status IN ('confirmed', 'completed') AND i.amount > " + partPaid + ")"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "o.customer_id"},
		{Name: "order_id", Label: "payment.order", Kind: field.Ref, Column: "i.order_id"},
		{Name: "order_number", Label: "payment.order", Kind: field.Text, Column: "o.number"},
	},
}

// Row is an instalment in a list.
type Row struct {
	field.Row
	Instalment
}

func orderOf(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Order, error) {
	var o Order
	return o, db.OrNotFound(q.Get(ctx, &o, sqlOrder, append([]any{id}, scope.Args()...)...))
}

// numbered finds the orders of these numbers that the actor sees.
func numbered(ctx context.Context, q db.Q, scope auth.Scope, numbers []string) (map[string]int64, error) {
	raw, err := json.Marshal(numbers)
	if err != nil {
		return nil, fmt.Errorf("look for orders: %w", err)
	}
	var rows []Order
	if err := q.Select(ctx, &rows, sqlNumbered, append([]any{string(raw)}, scope.Args()...)...); err != nil {
		return nil, fmt.Errorf("look for orders: %w", err)
	}
	found := make(map[string]int64, len(rows))
	for _, o := range rows {
		found[o.Number] = o.ID
	}
	return found, nil
}

func planOf(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Plan, error) {
	o, err := orderOf(ctx, q, scope, id)
	p := Plan{Order: o, Parts: []Instalment{}}
	if err != nil {
		return p, err
	}
	if err := q.Select(ctx, &p.Parts, sqlParts, id); err != nil {
		return p, fmt.Errorf("read the instalments of order %d: %w", id, err)
	}
	return p, nil
}

// writeParts makes the parts of a plan what they should be, row by row, so that
// the history shows only what really changed.
func writeParts(ctx context.Context, tx *db.Tx, before Plan, after []Part) error {
	old := map[int64]Instalment{}
	for _, i := range before.Parts {
		old[i.ID] = i
	}
	for _, in := range after {
		was, kept := old[in.ID]
		delete(old, in.ID)
		var err error
		switch {
		case !kept:
			_, err = tx.Insert(ctx, sqlAddPart, before.Order.ID, string(in.DueOn), in.Amount, in.Words, db.At(tx.Now), db.At(tx.Now))
		case was.DueOn != in.DueOn || was.Amount != in.Amount || was.Words != in.Words:
			_, err = tx.Exec(ctx, sqlSetPart, string(in.DueOn), in.Amount, in.Words, db.At(tx.Now), in.ID)
		}
		if err != nil {
			return fmt.Errorf("store an instalment of order %d: %w", before.Order.ID, err)
		}
	}
	for id := range old {
		if _, err := tx.Exec(ctx, sqlCutPart, id); err != nil {
			return fmt.Errorf("remove instalment %d: %w", id, err)
		}
	}
	return nil
}
