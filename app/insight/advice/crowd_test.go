package advice_test

import (
	"context"
	"strings"
	"testing"

	"regulars/app/insight/advice"
	"regulars/app/kit/cal"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// A customer who buys twenty products on the same days is one step, and those who
// are due after them are told too; of a kind there are never more than eight.
func TestOneCustomerIsNotAllThatIsTold(t *testing.T) {
	a := shop(t)
	today := cal.DateOf(a.Clock.Now(), a.Clock.Now().Location())
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
			INSERT INTO product (id, name, price, created_at, updated_at) SELECT i, 'P' || i, 100, 0, 0 FROM n`)
		for customer := 1; err == nil && customer <= 5; customer++ {
			products := map[int]int{1: 20}[customer]
			_, err = tx.Exec(ctx, `INSERT INTO reorder_clock (customer_id, product_id, last_on, times, gap_days, shop_days, due_on)
				SELECT ?, id, ?, 5, 30, 30, ? FROM product WHERE id <= max(1, ?)`, customer, string(today.AddDays(-30)), string(today), products)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	got := told(a.API("", "read"), "?all=true")
	for _, name := range []string{"Due", "Late", "Gone", "Birthday"} {
		if strings.Count(got, advice.Reorder+" "+name) != 1 {
			t.Errorf("%s is told %d times: %s", name, strings.Count(got, advice.Reorder+" "+name), got)
		}
	}
}
