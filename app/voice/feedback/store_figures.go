package feedback

import "regulars/app/sys/db"

var (
	sqlTimed = db.SQL(`
		SELECT clock_at, responded_at, resolved_at, closed_at FROM feedback_case WHERE opened_at >= ? AND state NOT IN ('dismissed', 'merged')`)
	sqlGiven  = db.SQL(`SELECT coalesce(sum(compensation), 0) AS total, count(*) AS n FROM feedback_case WHERE opened_at >= ? AND compensation > 0 AND state <> 'merged'`)
	sqlOpened = db.List(`SELECT opened_at FROM feedback_case WHERE closed_at IS NULL`)
	// sqlKept follows each customer once, from the first of their cases in the days.
	sqlKept = db.SQL(`
		SELECT f.righted, count(*) AS n, count(CASE WHEN EXISTS (
				SELECT 1 FROM order_head o WHERE o.customer_id = f.customer_id AND o.status IN ('confirmed', 'completed') AND o.total >= 0
					AND o.ordered_on > date(f.at / 1000, 'unixepoch') AND o.ordered_on <= date(f.at / 1000, 'unixepoch', '+' || ?1 || ' days')) THEN 1 END) AS came
		FROM (
			SELECT k.customer_id, min(k.opened_at) AS at, k.resolved_at IS NOT NULL AS righted FROM feedback_case k
			WHERE k.opened_at >= ?2 AND k.opened_at < ?3 AND k.customer_id IS NOT NULL AND k.state NOT IN ('dismissed', 'merged')
			GROUP BY k.customer_id) f
		GROUP BY f.righted`)
	sqlPareto = db.SQL(`
		SELECT k.cause, y.name_en, y.name_zh, count(*) AS n FROM feedback_case k LEFT JOIN feedback_cause y ON y.code = k.cause
		WHERE k.opened_at >= ? AND k.cause <> '' AND k.state NOT IN ('dismissed', 'merged') GROUP BY k.cause ORDER BY n DESC, k.cause LIMIT 30`)
)
