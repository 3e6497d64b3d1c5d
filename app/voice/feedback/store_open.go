package feedback

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var sqlHasOpen = db.SQL(`SELECT EXISTS (SELECT 1 FROM feedback_case WHERE customer_id = ? AND closed_at IS NULL)`)

// Open tells whether a complaint of the customer is being dealt with; the gate
// for mail and the surveys ask before they disturb somebody.
func Open(ctx context.Context, q db.Q, customer int64) (bool, error) {
	var open bool
	if err := q.Get(ctx, &open, sqlHasOpen, customer); err != nil {
		return false, fmt.Errorf("look for open cases of customer %d: %w", customer, err)
	}
	return open, nil
}
