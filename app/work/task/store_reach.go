package task

import (
	"context"
	"fmt"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// sqlReach prefers the customer's own number to that of one of their people.
var sqlReach = db.List(`
	SELECT c.id,
		coalesce((SELECT p.e164 FROM customer_phone p WHERE p.customer_id = c.id AND p.e164 <> '' ORDER BY p.contact_id IS NOT NULL, p.position, p.id LIMIT 1), '') AS phone,
		coalesce((SELECT e.email FROM customer_email e WHERE e.customer_id = c.id ORDER BY e.contact_id IS NOT NULL, e.position, e.id LIMIT 1), '') AS email
	FROM customer c WHERE c.id IN (SELECT value FROM json_each(?)) AND ` + auth.CustomerSQL + ` LIMIT 1000`)

func reaches(ctx context.Context, q db.Q, ids string, scope auth.Scope) (map[int64]Reach, error) {
	var rows []struct {
		ID int64 `db:"id"`
		Reach
	}
	if err := q.Select(ctx, &rows, sqlReach, append([]any{ids}, scope.Args()...)...); err != nil {
		return nil, fmt.Errorf("look up how customers are reached: %w", err)
	}
	out := make(map[int64]Reach, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Reach
	}
	return out, nil
}
