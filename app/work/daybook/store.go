package daybook

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// done are the facts e of some people between two instants that the reader may
// see and that still hold: about a customer as long as the timeline tells of
// them, about nobody as long as there is such a task or deal.
const done = `
	FROM event e JOIN user u ON u.id = e.user_id
	WHERE e.user_id IN (SELECT value FROM json_each(?)) AND e.occurred_at >= ? AND e.occurred_at < ? AND e.imported = 0 AND e.user_id IS NOT NULL AND e.void = 0
		AND e.kind IN (SELECT value FROM json_each(?)) AND (e.kind <> 'task.done' OR EXISTS (SELECT 1 FROM task WHERE id = e.subject_id AND done_at IS NOT NULL))
		AND (e.customer_id IS NOT NULL AND EXISTS (SELECT 1 FROM timeline_entry t JOIN customer c ON c.id = t.customer_id
				WHERE t.subject_kind = e.subject_kind AND t.subject_id = e.subject_id AND t.kind = e.kind AND ` + auth.CustomerSQL + `)
			OR e.customer_id IS NULL AND (e.subject_kind = 'task' OR e.subject_kind = 'deal' AND EXISTS (SELECT 1 FROM deal WHERE id = e.subject_id)))`

const channelSQL = `CASE WHEN e.kind = 'followup.happened' THEN coalesce(json_extract(e.data, '$.channel'), '') ELSE '' END`

var (
	sqlPeople = db.List(`
		SELECT id, name, role FROM user
		WHERE status = 'active' AND (? = 1 OR id = ? OR ? > 0 AND team_id = ?) ORDER BY name, id`)
	sqlCounts = db.List(`
		SELECT e.user_id, e.kind, ` + channelSQL + ` AS channel, count(*) AS n, max(e.occurred_at) AS last_at` + done + ` GROUP BY 1, 2, 3`)
	sqlDeeds = db.List(`
		SELECT e.id, e.kind, ` + channelSQL + ` AS channel, e.user_id, u.name AS user_name, e.customer_id,
			(SELECT name FROM customer WHERE id = e.customer_id) AS customer_name, e.subject_kind, e.subject_id, e.occurred_at AS at, e.data` + done + `
			AND (? = '' OR ` + channelSQL + ` = ? OR ? = 'other' AND ` + channelSQL + ` NOT IN ('call', 'visit'))
			AND (? = 0 OR (e.occurred_at, e.id) < (SELECT occurred_at, id FROM event WHERE id = ?))
		ORDER BY e.occurred_at DESC, e.id DESC LIMIT ?`)
)
