//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// The owner makes a dimension of their own, fills in its checklist, compares in
// pairs, is told of a contradiction, tries weights and publishes; the old version
// stays as it was, the grade moves, the evidence opens down to the rows, and a
// grade set by hand is taken back again.
func TestTheOwnerJudgesCustomersTheirOwnWay(t *testing.T) {
	words := map[string]map[string]string{
		"en": {"unused": "weighs nothing so far", "ok": "Your answers agree", "effect": "Before and after", "published": "Version 2 is published", "yes": "yes: Plans ahead", "no": "no: Pays the driver",
			"hand": "set by hand", "rules": "follows the rules again", "who": "counts until", "axis": "Good to work with", "bad": "Your answers contradict each other", "first": "Version 1"},
		"zh-CN": {"unused": "尚未计入", "ok": "前后一致", "effect": "发布前后", "published": "第 2 版已发布", "yes": "是：Plans ahead", "no": "否：Pays the driver",
			"hand": "人工设定", "rules": "已恢复按规则评级", "who": "有效至", "axis": "好相处", "bad": "您的回答前后矛盾", "first": "第 1 版"},
	}
	for _, look := range []Look{Desk, PhoneZh} {
		t.Run(look.Name, func(t *testing.T) {
			h, said := build(t, look.Language), words[look.Language]
			h.Fill()
			tab := signIn(t, h.URL, look)
			tab.Go("/customers/1/evaluation")
			tab.Check()
			var before string
			tab.eval(`document.querySelector(".score .big")?.textContent ?? ""`, &before)

			tab.Go("/insight/evaluation/own")
			tab.Check()
			tab.Go("/insight/evaluation/own/new?kind=checklist")
			tab.Check()
			tab.Fill("name_en", "Good to work with")
			tab.Fill("name_zh", "好相处")
			tab.eval(`(() => { const texts = document.querySelectorAll("[name=item_text]"); texts[0].value = "Plans ahead"; texts[1].value = "Pays the driver" })()`, nil)
			tab.Submit(`main form button.primary`)
			tab.Sees(said["axis"], said["unused"])
			tab.Check()

			tab.Go("/insight/evaluation/pairs")
			tab.Sees(said["axis"])
			tab.Waits(`document.querySelector("#judged") !== null`)
			answer := func(values string) {
				tab.eval(`(() => { for (const [name, value] of Object.entries(`+values+`)) document.querySelector('[name="' + name + '"]').value = value;
					document.querySelector('[name="p5"]').dispatchEvent(new Event("change", { bubbles: true })) })()`, nil)
			}
			answer(`{ p0: "4", p1: "-4", p6: "4" }`) // buying over paying, paying over working together, that over buying
			tab.Comes(said["bad"])
			tab.Check()
			tab.Waits(`document.querySelector("#judged a.primary") === null`)
			answer(`{ p0: "0", p1: "0", p6: "0", p5: "-1" }`)
			tab.Comes(said["ok"])
			tab.Check()
			tab.Submit(`#judged a.primary`)
			tab.Waits(`document.querySelector('[name="w.own_1"]').value !== "0"`)

			set := `(() => { for (const [name, value] of Object.entries({ purchase: 20, payment: 10, cooperation: 5, satisfaction: 10, advocacy: 5, lifetime_value: 10, own_1: 40 })) document.querySelector('[name="w.' + name + '"]').value = value;
				document.querySelector('[name="w.own_1"]').dispatchEvent(new Event("change", { bubbles: true })) })()`
			tab.eval(set, nil)
			tab.Comes(said["effect"])
			tab.Check()
			tab.Submit(`.actbar button.primary`)
			tab.Comes(said["published"])
			tab.Go("/insight/evaluation/versions/1")
			tab.Sees(said["first"])
			tab.SeesNot(said["axis"])

			tab.Go("/customers/1/checklists")
			tab.Check()
			tab.eval(`document.querySelector('[name="i1.yes"]').value = "1"; document.querySelector('[name="i2.yes"]').value = "0"`, nil)
			tab.Submit(`main form button.primary`)
			tab.Sees(said["axis"], said["yes"])
			tab.Check()
			tab.Shot("evaluation-own-" + look.Name)
			var text string
			tab.eval(`document.querySelector("table.evidence").innerText`, &text)
			if !strings.Contains(text, said["no"]) {
				t.Errorf("the evidence does not name what is wrong: %s", text)
			}
			tab.eval(`document.querySelectorAll(".rests, .rests details").forEach((d) => { d.open = true })`, nil)
			tab.Submit(`table.evidence a[href^="/insight/evaluation/checks/"]`)
			tab.Sees(said["who"])
			tab.Go("/customers/1/evaluation")
			tab.eval(`document.querySelectorAll(".rests").forEach((d) => { d.open = true })`, nil)
			tab.Submit(`table.evidence a[href^="/orders/"]`)

			tab.Go("/customers/1/grade")
			tab.Check()
			tab.Fill("grade", "D")
			tab.eval(`document.querySelector('[name="until"]').value = "`+h.Clock.Now().AddDate(0, 1, 0).Format("2006-01-02")+`"`, nil)
			tab.Fill("reason", "Left us for the neighbour")
			tab.Submit(`main form button.primary`)
			tab.Sees(said["hand"], "Left us for the neighbour")
			tab.Check()
			tab.Go("/customers/1/grade")
			tab.Submit(`button[formaction$="/release"]`)
			tab.Comes(said["rules"])
			tab.SeesNot("Left us for the neighbour")
			for _, path := range []string{"/insight/evaluation", "/insight/evaluation/versions/2", "/insight/evaluation/dimensions", "/insight/evaluation/moves", "/insight/evaluation/validity", "/insight/evaluation/checks", "/insight/evaluation/own/1"} {
				tab.Go(path)
				tab.Check()
			}
		})
	}
}
