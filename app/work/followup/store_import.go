package followup

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
)

var sqlSpoken = db.SQL(`SELECT customer_id, channel, content, at FROM followup WHERE customer_id IN (SELECT value FROM json_each(?)) AND at >= ? AND at < ?`)

// spoken reads what was said with these customers in a span of time.
func spoken(ctx context.Context, q db.Q, customers []int64, from, to db.Time) ([]FollowUp, error) {
	list, err := json.Marshal(customers)
	if err != nil {
		return nil, fmt.Errorf("look for earlier exchanges: %w", err)
	}
	var rows []FollowUp
	if err := q.Select(ctx, &rows, sqlSpoken, string(list), from, to); err != nil {
		return nil, fmt.Errorf("look for earlier exchanges: %w", err)
	}
	return rows, nil
}
