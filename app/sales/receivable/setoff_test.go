package receivable_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// returned is a shop where goods worth 30.00 came back and became credit: the
// refund is payment 1, the credit receipt 1.
func returned(t *testing.T) (*apptest.App, *apptest.API) {
	a, api, today := shop(t)
	api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":1,"return":true,"ordered_on":%q,"lines":[{"name":"Flour","quantity":1,"unit_price":%s}]}`, today, usd("30.00")))
	api.Into(nil, 200, "POST", "/orders/3/credit", "")
	return a, api
}

func rows(a *apptest.App) string {
	return fmt.Sprintf("%d payments, %d receipts", a.Count(`SELECT count(*) FROM payment`), a.Count(`SELECT count(*) FROM receipt`))
}

// The two rows of a return that became credit know each other, and go together.
func TestTheCreditOfAReturnGoesWithItsRefund(t *testing.T) {
	const both, none = "1 payments, 1 receipts", "0 payments, 0 receipts"
	a, api := returned(t)
	var p struct {
		CreditID int64 `json:"credit_id"`
		Version  int64
	}
	var r struct {
		SetOffID int64 `json:"set_off_id"`
		Version  int64
	}
	api.Into(&p, 200, "GET", "/payments/1", "")
	api.Into(&r, 200, "GET", "/receipts/1", "")
	if p.CreditID != 1 || r.SetOffID != 1 {
		t.Fatalf("%+v %+v", p, r)
	}
	owner := a.Owner()
	if body := owner.Get("/payments/1").Body; !strings.Contains(body, `href="/receipts/1"`) {
		t.Error("the refund does not show its credit")
	}
	if body := owner.Get("/receipts/1").Body; !strings.Contains(body, `href="/payments/1"`) || !strings.Contains(body, `href="/orders/3"`) {
		t.Error("the credit does not show its return")
	}
	api.Into(nil, 422, "PATCH", "/payments/1", fmt.Sprintf(`{"version":%d,"amount":{"amount":"-20.00","currency":"USD"}}`, p.Version))
	api.Into(nil, 422, "PATCH", "/receipts/1", fmt.Sprintf(`{"version":%d,"amount":%s}`, r.Version, usd("20.00")))
	api.Into(nil, 200, "PATCH", "/payments/1", fmt.Sprintf(`{"version":%d,"note":"cracked"}`, p.Version))
	undo := func(op string, want int) {
		t.Helper()
		api.Into(nil, want, "POST", fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) FROM journal_set WHERE op = ?`, op)), "{}")
	}
	for _, c := range []struct{ path, op string }{{"/payments/1", "payment.delete"}, {"/receipts/1", "receipt.delete"}} {
		api.Into(nil, 204, "DELETE", c.path, "")
		if got := rows(a); got != none {
			t.Errorf("%s deleted: %s", c.path, got)
		}
		undo(c.op, 200)
		if got := rows(a); got != both || a.Count(`SELECT count(*) FROM receipt WHERE set_off_id = 1`) != 1 {
			t.Errorf("and taken back: %s", got)
		}
	}
	api.Into(nil, 201, "POST", "/customers", `{"name":"Bo Reed"}`)
	api.Into(nil, 409, "PATCH", "/orders/3", `{"version":1,"customer_id":2}`)
	api.Into(nil, 200, "POST", "/receipts/1/use", fmt.Sprintf(`{"parts":[{"order_id":2,"amount":%s}]}`, usd("10.00")))
	if r := api.Into(nil, 409, "DELETE", "/payments/1", ""); !strings.Contains(r.Body, "$10.00") {
		t.Errorf("%s", r.Body)
	}
	api.Into(nil, 204, "DELETE", "/receipts/1", "") // with what it paid for
	if got := rows(a); got != none {
		t.Errorf("after all: %s", got)
	}
	undo("receipt.delete", 200)
	if n := a.Count(`SELECT count(*) FROM payment`); n != 2 {
		t.Errorf("%d payments are back", n)
	}
	for _, by := range []struct {
		api  *apptest.API
		want int
	}{{a.Anonymous(), 401}, {a.API("", "read"), 403}} {
		by.api.Into(nil, by.want, "DELETE", "/payments/1", "")
		by.api.Into(nil, by.want, "DELETE", "/receipts/1", "")
	}
}

// One undo takes the making of credit back as a whole.
func TestMakingCreditOfAReturnIsOneStep(t *testing.T) {
	a, api := returned(t)
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) FROM journal_set WHERE op = 'receipt.free'`)), "{}")
	if got := rows(a); got != "0 payments, 0 receipts" {
		t.Error(got)
	}
	api.Into(nil, 200, "POST", "/orders/3/credit", "")
}
