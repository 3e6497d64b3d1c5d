package review

import "regulars/app/sys/db"

var (
	// A company has no first name: who answered for it, or nobody.
	sqlPraise = db.List(`
		SELECT r.id, r.comment AS words, r.score, s.kind, s.name AS place, r.answered_at AS at, '' AS posted_on,
			coalesce(k.name, CASE WHEN c.kind = 'person' THEN c.name END, g.name, '') AS person, EXISTS (SELECT 1 FROM praise_hidden h WHERE h.response_id = r.id) AS hidden
		FROM survey_response r JOIN survey s ON s.id = r.survey_id LEFT JOIN customer c ON c.id = r.customer_id LEFT JOIN contact k ON k.id = r.contact_id
			LEFT JOIN poster_guest g ON g.response_id = r.id
		WHERE r.praise = 1 AND r.comment <> '' ORDER BY r.answered_at DESC, r.id DESC LIMIT ?`)
	sqlPraised = db.List(`
		SELECT w.id, w.words, -1 AS score, '' AS kind, w.platform AS place, NULL AS at, w.posted_on, w.author AS person, 0 AS hidden
		FROM review w WHERE w.praise = 1 AND w.words <> '' ORDER BY w.posted_on DESC, w.id DESC LIMIT ?`)
	sqlQuotable = db.SQL(`SELECT EXISTS (SELECT 1 FROM survey_response WHERE id = ? AND praise = 1)`)
	sqlHide     = db.SQL(`INSERT OR IGNORE INTO praise_hidden (response_id, user_id, created_at) VALUES (?, ?, ?)`)
	sqlShow     = db.SQL(`DELETE FROM praise_hidden WHERE response_id = ?`)
)
