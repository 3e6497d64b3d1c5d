package feedback

import "regulars/app/sys/db"

var (
	sqlTimed = db.SQL(`
		SELECT clock_at, responded_at, resolved_at, closed_at FROM feedback_case WHERE opened_at >= ? AND state NOT IN ('dismissed', 'merged')`)
	sqlPareto = db.SQL(`
		SELECT k.cause, y.name_en, y.name_zh, count(*) AS n FROM feedback_case k LEFT JOIN feedback_cause y ON y.code = k.cause
		WHERE k.opened_at >= ? AND k.cause <> '' AND k.state NOT IN ('dismissed', 'merged') GROUP BY k.cause ORDER BY n DESC, k.cause LIMIT 30`)
)
