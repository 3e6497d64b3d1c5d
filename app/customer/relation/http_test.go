package relation_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/customer/duplicate"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

type shown struct {
	Items []struct {
		ID, OtherID int64
		OtherName   string `json:"other_name"`
		Role        string
	}
	Referred struct {
		Direct, Chain struct{ Amount string }
		Customers     int `json:"direct_customers"`
	}
}

func shop(t *testing.T) (*apptest.App, *apptest.API) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, name := range []string{"Ada", "Bo", "Cy", "Di"} {
		api.Into(nil, 201, "POST", "/customers", `{"name":"`+name+`","owner_id":1}`)
	}
	return a, api
}

const one = `{"customer_id":%,"ordered_on":"2026-02-05","status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"10.00","currency":"USD"}}]}`

func TestARelationReadsFromBothSides(t *testing.T) {
	_, api := shop(t)
	api.Into(nil, 201, "POST", "/customers/1/relations", `{"other_id":2,"role":"branch","note":"since May"}`)
	var from, to shown
	api.Into(&from, 200, "GET", "/customers/1/relations", "")
	api.Into(&to, 200, "GET", "/customers/2/relations", "")
	if len(from.Items) != 1 || from.Items[0].Role != "branch" || len(to.Items) != 1 || to.Items[0].Role != "parent" || to.Items[0].OtherName != "Ada" {
		t.Fatalf("%+v and %+v", from, to)
	}
	for body, why := range map[string]string{
		`{"other_id":1,"role":"partner"}`:  "themselves",
		`{"other_id":99,"role":"partner"}`: "nobody",
		`{"other_id":2,"role":"parent"}`:   "a circle",
		`{"other_id":2,"role":"branch"}`:   "twice",
		`{"other_id":2,"role":"friend"}`:   "no role",
	} {
		if r := api.Call("POST", "/customers/1/relations", body); r.Status != 422 {
			t.Errorf("%s: %d", why, r.Status)
		}
	}
	api.Into(nil, 201, "POST", "/customers/2/relations", `{"other_id":3,"role":"branch"}`)
	api.Into(nil, 422, "POST", "/customers/3/relations", `{"other_id":1,"role":"branch"}`)
	api.Into(nil, 422, "POST", "/customers/4/relations", `{"other_id":3,"role":"branch"}`) // Cy has a parent
	api.Into(nil, 201, "POST", "/customers/1/relations", `{"other_id":4,"role":"partner"}`)
	api.Into(nil, 422, "POST", "/customers/4/relations", `{"other_id":1,"role":"partner"}`)
	api.Into(nil, 404, "DELETE", "/customers/3/relations/1", "")
	api.Into(nil, 204, "DELETE", "/customers/2/relations/1", "")
}

func TestReferredRevenueIsCounted(t *testing.T) {
	a, api := shop(t)
	api.Into(nil, 201, "POST", "/customers/2/relations", `{"other_id":1,"role":"referrer"}`)
	api.Into(nil, 201, "POST", "/customers/2/relations", `{"other_id":3,"role":"referred"}`)
	for _, id := range []string{"2", "2", "3"} {
		api.Into(nil, 201, "POST", "/orders", strings.Replace(one, "%", id, 1))
	}
	var s shown
	api.Into(&s, 200, "GET", "/customers/1/relations", "")
	if s.Referred.Direct.Amount != "20.00" || s.Referred.Chain.Amount != "10.00" || s.Referred.Customers != 1 {
		t.Fatalf("%+v", s.Referred)
	}
	api.Into(nil, 204, "DELETE", "/orders/1", "")
	api.Into(&s, 200, "GET", "/customers/1/relations", "")
	if s.Referred.Direct.Amount != "10.00" {
		t.Errorf("after an order went: %+v", s.Referred)
	}
	if page := a.Owner().Get("/customers/1"); !strings.Contains(page.Body, "/customers/1/relations") || !strings.Contains(page.Body, "$10.00") {
		t.Errorf("the record does not say it: %d", page.Status)
	}
	if page := a.Owner().Get("/customers/1/relations?q=Di"); !strings.Contains(page.Body, "<svg") || !strings.Contains(page.Body, `value="4"`) {
		t.Errorf("page: %d", page.Status)
	}
	api.Into(nil, 204, "DELETE", "/customers/2/relations/1", "")
	api.Into(nil, 201, "POST", "/customers/1/relations", `{"other_id":3,"role":"partner"}`)
	api.Into(&s, 200, "GET", "/customers/1/relations", "")
	if s.Referred.Direct.Amount != "0.00" || s.Referred.Chain.Amount != "0.00" {
		t.Errorf("after the relation went: %+v", s.Referred)
	}
	if page := a.Owner().Get("/customers/2/relations"); !strings.Contains(page.Body, "<svg") || !strings.Contains(page.Body, "$10.00") {
		t.Errorf("page: %d", page.Status)
	}
}

// Ada is above Bo, who is above Cy. Ada and Cy turn out to be one.
func TestAMergeLeavesNoCircle(t *testing.T) {
	a, api := shop(t)
	api.Into(nil, 201, "POST", "/customers/1/relations", `{"other_id":2,"role":"branch"}`)
	api.Into(nil, 201, "POST", "/customers/2/relations", `{"other_id":3,"role":"branch"}`)
	api.Into(nil, 201, "POST", "/customers/1/relations", `{"other_id":3,"role":"partner"}`)
	if _, err := a.Duplicates().Merge(a.As(auth.System("job")), duplicate.Input{Survivor: 1, Losers: []int64{3}}); err != nil {
		t.Fatal(err)
	}
	if n := a.Count("SELECT count(*) FROM relation"); n != 1 {
		t.Errorf("%d relations are left, want the older link of the circle", n)
	}
}

func TestWhoMayRelate(t *testing.T) {
	a, _ := shop(t)
	b := a.Owner()
	a.Colleague("dan@example.com", "member")
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write")
	dan := a.API("dan@example.com", "write")
	var mine struct{ ID int64 }
	dan.Into(&mine, 201, "POST", "/customers", `{"name":"Mine"}`)
	dan.Into(nil, 404, "GET", "/customers/1/relations", "")
	dan.Into(nil, 404, "POST", "/customers/1/relations", `{"other_id":5,"role":"partner"}`)
	dan.Into(nil, 422, "POST", "/customers/5/relations", `{"other_id":1,"role":"partner"}`)
	a.API("", "write").Into(nil, 201, "POST", "/customers/5/relations", `{"other_id":1,"role":"partner"}`)
	var s shown
	dan.Into(&s, 200, "GET", "/customers/5/relations", "")
	if len(s.Items) != 0 {
		t.Errorf("somebody else's customer shows: %+v", s)
	}
	if r := a.API("dan@example.com", "read").Call("POST", "/customers/5/relations", `{"other_id":5,"role":"partner"}`); r.Status != 403 {
		t.Errorf("a reading token writes: %d", r.Status)
	}
	if r := a.Anonymous().Call("GET", "/customers/1/relations", ""); r.Status != 401 {
		t.Errorf("a stranger: %d", r.Status)
	}
}

func TestASecondParentTellsNothingOfAHiddenOne(t *testing.T) {
	a, api := shop(t)
	a.Colleague("dan@example.com", "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write")
	dan := a.API("dan@example.com", "write")
	for _, name := range []string{"Mine", "Mine too", "Mine three"} { // 5, 6 and 7
		dan.Into(nil, 201, "POST", "/customers", `{"name":"`+name+`"}`)
	}
	api.Into(nil, 201, "POST", "/customers/1/relations", `{"other_id":5,"role":"branch"}`)
	hidden := dan.Call("POST", "/customers/5/relations", `{"other_id":6,"role":"parent"}`)
	if hidden.Status != 422 || strings.Contains(hidden.Body, "has a parent") || !strings.Contains(hidden.Body, "somebody who sees all") {
		t.Errorf("a hidden parent: %d %s", hidden.Status, hidden.Body)
	}
	dan.Into(nil, 201, "POST", "/customers/6/relations", `{"other_id":7,"role":"parent"}`)
	if r := dan.Call("POST", "/customers/6/relations", `{"other_id":5,"role":"parent"}`); r.Status != 422 || !strings.Contains(r.Body, "has a parent") {
		t.Errorf("a parent they see: %d %s", r.Status, r.Body)
	}
	api.Into(nil, 201, "POST", "/customers/7/relations", `{"other_id":2,"role":"parent"}`)
	api.Into(nil, 201, "POST", "/customers/2/relations", `{"other_id":3,"role":"parent"}`)
	if r := api.Call("POST", "/customers/3/relations", `{"other_id":7,"role":"parent"}`); r.Status != 422 || !strings.Contains(r.Body, "circle") {
		t.Errorf("a circle in full view: %d %s", r.Status, r.Body)
	}
}

func TestAFileSaysWhoReferredWhom(t *testing.T) {
	a, api := shop(t)
	run, problems := a.Import("customers", "name,介绍人,Parent company\nEve,Ada,\nFay,Eve,Bo\nGus,Nobody here,Gus\n", importer.Options{})
	if run.Created != 3 || len(problems) != 2 || !strings.Contains(problems[0]+problems[1], "Nobody here") {
		t.Fatalf("%s %v", apptest.Tally(run), problems)
	}
	var s shown
	api.Into(&s, 200, "GET", "/customers/6/relations", "")
	if len(s.Items) != 2 {
		t.Errorf("Fay: %+v", s.Items)
	}
	api.Into(nil, 201, "POST", "/orders", strings.Replace(one, "%", "6", 1))
	var l struct{ Items []struct{ Name string } }
	api.Into(&l, 200, "GET", "/customers?filter[referred_revenue][gte]=10", "")
	if len(l.Items) != 1 || l.Items[0].Name != "Eve" {
		t.Errorf("who referred for 10: %+v", l)
	}
	api.Into(&l, 200, "GET", "/customers?filter[referrer_id][eq]=5", "")
	if len(l.Items) != 1 || l.Items[0].Name != "Fay" {
		t.Errorf("whom Eve referred: %+v", l)
	}
	b := a.Owner()
	page := b.Get("/customers?columns=referred_by,referred_revenue&sort=sort_name")
	if !strings.Contains(page.Body, ">Referred revenue<") || !strings.Contains(page.Body, "$10.00") || strings.Count(page.Body, ">Eve<") < 2 {
		t.Errorf("the columns: %d, %d times Eve, revenue %v", page.Status, strings.Count(page.Body, "<bdi>Eve</bdi>"), strings.Contains(page.Body, "$10.00"))
	}
	if file := b.Get("/customers/export?sort=sort_name"); !strings.Contains(file.Body, "Eve,Bo") {
		t.Errorf("the file that leaves: %s", file.Body)
	}
	a.Colleague("dan@example.com", "member")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read")
	if r := a.API("dan@example.com", "read").Call("GET", "/customers?filter[referred_revenue][gte]=1", ""); r.Status != 422 {
		t.Errorf("a sum of hidden customers: %d", r.Status)
	}
	a.TakeBack(run)
	if n := a.Count("SELECT count(*) FROM relation"); n != 0 {
		t.Errorf("%d relations stay", n)
	}
}
