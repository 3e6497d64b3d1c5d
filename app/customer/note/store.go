package note

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `n.id, n.customer_id, c.name AS customer_name, n.user_id, u.name AS user_name, n.text, n.created_at, n.updated_at, n.version`
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
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "n.created_at"},
	},
}

var (
	sqlVisible = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE n.id = ? AND ` + auth.CustomerSQL)
	sqlInsert  = db.SQL(`INSERT INTO note (customer_id, user_id, text, created_at, updated_at) VALUES (?, ?, ?, ?, ?)`)
	sqlUpdate  = db.SQL(`UPDATE note SET text = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete  = db.SQL(`DELETE FROM note WHERE id = ?`)
)

func visible(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Note, error) {
	var n Note
	err := q.Get(ctx, &n, sqlVisible, append([]any{id}, scope.Args()...)...)
	return n, db.OrNotFound(err)
}

func insert(ctx context.Context, tx *db.Tx, customer, user int64, text string) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, customer, db.ID(user), text, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("add note: %w", err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, id int64, text string) error {
	if _, err := tx.Exec(ctx, sqlUpdate, text, db.At(tx.Now), id); err != nil {
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
