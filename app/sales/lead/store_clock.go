package lead

import "regulars/app/sys/db"

var (
	sqlLate = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE l.due_at IS NOT NULL AND l.first_response_at IS NULL AND ` + open + ` AND l.due_at < ? AND l.alerted_at IS NULL
		ORDER BY l.due_at LIMIT 500`)
	sqlClaims = db.SQL(`SELECT count(*) FROM lead_event WHERE user_id = ? AND kind = 'claimed' AND at >= ?`)
	// sqlQuiet are those that somebody has and did not speak with for too long.
	sqlQuiet = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE l.owner_id IS NOT NULL AND ` + open + ` AND max(coalesce(l.last_contact_at, 0), l.owned_at) < ?
		ORDER BY l.id LIMIT 500`)
	sqlSoon = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE l.owner_id IS NOT NULL AND l.warned_at IS NULL AND ` + open + ` AND max(coalesce(l.last_contact_at, 0), l.owned_at) < ?
		ORDER BY l.id LIMIT 500`)
	sqlWarned = db.SQL(`UPDATE lead SET warned_at = ? WHERE id = ?`)
	// sqlUnanswered are those of the reader and of the pool that nobody answered,
	// the most urgent first.
	sqlUnanswered = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE (l.owner_id = ? OR l.owner_id IS NULL) AND l.first_response_at IS NULL AND ` + open + `
		ORDER BY l.due_at IS NULL, l.due_at, l.id LIMIT ?`)
	sqlAlerted = db.SQL(`UPDATE lead SET alerted_at = ? WHERE id = ?`)
	sqlLeads   = db.SQL(`SELECT id FROM user WHERE status = 'active' AND role IN ('owner', 'manager')`)
)
