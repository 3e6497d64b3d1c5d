package improvement

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `i.id, i.title, i.topic_id, i.cause, i.change, i.expected, i.owner_id, u.name AS owner_name, i.state, i.live_on, i.wait_days,
	i.judge_on, i.verdict, i.subject_en, i.subject_zh, i.letter_en, i.letter_zh, i.created_at, i.updated_at, i.version,
	(SELECT count(*) FROM improvement_case l WHERE l.improvement_id = i.id) AS cases,
	(SELECT count(*) FROM improvement_letter l WHERE l.improvement_id = i.id) AS letters`
	tables = `improvement i LEFT JOIN user u ON u.id = i.owner_id`
)

var list = field.List{
	Columns: columns, From: tables, ID: "i.id", Sort: "-id",
	Fields: []field.Field{
		{Name: "title", Label: "improvement.title_of", Kind: field.Text, Column: "i.title"},
		{Name: "state", Label: "improvement.state", Kind: field.Choice, Column: "i.state", Choices: stateNames()},
		{Name: "verdict", Label: "improvement.verdict", Kind: field.Choice, Column: "i.verdict", Choices: []string{Proven, NotProven, TooFew}},
		{Name: "topic_id", Label: "improvement.topic", Kind: field.Ref, Column: "i.topic_id"},
		{Name: "cause", Label: "improvement.cause", Kind: field.Text, Column: "i.cause"},
		{Name: "owner_id", Label: "common.owner", Kind: field.Ref, Column: "i.owner_id", Options: "user"},
		{Name: "live_on", Label: "improvement.live_on", Kind: field.Date, Column: "i.live_on"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "i.created_at"},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "i.updated_at"},
	},
}

func stateNames() []string {
	var out []string
	for _, s := range States {
		out = append(out, string(s))
	}
	return out
}

var (
	sqlGet    = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE i.id = ?`)
	sqlInsert = db.SQL(`
		INSERT INTO improvement (title, topic_id, cause, change, expected, owner_id, state, live_on, wait_days, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, 'idea', ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`
		UPDATE improvement SET title = ?, topic_id = ?, cause = ?, change = ?, expected = ?, owner_id = ?, live_on = ?, wait_days = ?, judge_on = ?,
			updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlMove   = db.SQL(`UPDATE improvement SET state = ?, live_on = ?, judge_on = ?, verdict = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete = db.SQL(`DELETE FROM improvement WHERE id = ?`)
	sqlWords  = db.SQL(`
		UPDATE improvement SET subject_en = ?, subject_zh = ?, letter_en = ?, letter_zh = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlStaff   = db.SQL(`SELECT id, name FROM user WHERE status = 'active' ORDER BY name, id`)
	sqlLink    = db.SQL(`INSERT OR IGNORE INTO improvement_case (improvement_id, case_id) VALUES (?, ?)`)
	sqlUnlink  = db.SQL(`DELETE FROM improvement_case WHERE improvement_id = ? AND case_id = ?`)
	sqlCasesOf = db.SQL(`
		SELECT k.id, coalesce(c.name, '') AS customer_name, k.kind, k.score, k.recheck_score, k.state FROM feedback_case k LEFT JOIN customer c ON c.id = k.customer_id
		WHERE k.id IN (SELECT case_id FROM improvement_case WHERE improvement_id = ?) AND (k.customer_id IS NULL OR ` + auth.CustomerSQL + `) ORDER BY k.id DESC LIMIT 200`)

	sqlDue     = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE i.judge_on <= ? ORDER BY i.id`)
	sqlVerdict = db.SQL(`INSERT INTO improvement_verdict (improvement_id, judged_on, verdict, figures, created_at) VALUES (?, ?, ?, ?, ?)`)
	sqlHistory = db.SQL(`SELECT id, judged_on, verdict, figures FROM improvement_verdict WHERE improvement_id = ? ORDER BY id DESC`)
	// What invited people said themselves, on a scale of ours.
	sqlAnswers = db.SQL(`
		SELECT r.id, s.kind, r.score, r.answered_at FROM survey_response r JOIN survey s ON s.id = r.survey_id
		WHERE r.answered_at >= ? AND r.answered_at < ? AND r.channel IN ('email', 'link', 'sms', 'reply') AND r.case_id IS NULL AND r.poster_id IS NULL
			AND r.score >= 0 AND s.kind IN ('nps', 'csat', 'ces')`)
	sqlCauses = db.SQL(`
		SELECT count(*) AS n, count(CASE WHEN k.cause = ?1 THEN 1 END) AS k FROM feedback_case k
		WHERE k.opened_at >= ?2 AND k.opened_at < ?3 AND k.cause <> '' AND k.state NOT IN ('dismissed', 'merged')`)
	sqlPairs = db.SQL(`
		SELECT k.kind, k.score AS before, k.recheck_score AS after, (k.outcome = 'recovered') AS recovered
		FROM improvement_case l JOIN feedback_case k ON k.id = l.case_id WHERE l.improvement_id = ? AND k.score >= 0 AND k.recheck_score >= 0`)
)

func get(ctx context.Context, q db.Q, id int64) (Improvement, error) {
	var i Improvement
	err := q.Get(ctx, &i, sqlGet, id)
	return i, db.OrNotFound(err)
}

func history(ctx context.Context, q db.Q, id int64) ([]Verdict, error) {
	var out []Verdict
	err := q.Select(ctx, &out, sqlHistory, id)
	if err != nil {
		return nil, fmt.Errorf("read the verdicts of improvement %d: %w", id, err)
	}
	return out, nil
}

// said is an answer as a verdict counts it.
type said struct {
	ID    int64   `db:"id"`
	Kind  string  `db:"kind"`
	Score int     `db:"score"`
	At    db.Time `db:"answered_at"`
}

func causes(ctx context.Context, q db.Q, cause string, from, until time.Time) (touched, others Cell, err error) {
	var row Cell
	if err := q.Get(ctx, &row, sqlCauses, cause, db.At(from), db.At(until)); err != nil {
		return touched, others, fmt.Errorf("count the complaints about %q: %w", cause, err)
	}
	return row, Cell{row.N - row.K, row.N}, nil
}

// window is the days before and after it went live, equally many.
func window(i Improvement, on cal.Date) (from cal.Date, days int) {
	days = on.Sub(i.LiveOn)
	return i.LiveOn.AddDays(-days), days
}
