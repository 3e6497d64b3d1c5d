package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/api"
)

// paths are those of the lists, which take paging and filters, and those of one
// record with their methods.
func paths(a *apptest.App) (lists []string, records map[string][]string) {
	records = map[string][]string{}
	for path, item := range a.App.API.Document().Paths {
		for method, op := range api.Operations(item) {
			for _, p := range op.Parameters {
				if p.Name == "sort" && !strings.Contains(path, "{") {
					lists = append(lists, path)
				}
				if p.Name == "id" && p.In == "path" {
					records[path] = append(records[path], method)
				}
			}
		}
	}
	return lists, records
}

func TestEveryListKeepsTheContract(t *testing.T) {
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member") // approvals are for two
	client := a.API("", "write")
	lists, _ := paths(a)
	if len(lists) < 15 {
		t.Fatalf("only %d lists: %v", len(lists), lists)
	}
	for _, path := range lists {
		if path == "/jobs" { // a job has a name and is not made by anybody
			continue
		}
		for query, want := range map[string]int{
			"sort=-created_at": 200, "sort=created_at": 200, "limit=1&count=true": 200,
			"limit=1&limit=2": 422, "sort=id&sort=-id": 422, "cursor=a&cursor=b": 422, "q=a&q=b": 422, "count=true&count=false": 422,
			"filter[id][empty]=maybe": 422, "filter[id][empty]=false": 200, "sort=nonsense": 422, "nonsense=1": 422, "limit=0": 422, "limit=501": 422,
			"fields=id": 200, "fields=nonsense": 422, "fields=id,fields.nonsense": 422, "fields=id&fields=id": 422,
		} {
			r := client.Call(http.MethodGet, path+"?"+strings.NewReplacer("[", url.QueryEscape("["), "]", url.QueryEscape("]")).Replace(query), "")
			if path == "/evaluations" && query == "fields=id" {
				continue // its rows go by their customer
			}
			if r.Status != want {
				t.Errorf("%s?%s: %d, want %d %.300s", path, query, r.Status, want, r.Body)
			}
			if want == 422 && (!strings.Contains(r.Header.Get("Content-Type"), "problem+json") || !strings.Contains(r.Body, `"location":"query.`)) {
				t.Errorf("%s?%s does not say where: %s", path, query, r.Body)
			}
		}
	}
}

func TestWhatIsNoIdIsNotFound(t *testing.T) {
	a := apptest.New(t)
	client := a.API("", "write")
	_, records := paths(a)
	if len(records) < 20 {
		t.Fatalf("only %d paths of records", len(records))
	}
	for path, methods := range records {
		for _, method := range methods {
			for _, id := range []string{"abc", "0", "-1", "1.5", "99999999999999999999", "1%27--", "%00"} {
				r := client.Call(method, strings.Replace(path, "{id}", id, 1), "{}")
				if r.Status != http.StatusNotFound || !strings.Contains(r.Header.Get("Content-Type"), "problem+json") {
					t.Errorf("%s %s with %s: %d %s", method, path, id, r.Status, r.Body)
				}
			}
		}
	}
	absent := client.Call(http.MethodGet, "/customers/4711", "").Body
	if wrong := client.Call(http.MethodGet, "/customers/abc", "").Body; cut(wrong) != cut(absent) {
		t.Errorf("the answers differ: %s %s", wrong, absent)
	}
}

// cut leaves the request's own id out.
func cut(body string) string {
	before, after, _ := strings.Cut(body, `"instance":"`)
	_, rest, _ := strings.Cut(after, `"`)
	return before + rest
}
