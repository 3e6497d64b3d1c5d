package team

import (
	"context"
	"fmt"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const columns = `t.id, t.name, t.created_at, t.updated_at, t.version,
	(SELECT count(*) FROM user u WHERE u.team_id = t.id AND u.status <> 'disabled') AS people`

var (
	sqlList   = db.SQL(`SELECT ` + columns + ` FROM team t ORDER BY t.name`)
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM team t WHERE t.id = ?`)
	sqlInsert = db.SQL(`INSERT INTO team (name, created_at, updated_at) VALUES (?, ?, ?)`)
	sqlUpdate = db.SQL(`UPDATE team SET name = ?, updated_at = ?, version = version + 1 WHERE id = ? AND version = ?`)
	sqlDelete = db.SQL(`DELETE FROM team WHERE id = ?`)
)

// Row is a team in a list.
type Row struct {
	Team
	field.Row
}

var teams = field.List{Columns: columns, From: "team t", ID: "t.id", Sort: "name", Fields: []field.Field{
	{Name: "name", Label: "common.name", Kind: field.Text, Column: "t.name", Sort: true},
	{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "t.created_at", Sort: true},
}}

func find(ctx context.Context, q db.Q, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	where, err := teams.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" { // a handful of rows
		where = append(where, field.Where{SQL: "instr(lower(t.name), lower(?)) > 0", Args: []any{req.Q}})
	}
	return field.Fetch[Row](ctx, q, teams, req, where)
}

func list(ctx context.Context, q db.Q) ([]Team, error) {
	out := []Team{}
	if err := q.Select(ctx, &out, sqlList); err != nil {
		return nil, fmt.Errorf("list teams: %w", err)
	}
	return out, nil
}

func get(ctx context.Context, q db.Q, id int64) (Team, error) {
	var t Team
	err := q.Get(ctx, &t, sqlGet, id)
	return t, db.OrNotFound(err)
}

func insert(ctx context.Context, tx *db.Tx, name string) (int64, error) {
	return tx.Insert(ctx, sqlInsert, name, db.At(tx.Now), db.At(tx.Now))
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	_, err := tx.Exec(ctx, sqlUpdate, in.Name, db.At(tx.Now), id, in.Version)
	return err
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	_, err := tx.Exec(ctx, sqlDelete, id)
	return err
}
