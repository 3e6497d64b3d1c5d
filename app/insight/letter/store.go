package letter

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/insight/periodical"
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
	shelf  = periodical.Shelf{
		Has: db.SQL(`SELECT count(*) FROM owner_letter WHERE kind = ? AND slot = ? AND team_id IS NULL`),
		Of:  db.SQL(`SELECT l.id FROM owner_letter l WHERE l.kind = ? AND l.slot = ? AND coalesce(l.team_id, 0) = ?`),
		Add: db.SQL(`
			INSERT INTO owner_letter (kind, slot, team_id, first_day, last_day, figures, user_id, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`),
		Earlier: db.SQL(`SELECT coalesce(max(id), 0) FROM owner_letter WHERE id < ? AND kind = ? AND coalesce(team_id, 0) = ?`),
		Later:   db.SQL(`SELECT coalesce(min(id), 0) FROM owner_letter WHERE id > ? AND kind = ? AND coalesce(team_id, 0) = ?`),
	}
	sqlNames = db.SQL(`
		SELECT c.id, c.name FROM customer c WHERE c.id IN (SELECT value FROM json_each(?)) AND ` + auth.CustomerSQL)
)

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

// namesOf are the names of those customers whom the actor may see.
func namesOf(ctx context.Context, q db.Q, actor *auth.Actor, ids []int64) (map[int64]string, error) {
	raw, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	var rows []periodical.Named
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
