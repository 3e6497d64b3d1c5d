//go:build e2e

package e2e

import (
	"testing"
)

// A poster is made at the desk, printed, scanned by a guest on a phone who is
// unhappy, and what they say is a case that somebody owns.
func TestAGuestAnswersAPoster(t *testing.T) {
	for _, in := range []struct {
		locale             string
		desk, phone        Look
		somebody, scan, is string
	}{
		{"en", Desk, Phone, "Somebody at Counter 2", "Scan and tell us", "117 496 0142"},
		{"zh-CN", DeskZh, PhoneZh, "Counter 2的一位顾客", "扫一扫", "117 496 0142"},
	} {
		t.Run(in.locale, func(t *testing.T) {
			t.Parallel()
			h := build(t, in.locale)
			desk := signIn(t, h.URL, in.desk)
			desk.Go("/posters/new")
			desk.Fill("name", "Counter 2")
			desk.Fill("place", "Counter 2")
			desk.Submit(`form[action="/posters"] button.primary`)
			desk.Check()
			desk.Shot("poster")
			desk.Go("/posters/1/print?size=a6")
			desk.Sees(in.scan)
			desk.Check()
			var list struct{ Items []struct{ Path string } }
			h.API("", "read").Into(&list, 200, "GET", "/posters", "")
			phone := open(t, h.URL, in.phone)
			phone.Go(list.Items[0].Path)
			phone.Check()
			phone.Shot("poster-page")
			phone.Choose("score", "2")
			phone.Fill("comment", "Nobody came for ten minutes.")
			phone.Click("details.guest summary")
			phone.Fill("guest_name", "Ines Calder")
			phone.Fill("guest_contact", "+44 "+in.is)
			phone.Click(`input[name="guest_agreed"]`)
			phone.Submit(`form.survey button`)
			phone.Check()
			h.Settle()
			for _, look := range []Look{in.desk, in.phone} {
				tab := signIn(t, h.URL, look)
				tab.Go("/feedback-cases")
				tab.Sees(in.somebody)
				tab.Go("/feedback-cases/1")
				tab.Sees(in.somebody, in.is, "Nobody came for ten minutes.")
				tab.Check()
			}
		})
	}
}
