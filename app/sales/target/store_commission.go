package target

import "regulars/app/sys/db"

var (
	sqlRules = db.List(`
		SELECT r.id, r.metric, r.product_id, p.name AS product, r.from_percent, r.rate, r.created_at, r.updated_at, r.version
		FROM commission_rule r LEFT JOIN product p ON p.id = r.product_id ORDER BY r.metric DESC, p.name, r.from_percent LIMIT 500`)
	sqlAddRule = db.SQL(`
		INSERT INTO commission_rule (metric, product_id, from_percent, rate, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlDropRule = db.SQL(`DELETE FROM commission_rule WHERE id = ?`)
	sqlRuleIs   = db.SQL(`SELECT count(*) FROM commission_rule WHERE id = ?`)
	sqlSheet    = db.SQL(`SELECT lines, created_at FROM commission_sheet WHERE month = ?`)
	sqlClose    = db.SQL(`INSERT INTO commission_sheet (month, lines, user_id, created_at) VALUES (?, ?, ?, ?)`)
	sqlReopen   = db.SQL(`DELETE FROM commission_sheet WHERE month = ?`)
)
