package survey

import (
	"context"
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
)

var sqlImported = db.SQL(`
	SELECT survey_id, customer_id, score, comment, answered_at FROM survey_response
	WHERE customer_id IN (SELECT value FROM json_each(?)) AND channel = 'import'`)

// imported reads the answers of these customers that files have brought.
func imported(ctx context.Context, q db.Q, customers []int64) ([]Response, error) {
	list, err := json.Marshal(customers)
	if err != nil {
		return nil, fmt.Errorf("look for earlier answers: %w", err)
	}
	var rows []Response
	if err := q.Select(ctx, &rows, sqlImported, string(list)); err != nil {
		return nil, fmt.Errorf("look for earlier answers: %w", err)
	}
	return rows, nil
}
