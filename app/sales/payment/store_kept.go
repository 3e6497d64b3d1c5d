package payment

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlSumsDiffer = db.SQL(`
		SELECT count(*) FROM (SELECT paid_on, method, count(*) AS payments, sum(amount) AS amount FROM payment GROUP BY 1, 2) p
		FULL JOIN (SELECT * FROM payment_sum WHERE payments <> 0 OR amount <> 0) k USING (paid_on, method) WHERE p.payments IS NOT k.payments OR p.amount IS NOT k.amount`)
	sqlDropSums = db.SQL(`DELETE FROM payment_sum`)
	sqlMakeSums = db.SQL(`INSERT INTO payment_sum (paid_on, method, payments, amount) SELECT paid_on, method, count(*), sum(amount) FROM payment GROUP BY 1, 2`)
)

// sumsDiffer is how many sums are not those of their payments.
func sumsDiffer(ctx context.Context, q db.Q) (n int, err error) {
	if err := q.Get(ctx, &n, sqlSumsDiffer); err != nil {
		return 0, fmt.Errorf("compare the sums of payments with their payments: %w", err)
	}
	return n, nil
}

func makeSums(ctx context.Context, tx *db.Tx) error {
	for _, query := range []string{sqlDropSums, sqlMakeSums} {
		if _, err := tx.Exec(ctx, query); err != nil {
			return fmt.Errorf("make the sums of payments anew: %w", err)
		}
	}
	return nil
}
