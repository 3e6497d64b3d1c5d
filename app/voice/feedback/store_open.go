package feedback

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

var sqlHasOpen = db.SQL(`SELECT EXISTS (SELECT 1 FROM feedback_case WHERE customer_id = ? AND closed_at IS NULL)`)

var sqlSees = db.SQL(`SELECT EXISTS (SELECT 1 FROM customer c WHERE c.id = ? AND ` + auth.CustomerSQL + `)`)

// sees is nil when the actor may see the customer.
func sees(ctx context.Context, q db.Q, scope auth.Scope, customer int64) error {
	var ok bool
	if err := q.Get(ctx, &ok, sqlSees, append([]any{customer}, scope.Args()...)...); err != nil {
		return fmt.Errorf("look at customer %d: %w", customer, err)
	}
	if !ok {
		return errs.NotVisible()
	}
	return nil
}

// Open tells whether a complaint of the customer is being dealt with; the gate
// for mail and the surveys ask before they disturb somebody.
func Open(ctx context.Context, q db.Q, customer int64) (bool, error) {
	var open bool
	if err := q.Get(ctx, &open, sqlHasOpen, customer); err != nil {
		return false, fmt.Errorf("look for open cases of customer %d: %w", customer, err)
	}
	return open, nil
}
