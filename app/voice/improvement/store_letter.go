package improvement

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/voice/feedback"
)

// Recipient is somebody who complained about what was improved.
type Recipient struct {
	CustomerID   int64   `db:"customer_id"`
	CustomerName string  `db:"customer_name"`
	ContactID    db.ID   `db:"contact_id"`
	Name         string  `db:"name"` // of the person who is written to
	Language     string  `db:"language"`
	Email        string  `db:"email"`
	CaseID       db.ID   `db:"case_id"`
	At           db.Time `db:"at"`
	Kind         string  `db:"kind"`
	Score        int     `db:"score"`

	Reason string  `db:"-"` // why they are spared, or what they wait for; "" = goes out now
	Until  db.Time `db:"-"`
	Spared bool    `db:"-"` // gets none
	State  string  `db:"-"` // of the letter that was queued before
}

// Waits tells whether the letter leaves, but not at once.
func (r Recipient) Waits() bool { return !r.Spared && r.State == "" && r.Reason != "" }

// letter is what was sent to whom.
type letter struct {
	CustomerID int64  `db:"customer_id"`
	State      string `db:"state"`
	Reason     string `db:"reason"`
}

const (
	whom = `c.id AS customer_id, c.name AS customer_name, p.id AS contact_id, coalesce(p.name, c.name) AS name, c.language,
	coalesce((SELECT e.email FROM customer_email e WHERE e.customer_id = c.id AND e.contact_id IS p.id ORDER BY e.position, e.id LIMIT 1), '') AS email`
	ofCase = ` FROM feedback_case k JOIN customer c ON c.id = k.customer_id LEFT JOIN survey_response r ON r.id = k.response_id
	LEFT JOIN contact p ON p.id = r.contact_id AND p.customer_id = c.id
	WHERE c.erased_at IS NULL AND `
)

var (
	sqlLinked = db.SQL(`SELECT ` + whom + `, k.id AS case_id, k.opened_at AS at, k.kind, k.score` + ofCase +
		`k.id IN (SELECT case_id FROM improvement_case WHERE improvement_id = ?) AND ` + auth.CustomerSQL + ` ORDER BY k.id DESC`)
	sqlOfCause = db.SQL(`SELECT ` + whom + `, k.id AS case_id, k.opened_at AS at, k.kind, k.score` + ofCase +
		`k.cause = ? AND k.cause <> '' AND k.opened_at >= ? AND k.opened_at < ? AND k.state NOT IN ('dismissed', 'merged') AND ` + auth.CustomerSQL +
		` ORDER BY k.id DESC LIMIT 5000`)
	sqlOfAnswers = db.SQL(`SELECT ` + whom + `, NULL AS case_id, r.answered_at AS at, s.kind, r.score
		FROM survey_response r JOIN survey s ON s.id = r.survey_id JOIN customer c ON c.id = r.customer_id
		LEFT JOIN contact p ON p.id = r.contact_id AND p.customer_id = c.id
		WHERE c.erased_at IS NULL AND r.id IN (SELECT value FROM json_each(?)) AND r.answered_at >= ? AND r.answered_at < ? AND ` + auth.CustomerSQL +
		` ORDER BY r.answered_at DESC LIMIT 5000`)
	sqlLetters   = db.SQL(`SELECT customer_id, state, reason FROM improvement_letter WHERE improvement_id = ?`)
	sqlAddLetter = db.SQL(`
		INSERT INTO improvement_letter (improvement_id, customer_id, contact_id, state, created_at, updated_at) VALUES (?, ?, ?, 'queued', ?, ?)`)
	sqlBecame  = db.SQL(`UPDATE improvement_letter SET state = ?, reason = ?, updated_at = ? WHERE id = ?`)
	sqlMyEmail = db.SQL(`SELECT name, email, locale FROM user WHERE id = ?`)
)

// complained finds everybody who complained about the theme within a year
// before the change, and those of the linked cases: each customer once.
func (s *Service) complained(ctx context.Context, q db.Q, i Improvement, live time.Time) ([]Recipient, error) {
	scope := auth.From(ctx).Scope().Args()
	since := live.AddDate(-1, 0, 0)
	var all []Recipient
	if err := q.Select(ctx, &all, sqlLinked, slices.Concat([]any{i.ID}, scope)...); err != nil {
		return nil, fmt.Errorf("find who is linked to improvement %d: %w", i.ID, err)
	}
	var more []Recipient
	var err error
	if i.TopicID == 0 || s.Topics == nil {
		err = q.Select(ctx, &more, sqlOfCause, slices.Concat([]any{i.Cause, db.At(since), db.At(live)}, scope)...)
	} else {
		more, err = s.spoke(ctx, q, i, since, live, scope)
	}
	if err != nil {
		return nil, fmt.Errorf("find who complained about improvement %d: %w", i.ID, err)
	}
	seen := map[int64]bool{}
	return slices.DeleteFunc(append(all, more...), func(r Recipient) bool {
		twice := seen[r.CustomerID]
		seen[r.CustomerID] = true
		return twice
	}), nil
}

// spoke are the unhappy answers that speak of the topic.
func (s *Service) spoke(ctx context.Context, q db.Q, i Improvement, since, live time.Time, scope []any) ([]Recipient, error) {
	hits, err := s.Topics.Answers(ctx, q, int64(i.TopicID))
	if err != nil {
		return nil, err
	}
	ids := []int64{}
	for id := range hits {
		ids = append(ids, id)
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	var out []Recipient
	err = q.Select(ctx, &out, sqlOfAnswers, slices.Concat([]any{string(raw), db.At(since), db.At(live)}, scope)...)
	return slices.DeleteFunc(out, func(r Recipient) bool { return !feedback.Low(r.Kind, r.Score) }), err
}

func letters(ctx context.Context, q db.Q, id int64) (map[int64]letter, error) {
	var rows []letter
	if err := q.Select(ctx, &rows, sqlLetters, id); err != nil {
		return nil, fmt.Errorf("read the letters of improvement %d: %w", id, err)
	}
	out := map[int64]letter{}
	for _, r := range rows {
		out[r.CustomerID] = r
	}
	return out, nil
}
