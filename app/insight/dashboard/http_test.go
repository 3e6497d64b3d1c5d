package dashboard_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// patient waits for every figure, so that a test sees what a page says in the end.
func patient(a *apptest.App) *apptest.App {
	a.Dashboards().Patience = time.Minute
	return a
}

// An empty shop and a full one see ready dashboards without doing anything, in
// both languages.
func TestReadyDashboardsRender(t *testing.T) {
	for _, locale := range []string{"en", "zh-CN"} {
		empty := patient(apptest.NewIn(t, locale))
		if p := empty.Owner().Get("/dashboards"); p.Status != 200 || strings.Contains(p.Body, "dashboard.error") {
			t.Errorf("%s, an empty shop: %d", locale, p.Status)
		}
		a := patient(apptest.NewIn(t, locale))
		a.Fill()
		b := a.Owner()
		for _, key := range []string{"glance", "sales", "service", "customers"} {
			for _, more := range []string{"", "/wall", "?span=last_year&compare=year", "?span=last_7d&region=North&person=1&tag=1", "?span=custom"} {
				p := b.Get("/dashboards/" + key + more)
				if p.Status != 200 || strings.Contains(p.Body, "tile-wait") || strings.Contains(p.Body, "hx-trigger=\"load") {
					t.Errorf("%s %s%s: %d", locale, key, more, p.Status)
				}
				for _, left := range regexp.MustCompile(`[^"/](dashboard\.[a-z_.]+)`).FindAllString(p.Body, -1) {
					t.Errorf("%s %s%s holds the key %q", locale, key, more, left)
				}
			}
		}
	}
}

// What a tile says is what its rows say, and it says so again after a write.
// On paper it says of which days it is, and when that was counted.
func TestAPrintedDashboardHasItsDay(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	day := a.Clock.Now().Format("2 Jan")
	for path, period := range map[string]string{"/dashboards/sales": "Each its own period", "/dashboards/sales?span=custom&from=2026-01-03&to=2026-01-09": "3 Jan"} {
		_, paper, _ := strings.Cut(b.Get(path).Body, `<p class="print-only sm t2">`)
		paper, _, _ = strings.Cut(paper, "</p>")
		if !strings.Contains(paper, "Counted at") || !strings.Contains(paper, day) || !strings.Contains(paper, period) {
			t.Errorf("%s says %q on paper", path, paper)
		}
	}
}

func TestNumbersFollowWhatIsWrittenAndOpenTheirRows(t *testing.T) {
	a := patient(apptest.New(t))
	api, b := a.API("", "write"), a.Owner()
	api.Into(nil, 201, "POST", "/customers", `{"name":"Zeno","region":"North"}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ben","region":"South"}`)
	today := a.Clock.Now().UTC().Format(time.DateOnly)
	buy := func(customer, amount int) {
		api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":%q,"status":"completed","lines":[{"name":"x","quantity":1,"unit_price":{"amount":"%d.00"}}]}`, customer, today, amount))
	}
	sales := func(query string) (float64, string) {
		var got struct {
			Items []struct {
				Tile   struct{ Source string }
				Report struct {
					Total struct {
						Total []struct {
							Value *float64
							Rows  string
						}
					}
				}
			}
		}
		api.Into(&got, 200, "GET", "/dashboards/glance/figures"+query, "")
		for _, i := range got.Items {
			if i.Tile.Source == "sales" && i.Report.Total.Total[0].Value != nil {
				return *i.Report.Total.Total[0].Value, i.Report.Total.Total[0].Rows
			}
		}
		t.Fatal("no sales")
		return 0, ""
	}
	buy(1, 40)
	if v, _ := sales(""); v != 4000 {
		t.Errorf("sales are %v", v)
	}
	buy(2, 25)
	v, rows := sales("")
	if v != 6500 {
		t.Errorf("after another order sales are %v", v)
	}
	if p := b.Get(rows); p.Status != 200 || strings.Count(p.Body, `href="/orders/`) < 2 {
		t.Errorf("%s: %d", rows, p.Status)
	}
	v, rows = sales("?region=South")
	if v != 2500 {
		t.Errorf("in the south sales are %v", v)
	}
	if p := b.Get(rows); p.Status != 200 || !strings.Contains(p.Body, "Ben") || strings.Contains(p.Body, "Zeno") {
		t.Errorf("%s: %d", rows, p.Status)
	}
	if p := b.Get("/dashboards/glance"); !strings.Contains(p.Body, "65.00") {
		t.Error("the page does not say so")
	}
}

// A dashboard is copied, arranged, shown to a role and deleted, and every step can
// be taken back.
func TestADashboardIsArrangedAndTakenBack(t *testing.T) {
	a := patient(apptest.New(t))
	a.Fill()
	a.Colleague("sam@example.com", "member")
	b := a.Owner()
	b.Get("/settings")
	made := b.Post("/dashboards/sales/copy")
	if p := b.Get(made.Location); !strings.Contains(p.Body, `value="Sales (my own)"`) {
		t.Error("one's own is called as the one it was made of")
	}
	if made.Status != 303 || !strings.HasSuffix(made.Location, "/edit") {
		t.Fatalf("%d %s", made.Status, made.Location)
	}
	at := strings.TrimSuffix(made.Location, "/edit")
	id := strings.TrimPrefix(at, "/dashboards/")
	tiles := func() string {
		var o struct {
			Tiles []struct {
				ID     int64
				Source string
			}
		}
		a.API("", "read").Into(&o, 200, "GET", at, "")
		out := ""
		for _, x := range o.Tiles[:min(3, len(o.Tiles))] {
			out += x.Source + " "
		}
		return out
	}
	form := func(do string) []string {
		p := b.Get(made.Location)
		values := []string{"do", do, "name", "Mine"}
		for _, m := range regexp.MustCompile(`<input type="hidden" name="(version|tile|source-\d+)" value="([^"]*)"`).FindAllStringSubmatch(p.Body, -1) {
			values = append(values, m[1], m[2])
			if m[1] == "tile" {
				values = append(values, "look-"+m[2], "auto", "width-"+m[2], "2")
			}
		}
		return values
	}
	first := tiles()
	if r := b.Post(at, form("down:1")...); r.Status != 303 || tiles() == first {
		t.Fatalf("moved: %d, %s", r.Status, tiles())
	}
	moved := tiles()
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'dashboard.update'`)
	a.API("", "write").Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), "")
	if tiles() != first {
		t.Errorf("undone it is %s, it was %s and became %s", tiles(), first, moved)
	}
	n := a.Count(`SELECT count(*) FROM dashboard_tile`)
	b.Post(at, append(form("add"), "new_source", "cohorts", "new_look", "auto")...)
	if a.Count(`SELECT count(*) FROM dashboard_tile`) != n+1 {
		t.Error("no tile was added")
	}
	if p := b.Get(at); p.Status != 200 {
		t.Errorf("%d", p.Status)
	}
	two := form("save") // open in another tab, while here one tile goes and one comes
	b.Post(at, form("drop:1")...)
	b.Post(at, append(form("add"), "new_source", "radar", "new_look", "auto")...)
	kept := tiles()
	p := b.Post(at, two...)
	if p.Status != 409 || !strings.Contains(p.Body, "changed meanwhile") || strings.Contains(p.Body, `name="tile" value="1"`) || !strings.Contains(p.Body, `value="radar"`) || tiles() != kept {
		t.Errorf("the other tab: %d, %s", p.Status, tiles())
	}
	again := []string{"do", "save", "name", "Mine"}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="(version|tile|source-\d+)" value="([^"]*)"`).FindAllStringSubmatch(p.Body, -1) {
		if again = append(again, m[1], m[2]); m[1] == "tile" {
			again = append(again, "look-"+m[2], "auto", "width-"+m[2], "3")
		}
	}
	if r := b.Post(at, again...); r.Status != 303 || a.Count(`SELECT count(*) FROM dashboard_tile WHERE width = 3`) < n {
		t.Errorf("what the other tab shows then cannot be kept: %d %s", r.Status, tiles())
	}
	sam := a.API("sam@example.com", "write")
	if r := sam.Call("GET", at, ""); r.Status != 404 {
		t.Errorf("another's dashboard: %d", r.Status)
	}
	var o struct{ Version int }
	a.API("", "write").Into(&o, 200, "GET", at, "")
	a.API("", "write").Into(nil, 200, "PATCH", at, fmt.Sprintf(`{"version":%d,"roles":["member"]}`, o.Version))
	sam.Into(nil, 200, "GET", at+"/figures", "")
	for _, call := range []struct {
		method, path, body string
		want               int
	}{{"PATCH", at, `{"version":99,"name":"x"}`, 403}, {"DELETE", at, ``, 403}, {"POST", "/dashboards", `{"name":"x","roles":["owner"]}`, 403}} {
		if r := sam.Call(call.method, call.path, call.body); r.Status != call.want {
			t.Errorf("%s %s as a member: %d, want %d", call.method, call.path, r.Status, call.want)
		}
	}
	if r := b.Post(at + "/delete"); r.Status != 303 || a.Count(`SELECT count(*) FROM dashboard_tile WHERE dashboard_id = `+id) != 0 {
		t.Errorf("deleted: %d", r.Status)
	}
	set = a.Count(`SELECT max(id) FROM journal_set WHERE op = 'dashboard.delete'`)
	a.API("", "write").Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), "")
	if a.Count(`SELECT count(*) FROM dashboard_tile WHERE dashboard_id = `+id) != n+1 {
		t.Error("the tiles did not come back")
	}
}

// Nobody sees a tile of what they may not see, and figures are of what they may.
func TestTilesOfWhatOneMayNotSeeAreNotThere(t *testing.T) {
	a := patient(apptest.New(t))
	boss := a.API("", "write")
	a.Colleague("sam@example.com", "member")
	boss.Into(nil, 201, "POST", "/customers", `{"name":"Mine","owner_id":1}`)
	boss.Into(nil, 201, "POST", "/customers", `{"name":"Theirs","owner_id":2}`)
	owner := a.Owner()
	owner.Get("/settings")
	owner.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "analysis.read", "allowed", "dashboard.read")
	sam := a.API("sam@example.com", "read")
	var got struct {
		Items []struct {
			Tile   struct{ Source string }
			Report struct {
				Kind  string
				Total struct{ Total []struct{ Value *float64 } }
			}
		}
	}
	sam.Into(&got, 200, "GET", "/dashboards/customers/figures", "")
	if len(got.Items) == 0 {
		t.Error("nothing is left")
	}
	for _, i := range got.Items {
		if i.Report.Kind != "customer" {
			t.Errorf("%s of %s is shown", i.Tile.Source, i.Report.Kind)
		}
		if i.Tile.Source == "new_customers" && *i.Report.Total.Total[0].Value != 1 {
			t.Errorf("a colleague counts %v customers, one is theirs", *i.Report.Total.Total[0].Value)
		}
	}
	sam.Into(&got, 200, "GET", "/dashboards/sales/figures", "")
	if len(got.Items) != 0 {
		t.Errorf("%d tiles of sales", len(got.Items))
	}
	for _, path := range []string{"/dashboards", "/dashboards/glance", "/dashboards/glance/figures"} {
		if r := a.Anonymous().Call("GET", path, ""); r.Status != 401 {
			t.Errorf("%s without a token: %d", path, r.Status)
		}
	}
}

// What is hostile is refused in words, never a fault.
func TestHostileDashboardsAreRefused(t *testing.T) {
	a := patient(apptest.New(t))
	a.Fill()
	b, api := a.Owner(), a.API("", "write")
	for _, bad := range []string{"'; DROP TABLE customer; --", "../settings", "-1", "NaN", strings.Repeat("9", 300), "report:1e9", "\x00"} {
		v := url.QueryEscape(bad)
		for _, path := range []string{"/dashboards/" + url.PathEscape(bad), "/dashboards/glance/tiles/" + url.PathEscape(bad), "/dashboards/glance?span=" + v, "/dashboards/glance?compare=" + v,
			"/dashboards/glance?person=" + v, "/dashboards/glance?region=" + v, "/dashboards/glance?tag=" + v, "/dashboards/glance?span=custom&from=" + v + "&to=" + v} {
			if p := b.Get(path); p.Status >= 500 {
				t.Errorf("%s: %d", path, p.Status)
			}
		}
		if strings.ContainsRune(bad, 0) {
			continue
		}
		if r := api.Call("POST", "/dashboards", fmt.Sprintf(`{"name":"x","tiles":[{"source":%q}]}`, bad)); r.Status != 422 {
			t.Errorf("a tile of %q: %d", bad, r.Status)
		}
	}
	if r := api.Call("POST", "/dashboards", `{"name":"x","tiles":[{"source":"sales","width":7}]}`); r.Status != 422 {
		t.Errorf("a width of 7: %d", r.Status)
	}
	if r := api.Call("POST", "/dashboards", `{"name":""}`); r.Status != 422 {
		t.Errorf("no name: %d", r.Status)
	}
}

// The scores are those of the chosen region and colleague, as a list of customers
// has them; of somebody who sees a part, those of that part.
func TestScoresFollowWhoIsAskedAbout(t *testing.T) {
	a := patient(apptest.New(t))
	boss := a.API("", "write")
	a.Colleague("sam@example.com", "member")
	for i := range 12 {
		boss.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"C%d","region":%q,"owner_id":%d}`, i, []string{"North", "South"}[i%2], 1+i%4/3))
	}
	a.Put(`UPDATE customer_stat SET score = customer_id * 7 % 100`)
	for _, ask := range []struct{ query, where string }{
		{"region=North", "c.region = 'North'"}, {"person=2", "c.owner_id = 2"}, {"region=South&person=1", "c.region = 'South' AND c.owner_id = 1"}, {"tag=1", "false"},
	} {
		var got struct {
			Items []struct {
				Tile struct{ Source string }
				Rows [][]string
			}
		}
		boss.Into(&got, 200, "GET", "/dashboards/customers/figures?"+ask.query, "")
		seen := false
		for _, i := range got.Items {
			if i.Tile.Source != "scores" {
				continue
			}
			seen = true
			for ten, row := range i.Rows {
				want := a.Count(`SELECT count(*) FROM customer c JOIN customer_stat s ON s.customer_id = c.id WHERE s.score >= 0 AND min(9, CAST(s.score / 10 AS INTEGER)) = ? AND `+ask.where, ten)
				if row[1] != fmt.Sprint(want) {
					t.Errorf("%s: %s of %s, %d are there", ask.query, row[1], row[0], want)
				}
			}
			if (len(i.Rows) == 0) != (ask.where == "false") {
				t.Errorf("%s: %d rows", ask.query, len(i.Rows))
			}
		}
		if !seen {
			t.Errorf("%s: no scores", ask.query)
		}
	}
}
