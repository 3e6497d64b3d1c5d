package history_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// made adds a customer through the API and gives its id and the change.
func made(t *testing.T, api *apptest.API, name string) (id, set int64) {
	t.Helper()
	var c struct{ ID int64 }
	api.Into(&c, http.StatusCreated, "POST", "/customers", fmt.Sprintf(`{"kind":"person","name":%q}`, name))
	return c.ID, newest(t, api)
}

func newest(t *testing.T, api *apptest.API) int64 {
	t.Helper()
	var list struct {
		Items []struct {
			ID       int64
			Undoable bool
		}
	}
	api.Into(&list, http.StatusOK, "GET", "/history?limit=1", "")
	if len(list.Items) != 1 || !list.Items[0].Undoable {
		t.Fatalf("history %+v", list)
	}
	return list.Items[0].ID
}

func TestUndoAndRedoOverTheAPI(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	id, set := made(t, api, "Canal Yard")
	record := fmt.Sprintf("/customers/%d", id)
	var undone struct {
		ID        int64
		Rows      int
		Conflicts []any
	}
	api.Into(&undone, http.StatusOK, "POST", fmt.Sprintf("/history/%d/undo", set), "")
	if r := api.Call("GET", record, ""); r.Status != http.StatusNotFound || undone.Rows == 0 || undone.Conflicts == nil {
		t.Errorf("after undo %d, %+v", r.Status, undone)
	}
	api.Into(nil, http.StatusConflict, "POST", fmt.Sprintf("/history/%d/undo", set), "")
	api.Into(nil, http.StatusOK, "POST", fmt.Sprintf("/history/%d/undo", undone.ID), "")
	api.Into(nil, http.StatusOK, "GET", record, "")
}

func TestConflictsOverTheAPI(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	id, _ := made(t, api, "First")
	record := fmt.Sprintf("/customers/%d", id)
	change := func(body string) int64 {
		var c struct{ Version int64 }
		api.Into(&c, http.StatusOK, "GET", record, "")
		api.Into(nil, http.StatusOK, "PATCH", record, fmt.Sprintf(`{"version":%d,%s}`, c.Version, body))
		return newest(t, api)
	}
	set := change(`"name":"Second","region":"North"`)
	change(`"name":"Third"`)
	var p struct {
		Current struct {
			Conflicts []struct{ Table, Reason string }
		}
	}
	api.Into(&p, http.StatusConflict, "POST", fmt.Sprintf("/history/%d/undo", set), "")
	if len(p.Current.Conflicts) != 1 || p.Current.Conflicts[0].Table != "customer" || p.Current.Conflicts[0].Reason != "changed" {
		t.Errorf("%+v", p)
	}
	api.Into(nil, http.StatusOK, "POST", fmt.Sprintf("/history/%d/undo?skip_conflicts=true", set), "")
	var d struct {
		Size    int
		Changes []struct {
			Name, Op string
			Fields   []struct{ Name string }
		}
	}
	api.Into(&d, http.StatusOK, "GET", fmt.Sprintf("/history/%d", set), "")
	if d.Size == 0 || len(d.Changes) == 0 || d.Changes[0].Op != "update" || d.Changes[0].Name != "Third" {
		t.Errorf("%+v", d)
	}
	for path, want := range map[string]int{
		"/history?subject=customer.1": 200, "/history?subject=nonsense": 422, "/history?filter[op][eq]=customer.create": 200, "/history?filter[nonsense][eq]=1": 422,
		"/history?sort=nonsense": 422, "/history?cursor=x": 422, "/history/999999": 404, "/audit": 200, "/audit?count=true": 200,
	} {
		if r := api.Call("GET", path, ""); r.Status != want {
			t.Errorf("%s: %d, want %d\n%s", path, r.Status, want, r.Body)
		}
	}
	if r := a.API("", "read").Call("POST", fmt.Sprintf("/history/%d/undo", set), ""); r.Status != http.StatusForbidden {
		t.Errorf("a read token took something back: %d", r.Status)
	}
}

func TestThePagesOfTheJournal(t *testing.T) {
	a := apptest.New(t)
	_, set := made(t, a.API("", "write"), "Canal <b>Yard</b>")
	b := a.Owner()
	for _, path := range []string{"/history", "/history?view=mine", "/history?view=audit"} {
		if r := b.Get(path); r.Status != http.StatusOK || !strings.Contains(r.Body, "Canal &lt;b&gt;Yard&lt;/b&gt;") {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	one := fmt.Sprintf("/history/%d", set)
	if r := b.Get(one); r.Status != http.StatusOK || !strings.Contains(r.Body, "/undo") {
		t.Errorf("%d\n%s", r.Status, r.Body)
	}
	if r := b.Post(one+"/undo", "scope", "rows"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("no rows ticked: %d", r.Status)
	}
	r := b.Follow(one + "/undo")
	if r.Status != http.StatusOK || !strings.Contains(r.Body, "taken back") || !strings.Contains(r.Body, `class="toast"`) {
		t.Errorf("%d\n%s", r.Status, r.Body)
	}
	if r := b.Post(one + "/undo"); r.Status != http.StatusConflict {
		t.Errorf("twice: %d", r.Status)
	}
	if r := b.Post(one+"/undo", "_csrf", "forged"); r.Status != http.StatusForbidden {
		t.Errorf("a forged form: %d", r.Status)
	}
	for _, path := range []string{"/history/0", "/history/x", "/history/99999", "/history?subject=zzz"} {
		if r := b.Get(path); r.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
}

func TestTheHistoryIsNarrowedByPersonKindAndDay(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	made(t, api, "Canal Yard")
	made(t, api, "Quay Lane Deli")
	api.Into(nil, http.StatusCreated, "POST", "/tasks", `{"title":"Count the jars","due_at":"2026-03-01T09:00:00Z"}`)
	in := a.Owner()
	for query, want := range map[string][2]bool{ // what of Canal Yard and of the jars is shown
		"":                                 {true, true},
		"?q=canal":                         {true, false},
		"?filter[subject_kind][eq]=task":   {false, true},
		"?filter[user_id][eq]=1":           {true, true},
		"?filter[user_id][eq]=999":         {false, false},
		"?filter[created_at][gte]=today":   {true, true},
		"?filter[created_at][lte]=today":   {true, true},
		"?filter[created_at][lte]=-1d":     {false, false},
		"?view=mine&q=jars":                {false, true},
		"?view=audit&q=canal":              {true, false},
		"?q=%27%3B+DROP+TABLE+journal_set": {false, false},
	} {
		body := in.Get("/history" + query).Body
		if got := [2]bool{strings.Contains(body, "Canal Yard</b>"), strings.Contains(body, "Count the jars</b>")}; got != want {
			t.Errorf("%q shows %v, want %v", query, got, want)
		}
	}
	for _, query := range []string{"?filter[user_id][eq]=x", "?filter[created_at][gte]=soon"} {
		if r := in.Get("/history" + query); r.Status != http.StatusUnprocessableEntity && r.Status != http.StatusBadRequest {
			t.Errorf("%q: %d", query, r.Status)
		}
	}
}

func TestAConflictShowsWhatStandsThereNow(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	id, _ := made(t, api, "First")
	record := fmt.Sprintf("/customers/%d", id)
	for i, name := range []string{"Second", "Third"} {
		api.Into(nil, http.StatusOK, "PATCH", record, fmt.Sprintf(`{"version":%d,"name":%q}`, i+1, name))
	}
	var list struct{ Items []struct{ ID int64 } }
	api.Into(&list, http.StatusOK, "GET", "/history?limit=2", "")
	set := list.Items[1].ID
	var change struct {
		Changes []struct {
			ID     int64
			Fields []struct {
				Name string
				Now  any
			}
		}
	}
	api.Into(&change, http.StatusOK, "GET", fmt.Sprintf("/history/%d", set), "")
	body := a.Owner().Get(fmt.Sprintf("/history/%d", set)).Body
	if !strings.Contains(body, "now: Third") || !strings.Contains(body, `name="force"`) {
		t.Errorf("the page does not say what stands there now:\n%s", body)
	}
	var force int64
	for _, c := range change.Changes {
		for _, f := range c.Fields {
			if f.Name == "name" && f.Now == "Third" {
				force = c.ID
			}
		}
	}
	api.Into(nil, http.StatusConflict, "POST", fmt.Sprintf("/history/%d/undo", set), "")
	api.Into(nil, http.StatusOK, "POST", fmt.Sprintf("/history/%d/undo", set), fmt.Sprintf(`{"force":[%d]}`, force))
	var c struct{ Name string }
	api.Into(&c, http.StatusOK, "GET", record, "")
	if c.Name != "First" {
		t.Errorf("after setting back the name is %q", c.Name)
	}
}

func TestAChangeOfManyIsTakenBackOnlyWhereTheyAreStillTheirs(t *testing.T) {
	a := apptest.New(t)
	owner := a.API("", "write")
	sam := a.Colleague(apptest.MemberEmail, "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write")
	for _, name := range []string{"Canal Yard", "Quay Lane Deli"} {
		owner.Into(nil, http.StatusCreated, "POST", "/customers", fmt.Sprintf(`{"name":%q,"owner_id":%d}`, name, sam.ID))
	}
	theirs := a.API(apptest.MemberEmail, "write")
	theirs.Into(nil, http.StatusOK, "PATCH", "/customers", `{"ids":[1,2],"set":{"region":"North"}}`)
	set := newest(t, theirs)
	owner.Into(nil, http.StatusOK, "PATCH", "/customers/1", `{"version":2,"owner_id":1,"region":"Secret","name":"Renamed Yard"}`)
	if r := theirs.Call("GET", "/customers/1", ""); r.Status != http.StatusNotFound {
		t.Fatalf("the first is still theirs: %d", r.Status)
	}
	r := theirs.Call("GET", fmt.Sprintf("/history/%d", set), "")
	if r.Status != http.StatusOK || strings.Contains(r.Body, "Secret") || strings.Contains(r.Body, "Renamed") || !strings.Contains(r.Body, `"hidden"`) {
		t.Errorf("the change tells of what is hidden: %d %s", r.Status, r.Body)
	}
	var force []string
	for n := range a.Count("SELECT max(id) FROM journal_change") {
		force = append(force, fmt.Sprint(n+1))
	}
	theirs.Into(nil, http.StatusConflict, "POST", fmt.Sprintf("/history/%d/undo", set), fmt.Sprintf(`{"force":[%s]}`, strings.Join(force, ",")))
	theirs.Into(nil, http.StatusOK, "POST", fmt.Sprintf("/history/%d/undo?skip_conflicts=true", set), fmt.Sprintf(`{"force":[%s]}`, strings.Join(force, ",")))
	if n := a.Count("SELECT count(*) FROM customer WHERE (id = 1 AND region = 'Secret') OR (id = 2 AND region = '')"); n != 2 {
		t.Errorf("%d of 2 stand as they should", n)
	}
}
