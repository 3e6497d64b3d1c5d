package note

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `n.id, n.customer_id, c.name AS customer_name, n.user_id, u.name AS user_name, n.text, n.pinned_at, n.visible, n.created_at, n.updated_at, n.version`
	from    = `note n JOIN customer c ON c.id = n.customer_id LEFT JOIN user u ON u.id = n.user_id`
)

var list = field.List{
	Columns: columns,
	From:    from,
	ID:      "n.id",
	Sort:    "-id",
	Fields: []field.Field{
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "n.customer_id"},
		{Name: "user_id", Label: "note.field.user", Kind: field.Ref, Column: "n.user_id", Options: "user"},
		{Name: "text", Label: "note.field.text", Kind: field.Text, Column: "n.text"},
		{Name: "visible", Label: "note.field.visible", Kind: field.Bool, Column: "n.visible"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "n.created_at"},
	},
}

var (
	sqlVisible = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE n.id = ? AND ` + auth.CustomerSQL)
	sqlInsert  = db.SQL(`INSERT INTO note (customer_id, user_id, text, pinned_at, visible, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate  = db.SQL(`UPDATE note SET text = ?, pinned_at = ?, visible = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlPins    = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE n.customer_id = ? AND n.pinned_at IS NOT NULL ORDER BY n.pinned_at DESC, n.id DESC`)
	sqlOthers  = db.SQL(`SELECT count(*) FROM note WHERE customer_id = ? AND pinned_at IS NOT NULL AND id <> ?`)
	sqlDelete  = db.SQL(`DELETE FROM note WHERE id = ?`)
)

func visible(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Note, error) {
	var n Note
	err := q.Get(ctx, &n, sqlVisible, append([]any{id}, scope.Args()...)...)
	return n, db.OrNotFound(err)
}

// pins are the notes on top of a customer's record, the newest pin first.
func pins(ctx context.Context, q db.Q, customer int64) ([]Note, error) {
	var out []Note
	if err := q.Select(ctx, &out, sqlPins, customer); err != nil {
		return nil, fmt.Errorf("read pinned notes of customer %d: %w", customer, err)
	}
	return out, nil
}

// mayPin refuses one pin too many; id is the note itself, 0 for a new one.
func mayPin(ctx context.Context, tx *db.Tx, customer, id int64) error {
	var n int
	if err := tx.Get(ctx, &n, sqlOthers, customer, id); err != nil {
		return fmt.Errorf("count pinned notes: %w", err)
	}
	c := &errs.Check{}
	c.That(n < maxPins, "pinned", "note.error.pins", "n", maxPins)
	return c.Err()
}

func insert(ctx context.Context, tx *db.Tx, user int64, in Input, text string) (int64, error) {
	var pinned db.Time
	if in.Pinned {
		pinned = db.At(tx.Now)
	}
	id, err := tx.Insert(ctx, sqlInsert, in.CustomerID, db.ID(user), text, pinned, in.Visible, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add note: %w", err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, id int64, text string, pinned db.Time, visible bool) error {
	if _, err := tx.Exec(ctx, sqlUpdate, text, pinned, visible, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("change note %d: %w", id, err)
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete note %d: %w", id, err)
	}
	return nil
}
