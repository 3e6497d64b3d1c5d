package survey

import "regulars/app/sys/db"

var sqlStands = db.SQL(`
	SELECT i.survey_id, coalesce(i.program_id, 0) AS program_id, coalesce(p.active, 1) AS program_on, p.stopped_at IS NOT NULL AS program_over, coalesce(w.state, '') AS wave
	FROM survey_invitation i LEFT JOIN survey_program p ON p.id = i.program_id LEFT JOIN wave w ON w.id = i.wave_id WHERE i.id = ?`)
