package worktest

import "regulars/app/sys/db"

var (
	sqlTeam   = db.SQL(`INSERT INTO team (id, name, created_at, updated_at) VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING`)
	sqlPerson = db.SQL(`
		INSERT INTO user (name, email, role, team_id, timezone, locale, digest_at, created_at, updated_at)
		VALUES (?, ?, 'member', ?, ?, ?, ?, 1, 1)`)
	sqlLeave = db.SQL(`UPDATE user SET status = 'disabled' WHERE id = ?`)
)
