package analysis_test

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"regulars/app/apptest"
	"regulars/app/insight/analysis"
	"regulars/app/kit/page"
)

// behindAll reads all pages of the rows behind a number.
func behindAll(t *testing.T, a *apptest.App, rows string) (first analysis.Behind, all []analysis.Item) {
	t.Helper()
	_, query, _ := strings.Cut(rows, "?")
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	l := a.View.Bundle().For("en").In(time.UTC).At(a.Clock.Now())
	for {
		b, err := a.Analysis().Rows(owner(t, a), l, q)
		if err != nil {
			t.Fatalf("%s: %v", rows, err)
		}
		if all = append(all, b.Items...); !q.Has("cursor") {
			first = b
		}
		if b.Next == "" {
			return first, all
		}
		q.Set("cursor", b.Next)
	}
}

// adds makes the number of what stands beside the rows.
func adds(fn string, items []analysis.Item) float64 {
	var v []float64
	sum, promoters := 0.0, 0.0
	for _, i := range items {
		sum += *i.Value
		v = append(v, *i.Value)
		switch {
		case *i.Value >= 9:
			promoters++
		case *i.Value <= 6:
			promoters--
		}
	}
	slices.Sort(v)
	n := float64(len(v))
	switch {
	case fn == "sum" || n == 0:
		return sum
	case fn == "median":
		return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
	case fn == "nps":
		return 100 * promoters / n
	}
	return sum / n
}

// The rows behind a number say what is counted of each, that makes the number, and
// the number stands below them; they come in the order of the day the report is
// about.
func TestTheRowsBehindANumberMakeIt(t *testing.T) {
	a := peopled(t)
	queries := []string{"kind=order&row=ordered_on:month&col=status&m=sum:total&m=mean:total&m=median:total", "kind=order&m=sum:total", "kind=order&m=sum:total&m=rate:paid&row=customer.region",
		"kind=order&m=sum:total&row=due_on:week", "kind=order&row=newness&m=mean:total&on=ordered_on&span=last_365d&compare=before", "kind=order&row=weekday&m=sum:total", "kind=order&row=customer.tag_id&m=median:total",
		"kind=order-line&row=product_id&row=category&m=sum:line_total&m=sum:quantity", "kind=order-line&row=ordered_on:quarter&m=sum:quantity&m=mean:line_total", "kind=payment&row=method&m=sum:amount&on=paid_on&span=last_365d",
		"kind=payment&row=customer&m=sum:amount&in=customer.region%3D", "kind=quote&row=state&m=sum:total&m=mean:days_to_answer&m=rate:accepted", "kind=deal&row=stage_id&m=sum:amount&m=median:days_open&m=rate:won&on=closed_on&span=last_365d",
		"kind=deal-step&row=moved_to&m=sum:amount&m=rate:went_on", "kind=lead&row=source&m=mean:hours_to_response&m=rate:converted", "kind=case&row=opened_at:month&m=median:hours_to_reply&m=mean:days_to_close&m=rate:replied",
		"kind=response&row=survey_id&m=nps&m=rate:csat", "kind=response&row=answered_at:week&m=nps", "kind=task&row=owner_id&m=mean:days_to_done&m=rate:on_time", "kind=customer&row=created_at:month&m=sum:orders&m=rate:came_back", "kind=promise&row=due_on:month&m=rate:kept",
		"kind=contact&row=created_at:week&m=count", "kind=owed&row=overdue&m=sum:open"}
	library, err := a.Analysis().Library(owner(t, a))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range library {
		if one.Link == "" {
			queries = append(queries, one.Query)
		}
	}
	l := a.View.Bundle().For("en").In(time.UTC).At(a.Clock.Now())
	seen, paged := map[string]int{}, 0
	for _, query := range queries {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		spec, err := analysis.Parse(q)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		table, err := a.Analysis().Run(owner(t, a), l, spec)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		check := func(cells []analysis.Cell) {
			for i, c := range cells {
				m := spec.Measures[i]
				if c.Href == "" || m.Fn == "count" || m.Fn == "customers" {
					continue
				}
				if !strings.HasPrefix(c.Href, "/reports/rows?") {
					t.Errorf("%s: a number opens %s, where nothing says what was added up", query, c.Href)
					continue
				}
				b, items := behindAll(t, a, c.Href)
				if b.Whole == nil || math.Abs(b.Whole.Value-c.Value) > 1e-6*math.Max(1, math.Abs(c.Value)) || len(items) != c.N || b.Count() != c.N {
					t.Errorf("%s %s is %v of %d; below the %d rows of %s stands %+v", query, m, c.Value, c.N, len(items), c.Href, b.Whole)
					continue
				}
				if got := adds(m.Fn, items); math.Abs(got-c.Value) > 1e-6*math.Max(1, math.Abs(c.Value)) {
					t.Errorf("%s %s is %v, its rows make %v", query, m, c.Value, got)
				}
				if at := slices.IndexFunc(items[1:], func(i analysis.Item) bool { return i.Day == "" }); at >= 0 && slices.ContainsFunc(items[at+1:], func(i analysis.Item) bool { return i.Day != "" }) ||
					!slices.IsSortedFunc(items, func(a, b analysis.Item) int { return strings.Compare(string(b.Day), string(a.Day)) }) && q.Get("kind") != "task" {
					t.Errorf("%s: the rows of %s are not in the order of their days", query, c.Href)
				}
				seen[m.Fn]++
				if b.Next != "" {
					paged++
				}
			}
		}
		for _, r := range table.Rows {
			check(r.Total)
			check(r.Before)
			check(r.Year)
			for _, cells := range r.Cells {
				check(cells)
			}
		}
		check(table.Total.Total)
		check(table.Total.Before)
	}
	for _, fn := range []string{"sum", "mean", "median", "rate", "nps"} {
		if seen[fn] < 5 {
			t.Errorf("only %d numbers that are a %s", seen[fn], fn)
		}
	}
	if paged == 0 {
		t.Error("no number has more rows than a page")
	}
}

// The page says which day it sorts by, the amount of each row and the total over
// all pages, in both languages.
func TestThePageOfTheRowsSaysTheirAmounts(t *testing.T) {
	for locale, words := range map[string][]string{"en": {"Ordered on", "over all 60 rows", `class="num">Amount</th>`, "See them in their list", "1,830.00"}, "zh-CN": {"下单日期", "共 60 条", "在列表中查看", "1,830.00"}} {
		a := apptest.NewIn(t, locale)
		var bought []apptest.Bought
		for k := range 60 {
			bought = append(bought, apptest.Bought{On: a.Clock.Now().AddDate(0, 0, -(k*37)%60), Total: 100 * (k + 1)})
		}
		a.Buyers([]apptest.Buyer{{Bought: bought}})
		b := a.Owner()
		p := b.Get("/reports/rows?kind=order&m=sum:total")
		for _, w := range words {
			if !strings.Contains(p.Body, w) {
				t.Errorf("%s: the page does not say %q\n%s", locale, w, p.Body)
			}
		}
		newest := a.Count(`SELECT total FROM order_head ORDER BY ordered_on DESC LIMIT 1`)
		if _, rows, _ := strings.Cut(p.Body, "<tbody>"); !strings.Contains(rows[:strings.Index(rows, "</tr>")], fmt.Sprintf("%d.00", newest/100)) {
			t.Errorf("%s: the newest does not come first with what it came to, %d", locale, newest)
		}
		if p := b.Get("/reports/rows?kind=order&m=sum:total&cursor=" + page.Cursor{Sort: "-id", ID: 5}.Encode()); p.Status != 422 {
			t.Errorf("a place in another order: %d", p.Status)
		}
	}
}

// A number that is masked for a reader is not added up for them, nor are its rows.
func TestWhatIsMaskedIsNoAmountOfARow(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	a.Colleague("sam@example.com", "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read", "allowed", "analysis.read")
	sam := a.SignIn("sam@example.com", apptest.Password)
	for _, q := range []string{"kind=customer&m=sum:phone", "kind=customer&row=phone&m=count", "kind=order&m=sum:total", "kind=payment&m=sum:amount", "kind=deal&m=mean:amount"} {
		if p := sam.Get("/reports/rows?" + q); p.Status != 422 && p.Status != 403 {
			t.Errorf("%s: %d\n%s", q, p.Status, p.Body)
		}
	}
	p := sam.Get("/reports/rows?kind=customer&m=sum:orders")
	if p.Status != 200 || !strings.Contains(p.Body, `<tfoot>`) {
		t.Errorf("a number one may see: %d", p.Status)
	}
}

// The rows behind a number are walked along the day they are sorted by, not sorted
// anew for every page.
func TestTheRowsAreWalkedAlongTheirDay(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	l := a.View.Bundle().For("en").In(time.UTC).At(a.Clock.Now())
	for _, kind := range []string{"order&m=sum:total", "order&m=sum:total&row=ordered_on:month&r0=%222026-01%22", "order&m=sum:total&row=customer&r0=1", "payment&m=sum:amount", "quote&m=sum:total", "deal&m=sum:amount",
		"lead&m=sum:amount", "response&m=nps", "case&m=mean:hours_to_reply", "follow-up&m=rate:next", "customer&m=sum:orders", "promise&m=rate:kept", "contract&m=rate:renewed"} {
		q, err := url.ParseQuery("kind=" + kind)
		if err != nil {
			t.Fatal(err)
		}
		query, args, err := a.Analysis().RowsQuery(owner(t, a), l, q)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if err := a.DB.Reader(owner(t, a)).Each(owner(t, a), "EXPLAIN QUERY PLAN "+query, args, func(r *sqlx.Rows) error {
			var id, parent, unused int
			var detail string
			if err := r.Scan(&id, &parent, &unused, &detail); err != nil {
				return err
			}
			if strings.Contains(detail, "TEMP B-TREE FOR ORDER BY") {
				t.Errorf("%s is sorted anew: %s", kind, query)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}
