package order_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

type figures struct{ Orders, Sum int }

// bought is what the customer's derived figures say.
func bought(a *apptest.App, customer int) figures {
	return figures{a.Count("SELECT orders FROM customer_stat WHERE customer_id = ?", customer),
		a.Count("SELECT revenue FROM customer_stat WHERE customer_id = ?", customer)}
}

func entries(a *apptest.App, customer int) int {
	return a.Count("SELECT count(*) FROM timeline_entry WHERE customer_id = ? AND subject_kind IN ('order', 'payment')", customer)
}

func TestAnOrderMovesToTheCustomerItIsOf(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/customers/new")
	b.Follow("/customers", "name", "Harbour Street Bakery", "kind", "company")
	b.Follow("/customers", "name", "Lantern Room", "kind", "company")
	b.Follow("/orders", "customer_id", "1", "ordered_on", "2026-03-02", "line_name", "Decaf", "line_quantity", "2", "line_price", "19",
		"received_amount", "10", "received_method", "cash")
	a.Settle()
	moved := figures{1, 3800}
	if bought(a, 1) != moved || bought(a, 2) != (figures{}) {
		t.Fatal("before", bought(a, 1), bought(a, 2))
	}
	has(t, b.Get("/orders/1/edit").Body, `href="/orders/1/customer"`)
	pick := b.Get("/orders/1/customer?q=lantern")
	has(t, pick.Body, "Whose order is O-2026-0001?", `/orders/1/edit?customer=2`)
	if strings.Contains(b.Get("/orders/1/customer").Body, "customer=1\"") {
		t.Error("the order's own customer is offered")
	}
	has(t, b.Get("/orders/1/edit?customer=2").Body, `name="customer_id" value="2"`, "move from Harbour Street Bakery to Lantern Room")
	if bought(a, 1) != moved {
		t.Fatal("looking moved it")
	}
	page := b.Follow("/orders/1", "version", "1", "customer_id", "2", "ordered_on", "2026-03-02", "status", "confirmed", "number", "O-2026-0001",
		"line_name", "Decaf", "line_quantity", "2", "line_price", "19")
	has(t, page.Body, "O-2026-0001 now belongs to Lantern Room", "/undo", "Lantern Room", "$10.00")
	a.Settle()
	if bought(a, 1) != (figures{}) || bought(a, 2) != moved {
		t.Fatal("after", bought(a, 1), bought(a, 2))
	}
	if n := a.Count("SELECT count(*) FROM payment WHERE customer_id = 2"); n != 1 {
		t.Error("the payment stayed behind")
	}
	if entries(a, 1) != 0 || entries(a, 2) != 2 {
		t.Errorf("timelines hold %d and %d entries", entries(a, 1), entries(a, 2))
	}

	set := a.Count("SELECT max(id) FROM journal_set WHERE op = 'order.update'")
	b.Follow(fmt.Sprintf("/history/%d/undo", set))
	a.Settle()
	if bought(a, 1) != moved || bought(a, 2) != (figures{}) || entries(a, 1) != 2 || entries(a, 2) != 0 ||
		a.Count("SELECT count(*) FROM payment WHERE customer_id = 1") != 1 {
		t.Error("undo did not bring it back", bought(a, 1), bought(a, 2), entries(a, 1), entries(a, 2))
	}
}

func TestMovingAnOrderNeedsBothCustomersToBeVisible(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	a.Colleague("kim@example.com", auth.Member)
	kim := a.Count("SELECT id FROM user WHERE email = 'kim@example.com'")
	api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Kim's Café","owner_id":%d}`, kim))
	api.Into(nil, 201, "POST", "/customers", `{"name":"The Owner's Own","owner_id":1}`)
	order := `{"customer_id":%d,"ordered_on":"2026-02-01","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"5.00"}}]}`
	api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(order, 1))
	api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(order, 2))
	b := a.Owner()
	b.Get("/settings/roles")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "order.read", "allowed", "order.write", "allowed", "product.read")

	member := a.API("kim@example.com", "write")
	member.Into(nil, 422, "PATCH", "/orders/1", `{"version":1,"customer_id":2}`)
	member.Into(nil, 404, "PATCH", "/orders/2", `{"version":1,"customer_id":1}`)
	for body, want := range map[string]int{
		`{"version":1,"customer_id":99}`:              http.StatusUnprocessableEntity,
		`{"version":1,"customer_id":null}`:            http.StatusUnprocessableEntity,
		`{"version":1,"customer_id":-1}`:              http.StatusUnprocessableEntity,
		`{"version":1,"customer_id":"1; DROP TABLE"}`: http.StatusUnprocessableEntity,
		`{"version":7,"customer_id":2}`:               http.StatusConflict,
	} {
		api.Into(nil, want, "PATCH", "/orders/1", body)
	}
	kims := a.SignIn("kim@example.com", apptest.Password)
	for _, path := range []string{"/orders/1/edit?customer=2", "/orders/2/customer"} {
		if r := kims.Get(path); r.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	if r := kims.Post("/orders/1", "version", "1", "customer_id", "2", "ordered_on", "2026-02-01", "line_name", "Tea", "line_quantity", "1", "line_price", "5"); r.Status != http.StatusNotFound {
		t.Errorf("a form moved it out of sight: %d", r.Status)
	}
	if r := a.Browser().Get("/orders/1/customer"); r.Status != http.StatusSeeOther {
		t.Errorf("nobody may pick: %d", r.Status)
	}
	var o struct {
		CustomerID   int64  `json:"customer_id"`
		CustomerName string `json:"customer_name"`
	}
	api.Into(&o, 200, "PATCH", "/orders/1", `{"version":1,"customer_id":2}`)
	if o.CustomerID != 2 || o.CustomerName != "The Owner's Own" {
		t.Errorf("moved to %+v", o)
	}
}
