package promise_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sales/promise"
)

func shop(t *testing.T) (*apptest.App, *apptest.API, string) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"lines":[{"name":"Flour","quantity":"2","unit_price":{"amount":"50.00","currency":"USD"}}]}`)
	return a, api, a.DB.Now().UTC().Format("2006-01-02")
}

func day(from string, days int) string {
	d, _ := time.Parse("2006-01-02", from)
	return d.AddDate(0, 0, days).Format("2006-01-02")
}

func TestPaymentsSettlePromisesAndTakeThatBack(t *testing.T) {
	a, api, today := shop(t)
	var p promise.Object
	api.Into(&p, 201, "POST", "/promises", fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"pay","order_id":1,"due_on":%q}`, day(today, 3)))
	if p.State != "open" || a.Count(`SELECT count(*) FROM task WHERE kind = 'promise' AND done_at IS NULL`) != 1 {
		t.Fatalf("%+v", p)
	}
	var first, second struct{ ID int64 }
	api.Into(&first, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"40.00","currency":"USD"}}`)
	a.Settle()
	api.Into(&p, 200, "GET", "/promises/1", "")
	if p.State != "open" {
		t.Fatalf("a part settles it: %+v", p)
	}
	api.Into(&second, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"60.00","currency":"USD"}}`)
	a.Settle()
	api.Into(&p, 200, "GET", "/promises/1", "")
	if p.State != "kept" || !p.ByFact || p.SettledOn != today || a.Count(`SELECT count(*) FROM task WHERE kind = 'promise' AND done_at IS NULL`) != 0 {
		t.Fatalf("%+v", p)
	}
	if n := a.Count(`SELECT count(*) FROM timeline_entry WHERE subject_kind = 'promise'`); n != 1 {
		t.Errorf("%d entries on the timeline", n)
	}
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/payments/%d", second.ID), "")
	a.Settle()
	api.Into(&p, 200, "GET", "/promises/1", "")
	if p.State != "open" || a.Count(`SELECT count(*) FROM task WHERE kind = 'promise' AND done_at IS NULL`) != 1 {
		t.Fatalf("the payment is gone and the promise is %+v", p)
	}
	// What a person says stands, whatever is paid later.
	api.Into(&p, 200, "POST", "/promises/1/broken", fmt.Sprintf(`{"version":%d,"reason":"they said so"}`, p.Version))
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"60.00","currency":"USD"}}`)
	a.Settle()
	api.Into(&p, 200, "GET", "/promises/1", "")
	if p.State != "broken" || p.ByFact {
		t.Fatalf("%+v", p)
	}
	var rates promise.RatesObject
	api.Into(&rates, 200, "GET", "/customers/1/promise-rates", "")
	if rates.Theirs.Broken != 1 || *rates.Theirs.Share != 0 || rates.Ours.Share != nil {
		t.Errorf("%+v", rates)
	}
	if page := a.Owner().Get("/customers/1"); !strings.Contains(page.Body, "0 of 1 on time") {
		t.Error("the record does not say how often they keep their word")
	}
}

func TestADeliveredOrderKeepsOurWordAndTimeBreaksTheirs(t *testing.T) {
	a, api, today := shop(t)
	api.Into(nil, 201, "POST", "/promises", fmt.Sprintf(`{"customer_id":1,"side":"ours","kind":"deliver","order_id":1,"due_on":%q}`, day(today, 2)))
	api.Into(nil, 201, "POST", "/promises", fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"pay","amount":{"amount":"5","currency":"USD"},"due_on":%q}`, today))
	var o struct{ Version int64 }
	api.Into(&o, 200, "GET", "/orders/1", "")
	api.Into(nil, 200, "PATCH", "/orders/1", fmt.Sprintf(`{"version":%d,"status":"completed"}`, o.Version))
	a.Settle()
	var p promise.Object
	api.Into(&p, 200, "GET", "/promises/1", "")
	if p.State != "kept" || !p.ByFact {
		t.Fatalf("delivered: %+v", p)
	}
	a.Pass((promise.Grace + 2) * 24 * time.Hour)
	a.Settle()
	api.Into(nil, 201, "POST", "/jobs/promise_overdue/runs", "{}")
	a.Settle()
	api.Into(&p, 200, "GET", "/promises/2", "")
	if p.State != "broken" {
		t.Fatalf("%+v", p)
	}
}

func TestWhatCannotBePromised(t *testing.T) {
	_, api, today := shop(t)
	for body, field := range map[string]string{
		fmt.Sprintf(`{"customer_id":9,"side":"theirs","kind":"pay","due_on":%q,"amount":{"amount":"5","currency":"USD"}}`, today):              "customer_id",
		fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"pay","due_on":%q}`, today):                                                       "amount",
		fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"pay","due_on":%q,"amount":{"amount":"-5","currency":"USD"}}`, today):             "amount",
		fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"pay","due_on":%q,"amount":{"amount":"5","currency":"EUR"}}`, today):              "currency",
		fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"pay","due_on":%q,"amount":{"amount":"99999999999999","currency":"USD"}}`, today): "amount",
		fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"other","due_on":%q}`, today):                                                     "words",
		fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"other","words":"x","due_on":%q}`, day(today, -1)):                                "due_on",
		`{"customer_id":1,"side":"theirs","kind":"other","words":"x","due_on":"2099-01-01"}`:                                                   "due_on",
		fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"other","words":"x","due_on":%q,"made_on":%q}`, day(today, 9), day(today, 2)):     "made_on",
		fmt.Sprintf(`{"customer_id":1,"side":"ours","kind":"deliver","order_id":77,"due_on":%q}`, today):                                       "order_id",
		fmt.Sprintf(`{"customer_id":1,"side":"ours","kind":"other","words":"x","owner_id":44,"due_on":%q}`, today):                             "owner_id",
		fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"other","words":%q,"due_on":%q}`, strings.Repeat("x", 501), today):                "words",
	} {
		if r := api.Call("POST", "/promises", body); r.Status != 422 || !strings.Contains(r.Body, field) {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	var p promise.Object
	api.Into(&p, 201, "POST", "/promises", fmt.Sprintf(`{"customer_id":1,"side":"ours","kind":"other","words":"<script>alert(1)</script>","due_on":%q}`, today))
	api.Into(nil, 422, "POST", "/promises/1/broken", fmt.Sprintf(`{"version":%d}`, p.Version)) // no reason
	api.Into(nil, 409, "POST", "/promises/1/kept", `{"version":44}`)
	api.Into(&p, 200, "POST", "/promises/1/kept", fmt.Sprintf(`{"version":%d}`, p.Version))
	api.Into(nil, 409, "PATCH", "/promises/1", fmt.Sprintf(`{"version":%d,"words":"y"}`, p.Version)) // settled
}

func TestAPromisesDayStandsOnceItHasPassed(t *testing.T) {
	a, api, today := shop(t)
	var p promise.Object
	api.Into(&p, 201, "POST", "/promises", fmt.Sprintf(`{"customer_id":1,"side":"ours","kind":"other","words":"call","due_on":%q}`, day(today, 1)))
	api.Into(&p, 200, "PATCH", "/promises/1", fmt.Sprintf(`{"version":%d,"due_on":%q}`, p.Version, day(today, 2)))
	a.Pass(4 * 24 * time.Hour)
	if r := api.Call("PATCH", "/promises/1", fmt.Sprintf(`{"version":%d,"due_on":%q}`, p.Version, day(today, 9))); r.Status != 422 || !strings.Contains(r.Body, "due_on") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	api.Into(&p, 200, "PATCH", "/promises/1", fmt.Sprintf(`{"version":%d,"words":"call them"}`, p.Version))
	b := a.Owner()
	if page := b.Get("/promises"); !strings.Contains(page.Body, "call them") || !strings.Contains(page.Body, "warm-t") {
		t.Error("the list does not show that it is late")
	}
	if page := b.Follow("/promises/1/settle", "version", fmt.Sprint(p.Version), "state", "kept", "on", day(today, 3)); !strings.Contains(page.Body, "Kept late") {
		t.Error("a day after its day is late")
	}
}

func TestTheComposerTakesAPromiseDown(t *testing.T) {
	a, _, today := shop(t)
	b := a.Owner()
	b.Get("/customers/1")
	if page := b.Post("/customers/1/log", "kind", "call", "text", "They pay on Friday", "promise_side", "theirs", "promise_kind", "pay", "promise_by", day(today, 3), "promise_amount", ""); page.Status != 422 || !strings.Contains(page.Body, "Say how much") {
		t.Error("a promise without a sum is taken")
	}
	if n := a.Count(`SELECT count(*) FROM followup`); n != 0 {
		t.Error("the exchange was kept without its promise")
	}
	b.Follow("/customers/1/log", "kind", "call", "text", "They pay on Friday", "promise_side", "theirs", "promise_kind", "pay", "promise_by", day(today, 3), "promise_amount", "1,000.50")
	if n := a.Count(`SELECT count(*) FROM promise WHERE amount = 100050 AND words = 'They pay on Friday'`); n != 1 || a.Count(`SELECT count(*) FROM followup`) != 1 {
		t.Errorf("%d promises", n)
	}
}

func TestOthersPromises(t *testing.T) {
	a, api, today := shop(t)
	api.Into(nil, 201, "POST", "/promises", fmt.Sprintf(`{"customer_id":1,"side":"ours","kind":"other","words":"call","due_on":%q}`, today))
	if r := a.Anonymous().Call("GET", "/promises", ""); r.Status != 401 {
		t.Error("a call without a token:", r.Status)
	}
	if r := a.Browser().Get("/promises"); r.Status != 303 {
		t.Error("not signed in:", r.Status)
	}
	if r := a.API("", "read").Call("POST", "/promises/1/kept", `{"version":1}`); r.Status != 403 {
		t.Error("a reading token settles:", r.Status)
	}
	var who struct{ Version int64 }
	api.Into(&who, 200, "GET", "/customers/1", "")
	api.Into(nil, 200, "PATCH", "/customers/1", fmt.Sprintf(`{"version":%d,"owner_id":1}`, who.Version))
	a.Colleague(apptest.MemberEmail, "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "promise.read", "allowed", "promise.write")
	sam, page := a.API(apptest.MemberEmail, "write"), a.SignIn(apptest.MemberEmail, apptest.Password)
	for call, body := range map[string]string{"GET /promises/1": "", "PATCH /promises/1": `{"version":1,"words":"x"}`, "POST /promises/1/kept": `{"version":1}`, "GET /customers/1/promise-rates": ""} {
		method, path, _ := strings.Cut(call, " ")
		if r := sam.Call(method, path, body); r.Status != 404 {
			t.Errorf("%s answers %d", call, r.Status)
		}
	}
	if r := sam.Call("POST", "/promises", fmt.Sprintf(`{"customer_id":1,"side":"ours","kind":"other","words":"x","due_on":%q}`, today)); r.Status != 422 {
		t.Errorf("a promise to a hidden customer: %d", r.Status)
	}
	if r := page.Get("/promises/1"); r.Status != 404 {
		t.Errorf("the page answers %d", r.Status)
	}
	if r := page.Get("/promises"); r.Status != 200 || strings.Contains(r.Body, ">call<") {
		t.Errorf("the list shows it: %d", r.Status)
	}
	if r := sam.Call("DELETE", "/promises/1", ""); r.Status != 403 {
		t.Errorf("a member deletes: %d", r.Status)
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read")
	if r := page.Get("/promises"); r.Status != 403 {
		t.Errorf("without the permission: %d", r.Status)
	}
}
