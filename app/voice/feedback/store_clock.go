package feedback

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

// What the clock looks for, and what the figures count.
var (
	sqlRunning = db.SQL(`SELECT k.id FROM feedback_case k WHERE k.closed_at IS NULL AND k.resolved_at IS NULL AND k.alerted < 3 ORDER BY k.due_at LIMIT 2000`)
	sqlAsk     = db.SQL(`SELECT id FROM feedback_case WHERE state = 'resolved' AND recheck_on <= ? ORDER BY recheck_on, id LIMIT 500`)
	sqlSilent  = db.SQL(`SELECT id FROM feedback_case WHERE state = 'awaiting_recheck' AND asked_at <= ? ORDER BY asked_at, id LIMIT 500`)
	sqlAskedBy = db.SQL(`
		SELECT i.case_id FROM survey_invitation i WHERE i.id = ? AND i.state IN ('expired', 'refused', 'failed', 'cancelled')
			AND NOT EXISTS (SELECT 1 FROM survey_invitation n WHERE n.customer_id = i.customer_id AND n.case_id = i.case_id AND n.id > i.id)`)
	sqlRound = db.SQL(`SELECT count(*) FROM feedback_event WHERE case_id = ? AND kind = 'state' AND to_state = 'reopened'`)
)

var sqlMetrics = db.SQL(`
	SELECT count(CASE WHEN k.responded_at IS NOT NULL OR k.respond_by < ?1 THEN 1 END) AS ended,
		count(CASE WHEN k.responded_at <= k.respond_by THEN 1 END) AS in_time,
		count(CASE WHEN k.recheck_score >= 0 THEN 1 END) AS rechecked,
		count(CASE WHEN k.outcome = 'recovered' AND k.recheck_score >= 0 THEN 1 END) AS recovered,
		count(*) AS opened
	FROM feedback_case k WHERE k.opened_at >= ?2 AND k.state NOT IN ('dismissed', 'merged')`)

// sqlPairs are low answers with the same customer's next answer to the same
// survey, where nothing was put right in between.
var sqlPairs = db.SQL(`
	WITH pair AS (
		SELECT r.id, r.survey_id, r.score, r.answered_at,
			lead(r.score) OVER w AS next_score, lead(r.answered_at) OVER w AS next_at
		FROM survey_response r WHERE r.answered_at >= ?
		WINDOW w AS (PARTITION BY r.customer_id, r.survey_id ORDER BY r.answered_at, r.id))
	SELECT s.kind, p.score, p.next_score FROM pair p JOIN survey s ON s.id = p.survey_id
	WHERE p.next_score IS NOT NULL
		AND ((s.kind = 'nps' AND p.score <= 6) OR (s.kind = 'csat' AND p.score <= 2) OR (s.kind = 'ces' AND p.score <= 3))
		AND NOT EXISTS (SELECT 1 FROM feedback_case k WHERE k.response_id = p.id AND (k.resolved_at <= p.next_at OR k.responded_at <= p.next_at))`)

// roundOf is which time a case is being dealt with: 1, and one more for each
// time it was opened again.
func roundOf(ctx context.Context, q db.Q, id int64) (int, error) {
	var n int
	if err := q.Get(ctx, &n, sqlRound, id); err != nil {
		return 0, fmt.Errorf("count the rounds of case %d: %w", id, err)
	}
	return n + 1, nil
}

// pairs counts the pairs since then, and how many of them recovered.
func pairs(ctx context.Context, q db.Q, since time.Time) (k, n int, err error) {
	err = q.Each(ctx, sqlPairs, []any{db.At(since)}, func(r *sqlx.Rows) error {
		var kind string
		var before, after int
		if err := r.Scan(&kind, &before, &after); err != nil {
			return err
		}
		n++
		if Result(kind, before, after) == Recovered {
			k++
		}
		return nil
	})
	if err != nil {
		return 0, 0, fmt.Errorf("count answers that nobody acted on: %w", err)
	}
	return k, n, nil
}
