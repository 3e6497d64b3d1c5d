//go:build e2e

package e2e

import (
	"context"
	"testing"

	"regulars/app/sys/db"
)

// A report is put together from nothing, kept and shown to a role; a number opens
// its rows, the whole leaves as a file and comes by mail; one that takes long says
// how far it is and is stopped. A colleague finds it, it hangs on a dashboard, its
// rows become a view. The letters of the week and the month are read.
func TestAReportFromNothingToTheMail(t *testing.T) {
	for _, one := range []struct {
		locale, title, kept, byMail, file, letter, month, list string
		third                                                  int // of the library, each look another
		look                                                   Look
	}{
		{"en", "Reports", "By region", "By mail", "Excel", "The week at", "The month at", "Firm orders", 0, DeskDark},
		{"zh-CN", "报表", "各地区", "定期邮件", "Excel", "经营周报", "经营月报", "有效订单", 1, PhoneZh},
	} {
		t.Run(one.locale, func(t *testing.T) {
			h := build(t, one.locale)
			h.Fill()
			h.Colleague("sam@example.com", "member")
			tab := signIn(t, h.URL, one.look)
			tab.Go("/reports")
			tab.Sees(one.title)
			tab.Check()
			tab.Go("/reports/new")
			tab.Submit(`a[href="/reports/new?kind=order"]`)
			tab.eval(`document.querySelector('#f-row0').value = "customer.region"`, nil)
			tab.eval(`document.querySelector('#f-col').value = "status"`, nil)
			tab.eval(`document.querySelector('#f-m0').value = "sum:total"; document.querySelector('#f-m1').value = "count"`, nil)
			tab.eval(`document.querySelector('#f-chart').value = "stacked"`, nil)
			tab.Submit(`form[action="/reports/new"] button.primary`)
			tab.Waits(`document.querySelector('.report-table tfoot') !== null`)
			tab.Check()
			tab.Go(tab.Path() + "&filter[status][in]=confirmed,completed")
			tab.Waits(`document.querySelector('.report-table tfoot') !== null && document.querySelector('.chip a') !== null`)
			tab.Fill("name", one.kept)
			tab.Click(`form[action="/reports"] input[name="roles"][value="member"]`)
			tab.Submit(`form[action="/reports"] button`)
			tab.Comes(one.kept)
			tab.Sees(one.byMail)
			tab.Check()
			kept := tab.Path()

			tab.Submit(`.report-table tfoot td a`)
			tab.Waits(`document.querySelector('main a[href^="/orders/"]') !== null`)
			tab.Check()
			tab.Go(kept)
			tab.Waits(`fetch(document.querySelector('#export-menu a[href*=xlsx]').href).then(r => r.ok && r.headers.get("Content-Type").includes("spreadsheet"))`)
			tab.eval(`document.querySelector('[name="when"]').value = "w1"`, nil)
			tab.Click(`input[name="readers"]`)
			tab.Submit(`form[action$="/mail"] button`)
			tab.Waits(`document.querySelector('[name="when"]').value === "w1" && document.querySelector('[name="readers"]:checked') !== null`)

			// Whoever has the role finds it; it hangs on a dashboard; what stands behind
			// a number becomes a view.
			sam := signInAs(t, h.URL, "sam@example.com", one.look)
			sam.Go("/reports")
			sam.Submit(`main a[href="` + kept + `"]`)
			sam.Waits(`document.querySelector('.report-table tfoot') !== null`)
			tab.Go("/dashboards")
			tab.Submit(`form[action="/dashboards"] button`)
			tab.eval(`(() => { const s = document.querySelector('#f-source'); s.value = [...s.options].find((o) => o.label === "`+one.kept+`").value })()`, nil)
			tab.Submit(`button[name="do"][value="add"]`)
			tab.Waits(`document.querySelectorAll('[data-tile]').length === 2`)
			tab.Submit(`#arrange > div > button[value="save"]`)
			tab.Comes(one.kept)
			tab.Waits(`document.querySelectorAll('.tile-wait').length === 0 && document.querySelector('#tiles .report-table tfoot') !== null`)
			tab.Check()
			tab.Go(kept)
			tab.Submit(`.report-table tfoot td a`)
			tab.Waits(`document.querySelector('main tfoot .total') !== null`) // what is added up of each, and the whole
			tab.Check()
			tab.Submit(`a.btn[href^="/orders"]`)
			tab.eval(`document.querySelector('#view-name').value = "`+one.list+`"`, nil)
			tab.Submit(`form[action="/saved-views"] button.primary`)
			tab.Go("/saved-views")
			tab.Sees(one.list)

			tab.Go("/reports")
			var ready []string
			tab.eval(`[...document.querySelectorAll('.report-cards a[href^="/reports/ready/"]')].map((a) => a.getAttribute("href"))`, &ready)
			for i, path := range ready {
				if i%3 == one.third {
					tab.Go(path)
					tab.Waits(`document.querySelector('progress') === null && document.querySelector('#report-result .report-table, #report-result .empty, #report-result .note') !== null`)
					tab.Check()
				}
			}

			for kind, title := range map[string]string{"weekly": one.letter, "monthly": one.month} {
				tab.Go("/letters")
				tab.Check()
				tab.eval(`document.querySelector('form[action="/letters"] [name="kind"]').value = "`+kind+`"`, nil)
				tab.Submit(`form[action="/letters"] button`)
				tab.Sees(title)
				tab.Check()
			}
		})
	}
}

// A report that takes long says how much of its time has passed, and a plain
// button stops it.
func TestALongReportIsStoppedOnItsPage(t *testing.T) {
	words := map[string][2]string{"en": {"Being counted", "Stopped. Nothing was counted."}, "zh-CN": {"正在统计……", "已停止，没有统计结果。"}}
	for _, look := range []Look{Desk, PhoneZh} {
		t.Run(look.Name, func(t *testing.T) {
			h := build(t, look.Language)
			h.Fill()
			err := h.DB.Write(context.Background(), "test", func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80000)
					INSERT INTO order_head (number, customer_id, ordered_on, status, currency, total, created_at, updated_at)
					SELECT 'N' || i, 1, date('2020-01-01', (i % 2000) || ' days'), 'completed', 'USD', i % 997, 0, 0 FROM n`)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			tab := signIn(t, h.URL, look)
			tab.Go("/reports/new?kind=order&row=ordered_on:day&row=weekday&col=customer.region&m=median:total&m=median:outstanding&m=median:tax&m=customers")
			tab.Sees(words[look.Language][0])
			tab.Check()
			tab.Submit(`form[action="/reports/stop"] button`)
			tab.Comes(words[look.Language][1])
		})
	}
}
