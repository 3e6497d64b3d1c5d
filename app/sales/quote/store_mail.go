package quote

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var sqlRecipient = db.SQL(`
	SELECT coalesce(p.name, c.name) AS name,
		coalesce((SELECT e.email FROM customer_email e WHERE e.customer_id = c.id AND e.contact_id IS p.id ORDER BY e.position, e.id LIMIT 1),
			(SELECT e.email FROM customer_email e WHERE e.customer_id = c.id AND e.contact_id IS NULL ORDER BY e.position, e.id LIMIT 1), '') AS email
	FROM quote q JOIN customer c ON c.id = q.customer_id AND c.erased_at IS NULL LEFT JOIN contact p ON p.id = q.contact_id AND p.customer_id = c.id
	WHERE q.id = ?`)

func recipient(ctx context.Context, q db.Q, v Quote) (Recipient, error) {
	var r Recipient
	if _, err := db.Found(q.Get(ctx, &r, sqlRecipient, v.ID)); err != nil {
		return r, fmt.Errorf("read who quote %d is for: %w", v.ID, err)
	}
	return r, nil
}
