package pages_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

const till = "Who,Ring,Since\nHarbour Bakery,+44 20 7946 0111,x\nFern & Field,+44 20 7946 0112,y\n"

// Settings are kept under a name, used by page and API, changed and taken back.
func TestSettingsAreKeptAndUsedAgain(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var made struct{ ID, Version int64 }
	api.Into(&made, 201, "POST", "/import-profiles", `{"kind":"customers","name":"Till","map":{"Who":"name","Ring":"phone","Since":""},"on_duplicate":"update"}`)
	for body, want := range map[string]int{
		`{"kind":"secrets","name":"x"}`:                                       422,
		`{"kind":"customers","name":""}`:                                      422,
		`{"kind":"customers","name":"x","map":{"Who":"no_such_column"}}`:      422,
		`{"kind":"customers","name":"x","map":{"Who":"+stolen"}}`:             422,
		`{"kind":"customers","name":"x","on_duplicate":"destroy everything"}`: 422,
	} {
		if r := api.Call("POST", "/import-profiles", body); r.Status != want {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	p, err := a.Imports.Named(a.As(auth.System("shell")), "customers", "till")
	if err != nil {
		t.Fatal(err)
	}
	run, _ := a.Import("customers", till, p.Options())
	if got := apptest.Tally(run); got != "2 0 0 0" {
		t.Fatal(got)
	}
	var rows struct {
		Items []struct {
			Line    int
			Outcome string
			ID      int64
		}
		Next string `json:"next_cursor"`
	}
	api.Into(&rows, 200, "GET", fmt.Sprintf("/imports/%d/rows?limit=1&outcome=created", run.ID), "")
	if len(rows.Items) != 1 || rows.Items[0].Line != 2 || rows.Items[0].ID == 0 || rows.Next == "" {
		t.Fatalf("%+v", rows)
	}
	next := rows.Next
	rows.Items, rows.Next = nil, ""
	api.Into(&rows, 200, "GET", fmt.Sprintf("/imports/%d/rows?limit=1&outcome=created&cursor=%s", run.ID, next), "")
	if len(rows.Items) != 1 || rows.Items[0].Line != 3 || rows.Next != "" {
		t.Fatalf("%+v", rows)
	}
	b := a.Owner()
	page := b.Get(fmt.Sprintf("/imports/%d/rows?outcome=created", run.ID)).Body
	if !strings.Contains(page, fmt.Sprintf(`href="/customers/%d"`, rows.Items[0].ID)) {
		t.Error("a row does not open its record")
	}
	if page := b.Get(fmt.Sprintf("/imports/new?like=%d", run.ID)).Body; !strings.Contains(page, `name="like" value="`) {
		t.Error("the same settings again are not offered")
	}
	r := b.Post(fmt.Sprintf("/imports/profiles/%d", made.ID), "version", "1", "name", "Till of 2026", "on_duplicate", "skip", "column-2", "name")
	if r.Status != 303 {
		t.Fatalf("change: %d %s", r.Status, r.Body)
	}
	if r := b.Post(fmt.Sprintf("/imports/profiles/%d", made.ID), "version", "1", "name", "late", "on_duplicate", "skip"); r.Status == 303 {
		t.Error("a stale change was taken")
	}
	if !strings.Contains(b.Get("/imports/profiles").Body, "Till of 2026") || !strings.Contains(b.Get(fmt.Sprintf("/imports/profiles/%d", made.ID)).Body, "Ring") {
		t.Error("the profile is not shown")
	}
	a.Colleague("dan@example.com", "member")
	dan := a.SignIn("dan@example.com", apptest.Password)
	for _, path := range []string{"/imports/profiles", fmt.Sprintf("/imports/%d/rows", run.ID)} {
		if r := dan.Get(path); r.Status != 403 {
			t.Errorf("%s for a member: %d", path, r.Status)
		}
	}
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/import-profiles/%d", made.ID), "")
	if r := api.Call("GET", fmt.Sprintf("/import-profiles/%d", made.ID), ""); r.Status != 404 {
		t.Errorf("deleted and there: %d", r.Status)
	}
}
