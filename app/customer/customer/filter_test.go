package customer_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// shown lists who a list's page shows, for a filter given as key, value, …
func shown(b *apptest.Browser, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Add(pairs[i], pairs[i+1])
	}
	r := b.Get("/customers?" + q.Encode())
	if r.Status != 200 {
		return r.Body
	}
	var names []string
	for _, m := range regexp.MustCompile(`class="nm" href="/customers/\d+[^"]*"><bdi>([^<]*)<`).FindAllStringSubmatch(r.Body, -1) {
		names = append(names, m[1])
	}
	return strings.Join(names, ", ")
}

// The shop of the sample: the bakery bought, answered 3 and has tasks; the
// person has nothing of this.
func TestFiltersReachWhatIsKnownOfACustomer(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	const bakery, person, both = "Harbour Street Bakery", "单雄信", "单雄信, Harbour Street Bakery"
	for _, c := range []struct {
		want   string
		filter []string
	}{
		{bakery, []string{"filter[last_order_on][eq]", "last_60d"}},
		{bakery, []string{"filter[days_since_order][gte]", "3"}},
		{"", []string{"filter[days_since_order][gt]", "3000"}},
		{person, []string{"filter[last_order_on][empty]", "true"}},
		{bakery, []string{"filter[nps][lte]", "6"}},
		{"", []string{"filter[nps][lt]", "3"}},
		{person, []string{"filter[nps][empty]", "true"}},
		{bakery, []string{"filter[open_tasks][gte]", "1"}},
		{bakery, []string{"filter[revenue_year][gte]", "77.00"}},
		{bakery, []string{"filter[tag][eq]", "Café"}},
		{person, []string{"filter[tag_id][empty]", "true"}},
		{person, []string{"filter[tag_id][nin]", "1"}},
		{person, []string{"filter[phone][contains]", "138 0013"}},
		{both, []string{"filter[phone][empty]", "false"}},
		{both, []string{"filter[email][contains]", "EXAMPLE"}},
		{"", []string{"filter[email][contains]", "exam%le"}},
		{bakery, []string{"filter[name][contains]", "street", "filter[email][contains]", "example", "sort", "-revenue"}},
		{both, []string{"filter[any1][email][contains]", "example", "filter[any1][name][starts]", "zz"}},
		{bakery, []string{"filter[fields.oven][eq]", "deck"}},
		{person, []string{"filter[fields.oven][empty]", "true"}},
		{both, []string{"filter[marketing][empty]", "true"}},
		{both, []string{"filter[any1][nps][lte]", "6", "filter[any1][wechat][contains]", "dan"}},
		{bakery, []string{"filter[region][eq]", "Bristol", "filter[any1][nps][lte]", "6", "filter[any1][wechat][contains]", "dan"}},
		{both, []string{"filter[all1][region][eq]", "Bristol", "filter[all1][orders][gte]", "2", "filter[all2][kind][eq]", "person"}},
		{person, []string{"filter[all1][region][eq]", "Bristol", "filter[all1][orders][gte]", "9", "filter[all2][kind][eq]", "person"}},
		{both, []string{"filter[created_at][eq]", "this_month"}},
		{"", []string{"filter[created_at][eq]", "last_month"}},
	} {
		if got := shown(b, c.filter...); got != c.want {
			t.Errorf("%v shows %q, want %q", c.filter, got, c.want)
		}
	}
	for _, bad := range []string{"filter[any1][nps]=3", "filter[anyone][nps][eq]=3", "filter[any1][secret][eq]=3", "filter[last_order_on][eq]=last_-3d", "filter[days_since_order][gt]=-2",
		"filter[nps][eq]=1;DROP", strings.Repeat("filter[any1][name][eq]=x&", 70)} {
		if r := a.API("", "read").Call("GET", "/customers?"+strings.ReplaceAll(bad, ";", "%3B"), ""); r.Status != 422 {
			t.Errorf("%.60s: %d, want 422", bad, r.Status)
		}
		if r := b.Get("/customers?" + strings.ReplaceAll(bad, ";", "%3B")); r.Status != 422 {
			t.Errorf("page %.60s: %d, want 422", bad, r.Status)
		}
	}
}

// A filter is built without script, press by press, and becomes the list's URL.
func TestAFilterIsBuiltPressByPress(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	page := b.Get("/customers/filter?sort=-revenue")
	if page.Status != 200 || !strings.Contains(page.Body, "Days since last order") || !strings.Contains(page.Body, "Oven") {
		t.Fatalf("the panel: %d\n%s", page.Status, page.Body)
	}
	if strings.Contains(page.Body, `value="owner_id"`) || strings.Contains(page.Body, `value="team_id"`) {
		t.Error("a shop of one is offered owners or teams")
	}
	page = b.Get("/customers/filter?lines=1&rest=sort%3D-revenue&new.=days_since_order&do=add.")
	page = b.Get("/customers/filter?lines=1&rest=sort%3D-revenue&f.0=days_since_order&w.0=gte&v.0=3&new.=nps&do=group.any")
	for _, want := range []string{`name="f.0" value="days_since_order"`, `value="3"`, `name="g.1" value="any1"`, "And at least one of these"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the panel lacks %s\n%s", want, page.Body)
		}
	}
	wrong := b.Get("/customers/filter?lines=1&f.0=nps&w.0=gte&v.0=many&do=use")
	if wrong.Status != 422 || !strings.Contains(wrong.Body, `aria-invalid="true"`) {
		t.Errorf("a word as a number: %d", wrong.Status)
	}
	done := b.Get("/customers/filter?lines=1&rest=sort%3D-revenue&f.0=days_since_order&g.0=&w.0=gte&v.0=3&f.1=nps&g.1=any1&w.1=lte&v.1=6&f.2=fields.oven&g.2=any1&w.2=in&v.2=rack&do=use")
	want := url.Values{"filter[days_since_order][gte]": {"3"}, "filter[any1][nps][lte]": {"6"}, "filter[any1][fields.oven][eq]": {"rack"}, "sort": {"-revenue"}}.Encode()
	if done.Status != 303 || done.Location != "/customers?"+want {
		t.Errorf("it leads to %d %s", done.Status, done.Location)
	}
	list := b.Get(done.Location)
	for _, want := range []string{"Harbour Street Bakery", "at least 3", "or NPS at most 6", "/customers/filter?"} {
		if !strings.Contains(list.Body, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	again := b.Get("/customers/filter?" + want)
	if !strings.Contains(again.Body, `name="g.1" value="any1"`) && !strings.Contains(again.Body, `name="g.2" value="any1"`) {
		t.Error("the panel does not show the group of the URL")
	}
	if r := a.Browser().Get("/customers/filter"); r.Status != 303 {
		t.Errorf("without login: %d", r.Status)
	}
}
