// What the page of a program reads, within what the reader may see.

package survey

import (
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var (
	sqlNextUp = db.List(`
		SELECT e.customer_id, c.name, e.due_on, e.reason FROM survey_enrolment e JOIN customer c ON c.id = e.customer_id
		WHERE e.program_id = ? AND e.reason IN ('', 'asked') AND ` + auth.CustomerSQL + ` ORDER BY e.due_on, e.id LIMIT ?`)
	sqlSparedBy = db.List(`
		SELECT e.customer_id, c.name, e.due_on, e.reason FROM survey_enrolment e JOIN customer c ON c.id = e.customer_id
		WHERE e.program_id = ? AND e.reason = ? AND ` + auth.CustomerSQL + ` ORDER BY e.due_on, e.id LIMIT ?`)
	sqlSparedWhy = db.SQL(`
		SELECT e.reason, count(*) AS n FROM survey_enrolment e JOIN customer c ON c.id = e.customer_id
		WHERE e.program_id = ? AND e.reason NOT IN ('', 'asked') AND ` + auth.CustomerSQL + ` GROUP BY e.reason ORDER BY n DESC`)
	sqlNextPlanned = db.List(`
		SELECT i.customer_id, c.name, i.due_at, i.reason, i.id AS invitation_id FROM survey_invitation i JOIN customer c ON c.id = i.customer_id
		WHERE i.program_id = ? AND i.state IN ('queued', 'deferred') AND ` + auth.CustomerSQL + ` ORDER BY i.due_at, i.id LIMIT ?`)
	sqlRefusedWhy = db.SQL(`
		SELECT i.reason, count(*) AS n FROM survey_invitation i JOIN customer c ON c.id = i.customer_id
		WHERE i.program_id = ? AND i.state IN ('refused', 'failed') AND i.reason <> '' AND ` + auth.CustomerSQL + ` GROUP BY i.reason ORDER BY n DESC`)
	sqlProgramStates = db.SQL(`
		SELECT i.state AS reason, count(*) AS n FROM survey_invitation i JOIN customer c ON c.id = i.customer_id
		WHERE i.program_id = ? AND ` + auth.CustomerSQL + ` GROUP BY i.state ORDER BY n DESC`)
)
