//go:build e2e

package e2e

import (
	"fmt"
	"math/rand"
	"testing"

	"regulars/app/apptest"
)

// comeAndGo fills a shop with customers who buy at their own rate and leave at
// some time, so that what they are worth can be foreseen.
func (h house) comeAndGo() {
	rnd := rand.New(rand.NewSource(4))
	list := make([]apptest.Buyer, 400)
	for i := range list {
		gap, spend := 15+rnd.ExpFloat64()*60, 500+rnd.Intn(9000)
		for day := float64(rnd.Intn(700)); day < 730; day += 1 + rnd.ExpFloat64()*gap {
			list[i].Bought = append(list[i].Bought, apptest.Bought{On: h.Clock.Now().AddDate(0, 0, int(day)-730), Total: spend + rnd.Intn(spend)})
			if rnd.Float64() < .25 {
				break
			}
		}
	}
	h.Buyers(list)
}

// An owner says what is left of a sale and what money in a year is worth, and
// sees the lifetime values fall; a margin that cannot be is told beside its field.
// They narrow a segment and give it a name of their own: fewer stand in it, under
// that name, and its list opens.
func TestTheOwnerSetsWhatModelsRestOn(t *testing.T) {
	words := map[string]map[string]string{
		"en":    {"terms": "40% margin as you set it", "discount": "20.0% discount a year", "named": "Stars"},
		"zh-CN": {"terms": "毛利率 40%（您设定）", "discount": "年折现 20.0%", "named": "金牌客户"},
	}
	for _, look := range []Look{Desk, PhoneZh} {
		t.Run(look.Name, func(t *testing.T) {
			h, said := build(t, look.Language), words[look.Language]
			h.comeAndGo()
			tab := signIn(t, h.URL, look)
			number := func(at string) (n float64) {
				tab.eval(fmt.Sprintf(`parseFloat(document.querySelector(%q).innerText.replace(/[^0-9.]/g, ""))`, at), &n)
				return n
			}
			tab.Go("/insight/worth")
			before := number(`.stat:nth-child(2) dd:not(.sub)`)
			tab.Fill("margin", "140")
			tab.Submit(`form[action="/insight/worth"] button`)
			tab.Waits(`document.querySelector('[name=margin]').value === "140" && document.querySelector('[name=margin]').matches('[aria-invalid="true"]')`)
			tab.Fill("margin", "40")
			tab.Fill("discount", "20")
			tab.Submit(`form[action="/insight/worth"] button`)
			tab.Waits(fmt.Sprintf(`fetch("/insight/worth").then((r) => r.text()).then((t) => t.includes(%q))`, said["terms"]))
			tab.Go("/insight/worth")
			tab.Sees(said["discount"])
			if after := number(`.stat:nth-child(2) dd:not(.sub)`); after >= before*.4 || after < before*.3 {
				t.Errorf("worth %v as whole sales, %v at 40%% and a higher discount", before, after)
			}

			const row, list = `tr:has(a[href$="=champions"]) td.num`, `main a[href$="=champions"]`
			tab.Go("/insight/rfm")
			stood := number(row)
			tab.Submit(`main a[href="/insight/rfm/edit"], header a[href="/insight/rfm/edit"]`)
			tab.Fill("name_"+look.Language[:2]+":champions", said["named"])
			tab.Fill("r:champions", "5-5")
			tab.Submit(`form[action="/insight/rfm"] button.primary`)
			tab.Sees(said["named"])
			if !look.Phone { // too narrow for what a segment means
				tab.Sees("R 5 · F 4–5 · M 4–5")
			}
			eventually(t, "the segments sorted anew", waitLong, func() bool {
				return h.Count(`SELECT count(*) FROM prediction_rfm WHERE segment = 'champions' AND r < 5`) == 0
			})
			tab.Go("/insight/rfm")
			if stand := number(row); stand >= stood || stand == 0 {
				t.Errorf("%v stood in the segment, %v after it was narrowed", stood, stand)
			}
			tab.Submit(list)
			tab.Sees(said["named"])
			tab.Check()
		})
	}
}
