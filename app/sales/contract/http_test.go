package contract_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sales/contract"
)

func day(a *apptest.App, days int) string {
	return a.DB.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly)
}

func TestAContractRunsItsWay(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	var k contract.Object
	api.Into(&k, 201, "POST", "/contracts", `{"customer_id":1,"title":"Beans"}`)
	if k.State != "draft" || !strings.HasPrefix(k.Number, "C-") || a.Count(`SELECT count(*) FROM task`) != 0 {
		t.Fatalf("%+v", k)
	}
	change := fmt.Sprintf(`{"version":%d,"signed_on":%q,"starts_on":%q,"ends_on":%q,"notice_days":30,"renewal":"self","renew_months":1,"amount":{"amount":"1200","currency":"USD"}}`,
		k.Version, day(a, 0), day(a, 0), day(a, 60))
	api.Into(&k, 200, "PATCH", "/contracts/1", change)
	if k.State != "running" || k.DecideBy != day(a, 30) || a.Count(`SELECT count(*) FROM task WHERE kind = 'contract' AND about_kind = 'contract' AND about_id = 1 AND done_at IS NULL`) != 1 {
		t.Fatalf("%+v", k)
	}
	api.Into(nil, 409, "PATCH", "/contracts/1", change) // an old version
	if n := a.Count(`SELECT count(*) FROM timeline_entry WHERE subject_kind = 'contract'`); n != 1 {
		t.Errorf("%d entries on the timeline", n)
	}
	b := a.Owner()
	if r := b.Get("/customers/1"); !strings.Contains(r.Body, "/contracts/1") {
		t.Error("the record does not show it")
	}
	a.Pass(62 * 24 * time.Hour)
	api = a.API("", "write")
	api.Into(nil, 201, "POST", "/jobs/contracts/runs", "{}")
	a.Settle()
	api.Into(&k, 200, "GET", "/contracts/1", "")
	if k.State != "running" || k.Renewed != 1 || k.EndsOn <= day(a, 0) {
		t.Fatalf("it did not go on: %+v", k)
	}
	api.Into(nil, 422, "POST", "/contracts/1/cancel", fmt.Sprintf(`{"version":%d}`, k.Version)) // no reason
	api.Into(&k, 200, "POST", "/contracts/1/cancel", fmt.Sprintf(`{"version":%d,"reason":"They moved"}`, k.Version))
	if k.State != "cancelled" || a.Count(`SELECT count(*) FROM task WHERE kind = 'contract' AND done_at IS NULL`) != 0 {
		t.Fatalf("%+v", k)
	}
	api.Into(nil, 409, "POST", "/contracts/1/renew", fmt.Sprintf(`{"version":%d}`, k.Version))
	api.Into(&k, 200, "POST", "/contracts/1/resume", fmt.Sprintf(`{"version":%d}`, k.Version))
	api.Into(&k, 200, "PATCH", "/contracts/1", fmt.Sprintf(`{"version":%d,"renewal":"none"}`, k.Version))
	a.Pass(40 * 24 * time.Hour)
	api = a.API("", "write")
	api.Into(nil, 201, "POST", "/jobs/contracts/runs", "{}")
	a.Settle()
	api.Into(&k, 200, "GET", "/contracts/1", "")
	if k.State != "ended" {
		t.Fatalf("its end passed and it is %s", k.State)
	}
	b = a.SignIn(apptest.OwnerEmail, apptest.Password)
	b.Get("/settings")
	if r := b.Follow("/contracts/1/renew", "version", fmt.Sprint(k.Version), "until", day(a, 90)); !strings.Contains(r.Body, "Running") {
		t.Error("renewed from its page it does not run")
	}
	if r := b.Get("/contracts"); !strings.Contains(r.Body, "Beans") {
		t.Error("the list does not show it")
	}
	api.Into(nil, 204, "DELETE", "/contracts/1", "")
	if n := a.Count(`SELECT count(*) FROM task WHERE kind = 'contract' AND done_at IS NULL`); n != 0 {
		t.Errorf("%d tasks of a contract that is gone", n)
	}
}

func TestWhatIsNoContract(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ben"}`)
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":2,"lines":[{"name":"Flour","quantity":"2","unit_price":{"amount":"50.00","currency":"USD"}}]}`)
	api.Into(nil, 201, "POST", "/contracts", `{"customer_id":1,"title":"<script>alert(1)</script>","number":"HT-1"}`)
	for body, field := range map[string]string{
		`{"customer_id":9,"title":"x"}`:                                                       "customer_id",
		`{"customer_id":1,"title":" "}`:                                                       "title",
		`{"customer_id":1,"title":"x","number":"HT-1"}`:                                       "number",
		`{"customer_id":1,"title":"x","order_id":1}`:                                          "order_id",
		`{"customer_id":1,"title":"x","deal_id":7}`:                                           "deal_id",
		`{"customer_id":1,"title":"x","owner_id":7}`:                                          "owner_id",
		`{"customer_id":1,"title":"x","starts_on":"2026-03-01","ends_on":"2026-02-01"}`:       "ends_on",
		`{"customer_id":1,"title":"x","signed_on":"2026-02-31"}`:                              "signed_on",
		`{"customer_id":1,"title":"x","renewal":"self"}`:                                      "ends_on",
		`{"customer_id":1,"title":"x","renewal":"maybe"}`:                                     "renewal",
		`{"customer_id":1,"title":"x","notice_days":-1}`:                                      "notice_days",
		`{"customer_id":1,"title":"x","renew_months":900}`:                                    "renew_months",
		`{"customer_id":1,"title":"x","amount":{"amount":"-5","currency":"USD"}}`:             "amount",
		`{"customer_id":1,"title":"x","amount":{"amount":"99999999999999","currency":"USD"}}`: "amount",
		fmt.Sprintf(`{"customer_id":1,"title":%q}`, strings.Repeat("x", 201)):                 "title",
		`{"customer_id":1,"title":"x","amount":{"amount":"5","currency":"EUR"}}`:              "amount",
	} {
		if r := api.Call("POST", "/contracts", body); r.Status != 422 || !strings.Contains(r.Body, field) {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	if r := a.Owner().Get("/contracts/1"); strings.Contains(r.Body, "<script>alert") {
		t.Error("a title is markup")
	}
}

func TestOthersContracts(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field","owner_id":1}`)
	api.Into(nil, 201, "POST", "/contracts", `{"customer_id":1,"title":"Beans every month"}`)
	if r := a.Anonymous().Call("GET", "/contracts", ""); r.Status != 401 {
		t.Error("a call without a token:", r.Status)
	}
	if r := a.Browser().Get("/contracts"); r.Status != 303 {
		t.Error("not signed in:", r.Status)
	}
	if r := a.API("", "read").Call("POST", "/contracts/1/cancel", `{"version":1,"reason":"x"}`); r.Status != 403 {
		t.Error("a reading token cancels:", r.Status)
	}
	a.Colleague(apptest.MemberEmail, "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "contract.read", "allowed", "contract.write")
	sam, page := a.API(apptest.MemberEmail, "write"), a.SignIn(apptest.MemberEmail, apptest.Password)
	for call, body := range map[string]string{"GET /contracts/1": "", "PATCH /contracts/1": `{"version":1,"title":"x"}`, "POST /contracts/1/cancel": `{"version":1,"reason":"x"}`} {
		method, path, _ := strings.Cut(call, " ")
		if r := sam.Call(method, path, body); r.Status != 404 {
			t.Errorf("%s answers %d", call, r.Status)
		}
	}
	if r := page.Get("/contracts/1"); r.Status != 404 {
		t.Errorf("the page answers %d", r.Status)
	}
	if r := page.Get("/contracts"); r.Status != 200 || strings.Contains(r.Body, "Beans every month") {
		t.Errorf("the list shows it: %d", r.Status)
	}
	if r := sam.Call("DELETE", "/contracts/1", ""); r.Status != 403 {
		t.Errorf("a member deletes: %d", r.Status)
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read")
	if r := page.Get("/contracts"); r.Status != 403 {
		t.Errorf("without the permission: %d", r.Status)
	}
}
