//go:build e2e

package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"regulars/app/apptest"
)

// drafts reads how many drafts the browser keeps.
func (tab *Tab) drafts() (n int) {
	tab.t.Helper()
	tab.eval(`Object.keys(localStorage).filter((key) => key.startsWith("rg:draft:")).length`, &n)
	return n
}

// What was typed outlives a closed page, an ended session and a changed
// record; it leaves when it was saved and with whoever signs out.
func TestWhatWasTypedIsNotLost(t *testing.T) {
	h := build(t, "en")
	h.Fill()
	for _, look := range []Look{Desk, Phone} {
		tab := signIn(t, h.URL, look)
		tab.Go("/customers/1")
		tab.Fill("text", "They want the kettle in blue.")
		tab.Waits(`Object.keys(localStorage).some((key) => key.startsWith("rg:draft:"))`)
		tab.Go("/today")
		tab.Go("/customers/1")
		tab.Sees("You have an unsaved draft from")
		tab.Shot("draft")
		tab.eval(`document.querySelector("[data-draft-restore]").click()`, nil)
		tab.Waits(`document.querySelector("#composer textarea").value === "They want the kettle in blue."`)

		// The session ends; what is typed until then waits behind the sign-in.
		tab.Fill("text", "They want two kettles in blue.")
		if _, err := chromedp.Call(tab.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
			t.Fatal(err)
		}
		tab.Submit(`.composer .btn.primary`)
		tab.Sees("Sign in")
		tab.Go("/login?next=/customers/1")
		tab.Fill("email", apptest.OwnerEmail)
		tab.Fill("password", apptest.Password)
		tab.Submit("form button.primary")
		tab.eval(`document.querySelector("[data-draft-restore]").click()`, nil)
		tab.Submit(`.composer .btn.primary`)
		tab.Sees("They want two kettles in blue.")
		if n := tab.drafts(); n != 0 {
			t.Errorf("%d drafts stay after saving", n)
		}

		// A draft of a record that changed since says so, and saving it shows both.
		tab.Go("/customers/1/edit")
		tab.Fill("address", "Quay 7")
		tab.Waits(`Object.keys(localStorage).some((key) => key.endsWith(":/customers/1"))`)
		other := signIn(t, h.URL, look)
		other.Go("/customers/1/edit")
		other.Fill("address", "Quay 8"+look.Name)
		other.Submit("form .btn.primary:not(.vh)")
		tab.Go("/customers/1/edit")
		tab.Sees("The record was changed since")
		tab.eval(`document.querySelector("[data-draft-restore]").click()`, nil)
		tab.Submit("form .d-foot .btn.primary")
		tab.Sees("Quay 7", "Quay 8"+look.Name)
		tab.SeesNot("Delivery days\nYours", "You have an unsaved draft")
		tab.Shot("both-versions")
		if n := tab.drafts(); n != 1 {
			t.Errorf("%d drafts after a refused save, want 1", n)
		}
		tab.eval(`document.querySelector('form[action="/logout"]').requestSubmit()`, nil)
		tab.Comes("Sign in")
		if n := tab.drafts(); n != 0 {
			t.Errorf("%d drafts stay after signing out", n)
		}
	}
}
