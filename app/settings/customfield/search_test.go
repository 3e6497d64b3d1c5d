package customfield_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// A field that is ticked for search after it was filled in is found, a contact's
// too; unticked, deleted or brought back, search follows.
func TestSearchFollowsTheTick(t *testing.T) {
	a := apptest.New(t)
	api, b := a.API("", "write"), a.Owner()
	plate := add(t, api, `{"subject":"customer","kind":"text","name_en":"Plate"}`)
	badge := add(t, api, `{"subject":"contact","kind":"text","name_en":"Badge"}`)
	var c shown
	api.Into(&c, 201, "POST", "/customers", `{"name":"Ines Calder","fields":{"plate":"KX70ABC"}}`)
	api.Into(nil, 201, "POST", "/contacts", fmt.Sprintf(`{"customer_id":%d,"name":"Odo Farr","fields":{"badge":"ZZ9"}}`, c.ID))
	for i := range 120 { // more than one step
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Other %d"}`, i))
	}
	keep := func() {
		t.Helper()
		if err := a.KeepSearch(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	found := func(q string) bool {
		t.Helper()
		keep()
		return strings.Contains(b.Get("/customers?q="+q).Body, "Ines Calder")
	}
	tick := func(id int64, version int, on bool) {
		t.Helper()
		api.Into(nil, 200, "PATCH", fmt.Sprintf("/custom-fields/%d", id), fmt.Sprintf(`{"version":%d,"searchable":%t}`, version, on))
	}
	if keep(); found("KX70ABC") {
		t.Fatal("found by a field that is not searched")
	}
	tick(plate, 1, true)
	var f struct {
		Progress int `json:"search_progress"`
	}
	if !found("KX70ABC") || found("ZZ9") {
		t.Error("search does not follow the tick")
	}
	if api.Into(&f, 200, "GET", fmt.Sprintf("/custom-fields/%d", plate), ""); f.Progress != 100 {
		t.Errorf("done, but it says %d %%", f.Progress)
	}
	tick(badge, 1, true)
	if !found("ZZ9") {
		t.Error("a contact's field is not searched")
	}
	tick(plate, 2, false)
	if found("KX70ABC") || !found("ZZ9") {
		t.Error("search does not follow the untick")
	}
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/custom-fields/%d", badge), "")
	if found("ZZ9") {
		t.Error("found by a deleted field")
	}
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'custom_field.delete'`)
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), "{}")
	if !found("ZZ9") {
		t.Error("not found by a field that came back")
	}
}
