package dashboard_test

import (
	"context"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// Whoever was here lately finds their dashboards whole though a page waits for
// nothing: they were counted before they asked.
func TestDashboardsAreCountedAhead(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	a.Dashboards().Patience = 0
	b := a.Owner()
	a.Colleague("sam@example.com", "member")
	sam := a.SignIn("sam@example.com", apptest.Password)
	if err := a.Dashboards().Ahead(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"glance", "sales", "service", "customers"} {
		for who, browser := range map[string]*apptest.Browser{"the owner": b, "a member": sam} {
			if p := browser.Get("/dashboards/" + key); p.Status != 200 || strings.Contains(p.Body, "tile-wait") || !strings.Contains(p.Body, "tile") {
				t.Errorf("%s of %s: %d, some of it comes later", key, who, p.Status)
			}
		}
	}
}
