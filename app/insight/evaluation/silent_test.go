package evaluation_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// Whoever is not to be profiled has neither a score nor a place in a list or a
// figure, and gets both back with the switch or an undo.
func TestWhoIsNotToBeProfiledHasNoScore(t *testing.T) {
	a := apptest.New(t)
	api, b := a.API("", "write"), a.Owner()
	var made struct {
		ID, Version int64
		NoProfiling bool `json:"no_profiling"`
	}
	api.Into(&made, http.StatusCreated, http.MethodPost, "/customers", `{"name":"Ann Example"}`)
	id := made.ID
	record, path := fmt.Sprintf("/customers/%d", id), fmt.Sprintf("/customers/%d/evaluation", id)
	api.Into(nil, http.StatusCreated, http.MethodPost, "/orders",
		fmt.Sprintf(`{"customer_id":%d,"ordered_on":"2026-03-01","status":"completed","lines":[{"name":"Beans","quantity":2,"unit_price":{"amount":"10.00"}}]}`, id))
	api.Into(nil, http.StatusCreated, http.MethodPost, "/responses", fmt.Sprintf(`{"customer_id":%d,"score":9,"channel":"staff"}`, id))
	listed := func(want int) {
		t.Helper()
		var e evaluated
		api.Into(&e, http.StatusOK, http.MethodGet, path, "")
		if (e.Total != nil) != (want == 1) || (e.Grade != nil) != (want == 1) {
			t.Errorf("score %v grade %v", e.Total, e.Grade)
		}
		for _, of := range []string{"/evaluations", "/customers?filter[score][gte]=0"} {
			var list struct{ Items []struct{} }
			if api.Into(&list, http.StatusOK, http.MethodGet, of, ""); len(list.Items) != want {
				t.Errorf("%s: %d", of, len(list.Items))
			}
		}
		for _, page := range []string{record, path} {
			if r := b.Get(page); r.Status != http.StatusOK || strings.Contains(r.Body, "This customer is not to be profiled") != (want == 0) {
				t.Errorf("%s: %d", page, r.Status)
			}
		}
		if r := b.Get("/customers"); strings.Contains(r.Body, "Not to be scored") != (want == 0) {
			t.Error("the list does not say why")
		}
	}
	listed(1)
	api.Into(&made, http.StatusOK, http.MethodPatch, record, fmt.Sprintf(`{"version":%d,"no_profiling":true}`, made.Version))
	if !made.NoProfiling {
		t.Fatal("not kept")
	}
	listed(0)
	// a form that does not speak of it leaves it
	api.Into(&made, http.StatusOK, http.MethodPatch, record, fmt.Sprintf(`{"version":%d,"name":"Ann B. Example"}`, made.Version))
	if !made.NoProfiling {
		t.Fatal("forgotten")
	}
	if r := b.Post(record+"/profiling", "off", "0"); r.Status >= 400 {
		t.Fatal(r.Status)
	}
	listed(1)
	if r := b.Post(record+"/profiling", "off", "1"); r.Status >= 400 {
		t.Fatal(r.Status)
	}
	listed(0)
	if r := b.Post("/customers/999/profiling", "off", "1"); r.Status != http.StatusNotFound {
		t.Errorf("nobody: %d", r.Status)
	}
	if r := a.API("", "read").Call(http.MethodPatch, record, fmt.Sprintf(`{"version":%d,"no_profiling":false}`, made.Version)); r.Status != http.StatusForbidden {
		t.Errorf("a reader: %d", r.Status)
	}
	if r := a.Browser().Post(record+"/profiling", "off", "0"); r.Status == http.StatusOK {
		t.Error("nobody signed in")
	}
	listed(0)
}
