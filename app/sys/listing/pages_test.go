package listing_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

// lists are the pages that share columns, groups, filters and views, with a
// filter that leaves something of the sample, one that leaves nothing, and a field
// that divides it.
var lists = []struct{ path, some, none, column, group string }{
	{"/contacts", "filter[title][contains]=e", "filter[name][eq]=nobody", "wechat", "title"},
	{"/tasks?look=table", "filter[open][eq]=true", "filter[title][eq]=nothing", "notes", "kind"},
	{"/feedback-cases?look=table", "filter[open][eq]=true", "filter[cause][eq]=nothing", "comment", "state"},
	{"/orders", "filter[status][ne]=draft", "filter[customer][eq]=nobody", "notes", "status"},
	{"/products", "filter[any1][name][empty]=false", "filter[name][eq]=nothing", "external_id", "active"},
	{"/payments", "filter[amount][gt]=0", "filter[method][eq]=nothing", "note", "method"},
}

func with(path, query string) string {
	if strings.Contains(path, "?") {
		return path + "&" + query
	}
	return path + "?" + query
}

// A list shows chosen columns and groups, is narrowed by filters that stand above
// it in words, and what is asked for wrongly is refused.
func TestListsAreArrangedByTheirAddress(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	a.Settle()
	a.Import("contacts", "customer,name,title,phone\nHarbour Street Bakery,Rosa Weaver,Head baker,+44 20 7946 0958\n", importDefaults)
	b := a.Owner()
	for _, l := range lists {
		page := b.Get(with(l.path, l.some+"&columns="+l.column+"&group="+l.group))
		if page.Status != 200 || !strings.Contains(page.Body, `<tr class="group">`) || !strings.Contains(page.Body, `class="chip"`) {
			t.Errorf("%s with columns and groups: %d", l.path, page.Status)
		}
		if page := b.Get(with(l.path, l.none)); page.Status != 200 || strings.Contains(page.Body, "<tbody>") {
			t.Errorf("%s with a filter that leaves nothing: %d", l.path, page.Status)
		}
		if page := b.Get(with(l.path, l.some)); page.Status != 200 || !strings.Contains(page.Body, "<tbody><tr>") {
			t.Errorf("%s %s shows no rows: %d\n%s", l.path, l.some, page.Status, page.Body)
		}
		for _, wrong := range []string{"filter[secret][eq]=1", "sort=secret", "group=secret", "group=id", "filter[any1][x]=1"} {
			if r := b.Get(with(l.path, wrong)); r.Status != 422 {
				t.Errorf("%s %s: %d, want 422", l.path, wrong, r.Status)
			}
		}
		if r := a.Browser().Get(l.path); r.Status != 303 {
			t.Errorf("%s without login: %d", l.path, r.Status)
		}
	}
}

// The panels lead from a list back to it, without script, and keep what they are
// not about.
func TestPanelsLeadBackToTheirList(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	for _, l := range lists {
		path, rest, _ := strings.Cut(l.path, "?")
		keep := url.QueryEscape(strings.TrimPrefix(rest+"&sort=-created_at", "&"))
		if page := b.Get(path + "/filter?" + l.some); page.Status != 200 || !strings.Contains(page.Body, `name="f.0"`) {
			t.Errorf("%s/filter: %d", path, page.Status)
		}
		done := b.Get(path + "/filter?lines=1&rest=" + keep + "&f.0=created_at&w.0=last&v.0=90&do=use")
		q, err := url.ParseQuery(strings.TrimPrefix(done.Location, path+"?"))
		if path == "/feedback-cases" { // has no such field: the line is dropped
			q.Set("filter[created_at][eq]", "last_90d")
		}
		if err != nil || done.Status != 303 || q.Get("sort") != "-created_at" || q.Get("filter[created_at][eq]") != "last_90d" || rest != "" && q.Get("look") != "table" {
			t.Errorf("%s/filter leads to %d %s", path, done.Status, done.Location)
		}
		chosen := b.Get(path + "/columns?lines=1&rest=" + url.QueryEscape(rest) + "&c=" + l.column + "&group=" + l.group + "&do=use")
		if q, _ := url.ParseQuery(strings.TrimPrefix(chosen.Location, path+"?")); q.Get("columns") != l.column || q.Get("group") != l.group {
			t.Errorf("%s/columns leads to %d %s", path, chosen.Status, chosen.Location)
		}
		for _, panel := range []string{"/filter", "/columns"} {
			if r := a.Browser().Get(path + panel); r.Status != 303 {
				t.Errorf("%s%s without login: %d", path, panel, r.Status)
			}
		}
	}
	if page := b.Get("/tasks/filter"); strings.Contains(page.Body, `value="owner_id"`) {
		t.Error("a shop of one is offered owners")
	}
	if page := b.Get("/tasks/columns"); strings.Contains(page.Body, `value="owner_id"`) {
		t.Error("a shop of one is offered the column of owners")
	}
}

// The API counts groups and picks fields of the same lists; a pinned view of each
// counts what it shows; others' records stay theirs.
func TestTheAPIAndPinsKnowTheSameLists(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	a.Settle()
	a.Import("contacts", "customer,name,title,phone\nHarbour Street Bakery,Rosa Weaver,Head baker,+44 20 7946 0958\n", importDefaults)
	api := a.API("", "write")
	for path, by := range map[string]string{"/contacts": "title", "/tasks": "kind", "/feedback-cases": "state"} {
		var groups struct{ Items []struct{ Count int } }
		api.Into(&groups, 200, "GET", path+"/groups?by="+by, "")
		if len(groups.Items) == 0 || groups.Items[0].Count < 1 {
			t.Errorf("%s/groups: %+v", path, groups)
		}
		var list struct{ Items []map[string]any }
		api.Into(&list, 200, "GET", path+"?fields=version&sort=-id", "")
		if len(list.Items) == 0 || len(list.Items[0]) != 2 {
			t.Errorf("%s with fields=version: %v", path, list.Items)
		}
		if r := api.Call("GET", path+"/groups?by=nothing", ""); r.Status != 422 {
			t.Errorf("%s grouped by nothing: %d", path, r.Status)
		}
		if r := a.Anonymous().Call("GET", path+"/groups?by="+by, ""); r.Status != 401 {
			t.Errorf("%s/groups without a token: %d", path, r.Status)
		}
	}
	var v struct{ ID int64 }
	api.Into(&v, 201, "POST", "/saved-views", `{"kind":"contacts","name":"Bakers","query":"filter[title][contains]=baker"}`)
	api.Into(nil, 200, "PATCH", "/saved-views/"+itoa(v.ID), `{"pinned":true}`)
	a.Pass(time.Minute)
	if page := a.Owner().Get("/contacts"); !strings.Contains(page.Body, `<span class="nm">Bakers</span><span class="n">2</span>`) {
		t.Error("the pinned view of contacts does not count")
	}
	a.Colleague("dan@example.com", "member")
	owner := a.Owner()
	owner.Get("/settings/roles")
	owner.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read")
	var hidden struct{ ID int64 }
	api.Into(&hidden, 201, "POST", "/customers", `{"name":"Hill Top Mill","owner_id":1}`)
	api.Into(nil, 201, "POST", "/contacts", `{"customer_id":`+itoa(hidden.ID)+`,"name":"Gwen Miller"}`)
	dan := a.SignIn("dan@example.com", apptest.Password)
	if page := dan.Get("/contacts"); page.Status != 200 || strings.Contains(page.Body, "Gwen Miller") {
		t.Errorf("somebody who sees only their own customers sees others' contacts: %d", page.Status)
	}
	if r := dan.Get("/contacts?filter[phone][contains]=958"); r.Status != 422 {
		t.Errorf("somebody who sees numbers masked looks through them: %d, want 422", r.Status)
	}
	if r := dan.Get("/tasks?look=table"); r.Status != 403 {
		t.Errorf("the table of tasks without the right to tasks: %d, want 403", r.Status)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

var importDefaults = importer.Options{}
