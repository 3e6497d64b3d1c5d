//go:build e2e

package e2e

import (
	"strings"
	"testing"
	"time"
)

const waitLong = 20 * time.Second

func TestAFollowUpComesDueIsToldAndDone(t *testing.T) {
	h := build(t, "en")
	h.API("", "write").Into(nil, 201, "POST", "/customers", `{"kind":"company","name":"Harbour Street Bakery","phones":["+44 117 496 0142"]}`)
	tab := signIn(t, h.URL, Phone)
	tab.Go("/customers/1")
	tab.Choose("kind", "call")
	tab.Fill("text", "Wants the new blend, thinks about it.")
	tab.Fill("pick", "tomorrow")
	tab.Submit(`form.composer button.primary`)
	tab.Sees("Wants the new blend")
	tab.Shot("logged")
	h.Settle()
	if n := len(h.Mail.Messages()); n > 0 {
		t.Fatalf("%d mails before anything is due", n)
	}
	h.Pass(25 * time.Hour) // tomorrow, after the digest's time
	digests := 0
	for _, m := range h.Mail.Messages() {
		if strings.Contains(m.Text+m.HTML, "Harbour Street Bakery") {
			digests++
		}
	}
	if digests != 1 {
		t.Errorf("%d digests tell of it, want one", digests)
	}
	tab = signIn(t, h.URL, Phone) // the session of yesterday has ended
	tab.Go("/today")
	tab.Sees("Harbour Street Bakery")
	tab.Shot("today")
	tab.Go("/notifications")
	tab.Sees("Harbour Street Bakery")
	tab.Shot("bell")
	tab.Go("/tasks")
	tab.Sees("Harbour Street Bakery")
	tab.Click(`li[id^="task-"] button.tick`)
	tab.Waits(`document.querySelector("#toasts .toast form") && document.querySelector('li[id^="task-"] .tick.on')`)
	tab.Go("/follow-ups")
	tab.SeesNot("Overdue")
	h.Pass(time.Hour)
	if n := len(h.Mail.Messages()); n != digests {
		t.Errorf("%d mails after it was done, %d before", n, digests)
	}
}
