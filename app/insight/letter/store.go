package letter

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/cal"
	"regulars/app/kit/slot"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `l.id, l.kind, l.slot, l.team_id, t.name AS team_name, l.first_day, l.last_day, l.user_id, u.name AS user_name, l.made_at`
	tables  = `owner_letter l LEFT JOIN team t ON t.id = l.team_id LEFT JOIN user u ON u.id = l.user_id`
)

var list = field.List{
	Columns: columns, From: tables, ID: "l.id", Sort: "-id",
	Fields: []field.Field{
		{Name: "kind", Label: "report.kind", Kind: field.Choice, Column: "l.kind", Choices: []string{string(slot.Weekly), string(slot.Monthly)}},
		{Name: "team_id", Label: "staff.team", Kind: field.Ref, Column: "l.team_id"},
		{Name: "until", Label: "report.until", Kind: field.Date, Column: "l.last_day"},
		{Name: "made_at", Label: "report.made_at", Kind: field.Time, Column: "l.made_at"},
	},
}

var (
	sqlGet = db.SQL(`SELECT ` + columns + `, l.figures FROM ` + tables + ` WHERE l.id = ?`)
	sqlHas = db.SQL(`SELECT count(*) FROM owner_letter WHERE kind = ? AND slot = ? AND team_id IS NULL`)
	sqlOf  = db.SQL(`SELECT l.id FROM owner_letter l WHERE l.kind = ? AND l.slot = ? AND coalesce(l.team_id, 0) = ?`)
	sqlAdd = db.SQL(`
		INSERT INTO owner_letter (kind, slot, team_id, first_day, last_day, figures, user_id, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`)
	// Those of the same kind and team before and after one.
	sqlEarlier = db.SQL(`SELECT coalesce(max(id), 0) FROM owner_letter WHERE id < ? AND kind = ? AND coalesce(team_id, 0) = ?`)
	sqlLater   = db.SQL(`SELECT coalesce(min(id), 0) FROM owner_letter WHERE id > ? AND kind = ? AND coalesce(team_id, 0) = ?`)
	// Teams in which somebody works; whoever works alone has none.
	sqlTeams = db.SQL(`
		SELECT t.id, t.name FROM team t WHERE EXISTS (SELECT 1 FROM user u WHERE u.team_id = t.id AND u.status = 'active')
			AND (SELECT count(*) FROM user WHERE status = 'active') > 1 ORDER BY t.id`)
	sqlPeople = db.SQL(`SELECT id FROM user WHERE status = 'active' ORDER BY name, id`)
	sqlNames  = db.SQL(`
		SELECT c.id, c.name FROM customer c WHERE c.id IN (SELECT value FROM json_each(?)) AND ` + auth.CustomerSQL)
)

// scoped limits letters to those somebody may read.
func scoped(a *auth.Actor) field.Where {
	switch team, ok := readerOf(a); {
	case !ok:
		return field.Where{SQL: "0"}
	case team != 0:
		return field.Where{SQL: "l.team_id = ?", Args: []any{team}}
	}
	return field.Where{SQL: "1"}
}

// sees tells whether somebody may read a letter.
func sees(a *auth.Actor, l Letter) bool {
	team, ok := readerOf(a)
	return ok && (team == 0 || team == int64(l.TeamID))
}

func get(ctx context.Context, q db.Q, id int64) (Letter, error) {
	var l Letter
	if err := q.Get(ctx, &l, sqlGet, id); err != nil {
		return l, db.OrNotFound(err)
	}
	if err := json.Unmarshal([]byte(l.Raw), &l.Figures); err != nil {
		return l, fmt.Errorf("read the figures of letter %d: %w", id, err)
	}
	return l, nil
}

// keep stores a letter once; false when it is there already. id is its number
// either way.
func keep(ctx context.Context, tx *db.Tx, s slot.Slot, team, user int64, f Figures) (id int64, made bool, err error) {
	raw, err := json.Marshal(f)
	if err != nil {
		return 0, false, fmt.Errorf("encode the figures of letter %s: %w", s.Name, err)
	}
	n, err := tx.Exec(ctx, sqlAdd, s.Kind, s.Name, db.ID(team), s.Since, s.Until, string(raw), db.ID(user), db.At(tx.Now))
	if err != nil {
		return 0, false, fmt.Errorf("keep letter %s: %w", s.Name, err)
	}
	if err := tx.Get(ctx, &id, sqlOf, s.Kind, s.Name, team); err != nil {
		return 0, false, fmt.Errorf("find letter %s: %w", s.Name, err)
	}
	return id, n == 1, nil
}

// named is a record with its name.
type named struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

func teams(ctx context.Context, q db.Q) ([]named, error) {
	var out []named
	if err := q.Select(ctx, &out, sqlTeams); err != nil {
		return nil, fmt.Errorf("list the teams: %w", err)
	}
	return out, nil
}

// namesOf are the names of those customers whom the actor may see.
func namesOf(ctx context.Context, q db.Q, actor *auth.Actor, ids []int64) (map[int64]string, error) {
	raw, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	var rows []named
	if err := q.Select(ctx, &rows, sqlNames, append([]any{string(raw)}, actor.Scope().Args()...)...); err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	out := map[int64]string{}
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}

// day is what was sold on one.
type day struct {
	Day   cal.Date `db:"day"`
	Total int64    `db:"total"`
}
