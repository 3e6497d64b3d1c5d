package analysis_test

import (
	"math/rand/v2"
	"net/url"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/analysis"
)

// Behind each cell of cohorts stand the orders of as many customers, also of those
// who ordered on the last day of a month, and of orders before the first that counts.
func TestTheRowsOfACohortAreItsCustomers(t *testing.T) {
	a := apptest.New(t)
	r := rand.New(rand.NewPCG(7, 11))
	now := a.Clock.Now().UTC()
	var list []apptest.Buyer
	for range 60 {
		var b apptest.Buyer
		for range 1 + r.IntN(6) {
			day := time.Date(now.Year(), now.Month()-time.Month(r.IntN(14)), []int{1, 1, 15, 0}[r.IntN(4)], 0, 0, 0, 0, time.UTC)
			b.Bought = append(b.Bought, apptest.Bought{On: day, Total: 1000, Status: []string{"", "", "", "cancelled"}[r.IntN(4)]})
		}
		list = append(list, b)
	}
	a.Buyers(list)
	a.Put(`UPDATE customer_stat SET first_order_on = coalesce((SELECT min(o.ordered_on) FROM order_head o WHERE o.customer_id = customer_stat.customer_id AND o.status = 'completed'), '')`)
	l := a.View.Bundle().For("en").In(time.UTC).At(a.Clock.Now())
	for _, query := range []string{"kind=order&row=cohort:quarter&col=age&m=customers", "kind=order&row=cohort:month&col=age&m=customers&filter[status][eq]=completed", "kind=order&row=age&row=cohort:year&m=customers"} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		spec, err := analysis.Parse(q)
		if err != nil {
			t.Fatal(err)
		}
		table, err := a.Analysis().Run(owner(t, a), l, spec)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, row := range table.Rows {
			for _, cells := range append(row.Cells, row.Total) {
				for _, c := range cells {
					if c.Href == "" {
						continue
					}
					had := map[int64]bool{}
					_, items := behindAll(t, a, c.Href)
					for _, i := range items {
						had[int64(i.CustomerID)] = true
					}
					if len(had) != int(c.Value) {
						t.Errorf("%s: %v customers, the rows of %s are of %d", query, c.Value, c.Href, len(had))
					}
					seen++
				}
			}
		}
		if seen < 15 {
			t.Errorf("%s: only %d cells", query, seen)
		}
	}
}
