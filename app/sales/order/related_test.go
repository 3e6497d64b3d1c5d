package order_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// What is often bought together is told while the lines of an order are typed, by
// names and codes, for whoever may write orders of that customer.
func TestAnOrderThatIsBeingWrittenSaysWhatGoesWithIt(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/products", `{"name":"Kettle","code":"K-1","price":{"amount":"40.00","currency":"USD"}}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Filter","price":{"amount":"4.00","currency":"USD"}}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Mug","price":{"amount":"4.00","currency":"USD"}}`)
	for i := range 30 { // ten buy a kettle, nine of them filters; the others mugs
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Customer %d"}`, i))
		lines := `{"product_id":3,"quantity":1}`
		if i < 10 {
			lines = `{"product_id":1,"quantity":1}`
		}
		if i < 9 {
			lines += `,{"product_id":2,"quantity":2}`
		}
		api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"status":"confirmed","lines":[%s]}`, i+1, lines))
	}
	b := a.Owner()
	ask := func(customer int, names ...string) string {
		q := url.Values{"customer": {fmt.Sprint(customer)}, "name": names}
		b.Header.Set("HX-Request", "true")
		defer b.Header.Del("HX-Request")
		r := b.Get("/orders/related?" + q.Encode())
		if r.Status != 200 {
			t.Errorf("%v answers %d", names, r.Status)
		}
		return r.Body
	}
	for _, name := range []string{"Kettle", "kettle ", "K-1"} {
		if got := ask(30, "Something else", name); !strings.Contains(got, "Filter") || !strings.Contains(got, "9") || strings.Contains(got, "<html") {
			t.Errorf("beside %q: %s", name, got)
		}
	}
	for _, got := range []string{ask(30), ask(30, ""), ask(30, "Mug"), ask(30, "Kettle", "Filter"), ask(1, "Kettle"), ask(30, `<script>"%_`, strings.Repeat("x", 3000))} {
		if strings.Contains(got, "Filter") || strings.Contains(got, "<script>") {
			t.Errorf("it says %s", got)
		}
	}
	if got := ask(30, append(make([]string, 10), "Kettle")...); strings.Contains(got, "Filter") {
		t.Error("more than ten lines are looked at")
	}
	if page := b.Get("/orders/new?customer=30"); !strings.Contains(page.Body, `data-related="/orders/related?customer=30"`) {
		t.Error("the form does not ask")
	}
	page := b.Post("/orders", "customer_id", "30", "rows", "more", "line_name", "Kettle", "line_quantity", "1", "line_price", "40", "line_unit", "", "line_discount", "", "line_tax", "")
	if !strings.Contains(page.Body, "/products/2\"") {
		t.Errorf("without scripts a press for more rows says nothing: %d", page.Status)
	}
	for _, path := range []string{"/orders/related", "/orders/related?customer=x&name=Kettle", "/orders/related?customer=999&name=Kettle"} {
		if r := b.Get(path); r.Status != 404 {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	if r := a.Browser().Get("/orders/related?customer=30&name=Kettle"); r.Status == 200 {
		t.Error("a stranger is told")
	}
	api.Into(nil, 200, "PATCH", "/customers/30", `{"version":1,"owner_id":1}`)
	a.Colleague(apptest.MemberEmail, auth.Member)
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "order.read", "allowed", "order.write")
	if r := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/orders/related?customer=30&name=Kettle"); r.Status != 404 {
		t.Errorf("of somebody else's customer: %d", r.Status)
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read", "allowed", "order.read")
	if r := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/orders/related?customer=30&name=Kettle"); r.Status != 403 && r.Status != 404 {
		t.Errorf("who writes no orders: %d", r.Status)
	}
}
