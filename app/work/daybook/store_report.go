package daybook

import (
	"context"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

const reportSQL = `
	SELECT r.id, r.user_id, u.name AS user_name, r.period, r.day, r.well, r.problems, r.help, r.plan, r.state, r.edition, r.handed_at, r.figures,
		(SELECT count(*) FROM daily_report_comment WHERE report_id = r.id) AS comments, r.created_at, r.updated_at, r.version
	FROM daily_report r JOIN user u ON u.id = r.user_id `

var (
	sqlReport     = db.SQL(reportSQL + `WHERE r.id = ?`)
	sqlMine       = db.SQL(reportSQL + `WHERE r.user_id = ? AND r.period = ? AND r.day = ?`)
	sqlRound      = db.List(reportSQL + `WHERE r.period = ? AND r.day = ?`)
	sqlNewReport  = db.SQL(`INSERT INTO daily_report (user_id, period, day, created_at, updated_at) VALUES (?, ?, ?, ?, ?)`)
	sqlSetReport  = db.SQL(`UPDATE daily_report SET well = ?, problems = ?, help = ?, plan = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlHandIn     = db.SQL(`UPDATE daily_report SET state = 'handed_in', edition = ?, handed_at = ?, figures = ? WHERE id = ?`)
	sqlNewEdition = db.SQL(`INSERT INTO daily_report_edition (report_id, number, well, problems, help, plan, figures, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEditions   = db.SQL(`SELECT number, well, problems, help, plan, figures, at FROM daily_report_edition WHERE report_id = ? ORDER BY number DESC`)
	sqlNewComment = db.SQL(`INSERT INTO daily_report_comment (report_id, user_id, words, at) VALUES (?, ?, ?, ?)`)
	sqlComments   = db.SQL(`
		SELECT c.id, c.user_id, u.name AS user_name, c.words, c.at FROM daily_report_comment c LEFT JOIN user u ON u.id = c.user_id
		WHERE c.report_id = ? ORDER BY c.id`)

	// sqlSums are of the same facts as the counts.
	sqlSums = db.List(`
		SELECT json_extract(e.data, '$.currency') AS currency, sum(CASE WHEN e.kind = 'order.placed' THEN json_extract(e.data, '$.minor') ELSE 0 END) AS ordered,
			sum(CASE WHEN e.kind = 'payment.received' THEN json_extract(e.data, '$.minor') ELSE 0 END) AS received` + done + `
			AND e.kind IN ('order.placed', 'payment.received') GROUP BY 1 ORDER BY 1`)
	sqlOpen  = db.SQL(`SELECT count(*) FROM task WHERE owner_id = ? AND done_at IS NULL`)
	sqlLate  = db.SQL(`SELECT count(*) FROM task WHERE owner_id = ? AND done_at IS NULL AND due_sort < ?`)
	sqlAhead = db.List(`
		SELECT t.id, t.title, c.name AS customer_name, t.due_at FROM task t LEFT JOIN customer c ON c.id = t.customer_id
		WHERE t.owner_id = ? AND t.done_at IS NULL AND t.due_sort < ? AND (t.customer_id IS NULL OR ` + auth.CustomerSQL + `) ORDER BY t.due_sort, t.id LIMIT 20`)

	// sqlLeads reads a member's report: a manager of their team, or the owner where
	// there is none.
	sqlLeads = db.SQL(`
		SELECT l.id FROM user l, user me WHERE me.id = ? AND l.id <> me.id AND l.status = 'active' AND l.role = 'manager' AND me.role = 'member' AND l.team_id = me.team_id
		UNION ALL
		SELECT l.id FROM user l WHERE l.role = 'owner' AND l.status = 'active' AND l.id <> ? AND NOT EXISTS (
			SELECT 1 FROM user m, user me WHERE me.id = ? AND m.id <> me.id AND m.status = 'active' AND m.role = 'manager' AND me.role = 'member' AND m.team_id = me.team_id)`)
	sqlWithout = db.List(`
		SELECT u.id FROM user u WHERE u.status = 'active' AND (u.role = 'member' OR u.role = 'manager' AND ? = 1)
			AND NOT EXISTS (SELECT 1 FROM daily_report r WHERE r.user_id = u.id AND r.period = ? AND r.day = ? AND r.state = 'handed_in')`)
	sqlActive = db.SQL(`SELECT count(*) FROM user WHERE status = 'active'`)
)

func one(ctx context.Context, q db.Q, id int64) (Report, error) {
	var r Report
	return r, db.OrNotFound(q.Get(ctx, &r, sqlReport, id))
}
