package customer_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// A bulk change is looked at first, is one entry of the history, and one undo
// takes it back for all.
func TestManyAreChangedAfterALook(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	for i := range 3 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Kiosk %d","region":"Bath"}`, i))
	}
	b := a.Owner()
	b.Get("/customers")
	all := []string{"action", "change", "all", "1", "query", "filter[region][empty]=false", "field", "region", "was", "region", "value", "Bath"}
	look := b.Post("/customers/bulk", append(all, "do", "look")...)
	for _, want := range []string{"1 customer changes.", "3 already have it.", "Change 1 customer"} {
		if look.Status != 200 || !strings.Contains(look.Body, want) {
			t.Errorf("the look: %d, lacks %q\n%s", look.Status, want, look.Body)
		}
	}
	if n := a.Count(`SELECT count(*) FROM customer WHERE region = 'Bath'`); n != 3 {
		t.Fatalf("looking changed %d", n)
	}
	sets := a.Count(`SELECT count(*) FROM journal_set WHERE op = 'customer.bulk'`)
	done := b.Follow("/customers/bulk", append(all, "do", "apply")...)
	if !strings.Contains(done.Body, "1 customer changed") || a.Count(`SELECT count(*) FROM customer WHERE region = 'Bath'`) != 4 {
		t.Error("the change is not made")
	}
	if n := a.Count(`SELECT count(*) FROM journal_set WHERE op = 'customer.bulk'`) - sets; n != 1 {
		t.Errorf("it is %d entries of the history", n)
	}
	at := strings.Index(done.Body, `action="/history/`)
	if at < 0 {
		t.Fatal("no undo is offered")
	}
	b.Follow(done.Body[at+8 : at+8+strings.Index(done.Body[at+8:], `"`)])
	if n := a.Count(`SELECT count(*) FROM customer WHERE region = 'Bristol'`); n != 1 {
		t.Error("it is not taken back")
	}
	for _, c := range []struct {
		field, value, sql string
		want              int
	}{
		{"level", "B", `SELECT count(*) FROM customer WHERE level = 'B'`, 2},
		{"add_tags", "Café, Fresh", `SELECT count(*) FROM customer_tag`, 4},
		{"drop_tags", "Fresh", `SELECT count(*) FROM customer_tag`, 2},
		{"fields.oven", "rack", `SELECT count(*) FROM customer WHERE json_extract(fields, '$.f1') = 'rack'`, 2},
		{"fields.oven", "", `SELECT count(*) FROM customer WHERE json_extract(fields, '$.f1') IS NOT NULL`, 0},
	} {
		b.Get("/customers")
		form := []string{"action", "change", "id", "1", "id", "2", "id", "99", "query", "", "field", c.field, "was", c.field, "value", c.value, "do"}
		if look := b.Post("/customers/bulk", append(form, "look")...); !strings.Contains(look.Body, "1 is not yours to change.") {
			t.Errorf("%s: the look does not tell of the one that is not there: %d", c.field, look.Status)
		}
		b.Follow("/customers/bulk", append(form, "apply")...)
		if n := a.Count(c.sql); n != c.want {
			t.Errorf("%s %q: %d, want %d", c.field, c.value, n, c.want)
		}
	}
	var keeps struct{ Fields map[string]any }
	api.Into(&keeps, 200, "GET", "/customers/1", "")
	if keeps.Fields["key_holder"] != true {
		t.Errorf("another field was lost: %v", keeps.Fields)
	}
	for _, bad := range [][2]string{{"level", "Z"}, {"fields.oven", "clay"}, {"fields.none", "x"}, {"owner_id", "77"}, {"add_tags", ""}, {"name", "x"}} {
		b.Get("/customers")
		if r := b.Post("/customers/bulk", "action", "change", "id", "1", "field", bad[0], "was", bad[0], "value", bad[1], "do", "apply"); r.Status != 422 {
			t.Errorf("%v: %d, want 422", bad, r.Status)
		}
	}
	b.Get("/customers")
	if r := b.Post("/customers/bulk", "action", "change", "field", "level"); r.Status != 422 {
		t.Errorf("nobody chosen: %d", r.Status)
	}
	q := url.Values{"filter[secret][eq]": {"1"}}.Encode()
	if r := b.Post("/customers/bulk", "action", "change", "all", "1", "query", q, "field", "level"); r.Status != 422 {
		t.Errorf("a filter of nonsense: %d", r.Status)
	}
}
