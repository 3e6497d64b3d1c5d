package notify_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// A page that stays open asks for the bell's number. That changes nothing: no
// toast is taken away, nothing is written, and nobody stays signed in by it.
func TestLookingAtTheBellIsNoUseOfTheSession(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/today")
	ends := func() int { return a.Count(`SELECT expires_at FROM session`) }
	peek := func() apptest.Answer {
		b.Header.Set("HX-Request", "true")
		defer b.Header.Del("HX-Request")
		return b.Get("/notifications/unread")
	}
	if r := b.Post("/customers", "name", "Ines Calder"); r.Status != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	before, sets := ends(), a.Count(`SELECT count(*) FROM journal_set`)
	a.Clock.Add(20 * time.Minute)
	r := peek()
	if r.Status != 200 || !strings.Contains(r.Body, `data-unread="0" hidden`) || len(r.Body) > 300 || r.Header.Get("Set-Cookie") != "" || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %s", r.Status, r.Header, r.Body)
	}
	if ends() != before || a.Count(`SELECT count(*) FROM journal_set`) != sets {
		t.Error("looking changed something")
	}
	if b.Cookie("rg_flash") == "" {
		t.Error("looking took a toast away")
	}
	for range 14 {
		a.Clock.Add(time.Hour)
		r = peek()
	}
	if r.Status != http.StatusUnauthorized {
		t.Errorf("still signed in after fourteen hours of looking: %d", r.Status)
	}
	b = a.Owner()
	b.Get("/today")
	before = ends()
	a.Clock.Add(20 * time.Minute)
	if b.Get("/today"); a.Count(`SELECT max(expires_at) FROM session`) == before {
		t.Error("a page that is opened does not count")
	}
	if r := a.Browser().Get("/notifications/unread"); r.Status == 200 {
		t.Errorf("nobody: %d", r.Status)
	}
}
