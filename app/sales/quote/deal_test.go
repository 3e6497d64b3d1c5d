package quote_test

import (
	"fmt"
	"strings"
	"testing"
)

// Two quotes of one deal that are both accepted are two orders: the deal comes to
// both, once each, and its page says so.
func TestTwoAcceptedQuotesOfADealAddUp(t *testing.T) {
	a, api := shop(t)
	accept := func(price string) object {
		t.Helper()
		q := write(t, api, `"deal_id":1,"lines":[{"name":"Beans","quantity":1,"unit_price":`+usd(price)+`}]`)
		q.send(t, api)
		for range 2 { // pressed twice
			api.Into(nil, 200, "POST", fmt.Sprintf("/quotes/%d/accepted", q.ID), `{"signer":"Ines"}`)
		}
		q.read(t, api)
		return q
	}
	var d struct {
		Version        int64
		Amount         struct{ Amount string }
		AcceptedQuotes int                      `json:"accepted_quotes"`
		AcceptedAmount *struct{ Amount string } `json:"accepted_amount"`
	}
	comes := func(amount string, n int, agreed string) {
		t.Helper()
		api.Into(&d, 200, "GET", "/deals/1", "")
		if d.Amount.Amount != amount || d.AcceptedQuotes != n || d.AcceptedAmount == nil || d.AcceptedAmount.Amount != agreed {
			t.Errorf("the deal: %+v %+v; want %s, %d quotes of %s", d, d.AcceptedAmount, amount, n, agreed)
		}
	}
	page := func(says string) {
		t.Helper()
		if body := a.Owner().Get("/deals/1").Body; !strings.Contains(body, says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	api.Into(nil, 201, "POST", "/deals", `{"name":"Second shop","customer_id":1,"amount":`+usd("500.00")+`}`)
	accept("100.00")
	comes("100.00", 1, "100.00")
	second := accept("50.00")
	comes("150.00", 2, "150.00")
	page("2 quotes of this deal were accepted. The amount is their sum.")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) FROM journal_set WHERE op = 'quote.accept'`)), "{}")
	comes("100.00", 1, "100.00")
	api.Into(nil, 200, "POST", fmt.Sprintf("/quotes/%d/accepted", second.ID), `{"signer":"Ines"}`)
	comes("150.00", 2, "150.00")
	// the first was given up for a third
	api.Into(nil, 200, "POST", "/orders/1/cancellation", "")
	comes("150.00", 1, "50.00")
	accept("70.00")
	comes("120.00", 2, "120.00")
	// what somebody entered stays
	api.Into(nil, 200, "PATCH", "/deals/1", fmt.Sprintf(`{"version":%d,"amount":%s}`, d.Version, usd("999.00")))
	accept("1.00")
	comes("999.00", 3, "121.00")
	page("3 quotes of this deal were accepted and come to $121.00 together.")
	// taken up again by hand, it comes to all of them once more
	api.Into(nil, 200, "POST", "/deals/1/open", "{}")
	accept("4.00")
	comes("125.00", 4, "125.00")
}
