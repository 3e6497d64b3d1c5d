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
