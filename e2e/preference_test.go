//go:build e2e

package e2e

import (
	"fmt"
	"testing"
)

// What a customer likes stands on their record: what they said, and what their
// purchases show, with a way to the rows that show it. Whoever does not want to
// be profiled keeps only what they said.
func TestPreferencesStandWithTheirEvidence(t *testing.T) {
	for _, one := range []struct {
		locale, said string
		look         Look
	}{{"en", "Likes it dark", Desk}, {"zh-CN", "喜欢深烘", PhoneZh}} {
		t.Run(one.locale, func(t *testing.T) {
			h := build(t, one.locale)
			words := func(key string, args ...any) string { return h.View.Bundle().For(one.locale).T(key, args...) }
			api := h.API("", "write")
			api.Into(nil, 201, "POST", "/products", `{"name":"Oolong","code":"OO","category":"Tea","price":{"amount":"18.50","currency":"USD"}}`)
			api.Into(nil, 201, "POST", "/tags", `{"name":"`+one.said+`","preference":true}`)
			api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"customer","key":"milk","kind":"choice","name_en":"Milk","name_zh":"奶","choices":["oat","soy"],"preference":true}`)
			api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Bello","tags":["`+one.said+`"],"fields":{"milk":"oat"}}`)
			buy := func(days ...string) {
				for _, day := range days {
					api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":1,"ordered_on":%q,"status":"completed","lines":[{"product_id":1,"quantity":1}]}`, day))
				}
			}
			panel := func(tab *Tab) {
				tab.Go("/customers/1")
				tab.eval(`document.getElementById("likes")?.scrollIntoView()`, nil)
			}
			buy("2026-01-06", "2026-01-13")
			tab := signIn(t, h.URL, one.look)
			panel(tab)
			tab.Waits(`document.querySelector('[aria-labelledby="likes"]').textContent.includes(` + quoted(words("preference.early", "n", 2)) + `)`)
			buy("2026-01-20", "2026-01-27", "2026-02-03")
			panel(tab)
			for _, want := range []string{one.said, "oat", "Oolong", words("preference.kind.weekday"), words("preference.of_orders", "n", 5, "all", 5), words("preference.derived")} {
				tab.Waits(`document.querySelector('[aria-labelledby="likes"]').textContent.includes(` + quoted(want) + `)`)
			}
			tab.Check()
			tab.Shot("preferences")
			var rows string
			tab.eval(`document.querySelector('[aria-labelledby="likes"] .aside-list a.nowrap').getAttribute("href")`, &rows)
			tab.Go(rows)
			tab.Waits(`document.querySelectorAll("tbody tr").length >= 5`)
			panel(tab)
			tab.Submit(`form[action="/customers/1/profiling"] button`)
			panel(tab)
			tab.Waits(`document.querySelector('[aria-labelledby="likes"]').textContent.includes(` + quoted(words("preference.no_profiling")) + `)`)
			tab.Waits(`!document.querySelector('[aria-labelledby="likes"]').textContent.includes("Oolong") && document.querySelector('[aria-labelledby="likes"]').textContent.includes(` + quoted(one.said) + `)`)
		})
	}
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }
