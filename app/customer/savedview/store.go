package savedview

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const columns = `v.id, v.kind, v.user_id, v.team_id, v.name, v.query, v.created_at, v.updated_at, v.version`

// seen is who sees a view: its owner, or everybody, or those of its team and
// whoever may share (everyTeam).
const seen = `(v.user_id = ? OR v.user_id IS NULL AND (v.team_id IS NULL OR ? IN (v.team_id, -1)))`

var list = field.List{
	Columns: columns, From: "saved_view v", ID: "v.id", Sort: "id",
	Fields: []field.Field{
		{Name: "kind", Label: "common.name", Kind: field.Text, Column: "v.kind"},
		{Name: "name", Label: "common.name", Kind: field.Text, Column: "v.name"},
	},
}

var (
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM saved_view v WHERE v.id = ? AND ` + seen)
	sqlOf     = db.List(`SELECT ` + columns + ` FROM saved_view v WHERE v.kind = ? AND ` + seen + ` ORDER BY v.id LIMIT 100`)
	sqlInsert = db.SQL(`INSERT INTO saved_view (kind, user_id, team_id, name, query, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`UPDATE saved_view SET user_id = ?, team_id = ?, name = ?, query = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete = db.SQL(`DELETE FROM saved_view WHERE id = ?`)
	sqlUses   = db.SQL(`SELECT view_id, pinned, opens, position FROM saved_view_use WHERE user_id = ?`)
	sqlUse    = db.SQL(`
		INSERT INTO saved_view_use (view_id, user_id, pinned, opens, position) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (view_id, user_id) DO UPDATE SET pinned = excluded.pinned, opens = excluded.opens, position = excluded.position`)
	sqlOpensNot = db.SQL(`
		UPDATE saved_view_use SET opens = 0
		WHERE user_id = ? AND opens = 1 AND view_id <> ? AND view_id IN (SELECT id FROM saved_view WHERE kind = ?)`)
	sqlTeamExists = db.SQL(`SELECT count(*) FROM team WHERE id = ?`)
)

func get(ctx context.Context, q db.Q, id, user, team int64) (View, error) {
	var v View
	if err := db.OrNotFound(q.Get(ctx, &v, sqlGet, id, user, team)); err != nil {
		return v, err
	}
	one := []View{v}
	err := fill(ctx, q, one, user)
	return one[0], err
}

func of(ctx context.Context, q db.Q, kind string, user, team int64) ([]View, error) {
	var out []View
	if err := q.Select(ctx, &out, sqlOf, kind, user, team); err != nil {
		return nil, fmt.Errorf("list views of %s: %w", kind, err)
	}
	return out, fill(ctx, q, out, user)
}

// fill adds what the person does with each view.
func fill(ctx context.Context, q db.Q, views []View, user int64) error {
	var uses []Use
	if err := q.Select(ctx, &uses, sqlUses, user); err != nil {
		return fmt.Errorf("read the use of views: %w", err)
	}
	for _, u := range uses {
		for i := range views {
			if views[i].ID == u.ViewID {
				views[i].Use = u
			}
		}
	}
	return nil
}

func insert(ctx context.Context, tx *db.Tx, in Input, owner int64) (int64, error) {
	id, err := tx.Insert(ctx, sqlInsert, in.Kind, db.ID(owner), db.ID(in.TeamID), in.Name, in.Query, db.At(tx.Now), db.At(tx.Now))
	if err != nil {
		return 0, fmt.Errorf("store view: %w", err)
	}
	return id, nil
}

func update(ctx context.Context, tx *db.Tx, id int64, in Input, owner int64) error {
	if _, err := tx.Exec(ctx, sqlUpdate, db.ID(owner), db.ID(in.TeamID), in.Name, in.Query, db.At(tx.Now), id); err != nil {
		return fmt.Errorf("change view %d: %w", id, err)
	}
	return nil
}

func putUse(ctx context.Context, tx *db.Tx, user int64, u Use) error {
	if _, err := tx.Exec(ctx, sqlUse, u.ViewID, user, u.Pinned, u.Opens, u.Position); err != nil {
		return fmt.Errorf("keep the use of view %d: %w", u.ViewID, err)
	}
	return nil
}

// opensOnly lets a kind's list open with this view and no other.
func opensOnly(ctx context.Context, tx *db.Tx, user int64, v View) error {
	if _, err := tx.Exec(ctx, sqlOpensNot, user, v.ID, v.Kind); err != nil {
		return fmt.Errorf("keep what the list opens with: %w", err)
	}
	return nil
}

func teamExists(ctx context.Context, q db.Q, id int64) (bool, error) {
	var n int
	if err := q.Get(ctx, &n, sqlTeamExists, id); err != nil {
		return false, fmt.Errorf("look up the team of a view: %w", err)
	}
	return n == 1, nil
}

func remove(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Exec(ctx, sqlDelete, id); err != nil {
		return fmt.Errorf("delete view %d: %w", id, err)
	}
	return nil
}
