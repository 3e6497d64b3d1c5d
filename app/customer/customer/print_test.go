package customer_test

import (
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

func TestACustomerOnOneSheetOfPaper(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	r := b.Get("/customers/1/print")
	for _, want := range []string{"Harbour Street Bakery", "Inês Carvalho", "O-2026", "Send the price list", "Closed on", "ines@example.com"} {
		if !strings.Contains(r.Body, want) {
			t.Errorf("the sheet lacks %q", want)
		}
	}
	if r.Status != http.StatusOK || strings.Contains(r.Body, `href="tel:`) {
		t.Errorf("%d", r.Status)
	}
	if r := a.Browser().Get("/customers/1/print"); r.Status != http.StatusSeeOther {
		t.Errorf("a stranger reads it: %d", r.Status)
	}
	if r := b.Get("/customers/999/print"); r.Status != http.StatusNotFound {
		t.Errorf("nobody's sheet: %d", r.Status)
	}
	kim := a.Colleague("kim@example.com", auth.Member)
	if r := a.SignIn(kim.Email, apptest.Password).Get("/customers/1/print"); r.Status == http.StatusOK && a.SignIn(kim.Email, apptest.Password).Get("/customers/1").Status != http.StatusOK {
		t.Errorf("whoever may not see the record sees its sheet: %d", r.Status)
	}
}

func TestAMapIsOfferedAsTheOwnerChose(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/customers/new")
	b.Post("/customers", "name", "Quay House", "address", "Quay 7, Bristol", "wechat", "quay_7")
	page := b.Get("/customers/1").Body
	if !strings.Contains(page, `href="https://www.openstreetmap.org/search?query=Quay&#43;7%2C&#43;Bristol" target="_blank" rel="noopener noreferrer"`) &&
		!strings.Contains(page, `href="https://www.openstreetmap.org/search?query=Quay+7%2C+Bristol" target="_blank" rel="noopener noreferrer"`) {
		t.Error("no map")
	}
	if !strings.Contains(page, `data-copy="quay_7"`) {
		t.Error("the WeChat ID cannot be copied")
	}
	form := b.Get("/settings/business").Body
	_, rest, _ := strings.Cut(form, `name="version" value="`)
	version, _, _ := strings.Cut(rest, `"`)
	if r := b.Post("/settings/business", "name", "K", "locale", "en", "currency", "USD", "timezone", "UTC", "region", "US", "map", "javascript:", "version", version); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("any map is taken: %d", r.Status)
	}
	if r := b.Post("/settings/business", "name", "K", "locale", "en", "currency", "USD", "timezone", "UTC", "region", "US", "map", "none", "version", version); r.Status != http.StatusSeeOther {
		t.Errorf("%d", r.Status)
	}
	if strings.Contains(b.Get("/customers/1").Body, "openstreetmap") {
		t.Error("the owner wants no map and gets one")
	}
}
