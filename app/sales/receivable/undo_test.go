package receivable_test

import (
	"fmt"
	"testing"

	"regulars/app/apptest"
)

// Money that came or went later is not swept away by an undo of what it stands on.
func TestAnUndoKeepsLaterMoney(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Harbour Street Bakery"}`)
	undo := func(op string, want int) {
		t.Helper()
		var sets struct {
			Items []struct {
				ID int64
				Op string
			}
		}
		api.Into(&sets, 200, "GET", "/history?limit=100", "")
		for _, s := range sets.Items {
			if s.Op == op {
				if r := api.Call("POST", fmt.Sprintf("/history/%d/undo", s.ID), ""); r.Status != want {
					t.Errorf("undo of %s: %d, want %d: %s", op, r.Status, want, r.Body)
				}
				return
			}
		}
		t.Errorf("the history has no %s", op)
	}
	const usd = `{"amount":"%s","currency":"USD"}`
	money := func(amount string) string { return fmt.Sprintf(usd, amount) }
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"status":"confirmed","lines":[{"name":"Beans","quantity":1,"unit_price":`+money("60.00")+`}]}`)
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":`+money("60.00")+`}`)
	undo("order.create", 409)
	api.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"amount":`+money("200.00")+`}`)
	api.Into(nil, 200, "POST", "/receipts/1/refund", `{"amount":`+money("200.00")+`}`)
	undo("receipt.create", 409)
	if n := a.Count(`SELECT (SELECT count(*) FROM payment) + (SELECT count(*) FROM receipt_back)`); n != 2 {
		t.Errorf("%d of two sums are left", n)
	}
	undo("receipt.back", 200)
	undo("receipt.create", 200)
	undo("payment.create", 200)
	undo("order.create", 200)
	if n := a.Count(`SELECT (SELECT count(*) FROM order_head) + (SELECT count(*) FROM receipt)`); n != 0 {
		t.Errorf("%d are left when nothing stands on them", n)
	}
}
