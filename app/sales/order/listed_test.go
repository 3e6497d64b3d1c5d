package order_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// The lists of orders, products and payments show the columns, the order and the
// groups that the address names, offer them in a panel and keep views of it.
func TestListsShowWhatWasChosen(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b, api := a.Owner(), a.API("", "write")
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"order","kind":"choice","name_en":"Gate","choices":["north","south"],"filterable":true}`)
	for _, c := range []struct{ path, holds, not string }{
		{"/orders", `data-l="Items"`, `data-l="Gate"`},
		{"/orders?columns=fields.gate,notes,total", `data-l="Gate"`, `data-l="Items"`},
		{"/orders?columns=total,nonsense,total", `data-l="Total"`, "nonsense\""},
		{"/orders?group=status", `<tr class="group">`, ""},
		{"/orders?group=fields.gate", "scope=\"rowgroup\">None", ""},
		{"/products?columns=price,created_at&sort=-price", `data-l="Created"`, `data-l="Unit"`},
		{"/products?group=category", `<tr class="group">`, ""},
		{"/payments?columns=note,amount", `data-l="Note"`, `data-l="Order"`},
		{"/payments?group=method", `<tr class="group">`, ""},
		{"/orders/columns", `name="c" value="ordered_on"`, ""},
		{"/orders/columns?lines=1&rest=sort%3Dtotal&c=total&do=add&new=fields.gate", `name="c" value="fields.gate"`, ""},
		{"/products/columns", `name="c" value="price"`, ""},
		{"/payments/columns", `name="c" value="amount"`, ""},
	} {
		r := b.Get(c.path)
		if r.Status != 200 || !strings.Contains(r.Body, c.holds) || c.not != "" && strings.Contains(r.Body, c.not) {
			t.Errorf("%s: %d, want %q and not %q", c.path, r.Status, c.holds, c.not)
		}
	}
	r := b.Get("/orders/columns?" + url.Values{"lines": {"1"}, "rest": {"filter[status][eq]=completed&columns=notes"}, "c": {"total", "notes"}, "do": {"use"}, "sort": {"total"}, "down": {"1"}}.Encode())
	if r.Status != http.StatusSeeOther || r.Location != "/orders?columns=total%2Cnotes&filter%5Bstatus%5D%5Beq%5D=completed&sort=-total" {
		t.Errorf("the panel leads to %d %s", r.Status, r.Location)
	}
	for _, bad := range []string{"/orders?group=notes", "/orders?group=customer_id", "/orders?group=x'--", "/orders?sort=notes", "/payments?group=note"} {
		if r := b.Get(bad); r.Status != 422 {
			t.Errorf("%s: %d", bad, r.Status)
		}
	}
	b.Get("/orders?sort=-total")
	if r := b.Follow("/saved-views", "kind", "orders", "name", "Big ones", "query", "sort=-total&columns=total", "pinned", "1"); !strings.Contains(r.Body, "Big ones") {
		t.Errorf("the view is not there: %d", r.Status)
	}
	view := a.Count(`SELECT max(id) FROM saved_view`)
	b.Post(fmt.Sprintf("/saved-views/%d/use", view), "opens", "1") // the owner's of the browser
	if r := b.Get("/orders"); r.Location != "/orders?columns=total&sort=-total" {
		t.Errorf("the list opens with %d %s", r.Status, r.Location)
	}
	if r := b.Get("/orders?sort=-ordered_on"); r.Status != 200 || !strings.Contains(r.Body, `/orders?sort=-ordered_on`) {
		t.Errorf("no way to all: %d", r.Status)
	}
}
