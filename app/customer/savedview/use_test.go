package savedview_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// A pinned view stands in its person's sidebar with what it counts now.
func TestAPinnedViewCountsInTheSidebar(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	b.Get("/saved-views")
	page := b.Follow("/saved-views/1/use", "pinned", "1")
	if !strings.Contains(page.Body, `<h2>Pinned</h2>`) || !strings.Contains(page.Body, `<span class="nm">Bristol</span><span class="n">1</span>`) {
		t.Errorf("the sidebar lacks the view with its count:\n%s", page.Body)
	}
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Quay Café","region":"Bristol"}`)
	a.Pass(60e9)
	if page := b.Get("/saved-views"); !strings.Contains(page.Body, `<span class="nm">Bristol</span><span class="n">2</span>`) {
		t.Error("the count does not follow")
	}
	a.Colleague("dan@example.com", "member")
	dan := a.SignIn("dan@example.com", apptest.Password)
	if page := dan.Get("/saved-views"); strings.Contains(page.Body, "Bristol") {
		t.Error("somebody else's view is shown")
	}
	for _, path := range []string{"use", "earlier", "copy", "delete", ""} {
		if r := dan.Post(strings.TrimSuffix("/saved-views/1/"+path, "/")); r.Status != 404 {
			t.Errorf("%s of somebody else's view: %d, want 404", path, r.Status)
		}
	}
	if r := a.Browser().Get("/saved-views"); r.Status != 303 {
		t.Errorf("without login: %d", r.Status)
	}
}

func TestViewsAreArrangedSharedAndBounded(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	type view struct {
		ID, Version, Position   int64
		Name                    string
		Shared, Pinned, Default bool
		TeamID                  *int64 `json:"team_id"`
	}
	for i := range 8 {
		var v view
		api.Into(&v, 201, "POST", "/saved-views", fmt.Sprintf(`{"kind":"customers","name":"View %d","query":"filter[region]=R%d"}`, i, i))
		api.Into(&v, 200, "PATCH", fmt.Sprintf("/saved-views/%d", v.ID), `{"pinned":true}`)
		if !v.Pinned {
			t.Fatalf("view %d is not pinned", v.ID)
		}
	}
	if r := api.Call("PATCH", "/saved-views/1", `{"pinned":true}`); r.Status != 422 {
		t.Errorf("a ninth pin: %d, want 422", r.Status)
	}
	var v view
	api.Into(&v, 200, "PATCH", "/saved-views/1", `{"default":true}`)
	api.Into(&v, 200, "PATCH", "/saved-views/2", `{"default":true}`)
	api.Into(&v, 200, "GET", "/saved-views/1", "")
	if v.Default {
		t.Error("the list opens with two views")
	}
	b := a.Owner()
	if r := b.Get("/customers"); r.Status != 303 || !strings.Contains(r.Location, "R0") {
		t.Errorf("the list opens with %d %s", r.Status, r.Location)
	}
	if r := b.Get("/customers?sort=-created_at"); r.Status != 200 || !strings.Contains(r.Body, "Harbour Street Bakery") {
		t.Errorf("everyone: %d", r.Status)
	}
	b.Get("/saved-views")
	b.Follow("/saved-views/9/earlier")
	api.Into(&v, 200, "GET", "/saved-views/9", "")
	if v.Position != 8 {
		t.Errorf("the last view stands at %d, want 8", v.Position)
	}
	if r := api.Call("PATCH", "/saved-views/1", `{"version":9,"name":"Later"}`); r.Status != 409 {
		t.Errorf("a stale change: %d, want 409", r.Status)
	}
	if r := api.Call("PATCH", "/saved-views/1", `{"version":1,"shared":true,"team_id":77}`); r.Status != 422 {
		t.Errorf("a team that is not there: %d, want 422", r.Status)
	}
	api.Into(&v, 201, "POST", "/teams", `{"name":"Shop floor"}`)
	team := v.ID
	api.Into(&v, 200, "PATCH", "/saved-views/1", fmt.Sprintf(`{"version":1,"name":"Later","shared":true,"team_id":%d}`, team))
	if v.Name != "Later" || !v.Shared || v.TeamID == nil {
		t.Errorf("shared with a team: %+v", v)
	}
	a.Colleague("dan@example.com", "member")
	if r := a.API("dan@example.com", "write").Call("GET", "/saved-views/1", ""); r.Status != 404 {
		t.Errorf("another team's view: %d, want 404", r.Status)
	}
	undone := b.Follow("/saved-views/2/delete")
	at := strings.Index(undone.Body, `action="/history/`)
	if at < 0 {
		t.Fatal("no undo is offered")
	}
	b.Follow(undone.Body[at+8 : at+8+strings.Index(undone.Body[at+8:], `"`)])
	v = view{}
	api.Into(&v, 200, "GET", "/saved-views/2", "")
	if !v.Pinned || v.Name != "View 0" {
		t.Errorf("taken back: %+v", v)
	}
}
