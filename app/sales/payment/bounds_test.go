package payment_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

// Nobody gets back more than they paid, and a return gives back what it comes to.
func TestNoMoreGoesBackThanThereIs(t *testing.T) {
	a := apptest.New(t)
	a.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price\n1,2026-03-01,Ines,Tea,1,80\n", importer.Options{CreateMissing: true})
	api, b := a.API("", "write"), a.Owner()
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"return":true,"lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"30","currency":"USD"}}]}`)
	pay := func(want, order int, amount string) {
		t.Helper()
		if r := api.Call("POST", "/payments", fmt.Sprintf(`{"order_id":%d,"amount":{"amount":%q,"currency":"USD"}}`, order, amount)); r.Status != want {
			t.Errorf("%s for order %d: %d %s", amount, order, r.Status, r.Body)
		}
	}
	pay(422, 1, "-0.01")
	pay(201, 1, "80") // payment 1
	pay(422, 1, "-200")
	pay(201, 1, "-20") // payment 2
	pay(422, 1, "-60.01")
	b.Get("/settings")
	if r := b.Post("/payments", "order_id", "1", "amount", "500", "refund", "1"); r.Status != 422 || !strings.Contains(r.Body, "At most $60.00") {
		t.Errorf("the form: %d", r.Status)
	}
	change := func(want, id int, amount string) {
		t.Helper()
		if r := api.Call("PATCH", fmt.Sprintf("/payments/%d", id), fmt.Sprintf(`{"version":1,"amount":{"amount":%q,"currency":"USD"}}`, amount)); r.Status != want {
			t.Errorf("payment %d becomes %s: %d %s", id, amount, r.Status, r.Body)
		}
	}
	change(422, 1, "19.99")
	change(422, 2, "-80.01")
	change(200, 2, "-80")
	if r := api.Call("DELETE", "/payments/1", ""); r.Status != 409 || !strings.Contains(r.Body, "Delete the refund first") {
		t.Errorf("what was paid back goes: %d %s", r.Status, r.Body)
	}
	pay(422, 2, "30")
	pay(422, 2, "-30.01")
	pay(201, 2, "-30") // payment 3
	change(422, 3, "30")
	pay(201, 2, "10") // payment 4
	pay(422, 2, "20.01")
	if r := api.Call("DELETE", "/payments/3", ""); r.Status != 409 {
		t.Errorf("a return would bring money in: %d", r.Status)
	}
	if n := a.Count(`SELECT sum(amount) FROM payment WHERE order_id = 1`); n != 0 {
		t.Errorf("%d is left of order 1", n)
	}
}
