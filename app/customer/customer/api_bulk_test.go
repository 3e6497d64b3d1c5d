package customer_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// Many customers are changed by their ids or a filter, looked at first, as one
// entry of the history.
func TestTheAPIChangesMany(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	type outcome struct {
		Preview bool
		Fields  []struct {
			Field                 string
			Changes, Same, Hidden int
		}
	}
	ask := func(path, body string) string {
		t.Helper()
		var o outcome
		api.Into(&o, 200, "PATCH", path, body)
		return fmt.Sprint(o)
	}
	const set = `{"set":{"level":"B","add_tags":["Fair"]}}`
	n := a.Count(`SELECT count(*) FROM customer WHERE kind = 'person'`)
	want := fmt.Sprintf("[{add_tags %d 0 0} {level %d 0 0}]}", n, n)
	if got := ask("/customers?filter[kind][eq]=person&preview=true", set); got != "{true "+want || a.Count(`SELECT count(*) FROM customer WHERE level = 'B'`) != 0 {
		t.Errorf("the preview says %s, want %s", got, want)
	}
	before := a.Count(`SELECT count(*) FROM journal_set WHERE op = 'customer.bulk'`)
	if got := ask("/customers?filter[kind][eq]=person", set); got != "{false "+want || a.Count(`SELECT count(*) FROM customer WHERE level = 'B' AND kind = 'person'`) != n {
		t.Errorf("the change says %s", got)
	}
	if got := a.Count(`SELECT count(*) FROM journal_set WHERE op = 'customer.bulk'`) - before; got != 1 {
		t.Errorf("%d entries of the history", got)
	}
	if got := ask("/customers", `{"ids":[1,999999],"set":{"region":null}}`); !strings.Contains(got, "region") || !strings.HasSuffix(got, " 1}]}") {
		t.Errorf("of one that is not there: %s", got)
	}
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) FROM journal_set WHERE op = 'customer.bulk' AND id < (SELECT max(id) FROM journal_set WHERE op = 'customer.bulk')`)), "{}")
	if a.Count(`SELECT count(*) FROM customer WHERE level = 'B'`) != 0 {
		t.Error("one undo does not take it back")
	}
	for body, field := range map[string]string{`{"set":{"level":"Z"},"ids":[1]}`: "set.level", `{"set":{"nope":1},"ids":[1]}`: "set.nope", `{"set":{},"ids":[1]}`: "set", `{"set":{"level":"A"}}`: ""} {
		if r := api.Call("PATCH", "/customers", body); r.Status != 422 || !strings.Contains(r.Body, field) {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	if r := a.API("", "read").Call("PATCH", "/customers?q=x", set); r.Status != 403 {
		t.Errorf("a token that reads: %d", r.Status)
	}
	if r := a.Anonymous().Call("PATCH", "/customers?q=x", set); r.Status != 401 {
		t.Errorf("nobody: %d", r.Status)
	}
	var groups struct {
		Items []struct {
			Value any
			Count int
		}
	}
	api.Into(&groups, 200, "GET", "/customers/groups?by=kind", "")
	if len(groups.Items) != 2 || groups.Items[0].Count < groups.Items[1].Count {
		t.Errorf("groups %v", groups)
	}
	for path, status := range map[string]int{"/customers/groups?by=tag_id": 200, "/customers/groups?by=notes": 422, "/customers/groups": 422, "/orders/groups?by=status&filter[total][gt]=0": 200,
		"/products/groups?by=category": 200, "/payments/groups?by=method": 200, "/payments/groups?by=x'": 422} {
		if r := api.Call("GET", path, ""); r.Status != status {
			t.Errorf("%s: %d %.200s", path, r.Status, r.Body)
		}
	}
}

// A value of the wrong kind is refused by its field's name, in a change of many
// and of one, and never stored as something else.
func TestTheAPIRefusesValuesOfTheWrongKind(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	refused := func(method, path, body, field string) {
		t.Helper()
		if r := api.Call(method, path, body); r.Status != 422 || !strings.Contains(r.Body, field) {
			t.Errorf("%s %s: %d %s", method, body, r.Status, r.Body)
		}
	}
	sets := a.Count(`SELECT count(*) FROM journal_set`)
	for _, bad := range []string{`"region":{"a":1}`, `"region":true`, `"region":[]`, `"source":5`, `"level":[]`, `"owner_id":"1"`, `"owner_id":true`, `"add_tags":{"name":"VIP"}`, `"add_tags":[1]`, `"add_tags":"VIP"`,
		`"drop_tags":[{}]`, `"fields.oven":{"a":1}`, `"fields.oven":[]`, `"fields.oven":true`, `"fields.key_holder":{}`, `"fields.key_holder":3`} {
		refused("PATCH", "/customers", `{"ids":[1],"set":{`+bad+`}}`, "set."+strings.Split(bad, `"`)[1])
	}
	for _, bad := range []string{`{"oven":{"a":1}}`, `{"oven":[]}`, `{"oven":true}`, `{"key_holder":[true]}`} {
		key := "fields." + strings.Split(bad, `"`)[1]
		refused("POST", "/customers", `{"name":"Ada","fields":`+bad+`}`, key)
		refused("PATCH", "/customers/1", fmt.Sprintf(`{"version":%d,"fields":%s}`, a.Count(`SELECT version FROM customer WHERE id = 1`), bad), key)
	}
	refused("PATCH", "/customers?filter[kind][eq]=person", `{"ids":[1],"set":{"level":"B"}}`, "ids")
	refused("PATCH", "/customers?filter[kind][eq]=person", `{"ids":[],"set":{"level":"B"}}`, "ids")
	refused("PATCH", "/customers", `{"ids":[],"set":{"level":"B"}}`, "")
	refused("PATCH", "/customers", `{"ids":[1],"set":{"add_tags":["VIP"],"drop_tags":["VIP"]}}`, "set.drop_tags")
	if n := a.Count(`SELECT count(*) FROM journal_set`); n != sets {
		t.Errorf("%d changes were kept", n-sets)
	}
}
