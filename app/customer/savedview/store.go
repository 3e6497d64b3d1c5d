package savedview

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const columns = `v.id, v.kind, v.user_id, v.name, v.query, v.created_at, v.updated_at, v.version`

var list = field.List{
	Columns: columns, From: "saved_view v", ID: "v.id", Sort: "id",
	Fields: []field.Field{
		{Name: "kind", Label: "common.name", Kind: field.Text, Column: "v.kind"},
		{Name: "name", Label: "common.name", Kind: field.Text, Column: "v.name"},
	},
}

var (
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM saved_view v WHERE v.id = ? AND (v.user_id IS NULL OR v.user_id = ?)`)
	sqlOf     = db.List(`SELECT ` + columns + ` FROM saved_view v WHERE v.kind = ? AND (v.user_id IS NULL OR v.user_id = ?) ORDER BY v.position, v.id LIMIT 50`)
	sqlInsert = db.SQL(`INSERT INTO saved_view (kind, user_id, name, query, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlDelete = db.SQL(`DELETE FROM saved_view WHERE id = ?`)
)

func get(ctx context.Context, q db.Q, id, user int64) (View, error) {
	var v View
	err := q.Get(ctx, &v, sqlGet, id, user)
	return v, db.OrNotFound(err)
}

func of(ctx context.Context, q db.Q, kind string, user int64) ([]View, error) {
	var out []View
	if err := q.Select(ctx, &out, sqlOf, kind, user); err != nil {
		return nil, fmt.Errorf("list views of %s: %w", kind, err)
	}
	return out, nil
}

func insert(ctx context.Context, tx *db.Tx, in Input, owner int64) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, in.Kind, db.ID(owner), in.Name, in.Query, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("store view: %w", err)
	}
	return id, nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete view %d: %w", id, err)
	}
	return nil
}
