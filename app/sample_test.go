package app_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/settings/business"
	"regulars/app/sys/auth"
)

func TestSampleDataIsMarkedAndRemovedAsAWhole(t *testing.T) {
	a := apptest.Blank(t)
	_, err := a.Business().Setup(a.As(auth.System("setup")), business.Input{Business: "Shop", OwnerName: "Mei Lin", OwnerEmail: apptest.OwnerEmail,
		Password: apptest.Password, Locale: "en", Currency: "EUR", Timezone: "Europe/Berlin", Pack: "food", Sample: true})
	if err != nil {
		t.Fatal(err)
	}
	b := a.Owner()
	api := a.API("", "read")
	count := func(kind string) int {
		var page struct{ Total int }
		api.Into(&page, 200, "GET", "/"+kind+"?count=true&limit=1", "")
		return page.Total
	}
	if count("customers") != 24 || count("orders") == 0 || count("responses") == 0 {
		t.Fatalf("sample: %d customers, %d orders, %d responses", count("customers"), count("orders"), count("responses"))
	}
	if count("leads") != 3 {
		t.Errorf("%d leads in the sample", count("leads"))
	}
	if page := b.Get("/customers"); !strings.Contains(page.Body, "/settings/sample") {
		t.Error("a page with sample data must say so")
	}
	b.Get("/customers/new")
	b.Follow("/customers", "name", "My own customer")
	page := b.Follow("/settings/sample/delete")
	if strings.Contains(page.Body, "/settings/sample\"") {
		t.Error("the banner is still there")
	}
	if n := count("customers"); n != 1 {
		t.Errorf("%d customers are left, want only the own one", n)
	}
	for _, kind := range []string{"orders", "payments", "responses", "products", "feedback-cases", "leads"} {
		if n := count(kind); n != 0 {
			t.Errorf("%d made-up %s are left", n, kind)
		}
	}
	if bad, err := a.Journal.Verify(t.Context()); err != nil || bad != 0 {
		t.Errorf("the journal's chain breaks at %d: %v", bad, err)
	}
}
