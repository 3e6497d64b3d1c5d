//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

	"regulars/app/apptest"
)

// A shop of three sets its pool up, tries the rules, and a night later a
// colleague takes over whom nobody had spoken to; at the end somebody leaves.
func TestAPoolFromItsRuleToTheNextOwner(t *testing.T) {
	for _, one := range []struct {
		locale, name, reason, note string
		look                       Look
		moves, besides             string
	}{
		{locale: "en", name: "Quay Lane Deli", reason: "Moved to Bath", note: "Prefers the morning", look: Desk,
			moves: "Goes along", besides: "2 open tasks"},
		{locale: "zh-CN", name: "码头路熟食店", reason: "客户搬走了", note: "上午联系比较方便", look: PhoneZh,
			moves: "一起转交", besides: "2 个未完成任务"},
	} {
		t.Run(one.locale, func(t *testing.T) {
			h := build(t, one.locale)
			sam, mia := h.Colleague(apptest.MemberEmail, "member"), h.Colleague("mia@example.com", "member")
			api := h.API("", "write")
			api.Into(nil, 200, "PATCH", "/settings/teamwork", `{"sharing":true,"pools":true}`)
			var made struct{ ID int64 }
			api.Into(&made, 201, "POST", "/customers", fmt.Sprintf(`{"name":%q,"phones":["13800138000"],"owner_id":%d}`, one.name, sam.ID))
			record := fmt.Sprintf("/customers/%d", made.ID)
			h.Settle()
			h.Pass(9 * 24 * time.Hour)

			// The owner tries a rule of seven days, then keeps it.
			tab := signIn(t, h.URL, one.look)
			tab.Go("/settings/pools/1")
			tab.Fill("rule_contact_", "7")
			tab.Fill("protect_days", "5")
			tab.Submit(`button[name="action"][value="try"]`)
			tab.Sees(one.name)
			tab.Shot("pool-trial")
			if n := h.Count("SELECT count(*) FROM pool_rule"); n != 0 {
				t.Fatalf("the trial kept %d rules", n)
			}
			tab.Submit(`button[name="action"][value="save"]`)
			tab.Go("/customers?columns=owner_id,recycle_at&sort=recycle_at")
			tab.Sees(one.name)
			tab.Shot("pool-list")
			for range 3 { // a day of grace after the first night, and the night itself
				h.Pass(24 * time.Hour)
			}
			if n := h.Count("SELECT count(*) FROM customer WHERE id = ? AND owner_id IS NULL", made.ID); n != 1 {
				t.Fatal("the night took nobody back")
			}

			// Mia finds them with a hidden number, claims them and is protected.
			theirs := signInAs(t, h.URL, "mia@example.com", one.look)
			theirs.Go("/pools")
			theirs.Sees(one.name)
			theirs.SeesNot("13800138000", "138 0013 8000")
			theirs.Shot("pool-claim")
			theirs.Submit(fmt.Sprintf(`button[name="one"][value="%d"]`, made.ID))
			theirs.Go(record)
			theirs.Shot("pool-held")
			if n := h.Count("SELECT count(*) FROM pool_hold h JOIN customer c ON c.id = h.customer_id WHERE c.id = ? AND c.owner_id = ? AND h.protect_until > ?", made.ID, mia.ID, h.Clock.Now().UnixMilli()); n != 1 {
				t.Error("the claim does not protect them")
			}

			// She puts them back with a reason; the ledger says all of it.
			theirs.Click(`button[popovertarget="pool-release"]`)
			theirs.Fill("reason", one.reason)
			theirs.Shot("pool-release")
			theirs.Submit(`#pool-release form button.primary`)
			tab = signIn(t, h.URL, one.look)
			tab.Go(record + "/ownership")
			tab.Sees(one.reason, "Sam Okafor")
			tab.Shot("pool-ledger")
			if n := h.Count("SELECT count(DISTINCT how) FROM pool_ledger WHERE customer_id = ? AND how IN ('recycle', 'claim', 'release')", made.ID); n != 3 {
				t.Errorf("the ledger knows %d of three changes", n)
			}

			// Sam gets them again, and leaves: the page says what goes along.
			api.Into(nil, 200, "POST", record+"/assign", fmt.Sprintf(`{"owner_id":%d}`, sam.ID))
			for _, title := range []string{"Water the plants", "Count the boxes"} {
				api.Into(nil, 201, "POST", "/tasks", fmt.Sprintf(`{"title":%q,"owner_id":%d}`, title, sam.ID))
			}
			tab.Go(fmt.Sprintf("/settings/hand-over?from=%d&leaves=1", sam.ID))
			tab.Sees(one.moves, one.besides)
			tab.Fill("to_id", fmt.Sprint(mia.ID))
			tab.Fill("note", one.note)
			tab.Shot("pool-leave")
			tab.Submit(`form[action="/settings/hand-over"] button.primary`)
			if n := h.Count("SELECT count(*) FROM task WHERE owner_id = ? AND done_at IS NULL", sam.ID); n != 0 {
				t.Errorf("%d tasks stay with who left", n)
			}
			if n := h.Count("SELECT count(*) FROM user u JOIN customer c ON c.id = ? WHERE u.id = ? AND u.status = 'disabled' AND c.owner_id = ?", made.ID, sam.ID, mia.ID); n != 1 {
				t.Error("they are not gone, or their customer did not go to the colleague")
			}
		})
	}
}
