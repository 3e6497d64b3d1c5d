package apptest

import (
	"context"
	"fmt"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Buyer is a made-up customer of a shop whose past a test needs by the hundred.
type Buyer struct {
	Owner  int  // 0 is the first
	Silent bool // does not want to be profiled
	Bought []Bought
}

// Bought is an order of theirs.
type Bought struct {
	On       time.Time
	Status   string // "" is completed
	Total    int    // minor units
	Products []int  // ids, one of each
}

// Buyers puts customers 1, 2, 3 … with their orders into an empty shop, past the
// product's own ways in, and lets the night count them.
func (a *App) Buyers(list []Buyer) {
	a.T.Helper()
	err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		order := 0
		for i, b := range list {
			id := i + 1
			if _, err := tx.Exec(ctx, `INSERT INTO customer (id, kind, name, name_key, sort_key, owner_id, no_profiling, created_at, updated_at) VALUES (?, 'person', ?, '', '', ?, ?, 0, 0)`,
				id, fmt.Sprintf("Customer %d", id), max(1, b.Owner), b.Silent); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO customer_stat (customer_id) VALUES (?)`, id); err != nil {
				return err
			}
			for _, o := range b.Bought {
				order++
				if err := sell(ctx, tx, id, order, o); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		a.T.Fatal(err)
	}
	a.Night()
}

func sell(ctx context.Context, tx *db.Tx, customer, order int, o Bought) error {
	status := o.Status
	if status == "" {
		status = "completed"
	}
	_, err := tx.Exec(ctx, `INSERT INTO order_head (id, number, customer_id, ordered_on, status, currency, total, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 'USD', ?, 0, 0)`,
		order, fmt.Sprint("T-", order), customer, o.On.Format(time.DateOnly), status, o.Total)
	for _, p := range o.Products {
		if err != nil {
			break
		}
		_, err = tx.Exec(ctx, `INSERT INTO order_line (order_id, product_id, name, quantity, unit_price, total) VALUES (?, ?, 'x', 1000, 50, 50)`, order, p)
	}
	return err
}

// Put writes past every rule of the product.
func (a *App) Put(statement string, args ...any) {
	a.T.Helper()
	if err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	}); err != nil {
		a.T.Fatal(err)
	}
}

// Night counts what predictions rest on.
func (a *App) Night() {
	a.T.Helper()
	if err := a.Jobs.RunNow(a.As(auth.System("shell")), "prediction_nightly"); err != nil {
		a.T.Fatal(err)
	}
}
