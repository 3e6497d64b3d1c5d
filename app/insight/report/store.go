package report

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/insight/periodical"
	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `r.id, r.kind, r.slot, r.team_id, t.name AS team_name, r.first_day, r.last_day, r.user_id, u.name AS user_name, r.made_at, r.figures`
	tables  = `satisfaction_report r LEFT JOIN team t ON t.id = r.team_id LEFT JOIN user u ON u.id = r.user_id`
)

var list = field.List{
	Columns: columns, From: tables, ID: "r.id", Sort: "-id",
	Fields: []field.Field{
		{Name: "kind", Label: "report.kind", Kind: field.Choice, Column: "r.kind", Choices: []string{string(Weekly), string(Monthly), string(Quarterly)}},
		{Name: "team_id", Label: "staff.team", Kind: field.Ref, Column: "r.team_id"},
		{Name: "until", Label: "report.until", Kind: field.Date, Column: "r.last_day"},
		{Name: "made_at", Label: "report.made_at", Kind: field.Time, Column: "r.made_at"},
	},
}

var (
	sqlGet = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE r.id = ?`)
	shelf  = periodical.Shelf{
		Has: db.SQL(`SELECT count(*) FROM satisfaction_report WHERE kind = ? AND slot = ? AND team_id IS NULL`),
		Of:  db.SQL(`SELECT r.id FROM satisfaction_report r WHERE r.kind = ? AND r.slot = ? AND coalesce(r.team_id, 0) = ?`),
		Add: db.SQL(`
			INSERT INTO satisfaction_report (kind, slot, team_id, first_day, last_day, figures, user_id, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`),
		Earlier: db.SQL(`SELECT coalesce(max(id), 0) FROM satisfaction_report WHERE id < ? AND kind = ? AND coalesce(team_id, 0) = ?`),
		Later:   db.SQL(`SELECT coalesce(min(id), 0) FROM satisfaction_report WHERE id > ? AND kind = ? AND coalesce(team_id, 0) = ?`),
	}
	sqlJudged = db.SQL(`
		SELECT i.id, i.title, v.verdict, v.judged_on, (SELECT count(*) FROM improvement_letter l WHERE l.improvement_id = i.id) AS letters
		FROM improvement_verdict v JOIN improvement i ON i.id = v.improvement_id WHERE v.judged_on >= ? AND v.judged_on <= ? ORDER BY v.judged_on, v.id`)
	// Topics that nobody looks after yet: no department, and nothing is changed.
	sqlLoose = db.SQL(`
		SELECT t.id, t.team_id IS NULL AS no_team, NOT EXISTS (SELECT 1 FROM improvement i WHERE i.topic_id = t.id AND i.state IN ('idea', 'doing', 'live')) AS no_change
		FROM topic t`)
	sqlSecret = db.SQL(`SELECT count(*) FROM survey WHERE anonymous = 1`)
)

func get(ctx context.Context, q db.Q, id int64) (Report, error) {
	var r Report
	if err := q.Get(ctx, &r, sqlGet, id); err != nil {
		return r, db.OrNotFound(err)
	}
	if err := json.Unmarshal([]byte(r.Raw), &r.Figures); err != nil {
		return r, fmt.Errorf("read the figures of report %d: %w", id, err)
	}
	return r, nil
}

func judged(ctx context.Context, q db.Q, since, until cal.Date) ([]Improvement, error) {
	out := []Improvement{}
	if err := q.Select(ctx, &out, sqlJudged, since, until); err != nil {
		return nil, fmt.Errorf("list the verdicts: %w", err)
	}
	return out, nil
}

// loose is what a topic lacks.
type loose struct {
	ID       int64 `db:"id"`
	NoTeam   bool  `db:"no_team"`
	NoChange bool  `db:"no_change"`
}
