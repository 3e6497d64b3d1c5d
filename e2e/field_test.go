//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// A shop makes fields of its own, fills them, sees them in the list, filters by
// one and edits one where it stands; looks at a sensitive value, and takes the
// removal of a field back.
func TestFieldsOfOnesOwnFromTheSettingsToTheList(t *testing.T) {
	for _, look := range []Look{Desk, PhoneZh} {
		t.Run(look.Name, func(t *testing.T) {
			h := build(t, look.Language)
			h.Fill()
			h.Settle()
			tab := signIn(t, h.URL, look)
			title := map[bool]map[string]string{
				false: {"credit": "Credit line", "route": "Route", "half": "Half of it", "door": "Door code", "there": "1 record has a value", "deleted": "Credit line"},
				true:  {"credit": "赊账额度", "route": "送货路线", "half": "一半额度", "door": "门禁码", "there": "有 1 条记录填了", "deleted": "赊账额度"},
			}[look.Language == "zh-CN"]
			add := func(key, kind, en, zh string, more func()) {
				tab.Go("/settings/fields/new?subject=customer")
				tab.Fill("name_en", en)
				tab.Fill("name_zh", zh)
				tab.Fill("key", key)
				tab.Fill("kind", kind)
				if more != nil {
					more()
				}
				tab.Shot("field-new-" + kind)
				tab.Check()
				tab.Submit(`form[action="/settings/fields"] .btn.primary`)
				tab.Sees(title[key], key)
			}
			add("credit", "money", "Credit line", "赊账额度", nil)
			add("route", "choice", "Route", "送货路线", func() {
				tab.Waits(`document.querySelector('[name="choices"]').offsetParent`)
				tab.Fill("choices", "North\n南线")
				tab.Choose("filterable", "1")
			})
			add("half", "computed", "Half of it", "一半额度", func() { tab.Fill("formula", "round(credit / 2, 2)") })
			add("door", "text", "Door code", "门禁码", func() { tab.Choose("sensitive", "1") })
			h.Settle()
			tab.Go("/settings/fields?subject=customer")
			tab.Shot("field-list")

			tab.Go("/customers/1/edit")
			tab.Fill("fields.credit", "1200.50")
			tab.Fill("fields.route", "南线")
			tab.Fill("fields.door", "4711#")
			tab.Shot("field-form")
			tab.Submit(`form[action="/customers/1"] .btn.primary`)
			tab.Sees("1,200.50", "南线", "600.25")
			tab.SeesNot("4711#")
			tab.eval(`document.querySelector('form[action="/customers/1/fields/reveal"] input[name="field"][value="door"]').form.querySelector("button").click()`, nil)
			tab.Comes("4711#")
			tab.eval(`document.querySelector("[data-secret-value]").scrollIntoView({block: "center"})`, nil)
			tab.Shot("field-record")
			tab.Check()

			tab.Go("/customers?columns=fields.credit,fields.route,fields.half,fields.door")
			tab.Sees(title["credit"], "1,200.50", "南线", "600.25")
			tab.SeesNot("4711#")
			tab.Shot("field-columns")
			tab.Go("/customers/filter?columns=fields.credit,fields.route")
			tab.Fill("new.", "fields.route")
			tab.eval(`document.querySelector('#filter-builder button[value="add."]').click()`, nil)
			tab.Waits(`document.querySelector('#filter-builder input[value="南线"]')`)
			tab.Choose("v.0", "南线")
			tab.Shot("field-filter")
			tab.Submit(`#filter-builder .btn.primary`)
			tab.Sees("Harbour Street Bakery", "南线")
			tab.SeesNot("单雄信")
			if !strings.Contains(tab.Path(), "fields.route") {
				t.Errorf("the filter is not in the address: %s", tab.Path())
			}

			tab.eval(`document.querySelector('[hx-get="/customers/1/cell/fields.credit"]').click()`, nil)
			tab.Waits(`document.querySelector("form.cell-form input[name=value]")`)
			tab.Check()
			tab.Shot("field-cell")
			tab.Fill("value", "80")
			tab.eval(`document.querySelector("form.cell-form button").click()`, nil)
			tab.Comes("80.00")
			tab.Waits(`!document.querySelector("form.cell-form")`)
			tab.Check()

			tab.Go("/settings/fields?subject=customer")
			tab.eval(`[...document.querySelectorAll("td a")].find(a => a.textContent === "`+title["credit"]+`").click()`, nil)
			tab.Waits(`document.querySelector('[popovertarget="field-delete"]')`)
			tab.eval(`const b = document.querySelector('[popovertarget="field-delete"]'); b.scrollIntoView({block: "center"}); b.click()`, nil)
			tab.Waits(`document.querySelector("#field-delete:popover-open")`)
			tab.Sees(title["there"])
			tab.Shot("field-delete")
			tab.Submit(`#field-delete form button`)
			tab.Comes(title["deleted"])
			tab.Shot("field-deleted")
			tab.Submit(`.toast form button`)
			tab.Go("/customers/1")
			tab.Sees(title["credit"], "80.00")
		})
	}
}
