package order

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
)

var sqlByNumbers = db.SQL(`SELECT id, number FROM order_head WHERE number IN (SELECT value FROM json_each(?))`)

// numbered finds the orders of these numbers with one query.
func numbered(ctx context.Context, q db.Q, numbers []string) (map[string]int64, error) {
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, fmt.Errorf("look for orders: %w", err)
	}
	var rows []struct {
		ID     int64  `db:"id"`
		Number string `db:"number"`
	}
	if err := q.Select(ctx, &rows, sqlByNumbers, string(list)); err != nil {
		return nil, fmt.Errorf("look for orders: %w", err)
	}
	found := make(map[string]int64, len(rows))
	for _, r := range rows {
		found[r.Number] = r.ID
	}
	return found, nil
}
