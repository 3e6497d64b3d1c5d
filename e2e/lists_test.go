//go:build e2e

package e2e

import "testing"

// TestAListIsArrangedAndKept builds a filter of contacts press by press, chooses
// columns, keeps it all as a pinned view that counts, and sees tasks as a table.
func TestAListIsArrangedAndKept(t *testing.T) {
	for _, screen := range []Look{Desk, Phone} {
		t.Run(screen.Name, func(t *testing.T) { listArranged(t, screen) })
	}
}

func listArranged(t *testing.T, screen Look) {
	h := build(t, "en")
	h.Fill()
	h.API("", "write").Into(nil, 201, "POST", "/contacts", `{"customer_id":1,"name":"Rosa Weaver","title":"Books and invoices"}`)
	tab := signIn(t, h.URL, screen)
	tab.Go("/contacts")
	tab.Sees("Rosa Weaver", "Inês Carvalho")
	tab.Check()
	tab.Go("/contacts/filter?lines=1&new.=title&do=add.")
	tab.Fill("v.0", "invoices")
	tab.Check()
	tab.Submit(`#filter-builder button[value="use"]:not(.vh)`)
	tab.Comes("Position contains invoices")
	tab.SeesNot("Inês Carvalho")
	tab.Go("/contacts/columns?filter[title][contains]=invoices")
	tab.Fill("new", "created_at")
	tab.Click(`#columns-builder button[value="add"]`)
	tab.Waits(`document.querySelector('#columns-builder input[name="c"][value="created_at"]') !== null`)
	tab.Submit(`#columns-builder .btn.primary`)
	tab.Comes("Rosa Weaver")
	tab.eval(`document.querySelector('[popovertarget="save-view"]').click()`, nil)
	tab.Fill("name", "Who pays us")
	tab.eval(`document.querySelector('#save-view input[name="pinned"]').checked = true`, nil)
	tab.Submit(`#save-view .btn.primary`)
	tab.Comes("saved")
	tab.Waits(`[...document.querySelectorAll('.pin, nav a')].some(a => a.textContent.includes('Who pays us') && a.textContent.includes('1'))`)
	tab.Check()
	tab.Go("/tasks")
	tab.Submit(`a[href*="look=table"]`)
	tab.Sees("Send the price list", "Open yes")
	tab.Check()
	tab.Go("/tasks?look=table&filter[open][eq]=true&group=kind")
	tab.Sees("Show all")
	tab.Check()
}
