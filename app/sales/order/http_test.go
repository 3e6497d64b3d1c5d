package order_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

func TestAnOrderIsEnteredPaidAndTakenBackInTheBrowser(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/products/new")
	page := b.Follow("/products", "name", "House espresso", "price", "$16.50", "unit", "kg", "active", "1")
	has(t, page.Body, "House espresso", "$16.50", "/undo")
	b.Follow("/customers", "name", "Harbour Street Bakery", "kind", "company")
	has(t, b.Get("/orders/new").Body, "Whose order is it?", "/orders/new?customer=1")
	has(t, b.Get("/orders/new?q=bakery").Body, "/orders/new?customer=1")
	form := b.Get("/orders/new?customer=1").Body
	has(t, form, "Harbour Street Bakery", `data-price="16.50"`, "Add rows")
	if n := strings.Count(form, `name="line_name"`); n != 5 {
		t.Errorf("%d rows to type into, want 5", n)
	}
	more := b.Post("/orders", "customer_id", "1", "rows", "more", "line_name", "Decaf", "line_quantity", "2", "line_price", "19")
	if n := strings.Count(more.Body, `name="line_name"`); more.Status != http.StatusOK || n != 6 || !strings.Contains(more.Body, `value="Decaf"`) {
		t.Errorf("more rows: %d, %d rows", more.Status, n)
	}
	wrong := b.Post("/orders", "customer_id", "1", "ordered_on", "2026-03-02", "line_name", "Decaf", "line_quantity", "two", "line_price", "19")
	if wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body, `value="two"`) || !strings.Contains(wrong.Body, "This is not a number.") {
		t.Errorf("a mistake in a line: %d\n%s", wrong.Status, wrong.Body)
	}
	page = b.Follow("/orders", "customer_id", "1", "ordered_on", "2026-03-02", "line_name", "house espresso", "line_quantity", "1,5", "line_price", "",
		"received_amount", "10", "received_method", "cash")
	has(t, page.Body, "O-2026-0001", "House espresso", "1.5 kg", "$24.75", "$10.00", "$14.75", "Cash", "/undo")
	page = b.Follow("/payments", "order_id", "1", "amount", "14.75", "paid_on", "2026-03-02", "method", "card")
	has(t, page.Body, "$0.00", "Card")
	has(t, b.Get("/orders?filter[status][eq]=confirmed&filter[ordered_on][gte]=").Body, "O-2026-0001", "Paid")
	has(t, b.Get("/payments").Body, "$14.75", "O-2026-0001")
	has(t, b.Get("/payments/1").Body, `value="10.00"`)
	has(t, b.Get("/customers/1").Body, "Order O-2026-0001 for $24.75", "$10.00 received for order O-2026-0001", "Bought once", "Latest orders", "<svg class=\"rhythm")
	stale := b.Post("/orders/1", "version", "9", "ordered_on", "2026-03-02", "line_name", "Tea", "line_quantity", "1", "line_price", "5")
	if stale.Status != http.StatusConflict || !strings.Contains(stale.Body, `value="Tea"`) || !strings.Contains(stale.Body, "House espresso × 1.5") {
		t.Errorf("the second editor must see both: %d\n%s", stale.Status, stale.Body)
	}
	has(t, b.Follow("/orders/1/status", "status", "completed").Body, "Completed")
	if r := b.Post("/orders/1/status", "status", "draft"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("a completed order became a draft: %d", r.Status)
	}
	has(t, b.Get("/orders/1").Body, "take its payments away first")
	if r := b.Post("/orders/1/delete"); r.Status != http.StatusConflict || strings.Contains(b.Get("/orders/1").Body, `action="/orders/1/delete"`) {
		t.Errorf("an order that was paid for is deleted: %d", r.Status)
	}
	b.Follow("/payments/1/delete")
	b.Follow("/payments/2/delete")
	has(t, b.Get("/orders/1").Body, `action="/orders/1/delete"`, "Its lines go with it")
	gone := b.Follow("/orders/1/delete")
	if strings.Contains(gone.Body, `href="/orders/1"`) {
		t.Error("the deleted order is still listed")
	}
	has(t, b.Get("/settings/orders").Body, `name="followup_days"`)
	if r := b.Post("/settings/orders", "followup_days", "many"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("many days: %d", r.Status)
	}
	b.Follow("/settings/orders", "followup_days", "5")
	has(t, b.Get("/settings/orders").Body, `value="5"`)
}

func TestOrdersProductsAndPaymentsByAPI(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	type object struct {
		ID, Version                      int64
		Number, Status                   string
		Total, Paid, Outstanding, Amount struct{ Amount, Currency string }
		Lines                            []struct {
			ProductID int64 `json:"product_id"`
			Name      string
			Quantity  float64
			UnitPrice struct{ Amount string } `json:"unit_price"`
		}
	}
	var o object
	api.Into(nil, 201, "POST", "/customers", `{"name":"Harbour Bakery"}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"House espresso","code":"HE1","price":{"amount":"16.50"},"unit":"kg"}`)
	r := api.Into(&o, 201, "POST", "/orders", `{"customer_id":1,"ordered_on":"2026-02-01","lines":[{"product_id":1,"quantity":1.5},
		{"name":"HE1","quantity":"2"},{"name":"Delivery","quantity":1,"unit_price":{"amount":"3.00","currency":"USD"}}]}`)
	if o.Number != "O-2026-0001" || o.Status != "confirmed" || o.Total.Amount != "60.75" || o.Outstanding.Amount != "60.75" || len(o.Lines) != 3 ||
		o.Lines[1].ProductID != 1 || o.Lines[0].Quantity != 1.5 || r.Header.Get("Location") != "/api/v1/orders/1" {
		t.Errorf("created %+v at %s", o, r.Header.Get("Location"))
	}
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"70.00"},"paid_on":"2026-02-03","method":"transfer"}`)
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"-9.25"}}`)
	o = object{}
	api.Into(&o, 200, "GET", "/orders/1", "")
	if o.Paid.Amount != "60.75" || o.Outstanding.Amount != "0.00" {
		t.Errorf("paid %s, outstanding %s", o.Paid.Amount, o.Outstanding.Amount)
	}
	var lines struct{ Items []struct{ Name string } }
	api.Into(&lines, 200, "GET", "/orders/1/lines", "")
	if len(lines.Items) != 3 {
		t.Errorf("%d lines", len(lines.Items))
	}
	o = object{}
	api.Into(&o, 200, "PATCH", "/orders/1", `{"version":1,"notes":"ring first","status":null,"lines":[{"name":"Decaf","quantity":0.125,"unit_price":{"amount":"8.00"}}]}`)
	if o.Total.Amount != "1.00" || o.Status != "confirmed" || o.Version != 2 {
		t.Errorf("changed %+v", o)
	}
	if r := api.Call("PATCH", "/orders/1", `{"version":1,"notes":"x"}`); r.Status != 409 || !strings.Contains(r.Body, `"current"`) || !strings.Contains(r.Body, "ring first") {
		t.Errorf("stale: %d %s", r.Status, r.Body)
	}
	api.Into(&o, 200, "POST", "/orders/1/completion", "")
	if o.Status != "completed" {
		t.Errorf("status %s", o.Status)
	}
	api.Into(nil, 201, "PUT", "/orders/by-external/till/77", `{"customer_id":1,"lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"5.00"}}]}`)
	api.Into(nil, 200, "PUT", "/orders/by-external/till/77", `{"customer_id":1,"lines":[{"name":"Tea","quantity":2,"unit_price":{"amount":"5.00"}}]}`)
	api.Into(nil, 201, "PUT", "/products/by-external/till/9", `{"name":"Tea"}`)
	api.Into(nil, 201, "PUT", "/payments/by-external/till/5", `{"order_id":2,"amount":{"amount":"1.00"}}`)
	var list struct {
		Items []object
		Total int
	}
	api.Into(&list, 200, "GET", "/orders?filter[unpaid][eq]=true&count=true&sort=-total", "")
	if list.Total != 1 || list.Items[0].Outstanding.Amount != "9.00" || len(list.Items[0].Lines) != 1 {
		t.Errorf("unpaid: %+v", list)
	}
	for body, want := range map[string]int{
		`{"customer_id":1,"lines":[]}`:                                                                            422,
		`{"customer_id":1,"lines":[{"name":"x","quantity":1}]}`:                                                   422,
		`{"customer_id":99,"lines":[{"name":"HE1","quantity":1}]}`:                                                422,
		`{"customer_id":1,"lines":[{"name":"HE1","quantity":0.0001}]}`:                                            422,
		`{"customer_id":1,"lines":[{"name":"HE1","quantity":-1}]}`:                                                422,
		`{"customer_id":1,"lines":[{"name":"HE1","quantity":1}],"colour":"blue"}`:                                 422,
		`{"customer_id":1,"lines":[{"name":"HE1","quantity":1,"unit_price":{"amount":"1.00","currency":"EUR"}}]}`: 422,
		`{"customer_id":1,"status":"stolen","lines":[{"name":"HE1","quantity":1}]}`:                               422,
		`{"customer_id":1,"lines":[{"name":"HE1","quantity":1e3}]}`:                                               422,
		`{"customer_id":`: 400,
	} {
		if r := api.Call("POST", "/orders", body); r.Status != want {
			t.Errorf("%s: %d, want %d\n%s", body, r.Status, want, r.Body)
		}
	}
	if r := api.Call("DELETE", "/orders/1", ""); r.Status != 409 || !strings.Contains(r.Body, "take its payments away") {
		t.Errorf("an order that was paid for is deleted: %d %s", r.Status, r.Body)
	}
	api.Into(nil, 204, "DELETE", "/payments/2", "")
	api.Into(nil, 204, "DELETE", "/payments/1", "")
	api.Into(nil, 204, "DELETE", "/orders/1", "")
	for _, path := range []string{"/orders/1", "/orders/1/lines", "/payments/1", "/products/77"} {
		if r := api.Call("GET", path, ""); r.Status != 404 {
			t.Errorf("GET %s: %d", path, r.Status)
		}
	}
	if r := a.API("", "read").Call("POST", "/products", `{"name":"x"}`); r.Status != 403 {
		t.Errorf("a reading token writes: %d", r.Status)
	}
}

func TestEveryPageSpeaksChinese(t *testing.T) {
	a := apptest.Blank(t)
	if err := a.SetUp(a.As(auth.System("setup")), "鹤壶", "林梅", apptest.OwnerEmail, apptest.Password, "zh-CN", "CNY", "Asia/Shanghai"); err != nil {
		t.Fatal(err)
	}
	api := a.API("", "write")
	for _, path := range []string{"/products", "/orders", "/payments"} {
		has(t, a.Owner().Get(path).Body, "还没有") // empty
	}
	api.Into(nil, 201, "POST", "/customers", `{"name":"港湾面包房"}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"意式拼配","price":{"amount":"88.00"},"unit":"斤","use_up_days":14,"active":false}`)
	for _, day := range []string{"2026-01-05", "2026-01-19", "2026-02-02", "2026-03-01"} {
		api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"ordered_on":"`+day+`","due_on":"`+day+`","lines":[{"product_id":1,"quantity":1.5}]}`)
	}
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"9.00"},"paid_on":"2026-01-06","method":"cash"}`)
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":{"amount":"-5.00"},"method":"礼品卡"}`)
	if err := a.Events.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	var tasks struct {
		Items []struct{ Kind, Notes string }
	}
	api.Into(&tasks, 200, "GET", "/tasks", "")
	if len(tasks.Items) != 1 || tasks.Items[0].Kind != "after_order" || !strings.Contains(tasks.Items[0].Notes, "O-2026-0004") {
		t.Errorf("after the orders: %+v", tasks)
	}
	b := a.Owner()
	for path, want := range map[string]string{"/products": "停售", "/products/1": "一件能用几天", "/products/new": "公斤", "/orders": "未回款", "/orders/1": "礼品卡",
		"/orders/1/edit": "意式拼配", "/orders/new": "港湾面包房", "/orders/new?customer=1": "增加行", "/payments": "礼品卡", "/payments/2": "退还给客户",
		"/payments/new?order=1": "登记回款", "/customers/1": "每 14 天回来一次", "/settings/orders": "几天后回访", "/orders?q=zzz": "没有符合条件的订单"} {
		r := b.Get(path)
		if r.Status != http.StatusOK || !strings.Contains(r.Body, want) {
			t.Errorf("%s: %d, want %q in it\n%s", path, r.Status, want, r.Body)
		}
	}
	for _, key := range a.Missing() {
		if strings.HasPrefix(key, "order") || strings.HasPrefix(key, "product") || strings.HasPrefix(key, "payment") || strings.HasPrefix(key, "timeline.") {
			t.Errorf("no text for %s", key)
		}
	}
}

func has(t *testing.T, body string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(body, w) {
			t.Errorf("the page lacks %q\n%s", w, body)
		}
	}
}
