//go:build e2e

package e2e

import "testing"

func TestTmpAsking(t *testing.T) {
	for _, look := range []Look{Desk, PhoneZh} {
		h := build(t, look.Language)
		h.Fill()
		tab := signIn(t, h.URL, look)
		for _, p := range []string{"/settings/asking", "/customers/1", "/log?customer=1", "/follow-ups/1", "/tasks?show=done"} {
			println(look.Name, p)
			tab.Go(p)
			println("check")
			tab.Check()
		}
	}
}
