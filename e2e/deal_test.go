//go:build e2e

package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

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
				tab.drag(`[data-deal="2"] a`, `[data-stage="3"] > ol`)
				tab.Comes("$900.00, expect $450.00")
				tab.Waits(`document.querySelector('[data-stage="3"] [data-deal="2"]').dataset.version === "2"`)
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

// drag takes what a selector names with the mouse and lets it go in the middle of
// something else.
func (tab *Tab) drag(from, to string) {
	tab.t.Helper()
	var at [4]float64
	tab.eval(`(() => {
		const a = document.querySelector(`+"`"+from+"`"+`).getBoundingClientRect(), b = document.querySelector(`+"`"+to+"`"+`).getBoundingClientRect();
		return [a.x + a.width / 2, a.y + a.height / 2, b.x + b.width / 2, b.y + Math.min(40, b.height / 2)];
	})()`, &at)
	taken := make(chan *input.DragData, 1)
	err := chromedp.Listen(tab.ctx, func(event any) {
		if e, ok := event.(*input.EventDragIntercepted); ok && len(taken) == 0 {
			taken <- e.Data
		}
	})
	tried := func(err error) {
		tab.t.Helper()
		if err != nil {
			tab.t.Fatalf("drag %s: %v", from, err)
		}
	}
	tried(err)
	intercept := func(on bool) {
		_, err := chromedp.Call(tab.ctx, input.SetInterceptDrags, input.SetInterceptDragsParams{Enabled: on})
		tried(err)
	}
	mouse := func(what input.DispatchMouseEventType, x, y float64, buttons int64) {
		_, err := chromedp.Call(tab.ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: what, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: buttons, ClickCount: 1})
		tried(err)
	}
	intercept(true)
	mouse(input.DispatchMouseEventTypeMousePressed, at[0], at[1], 1)
	mouse(input.DispatchMouseEventTypeMouseMoved, at[0]+8, at[1]+8, 1)
	mouse(input.DispatchMouseEventTypeMouseMoved, at[0]+30, at[1]+10, 1)
	var data *input.DragData
	select {
	case data = <-taken:
	case <-time.After(10 * time.Second):
		tab.t.Fatalf("the mouse takes nothing along at %v", at)
	}
	over := input.DispatchDragEventTypeDragOver
	for _, what := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, over, over, input.DispatchDragEventTypeDrop} {
		_, err := chromedp.Call(tab.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: what, X: at[2], Y: at[3], Data: data})
		tried(err)
	}
	mouse(input.DispatchMouseEventTypeMouseReleased, at[2], at[3], 0)
	intercept(false)
}
