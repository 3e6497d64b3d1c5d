//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"regulars/app/apptest"
)

// first sets the shop up as its owner does: with the link that the program
// printed, in the browser.
func first(t testing.TB, p *Program, look Look) *Tab {
	t.Helper()
	tab := open(t, p.URL, look)
	tab.Go(p.Setup)
	tab.Fill("business", "Kettle & Crane")
	tab.Fill("locale", look.Language)
	tab.Fill("currency", "USD")
	tab.Fill("timezone", "UTC")
	tab.Fill("owner_name", "Mei Lin")
	tab.Fill("owner_email", apptest.OwnerEmail)
	tab.Fill("password", apptest.Password)
	tab.Submit("form button.primary")
	return tab
}

// signIn signs the owner in on a browser of their own.
func signIn(t testing.TB, base string, look Look) *Tab {
	t.Helper()
	return signInAs(t, base, apptest.OwnerEmail, look)
}

func signInAs(t testing.TB, base, email string, look Look) *Tab {
	t.Helper()
	tab := open(t, base, look)
	tab.Go("/login")
	tab.Fill("email", email)
	tab.Fill("password", apptest.Password)
	tab.Submit("form button.primary")
	return tab
}

func TestFromAnEmptyFolderToTheFirstCustomer(t *testing.T) {
	p := start(t, t.TempDir(), "")
	if p.Setup == "" {
		t.Fatal("a first start prints no setup link")
	}
	stranger := open(t, p.URL, Desk)
	stranger.Go("/setup")
	stranger.SeesNot("Starter pack")
	tab := open(t, p.URL, Desk)
	tab.Go(p.Setup)
	tab.Shot("setup")
	tab.Fill("business", "Kettle & Crane")
	tab.Fill("owner_name", "Mei Lin")
	tab.Fill("owner_email", apptest.OwnerEmail)
	tab.Fill("password", "short")
	tab.Submit("form button.primary")
	tab.Shot("setup-refused")
	var kept string
	tab.eval(`document.querySelector('input[name="business"]').value`, &kept)
	if kept != "Kettle & Crane" {
		t.Errorf("what was typed is lost: %q", kept)
	}
	tab.Fill("password", apptest.Password)
	tab.Submit("form button.primary")
	if !strings.HasPrefix(tab.Path(), "/today") && tab.Path() != "/" {
		t.Errorf("after setup the owner is at %s", tab.Path())
	}
	tab.Shot("today-empty")
	tab.Go("/customers/new")
	tab.Fill("name", "Harbour Street Bakery")
	tab.Fill("phones", "+44 117 496 0142")
	tab.Fill("emails", "ines@example.com")
	tab.Choose("kind", "company")
	tab.Submit(`form[action="/customers"] button.primary`)
	tab.Sees("Harbour Street Bakery", "ines@example.com")
	tab.Shot("customer")
	again := open(t, p.URL, Desk)
	again.Go(p.Setup)
	again.SeesNot("Starter pack")
	if status := p.Stop(); status != 0 {
		t.Errorf("the program ended with %d\n%s", status, p.log)
	}
	p = start(t, p.Data, "")
	if p.Setup != "" {
		t.Error("a shop that is set up prints a setup link")
	}
	phone := signIn(t, p.URL, Phone)
	phone.Go("/customers")
	phone.Sees("Harbour Street Bakery")
	phone.Shot("customers")
}
