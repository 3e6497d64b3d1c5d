package target_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sales/target"
	"regulars/app/sys/importer"
)

// shop has two people who each won something, and money that came.
func shop(t *testing.T) (*apptest.App, *apptest.API) {
	a := apptest.New(t)
	api := a.API("", "write")
	a.Colleague(apptest.MemberEmail, "member")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field","region":"Bristol","owner_id":1}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Bo Reed","region":"Leeds","owner_id":2}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Assam","price":{"amount":"10.00","currency":"USD"}}`)
	for i, d := range []string{`"customer_id":1,"owner_id":1,"amount":{"amount":"100.00","currency":"USD"}`, `"customer_id":2,"owner_id":2,"amount":{"amount":"250.00","currency":"USD"}`,
		`"customer_id":2,"owner_id":2,"lines":[{"product_id":1,"quantity":"5","unit_price":{"amount":"10.00","currency":"USD"}}]`, `"customer_id":1,"owner_id":1,"amount":{"amount":"900.00","currency":"USD"},"expected_close":"2026-03-20"`} {
		var deal struct {
			ID, Version int64
		}
		api.Into(&deal, 201, "POST", "/deals", fmt.Sprintf(`{"name":"Deal %d",%s}`, i+1, d))
		if i < 3 {
			var reasons struct {
				Items []struct {
					ID     int64
					Result string
				}
			}
			api.Into(&reasons, 200, "GET", "/deal-reasons", "")
			reason := int64(0)
			for _, r := range reasons.Items {
				if r.Result == "won" {
					reason = r.ID
				}
			}
			api.Into(nil, 200, "POST", fmt.Sprintf("/deals/%d/won", deal.ID), fmt.Sprintf(`{"version":%d,"reason_id":%d}`, deal.Version, reason))
		}
	}
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"lines":[{"name":"Flour","quantity":"2","unit_price":{"amount":"50.00","currency":"USD"}}]}`)
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"40.00","currency":"USD"}}`)
	api.Into(nil, 201, "POST", "/follow-ups", `{"customer_id":1,"channel":"call","content":"Called."}`)
	return a, api
}

func row(r target.ResultsObject, key string) target.RowObject {
	for _, i := range r.Items {
		if i.Key == key {
			return i
		}
	}
	return target.RowObject{}
}

func TestResultsCountTheRecordsAndLeadToThem(t *testing.T) {
	a, api := shop(t)
	for _, body := range []string{`{"period":"2026-03","metric":"won","by":"company","amount":"500.00"}`, `{"period":"2026-03","metric":"won","by":"person","key":"2","amount":"200"}`,
		`{"period":"2026-03","metric":"contacts","by":"person","key":"1","amount":"10"}`, `{"period":"2026-03","metric":"received","by":"region","key":"Bristol","amount":"80"}`} {
		api.Into(nil, 200, "PUT", "/targets", body)
	}
	var r target.ResultsObject
	api.Into(&r, 200, "GET", "/targets?period=2026-03", "")
	if c := r.Company.Cells["won"]; c.Value != "400.00" || *c.Percent != 80 || c.Records != 3 {
		t.Errorf("the shop: %+v", c)
	}
	if c := row(r, "2").Cells["won"]; c.Value != "300.00" || *c.Percent != 150 {
		t.Errorf("Sam: %+v", c)
	}
	if c := row(r, "1").Cells["contacts"]; c.Value != "1" || *c.Target != "10" {
		t.Errorf("contacts: %+v", c)
	}
	if c := row(r, "1").Cells["new_customers"]; c.Value != "1" {
		t.Errorf("new customers: %+v", c)
	}
	api.Into(&r, 200, "GET", "/targets?period=2026-03&by=region", "")
	if c := row(r, "Bristol").Cells["received"]; c.Value != "40.00" || *c.Percent != 50 {
		t.Errorf("Bristol: %+v", c)
	}
	api.Into(&r, 200, "GET", "/targets?period=2026-Q1&by=product", "")
	if c := row(r, "1").Cells["won"]; c.Value != "50.00" || row(r, "1").Name != "Assam" {
		t.Errorf("Assam: %+v", c)
	}
	r = target.ResultsObject{}
	api.Into(&r, 200, "GET", "/targets?period=2026-02", "")
	if c := row(r, "2").Cells["won"]; c.Value != "" && c.Value != "0.00" {
		t.Errorf("the month before: %+v", c)
	}
	b := a.Owner()
	page := b.Get("/targets?period=2026-03&by=person")
	for _, want := range []string{"$300.00", "150%", "/targets/rows?by=person&amp;key=2&amp;metric=won&amp;period=2026-03"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for path, want := range map[string]string{"by=person&key=2&metric=won": "Deal 2", "by=company&key=&metric=won": "Deal 1", "by=region&key=Bristol&metric=received": "$40.00",
		"by=person&key=1&metric=contacts": "Ada Field", "by=person&key=2&metric=new_customers": "Bo Reed", "by=product&key=1&metric=won": "$50.00"} {
		if r := b.Get("/targets/rows?period=2026-03&" + path); r.Status != 200 || !strings.Contains(r.Body, want) {
			t.Errorf("%s does not show %q: %d", path, want, r.Status)
		}
	}
	if r := b.Get("/targets/rows?period=2026-03&by=person&key=1&metric=won"); strings.Contains(r.Body, "Deal 2") {
		t.Error("somebody else's deal stands behind the number")
	}
	// A receipt counts on its day and not again when it is used; what went back of it counts no more.
	for range 2 {
		api.Into(&r, 200, "GET", "/targets?period=2026-02&by=person", "")
		if c := r.Company.Cells["received"]; a.Count(`SELECT count(*) FROM receipt`) == 1 && (c.Value != "75.00" || c.Records != 2 || row(r, "1").Cells["received"].Value != "75.00") {
			t.Errorf("the receipt: %+v", c)
		}
		if a.Count(`SELECT count(*) FROM receipt`) == 0 {
			api.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"received_on":"2026-02-20","amount":{"amount":"100.00","currency":"USD"}}`)
			api.Into(nil, 200, "POST", "/receipts/1/use", `{"parts":[{"order_id":1,"amount":{"amount":"60.00","currency":"USD"}}]}`)
			api.Into(nil, 200, "POST", "/receipts/1/refund", `{"paid_on":"2026-02-25","amount":{"amount":"25.00","currency":"USD"}}`)
		}
	}
	api.Into(&r, 200, "GET", "/targets?period=2026-03", "")
	if c := r.Company.Cells["received"]; c.Value != "40.00" || c.Records != 1 {
		t.Errorf("what was used of the receipt counts again: %+v", c)
	}
	if r := b.Get("/targets/rows?period=2026-02&by=person&key=1&metric=received"); !strings.Contains(r.Body, "$100.00") || !strings.Contains(r.Body, "Credit paid back") || !strings.Contains(r.Body, `href="/receipts/1"`) {
		t.Errorf("behind it: %d %s", r.Status, r.Body)
	}
	if r := b.Get("/targets/rows?period=2026-03&by=company&key=&metric=received"); !strings.Contains(r.Body, `href="/payments/1"`) {
		t.Error("the payment leads nowhere")
	}
	// Nothing takes a target away.
	api.Into(nil, 200, "PUT", "/targets", `{"period":"2026-03","metric":"won","by":"company","amount":""}`)
	if n := a.Count(`SELECT count(*) FROM target WHERE subject = 'company'`); n != 0 {
		t.Error("the target stays")
	}
	for _, body := range []string{`{"period":"2026-3","metric":"won","by":"company","amount":"1"}`, `{"period":"2026-03","metric":"won","by":"person","key":"99","amount":"1"}`,
		`{"period":"2026-03","metric":"received","by":"product","key":"1","amount":"1"}`, `{"period":"2026-03","metric":"won","by":"person","key":"x","amount":"1"}`,
		`{"period":"2026-03","metric":"won","by":"company","amount":"-5"}`, `{"period":"2026-03","metric":"won","by":"company","amount":"99999999999999999"}`} {
		if r := api.Call("PUT", "/targets", body); r.Status != 422 {
			t.Errorf("%s: %d", body, r.Status)
		}
	}
	if page := b.Follow("/targets", "period", "2026-03", "by", "person", "t:person:won:1", "1,000.00", "t:person:contacts:1", "20"); !strings.Contains(page.Body, "$1,000.00") {
		t.Error("the form does not set targets")
	}
	if r := b.Post("/targets", "period", "2026-03", "by", "person", "t:person:won:1", "much"); r.Status != 422 || !strings.Contains(r.Body, `value="much"`) {
		t.Errorf("a wrong amount: %d", r.Status)
	}
}

func TestTheForecastKeepsWhatItSaid(t *testing.T) {
	a, api := shop(t)
	var f target.ForecastObject
	api.Into(&f, 200, "GET", "/forecast?month=2026-03", "")
	if p := f.Items[0]; p.Method != "pipeline" || !p.Known || p.N != 1 || p.SoFar.Amount != "400.00" || p.P90 == nil {
		t.Fatalf("%+v", f)
	}
	if p := f.Items[1]; p.Method != "history" || p.Known {
		t.Errorf("a history of nothing: %+v", p)
	}
	if p := f.Items[2]; p.Method != "pace" || p.Known {
		t.Errorf("a pace without months: %+v", p)
	}
	a.Pass(31 * 24 * time.Hour) // to the first days of April
	a.Settle()
	var job struct{ ID int64 }
	api.Into(&job, 201, "POST", "/jobs/target_forecast/runs", "{}")
	if n := a.Count(`SELECT count(*) FROM target_forecast WHERE month = '2026-04'`); n == 0 {
		t.Fatal("nothing is kept of April")
	}
	api.Into(nil, 201, "POST", "/jobs/target_forecast/runs", "{}")
	a.Pass(31 * 24 * time.Hour)
	api.Into(&f, 200, "GET", "/forecast", "")
	if f.Items[0].Scored != 1 {
		t.Errorf("April is not compared with what came: %+v", f)
	}
}

func TestLeadersAndCommission(t *testing.T) {
	a, api := shop(t)
	var l target.LeadersObject
	api.Into(&l, 200, "GET", "/leaderboard?period=2026-03", "")
	if len(l.Items) != 2 || l.Items[0].UserID != "2" || l.Items[0].Place != 1 || l.Items[0].Won != 2 || l.Items[0].Low >= l.Items[0].Rate || l.Items[0].High <= l.Items[0].Rate {
		t.Fatalf("%+v", l)
	}
	api.Into(nil, 201, "POST", "/commission-rules", `{"metric":"won","rate":300}`)
	api.Into(nil, 201, "POST", "/commission-rules", `{"metric":"won","from_percent":100,"rate":500}`)
	api.Into(nil, 201, "POST", "/commission-rules", `{"metric":"won","product_id":1,"rate":1000}`)
	for _, body := range []string{`{"metric":"won","rate":300}`, `{"metric":"won","rate":0}`, `{"metric":"won","rate":10001}`, `{"metric":"received","product_id":1,"rate":5}`, `{"metric":"won","product_id":77,"rate":5}`, `{"metric":"won","from_percent":-1,"rate":5}`} {
		if r := api.Call("POST", "/commission-rules", body); r.Status != 422 {
			t.Errorf("%s: %d", body, r.Status)
		}
	}
	api.Into(nil, 200, "PUT", "/targets", `{"period":"2026-03","metric":"won","by":"person","key":"2","amount":"200"}`)
	var s target.SheetObject
	api.Into(&s, 200, "GET", "/commission?month=2026-03", "")
	// 250 at 5 % (150 % of the target) and 50 of tea at 10 %; 100 at 3 %.
	if len(s.Items) != 2 || s.Items[0].Total.Amount != "17.50" || s.Items[1].Total.Amount != "3.00" || *s.Items[0].Percent != 150 {
		t.Fatalf("%+v", s)
	}
	b := a.Owner()
	b.Get("/settings")
	if r := b.Post("/commission/close", "period", "2026-03"); r.Status != 409 {
		t.Errorf("a running month is closed: %d", r.Status)
	}
	a.Pass(31 * 24 * time.Hour)
	b = a.Owner() // a month later
	b.Get("/commission")
	b.Follow("/commission/close", "period", "2026-03")
	api.Into(nil, 204, "DELETE", "/commission-rules/1", "")
	s = target.SheetObject{}
	api.Into(&s, 200, "GET", "/commission?month=2026-03", "")
	if !s.Closed || len(s.Items) != 2 || s.Items[1].Total.Amount != "3.00" {
		t.Errorf("a closed sheet changed: %+v", s)
	}
	b.Follow("/commission/open", "period", "2026-03")
	s = target.SheetObject{}
	api.Into(&s, 200, "GET", "/commission?month=2026-03", "")
	if s.Closed || len(s.Items) != 1 {
		t.Errorf("opened again: %+v", s)
	}
	b.Follow("/leaderboard", "on", "")
	if r := api.Call("GET", "/leaderboard", ""); r.Status != 404 {
		t.Errorf("the leaderboard is off: %d", r.Status)
	}
}

func TestWhoSeesOnlyTheirOwnSeesTheirOwnNumbers(t *testing.T) {
	a, _ := shop(t)
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "target.read")
	sam, page := a.API(apptest.MemberEmail, "write"), a.SignIn(apptest.MemberEmail, apptest.Password)
	var r target.ResultsObject
	sam.Into(&r, 200, "GET", "/targets?period=2026-03", "")
	if r.Company != nil || len(r.Items) != 1 || r.Items[0].Key != "2" {
		t.Errorf("%+v", r)
	}
	for path, want := range map[string]int{"/targets/rows?period=2026-03&by=person&key=1&metric=won": 404, "/targets/rows?period=2026-03&by=company&key=&metric=won": 404,
		"/targets/rows?period=2026-03&by=person&key=2&metric=won": 200, "/forecast": 403, "/targets/edit": 403, "/targets?period=nonsense": 404, "/targets/rows?period=2026-03&by=person&key=2&metric=won&after=x": 400} {
		if got := page.Get(path); got.Status != want {
			t.Errorf("%s answers %d, want %d", path, got.Status, want)
		}
	}
	if r := sam.Call("PUT", "/targets", `{"period":"2026-03","metric":"won","by":"person","key":"2","amount":"1"}`); r.Status != 403 {
		t.Errorf("a member sets a target: %d", r.Status)
	}
	if r := sam.Call("POST", "/commission-rules", `{"metric":"won","rate":300}`); r.Status != 403 {
		t.Errorf("a member makes a rule: %d", r.Status)
	}
	if r := a.Anonymous().Call("GET", "/targets", ""); r.Status != 401 {
		t.Error(r.Status)
	}
	if r := a.Browser().Get("/leaderboard"); r.Status != 303 {
		t.Error(r.Status)
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read")
	if r := page.Get("/targets"); r.Status != 403 {
		t.Errorf("without the permission: %d", r.Status)
	}
}

// History sees open deals by what became of those before them, and both ways of
// seeing them are tried on deals that were open half a year ago.
func TestOpenDealsAreAlsoForecastByHistory(t *testing.T) {
	a := apptest.New(t)
	var file strings.Builder
	file.WriteString("name,stage,amount,created_on,closed_on,result,expected_close\n")
	deal := func(n int, opened, closed, result, expected string) {
		for i := range n {
			fmt.Fprintf(&file, "%s %s %s %d,New,100.00,%s,%s,%s,%s\n", opened, closed, result, i, opened, closed, result, expected)
		}
	}
	deal(30, "2025-01-01", "2025-03-01", "won", "")
	deal(10, "2025-01-01", "2025-06-01", "lost", "")
	deal(12, "2025-08-20", "2025-11-15", "won", "")
	deal(4, "2025-08-20", "2025-12-15", "lost", "")
	deal(3, "2026-02-20", "", "open", "2026-03-20")
	a.Import("deals", file.String(), importer.Options{})
	api := a.API("", "write")
	var f target.ForecastObject
	api.Into(&f, 200, "GET", "/forecast?month=2026-03", "")
	if p := f.Items[0]; !p.Known || p.N != 3 || p.P50.Amount != "0.00" || p.P90.Amount != "99.98" { // each to be won in one of ten cases; the sum is kept in 4,096 steps
		t.Errorf("by the stage: %+v %+v %+v", p.N, *p.P50, *p.P90)
	}
	if p := f.Items[1]; p.Method != "history" || !p.Known || p.N != 3 || p.P50.Amount != "199.95" { // in three of four
		t.Errorf("by history: %+v %+v", p.N, *p.P50)
	}
	if j := f.Judged; j == nil || j.Deals != 16 || math.Abs(j.Stages-(12*.81+4*.01)/16) > 1e-9 || j.History >= .25 {
		t.Errorf("judged: %+v", j)
	}
	if page := a.Owner().Get("/forecast?period=2026-03"); page.Status != 200 || !strings.Contains(page.Body, "history was nearer to what came") || !strings.Contains(page.Body, "Open deals, by history") {
		t.Errorf("the page does not say which was nearer: %d", page.Status)
	}
	a.Pass(31 * 24 * time.Hour)
	a.Settle()
	api.Into(nil, 201, "POST", "/jobs/target_forecast/runs", "{}")
	if n := a.Count(`SELECT count(*) FROM target_forecast WHERE month = '2026-04' AND method = 'history'`); n != 1 {
		t.Error("what history says of April is not kept")
	}
}
