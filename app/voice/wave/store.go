package wave

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/view"
)

const (
	columns = `w.id, w.survey_id, s.name AS survey_name, w.name, w.query, w.state, w.started_at, w.ended_at, w.user_id, w.created_at, w.updated_at, w.version,
		w.closes_on, w.closes_at_n, w.texts, w.per_hour`
	from = `wave w JOIN survey s ON s.id = w.survey_id`
)

var list = field.List{
	Columns: columns, From: from, ID: "w.id", Sort: "-id",
	Fields: []field.Field{
		{Name: "id", Label: "common.created", Kind: field.Number, Column: "w.id", Sort: true},
		{Name: "name", Label: "common.name", Kind: field.Text, Column: "w.name"},
		{Name: "state", Label: "wave.state", Kind: field.Choice, Column: "w.state", Choices: States},
		{Name: "survey_id", Label: "survey.survey", Kind: field.Ref, Column: "w.survey_id"},
		{Name: "created_at", Label: "common.created", Kind: field.Time, Column: "w.created_at"},
		{Name: "updated_at", Label: "common.updated", Kind: field.Time, Column: "w.updated_at"},
	},
}

var (
	sqlWave    = db.SQL(`SELECT ` + columns + ` FROM ` + from + ` WHERE w.id = ?`)
	sqlSurveys = db.List(`SELECT id, name FROM survey WHERE active = 1 ORDER BY id LIMIT 500`)
	sqlSurvey  = db.SQL(`SELECT EXISTS (SELECT 1 FROM survey WHERE id = ? AND active = 1)`)
	sqlAdd     = db.SQL(`
		INSERT INTO wave (survey_id, name, query, closes_on, closes_at_n, texts, per_hour, state, user_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'draft', ?, ?, ?)`)
	sqlEnough     = db.SQL(`SELECT count(*) >= ?2 FROM survey_invitation i JOIN survey_response r ON r.invitation_id = i.id WHERE i.wave_id = ?1`)
	sqlAddMembers = db.SQL(`
		INSERT INTO wave_member (wave_id, customer_id, state, reason) SELECT ?, value, 'ask', 'unseen' FROM json_each(?)`)
	sqlMove = db.SQL(`
		UPDATE wave SET state = ?1, started_at = coalesce(started_at, iif(?1 = 'running', ?2, NULL)), ended_at = iif(?1 IN ('done', 'stopped'), ?2, NULL),
			updated_at = ?2, version = version + 1 WHERE id = ?3 AND state = ?4`)
	sqlBound  = db.SQL(`UPDATE wave SET closes_on = ?, closes_at_n = ?, per_hour = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDelete = db.SQL(`DELETE FROM wave WHERE id = ?`)
	sqlUnseen = db.SQL(`
		SELECT id, customer_id, coalesce(contact_id, 0) AS contact_id FROM wave_member WHERE wave_id = ? AND reason = 'unseen' ORDER BY id LIMIT ?`)
	sqlNext = db.SQL(`
		SELECT id, customer_id, coalesce(contact_id, 0) AS contact_id FROM wave_member WHERE wave_id = ? AND state = 'ask' ORDER BY id LIMIT ?`)
	sqlSet   = db.SQL(`UPDATE wave_member SET state = ?, reason = ?, contact_id = ? WHERE id = ?`)
	sqlAgain = db.SQL(`
		UPDATE wave_member SET state = 'ask', reason = '' WHERE wave_id = ? AND customer_id IN (SELECT value FROM json_each(?))`)
	sqlCounts  = db.SQL(`SELECT state, reason, count(*) AS n FROM wave_member WHERE wave_id = ? GROUP BY state, reason ORDER BY n DESC`)
	sqlLetters = db.SQL(`SELECT state, '' AS reason, count(*) AS n FROM survey_invitation WHERE wave_id = ? GROUP BY state`)
	sqlPending = db.SQL(`
		SELECT w.id FROM wave w WHERE w.state = 'running' OR w.state = 'draft' AND EXISTS (SELECT 1 FROM wave_member m WHERE m.wave_id = w.id AND m.reason = 'unseen')
		ORDER BY w.id`)
	sqlWaiting = db.SQL(`
		SELECT w.id FROM wave w WHERE w.state IN ('paused', 'stopped') AND EXISTS (SELECT 1 FROM survey_invitation i WHERE i.wave_id = w.id AND i.state IN ('queued', 'deferred'))`)
	// Mails that left within the hour and those that may leave at any moment; who
	// waits for weeks takes nobody's place. Text messages leave by hand.
	sqlHour = db.SQL(`
		SELECT count(*) FROM survey_invitation i WHERE i.wave_id = ?1 AND i.channel = 'email'
			AND (i.sent_at > ?2 OR i.state IN ('queued', 'sending', 'unknown') OR i.state = 'deferred' AND i.reason NOT IN ('budget', 'mail_budget', 'open_case'))`)
	sqlWaits   = db.SQL(`SELECT EXISTS (SELECT 1 FROM survey_invitation WHERE wave_id = ? AND state IN ('queued', 'deferred', 'sending'))`)
	sqlMembers = db.List(`
		SELECT m.id, m.customer_id, c.name AS customer_name, m.state, m.reason FROM wave_member m JOIN customer c ON c.id = m.customer_id
		WHERE m.wave_id = ? AND m.state = ? AND (? = '' OR m.reason = ?) AND m.id > ? AND ` + auth.CustomerSQL + ` ORDER BY m.id LIMIT ?`)
)

// row is a member at work.
type row struct {
	ID         int64 `db:"id"`
	CustomerID int64 `db:"customer_id"`
	ContactID  int64 `db:"contact_id"`
}

func read(ctx context.Context, q db.Q, id int64) (Wave, error) {
	var w Wave
	err := db.OrNotFound(q.Get(ctx, &w, sqlWave, id))
	return w, err
}

// move brings a wave from one state to another, unless somebody was quicker.
func move(ctx context.Context, tx *db.Tx, w Wave, to string) error {
	n, err := tx.Exec(ctx, sqlMove, to, db.At(tx.Now), w.ID, w.State)
	if err != nil {
		return fmt.Errorf("bring wave %d to %s: %w", w.ID, to, err)
	}
	if n == 0 {
		return errs.New(errs.Conflict, "wave.error.moved")
	}
	return nil
}

func set(ctx context.Context, tx *db.Tx, m row, state, reason string) error {
	if _, err := tx.Exec(ctx, sqlSet, state, reason, db.ID(m.ContactID), m.ID); err != nil {
		return fmt.Errorf("note member %d of a wave: %w", m.ID, err)
	}
	return nil
}

// again lets members of a paused wave wait for their turn once more.
func again(ctx context.Context, tx *db.Tx, wave int64, customers []int64) error {
	ids, err := json.Marshal(customers)
	if err != nil {
		return fmt.Errorf("encode members of wave %d: %w", wave, err)
	}
	if _, err := tx.Exec(ctx, sqlAgain, wave, string(ids)); err != nil {
		return fmt.Errorf("put members of wave %d back: %w", wave, err)
	}
	return nil
}

// choices are the surveys that many can be asked.
func choices(ctx context.Context, q db.Q) ([]view.Option, error) {
	var rows []struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	if err := q.Select(ctx, &rows, sqlSurveys); err != nil {
		return nil, fmt.Errorf("list surveys: %w", err)
	}
	var out []view.Option
	for _, r := range rows {
		out = append(out, view.Option{Value: r.ID, Label: r.Name})
	}
	return out, nil
}

// figures counts a wave's members and their invitations.
func figures(ctx context.Context, q db.Q, id int64) (Figures, error) {
	out := Figures{Letters: map[string]int{}}
	var counts, letters []Count
	if err := q.Select(ctx, &counts, sqlCounts, id); err != nil {
		return out, fmt.Errorf("count the members of wave %d: %w", id, err)
	}
	if err := q.Select(ctx, &letters, sqlLetters, id); err != nil {
		return out, fmt.Errorf("count the invitations of wave %d: %w", id, err)
	}
	for _, c := range counts {
		out.Total += c.N
		if c.Reason == byText {
			out.Texts += c.N
		}
		switch {
		case c.Reason == unseen:
			out.Unseen += c.N
		case c.State == Ask:
			out.Ask += c.N
		case c.State == Asked:
			out.Asked += c.N
		default:
			out.Spared += c.N
			out.Reasons = append(out.Reasons, c)
		}
	}
	for _, c := range letters {
		out.Letters[c.State] += c.N
	}
	return out, nil
}
