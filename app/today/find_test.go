package today_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// palette asks as the palette does.
func palette(b *apptest.Browser, q string) string {
	b.Header.Set("HX-Request", "true")
	defer b.Header.Del("HX-Request")
	return b.Get("/search?q=" + q).Body
}

func TestThePaletteShowsWhoWasLookedAtLast(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for i := range 3 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Customer %d"}`, i+1))
	}
	b := a.Owner()
	if got := palette(b, ""); strings.Contains(got, "Looked at last") || !strings.Contains(got, `href="/entry"`) || !strings.Contains(got, `href="/orders"`) {
		t.Errorf("with nobody looked at: %s", got)
	}
	for _, id := range []int{2, 1} {
		b.Get(fmt.Sprintf("/customers/%d", id))
		a.Clock.Add(10 * 60 * 1e9)
	}
	got := palette(b, "")
	first, second := strings.Index(got, "/customers/1"), strings.Index(got, "/customers/2")
	if first < 0 || second < first || strings.Contains(got, "/customers/3") {
		t.Errorf("recent: %s", got)
	}
	a.Colleague(apptest.MemberEmail, auth.Member)
	if got := palette(a.SignIn(apptest.MemberEmail, apptest.Password), ""); strings.Contains(got, "Looked at last") {
		t.Error("a colleague sees what another looked at")
	}
}

func TestThePaletteOffersWhatWasTyped(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	got := palette(b, "%3Cb%3EAda%26x")
	for _, want := range []string{`href="/entry?text=%3Cb%3EAda%26x"`, `href="/customers/new?name=%3Cb%3EAda%26x"`, `href="/tasks/new?title=%3Cb%3EAda%26x"`, "Nothing found", `role="option"`, "Enter this: &lt;b&gt;Ada&amp;x"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if page := b.Get("/tasks/new?title=Ring+Ada"); !strings.Contains(page.Body, `value="Ring Ada"`) {
		t.Error("the task's form does not take what was typed")
	}
	if got := palette(b, strings.Repeat("x", 3000)); len(got) > 20000 {
		t.Errorf("a long text makes %d bytes", len(got))
	}
}

func TestThePaletteFindsPlacesByPinyin(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	b := a.Owner()
	for q, href := range map[string]string{"dingdan": "/orders", "dd": "/orders", "%E5%AE%A2": "/customers", "shez": "/settings"} {
		if got := palette(b, q); !strings.Contains(got, `href="`+href+`"`) {
			t.Errorf("%s does not lead to %s: %s", q, href, got)
		}
	}
	if got := palette(b, "dingdan"); strings.Contains(got, `href="/products"`) {
		t.Error("every place answers")
	}
}

func TestThePaletteFindsWhatIsSold(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"茗香茶业","owner_id":1}`)
	api.Into(nil, 201, "POST", "/deals", `{"name":"Spring beans","customer_id":1}`)
	api.Into(nil, 201, "POST", "/deals", `{"name":"Nobody's wish"}`)
	const lines = `"lines":[{"name":"x","quantity":1,"unit_price":{"amount":"1.00","currency":"USD"}}]`
	api.Into(nil, 201, "POST", "/quotes", `{"customer_id":1,"title":"春茶",`+lines+`}`)
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"number":"PO-77",`+lines+`}`)
	api.Into(nil, 201, "POST", "/contracts", `{"customer_id":1,"number":"HT-2026-9","title":"年度供货","starts_on":"2026-01-01"}`)
	b := a.Owner()
	for q, want := range map[string][]string{
		"mxcy": {"/deals/1", "/quotes/1", "/contracts/1"}, "spring": {"/deals/1"}, "SPRING+B": {"/deals/1"}, "nobody": {"/deals/2"},
		"q-2026": {"/quotes/1"}, "po-7": {"/orders/1"}, "ht-2026-9": {"/contracts/1"},
	} {
		got := palette(b, q)
		for _, href := range want {
			if !strings.Contains(got, `href="`+href+`"`) {
				t.Errorf("%s does not find %s: %s", q, href, got)
			}
		}
		if n := strings.Count(got, `href="/deals/`) + strings.Count(got, `href="/quotes/`) + strings.Count(got, `href="/contracts/`) + strings.Count(got, `href="/orders/`) - strings.Count(got, `href="/orders/new`); n != len(want) {
			t.Errorf("%s finds %d records: %s", q, n, got)
		}
	}
	if got := palette(b, "%25"); strings.Contains(got, `href="/deals/`) {
		t.Error("a sign finds everything")
	}
	a.Colleague(apptest.MemberEmail, auth.Member)
	b.Get("/settings/roles")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "today.read", "allowed", "customer.read", "allowed", "deal.read", "allowed", "order.read")
	own := a.SignIn(apptest.MemberEmail, apptest.Password)
	for _, q := range []string{"mxcy", "spring", "q-2026", "po-7", "ht-2026-9"} {
		if got := palette(own, q); strings.Contains(got, `href="/deals/`) || strings.Contains(got, `href="/quotes/`) || strings.Contains(got, `href="/contracts/`) || strings.Contains(got, `href="/orders/1"`) {
			t.Errorf("%s shows somebody else's: %s", q, got)
		}
	}
}

func TestProductsAreFoundByAnyWordPinyinAndCode(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/products", `{"name":"云南普洱熟茶","code":"PE-250","price":{"amount":"88.00","currency":"USD"}}`)
	b := a.Owner()
	b.Get("/settings")
	for _, q := range []string{"%E6%99%AE%E6%B4%B1", "puer", "ynpe", "pe-250"} {
		if got := palette(b, q); !strings.Contains(got, `href="/products/1"`) {
			t.Errorf("%s does not find the product: %s", q, got)
		}
	}
	api.Into(nil, 200, "PATCH", "/products/1", `{"version":1,"name":"Aged tea","code":"AT-1"}`)
	if got := palette(b, "puer"); strings.Contains(got, "/products/1") {
		t.Error("it is found by what it was called")
	}
	if got := palette(b, "at-1"); !strings.Contains(got, "/products/1") {
		t.Error("it is not found by its new code")
	}
	api.Into(nil, 204, "DELETE", "/products/1", "")
	if got := palette(b, "aged"); strings.Contains(got, "/products/1") {
		t.Error("a deleted product is found")
	}
	b.Follow(fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) FROM journal_set WHERE op = 'product.delete'`)))
	if got := palette(b, "aged"); !strings.Contains(got, "/products/1") {
		t.Error("a product that came back is not found")
	}
}

func TestDealsAreFoundInTheMiddleOfTheirNameAndByPinyin(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/deals", `{"name":"新店开业用豆"}`)
	api.Into(nil, 201, "POST", "/deals", `{"name":"Spring tasting for forty","external_id":"OPP-77"}`)
	b := a.Owner()
	b.Get("/settings")
	for q, id := range map[string]int{"%E5%BC%80%E4%B8%9A": 1, "kaiye": 1, "xdky": 1, "tasting": 2, "for%20forty": 2, "OPP-77": 2} {
		if got := palette(b, q); !strings.Contains(got, fmt.Sprintf(`href="/deals/%d"`, id)) {
			t.Errorf("%s does not find deal %d", q, id)
		}
	}
	api.Into(nil, 200, "PATCH", "/deals/2", `{"version":1,"name":"Autumn market"}`)
	if got := palette(b, "tasting"); strings.Contains(got, "/deals/2") {
		t.Error("it is found by what it was called")
	}
	api.Into(nil, 204, "DELETE", "/deals/1", "")
	if got := palette(b, "kaiye"); strings.Contains(got, "/deals/1") {
		t.Error("a deleted deal is found")
	}
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'deal.delete'`)
	b.Follow(fmt.Sprintf("/history/%d/undo", set))
	if got := palette(b, "kaiye"); !strings.Contains(got, "/deals/1") {
		t.Error("a deal that came back is not found")
	}
	if n := a.Count(`SELECT count(*) FROM search_touched`); n != 0 {
		t.Errorf("%d are still to be learned", n)
	}
	a.Colleague(apptest.MemberEmail, auth.Member)
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "deal.read", "allowed", "today.read")
	member := a.SignIn(apptest.MemberEmail, apptest.Password)
	if got := palette(member, "autumn"); strings.Contains(got, "/deals/2") {
		t.Error("somebody else's deal is found")
	}
	api.Into(nil, 200, "PATCH", "/deals/2", `{"version":2,"owner_id":2}`)
	if got := palette(member, "market"); !strings.Contains(got, "/deals/2") {
		t.Error("their own deal is not found")
	}
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "today.read")
	if got := palette(a.SignIn(apptest.MemberEmail, apptest.Password), "market"); strings.Contains(got, "/deals/2") {
		t.Error("who may not see deals finds one")
	}
}
