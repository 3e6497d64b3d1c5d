//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"regulars/app/apptest"
)

// Two people work together: a refund and a hand-over wait, the owner decides them
// on the phone, and reads what was handed in about the day.
func TestTwoPeopleWorkTogether(t *testing.T) {
	h := build(t, "en")
	h.Fill()
	h.Together()
	var who struct{ ID int64 }
	h.API("", "write").Into(nil, 201, "POST", "/approval-rules", `{"kind":"customer.transfer","basis":"always","threshold":0,"enabled":true,"steps":[{"who":"role","role":"owner"}]}`)
	h.API(apptest.MemberEmail, "write").Into(&who, 201, "POST", "/customers", `{"name":"Harbour Bakery","owner_id":2}`)
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
	sam.Go(fmt.Sprintf("/customers/%d/sharing", who.ID))
	sam.eval(`document.querySelector('select[name="to_id"]').value = "1"`, nil)
	sam.Submit(`form[action$="/transfer"] button`)
	sam.Sees("Hand over: Harbour Bakery")
	sam.Go("/daily-reports/mine?period=week")
	sam.eval(`document.querySelector('[name="well"]').value = "The bakery came back"`, nil)
	sam.Submit(`button[name="hand_in"]`)
	sam.Sees("Handed in", "The bakery came back")
	phone.Go("/today")
	phone.Sees("for your word")
	phone.Go("/approvals")
	phone.eval(`document.querySelector('#main a.btn.primary[href^="/approvals/"]').id = "look"`, nil)
	phone.Submit("#look")
	phone.Submit(`#main button[value="approve"]`)
	phone.Go(fmt.Sprintf("/customers/%d", who.ID))
	phone.Sees("Harbour Bakery")
	phone.Go("/daily-reports?period=week")
	phone.eval(`document.querySelector('#main ul.rows a[href^="/daily-reports/"]:not([href*="mine"])').id = "read"`, nil)
	phone.Submit("#read")
	phone.Sees("The bakery came back")
	phone.Check()
	phone.Shot("report")
	if h.Count(fmt.Sprintf(`SELECT count(*) FROM customer WHERE id = %d AND owner_id = 1`, who.ID)) != 1 {
		t.Error("the customer was not handed over")
	}
}
