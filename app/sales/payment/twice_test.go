package payment_test

import (
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// till is a shop where somebody bought twice.
func till(t *testing.T) (*apptest.App, *apptest.API) {
	t.Helper()
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field","owner_id":1}`)
	for range 2 {
		api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"lines":[{"name":"Flour","quantity":"2","unit_price":{"amount":"50.00","currency":"USD"}}]}`)
	}
	return a, api
}

const fifty = `"amount":{"amount":"50.00","currency":"USD"},"method":"wechat"`

func TestTheSameMoneyIsAskedAbout(t *testing.T) {
	a, api := till(t)
	count := func(want int, what string) {
		t.Helper()
		if n := a.Count(`SELECT count(*) FROM payment`); n != want {
			t.Errorf("%s: %d payments", what, n)
		}
	}
	api.Header.Set("Idempotency-Key", "one")
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,`+fifty+`}`)
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,`+fifty+`}`)
	count(1, "a retry with its key")
	api.Header.Del("Idempotency-Key")
	if r := api.Into(nil, 409, "POST", "/payments", `{"order_id":1,`+fifty+`}`); !strings.Contains(r.Body, `"current":{"id":1,`) {
		t.Errorf("the answer does not show the equal payment: %s", r.Body)
	}
	api.Into(nil, 409, "POST", "/payments", `{"order_id":2,`+fifty+`}`)
	count(1, "equal ones")
	for what, body := range map[string]string{
		"another way to pay": `{"order_id":1,"amount":{"amount":"50.00","currency":"USD"},"method":"cash"}`,
		"another day":        `{"order_id":1,"paid_on":"2026-03-01",` + fifty + `}`,
		"all of an order":    `{"order_id":2,"amount":{"amount":"100.00","currency":"USD"},"method":"wechat"}`,
		"meant":              `{"order_id":1,"again":true,` + fifty + `}`,
	} {
		if r := api.Call("POST", "/payments", body); r.Status != 201 {
			t.Errorf("%s: %d %s", what, r.Status, r.Body)
		}
	}
	count(5, "others")
	api.Into(nil, 422, "POST", "/payments", `{"order_id":1,"again":"perhaps",`+fifty+`}`)
	a.Pass(61 * time.Minute)
	a.API("", "write").Into(nil, 201, "POST", "/payments", `{"order_id":1,`+fifty+`}`)
}

// A payment that pays all of another order is that order's.
func TestTwoOrdersOfOnePriceArePaidOneAfterTheOther(t *testing.T) {
	_, api := till(t)
	for _, order := range []string{"1", "2"} {
		api.Into(nil, 201, "POST", "/payments", `{"order_id":`+order+`,"amount":{"amount":"100.00","currency":"USD"}}`)
	}
	api.Into(nil, 409, "POST", "/payments", `{"order_id":2,"amount":{"amount":"100.00","currency":"USD"}}`)
}

func TestAnotherSystemsPaymentComesOnce(t *testing.T) {
	a, api := till(t)
	body := `{"order_id":1,"external_source":"bank","external_id":"T-1",` + fifty + `}`
	api.Into(nil, 201, "POST", "/payments", body)
	if r := api.Into(nil, 409, "POST", "/payments", strings.Replace(body, "50.00", "20.00", 1)); !strings.Contains(r.Body, `"current":{"id":1,`) {
		t.Errorf("%s", r.Body)
	}
	api.Into(nil, 201, "POST", "/payments", strings.Replace(body, "T-1", "T-2", 1)) // the bank says that it is another
	api.Into(nil, 200, "PUT", "/payments/by-external/bank/T-2", `{"order_id":1,`+fifty+`}`)
	if n := a.Count(`SELECT count(*) FROM payment`); n != 2 {
		t.Errorf("%d payments", n)
	}
}

func TestThePageWantsASecondPress(t *testing.T) {
	a, api := till(t)
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,`+fifty+`}`)
	owner := a.Owner()
	owner.Get("/orders/1")
	form := []string{"order_id", "1", "amount", "50", "paid_on", "2026-03-02", "method", "wechat"}
	r := owner.Post("/payments", form...)
	if r.Status != 409 || !strings.Contains(r.Body, "An equal payment stands already") || !strings.Contains(r.Body, `name="again" value="1"`) || !strings.Contains(r.Body, `href="/payments/1"`) {
		t.Fatalf("%d %.400s", r.Status, r.Body)
	}
	if r := owner.Post("/payments", append(form, "again", "1")...); r.Status != 303 {
		t.Errorf("the second press: %d", r.Status)
	}
	if n := a.Count(`SELECT count(*) FROM payment`); n != 2 {
		t.Errorf("%d payments", n)
	}
	// what is beyond the order and was kept as credit before
	keep := []string{"order_id", "2", "amount", "130", "paid_on", "2026-03-02", "keep", "1"}
	owner.Post("/payments", keep...)
	if r := owner.Post("/payments", keep...); !strings.Contains(r.Body, `name="again" value="1"`) {
		t.Errorf("credit twice: %d %.400s", r.Status, r.Body)
	}
	if r := owner.Post("/payments", append(keep, "again", "1")...); r.Status != 303 {
		t.Errorf("credit, meant: %d", r.Status)
	}
}

// Whose payment it is stays unknown to whoever does not see the customer.
func TestAnEqualPaymentTellsNothingOfOthers(t *testing.T) {
	a, api := till(t)
	a.Colleague(apptest.MemberEmail, "member")
	owner := a.Owner()
	owner.Get("/settings/roles")
	owner.Follow("/settings/roles/member", "reach", "own", "allowed", "payment.read", "allowed", "payment.write", "allowed", "order.read", "allowed", "customer.read")
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"external_id":"T-1",`+fifty+`}`)
	sam := a.API(apptest.MemberEmail, "write")
	sam.Into(nil, 422, "POST", "/payments", `{"order_id":1,`+fifty+`}`)
	a.Anonymous().Into(nil, 401, "POST", "/payments", `{"order_id":1,`+fifty+`}`)
	a.API(apptest.MemberEmail, "read").Into(nil, 403, "POST", "/payments", `{"order_id":1,`+fifty+`}`)
}
