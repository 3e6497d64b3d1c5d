package feedback

import "regulars/app/sys/db"

const routeColumns = `SELECT w.id, w.kind, w.category, w.product_id, w.poster_id, w.topic_id, w.cause_id, w.team_id, w.user_id,
	coalesce(g.name, p.name, t.name_en, y.name_en, w.category) AS name_en, coalesce(t.name_zh, y.name_zh, '') AS name_zh, coalesce(y.code, '') AS code,
	m.name AS team_name, u.name AS user_name, w.created_at, w.updated_at, w.version
	FROM feedback_route w LEFT JOIN product g ON g.id = w.product_id LEFT JOIN poster p ON p.id = w.poster_id LEFT JOIN topic t ON t.id = w.topic_id
	LEFT JOIN feedback_cause y ON y.id = w.cause_id LEFT JOIN team m ON m.id = w.team_id LEFT JOIN user u ON u.id = w.user_id`

var (
	sqlRoutes     = db.SQL(routeColumns + ` ORDER BY w.kind, name_en, w.id`)
	sqlRoute      = db.SQL(routeColumns + ` WHERE w.id = ?`)
	sqlRouteAbout = db.SQL(`SELECT id FROM feedback_route WHERE kind = ? AND category = ? AND coalesce(product_id, poster_id, topic_id, cause_id, 0) = ?`)
	sqlAddRoute   = db.SQL(`
		INSERT INTO feedback_route (kind, category, product_id, poster_id, topic_id, cause_id, team_id, user_id, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlSetRoute   = db.SQL(`UPDATE feedback_route SET team_id = ?, user_id = ?, updated_at = ?, version = version + 1 WHERE id = ?`)
	sqlDropRoute  = db.SQL(`DELETE FROM feedback_route WHERE id = ?`)
	sqlRouteKnown = db.SQL(`
		SELECT CASE ?1 WHEN 'category' THEN EXISTS (SELECT 1 FROM product WHERE category = ?2 AND category <> '')
				WHEN 'product' THEN EXISTS (SELECT 1 FROM product WHERE id = ?3) WHEN 'poster' THEN EXISTS (SELECT 1 FROM poster WHERE id = ?3)
				WHEN 'topic' THEN EXISTS (SELECT 1 FROM topic WHERE id = ?3) WHEN 'cause' THEN EXISTS (SELECT 1 FROM feedback_cause WHERE id = ?3) ELSE 0 END AS about,
			(?4 IS NULL OR EXISTS (SELECT 1 FROM team WHERE id = ?4)) AS team,
			(?5 IS NULL OR EXISTS (SELECT 1 FROM user WHERE id = ?5 AND status = 'active')) AS works`)
	// What can be looked after; of a large list of goods the first.
	sqlThings = db.SQL(`
		SELECT 'category' AS kind, category AS ref, category AS name_en, '' AS name_zh, '' AS code FROM (SELECT DISTINCT category FROM product WHERE category <> '' ORDER BY category LIMIT 200)
		UNION ALL SELECT 'poster', id, name, '', '' FROM (SELECT id, name FROM poster ORDER BY name, id LIMIT 200)
		UNION ALL SELECT 'topic', id, name_en, name_zh, '' FROM topic WHERE active = 1
		UNION ALL SELECT 'cause', id, name_en, name_zh, code FROM feedback_cause WHERE active = 1
		UNION ALL SELECT 'product', id, name, '', '' FROM (SELECT id, name FROM product WHERE active = 1 ORDER BY name COLLATE NOCASE, id LIMIT 200)`)
	sqlTeams = db.SQL(`
		SELECT m.id, m.name, coalesce(d.days, 3) AS days, (SELECT count(*) FROM user u WHERE u.team_id = m.id AND u.status = 'active') AS people
		FROM team m LEFT JOIN feedback_team d ON d.team_id = m.id ORDER BY m.name, m.id`)
	sqlInTeam   = db.SQL(`SELECT id FROM user WHERE team_id = ? AND status = 'active' ORDER BY id`)
	sqlTeamDays = db.SQL(`
		INSERT INTO feedback_team (team_id, days, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)
		ON CONFLICT (team_id) DO UPDATE SET days = excluded.days, updated_at = excluded.updated_at, version = version + 1`)
	sqlTeamLate = db.SQL(`SELECT id FROM feedback_case WHERE team_id IS NOT NULL AND team_by <= ? AND team_alerted < 3 AND closed_at IS NULL ORDER BY team_by, id LIMIT 500`)
	// The departments of the topics, where no line of ours says otherwise.
	sqlThemeTeams = db.SQL(`
		SELECT t.id, t.name_en, t.name_zh, m.name AS team_name FROM topic t JOIN team m ON m.id = t.team_id
		WHERE t.active = 1 AND NOT EXISTS (SELECT 1 FROM feedback_route w WHERE w.topic_id = t.id) ORDER BY t.name_en, t.id`)
	sqlNamed = db.SQL(`
		SELECT CASE ?1 WHEN 'poster' THEN (SELECT name FROM poster WHERE id = ?2) WHEN 'product' THEN (SELECT name FROM product WHERE id = ?2)
			WHEN 'topic' THEN (SELECT name_en FROM topic WHERE id = ?2) WHEN 'category' THEN ?2 END AS name_en,
			CASE ?1 WHEN 'topic' THEN (SELECT name_zh FROM topic WHERE id = ?2) END AS name_zh`)
)
