package pool_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestManyAreSpreadOverWhoHasTheFewest(t *testing.T) {
	a, owner, sam := shop(t, "")
	samID, miaID := person(t, a, apptest.MemberEmail), person(t, a, "mia@example.com")
	owner.Into(nil, 200, "PUT", "/pools/1", fmt.Sprintf(`{"version":1,"name":"Public pool","hold_cap":4,"user_ids":[%d,%d]}`, samID, miaID))
	for i := range 3 {
		made(t, owner, fmt.Sprintf("Of Sam %d", i), samID)
	}
	var ids []string
	for i := range 6 {
		ids = append(ids, fmt.Sprint(made(t, owner, fmt.Sprintf("Nobody's %d", i), 0)))
	}
	body := func(n int, more string) string {
		return `{"customer_ids":[` + strings.Join(ids[:n], ",") + `]` + more + `}`
	}
	if r := sam.Call("POST", "/pools/1/spread", body(2, "")); r.Status != 403 {
		t.Errorf("a member spreads: %d", r.Status)
	}
	if r := owner.Call("POST", "/pools/1/spread", body(6, "")); r.Status != 409 {
		t.Errorf("over the limit: %d %s", r.Status, r.Body)
	}
	var plan struct {
		Items []struct {
			OwnerID   int64 `json:"owner_id"`
			Customers int
		}
	}
	owner.Into(&plan, 200, "POST", "/pools/1/spread", body(5, `,"dry_run":true`))
	if len(plan.Items) != 2 || plan.Items[0].Customers != 1 || plan.Items[1].Customers != 4 {
		t.Errorf("the plan is %+v", plan.Items)
	}
	own := a.Count("SELECT min(id) FROM customer WHERE owner_id = ?", samID)
	owner.Into(&plan, 200, "POST", "/pools/1/spread", fmt.Sprintf(`{"customer_ids":[%d,%s,%s,99999],"dry_run":true}`, own, ids[0], ids[0]))
	if plan.Items[0].Customers+plan.Items[1].Customers != 1 {
		t.Errorf("who does not lie there is promised: %+v", plan.Items)
	}
	b := a.Owner()
	b.Get("/pools")
	form := []string{"pool", "1", "action", "spread"}
	for _, id := range ids[:4] {
		form = append(form, "id", id)
	}
	if r := b.Post("/pools/take", form...); r.Status != 200 || !strings.Contains(r.Body, "+3") {
		t.Errorf("the preview: %d", r.Status)
	}
	if n := a.Count("SELECT count(*) FROM customer WHERE owner_id = ?", miaID); n != 0 {
		t.Errorf("the preview gave Mia %d", n)
	}
	if r := b.Post("/pools/take", append(form, "sure", "1")...); r.Status != http.StatusSeeOther {
		t.Errorf("doing it: %d", r.Status)
	}
	if n := a.Count("SELECT count(*) FROM customer WHERE owner_id = ?", miaID); n != 3 {
		t.Errorf("Mia has %d", n)
	}
	if r := owner.Call("POST", "/pools/1/spread", body(1, "")); r.Status != 409 {
		t.Errorf("somebody's already: %d", r.Status)
	}
	owner.Into(&plan, 200, "POST", "/pools/1/spread", body(5, ""))
	if plan.Items[0].Customers+plan.Items[1].Customers != 1 || a.Count("SELECT count(*) FROM customer WHERE owner_id = ?", miaID) > 4 {
		t.Errorf("of five, four are somebody's: %+v", plan.Items)
	}
}
