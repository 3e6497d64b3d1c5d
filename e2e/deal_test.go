//go:build e2e

package e2e

import "testing"

// A deal goes its way: by keyboard and by a dragged card on a desk, by the
// card's button on a phone; the sums above the columns follow at once, and in
// the end it is won for a reason.
func TestADealGoesItsWayOnTheBoard(t *testing.T) {
	for _, one := range []struct {
		locale, moved, sum, back, title, reason, won string
		look                                         Look
	}{
		{"en", "Contacted", "$703.00, expect $210.90", "No next step", "Pipeline", "The product fits", "is won", Desk},
		{"zh-CN", "已沟通", "$703.00，预计 $210.90", "未安排", "商机", "产品合适", "赢单了", PhoneZh},
	} {
		t.Run(one.locale, func(t *testing.T) {
			h := build(t, one.locale)
			h.Fill()
			tab := signIn(t, h.URL, one.look)
			tab.Go("/deals")
			tab.Sees(one.title, "Tea for the second shop", one.back)
			tab.Waits(`document.querySelector('[data-pipeline][data-armed]') !== null`)
			tab.Check()
			if one.look.Phone {
				tab.Click(`[data-deal="1"] [data-move]`)
				tab.Waits(`document.querySelector('#move-card[open]') !== null`)
				tab.Click(`#move-card button[value="2"]`)
			} else {
				tab.eval(`document.querySelector('[data-deal="1"] a').dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", altKey: true, bubbles: true }))`, nil)
			}
			tab.Comes(one.sum)
			tab.Waits(`document.querySelector('[data-stage="2"] [data-deal="1"]').dataset.version === "2"`)
			tab.Check()
			tab.Go("/deals/1/move")
			tab.Check()
			tab.Submit(`main .btn.primary`)
			tab.Go("/deals/1")
			tab.Sees("Send the samples")
			tab.Check()
			tab.Submit(`a[href="/deals/1/won"]`)
			tab.eval(`document.querySelector('[name="reason_id"]').selectedIndex = 1`, nil)
			tab.Submit(`main .btn.primary`)
			tab.Comes(one.won)
			tab.Sees(one.reason)
			tab.Go("/deals")
			tab.SeesNot("Tea for the second shop")
		})
	}
}
