//go:build e2e

package e2e

import "testing"

// Who a customer is related to, from the search for the other one over the
// graph to the revenue that their word brought; and back by one press.
func TestRelationsAreDrawnAndCounted(t *testing.T) {
	for _, one := range []struct {
		locale, other, parent, says, word, none string
		look                                    Look
	}{
		{"en", "Quay Lane Deli", "Harbour Group", "Referred 1 customer, who ordered for $40.00", "Parent", "Not related to anybody yet", Desk},
		{"zh-CN", "码头路熟食店", "海港集团", "介绍了 1 位客户，共下单 $40.00", "上级单位", "还没有与其他客户建立关系", PhoneZh},
	} {
		t.Run(one.locale, func(t *testing.T) {
			h := build(t, one.locale)
			api := h.API("", "write")
			for _, name := range []string{"Harbour Street Bakery", one.other, one.parent} {
				api.Into(nil, 201, "POST", "/customers", `{"kind":"company","name":"`+name+`"}`)
			}
			api.Into(nil, 201, "POST", "/orders", `{"customer_id":2,"ordered_on":"2026-01-05","status":"completed","lines":[{"name":"Tasting","quantity":1,"unit_price":{"amount":"40.00","currency":"USD"}}]}`)
			tab := signIn(t, h.URL, one.look)
			for _, r := range []struct{ name, role string }{{one.other, "referred"}, {one.parent, "parent"}} {
				tab.Go("/customers/1/relations?q=" + r.name)
				tab.Sees(r.name)
				tab.eval(`document.querySelector('input[name="other_id"]').click()`, nil)
				tab.Fill("role", r.role)
				tab.Submit(`form[action="/customers/1/relations"] .btn.primary`)
				tab.Sees(r.name)
			}
			tab.Go("/customers/1/relations")
			tab.Sees(one.other, one.parent, one.says, one.word)
			tab.Waits(`document.querySelectorAll("svg.graph .box").length === 3 && document.querySelectorAll("svg.graph .link").length === 2`)
			tab.Check()
			tab.Shot("relations")
			tab.Go("/customers/2/relations")
			tab.Sees("Harbour Street Bakery")
			tab.Go("/customers/1/relations")
			tab.Submit(`.people form button`)
			tab.Submit(`.people form button`)
			tab.Go("/customers/1/relations")
			tab.Sees(one.none)
		})
	}
}
