package tag_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestTagsAreRenamedAndRemovedForEverybody(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	var c struct{ Tags []string }
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","tags":["Café"]}`)
	api.Into(nil, 422, "POST", "/tags", `{"name":"café "}`)
	api.Into(nil, 422, "POST", "/tags", `{"name":"  "}`)
	api.Into(nil, 200, "PATCH", "/tags/1", `{"version":1,"name":"Coffee house"}`)
	api.Into(&c, 200, "GET", "/customers/1", "")
	if len(c.Tags) != 1 || c.Tags[0] != "Coffee house" {
		t.Errorf("tags: %v", c.Tags)
	}
	api.Into(nil, 409, "PATCH", "/tags/1", `{"version":1,"name":"Other"}`)
	api.Into(nil, 204, "DELETE", "/tags/1", "")
	api.Into(&c, 200, "GET", "/customers/1", "")
	if len(c.Tags) != 0 {
		t.Errorf("the tag is still there: %v", c.Tags)
	}
	if r := a.Anonymous().Call("GET", "/tags", ""); r.Status != 401 {
		t.Errorf("without a token: %d", r.Status)
	}
	a.Colleague("dan@example.com", "member")
	if r := a.API("dan@example.com", "write").Call("DELETE", "/tags/1", ""); r.Status != 403 {
		t.Errorf("a member deletes: %d", r.Status)
	}
}

type tags struct {
	Items []struct {
		ID        int64
		Name      string
		Colour    int
		Customers int
	}
}

func (l tags) names() (out []string) {
	for _, t := range l.Items {
		out = append(out, t.Name)
	}
	return out
}

func TestATagGoesIntoAnotherAndComesBack(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, tags := range []string{`"VIP"`, `"VIP","Key"`, `"Key"`, `"VIP"`} {
		api.Into(nil, 201, "POST", "/customers", `{"name":"C","tags":[`+tags+`]}`)
	}
	api.Into(nil, 201, "POST", "/saved-views", `{"kind":"customers","name":"Mine","query":"filter[tag_id][in]=1,9&sort=-created_at"}`)
	before := dump(t, a)
	var m struct {
		Moves, Both int
		Into        struct{ Name string }
	}
	api.Into(&m, 200, "POST", "/tags/1/merge", `{"into_id":2,"preview":true}`)
	if m.Moves != 2 || m.Both != 1 || m.Into.Name != "Key" || dump(t, a) != before {
		t.Fatalf("preview: %+v", m)
	}
	for body, status := range map[string]int{`{"into_id":1}`: 422, `{"into_id":99}`: 422, `{"into_id":0}`: 422, `{}`: 422} {
		if r := api.Call("POST", "/tags/1/merge", body); r.Status != status {
			t.Errorf("%s: %d", body, r.Status)
		}
	}
	b := a.Owner()
	if page := b.Get("/settings/tags/1?into=2"); !strings.Contains(page.Body, "2 customers get the other tag") || !strings.Contains(page.Body, "1 customer carries both") {
		t.Errorf("the preview does not say it: %d", page.Status)
	}
	b.Follow("/settings/tags/1/merge", "into_id", "2")
	var l tags
	api.Into(&l, 200, "GET", "/tags", "")
	if len(l.Items) != 1 || l.Items[0].Customers != 4 {
		t.Errorf("after the merge: %+v", l)
	}
	var v struct{ Query string }
	api.Into(&v, 200, "GET", "/saved-views/1", "")
	if q, _ := url.ParseQuery(v.Query); q.Get("filter[tag_id][in]") != "2,9" {
		t.Errorf("the view asks for %s", v.Query)
	}
	undo(a, api)
	if now := dump(t, a); now != before {
		t.Errorf("undo left\n%s\nwant\n%s", now, before)
	}
}

func TestUnusedTagsGoTogether(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for i := range 2000 {
		api.Into(nil, 201, "POST", "/tags", fmt.Sprintf(`{"name":"Tag %04d"}`, i))
	}
	var many []string
	for i := range 200 {
		many = append(many, fmt.Sprintf(`"Tag %04d"`, i))
	}
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","tags":[`+strings.Join(many, ",")+`]}`)
	api.Into(nil, 422, "PATCH", "/customers/1", `{"version":1,"tags":[`+strings.Join(many, ",")+`,"one more"]}`)
	b := a.Owner()
	if page := b.Get("/customers/1"); !strings.Contains(page.Body, "Tag 0199") || !strings.Contains(page.Body, "and 188 more") {
		t.Errorf("the record does not show its tags: %d", page.Status)
	}
	if page := b.Get("/customers/filter?filter[tag_id][in]=150"); !strings.Contains(page.Body, "<datalist") || !strings.Contains(page.Body, `value="150" checked`) {
		t.Errorf("the filter does not offer its tags: %d", page.Status)
	}
	for typed, want := range map[string]string{"Tag 0149 #150": "150", "tag 1999": "2000"} {
		r := b.Get("/customers/filter?lines=1&f.0=tag_id&w.0=is&v.0=" + url.QueryEscape(typed) + "&do=use")
		if q, _ := url.QueryUnescape(r.Header.Get("Location")); r.Status != 303 || !strings.HasSuffix(q, "="+want) {
			t.Errorf("%s leads to %d %s", typed, r.Status, q)
		}
	}
	if page := b.Get("/settings/tags?unused=1&q=1999"); !strings.Contains(page.Body, "Tag 1999") || strings.Contains(page.Body, "Tag 0001") {
		t.Errorf("the unused: %d", page.Status)
	}
	if page := b.Get("/settings/tags?sort=-customers"); page.Status != 200 || !strings.Contains(page.Body, "rel=\"next\"") {
		t.Errorf("by use: %d", page.Status)
	}
	b.Follow("/settings/tags/delete", "unused", "1")
	if n := a.Count("SELECT count(*) FROM tag"); n != 200 {
		t.Errorf("%d are left", n)
	}
	undo(a, api)
	if n := a.Count("SELECT count(*) FROM tag"); n != 2000 {
		t.Errorf("%d came back", n)
	}
	b.Follow("/settings/tags/delete", "id", "3", "id", "4")
	if n := a.Count("SELECT count(*) FROM customer_tag"); n != 198 {
		t.Errorf("%d still carry one", n)
	}
	if r := b.Post("/settings/tags/delete"); r.Status != 422 {
		t.Errorf("nothing chosen: %d", r.Status)
	}
	if r := b.Post("/settings/tags/delete", "id", "x"); r.Status != 404 {
		t.Errorf("nonsense chosen: %d", r.Status)
	}
}

func TestTagsAreChangedByThoseWhoMay(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada","owner_id":1,"tags":["VIP"]}`)
	api.Into(nil, 201, "POST", "/tags", `{"name":"Key","colour":3}`)
	a.Colleague("dan@example.com", "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write")
	dan := a.API("dan@example.com", "write")
	var l tags
	dan.Into(&l, 200, "GET", "/tags?sort=name", "")
	if got := l.names(); len(got) != 2 || got[0] != "Key" || l.Items[1].Customers != 0 {
		t.Errorf("a member sees %+v", l)
	}
	for _, query := range []string{"filter[customers][eq]=1", "filter[used][eq]=true", "sort=-customers"} {
		if r := dan.Call("GET", "/tags?"+query, ""); r.Status != 422 {
			t.Errorf("%s tells a member of customers they do not see: %d", query, r.Status)
		}
	}
	dan.Into(nil, 201, "POST", "/tags", `{"name":"Mine"}`)
	for call, body := range map[string]string{"PATCH /tags/1": `{"version":1,"name":"X"}`, "DELETE /tags/1": "", "POST /tags/1/merge": `{"into_id":2}`, "POST /tags/delete-unused": ""} {
		method, path, _ := strings.Cut(call, " ")
		if r := dan.Call(method, path, body); r.Status != 403 {
			t.Errorf("%s: %d", call, r.Status)
		}
		if r := a.Anonymous().Call(method, path, body); r.Status != 401 {
			t.Errorf("a stranger's %s: %d", call, r.Status)
		}
	}
	d := a.SignIn("dan@example.com", apptest.Password)
	if page := d.Get("/settings/tags"); page.Status != 200 || strings.Contains(page.Body, "/settings/tags/1") {
		t.Errorf("a member's page: %d", page.Status)
	}
	if r := d.Get("/settings/tags/1"); r.Status != 403 {
		t.Errorf("a member opens one: %d", r.Status)
	}
	b.Follow("/settings/tags/2", "version", "1", "name", "Key account", "colour", "5")
	if r := b.Post("/settings/tags/2", "version", "1", "name", "Other", "colour", "6"); r.Status != 409 || !strings.Contains(r.Body, "Key account") {
		t.Errorf("the second editor: %d", r.Status)
	}
	if r := b.Post("/settings/tags/2", "version", "2", "name", "vip", "colour", "6"); r.Status != 422 {
		t.Errorf("a name twice: %d", r.Status)
	}
	if page := b.Get("/customers/1"); !strings.Contains(page.Body, `class="pill tag hue-`) {
		t.Error("the record shows no colour")
	}
}

// undo takes the last change back.
func undo(a *apptest.App, api *apptest.API) {
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count("SELECT max(id) FROM journal_set")), `{}`)
}

// dump is every row that a merge of tags touches.
func dump(t *testing.T, a *apptest.App) string {
	t.Helper()
	var rows []string
	err := a.DB.Reader(t.Context()).Select(t.Context(), &rows, `
		SELECT 'tag ' || json_array(id, name, colour, version) FROM tag
		UNION ALL SELECT 'carried ' || json_array(id, customer_id, tag_id) FROM customer_tag
		UNION ALL SELECT 'view ' || json_array(id, query) FROM saved_view ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(rows, "\n")
}
