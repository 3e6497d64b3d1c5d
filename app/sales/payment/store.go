package payment

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `p.id, p.order_id, o.number, p.customer_id, c.name AS customer_name, p.amount, o.currency, p.paid_on, p.method, p.note,
		p.receipt_id, (SELECT r.id FROM receipt r WHERE r.set_off_id = p.id) AS credit_id, p.external_id, p.external_src, p.created_at, p.updated_at, p.version`
	from = `payment p JOIN order_head o ON o.id = p.order_id JOIN customer c ON c.id = p.customer_id`
)

var (
	sqlGet   = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE p.id = ? AND ` + auth.CustomerSQL)
	sqlOrder = db.SQL(`
		SELECT o.id, o.number, o.customer_id, o.currency, o.status, o.total,
			(SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = o.id) AS paid,
			(SELECT -coalesce(sum(min(p.amount, 0)), 0) FROM payment p WHERE p.order_id = o.id) AS back
		FROM order_head o JOIN customer c ON c.id = o.customer_id
		WHERE o.id = ? AND ` + auth.CustomerSQL)
	sqlOfOrder  = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE p.order_id = ? ORDER BY p.paid_on, p.id`)
	sqlExternal = db.SQL(`SELECT id FROM payment WHERE external_src = ? AND external_id = ?`)
	sqlTwin     = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + `
		WHERE p.customer_id = ? AND p.amount = ? AND p.paid_on = ? AND p.method = ? AND p.created_at >= ? AND o.currency = ? ORDER BY p.order_id = ? DESC, p.id DESC LIMIT 1`)
	sqlInsert = db.SQL(`
		INSERT INTO payment (order_id, customer_id, amount, paid_on, method, note, receipt_id, external_id, external_src, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE payment SET amount = ?, paid_on = ?, method = ?, note = ?, external_id = ?, external_src = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlMove  = db.SQL(`UPDATE payment SET customer_id = ?, updated_at = ?, version = version + 1 WHERE order_id = ? AND customer_id <> ?`)
	sqlTake  = db.SQL(`UPDATE payment SET amount = ?, receipt_id = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlSpare = db.SQL(`
		SELECT r.amount - (SELECT coalesce(sum(amount), 0) FROM payment WHERE receipt_id = r.id) - (SELECT coalesce(sum(amount), 0) FROM receipt_back WHERE receipt_id = r.id)
		FROM receipt r WHERE r.id = ?`)
	sqlDelete = db.SQL(`DELETE FROM payment WHERE id = ?`)
)

// Where the journal finds the customer of a payment.
const sqlCustomer = `SELECT customer_id FROM payment WHERE id = ?`

// list is what a reader can filter and sort payments by.
var list = field.List{
	Columns: columns,
	From:    from,
	Lean:    "payment p",
	Joined:  "o c",
	ID:      "p.id",
	Sort:    "-paid_on",
	Fields: []field.Field{
		{Name: "order_id", Label: "payment.order", Kind: field.Ref, Column: "p.order_id"},
		{Name: "order_number", Label: "payment.order", Kind: field.Text, Column: "o.number"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "p.customer_id"},
		{Name: "amount", Label: "common.amount", Kind: field.Money, Column: "p.amount", Sort: true},
		{Name: "paid_on", Label: "payment.paid_on", Kind: field.Date, Column: "p.paid_on", Sort: true},
		{Name: "method", Label: "payment.method", Kind: field.Text, Column: "p.method"},
		{Name: "external_id", Label: "payment.external_id", Kind: field.Text, Column: "coalesce(p.external_id, '')"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "p.created_at", Sort: true},
	},
}

// Row is a payment in a list.
type Row struct {
	field.Row
	Payment
}

func get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Payment, error) {
	var p Payment
	return p, db.OrNotFound(q.Get(ctx, &p, sqlGet, append([]any{id}, scope.Args()...)...))
}

func order(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Order, error) {
	var o Order
	return o, db.OrNotFound(q.Get(ctx, &o, sqlOrder, append([]any{id}, scope.Args()...)...))
}

func ofOrder(ctx context.Context, q db.Q, id int64) ([]Payment, error) {
	out := []Payment{}
	if err := q.Select(ctx, &out, sqlOfOrder, id); err != nil {
		return nil, fmt.Errorf("read the payments of order %d: %w", id, err)
	}
	return out, nil
}

func byExternal(ctx context.Context, q db.Q, source, external string) (int64, bool, error) {
	var id int64
	found, err := db.Found(q.Get(ctx, &id, sqlExternal, source, external))
	return id, found, err
}

// twin is an equal payment of the same customer since a moment, of the same order
// before another's.
func twin(ctx context.Context, q db.Q, o Order, in Input, since db.Time) (p Payment, found bool, err error) {
	found, err = db.Found(q.Get(ctx, &p, sqlTwin, o.CustomerID, in.Amount, in.PaidOn, in.Method, since, o.Currency, o.ID))
	return p, found, err
}

func insert(ctx context.Context, tx *db.Tx, o Order, in Input) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, o.ID, o.CustomerID, in.Amount, in.PaidOn, in.Method, in.Note, db.ID(in.ReceiptID), db.Null(in.ExternalID),
		in.ExternalSource, db.At(tx.Now), db.At(tx.Now))
	return id, taken(err)
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	_, err := tx.Exec(ctx, sqlUpdate, in.Amount, in.PaidOn, in.Method, in.Note, db.Null(in.ExternalID), in.ExternalSource, db.At(tx.Now), id)
	return taken(err)
}

func move(ctx context.Context, tx *db.Tx, order, customer int64) error {
	if _, err := tx.Exec(ctx, sqlMove, customer, db.At(tx.Now), order, customer); err != nil {
		return fmt.Errorf("move the payments of order %d: %w", order, err)
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete payment %d: %w", id, err)
	}
	return nil
}

// taken says that another payment already has the external id.
func taken(err error) error {
	if db.IsUnique(err) {
		c := &errs.Check{}
		c.Add("external_id", "error.taken")
		return c.Err()
	}
	if err != nil {
		return fmt.Errorf("store payment: %w", err)
	}
	return nil
}
