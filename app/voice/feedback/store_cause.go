package feedback

import "regulars/app/sys/db"

var (
	sqlCauses = db.SQL(`
		SELECT y.id, y.parent_id, y.code, y.name_en, y.name_zh, y.active, y.position, y.created_at, y.updated_at, y.version,
			(SELECT count(*) FROM feedback_case k WHERE k.cause = y.code AND k.cause <> '') AS cases
		FROM feedback_cause y ORDER BY y.position, y.id`)
	sqlAddCause = db.SQL(`
		INSERT INTO feedback_cause (parent_id, code, name_en, name_zh, active, position, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM feedback_cause), ?, ?)`)
	sqlSetCause = db.SQL(`UPDATE feedback_cause SET parent_id = ?, name_en = ?, name_zh = ?, active = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
)
