//go:build e2e

package e2e

import (
	"bytes"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A ready dashboard is looked at, asked for another period and one region,
// printed, opened row by row, copied, arranged by mouse and by keyboard, and hung
// on a wall.
func TestADashboardIsLookedAtAndArranged(t *testing.T) {
	for _, one := range []struct {
		locale, glance, sales, cohorts, wall, mine, undone string
		look                                               Look
	}{
		{"en", "At a glance", "Sales", "Who comes back", "Leave full screen", "Dashboard made", "Dashboard changed", DeskDark},
		{"zh-CN", "生意一览", "销售额", "客户留存", "退出大屏", "看板已建好", "看板已修改", PhoneZh},
	} {
		t.Run(one.locale, func(t *testing.T) {
			h := build(t, one.locale)
			h.Fill()
			tab := signIn(t, h.URL, one.look)
			tab.Go("/dashboards")
			tab.Sees(one.glance, one.sales, one.cohorts)
			tab.Waits(`document.querySelectorAll('#tiles [hx-trigger^="load"], .tile-wait').length === 0`)
			tab.Check()
			tab.Shot("dashboard-glance")
			tab.eval(`document.querySelectorAll("#tiles details").forEach((d) => d.open = true)`, nil)
			tab.Check()
			for _, path := range []string{"/dashboards/sales?span=last_365d&compare=year", "/dashboards/service?span=last_365d", "/dashboards/customers"} {
				tab.Go(path)
				tab.Waits(`document.querySelectorAll('.tile-wait').length === 0`)
				tab.Check()
			}
			tab.Shot("dashboard-customers")
			tab.Go("/dashboards/sales")
			tab.mark()
			tab.Fill("span", "last_365d")
			tab.arrive()
			tab.Waits(`location.search.includes("span=last_365d")`)
			tab.mark()
			tab.Fill("region", "Bristol")
			tab.arrive()
			tab.Waits(`location.search.includes("region=Bristol") && document.querySelectorAll('.tile-wait').length === 0`)
			tab.Check()
			tab.prints()
			tab.Submit(`#tiles a[href^="/reports/rows"]`)
			tab.Waits(`document.querySelector('main a[href^="/orders/"]') !== null`)
			tab.Sees("Harbour Street Bakery")
			tab.Go("/dashboards/glance/wall")
			tab.Sees(one.glance, one.wall)
			tab.Waits(`document.querySelectorAll('.tile-wait').length === 0`)
			tab.Check()
			tab.Shot("dashboard-wall")

			tab.Go("/dashboards/sales")
			tab.Submit(`form[action="/dashboards/sales/copy"] button`)
			tab.Comes(one.mine)
			tab.Check()
			tab.Shot("dashboard-arrange")
			first := tab.firstTile()
			tab.mark() // with the keyboard
			tab.eval(`document.querySelector('button[name="do"][value="down:`+first+`"]').focus()`, nil)
			tab.do(chromedp.KeyEvent(kb.Enter))
			tab.arrive()
			tab.Comes(one.undone)
			if tab.firstTile() == first {
				t.Error("the button moved nothing")
			}
			if !one.look.Phone {
				tab.Waits(`document.querySelector('[data-arrange][data-armed]') !== null`)
				before := tab.firstTile()
				tab.mark()
				tab.eval(`document.querySelector("[data-tile]").scrollIntoView({ block: "center", behavior: "instant" })`, nil)
				tab.drag(`[data-tile]:nth-child(1) [data-grip]`, `[data-tile]:nth-child(2)`)
				tab.arrive()
				if tab.firstTile() == before {
					t.Error("what was dragged stayed where it was")
				}
			}
			tab.Submit(`#arrange > div > button[value="save"]`)
			tab.Waits(`document.querySelectorAll('.tile-wait').length === 0`)
			tab.Check()
		})
	}
}

// firstTile is the number of the tile that stands first.
func (tab *Tab) firstTile() (id string) {
	tab.t.Helper()
	tab.eval(`document.querySelector('[data-tile] input[name="tile"]').value`, &id)
	return id
}

// prints asks the browser for the page on paper.
func (tab *Tab) prints() {
	tab.t.Helper()
	paper, err := chromedp.Call(tab.ctx, page.PrintToPDF, page.PrintToPDFParams{})
	if err != nil || !bytes.HasPrefix(paper.Data, []byte("%PDF")) {
		tab.t.Errorf("%s is not printed: %v", tab.Path(), err)
	}
}
