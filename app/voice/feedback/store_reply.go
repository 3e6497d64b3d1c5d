package feedback

import "regulars/app/sys/db"

const replyColumns = `SELECT id, name_en, name_zh, subject_en, subject_zh, text_en, text_zh, active, created_at, updated_at, version FROM feedback_reply`

var (
	sqlReplies  = db.SQL(replyColumns + ` ORDER BY id`)
	sqlReply    = db.SQL(replyColumns + ` WHERE id = ?`)
	sqlAddReply = db.SQL(`
		INSERT INTO feedback_reply (name_en, name_zh, subject_en, subject_zh, text_en, text_zh, active, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlSetReply = db.SQL(`
		UPDATE feedback_reply SET name_en = ?, name_zh = ?, subject_en = ?, subject_zh = ?, text_en = ?, text_zh = ?, active = ?, updated_at = ?, version = version + 1
		WHERE id = ?`)
	sqlDropReply = db.SQL(`DELETE FROM feedback_reply WHERE id = ?`)
	sqlRecipient = db.SQL(`
		SELECT p.id AS contact_id, coalesce(p.name, c.name, g.name, y.name, '') AS name, coalesce(nullif(c.language, ''), r.language, '') AS language,
			coalesce((SELECT e.email FROM customer_email e WHERE e.customer_id = c.id AND e.contact_id IS p.id ORDER BY e.position, e.id LIMIT 1),
				(SELECT e.email FROM customer_email e WHERE e.customer_id = c.id AND e.contact_id IS NULL ORDER BY e.position, e.id LIMIT 1), nullif(g.email, ''), y.email, '') AS email,
			coalesce((SELECT t.name FROM product t WHERE t.id = coalesce(r.product_id, o.product_id)), '') AS product
		FROM feedback_case k LEFT JOIN customer c ON c.id = k.customer_id AND c.erased_at IS NULL LEFT JOIN survey_response r ON r.id = k.response_id
			LEFT JOIN contact p ON p.id = r.contact_id AND p.customer_id = c.id
			LEFT JOIN poster o ON o.id = r.poster_id LEFT JOIN poster_guest g ON g.response_id = r.id AND k.customer_id IS NULL
			LEFT JOIN feedback_caller y ON y.case_id = k.id AND k.customer_id IS NULL
		WHERE k.id = ?`)
	sqlSteps  = db.SQL(`SELECT coalesce(max(id), 0) FROM feedback_event WHERE case_id = ?`)
	sqlSpoken = db.SQL(`SELECT channel, content FROM followup WHERE id = ?`)
)
