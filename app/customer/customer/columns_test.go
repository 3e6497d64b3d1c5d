package customer_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestColumnsOrderAndGroupsStandInTheURL(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	page := b.Get("/customers?columns=region,fields.oven,revenue_year,tag_id,phone,days_since_order&sort=sort_name")
	for _, want := range []string{">Region</th>", ">Oven<", ">deck<", "Revenue, 12 months", "$77.00", `<bdi>Café</bdi>`, "44 117 496 0142"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the list lacks %q\n%s", want, page.Body)
		}
	}
	for _, none := range []string{"Rhythm", ">NPS<"} {
		if strings.Contains(page.Body, none) {
			t.Errorf("the list still shows %q", none)
		}
	}
	for by, want := range map[string][]string{
		"region":      {">Bristol <", ">None <", "Show all"},
		"tag_id":      {"<bdi>Café</bdi></span> <span"},
		"kind":        {">Company <", ">Person <"},
		"fields.oven": {">deck <", ">None <"},
		"owner_id":    {"Show all"},
	} {
		page := b.Get("/customers?group=" + by)
		for _, w := range want {
			if page.Status != 200 || !strings.Contains(page.Body, w) {
				t.Errorf("grouped by %s: %d, lacks %q", by, page.Status, w)
			}
		}
	}
	for _, bad := range []string{"group=name", "group=secret", "sort=fields.delivery_days", "sort=nps"} {
		if r := b.Get("/customers?" + bad); r.Status != 422 {
			t.Errorf("%s: %d, want 422", bad, r.Status)
		}
	}
	panel := b.Get("/customers/columns?filter[region][eq]=Bristol&columns=region,orders")
	if !strings.Contains(panel.Body, `name="c" value="region"`) || !strings.Contains(panel.Body, "Oven") {
		t.Errorf("the panel: %d %s", panel.Status, panel.Body)
	}
	done := b.Get("/customers/columns?lines=1&rest=filter%5Bregion%5D%5Beq%5D%3DBristol&c=region&c=orders&sort=revenue&down=1&group=level&do=use")
	if done.Status != 303 || done.Location != "/customers?columns=region%2Corders&filter%5Bregion%5D%5Beq%5D=Bristol&group=level&sort=-revenue" {
		t.Errorf("it leads to %d %s", done.Status, done.Location)
	}
	up := b.Get("/customers/columns?lines=1&c=region&c=orders&do=up.1")
	if strings.Index(up.Body, `value="orders"`) > strings.Index(up.Body, `value="region"`) {
		t.Error("the second column did not move before the first")
	}
}

// A view outlives a field: it says what is missing and shows the rest.
func TestAListSaysWhichFieldIsGone(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	page := b.Get("/customers?filter[fields.colour][eq]=red&filter[region][eq]=Bristol&columns=region,fields.colour&sort=-fields.colour")
	if page.Status != 200 || !strings.Contains(page.Body, "deleted: colour") || !strings.Contains(page.Body, "Harbour Street Bakery") || strings.Contains(page.Body, "单雄信") {
		t.Errorf("a list with a deleted field: %d", page.Status)
	}
	if r := a.API("", "read").Call("GET", "/customers?filter[fields.colour][eq]=red", ""); r.Status != 422 {
		t.Errorf("the API: %d, want 422", r.Status)
	}
}

func TestWhatIsLeftOfManyGroupsIsCounted(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for i := range 105 {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Customer %d","region":"Region %d"}`, i, i))
	}
	var counted struct {
		Items []struct {
			Count int
			Rest  bool
		}
	}
	api.Into(&counted, 200, "GET", "/customers/groups?by=region", "")
	sum := 0
	for _, g := range counted.Items {
		sum += g.Count
	}
	if n := len(counted.Items); n != 101 || sum != 105 || !counted.Items[100].Rest || counted.Items[100].Count != 5 {
		t.Errorf("%d groups count %d: %+v", n, sum, counted.Items[len(counted.Items)-1])
	}
	if page := a.Owner().Get("/customers?group=region"); !strings.Contains(page.Body, "All others") {
		t.Errorf("the page does not say that there are more: %d", page.Status)
	}
	if r := api.Call("GET", "/customers/groups?by=nothing", ""); r.Status != 422 || !strings.Contains(r.Body, "divided by nothing") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
}
