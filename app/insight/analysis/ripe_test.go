package analysis_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// A month that has not come for anybody is no nought, and one that not everybody
// has had whole says so.
func TestMonthsToComeAreNoNought(t *testing.T) {
	a := apptest.New(t)
	now := a.Clock.Now().UTC()
	month := func(back int) time.Time {
		return time.Date(now.Year(), now.Month()-time.Month(back), 1, 0, 0, 0, 0, time.UTC)
	}
	a.Buyers([]apptest.Buyer{
		{Bought: []apptest.Bought{{On: month(3), Total: 1000}, {On: month(2), Total: 1000}, {On: month(0), Total: 1000}}},
		{Bought: []apptest.Bought{{On: month(1), Total: 1000}}},
	})
	a.Put(`UPDATE customer_stat SET first_order_on = (SELECT min(o.ordered_on) FROM order_head o WHERE o.customer_id = customer_stat.customer_id)`)
	const report = "kind=order&row=cohort:month&col=age&m=customers&chart=none"
	type cell struct {
		Value *float64 `json:"value"`
		Part  bool     `json:"in_part"`
	}
	var out struct {
		Columns []struct{ Value string }
		Rows    []struct{ Cells [][]cell } `json:"items"`
	}
	a.API("", "read").Into(&out, 200, "GET", "/reports/run?query="+url.QueryEscape(report), "")
	if len(out.Rows) != 3 || len(out.Columns) != 3 {
		t.Fatalf("%+v", out)
	}
	said := func(row int) string {
		var words []string
		for _, c := range out.Rows[row].Cells {
			word := "-"
			if c[0].Value != nil {
				word = map[float64]string{0: "0", 1: "1"}[*c[0].Value]
			}
			if c[0].Part {
				word += " in part"
			}
			words = append(words, word)
		}
		return strings.Join(words, ", ")
	}
	if got, want := said(0), "1, 1, 1 in part"; got != want { // months 0, 1 and 3
		t.Errorf("the earlier ones: %s, want %s", got, want)
	}
	if got, want := said(2), "1, 0 in part, -"; got != want {
		t.Errorf("last month's: %s, want %s", got, want)
	}
	page := a.Owner().Get("/reports/new?" + report).Body
	if strings.Count(page, "in part</small>") != 2 || !strings.Contains(page, "“in part”") {
		t.Error("the page does not say which months are not over")
	}
}
