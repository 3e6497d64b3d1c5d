package feedback

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

const (
	columns = `k.id, coalesce(k.customer_id, 0) AS customer_id, coalesce(c.name, '') AS customer_name, k.response_id, k.survey_id, v.name AS survey_name, k.owner_id, u.name AS owner_name, k.owner_why, k.source,
	k.team_id, m.name AS team_name, k.team_at, k.team_by, k.team_alerted,
	k.state, k.red, k.kind, k.score, coalesce(r.comment, (SELECT e.note FROM feedback_event e WHERE e.case_id = k.id AND e.kind = 'complaint' ORDER BY e.id LIMIT 1)) AS comment,
	r.channel, (SELECT coalesce(nullif(p.place, ''), p.name) FROM poster p WHERE p.id = r.poster_id) AS place, r.answered_at, k.opened_at, k.clock_at, k.due_at, k.respond_by, k.resolve_by,
	k.responded_at, k.resolved_at, k.closed_at, k.alerted, k.cause, y.name_en AS cause_en, y.name_zh AS cause_zh, k.action, k.told, k.outcome, k.recheck_on, k.asked_at,
	k.recheck_response_id, k.recheck_score, k.reason, k.compensation, k.compensation_for, k.compensated_by, k.compensated_at,
	(SELECT min(w.id) FROM review w WHERE w.case_id = k.id) AS review_id, k.merged_into, k.created_at, k.updated_at, k.version`
	tables = `feedback_case k LEFT JOIN customer c ON c.id = k.customer_id LEFT JOIN user u ON u.id = k.owner_id
	LEFT JOIN survey_response r ON r.id = k.response_id LEFT JOIN survey v ON v.id = k.survey_id
	LEFT JOIN feedback_cause y ON y.code = k.cause LEFT JOIN team m ON m.id = k.team_id`
	// caseSeen is auth.CustomerSQL for cases: one of somebody whom nobody knows
	// belongs to no owner, so whoever reads cases reads it; and everybody sees
	// what they own or their department has to answer. It takes seenArgs.
	caseSeen = `(k.customer_id IS NULL OR k.owner_id = ? OR k.team_id = (SELECT team_id FROM user WHERE id = ?) OR ` + auth.CustomerSQL + `)`
)

var list = field.List{
	Columns: columns,
	From:    tables,
	ID:      "k.id",
	Sort:    "due_at",
	Fields: []field.Field{
		{Name: "state", Label: "feedback.state", Kind: field.Choice, Column: "k.state", Choices: stateNames()},
		{Name: "open", Label: "feedback.open", Kind: field.Bool, Column: "(k.closed_at IS NULL)"},
		{Name: "replied", Label: "feedback.first_reply", Kind: field.Bool, Column: "(k.responded_at IS NOT NULL)"},
		{Name: "resolved", Label: "feedback.put_right", Kind: field.Bool, Column: "(k.resolved_at IS NOT NULL)"},
		{Name: "outcome", Label: "column.outcome", Kind: field.Choice, Column: "k.outcome", Choices: outcomeNames()},
		{Name: "red", Label: "feedback.red", Kind: field.Bool, Column: "k.red"},
		{Name: "customer_id", Label: "common.customer", Kind: field.Ref, Column: "k.customer_id"},
		{Name: "customer", Label: "common.customer", Kind: field.Text, Column: "c.name"},
		{Name: "kind", Label: "feedback.kind", Kind: field.Choice, Column: "k.kind", Choices: []string{"nps", "csat", "ces", "custom"}},
		{Name: "response_id", Label: "feedback.answer", Kind: field.Ref, Column: "k.response_id"},
		{Name: "owner_id", Label: "common.owner", Kind: field.Ref, Column: "k.owner_id", Options: "user"},
		{Name: "team_id", Label: "feedback.team", Kind: field.Ref, Column: "k.team_id", Options: "team"},
		{Name: "customer_team_id", Label: "satisfaction.by.customer_team_id", Kind: field.Ref, Column: "(SELECT o.team_id FROM user o WHERE o.id = c.owner_id)", Options: "team"},
		{Name: "cause", Label: "feedback.cause", Kind: field.Text, Column: "k.cause"},
		{Name: "score", Label: "feedback.score", Kind: field.Number, Column: "k.score"},
		{Name: "due_at", Label: "feedback.due", Kind: field.Time, Ahead: true, Column: "k.due_at", Sort: true},
		{Name: "opened_at", Label: "feedback.opened", Kind: field.Time, Column: "k.opened_at", Sort: true},
		{Name: "closed_at", Label: "feedback.closed", Kind: field.Time, Column: "k.closed_at"},
		{Name: "recheck_score", Label: "feedback.recheck_score", Kind: field.Number, Column: "k.recheck_score", Known: "k.recheck_score >= 0"},
	},
}

func outcomeNames() []string {
	var out []string
	for _, s := range outcomes {
		out = append(out, string(s))
	}
	return out
}

func stateNames() []string {
	var out []string
	for _, s := range States {
		out = append(out, string(s))
	}
	return out
}

var (
	sqlGet        = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE k.id = ? AND ` + caseSeen)
	sqlByResponse = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE k.response_id = ?`)
	sqlOpenOf     = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE k.customer_id = ? AND k.closed_at IS NULL ORDER BY k.id LIMIT 1`)
	sqlOpenAll    = db.SQL(`SELECT ` + columns + ` FROM ` + tables + ` WHERE k.customer_id = ? AND k.closed_at IS NULL ORDER BY k.id`)
	sqlInsert     = db.SQL(`
		INSERT INTO feedback_case (customer_id, response_id, survey_id, owner_id, owner_why, source, state, red, kind, score, opened_at, clock_at, due_at,
			respond_by, resolve_by, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlSave = db.SQL(`
		UPDATE feedback_case SET owner_id = ?, owner_why = ?, team_id = ?, team_at = ?, team_by = ?, team_alerted = ?, state = ?, red = ?, clock_at = ?, due_at = ?, respond_by = ?, resolve_by = ?, responded_at = ?,
			resolved_at = ?, closed_at = ?, alerted = ?, cause = ?, action = ?, told = ?, outcome = ?, recheck_on = ?, asked_at = ?,
			recheck_response_id = ?, recheck_score = ?, reason = ?, compensation = ?, compensation_for = ?, compensated_by = ?, compensated_at = ?,
			merged_into = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlClaim    = db.SQL(`UPDATE feedback_case SET customer_id = ?, updated_at = ?, version = version + 1 WHERE response_id = ? AND customer_id IS NULL`)
	sqlAddEvent = db.SQL(`
		INSERT INTO feedback_event (case_id, at, user_id, kind, from_state, to_state, note, channel, event_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlHasEvent  = db.SQL(`SELECT count(*) FROM feedback_event WHERE event_key = ?`)
	sqlEventCase = db.SQL(`SELECT case_id FROM feedback_event WHERE event_key = ?`)
	sqlEvents    = db.SQL(`
		SELECT e.id, e.at, e.user_id, u.name AS user_name, e.kind, e.from_state, e.to_state, e.note, e.channel
		FROM feedback_event e LEFT JOIN user u ON u.id = e.user_id WHERE e.case_id = ? ORDER BY e.id DESC LIMIT 200`)
	// On every page: who sees everybody needs no look at the customers.
	sqlCount = db.SQL(`
		SELECT count(*) AS n, count(CASE WHEN k.due_at < ? AND k.resolved_at IS NULL THEN 1 END) AS late
		FROM feedback_case k WHERE k.closed_at IS NULL
			AND (? = 1 OR k.customer_id IS NULL OR k.owner_id = ? OR k.team_id = (SELECT team_id FROM user WHERE id = ?) OR EXISTS (SELECT 1 FROM customer c WHERE c.id = k.customer_id AND ` + auth.CustomerSQL + `))`)
)

func get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Case, error) {
	var c Case
	err := q.Get(ctx, &c, sqlGet, append([]any{id}, seenArgs(scope)...)...)
	return c, db.OrNotFound(err)
}

func seenArgs(scope auth.Scope) []any {
	return append([]any{scope.UserID, scope.UserID}, scope.Args()...)
}

// everything is the scope of the house itself.
var everything = auth.Scope{Reach: auth.All}

func insert(ctx context.Context, tx *db.Tx, c *Case) error {
	now := db.At(tx.Now)
	var err error
	c.ID, err = tx.Insert(ctx, sqlInsert, db.ID(c.CustomerID), c.ResponseID, c.SurveyID, c.OwnerID, c.OwnerWhy, c.Source, c.State, c.Red, c.Kind, c.Score, c.OpenedAt,
		c.ClockAt, c.DueAt, c.RespondBy, c.ResolveBy, now, now)
	if err != nil {
		return fmt.Errorf("open a case for customer %d: %w", c.CustomerID, err)
	}
	return nil
}

func save(ctx context.Context, tx *db.Tx, c Case) error {
	if _, err := tx.Exec(ctx, sqlSave, c.OwnerID, c.OwnerWhy, c.TeamID, c.TeamAt, c.TeamBy, c.TeamAlerted, c.State, c.Red, c.ClockAt, c.DueAt, c.RespondBy, c.ResolveBy, c.RespondedAt, c.ResolvedAt,
		c.ClosedAt, c.Alerted, c.Cause, c.Action, c.Told, c.Outcome, c.RecheckOn, c.AskedAt, c.RecheckResponseID, c.RecheckScore, c.Reason,
		c.Compensation, c.CompensationFor, c.CompensatedBy, c.CompensatedAt, c.MergedInto, db.At(tx.Now), c.ID); err != nil {
		return fmt.Errorf("store case %d: %w", c.ID, err)
	}
	return nil
}

// note appends to a case's history.
func note(ctx context.Context, tx *db.Tx, id int64, e Event, key string) error {
	if e.At.IsZero() {
		e.At = db.At(tx.Now)
	}
	if _, err := tx.Insert(ctx, sqlAddEvent, id, e.At, db.ID(auth.From(ctx).UserID), e.Kind, e.From, e.To, e.Note, e.Channel, db.Null(key)); err != nil {
		return fmt.Errorf("note on case %d: %w", id, err)
	}
	return nil
}

// noted tells whether an event with that key was recorded before.
func noted(ctx context.Context, q db.Q, key string) (bool, error) {
	if key == "" {
		return false, nil
	}
	var n int
	err := q.Get(ctx, &n, sqlHasEvent, key)
	return n > 0, err
}

func openOf(ctx context.Context, q db.Q, customer int64) (Case, bool, error) {
	var c Case
	found, err := db.Found(q.Get(ctx, &c, sqlOpenOf, customer))
	return c, found, err
}
