//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// TestACustomerGoesThroughThePool walks with two people from the switch to a
// claimed customer, and from a question to a shared one.
func TestACustomerGoesThroughThePool(t *testing.T) {
	h := build(t, "en")
	sam := h.Colleague(apptest.MemberEmail, "member")
	api := h.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Harbour Street Bakery","kind":"company","phones":["+44 117 496 0142"],"owner_id":1}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Quay Lane Deli","kind":"company","phones":["+44 117 496 0155"],"owner_id":1}`)
	api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Orchard Rooms","owner_id":%d}`, sam.ID))
	owner := signIn(t, h.URL, Desk)

	owner.Go("/settings/teamwork")
	owner.Choose("sharing", "1")
	owner.Choose("pools", "1")
	owner.Submit(`.page form .btn.primary`)
	ownOnly(t, h)
	owner.Go("/settings/pools/1")
	owner.Fill("rule_contact_", "60")
	owner.Submit(`button[name="action"][value="try"]`)
	owner.Sees("would go back", "Nothing was changed")
	owner.Check()
	owner.Shot("pool-trial")
	owner.Go("/customers/1")
	owner.Fill("reason", "Moved to another part of town")
	owner.Submit(`#pool-release form .btn.primary`)
	owner.Comes("In the public pool")

	colleague := signInAs(t, h.URL, apptest.MemberEmail, Phone)
	colleague.Go("/pools")
	colleague.Sees("Harbour Street Bakery", "Moved to another part of town")
	colleague.SeesNot("496 0142")
	colleague.Shot("pool-masked")
	colleague.Submit(`button[name="one"][value="1"]`)
	colleague.Go("/customers/1")
	colleague.Sees("496 0142")
	colleague.Shot("pool-claimed")

	colleague.Go("/customers/2/ask")
	colleague.Sees("Quay Lane Deli", "Mei Lin")
	colleague.Fill("note", "They rang me")
	colleague.Submit(`form.col .btn.primary`)
	colleague.Sees("Quay Lane Deli")
	owner.Go("/sharing/requests")
	owner.Sees("Sam Okafor", "They rang me")
	owner.Shot("sharing-requests")
	owner.Submit(`button[name="answer"][value="accept"]`)
	colleague.Go("/customers/2")
	colleague.Sees("Quay Lane Deli", "496 0155")
}

// ownOnly lets members see what is theirs, and nobody else's.
func ownOnly(t *testing.T, h house) {
	t.Helper()
	b := h.Owner()
	b.Get("/settings/roles")
	form := []string{"reach", string(auth.Own)}
	for _, p := range []string{"customer.read", "customer.write", "customer.twice", "pool.read", "pool.claim", "sharing.write", "followup.read", "followup.write", auth.Detail} {
		form = append(form, "allowed", p)
	}
	if r := b.Post("/settings/roles/member", form...); r.Status != 303 {
		t.Fatalf("roles: %d %s", r.Status, r.Body)
	}
}
