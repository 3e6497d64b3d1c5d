package analysis_test

import (
	"fmt"
	"math/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/analysis"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
)

type table struct {
	Items []struct {
		Keys []struct {
			Value any
			Label string
		}
		Cells [][]struct{ Value *float64 }
		Total []struct {
			Value *float64
			N     int
			Rows  string
		}
	}
	Total struct{ Total []struct{ Value *float64 } }
}

func run(query string) string { return "/reports/run?query=" + url.QueryEscape(query) }

// A report's numbers are those of a plain count, and every number opens as many
// rows as it says.
func TestNumbersAreThoseOfAPlainCount(t *testing.T) {
	a := apptest.New(t)
	api, b := a.API("", "write"), a.Owner()
	rnd := rand.New(rand.NewSource(7))
	for i := range 6 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"C%d","region":"%s"}`, i, []string{"North", "South", ""}[i%3]))
	}
	for range 40 {
		day := time.Date(2025, 1, 1+rnd.Intn(420), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":"%s","status":"%s","lines":[{"name":"x","quantity":1,"unit_price":{"amount":"%d.00","currency":"USD"}}]}`,
			1+rnd.Intn(6), day, []string{"draft", "confirmed", "completed"}[rnd.Intn(3)], 1+rnd.Intn(90)))
	}
	var got table
	api.Into(&got, 200, "GET", run("kind=order&row=ordered_on:month&col=customer.region&m=count&m=sum:total&m=median:total&m=customers"), "")
	orders := 0
	for _, r := range got.Items {
		month, _ := r.Keys[0].Value.(string)
		for i, q := range []string{"count(*)", "coalesce(sum(total), 0)", "", "count(DISTINCT customer_id)"} {
			if q == "" {
				continue
			}
			if want := a.Count(`SELECT `+q+` FROM order_head WHERE substr(ordered_on, 1, 7) = ?`, month); int(*r.Total[i].Value) != want {
				t.Errorf("%s: measure %d is %v, a plain count says %d", month, i, *r.Total[i].Value, want)
			}
		}
		orders += int(*r.Total[0].Value)
		sum := 0.0
		for _, c := range r.Cells {
			sum += *c[0].Value
		}
		if sum != *r.Total[0].Value {
			t.Errorf("%s: the cells are %v, the row is %v", month, sum, *r.Total[0].Value)
		}
		if r.Total[0].Rows == "" {
			continue
		}
		page := b.Get(r.Total[0].Rows)
		if n := strings.Count(page.Body, `href="/orders/`); page.Status != 200 || n < int(*r.Total[0].Value) {
			t.Errorf("%s opens %s: %d with %d links", month, r.Total[0].Rows, page.Status, n)
		}
	}
	if orders != 40 || *got.Total.Total[0].Value != 40 {
		t.Errorf("%d orders in the rows, %v in the whole, 40 are there", orders, *got.Total.Total[0].Value)
	}
	api.Into(&got, 200, "GET", run("kind=order&row=ordered_on:month&col=status&m=count&m=sum:total&m=mean:total&on=ordered_on&span=custom&from=2025-02-10&to=2026-01-20&filter[status][in]=confirmed,completed"), "")
	for _, r := range got.Items { // read from what triggers keep
		for i, q := range []string{"count(*)", "coalesce(sum(total), 0)", "coalesce(avg(total), 0)"} {
			want := a.Count(`SELECT round(`+q+`) FROM order_head WHERE substr(ordered_on, 1, 7) = ? AND ordered_on BETWEEN '2025-02-10' AND '2026-01-20' AND status IN ('confirmed', 'completed')`, r.Keys[0].Value)
			if v := r.Total[i].Value; v != nil && int(*v+.5) != want || v == nil && want != 0 {
				t.Errorf("%v: measure %d is %v, a plain count says %d", r.Keys[0].Value, i, v, want)
			}
		}
	}
	page := b.Get("/reports/new?kind=order&row=customer.region&m=count&m=sum:total")
	if page.Status != 200 || !strings.Contains(page.Body, "North") || !strings.Contains(page.Body, "/reports/rows?") {
		t.Fatalf("the builder shows no rows: %d", page.Status)
	}
}

// Every ready report renders, in both languages, and so do its rows and its file.
func TestReadyReportsRender(t *testing.T) {
	for _, locale := range []string{"en", "zh-CN"} {
		a := apptest.NewIn(t, locale)
		a.Fill()
		b := a.Owner()
		all, err := a.Analysis().Library(a.As(auth.System("test")))
		if err != nil || len(all) < 26 {
			t.Fatalf("%d ready reports, %v", len(all), err)
		}
		for _, r := range all {
			if r.Link != "" {
				if p := b.Get(r.Link); p.Status != 200 {
					t.Errorf("%s: %d", r.Link, p.Status)
				}
				continue
			}
			p := b.Get("/reports/ready/" + r.Key)
			if p.Status != 200 || !strings.Contains(p.Body, "report-result") || strings.Contains(p.Body, "analysis.") && strings.Contains(p.Body, "analysis.fn") {
				t.Errorf("%s %s: %d", locale, r.Key, p.Status)
			}
		}
		for _, path := range []string{"/reports", "/reports/new", "/reports/new?kind=customer", "/reports/new/filter?kind=order&row=status", "/help/reports",
			"/exports/reports?kind=order&row=status&m=mean:total&as=shown", "/reports/rows?kind=order&row=status&m=count&r0=%22completed%22"} {
			if p := b.Get(path); p.Status != 200 {
				t.Errorf("%s %s: %d", locale, path, p.Status)
			}
		}
	}
}

// Nobody counts what they may not see.
func TestWhatOneMayNotSeeIsNotCounted(t *testing.T) {
	a := apptest.New(t)
	boss := a.API("", "write")
	a.Colleague("sam@example.com", "member")
	boss.Into(nil, 201, "POST", "/customers", `{"name":"Mine","owner_id":1}`)
	boss.Into(nil, 201, "POST", "/customers", `{"name":"Theirs","owner_id":2}`)
	for id := 1; id <= 2; id++ {
		boss.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":"2026-02-03","status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"10.00","currency":"USD"}}]}`, id))
	}
	owner := a.Owner()
	owner.Get("/settings")
	owner.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "order.read", "allowed", "analysis.read", "allowed", "analysis.write")
	sam := a.API("sam@example.com", "write")
	var got table
	sam.Into(&got, 200, "GET", run("kind=customer&row=owner_id"), "")
	if *got.Total.Total[0].Value != 1 || len(got.Items) != 1 {
		t.Errorf("a colleague counts %v customers in %d rows, one is theirs", *got.Total.Total[0].Value, len(got.Items))
	}
	page := a.SignIn("sam@example.com", apptest.Password)
	for _, path := range []string{"/reports/rows?kind=order&row=customer&m=count&r0=1", "/reports/new?kind=order&m=count&in=customer%3D1", "/reports/rows?kind=order&row=customer&m=count&r0=2"} {
		r := page.Get(path)
		if r.Status != 200 || strings.Contains(r.Body, "Mine") || strings.Contains(r.Body, "0x") {
			t.Errorf("%s: %d names whom one may not see, or what is inside the program\n%s", path, r.Status, r.Body)
		}
	}
	var made struct{ ID int64 }
	boss.Into(&made, 201, "POST", "/reports", `{"name":"Mine alone","query":"kind=customer&row=region"}`)
	at := fmt.Sprintf("/reports/%d", made.ID)
	for _, call := range []struct{ method, path, body string }{{"GET", at, ""}, {"GET", at + "/table", ""}, {"PATCH", at, `{"version":1,"name":"x"}`}, {"DELETE", at, ""}} {
		if r := sam.Call(call.method, call.path, call.body); r.Status != 404 {
			t.Errorf("%s %s of another's report: %d", call.method, call.path, r.Status)
		}
	}
	boss.Into(nil, 200, "PATCH", at, `{"version":1,"roles":["member"]}`)
	sam.Into(nil, 200, "GET", at+"/table", "")
	if r := sam.Call("POST", "/reports", `{"name":"x","query":"kind=customer","roles":["owner"]}`); r.Status != 403 {
		t.Errorf("a member shows a report to others: %d", r.Status)
	}
	for _, path := range []string{"/reports", "/reports/library", run("kind=customer"), at} {
		if r := a.Anonymous().Call("GET", path, ""); r.Status != 401 {
			t.Errorf("%s without a token: %d", path, r.Status)
		}
	}
	if p := a.Browser().Get("/reports"); p.Status != http.StatusSeeOther && p.Status != http.StatusFound {
		t.Errorf("/reports without a login: %d", p.Status)
	}
}

// What is hostile is refused in words, never counted and never a fault.
func TestHostileReportsAreRefused(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	for _, bad := range []string{"'; DROP TABLE customer; --", `")) UNION SELECT name FROM user --`, "c.name", "sqlite_master", strings.Repeat("9", 400), "-1", "NaN", "\x00", "customer.notes", "phone", "email"} {
		v := url.QueryEscape(bad)
		for _, in := range []string{"kind=" + v, "kind=customer&row=" + v, "kind=customer&row=created_at:" + v, "kind=customer&col=" + v, "kind=customer&m=" + v, "kind=customer&m=sum:" + v,
			"kind=customer&m=rate:" + v, "kind=customer&span=" + v, "kind=customer&on=" + v + "&span=this_year", "kind=customer&span=custom&from=" + v + "&to=" + v, "kind=customer&compare=" + v,
			"kind=customer&chart=" + v, "kind=customer&sort=" + v, "kind=customer&top=" + v, "kind=customer&filter[" + v + "][eq]=1"} {
			for _, path := range []string{"/reports/new?", "/reports/rows?"} {
				if r := b.Get(path + in); r.Status >= 500 || r.Status == 200 && path == "/reports/rows?" && !strings.Contains(in, "filter[phone]") && !strings.Contains(in, "filter[email]") {
					t.Errorf("%s%s answers %d", path, in, r.Status)
				}
			}
		}
		if r := b.Get("/reports/rows?kind=customer&row=region&r0=" + v); r.Status >= 500 {
			t.Errorf("rows of %q: %d", bad, r.Status)
		}
	}
	if a.Count(`SELECT count(*) FROM customer`) == 0 {
		t.Fatal("the customers are gone")
	}
}

// A report can be deleted, and that taken back with its mail; too long is said.
func TestReportsAreTakenBackAndBounded(t *testing.T) {
	a := apptest.New(t)
	ctx := a.As(auth.System("test"))
	api := a.API("", "write")
	var made struct{ ID int64 }
	api.Into(&made, 201, "POST", "/reports", `{"name":"Regions","query":"kind=customer&row=region"}`)
	b := a.Owner()
	at := fmt.Sprintf("/reports/%d", made.ID)
	b.Get(at)
	if r := b.Post(at+"/mail", "when", "w1", "readers", "1"); r.Status != 303 {
		t.Fatalf("set the mail: %d\n%s", r.Status, r.Body)
	}
	if p := b.Get(at); p.Status != 200 || !strings.Contains(p.Body, "Regions") {
		t.Fatalf("the report: %d", p.Status)
	}
	if err := a.Analysis().Send(ctx); err != nil || a.Count(`SELECT count(*) FROM outbox WHERE dedupe_key LIKE 'report:%'`) != 0 {
		t.Fatalf("sent before its day: %v", err)
	}
	a.Clock.Add(8 * 24 * time.Hour)
	for range 2 {
		if err := a.Analysis().Send(ctx); err != nil || a.Count(`SELECT count(*) FROM outbox WHERE dedupe_key LIKE 'report:%'`) != 1 {
			t.Fatalf("%d mails after a week: %v", a.Count(`SELECT count(*) FROM outbox WHERE dedupe_key LIKE 'report:%'`), err)
		}
	}
	api.Into(nil, 204, "DELETE", at, "")
	if a.Count(`SELECT count(*) FROM analysis_mail`) != 0 {
		t.Error("the mail of a deleted report stays")
	}
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'analysis.delete'`)
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), `{}`)
	if a.Count(`SELECT count(*) FROM analysis_mail`) != 1 || a.Count(`SELECT count(*) FROM analysis_reader`) != 1 {
		t.Error("undo brings the report back without its mail")
	}
	a.Analysis().Bound = time.Nanosecond
	l := a.View.Bundle().For("en")
	_, _, done, err := a.Analysis().Wait(ctx, l, analysis.Spec{Kind: "customer", Measures: []analysis.Measure{{Fn: "count"}}}, time.Minute)
	if e, ok := errs.As(err); !done || !ok || e.Kind != errs.Unavailable {
		t.Errorf("a report without time: done %t, %v", done, err)
	}
}
