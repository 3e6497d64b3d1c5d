//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"regulars/app/apptest"
)

// A seller hands a deal to the owner with what they should know and stays on it; the
// owner reads it on the phone, and gives it back in one press.
func TestADealIsHandedOverWithContext(t *testing.T) {
	h := build(t, "en")
	h.Fill()
	h.Together()
	sam := h.API(apptest.MemberEmail, "write")
	var d struct{ ID int64 }
	sam.Into(&d, 201, "POST", "/deals", `{"name":"Ovens for the harbour","customer_id":1}`)
	desk := signInAs(t, h.URL, apptest.MemberEmail, Desk)
	desk.Go(fmt.Sprintf("/deals/%d", d.ID))
	desk.Submit(`a[href^="/hand-over/deals"]`)
	desk.Sees("Hand over Ovens for the harbour", "What they should know")
	desk.Check()
	desk.eval(`document.querySelector('select[name="to_id"]').value = "1"; document.querySelector('[name="note"]').value = "Ask for Ms Tan, mornings only"; document.querySelector('select[name="keep"]').value = "read"`, nil)
	desk.Submit(`form[action="/hand-over/deals"] button.primary`)
	desk.Sees("Handed over, and the receiver is told")
	phone := signIn(t, h.URL, Phone)
	phone.Go("/notifications")
	phone.Sees("handed over to you: Ovens for the harbour", "Ask for Ms Tan")
	phone.Go(fmt.Sprintf("/deals/%d", d.ID))
	phone.Sees("Handed over", "Ask for Ms Tan", "sees only")
	phone.Check()
	phone.Shot("handed-over")
	desk.Go(fmt.Sprintf("/hand-over/deals?id=%d", d.ID)) // no longer theirs
	desk.Sees("Only the owner of the deal")
}
