package savedview_test

import (
	"net/url"
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestAViewIsAURLWithAName(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/customers")
	query := url.Values{"filter[region][contains]": {"Bristol"}, "sort": {"-revenue"}, "cursor": {"x"}}.Encode()
	page := b.Follow("/saved-views", "kind", "customers", "name", "Bristol <best>", "query", query)
	if !strings.Contains(page.Body, "Bristol &lt;best&gt;") || !strings.Contains(page.Body, `aria-current="true">Bristol`) {
		t.Errorf("the view is not shown as the current tab:\n%s", page.Body)
	}
	for _, bad := range [][2]string{{"name", ""}, {"kind", "secrets"}, {"query", "filter[x=1"}} {
		form := []string{"kind", "customers", "name", "n", "query", "q=1"}
		for i := 0; i < len(form); i += 2 {
			if form[i] == bad[0] {
				form[i+1] = bad[1]
			}
		}
		if r := b.Post("/saved-views", form...); r.Status != 422 {
			t.Errorf("%v: %d, want 422", bad, r.Status)
		}
	}
	a.Colleague("dan@example.com", "member")
	dan := a.SignIn("dan@example.com", apptest.Password)
	if page := dan.Get("/customers"); strings.Contains(page.Body, "Bristol") {
		t.Error("somebody else's view is shown")
	}
	if r := dan.Post("/saved-views", "kind", "customers", "name", "All", "query", "", "who", "all"); r.Status != 403 {
		t.Errorf("a member shares a view: %d", r.Status)
	}
	dan.Get("/customers")
	if r := dan.Post("/saved-views/1/delete"); r.Status != 404 {
		t.Errorf("deleting somebody else's view: %d", r.Status)
	}
	b.Get("/customers")
	if page := b.Follow("/saved-views/1/delete"); strings.Contains(page.Body, ">Bristol") {
		t.Error("the deleted view is still shown")
	}
}

func TestAViewOfNoTeamIsRefused(t *testing.T) {
	a := apptest.New(t)
	for _, body := range []string{`{"kind":"customers","name":"Mine","query":"","team_id":-1}`, `{"kind":"customers","name":"Mine","query":"","team_id":77,"shared":true}`} {
		if r := a.API("", "write").Call("POST", "/saved-views", body); r.Status != 422 || !strings.Contains(r.Body, "team_id") {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
}
