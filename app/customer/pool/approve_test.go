package pool_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestMovingForOthersWaitsForApproval(t *testing.T) {
	a, owner, sam := shop(t, "")
	anna, mia, samID := a.Colleague("anna@example.com", "manager"), person(t, a, "mia@example.com"), person(t, a, apptest.MemberEmail)
	boss := a.API("anna@example.com", "write")
	owned := func(id, by int64) bool {
		if by == 0 {
			return a.Count(fmt.Sprintf(`SELECT count(*) FROM customer WHERE id = %d AND owner_id IS NULL`, id)) == 1
		}
		return a.Count(fmt.Sprintf(`SELECT count(*) FROM customer WHERE id = %d AND owner_id = %d`, id, by)) == 1
	}
	lying, theirs, own := made(t, owner, "Ada Field", 0), made(t, owner, "Bea Hill", mia), made(t, owner, "Cy Moor", anna.ID)
	more := made(t, owner, "Di Ford", 0)
	owner.Into(nil, 201, "POST", "/approval-rules", `{"kind":"pool.transfer","basis":"always","threshold":0,"enabled":true,"steps":[{"who":"role","role":"owner"}]}`)

	page := a.SignIn("anna@example.com", apptest.Password)
	page.Get("/pools")
	if r := page.Follow("/pools/take", "id", fmt.Sprint(lying), "action", "assign", "owner_id", fmt.Sprint(samID)); !strings.Contains(r.Body, "Ada Field → ") || !owned(lying, 0) {
		t.Fatalf("it did not wait: %.300s", r.Body)
	}
	boss.Into(nil, 409, "POST", fmt.Sprintf("/customers/%d/release", theirs), `{"reason":"Nobody called"}`)
	boss.Into(nil, 409, "POST", "/pools/1/spread", fmt.Sprintf(`{"customer_ids":[%d]}`, more))
	if !owned(theirs, mia) || !owned(more, 0) {
		t.Error("moved before anybody said yes")
	}
	boss.Into(nil, 200, "POST", fmt.Sprintf("/customers/%d/release", own), `{}`)                                  // one's own never waits
	sam.Into(nil, 200, "POST", fmt.Sprintf("/customers/%d/claim", own), "")                                       // nor does a claim
	boss.Into(nil, 422, "POST", fmt.Sprintf("/customers/%d/assign", lying), `{"owner_id":9999}`)                  // nobody to ask about
	sam.Into(nil, 403, "POST", fmt.Sprintf("/customers/%d/assign", lying), fmt.Sprintf(`{"owner_id":%d}`, samID)) // wrong role
	sam.Into(nil, 403, "POST", fmt.Sprintf("/customers/%d/release", theirs), `{}`)                                // other people's
	a.Anonymous().Into(nil, 401, "POST", fmt.Sprintf("/customers/%d/assign", lying), fmt.Sprintf(`{"owner_id":%d}`, samID))
	// No way round it.
	var c struct{ Version int64 }
	boss.Into(&c, 200, "GET", fmt.Sprintf("/customers/%d", lying), "")
	boss.Into(nil, 409, "PATCH", fmt.Sprintf("/customers/%d", lying), fmt.Sprintf(`{"version":%d,"owner_id":%d}`, c.Version, samID))

	var waiting struct {
		Items []struct {
			ID   int64
			Kind string
		}
	}
	owner.Into(&waiting, 200, "GET", "/approvals/waiting", "")
	if len(waiting.Items) != 3 || waiting.Items[0].Kind != "pool.transfer" {
		t.Fatalf("%+v", waiting)
	}
	sam.Into(nil, 200, "POST", fmt.Sprintf("/customers/%d/claim", more), "") // meanwhile
	states := map[string]int{}
	for _, w := range waiting.Items {
		var is struct{ State string }
		owner.Into(&is, 200, "POST", fmt.Sprintf("/approvals/%d/approve", w.ID), `{}`)
		states[is.State]++
	}
	if states["approved"] != 2 || states["void"] != 1 || !owned(lying, samID) || !owned(theirs, 0) || !owned(more, samID) {
		t.Errorf("%v", states)
	}
}
