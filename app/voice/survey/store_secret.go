package survey

import "regulars/app/sys/db"

var (
	sqlAnonymise = db.SQL(`UPDATE survey SET anonymous = 1, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDrop      = db.SQL(`INSERT INTO survey_anonymous (key, survey_id, survey_version, score, comment, answers, day, placed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlVote      = db.SQL(`INSERT OR IGNORE INTO survey_ballot (mark, survey_id) VALUES (?, ?)`)
	sqlVoted     = db.SQL(`SELECT EXISTS (SELECT 1 FROM survey_ballot WHERE mark = ?)`)
	sqlVotedIn   = db.SQL(`SELECT ` + surveyColumns + ` FROM survey s WHERE s.id IN (SELECT survey_id FROM survey_ballot) ORDER BY s.id`)
	sqlMarks     = db.SQL(`SELECT mark FROM survey_ballot WHERE survey_id = ?`)
	sqlAskedIn   = db.SQL(`SELECT id, state, expires_at FROM survey_invitation WHERE survey_id = ? AND state NOT IN ('answered', 'refused') ORDER BY id`)
	sqlTellVoted = db.SQL(`
		UPDATE survey_invitation SET state = 'answered', reason = '', answered_at = ?1, sent_at = coalesce(sent_at, ?1), updated_at = ?2, version = version + 1 WHERE id = ?3`)
	sqlCounted = db.SQL(`DELETE FROM survey_ballot WHERE mark = ?`)
)
