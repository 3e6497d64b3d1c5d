package quote_test

import (
	"strconv"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

func TestAnotherSystemPutsItsQuotesByItsOwnId(t *testing.T) {
	a, api := shop(t)
	const put = "/quotes/by-external/erp/A%2F7"
	body := `{"customer_id":1,"title":"Spring",` + twoLines + `}`
	var q struct {
		ID             int64  `json:"id"`
		Version        int64  `json:"version"`
		Title          string `json:"title"`
		State          string `json:"state"`
		ExternalID     string `json:"external_id"`
		ExternalSource string `json:"external_source"`
	}
	api.Into(&q, 201, "PUT", put, body)
	if q.ID != 1 || q.ExternalID != "A/7" || q.ExternalSource != "erp" {
		t.Fatalf("%+v", q)
	}
	api.Into(&q, 200, "PUT", put, strings.Replace(body, "Spring", "Summer", 1))
	if q.ID != 1 || q.Title != "Summer" || a.Count(`SELECT count(*) FROM quote`) != 1 {
		t.Fatalf("%+v", q)
	}
	api.Into(nil, 201, "POST", "/customers", `{"name":"Somebody else"}`)
	api.Into(nil, 422, "PUT", put, strings.Replace(body, `"customer_id":1`, `"customer_id":2`, 1))
	api.Into(nil, 422, "POST", "/quotes", strings.Replace(body, `{`, `{"external_id":"A/7","external_source":"erp",`, 1))
	api.Into(nil, 422, "POST", "/quotes", strings.Replace(body, `{`, `{"external_id":"`+strings.Repeat("x", 101)+`",`, 1))
	b := a.Owner()
	if page := b.Get("/quotes/1"); !strings.Contains(page.Body, "A/7") {
		t.Error("the page does not say what it is called elsewhere")
	}
	b.Get("/quotes/1/edit")
	api.Into(nil, 200, "POST", "/quotes/1/sent", `{"version":2}`)
	body = strings.Replace(body, "Spring", "Summer", 1)
	api.Into(nil, 200, "PUT", put, body)                                         // as it is
	api.Into(nil, 409, "PUT", put, strings.Replace(body, "Summer", "Autumn", 1)) // it was sent
	api.Into(&q, 201, "POST", "/quotes/1/versions", "")
	if q.ExternalID != "A/7" {
		t.Error("a new version is not called so")
	}
	api.Into(&q, 200, "PUT", put, strings.Replace(body, "Summer", "Autumn", 1))
	if q.ID != 2 || q.Title != "Autumn" {
		t.Errorf("the newest version was not changed: %+v", q)
	}
	a.Anonymous().Into(nil, 401, "PUT", put, body)
	a.API("", "read").Into(nil, 403, "PUT", put, body)
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"owner_id":1}`)
	a.Colleague(apptest.MemberEmail, auth.Member)
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'quote.put'`)
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "quote.read", "allowed", "quote.write")
	if r := a.API(apptest.MemberEmail, "write").Call("PUT", put, body); r.Status != 404 {
		t.Errorf("somebody else's quote is put: %d %s", r.Status, r.Body)
	}
	if r := b.Follow("/history/"+strconv.Itoa(set)+"/undo", "x", ""); r.Status != 200 || a.Count(`SELECT count(*) FROM quote WHERE title = 'Autumn'`) != 0 {
		t.Errorf("undo: %d", r.Status)
	}
}

func TestQuotesKeepInFilesWhatTheyAreCalledElsewhere(t *testing.T) {
	a := apptest.New(t)
	file := "Quote number,Quote ID,Account name,Product,Quantity,Unit price,Status\nQ-1,ERP-1,Harbour Street Bakery,Tea,2,5,draft\nQ-2,ERP-2,Harbour Street Bakery,Tea,1,5,accepted\n"
	if run, problems := a.Import("quotes", file, importer.Options{CreateMissing: true}); apptest.Tally(run) != "2 0 0 0" {
		t.Fatalf("%s %q", apptest.Tally(run), problems)
	}
	if n := a.Count(`SELECT count(*) FROM quote WHERE number = 'Q-1' AND external_id = 'ERP-1' OR number = 'Q-2' AND external_id = 'ERP-2'`); n != 2 {
		t.Errorf("%d are called so", n)
	}
	renamed := strings.Replace(file, "Q-1,", "OFFER-1,", 1) // known by what the other system calls it
	run, problems := a.Import("quotes", strings.Replace(renamed, "Tea,2", "Tea,3", 1), importer.Options{OnDuplicate: importer.Update})
	if apptest.Tally(run) != "0 1 1 0" || a.Count(`SELECT count(*) FROM quote_line WHERE quantity = 3000`) != 1 {
		t.Errorf("%s %q", apptest.Tally(run), problems)
	}
	b := a.Owner()
	out := b.Get("/exports/quotes?format=csv").Body
	if !strings.Contains(out, "ERP-2") {
		t.Fatal(out)
	}
	if back, problems := a.Import("quotes", out, importer.Options{OnDuplicate: importer.Update}); apptest.Tally(back) != "0 0 2 0" {
		t.Errorf("the export comes back changed: %s %q", apptest.Tally(back), problems)
	}
	if page := b.Get("/quotes?columns=number,external_id&filter%5Bexternal_id%5D%5Beq%5D=ERP-2"); !strings.Contains(page.Body, "ERP-2") || strings.Contains(page.Body, "ERP-1<") {
		t.Error("the list does not filter by it")
	}
}
