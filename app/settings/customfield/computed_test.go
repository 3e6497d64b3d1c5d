package customfield_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// names lists who an API list shows.
func names(api *apptest.API, query string) string {
	var list struct{ Items []struct{ Name string } }
	api.Into(&list, http.StatusOK, "GET", "/customers?"+query, "")
	var out []string
	for _, c := range list.Items {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

func TestListsAreFilteredAndSortedByComputedFields(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	add(t, api, `{"subject":"customer","kind":"number","name_en":"Visits"}`)
	add(t, api, `{"subject":"customer","kind":"date","name_en":"Serviced"}`)
	id := add(t, api, `{"subject":"customer","kind":"computed","name_en":"Twice","formula":"visits * 2 - 0.5","filterable":true}`)
	add(t, api, `{"subject":"customer","kind":"computed","name_en":"Since service","formula":"days_since(serviced)"}`)
	add(t, api, `{"subject":"customer","kind":"computed","name_en":"Per visit","formula":"orders_total / visits"}`)
	add(t, api, `{"subject":"customer","kind":"computed","name_en":"Next","formula":"serviced + 90","filterable":true}`)
	add(t, api, `{"subject":"customer","kind":"computed","name_en":"Bad name","formula":"contains(name, 'x')"}`)
	for _, c := range []string{`"Ana","fields":{"visits":1,"serviced":"2026-01-10"}`, `"Ben","fields":{"visits":5,"serviced":"2026-02-20"}`, `"Cai","fields":{"visits":3}`, `"Dee"`} {
		api.Into(nil, 201, "POST", "/customers", `{"name":`+c+`}`)
	}
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":2,"ordered_on":"2026-02-01","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"50","currency":"USD"}}]}`)
	for query, want := range map[string]string{
		"filter[fields.twice][gte]=5.5&sort=id":                                           "Ben, Cai",
		"filter[fields.twice][eq]=1.5":                                                    "Ana",
		"filter[fields.twice][empty]=true":                                                "Dee",
		"filter[fields.per_visit][eq]=10.00":                                              "Ben",
		"filter[fields.next][eq]=2026-04-10":                                              "Ana",
		"filter[fields.next][lt]=2026-12-31&sort=id":                                      "Ana, Ben",
		"filter[any1][fields.twice][eq]=1.5&filter[any1][fields.per_visit][gt]=9&sort=id": "Ana, Ben",
	} {
		if got := names(api, query); got != want {
			t.Errorf("%s shows %q, want %q", query, got, want)
		}
	}
	if got := names(api, "filter[fields.since_service][empty]=true&sort=id"); got != "Cai, Dee" {
		t.Errorf("without a date: %q", got)
	}
	long := names(api, "filter[fields.since_service][gt]=30")
	a.Clock.Add(40 * 24 * 3600e9)
	if later := names(api, "filter[fields.since_service][gt]=30&sort=id"); long == later || later != "Ana, Ben" {
		t.Errorf("days since: %q, and 40 days later %q", long, later)
	}
	book := a.Fields().Book()
	keep := func() {
		t.Helper()
		if err := book.KeepIndexes(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	made := func() string {
		var sql string
		if err := a.DB.Reader(t.Context()).Get(t.Context(), &sql, fmt.Sprintf("SELECT coalesce((SELECT sql FROM sqlite_schema WHERE name = 'custom_field_f%d'), '')", id)); err != nil {
			t.Fatal(err)
		}
		return sql
	}
	before := made()
	if before == "" {
		t.Fatal("no index is kept of a computed field")
	}
	if got := names(api, "sort=-fields.twice"); got != "Ben, Cai, Ana, Dee" {
		t.Errorf("sorted: %q", got)
	}
	if got := names(api, "sort=fields.next"); got != "Dee, Cai, Ana, Ben" && got != "Cai, Dee, Ana, Ben" {
		t.Errorf("sorted by a date: %q", got)
	}
	api.Into(nil, 200, "PATCH", fmt.Sprintf("/custom-fields/%d", id), `{"version":1,"formula":"-visits"}`)
	keep()
	if made() == before || made() == "" {
		t.Error("the index does not follow the formula")
	}
	if got := names(api, "sort=-fields.twice"); got != "Ana, Cai, Ben, Dee" {
		t.Errorf("sorted by the new formula: %q", got)
	}
	b := a.Owner()
	b.Get("/settings/fields")
	for formula, says := range map[string]string{"days_since(serviced)": "days_since changes without", "orders_total * 2": "orders_total changes without", "contains(name, 'x')": "cannot compute contains"} {
		r := b.Post("/settings/fields", "subject", "customer", "kind", "computed", "name_en", "X", "formula", formula, "filterable", "1")
		if r.Status != 422 || !strings.Contains(r.Body, says) {
			t.Errorf("%s with an index: %d", formula, r.Status)
		}
	}
	if r := api.Call("GET", "/customers?filter[fields.bad_name][eq]=true", ""); r.Status != 422 {
		t.Errorf("filtered by what the database does not know: %d", r.Status)
	}
	if r := api.Call("GET", "/customers?filter[fields.twice][gt]=1);DROP", ""); r.Status != 422 && r.Status != 400 {
		t.Errorf("words as a number: %d", r.Status)
	}
	mustSay(t, "the settings", b.Get(fmt.Sprintf("/settings/fields/%d", id+4)).Body, "cannot compute contains")
	mustSay(t, "the settings", b.Get(fmt.Sprintf("/settings/fields/%d", id+1)).Body, "days_since changes without")
	mustSay(t, "the panel", b.Get("/customers/filter").Body, `value="fields.twice"`, `value="fields.per_visit"`)
}
