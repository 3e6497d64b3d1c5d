package order

import "regulars/app/sys/db"

var (
	sqlAddMove = db.SQL(`INSERT INTO order_move (order_id, from_status, to_status, user_id, at) VALUES (?, ?, ?, ?, ?)`)
	sqlMoves   = db.List(`
		SELECT m.from_status, m.to_status, u.name AS user_name, m.at FROM order_move m LEFT JOIN user u ON u.id = m.user_id
		WHERE m.order_id = ? ORDER BY m.id DESC LIMIT 100`)
	sqlDelivered = db.SQL(`SELECT coalesce(max(at), 0) FROM order_move WHERE order_id = ? AND to_status = 'completed'`)
)

const sqlMoveCustomer = `SELECT o.customer_id FROM order_move m JOIN order_head o ON o.id = m.order_id WHERE m.id = ?`
