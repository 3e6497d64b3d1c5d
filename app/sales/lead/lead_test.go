package lead_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sales/lead"
)

func TestALeadBecomesACustomerOnce(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var l lead.Object
	api.Into(&l, 201, "POST", "/leads", `{"name":"Mira Castell","company":"Castell Hotels","phones":["+44 117 496 0177"],"emails":["MIRA@example.com"],"need":"Tea for forty rooms","amount":{"amount":"400","currency":"USD"}}`)
	if l.State != "new" || l.DueAt == nil || l.Emails[0] != "mira@example.com" {
		t.Fatalf("%+v", l)
	}
	api.Into(&l, 200, "POST", "/leads/1/log", `{"kind":"note","words":"Prefers mornings"}`)
	if l.State != "new" || l.FirstResponseAt != nil {
		t.Error("a note stops the clock")
	}
	api.Into(&l, 200, "POST", "/leads/1/log", `{"kind":"call","words":"They want samples"}`)
	if l.State != "working" || l.FirstResponseAt == nil {
		t.Errorf("%+v", l)
	}
	version := l.Version
	for range 2 { // pressed twice
		api.Into(&l, 200, "POST", "/leads/1/conversion", fmt.Sprintf(`{"version":%d,"contact":true,"deal":true}`, version))
		if l.State != "converted" || l.CustomerID == nil || l.DealID == nil {
			t.Fatalf("%+v", l)
		}
	}
	for table, want := range map[string]int{"customer": 1, "contact": 1, "deal": 1, "followup": 1, "note": 2} {
		if n := a.Count(`SELECT count(*) FROM ` + table); n != want {
			t.Errorf("%d rows of %s, not %d", n, table, want)
		}
	}
	if n := a.Count(`SELECT count(*) FROM deal WHERE amount = 40000 AND name = 'Tea for forty rooms' AND contact_id IS NOT NULL`); n != 1 {
		t.Error("the deal does not say what they want")
	}
	b := a.Owner()
	b.Get("/leads")
	if page := b.Get("/customers/1"); !strings.Contains(page.Body, "They want samples") || !strings.Contains(page.Body, "Prefers mornings") {
		t.Error("what was said stayed behind")
	}
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'lead.convert'`)
	if r := b.Follow(fmt.Sprintf("/history/%d/undo", set)); r.Status != 200 {
		t.Errorf("undo answers %d", r.Status)
	}
	api.Into(&l, 200, "GET", "/leads/1", "")
	if l.State != "working" || a.Count(`SELECT count(*) FROM customer`)+a.Count(`SELECT count(*) FROM deal`)+a.Count(`SELECT count(*) FROM note`) != 0 {
		t.Errorf("after undo: %+v", l)
	}
}

func TestALeadFindsItsCustomer(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Castell Hotels","phones":["+44 117 496 0177"]}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Mira","phones":["+441174960177"],"need":"Tea"}`)
	b := a.Owner()
	page := b.Get("/leads/1/convert")
	if !strings.Contains(page.Body, "Castell Hotels") || !strings.Contains(page.Body, "Same phone") {
		t.Fatal("the same phone is not seen")
	}
	if page := b.Follow("/leads/1/convert", "version", "1", "customer_id", "1", "contact", "1"); !strings.Contains(page.Body, "Mira") {
		t.Errorf("%d", page.Status)
	}
	if a.Count(`SELECT count(*) FROM customer`) != 1 || a.Count(`SELECT count(*) FROM contact WHERE name = 'Mira'`) != 1 || a.Count(`SELECT count(*) FROM deal`) != 0 {
		t.Error("it did not go to the customer that was there")
	}
	if r := api.Call("POST", "/leads/1/disqualification", `{"reason_id":1}`); r.Status != 409 {
		t.Errorf("a customer is given up: %d", r.Status)
	}
	api.Into(nil, 201, "POST", "/leads", `{"name":"Nobody"}`)
	if r := api.Call("POST", "/leads/2/conversion", `{"customer_id":99}`); r.Status != 422 || !strings.Contains(r.Body, "customer_id") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := api.Call("POST", "/leads/2/conversion", `{"deal":true,"stage_id":99}`); r.Status != 422 || a.Count(`SELECT count(*) FROM customer`) != 1 {
		t.Errorf("a wrong stage leaves half a customer: %d", r.Status)
	}
}

func TestLeadsAreGivenUpAndTakenUpAgain(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/leads", `{"name":"Ada Field"}`)
	api.Into(nil, 422, "POST", "/leads/1/disqualification", `{"version":1}`)
	var l lead.Object
	api.Into(nil, 409, "POST", "/leads/1/disqualification", `{"version":9,"reason_id":1}`)
	api.Into(&l, 200, "POST", "/leads/1/disqualification", `{"version":1,"reason_id":1}`)
	if l.State != "disqualified" || l.Reason == "" {
		t.Fatalf("%+v", l)
	}
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/leads/reasons", "reason_id", "1", "reason", "Gone quiet", "reason_id", "0", "reason", "Moved away")
	if n := a.Count(`SELECT count(*) FROM lead_reason WHERE active = 1`); n != 2 {
		t.Errorf("%d reasons are offered", n)
	}
	seen := l.Version
	l = lead.Object{}
	api.Into(&l, 200, "POST", "/leads/1/reopening", fmt.Sprintf(`{"version":%d}`, seen))
	if l.State != "working" || l.ReasonID != nil {
		t.Errorf("%+v", l)
	}
}

func TestOneLineIsALead(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/leads")
	if page := b.Follow("/leads/line", "line", "Ada Field, +44 117 496 0188, tea for a wedding"); !strings.Contains(page.Body, "117 496 0188") {
		t.Errorf("%d", page.Status)
	}
	if n := a.Count(`SELECT count(*) FROM lead WHERE name = 'Ada Field' AND need LIKE '%wedding%' AND phones LIKE '%0188%'`); n != 1 {
		t.Error("the line was not understood")
	}
	if page := b.Post("/leads/line", "line", " "); page.Status != 422 {
		t.Errorf("nothing is taken in: %d", page.Status)
	}
	a.API("", "write").Into(nil, 201, "POST", "/leads", `{"name":"单雄信","phones":["138 0013 8000"]}`)
	for _, typed := range []string{"shanxiongxin", "sxx", "雄信", "8000", "Ada"} {
		if page := b.Get("/leads?q=" + typed); !strings.Contains(page.Body, `href="/leads/`) {
			t.Errorf("%s finds nobody", typed)
		}
	}
}

func TestWrongLeadsAreNamed(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for body, field := range map[string]string{
		`{}`:                                          "name",
		`{"name":"x","emails":["nobody"]}`:            "emails",
		`{"name":"x","phones":["call me"]}`:           "phones",
		`{"name":"x","owner_id":77}`:                  "owner_id",
		`{"name":"x","amount":{"amount":"-1"}}`:       "amount",
		`{"name":"x","state":"converted"}`:            "state",
		`{"name":"` + strings.Repeat("x", 201) + `"}`: "name",
	} {
		if r := api.Call("POST", "/leads", body); r.Status != 422 || !strings.Contains(r.Body, field) {
			t.Errorf("%.60s: %d %s", body, r.Status, r.Body)
		}
	}
	api.Into(nil, 201, "POST", "/leads", `{"name":"<script>alert(1)</script>","need":"<img src=x onerror=alert(1)>"}`)
	if page := a.Owner().Get("/leads/1"); strings.Contains(page.Body, "<script>alert") || strings.Contains(page.Body, "<img src=x") {
		t.Error("what they typed is a page's own code")
	}
}

func TestOthersLeads(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/leads", `{"name":"Mine","phones":["0117 496 0188"]}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Nobodys","owner_id":0}`)
	if r := a.Anonymous().Call("GET", "/leads", ""); r.Status != 401 {
		t.Error("a call without a token:", r.Status)
	}
	if r := a.Browser().Get("/leads"); r.Status != 303 {
		t.Error("not signed in:", r.Status)
	}
	if r := a.API("", "read").Call("POST", "/leads/1/log", `{"kind":"call","words":"x"}`); r.Status != 403 {
		t.Error("a reading token writes:", r.Status)
	}
	a.Colleague(apptest.MemberEmail, "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "lead.read", "allowed", "lead.write")
	sam, page := a.API(apptest.MemberEmail, "write"), a.SignIn(apptest.MemberEmail, apptest.Password)
	for call, body := range map[string]string{"GET /leads/1": "", "PATCH /leads/1": `{"version":1,"name":"x"}`, "POST /leads/1/log": `{"kind":"call","words":"x"}`,
		"POST /leads/1/conversion": `{}`, "POST /leads/1/disqualification": `{"reason_id":1}`, "POST /leads/1/claim": `{}`, "POST /leads/1/assignment": `{"owner_id":2}`, "GET /leads/1/duplicates": "", "GET /leads/1/log": ""} {
		method, path, _ := strings.Cut(call, " ")
		if r := sam.Call(method, path, body); r.Status != 404 {
			t.Errorf("%s answers %d", call, r.Status)
		}
	}
	if r := page.Get("/leads/1/convert"); r.Status != 404 {
		t.Errorf("the page answers %d", r.Status)
	}
	if r := page.Get("/settings/leads"); r.Status != 403 {
		t.Errorf("a member opens the settings: %d", r.Status)
	}
	if r := sam.Call("DELETE", "/leads/2", ""); r.Status != 403 {
		t.Errorf("a member deletes: %d", r.Status)
	}
	// The pool is everybody's; who takes a lead has it, the second is told.
	var l lead.Object
	if r := sam.Call("POST", "/leads/2/assignment", `{"owner_id":1}`); r.Status != 403 {
		t.Errorf("a member gives a lead away: %d", r.Status)
	}
	sam.Into(&l, 200, "POST", "/leads/2/claim", `{}`)
	if l.OwnerID == nil || *l.OwnerID != 2 {
		t.Errorf("%+v", l)
	}
	api.Into(nil, 409, "POST", "/leads/2/claim", `{}`)
	b.Follow("/settings/leads", "response_hours", "2", "claim_cap", "1", "return_days", "0")
	api.Into(nil, 201, "POST", "/leads", `{"name":"Third","owner_id":0}`)
	if r := sam.Call("POST", "/leads/3/claim", `{}`); r.Status != 409 {
		t.Errorf("more than the day's share: %d", r.Status)
	}
	// Nobody answers: whoever leads hears of the pool's.
	a.Pass(14 * 24 * time.Hour)
	api.Into(nil, 201, "POST", "/jobs/lead_clock/runs", "{}")
	a.Settle()
	if a.Count(`SELECT count(*) FROM notification WHERE kind = 'lead_late' AND user_id = 1`) < 2 || a.Count(`SELECT count(*) FROM notification WHERE kind = 'lead_late' AND user_id = 2`) != 1 {
		t.Error("nobody is told that leads wait")
	}
	b = a.Owner()
	b.Get("/settings")
	b.Follow("/settings/leads", "response_hours", "2", "claim_cap", "1", "return_days", "7")
	api.Into(nil, 201, "POST", "/jobs/lead_clock/runs", "{}")
	a.Settle()
	if a.Count(`SELECT count(*) FROM lead WHERE owner_id IS NULL`) != 3 || a.Count(`SELECT count(*) FROM lead_event WHERE kind = 'returned'`) != 2 {
		t.Error("leads that nobody speaks with stay where they are")
	}
	if page := a.Owner().Get("/leads?filter%5Blate%5D%5Beq%5D=true"); !strings.Contains(page.Body, "Third") {
		t.Error("the list does not show who waits")
	}
}
