package customfield_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/custom"
	"regulars/app/sys/importer"
)

// shown is a customer as the API answers.
type shown struct {
	ID      int64
	Version int64
	Fields  map[string]any
}

func add(t *testing.T, api *apptest.API, body string) int64 {
	t.Helper()
	var f struct{ ID int64 }
	api.Into(&f, 201, "POST", "/custom-fields", body)
	return f.ID
}

// A field is added on its page and is at once on the form, the record, in the
// filter, the search, the history and the API; deleted and taken back, its
// values are there again.
func TestAnAddedFieldIsEverywhereAtOnce(t *testing.T) {
	a := apptest.New(t)
	b, api := a.Owner(), a.API("", "write")
	b.Get("/settings/fields/new")
	page := b.Follow("/settings/fields", "subject", "customer", "kind", "text", "name_en", "Number plate", "name_zh", "车牌号", "searchable", "1", "filterable", "1", "help_en", "As on the car")
	if !strings.Contains(page.Body, "Number plate") || !strings.Contains(page.Body, "number_plate") {
		t.Fatalf("the list does not show the new field\n%s", page.Body)
	}
	if page = b.Get("/customers/new"); !strings.Contains(page.Body, `name="fields.number_plate"`) || !strings.Contains(page.Body, "As on the car") {
		t.Error("the form does not ask for it")
	}
	if page = b.Post("/customers", "name", "Ines Calder", "kind", "person", "fields.number_plate", "KX70 ABC"); page.Status != http.StatusSeeOther {
		t.Fatalf("save: %d %s", page.Status, page.Body)
	}
	record := page.Location
	if page = b.Get(record); !strings.Contains(page.Body, "Number plate") || !strings.Contains(page.Body, "KX70 ABC") {
		t.Error("the record does not show it")
	}
	var one shown
	api.Into(&one, 200, "GET", record, "")
	if one.Fields["number_plate"] != "KX70 ABC" {
		t.Errorf("the API shows %v", one.Fields)
	}
	filter := "/customers?" + url.Values{"filter[fields.number_plate][eq]": {"KX70 ABC"}}.Encode()
	if page = b.Get(filter); !strings.Contains(page.Body, "Ines Calder") || !strings.Contains(page.Body, "Number plate") {
		t.Error("the filter does not find it, or does not say what it looks for")
	}
	if page = b.Get("/customers?" + url.Values{"filter[fields.number_plate][eq]": {"other"}}.Encode()); strings.Contains(page.Body, "Ines Calder") {
		t.Error("the filter lets everybody through")
	}
	if page = b.Get("/customers?q=kx70"); !strings.Contains(page.Body, "Ines Calder") {
		t.Error("search does not find it")
	}
	saved := b.Post(record, "name", "Ines Calder", "kind", "person", "version", fmt.Sprint(one.Version), "fields.number_plate", "KX71 NEW")
	if saved.Status != http.StatusSeeOther {
		t.Fatalf("save again: %d", saved.Status)
	}
	if page = b.Get("/history"); !strings.Contains(page.Body, "/history/") {
		t.Fatal("no history")
	}
	last := a.Count(`SELECT max(id) FROM journal_set`)
	if page = b.Get(fmt.Sprintf("/history/%d", last)); !strings.Contains(page.Body, "Number plate") || !strings.Contains(page.Body, "KX70 ABC") || strings.Contains(page.Body, "{") && strings.Contains(page.Body, `"f1"`) {
		t.Error("the history does not say which field changed")
	}
	form := b.Get("/settings/fields/1")
	if !strings.Contains(form.Body, "1 record has a value") {
		t.Error("the page does not say how many values go")
	}
	b.Follow("/settings/fields/1/delete")
	if page = b.Get(record); strings.Contains(page.Body, "KX71 NEW") {
		t.Error("a deleted field is still shown")
	}
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) FROM journal_set`)), "")
	if page = b.Get(record); !strings.Contains(page.Body, "KX71 NEW") {
		t.Error("undo does not bring the values back")
	}
}

func TestTheAPITakesAndRefusesValues(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	add(t, api, `{"subject":"customer","kind":"number","name_en":"Seats"}`)
	add(t, api, `{"subject":"customer","kind":"money","name_en":"Deposit"}`)
	add(t, api, `{"subject":"customer","kind":"multi","name_en":"Extras","choices":["roof","hook"]}`)
	add(t, api, `{"subject":"customer","kind":"bool","name_en":"Lease"}`)
	add(t, api, `{"subject":"customer","kind":"text","name_en":"VAT","key":"vat","required":true,"shown_field":"kind","shown_value":"company"}`)
	for body, field := range map[string]string{
		`{"name":"A","fields":{"seats":"many"}}`:        "fields.seats",
		`{"name":"A","fields":{"extras":["sail"]}}`:     "fields.extras",
		`{"name":"A","fields":{"nothing":1}}`:           "fields.nothing",
		`{"name":"A","kind":"company"}`:                 "fields.vat",
		`{"name":"A","fields":{"deposit":"1.234"}}`:     "fields.deposit",
		`{"name":"A","fields":{"lease":{"deep":true}}}`: "fields.lease",
	} {
		r := api.Call("POST", "/customers", body)
		if r.Status != 422 || !strings.Contains(r.Body, field) {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	var c shown
	api.Into(&c, 201, "POST", "/customers", `{"name":"A","kind":"company","fields":{"seats":4.5,"deposit":"12.30","extras":["roof","hook"],"lease":true,"vat":"GB1"}}`)
	if got := fmt.Sprint(c.Fields); !strings.Contains(got, "seats:4.5") || !strings.Contains(got, "12.30") || !strings.Contains(got, "[roof hook]") || !strings.Contains(got, "lease:true") {
		t.Fatalf("stored %s", got)
	}
	path := fmt.Sprintf("/customers/%d", c.ID)
	api.Into(&c, 200, "PATCH", path, fmt.Sprintf(`{"version":%d,"source":"web"}`, c.Version))
	if c.Fields["seats"] != 4.5 {
		t.Error("a change of something else loses values")
	}
	api.Into(&c, 200, "PATCH", path, fmt.Sprintf(`{"version":%d,"fields":{"seats":null,"extras":["hook"]}}`, c.Version))
	if c.Fields["seats"] != nil || fmt.Sprint(c.Fields["extras"]) != "[hook]" || c.Fields["lease"] != true {
		t.Errorf("after the change %v", c.Fields)
	}
	for query, want := range map[string]int{
		"filter[fields.extras][eq]=hook": 1, "filter[fields.extras][eq]=roof": 0, "filter[fields.deposit][gte]=12.30": 1, "filter[fields.deposit][gt]=12.30": 0,
		"filter[fields.lease][eq]=true": 1, "filter[fields.seats][empty]=true": 1,
	} {
		var list struct{ Items []shown }
		api.Into(&list, 200, "GET", "/customers?"+strings.ReplaceAll(strings.ReplaceAll(query, "[", "%5B"), "]", "%5D"), "")
		if len(list.Items) != want {
			t.Errorf("%s finds %d", query, len(list.Items))
		}
	}
}

func TestFieldsAreImportedAndExported(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	add(t, api, `{"subject":"customer","kind":"date","name_en":"Next service","name_zh":"下次保养"}`)
	add(t, api, `{"subject":"customer","kind":"choice","name_en":"Fuel","choices":["petrol","电"]}`)
	run, reasons := a.Import("customers", "name,email,下次保养,Fuel\nAnna,anna@example.com,2026-03-01,电\nTom,tom@example.com,soon,steam\n", importer.Options{Match: []string{"email"}, OnDuplicate: importer.Update})
	if apptest.Tally(run) != "2 0 0 0" || len(reasons) != 2 || !strings.Contains(reasons[0]+reasons[1], "fuel") {
		t.Errorf("%s %q", apptest.Tally(run), reasons)
	}
	export := a.Owner().Get("/customers/export")
	if !strings.Contains(export.Body, "fields.next_service") || !strings.Contains(export.Body, "2026-03-01,电") {
		t.Fatalf("the export is\n%s", export.Body)
	}
	again, _ := a.Import("customers", export.Body, importer.Options{Match: []string{"email"}, OnDuplicate: importer.Update})
	if apptest.Tally(again) != "0 0 2 0" {
		t.Errorf("the file that was exported changes something: %s", apptest.Tally(again))
	}
}

func TestIndexesFollowTheFields(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	id := add(t, api, `{"subject":"customer","kind":"text","name_en":"Plate","filterable":true}`)
	book := custom.NewBook(a.DB, nil, nil)
	book.Register(custom.Subject{Name: "customer", Table: "customer"})
	keep := func() {
		if err := book.KeepIndexes(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	name := fmt.Sprintf("custom_field_f%d", id)
	if a.Count(`SELECT count(*) FROM sqlite_schema WHERE name = ?`, name) != 1 {
		t.Fatal("there is no index")
	}
	query := fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM customer c WHERE (coalesce(json_extract(c.fields, '$.f%d'), '') = ? AND coalesce(json_extract(c.fields, '$.f%d'), '') <> ''))`, id, id)
	var plan []struct {
		ID, Parent, NotUsed int
		Detail              string
	}
	if err := a.DB.Reader(t.Context()).Select(t.Context(), &plan, "EXPLAIN QUERY PLAN "+query, "x"); err != nil || !strings.Contains(fmt.Sprint(plan), name) {
		t.Errorf("a filter does not use it: %v %v", plan, err)
	}
	api.Into(nil, 200, "PATCH", fmt.Sprintf("/custom-fields/%d", id), `{"version":1,"filterable":false}`)
	keep()
	if a.Count(`SELECT count(*) FROM sqlite_schema WHERE name = ?`, name) != 0 {
		t.Error("the index outlives its use")
	}
}

func TestFieldsAreGuarded(t *testing.T) {
	a := apptest.New(t)
	a.Colleague("kim@example.com", "member")
	member, owner := a.API("kim@example.com", "write"), a.API("", "write")
	id := add(t, owner, `{"subject":"customer","kind":"text","name_en":"Plate"}`)
	member.Into(nil, 200, "GET", "/custom-fields", "")
	for _, c := range []struct{ method, path, body string }{
		{"POST", "/custom-fields", `{"subject":"customer","kind":"text","name_en":"X"}`}, {"PATCH", fmt.Sprintf("/custom-fields/%d", id), `{"version":1,"name_en":"Y"}`},
		{"DELETE", fmt.Sprintf("/custom-fields/%d", id), ""},
	} {
		if r := member.Call(c.method, c.path, c.body); r.Status != 403 {
			t.Errorf("member %s %s: %d", c.method, c.path, r.Status)
		}
		if r := a.Anonymous().Call(c.method, c.path, c.body); r.Status != 401 {
			t.Errorf("nobody %s %s: %d", c.method, c.path, r.Status)
		}
	}
	for body, field := range map[string]string{
		`{"subject":"customer","kind":"text","name_en":"Plate","key":"plate"}`:                      "key",
		`{"subject":"customer","kind":"text","name_en":"X","key":"x'); DROP TABLE tag;--"}`:         "key",
		`{"subject":"customer","kind":"choice","name_en":"X"}`:                                      "choices",
		`{"subject":"customer","kind":"text","name_en":"` + "\u200b" + `"}`:                         "name_en",
		`{"subject":"customer","kind":"text","name_en":"X","shown_field":"gone","shown_value":"1"}`: "shown_field",
	} {
		r := owner.Call("POST", "/custom-fields", body)
		if r.Status != 422 || !strings.Contains(r.Body, field) {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	if r := owner.Call("GET", "/customers?filter%5Bfields.plate'%5D%5Beq%5D=1", ""); r.Status != 422 {
		t.Errorf("an unknown field in a filter: %d", r.Status)
	}
}
