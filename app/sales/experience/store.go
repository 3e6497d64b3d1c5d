package experience

import (
	"context"

	"regulars/app/sales/deal"
	"regulars/app/sys/db"
)

const (
	columns = `x.id, x.deal_id, d.name AS deal_name, d.result, d.amount, d.currency, c.name AS customer_name, x.decided, x.again, x.author_id, u.name AS author_name,
		x.created_at, x.updated_at, x.version`
	from = ` FROM experience x JOIN deal d ON d.id = x.deal_id LEFT JOIN customer c ON c.id = d.customer_id LEFT JOIN user u ON u.id = x.author_id`
)

var (
	sqlOf     = db.SQL(`SELECT ` + columns + from + ` WHERE x.deal_id = ?`)
	sqlInsert = db.SQL(`INSERT INTO experience (deal_id, decided, again, author_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlUpdate = db.SQL(`UPDATE experience SET decided = ?, again = ?, updated_at = ?, version = version + 1 WHERE deal_id = ?`)
	sqlDrop   = db.SQL(`DELETE FROM experience WHERE deal_id = ?`)
	sqlAlike  = db.List(`
		SELECT * FROM (
			SELECT ` + columns + `,
				EXISTS (SELECT 1 FROM deal_line a JOIN deal_line b ON b.product_id = a.product_id WHERE a.deal_id = t.id AND b.deal_id = d.id) AS product,
				EXISTS (SELECT 1 FROM deal_rival a JOIN deal_rival b ON lower(b.name) = lower(a.name) WHERE a.deal_id = t.id AND b.deal_id = d.id) AS rival,
				coalesce(c.level <> '' AND c.level = tc.level, 0) AS level,
				(d.currency = t.currency AND t.amount > 0 AND d.amount BETWEEN t.amount / 2 AND t.amount * 2) AS size,
				(d.pipeline_id = t.pipeline_id) AS pipeline` + from + ` JOIN deal t ON t.id = ? LEFT JOIN customer tc ON tc.id = t.customer_id
			WHERE d.id <> t.id AND ` + deal.VisibleSQL + `)
		WHERE product OR rival OR level OR size
		ORDER BY 4 * product + 4 * rival + 2 * level + size + pipeline DESC, id DESC LIMIT ?`)
	sqlFind = db.List(`
		SELECT ` + columns + from + `
		WHERE (? = 0 OR x.id < ?) AND (? = '' OR d.result = ?)
			AND (? = '' OR instr(lower(x.decided), ?) > 0 OR instr(lower(x.again), ?) > 0 OR instr(lower(d.name), ?) > 0 OR instr(lower(coalesce(c.name, '')), ?) > 0)
			AND ` + deal.VisibleSQL + `
		ORDER BY x.id DESC LIMIT ?`)
)

// sqlCustomer is where the journal finds the customer of a note.
const sqlCustomer = `SELECT d.customer_id FROM experience x JOIN deal d ON d.id = x.deal_id WHERE x.id = ?`

func of(ctx context.Context, q db.Q, id int64) (Note, bool, error) {
	var n Note
	found, err := db.Found(q.Get(ctx, &n, sqlOf, id))
	return n, found, err
}
