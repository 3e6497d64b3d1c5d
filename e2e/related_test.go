//go:build e2e

package e2e

import (
	"fmt"
	"testing"
)

// While the lines of an order are typed, what is often bought with them stands
// below, before anything is saved; on a stage's page a file is chosen by hand.
func TestAnOrderFormSaysWhatGoesWithItsLines(t *testing.T) {
	h := build(t, "en")
	api := h.API("", "write")
	api.Into(nil, 201, "POST", "/products", `{"name":"Kettle","price":{"amount":"40.00","currency":"USD"}}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Filter","price":{"amount":"4.00","currency":"USD"}}`)
	for i := range 20 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Customer %d"}`, i))
		lines := `{"name":"Odds and ends","quantity":1,"unit_price":{"amount":"1.00"}}`
		if i < 8 {
			lines = `{"product_id":1,"quantity":1},{"product_id":2,"quantity":2}`
		}
		api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"status":"confirmed","lines":[%s]}`, i+1, lines))
	}
	for _, look := range []Look{Desk, PhoneZh} {
		tab := signIn(t, h.URL, look)
		tab.Go("/orders/new?customer=20")
		tab.Fill("line_name", "kettle")
		tab.Waits(`document.querySelector("[data-related] a")?.textContent === "Filter"`)
		tab.Shot("order-related")
		tab.Check()
		tab.Fill("line_name", "Nothing that goes with anything")
		eventually(t, "the hint goes with its line", waitLong, func() bool {
			var there bool
			tab.eval(`document.querySelector("[data-related] a") !== null`, &there)
			return !there
		})
	}
	tab := signIn(t, h.URL, PhoneZh)
	for _, page := range []string{"/leads", "/contracts", "/settings/deal-stages/1"} {
		tab.Go(page)
		tab.Check()
	}
	tab.eval(`document.querySelector("#papers").scrollIntoView()`, nil)
	tab.Shot("stage-files")
}
