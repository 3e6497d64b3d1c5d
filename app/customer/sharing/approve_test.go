package sharing_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestAHandOverWaitsForApproval(t *testing.T) {
	a := apptest.New(t)
	anna := a.Colleague("anna@example.com", "manager")
	dan := a.Colleague("dan@example.com", "member")
	ben := a.Colleague("ben@example.com", "member")
	owner, boss, seller := a.API("", "write"), a.API("anna@example.com", "write"), a.API("dan@example.com", "write")
	for _, name := range []string{"Ada Field", "Bea Hill", "Cy Moor"} {
		owner.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":%q,"owner_id":%d}`, name, dan.ID))
	}
	owned := func(id, by int64) bool {
		return a.Count(fmt.Sprintf(`SELECT count(*) FROM customer WHERE id = %d AND owner_id = %d`, id, by)) == 1
	}
	seller.Into(nil, 200, "POST", "/customers/3/transfer", fmt.Sprintf(`{"to_id":%d}`, ben.ID)) // no rule yet
	owner.Into(nil, 201, "POST", "/approval-rules", `{"kind":"customer.transfer","basis":"always","threshold":0,"enabled":true,"steps":[{"who":"manager"}]}`)

	page := a.SignIn("dan@example.com", apptest.Password)
	page.Get("/customers/1/sharing")
	if r := page.Follow("/customers/1/transfer", "to_id", fmt.Sprint(ben.ID), "note", "Moved north"); !strings.Contains(r.Body, "Ada Field → Sam Okafor") || !owned(1, dan.ID) {
		t.Fatalf("it did not wait: %.300s", r.Body)
	}
	if r := seller.Call("POST", "/customers/1/transfer", fmt.Sprintf(`{"to_id":%d,"note":"Moved north"}`, ben.ID)); r.Status != 409 {
		t.Errorf("asked again: %d", r.Status)
	}
	seller.Call("POST", "/customers/2/transfer", fmt.Sprintf(`{"to_id":%d}`, ben.ID))
	// No way round it.
	var c struct{ Version int64 }
	seller.Into(&c, 200, "GET", "/customers/2", "")
	seller.Into(nil, 409, "PATCH", "/customers/2", fmt.Sprintf(`{"version":%d,"owner_id":%d}`, c.Version, ben.ID))
	seller.Into(&c, 200, "PATCH", "/customers/2", fmt.Sprintf(`{"version":%d,"region":"North"}`, c.Version))

	var waiting struct{ Items []struct{ ID int64 } }
	boss.Into(&waiting, 200, "GET", "/approvals/waiting", "")
	if len(waiting.Items) < 2 {
		t.Fatalf("%+v", waiting)
	}
	boss.Into(nil, 200, "POST", fmt.Sprintf("/approvals/%d/approve", waiting.Items[0].ID), `{}`)
	if !owned(1, ben.ID) || a.Count(fmt.Sprintf(`SELECT count(*) FROM notification WHERE kind = 'handed_over' AND user_id = %d`, ben.ID)) == 0 {
		t.Error("approved, but not handed over, or the receiver is not told")
	}
	// Somebody else has the customer by now: what was asked is void.
	owner.Into(&c, 200, "GET", "/customers/2", "")
	owner.Into(nil, 200, "PATCH", "/customers/2", fmt.Sprintf(`{"version":%d,"owner_id":%d}`, c.Version, anna.ID))
	var state struct{ State string }
	boss.Into(&state, 200, "POST", fmt.Sprintf("/approvals/%d/approve", waiting.Items[len(waiting.Items)-1].ID), `{}`)
	if state.State != "void" || !owned(2, anna.ID) {
		t.Errorf("%+v", state)
	}
	a.Anonymous().Into(nil, 401, "POST", "/customers/2/transfer", fmt.Sprintf(`{"to_id":%d}`, ben.ID))
	a.API("ben@example.com", "read").Into(nil, 403, "POST", "/customers/1/transfer", fmt.Sprintf(`{"to_id":%d}`, dan.ID))
}
