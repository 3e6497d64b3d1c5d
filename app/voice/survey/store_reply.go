package survey

import "regulars/app/sys/db"

const letterColumns = `id, invitation_id, customer_id, words, late, received_at, read_at, user_id`

var (
	sqlLetters = db.SQL(`SELECT ` + letterColumns + ` FROM survey_reply WHERE invitation_id = ? ORDER BY id DESC LIMIT 50`)
	sqlLetter  = db.SQL(`SELECT ` + letterColumns + ` FROM survey_reply WHERE id = ?`)
	sqlWrote   = db.SQL(`INSERT INTO survey_reply (invitation_id, customer_id, words, late, received_at) VALUES (?, ?, ?, ?, ?)`)
	sqlRead    = db.SQL(`UPDATE survey_reply SET read_at = ?, user_id = ? WHERE id = ? AND read_at IS NULL`)
)
