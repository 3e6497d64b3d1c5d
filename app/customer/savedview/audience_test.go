package savedview_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// Who leads shows a view to any team, others to their own; a shop of one is not
// asked.
func TestAViewIsShownToATeam(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	owner, api := a.Owner(), a.API("", "write")
	for _, page := range []string{"/customers?sort=-created_at", "/orders?sort=-total", "/saved-views"} {
		if r := owner.Get(page); r.Status != 200 || strings.Contains(r.Body, `name="who"`) {
			t.Errorf("%s asks a shop of one who sees a view (%d)", page, r.Status)
		}
	}
	team := func(name, email string) int64 {
		who := a.Colleague(email, "member")
		var made struct{ ID int64 }
		api.Into(&made, 201, "POST", "/teams", fmt.Sprintf(`{"name":%q}`, name))
		api.Into(nil, 200, "PATCH", fmt.Sprintf("/users/%d", who.ID), fmt.Sprintf(`{"version":%d,"team_id":%d}`, who.Version, made.ID))
		return made.ID
	}
	floor, yard := team("Shop floor", "dan@example.com"), team("Yard", "eve@example.com")
	dan, eve := a.SignIn("dan@example.com", apptest.Password), a.SignIn("eve@example.com", apptest.Password)

	page := owner.Get("/customers?sort=-created_at")
	for _, want := range []string{`name="who"`, "Everybody", "Team Shop floor", "Team Yard"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the owner is not offered %q", want)
		}
	}
	page = dan.Get("/customers?sort=-created_at")
	if !strings.Contains(page.Body, "Team Shop floor") || strings.Contains(page.Body, "Team Yard") || strings.Contains(page.Body, "Everybody") {
		t.Error("a member is offered something other than the own team")
	}
	if r := dan.Post("/saved-views", "kind", "customers", "name", "Not mine", "query", "", "who", fmt.Sprint(yard)); r.Status != 403 {
		t.Errorf("a member shows a view to another team: %d, want 403", r.Status)
	}
	if r := owner.Post("/saved-views", "kind", "customers", "name", "Nobody's", "query", "", "who", "77"); r.Status != 422 {
		t.Errorf("a team that is not there: %d, want 422", r.Status)
	}
	if r := owner.Post("/saved-views", "kind", "customers", "name", "Hostile", "query", "", "who", "1 OR 1=1"); r.Status != 422 {
		t.Errorf("what is no team: %d, want 422", r.Status)
	}
	owner.Get("/saved-views")
	dan.Follow("/saved-views", "kind", "customers", "name", "Our newest", "query", "sort=-created_at", "who", fmt.Sprint(floor))
	if !strings.Contains(dan.Get("/saved-views").Body, "Our newest") || strings.Contains(eve.Get("/saved-views").Body, "Our newest") {
		t.Error("the view is not the team's")
	}
	id := a.Count(`SELECT id FROM saved_view WHERE name = 'Our newest'`)
	path := fmt.Sprintf("/saved-views/%d", id)
	if r := eve.Post(path, "version", "1", "who", fmt.Sprint(yard)); r.Status != 404 {
		t.Errorf("another team's member takes it: %d, want 404", r.Status)
	}
	if page := owner.Get("/saved-views"); !strings.Contains(page.Body, `<bdi>Shop floor</bdi>`) {
		t.Error("the page does not say which team's it is")
	}
	owner.Follow(path, "version", "1", "name", "Newest", "who", fmt.Sprint(yard))
	if !strings.Contains(eve.Get("/saved-views").Body, "Newest") || strings.Contains(dan.Get("/saved-views").Body, "Newest") {
		t.Error("the owner did not give it to the other team")
	}
	owner.Follow(path, "version", "2", "name", "The newest")
	if n := a.Count(`SELECT count(*) FROM saved_view WHERE name = 'The newest' AND team_id = ?`, yard); n != 1 {
		t.Error("a new name changed who sees it")
	}
	owner.Follow(path, "version", "3", "who", "all")
	if !strings.Contains(dan.Get("/saved-views").Body, "The newest") {
		t.Error("everybody does not see it")
	}
	if r := dan.Post(path, "version", "4", "who", fmt.Sprint(floor)); r.Status != 403 {
		t.Errorf("a member takes what everybody sees: %d, want 403", r.Status)
	}
}

// Whoever arranges views by keyboard finds the focus where it was.
func TestTheKeyboardStaysAtTheViewThatWasMoved(t *testing.T) {
	a := apptest.New(t)
	api, b := a.API("", "write"), a.Owner()
	for _, name := range []string{"One", "Two", "Three"} {
		api.Into(nil, 201, "POST", "/saved-views", fmt.Sprintf(`{"kind":"customers","name":%q,"query":"sort=name"}`, name))
	}
	b.Get("/saved-views")
	for _, c := range []struct{ path, field, button string }{
		{"/saved-views/3/earlier", "", "Three"}, {"/saved-views/3/use", "pinned", "Pinned in the sidebar: Three"}, {"/saved-views/3/use", "opens", "List opens with it: Three"},
	} {
		pairs := []string{}
		if c.field != "" {
			pairs = []string{c.field, "1", "press", c.field}
		}
		page := b.Follow(c.path, pairs...).Body
		at := strings.Index(page, " autofocus")
		if at < 0 || !strings.Contains(page[max(0, at-120):at], c.button) {
			t.Errorf("after %s %s the focus is elsewhere: %.200s", c.path, c.field, page[max(0, at-120):max(0, at)])
		}
		if strings.Count(page, " autofocus") != 1 {
			t.Errorf("%d things want the focus", strings.Count(page, " autofocus"))
		}
	}
}
