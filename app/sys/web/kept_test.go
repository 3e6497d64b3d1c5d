package web_test

import (
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

const draft = "0123456789abcdef"

func TestABrowserLearnsWhichDraftsWereTaken(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/customers/new")
	if r := b.Post("/customers", "name", "", "_draft", draft); r.Status != http.StatusUnprocessableEntity || b.Cookie("rg_kept") != "" {
		t.Errorf("a refused form's draft is forgotten: %d %q", r.Status, b.Cookie("rg_kept"))
	}
	b.Post("/customers", "name", "Crane Tea", "_draft", draft)
	if got := b.Cookie("rg_kept"); got != draft {
		t.Errorf("a taken form's draft is kept: %q", got)
	}
	b.Post("/customers", "name", "Kettle House", "_draft", "fedcba9876543210")
	if got := b.Cookie("rg_kept"); got != "fedcba9876543210."+draft {
		t.Errorf("two tabs: %q", got)
	}
	for _, bad := range []string{"x", "0123456789abcdef\r\nX: y", strings.Repeat("a", 41), "../../etc"} {
		other := a.Owner()
		other.Get("/customers/new")
		other.Post("/customers", "name", "Bad "+bad, "_draft", bad)
		if got := other.Cookie("rg_kept"); got != "" {
			t.Errorf("%q is told as a draft: %q", bad, got)
		}
	}
}

func TestSigningOutClearsTheBrowser(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/profile")
	r := b.Post("/logout")
	if got := r.Header.Get("Clear-Site-Data"); got != `"storage"` {
		t.Errorf("signing out clears %q", got)
	}
}

func TestASharedComputerKeepsNothing(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	if strings.Contains(b.Get("/profile").Body, "data-shared>") {
		t.Fatal("a computer is shared from the start")
	}
	r := b.Post("/profile/device", "shared", "1")
	if r.Header.Get("Clear-Site-Data") == "" || !strings.Contains(b.Get("/profile").Body, " data-shared>") {
		t.Error("the page does not say that the computer is shared")
	}
	b.Post("/logout")
	b.Get("/login")
	if r := b.Post("/login", "email", apptest.OwnerEmail, "password", apptest.Password); r.Status != http.StatusSeeOther || b.Cookie("rg_device") != "shared" {
		t.Error("signing out forgets that the computer is shared")
	}
	b.Get("/profile")
	b.Post("/profile/device")
	if strings.Contains(b.Get("/profile").Body, " data-shared>") {
		t.Error("it cannot be switched off")
	}
	if r := a.Browser().Post("/profile/device", "shared", "1"); r.Status == http.StatusSeeOther && !strings.HasPrefix(r.Location, "/login") {
		t.Errorf("a stranger changes it: %d", r.Status)
	}
}
