package target

import "regulars/app/sys/db"

var (
	sqlOpenDeals = db.SQL(`
		SELECT d.amount AS value, coalesce(d.probability, s.probability) / 100.0 AS p FROM deal d JOIN deal_stage s ON s.id = d.stage_id
		WHERE d.result = 'open' AND d.expected_close BETWEEN ? AND ? AND d.currency = ?`)
	sqlWonSum   = db.SQL(`SELECT coalesce(sum(amount), 0) FROM deal WHERE closed_on BETWEEN ? AND ? AND result = 'won' AND currency = ?`)
	sqlOrderSum = db.SQL(`SELECT coalesce(sum(total), 0) FROM order_day WHERE day BETWEEN ? AND ?`)
	sqlFirstDay = db.SQL(`SELECT coalesce(min(day), '') FROM order_day`)
	sqlDue      = db.SQL(`
		SELECT revenue / orders AS value, 0.5 AS p FROM customer_stat
		WHERE expected_on <> '' AND expected_on BETWEEN ? AND ? AND orders > 0 AND revenue > 0`)
	sqlRhythmSum = db.SQL(`
		SELECT coalesce(sum(o.total), 0) FROM order_head o JOIN customer_stat s ON s.customer_id = o.customer_id
		WHERE o.ordered_on BETWEEN ? AND ? AND o.status IN ('confirmed', 'completed') AND s.gap_days > 0`)
	sqlKeep = db.SQL(`INSERT INTO target_forecast (month, method, made_on, p10, p50, p90) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (month, method) DO NOTHING`)
	sqlPast = db.List(`SELECT month, method, p10, p50, p90 FROM target_forecast WHERE month < ? ORDER BY month DESC, method LIMIT 48`)
)
