package dashboard_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// Whoever is erased, or does not want to be profiled any more, stands on no
// dashboard from that moment on: not on one drawn before, not on one that is being
// drawn, not after a start, whoever looks.
func TestADashboardDrawnBeforeNamesNobodyWhoIsGone(t *testing.T) {
	ctx := context.Background()
	a := apptest.New(t)
	api := a.API("", "write")
	for i, name := range []string{"Quillon", "Tamsin", "Neighbour"} {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":%q,"kind":"person"}`, name))
		api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":"2026-02-03","status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"10.00","currency":"USD"}}]}`, i+1))
	}
	var report, board struct{ ID int64 }
	api.Into(&report, 201, "POST", "/reports", `{"name":"Who buys","query":"kind=order&row=customer&m=sum:total","roles":["owner"]}`)
	api.Into(&board, 201, "POST", "/dashboards", fmt.Sprintf(`{"name":"People","roles":["owner"],"tiles":[{"source":"report:%d"}]}`, report.ID))
	a.Colleague("jo@example.com", "owner")
	path := fmt.Sprintf("/dashboards/%d", board.ID)
	b, jo := a.Owner(), a.SignIn("jo@example.com", apptest.Password)
	d := a.Dashboards()
	for _, step := range []struct{ name, method, path, body string }{
		{"Quillon", "POST", "/customers/1/erasure", `{"confirm":"Quillon"}`}, {"Tamsin", "PATCH", "/customers/2", `{"no_profiling":true,"version":%d}`},
	} {
		d.Patience = time.Minute
		if p := b.Get(path); !strings.Contains(p.Body, step.name) {
			t.Fatalf("%s is not there before: %d", step.name, p.Status)
		}
		jo.Get(path)
		if err := d.Keep(ctx); err != nil {
			t.Fatal(err)
		}
		if a.Count(`SELECT count(*) FROM dashboard_drawn`) == 0 {
			t.Fatal("nothing is written down")
		}
		body := step.body
		if strings.Contains(body, "%d") {
			body = fmt.Sprintf(body, a.Count(`SELECT version FROM customer WHERE id = 2`))
		}
		api.Into(nil, 200, step.method, step.path, body)
		next := apptest.Open(t, a.Config.DataDir) // as after a start
		next.Dashboards().Patience = 0
		if err := next.Dashboards().Recall(ctx); err != nil {
			t.Fatal(err)
		}
		d.Patience = 0
		for who, seen := range map[string]*apptest.Browser{"the owner": b, "another": jo, "the owner after a start": next.SignIn(apptest.OwnerEmail, apptest.Password)} {
			if p := seen.Get(path); p.Status != 200 || strings.Contains(p.Body, step.name) && step.name == "Quillon" || !strings.Contains(p.Body, "tile-wait") {
				t.Errorf("%s sees what was drawn before %s was gone: %d", who, step.name, p.Status)
			}
		}
		d.Patience = time.Minute
		if p := b.Get(path); strings.Contains(p.Body, "tile-wait") || !strings.Contains(p.Body, "Neighbour") || step.name == "Quillon" && strings.Contains(p.Body, "Quillon") {
			t.Errorf("after %s was gone the dashboard is not drawn anew", step.name)
		}
	}
	d.Patience = 0
	write(t, a, `UPDATE customer SET no_profiling = 1 WHERE id = 3`) // by another process
	if err := d.Keep(ctx); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT count(*) FROM dashboard_drawn`); n != 0 {
		t.Errorf("%d tiles that were drawn before are still written down", n)
	}
}
