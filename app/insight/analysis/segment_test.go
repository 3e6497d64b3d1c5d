package analysis_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/analysis"
)

// bands is a shop whose customers bought never, once, and oftener, long ago and lately.
func bands(t *testing.T) (*apptest.App, *apptest.API) {
	t.Helper()
	a := apptest.New(t)
	api := a.API("", "write")
	for i, days := range [][]int{{}, {0}, {30}, {31, 200}, {90, 95}, {91, 99, 300}, {180, 190, 200, 210, 400}, {181}, {365, 366, 367, 368, 369, 370}, {366}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}} {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"C%d","owner_id":1}`, i+1))
		for _, ago := range days {
			api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":"%s","status":"completed","lines":[{"name":"x","quantity":1,"unit_price":{"amount":"9.00","currency":"USD"}}]}`,
				i+1, a.Clock.Now().UTC().AddDate(0, 0, -ago).Format(time.DateOnly)))
		}
	}
	return a, api
}

// The bands of how long ago and how often open the list of customers itself, with
// filters that say as many, so that a view of it stays true.
func TestBandsAreFiltersOfTheList(t *testing.T) {
	_, api := bands(t)
	for _, by := range []string{"recency", "frequency"} {
		var got table
		api.Into(&got, 200, "GET", run("kind=customer&row="+by), "")
		if len(got.Items) != 6 {
			t.Fatalf("%s has %d bands, want 6", by, len(got.Items))
		}
		for _, r := range got.Items {
			cell := r.Total[0]
			var list struct{ Items []struct{ ID int64 } }
			path, query, _ := strings.Cut(cell.Rows, "?")
			if path != "/customers" {
				t.Fatalf("%s %v opens %s", by, r.Keys[0].Value, cell.Rows)
			}
			api.Into(&list, 200, "GET", "/customers?limit=100&"+query, "")
			if float64(len(list.Items)) != *cell.Value || len(list.Items) == 0 {
				t.Errorf("%s %v counts %v, its list %d", by, r.Keys[0].Value, *cell.Value, len(list.Items))
			}
		}
	}
}

// Customers whom no filter can say get a tag, and a view lists them; that can be
// taken back.
func TestCustomersBehindANumberAreKept(t *testing.T) {
	a, api := bands(t)
	b := a.Owner()
	cell := "kind=order&row=status&m=count&r0=%22completed%22"
	at := "/reports/rows?" + cell
	if p := b.Get(at); p.Status != 200 || !strings.Contains(p.Body, "Tag and keep") {
		t.Fatalf("the rows offer no list: %d", p.Status)
	}
	if n := a.Count(`SELECT count(*) FROM order_head`); !strings.Contains(b.Get(at).Body, fmt.Sprintf(`<span class="t3">%d</span>`, n)) {
		t.Errorf("the rows do not say that they are %d", n)
	}
	if r := b.Post(at, "name", "Autumn, all"); r.Status != 422 || a.Count(`SELECT count(*) FROM tag`) != 0 {
		t.Errorf("a name with a comma: %d", r.Status)
	}
	r := b.Post(at, "name", "Autumn")
	if r.Status != 303 {
		t.Fatalf("keep them: %d\n%s", r.Status, r.Body)
	}
	if p := b.Get(r.Header.Get("Location")); p.Status != 200 || !strings.Contains(p.Body, "C12") || strings.Contains(p.Body, ">C1<") {
		t.Errorf("the list of them: %d", p.Status)
	}
	if n := a.Count(`SELECT count(*) FROM customer_tag`); n != 11 {
		t.Errorf("%d customers have the tag, 11 bought", n)
	}
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'analysis.segment'`)
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), `{}`)
	if a.Count(`SELECT count(*) FROM customer_tag`) != 0 || a.Count(`SELECT count(*) FROM saved_view WHERE name = 'Autumn'`) != 0 {
		t.Error("undo leaves the list")
	}
	body := func(query, name string) string {
		raw, err := json.Marshal(map[string]string{"query": query, "name": name})
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	var made analysis.SegmentObject
	api.Into(&made, 201, "POST", "/reports/segments", body(cell, "By the API"))
	if made.Customers != 11 || made.ViewID == 0 || made.Query != "filter"+url.QueryEscape("[tag_id][eq]")+fmt.Sprintf("=%d", made.TagID) {
		t.Errorf("made %+v", made)
	}
	for _, c := range []struct {
		query, name string
		want        int
	}{{cell, "by the api", 422}, {cell, "", 422}, {cell, strings.Repeat("x", 41), 422}, {"kind=order&row=status&m=count&r0=%22draft%22", "None", 422}, {"kind=nothing", "x", 422},
		{"kind=order&row=status&r0=');--", "x", 400}, {"kind=order&row=status&r0=%27%29--", "x", 422}, {"%zz", "x", 400}} {
		if r := api.Call("POST", "/reports/segments", body(c.query, c.name)); r.Status != c.want {
			t.Errorf("%q as %q: %d, want %d", c.query, c.name, r.Status, c.want)
		}
	}
}

// Nobody keeps customers whom they may not see or change.
func TestWhoMayNotChangeCustomersKeepsNone(t *testing.T) {
	a, _ := bands(t)
	a.Colleague("sam@example.com", "member")
	body := `{"query":"kind=order&row=status&r0=%22completed%22","name":"Mine"}`
	if r := a.Anonymous().Call("POST", "/reports/segments", body); r.Status != 401 {
		t.Errorf("without a token: %d", r.Status)
	}
	owner := a.Owner()
	owner.Get("/settings")
	owner.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read", "allowed", "analysis.read", "allowed", "order.read")
	if r := a.API("sam@example.com", "write").Call("POST", "/reports/segments", body); r.Status != 403 {
		t.Errorf("who may not change customers: %d", r.Status)
	}
	if p := a.SignIn("sam@example.com", apptest.Password).Get("/reports/rows?kind=order&row=status&m=count&r0=%22completed%22"); p.Status != 200 || strings.Contains(p.Body, "Tag and keep") {
		t.Errorf("is offered what they may not do: %d", p.Status)
	}
	owner.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write", "allowed", "analysis.read", "allowed", "order.read")
	if r := a.API("sam@example.com", "write").Call("POST", "/reports/segments", body); r.Status != 422 || a.Count(`SELECT count(*) FROM customer_tag`) != 0 {
		t.Errorf("who sees no customer: %d", r.Status)
	}
}
