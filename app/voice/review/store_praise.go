package review

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const answerSeen = `(r.customer_id IS NULL OR ` + auth.CustomerSQL + `)`

var (
	// Both lists come whole only for the public page; whoever works here reads what
	// is of their customers, and of nobody. A company has no first name: who answered for it, or nobody.
	sqlPraise = db.List(`
		SELECT r.id, r.comment AS words, r.score, s.kind, s.name AS place, r.answered_at AS at, '' AS posted_on,
			coalesce(k.name, CASE WHEN c.kind = 'person' THEN c.name END, g.name, '') AS person, EXISTS (SELECT 1 FROM praise_hidden h WHERE h.response_id = r.id) AS hidden,
			r.customer_id IS NULL AND EXISTS (SELECT 1 FROM praise_hidden h WHERE h.response_id = r.id AND h.user_id IS NULL) AS waits
		FROM survey_response r JOIN survey s ON s.id = r.survey_id LEFT JOIN customer c ON c.id = r.customer_id LEFT JOIN contact k ON k.id = r.contact_id
			LEFT JOIN poster_guest g ON g.response_id = r.id
		WHERE r.praise = 1 AND r.comment <> '' AND ` + answerSeen + ` ORDER BY r.answered_at DESC, r.id DESC LIMIT ?`)
	sqlPraised = db.List(`
		SELECT w.id, w.words, -1 AS score, '' AS kind, w.platform AS place, NULL AS at, w.posted_on, w.author AS person, 0 AS hidden, 0 AS waits
		FROM review w LEFT JOIN customer c ON c.id = w.customer_id WHERE w.praise = 1 AND w.words <> '' AND ` + reviewSeen + ` ORDER BY w.posted_on DESC, w.id DESC LIMIT ?`)
	sqlQuotable = db.SQL(`SELECT EXISTS (SELECT 1 FROM survey_response r LEFT JOIN customer c ON c.id = r.customer_id WHERE r.id = ? AND r.praise = 1 AND ` + answerSeen + `)`)
	sqlHide     = db.SQL(`INSERT OR IGNORE INTO praise_hidden (response_id, user_id, created_at) VALUES (?, ?, ?)`)
	sqlShow     = db.SQL(`DELETE FROM praise_hidden WHERE response_id = ?`)
)
