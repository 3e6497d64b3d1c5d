package feedback

import "regulars/app/sys/db"

var (
	sqlCandidates = db.SQL(`
		SELECT u.id, u.name, u.role, coalesce(u.team_id, 0) AS team_id, u.status <> 'active' AS off,
			(SELECT coalesce(max(k.id), 0) FROM feedback_case k WHERE k.owner_id = u.id) AS last,
			EXISTS (SELECT 1 FROM sharing_parcel p WHERE p.from_id = u.id AND p.until <> '' AND p.returned_at IS NULL) AS away
		FROM user u ORDER BY u.id`)
	sqlWorking = db.SQL(`SELECT count(*) FROM user WHERE status = 'active'`)
	sqlAbout   = db.SQL(`
		SELECT coalesce(r.poster_id, 0) AS poster_id, coalesce(r.rated_id, p.rated_id, i.rated_id, 0) AS rated_id,
			coalesce(r.comment, '') || ' ' || coalesce((SELECT group_concat(a.words, ' ') FROM survey_answer a WHERE a.response_id = r.id AND a.words <> ''), '') AS said,
			coalesce(g.id, 0) AS product_id, coalesce(g.category, '') AS category
		FROM survey_response r LEFT JOIN poster p ON p.id = r.poster_id LEFT JOIN survey_invitation i ON i.id = r.invitation_id
			LEFT JOIN product g ON g.id = coalesce(r.product_id, p.product_id,
				(SELECT l.product_id FROM order_line l WHERE l.order_id = coalesce(r.order_id, i.order_id) AND l.product_id IS NOT NULL ORDER BY l.id LIMIT 1))
		WHERE r.id = ?`)
)
