//go:build e2e

package e2e

import "testing"

// A task is done, reopened and put off in the row where it stands; the toast
// takes it back, and the keyboard stays where it was. The bell's number follows
// while the page stays open.
func TestATaskChangesInItsRowAndTheBellFollows(t *testing.T) {
	for _, look := range []Look{Desk, PhoneZh} {
		t.Run(look.Name, func(t *testing.T) {
			h := build(t, look.Language)
			h.Fill()
			tab := signIn(t, h.URL, look)
			tab.Go("/today")
			tab.Check()
			tab.Shot("today-rows")
			tab.eval(`window.__here = true; document.querySelector('li[id^="task-"] .tick').focus(); document.activeElement.click()`, nil)
			tab.Waits(`document.querySelector('li[id^="task-"] .tick.on') && document.querySelector("#toasts .toast form")`)
			tab.Waits(`window.__here && document.activeElement.classList.contains("tick")`)
			tab.Check()
			tab.Shot("today-row-done")
			tab.Submit(`#toasts .toast form button`)
			tab.Go("/tasks")
			tab.Waits(`document.querySelector('li[id^="task-"] .tick:not(.on)')`)
			tab.eval(`window.__here = true; const row = document.querySelector('li[id^="task-"]'); row.querySelector('[popovertarget]').click(); row.querySelector('[name="by"][value="week"]').click()`, nil)
			tab.Waits(`document.querySelector("#toasts .toast form")`)
			tab.Waits(`window.__here && !document.querySelector('li[id^="task-"] .menu:popover-open')`)
			tab.Check()
			h.Settle() // the unhappy answer has told somebody
			tab.Go("/customers")
			tab.Waits(`document.querySelector("#unread").dataset.unread !== "0" && document.title.startsWith("(")`)
			other := h.Owner()
			other.Get("/today")
			other.Follow("/notifications/read")
			tab.eval(`const now = Date.now.bind(Date); Date.now = () => now() + 61000; document.dispatchEvent(new Event("visibilitychange"))`, nil)
			tab.Waits(`document.querySelector("#unread").hidden && !document.title.startsWith("(")`)
			tab.Check()
		})
	}
}
