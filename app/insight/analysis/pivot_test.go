package analysis_test

import (
	"context"
	"fmt"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/db"
)

// monthly gives some customers an order in each of forty months.
func monthly(a *apptest.App, first, customers int) {
	a.T.Helper()
	err := a.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1 + ?2)
			INSERT INTO customer (id, kind, name, name_key, sort_key, created_at, updated_at) SELECT i, 'person', 'C' || i, 'c' || i, 'c' || i, 0, 0 FROM n`, first, customers)
		if err == nil {
			_, err = tx.Exec(ctx, `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2 * 40)
				INSERT INTO order_head (number, customer_id, ordered_on, status, currency, total, created_at, updated_at)
				SELECT 'N' || ?1 || '-' || i, ?1 + i / 40, date('2021-01-15', (i % 40) || ' months'), 'completed', 'USD', 100, 0, 0 FROM n`, first, customers)
		}
		return err
	})
	if err != nil {
		a.T.Fatal(err)
	}
}

// A cell in which there is something never says that there is nothing: a table of
// two hundred customers by forty months has them all, and of one with more cells
// than are looked at those left out say nothing at all.
func TestNoCellThatWasNotLookedAtSaysNought(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "read")
	var got struct {
		Cut   bool
		Items []struct {
			Cells [][]struct{ Value *float64 }
			Total []struct{ Value float64 }
		}
	}
	said := func() (cells, unknown int) {
		t.Helper()
		api.Into(&got, 200, "GET", run("kind=order&row=customer&col=ordered_on:month&m=count"), "")
		for _, r := range got.Items {
			if r.Total[0].Value != 40 || len(r.Cells) != 40 {
				t.Fatalf("a customer with forty orders has %v in %d months", r.Total[0].Value, len(r.Cells))
			}
			for _, c := range r.Cells {
				switch {
				case c[0].Value == nil:
					unknown++
				case *c[0].Value != 1:
					t.Fatalf("a month with one order says %v", *c[0].Value)
				}
				cells++
			}
		}
		return cells, unknown
	}
	monthly(a, 1, 200)
	if cells, unknown := said(); cells != 8000 || unknown != 0 || got.Cut {
		t.Errorf("%d cells, %d of them unknown, cut: %t", cells, unknown, got.Cut)
	}
	monthly(a, 1000, 600)
	if cells, unknown := said(); cells != 32000 || unknown != 2000 || !got.Cut {
		t.Errorf("%d cells, %d of them unknown, cut: %t", cells, unknown, got.Cut)
	}
}

// Orders divide by when their customer first bought and by what the customer is at
// once.
func TestCohortsDivideByWhatTheirCustomersAre(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "read")
	for _, of := range []string{"region", "level", "source", "kind", "owner_id", "team_id", "tag_id"} {
		for _, query := range []string{"kind=order&row=cohort:month&col=customer.%s&m=count&m=sum:total", "kind=order&row=customer.%s&row=newness&m=count&m=customers", "kind=order&row=customer.%s&row=age&m=mean:total"} {
			var got struct {
				Items []struct{ Keys []any }
				Total struct{ Total []struct{ N int } }
			}
			api.Into(&got, 200, "GET", run(fmt.Sprintf(query, of)), "")
			if len(got.Items) == 0 || got.Total.Total[0].N == 0 {
				t.Errorf("%s of %s: %+v", query, of, got)
			}
		}
	}
}

// Goods that came back are no order that is paid.
func TestReturnsAreNotPaidInFull(t *testing.T) {
	a := apptest.New(t)
	monthly(a, 1, 1)
	err := a.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE order_head SET total = -30 WHERE ordered_on > '2022-01-01'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Total struct{ Total []struct{ Value, N float64 } }
	}
	a.API("", "read").Into(&got, 200, "GET", run("kind=order&m=rate:paid"), "")
	if c := got.Total.Total[0]; c.Value != 0 || c.N != 12 {
		t.Errorf("of twelve orders that nobody paid %v of %v are paid", c.Value, c.N)
	}
}
