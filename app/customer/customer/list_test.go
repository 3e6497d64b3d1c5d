package customer_test

import (
	"context"
	"slices"
	"testing"

	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
)

// A filter that lets many through is answered along the order, one that lets
// few through by itself: both give every match once, in order.
func TestFilteredPagesAreTheSameEitherWay(t *testing.T) {
	f := newImporting(t)
	err := f.db.Write(f.ctx, "test", func(ctx context.Context, tx *db.Tx) error {
		for _, query := range []string{
			`INSERT INTO customer (kind, name, name_key, sort_key, region, source, created_at, updated_at)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
			SELECT 'person', 'C' || i, 'c' || i, 'c' || i, iif(i % 5 = 0, 'Leeds', 'York'), iif(i % 50 = 0, 'fair', ''), i % 97, 0 FROM n`,
			`INSERT INTO customer_stat (customer_id, orders, revenue) SELECT id, 1, (id * 7919) % 401 FROM customer`,
		} {
			if _, err := tx.Exec(ctx, query); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cond        filter.Cond
		where, sort string
		order       string
	}{
		{filter.Cond{Field: "region", Op: "eq", Value: "York"}, "c.region = 'York'", "-revenue", "s.revenue DESC, c.id DESC"},
		{filter.Cond{Field: "region", Op: "eq", Value: "Leeds"}, "c.region = 'Leeds'", "-revenue", "s.revenue DESC, c.id DESC"},
		{filter.Cond{Field: "region", Op: "in", Value: "York,Leeds"}, "1", "revenue", "s.revenue, c.id"},
		{filter.Cond{Field: "source", Op: "eq", Value: "fair"}, "c.source = 'fair'", "-created_at", "c.created_at DESC, c.id DESC"},
		{filter.Cond{Field: "region", Op: "ne", Value: "Leeds"}, "c.region <> 'Leeds'", "-created_at", "c.created_at DESC, c.id DESC"},
		{filter.Cond{Field: "revenue", Op: "gte", Value: "1.00"}, "s.revenue >= 100", "-revenue", "s.revenue DESC, c.id DESC"},
	} {
		var want, got []int64
		query := "SELECT c.id FROM customer c JOIN customer_stat s ON s.customer_id = c.id WHERE " + c.where + " ORDER BY " + c.order
		if err := f.db.Reader(f.ctx).Select(f.ctx, &want, query); err != nil {
			t.Fatal(err)
		}
		for req := (page.Request{Limit: 100, Sort: c.sort}); ; {
			p, err := f.s.List(f.ctx, req, []filter.Cond{c.cond})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Items {
				got = append(got, r.ID)
			}
			if req.Cursor = p.Next; p.Next == "" {
				break
			}
		}
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%v: %d rows, want %d, or another order", c.cond, len(got), len(want))
		}
	}
}
