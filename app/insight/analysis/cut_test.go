package analysis_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// A deal stands under every stage that it reached: no page, paper, file or answer of
// the API adds that up.
func TestStepsAreNotAddedUp(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	page := b.Get("/reports/ready/conversion").Body
	if !strings.Contains(page, "<tbody>") || strings.Contains(page, "<tfoot>") {
		t.Error("stages that overlap are added up")
	}
	if page := b.Get("/reports/ready/funnel").Body; !strings.Contains(page, "<tfoot>") {
		t.Error("stages in which each deal stands once are not added up")
	}
	file := b.Get("/exports/reports?as=shown&format=csv&kind=deal-step&row=moved_to&m=count").Body
	if lines := strings.Split(strings.TrimSpace(file), "\n"); len(lines) < 2 || strings.Contains(file, "Total") || strings.Contains(file, "<html") {
		t.Errorf("the file says %q", file)
	}
	across := b.Get("/reports/new?kind=deal-step&row=owner_id&col=moved_to&m=count").Body
	if strings.Contains(across, `class="num">Total`) {
		t.Error("stages across are added up")
	}
	api := a.API("", "read")
	for query, want := range map[string]struct{ whole, rows bool }{"kind=deal-step&row=moved_to&m=count": {false, true}, "kind=deal-step&row=owner_id&col=moved_to&m=count": {true, false}, "kind=deal&row=stage_id&m=count": {true, true}} {
		var got struct {
			Total *struct{ Total []any }
			Items []struct{ Total []any }
		}
		api.Into(&got, 200, "GET", run(query), "")
		if whole := got.Total != nil; whole != want.whole || whole && len(got.Total.Total) > 0 != want.rows || len(got.Items) == 0 || len(got.Items[0].Total) > 0 != want.rows {
			t.Errorf("the API adds up %s: %+v", query, got)
		}
	}
}

// Of a month that the period cuts off the page says from when or until when it is
// counted.
func TestMonthsThatAreCutSaySo(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	now := a.Clock.Now()
	page := a.Owner().Get("/reports/ready/new_returning").Body
	rows := regexp.MustCompile(`<td class="full strong"><bdi>([^<]*)</bdi>`).FindAllStringSubmatch(page, -1)
	if len(rows) < 2 {
		t.Fatalf("%d months", len(rows))
	}
	year, month := now.Format("2006"), now.Format("January")
	if last := rows[len(rows)-1][1]; !strings.Contains(last, "until") || !strings.Contains(last, month) {
		t.Errorf("the running month of %s %s is called %q", month, year, last)
	}
	if first := rows[0][1]; !strings.Contains(first, "from") {
		t.Errorf("the first month is called %q", first)
	}
	if middle := rows[1][1]; strings.Contains(middle, "(") {
		t.Errorf("a whole month is called %q", middle)
	}
}

// A month that is not over says so without a period too, in the same words on the
// page, in files, in mail and for programs; a day that is planned is no part of one.
func TestARunningMonthSaysThatItIsNotOver(t *testing.T) {
	for _, locale := range []string{"en", "zh-CN"} {
		a := apptest.NewIn(t, locale)
		api, b := a.API("", "write"), a.Owner()
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		a.Clock.Set(now)
		api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"customer","key":"visit","kind":"date","name_en":"Visit","name_zh":"到访"}`)
		api.Into(nil, 201, "POST", "/customers", `{"name":"Harbour","fields":{"visit":"2026-03-02"}}`)
		api.Into(nil, 201, "POST", "/deals", `{"customer_id":1,"name":"Van","amount":{"amount":"9.00","currency":"USD"},"expected_close":"2026-03-02"}`)
		for _, months := range []int{0, 2} {
			day := now.AddDate(0, -months, 0).Format(time.DateOnly)
			api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"ordered_on":"`+day+`","due_on":"`+day+`","status":"completed","lines":[{"name":"x","quantity":1,"unit_price":{"amount":"5.00","currency":"USD"}}]}`)
		}
		l := a.View.Bundle().For(locale).At(now)
		const query = "kind=order&row=ordered_on:month&m=count"
		said, filed := l.T("analysis.cut.to", "name", l.Month(now), "day", l.Date(now)), l.T("analysis.cut.to", "name", "2026-03-01", "day", "2026-03-02")
		var got struct {
			Items []struct {
				Keys []struct {
					Label string
					Part  bool `json:"in_part"`
				}
			}
		}
		api.Into(&got, 200, "GET", run(query), "")
		for i, r := range got.Items {
			if last := i == len(got.Items)-1; r.Keys[0].Part != last || (r.Keys[0].Label == said) != last {
				t.Errorf("month %d of %d: %+v, want %q for the last", i+1, len(got.Items), r.Keys[0], said)
			}
		}
		if len(got.Items) != 3 {
			t.Errorf("%d months", len(got.Items))
		}
		for path, said := range map[string]string{"/reports/new?" + query: said, "/exports/reports?as=shown&format=csv&" + query: filed} {
			if body := html.UnescapeString(b.Get(path).Body); !strings.Contains(body, said) {
				t.Errorf("%s does not say %q", path, said)
			}
		}
		for _, planned := range []string{"order&row=due_on:month", "order&row=ordered_on:weekday", "order&row=customer.fields.visit:month", "customer&row=fields.visit:month", "deal&row=expected_close:month"} {
			body := b.Get("/reports/new?m=count&kind=" + planned).Body
			if strings.Contains(body, html.EscapeString(said)) || !strings.HasSuffix(planned, "weekday") && !strings.Contains(body, html.EscapeString(l.Month(now))) {
				t.Errorf("%s says %q", planned, said)
			}
		}
		a.Clock.Set(time.Date(2026, 3, 31, 9, 0, 0, 0, time.UTC)) // the last day of it
		api.Into(&got, 200, "GET", run(query), "")
		if last := got.Items[len(got.Items)-1].Keys[0]; last.Label != l.Month(now) {
			t.Errorf("on its last day the month is called %q", last.Label)
		}
	}
}

// A count says what it counts, beside a sum on a dashboard as over a column.
func TestACountIsCalledAfterWhatIsCounted(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	for path, want := range map[string]string{"/reports/ready/funnel": `class="num">Deals</th>`, "/reports/ready/growth": `class="num">Customers</th>`, "/reports/ready/expected": `class="num">Open amounts</th>`} {
		if page := b.Get(path).Body; !strings.Contains(page, want) || strings.Contains(page, `class="num">Number</th>`) {
			t.Errorf("%s does not say %s", path, want)
		}
	}
	api := a.API("", "read")
	var got struct{ Measures []struct{ Label string } }
	api.Into(&got, 200, "GET", run("kind=order&m=sum:total&m=count"), "")
	if len(got.Measures) != 2 || got.Measures[1].Label != "Orders" {
		t.Errorf("the API calls them %+v", got.Measures)
	}
}

// What cannot be counted is said beside its field, and nothing is waited for.
func TestAReportThatCannotBeCountedSaysWhere(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	for query, want := range map[string]string{
		"kind=order&row=owner_id&m=count":                                                       "cannot be divided by owner_id",
		"kind=order&row=status&m=sum:nothing":                                                   "sum:nothing",
		"kind=order&row=status&m=count&on=ordered_on&span=custom&from=2026-05-01&to=2026-01-01": "The last day is before the first",
	} {
		p := b.Get("/reports/new?" + query)
		if !strings.Contains(p.Body, want) || strings.Contains(p.Body, "Being counted") {
			t.Errorf("%s: %d, it does not say %q, or counts on", query, p.Status, want)
		}
	}
}
