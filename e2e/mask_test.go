//go:build e2e

package e2e

import (
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// A colleague who sees numbers, addresses and WeChat names masked works on a
// record, takes nothing away by saving it, looks once with a trace, and cannot
// filter piece by piece; the owner then joins two records and picks the photo.
func TestWhoSeesMaskedWorksAndFindsNothingOut(t *testing.T) {
	for _, one := range []struct {
		locale, refused string
		look            Look
	}{{"en", "sees this field masked", Desk}, {"zh-CN", "打码", PhoneZh}} {
		t.Run(one.locale, func(t *testing.T) {
			h := build(t, one.locale)
			h.Fill()
			h.Colleague(apptest.MemberEmail, "member")
			b := h.Owner()
			b.Get("/settings/roles")
			form := []string{"reach", "all"}
			for _, p := range strings.Fields("customer.read customer.write detail.reveal customer.export customer.merge today.read note.read task.read") {
				form = append(form, "allowed", p)
			}
			if r := b.Post("/settings/roles/member", form...); r.Status != http.StatusSeeOther {
				t.Fatalf("roles: %d", r.Status)
			}

			tab := signInAs(t, h.URL, apptest.MemberEmail, one.look)
			tab.Go("/customers?columns=name,phone,email,wechat")
			tab.Sees("单雄信", "d***8", "d***@example.com")
			tab.SeesNot("danxiong88", "dan@example.com", "138 0013 8000")
			tab.Shot("mask-list")
			tab.Go("/customers/2/edit")
			tab.Fill("address", "Quay 7")
			tab.Submit(`main button.primary`)
			tab.Go("/customers/2")
			tab.Sees("d***8")
			tab.Check()
			tab.Shot("mask-record")
			if n := h.Count(`SELECT count(*) FROM customer c JOIN customer_phone p ON p.customer_id = c.id WHERE c.id = 2 AND c.address = 'Quay 7' AND c.wechat = 'danxiong88' AND p.raw = '138 0013 8000'`); n != 1 {
				t.Error("saving the form lost what was masked")
			}
			tab.Submit(`form[action="/customers/2/reveal"] button`)
			tab.Sees("danxiong88", "138 0013 8000")
			tab.Shot("mask-reveal")
			if n := h.Count(`SELECT count(*) FROM journal_set WHERE op = 'customer.reveal'`); n != 1 {
				t.Errorf("%d looks are noted", n)
			}
			tab.Go("/customers/filter?filter[wechat][eq]=danxiong88")
			var ways int
			tab.eval(`document.querySelectorAll('select[name="w.0"] option').length`, &ways)
			if ways != 3 {
				t.Errorf("the filter offers %d ways", ways)
			}
			tab.Check()
			tab.Shot("mask-filter")
			r := h.SignIn(apptest.MemberEmail, apptest.Password).Get("/customers?filter[wechat][starts]=d")
			if r.Status != 422 || !strings.Contains(r.Body, one.refused) {
				t.Errorf("piece by piece: %d", r.Status)
			}
		})
	}
}
