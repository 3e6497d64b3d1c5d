package team

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
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
