//go:build e2e

package e2e

import (
	"testing"

	"regulars/app/apptest"
)

// A refund waits; the owner approves it on the phone from the bell, and whoever
// asked finds it done.
func TestARefundIsApprovedOnThePhone(t *testing.T) {
	h := build(t, "en")
	h.Fill()
	h.Together()
	h.Settle()
	phone := signIn(t, h.URL, Phone)
	phone.Go("/notifications")
	phone.Sees("asks for your approval")
	phone.eval(`[...document.querySelectorAll("#main button.link")].find(b => b.textContent.includes("approval")).id = "asked"`, nil)
	phone.Submit("#asked")
	phone.Sees("Pay back $12.00", "Cup was cracked", "Approve", "Reject")
	phone.Check()
	phone.Shot("approval")
	phone.Submit(`#main button[value="reject"]`)
	phone.Sees("Say why")
	phone.Submit(`#main button[value="approve"]`)
	phone.Sees("Approved")
	phone.Check()
	sam := signInAs(t, h.URL, apptest.MemberEmail, Desk)
	sam.Go("/notifications")
	sam.Sees("approved")
	sam.Go("/approvals?filter[asker_id][eq]=me")
	sam.Sees("Pay back", "Approved")
	sam.Shot("approvals")
}
