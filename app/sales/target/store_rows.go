package target

import "regulars/app/sys/db"

// whose limits records of user u and customer c to a subject's.
const whose = ` AND CASE ? WHEN 'person' THEN coalesce(u.id, 0) = CAST(? AS INTEGER) WHEN 'team' THEN coalesce(u.team_id, 0) = CAST(? AS INTEGER) WHEN 'region' THEN coalesce(c.region, '') = ? ELSE 1 END`

var sqlItems = map[string]string{
	Won: db.SQL(`
		SELECT d.id, d.closed_on AS day, d.name, d.customer_id, c.name AS customer, u.name AS person, d.amount
		FROM deal d LEFT JOIN customer c ON c.id = d.customer_id LEFT JOIN user u ON u.id = d.owner_id
		WHERE d.closed_on BETWEEN ? AND ? AND d.result = 'won' AND d.currency = ? AND (d.closed_on, d.id) < (?, ?)` + whose + `
		ORDER BY d.closed_on DESC, d.id DESC LIMIT 101`),
	Product: db.SQL(`
		SELECT d.id, d.closed_on AS day, d.name, d.customer_id, c.name AS customer, u.name AS person, sum(l.total) AS amount
		FROM deal d JOIN deal_line l ON l.deal_id = d.id LEFT JOIN customer c ON c.id = d.customer_id LEFT JOIN user u ON u.id = d.owner_id
		WHERE d.closed_on BETWEEN ? AND ? AND d.result = 'won' AND d.currency = ? AND (d.closed_on, d.id) < (?, ?) AND l.product_id = CAST(? AS INTEGER)
		GROUP BY d.id ORDER BY d.closed_on DESC, d.id DESC LIMIT 101`),
	Received: db.SQL(`
		SELECT m.id, m.day, m.name, m.customer_id, c.name AS customer, u.name AS person, m.amount, m.receipt_id
		FROM (` + moneyIn + `) m JOIN customer c ON c.id = m.customer_id LEFT JOIN user u ON u.id = c.owner_id
		WHERE (m.day, m.id) < (?4, ?5)` + whose + `
		ORDER BY m.day DESC, m.id DESC LIMIT 101`),
	NewCustomers: db.SQL(`
		SELECT c.id, '' AS day, c.name, c.id AS customer_id, c.name AS customer, u.name AS person, c.created_at AS amount
		FROM customer c LEFT JOIN user u ON u.id = c.owner_id
		WHERE c.created_at >= ? AND c.created_at < ? AND (c.created_at, c.id) < (?, ?)` + whose + `
		ORDER BY c.created_at DESC, c.id DESC LIMIT 101`),
	Contacts: db.SQL(`
		SELECT f.id, '' AS day, f.channel AS name, f.customer_id, c.name AS customer, u.name AS person, f.at AS amount
		FROM followup f JOIN customer c ON c.id = f.customer_id LEFT JOIN user u ON u.id = f.user_id
		WHERE f.at >= ? AND f.at < ? AND (f.at, f.id) < (?, ?)` + whose + `
		ORDER BY f.at DESC, f.id DESC LIMIT 101`),
}
