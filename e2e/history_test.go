//go:build e2e

package e2e

import (
	"strconv"
	"testing"

	"regulars/app/apptest"
)

// A colleague is named while writing; somebody changed a record again, and
// the history shows all three values and lets a person decide.
func TestAColleagueIsNamedAndAConflictDecided(t *testing.T) {
	h := build(t, "en")
	h.Fill()
	h.Colleague(apptest.MemberEmail, "member")
	api := h.API("", "write")
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"address":"Quay 7"}`)
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":2,"address":"Quay 9"}`)
	for _, look := range []Look{Desk, PhoneZh} {
		tab := signIn(t, h.URL, look)
		tab.Go("/customers/1")
		tab.Choose("kind", "note")
		tab.eval(`(() => { const box = document.querySelector("#composer-text"); box.focus(); box.value = "Ask @sa"; box.setSelectionRange(7, 7); box.dispatchEvent(new Event("input", {bubbles: true})) })()`, nil)
		tab.Waits(`document.querySelector("[data-mentions]:popover-open [data-chosen]")?.textContent.includes("Sam Okafor")`)
		tab.Shot("mention")
		tab.eval(`document.querySelector("#composer-text").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}))`, nil)
		tab.Waits(`!document.querySelector(":popover-open") && /^Ask @\[?.*Sam Okafor.* $/.test(document.querySelector("#composer-text").value)`)
		tab.Submit(`form.composer button.primary`)
		tab.Sees("Sam Okafor")

		tab.Go("/history?filter[subject_kind][eq]=customer&q=harbour")
		tab.Shot("narrowed")
		tab.Go("/history?filter[subject_kind][eq]=product")
		tab.SeesNot("Harbour Street Bakery")
	}
	var list struct {
		Items []struct {
			ID int64
			Op string
		}
	}
	api.Into(&list, 200, "GET", "/history?subject=customer.1&limit=50", "")
	first := int64(0) // the earlier of the two changes of the address
	for _, set := range list.Items {
		if set.Op == "customer.update" {
			first = set.ID
		}
	}
	tab := signIn(t, h.URL, Desk)
	tab.Go("/history/" + strconv.FormatInt(first, 10))
	tab.Sees("now: Quay 9")
	tab.Shot("conflict")
	tab.eval(`document.querySelector('input[name="force"]').click()`, nil)
	tab.Submit(`button[name="scope"][value="all"]`)
	tab.Go("/customers/1")
	tab.SeesNot("Quay 9", "Quay 7")
}
