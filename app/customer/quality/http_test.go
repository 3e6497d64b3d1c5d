package quality_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/customer/quality"
	"regulars/app/sys/auth"
)

// check lets the background check look at everybody.
func check(t *testing.T, a *apptest.App) {
	t.Helper()
	if err := a.Quality().Scan(a.As(auth.System("job"))); err != nil {
		t.Fatal(err)
	}
}

// found are the findings of a kind: customer -> detail.
func found(t *testing.T, a *apptest.App, kind string) map[int64]string {
	t.Helper()
	var got struct {
		Items []struct {
			CustomerID int64 `json:"customer_id"`
			Detail     string
		}
	}
	a.API("", "read").Into(&got, 200, "GET", "/quality-findings?filter%5Bkind%5D%5Beq%5D="+kind, "")
	out := map[int64]string{}
	for _, f := range got.Items {
		out[f.CustomerID] = f.Detail
	}
	return out
}

var base = []string{
	`{"name":"Harbour Street Bakery","kind":"company","phones":["+44 117 496 0142"],"emails":["ines@example.com"],"source":"fair","level":"A"}`,
	`{"name":"12345","kind":"person"}`,
	`{"name":"ACME TRADING COMPANY","kind":"company","phones":["12"]}`,
	`{"name":"单雄信","kind":"person","wechat":"danxiong88","emails":["dan@gmial.com"],"birthday":"1900-01-01"}`,
	`{"name":"سارة النجار","kind":"person","emails":["sara@example.com"],"birthday":"1990-03-05"}`,
}

func filled(t *testing.T) *apptest.App {
	t.Helper()
	a := apptest.New(t)
	api := a.API("", "write")
	for _, body := range base {
		api.Into(nil, 201, "POST", "/customers", body)
	}
	check(t, a)
	return a
}

func TestWhatIsWrongIsFound(t *testing.T) {
	a := filled(t)
	for kind, want := range map[string]map[int64]string{
		quality.Unreachable: {2: "", 3: ""},
		quality.NoPhone:     {2: "", 4: "", 5: ""},
		quality.BadPhone:    {3: "12"},
		quality.BadEmail:    {4: "dan@gmial.com"},
		quality.OddBirthday: {4: "1900-01-01"},
		quality.OddName:     {2: "12345", 3: "ACME TRADING COMPANY"},
		quality.NoContact:   {1: "", 3: ""},
		quality.NoOwner:     {}, // one person works here
		quality.NoSource:    {2: "", 3: "", 4: "", 5: ""},
		quality.Stale:       {},
	} {
		if got := found(t, a, kind); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", kind, got, want)
		}
	}
	var sum struct {
		Customers, Reachable int
		Counts               map[string]int
		Trend                []struct{ Reachable int }
	}
	a.API("", "read").Into(&sum, 200, "GET", "/quality", "")
	if sum.Customers != 5 || sum.Reachable != 3 || sum.Counts[quality.BadEmail] != 1 || len(sum.Trend) != 1 || sum.Trend[0].Reachable != 3 {
		t.Errorf("%+v", sum)
	}
	page := a.Owner().Get("/quality")
	if !strings.Contains(page.Body, "3 of 5 customers") || strings.Contains(page.Body, "Nobody&#39;s customer") {
		t.Errorf("the page: %s", page.Body)
	}
	// the same list with all the means of the customers' page
	var listed struct{ Items []struct{ ID int64 } }
	a.API("", "read").Into(&listed, 200, "GET", "/customers?filter%5Bquality%5D%5Beq%5D=bad_phone", "")
	if len(listed.Items) != 1 || listed.Items[0].ID != 3 {
		t.Errorf("as a filter of customers: %+v", listed)
	}
}

func TestAChangeIsSeenWithinAMinuteAndAnUndoToo(t *testing.T) {
	a := filled(t)
	api := a.API("", "write")
	api.Into(nil, 200, "PATCH", "/customers/2", `{"version":1,"phones":["+44 117 496 0155"],"name":"Fern Hill"}`)
	drain := func() {
		if err := a.Quality().Drain(a.As(auth.System("job"))); err != nil {
			t.Fatal(err)
		}
	}
	drain()
	if f := found(t, a, quality.Unreachable); len(f) != 1 {
		t.Errorf("still unreachable: %v", f)
	}
	undo(t, a)
	drain()
	if f := found(t, a, quality.Unreachable); len(f) != 2 {
		t.Errorf("after the undo: %v", f)
	}
}

// undo takes the newest change back.
func undo(t *testing.T, a *apptest.App) {
	t.Helper()
	var sets struct{ Items []struct{ ID int64 } }
	api := a.API("", "write")
	api.Into(&sets, 200, "GET", "/history?limit=1", "")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", sets.Items[0].ID), "")
}

func TestMendingIsShownFirstAndTakenBackAsAWhole(t *testing.T) {
	a := filled(t)
	b := a.Owner()
	b.Get("/quality/odd_name")
	page := b.Post("/quality/odd_name", "do", "mend", "all", "1")
	if page.Status != 200 || !strings.Contains(page.Body, "Acme Trading Company") || strings.Contains(page.Body, "12345</del>") {
		t.Fatalf("no preview: %d %s", page.Status, page.Body)
	}
	if n := a.Count("SELECT count(*) FROM customer WHERE name = 'Acme Trading Company'"); n != 0 {
		t.Fatal("a preview changed something")
	}
	seen := between(page.Body, `name="seen" value="`, `"`)
	if r := b.Post("/quality/odd_name", "do", "mend", "id", "3", "seen", "other"); r.Status != 409 && !strings.Contains(r.Body, "meanwhile") {
		t.Errorf("another preview's: %d", r.Status)
	}
	sets := a.Count("SELECT count(*) FROM journal_set")
	page = b.Follow("/quality/odd_name", "do", "mend", "id", "2", "id", "3", "seen", seen)
	if strings.Contains(page.Body, "ACME TRADING") || a.Count("SELECT count(*) FROM journal_set") != sets+1 {
		t.Errorf("not mended as one change: %s", page.Body)
	}
	if n := a.Count("SELECT count(*) FROM search_doc WHERE title = 'Acme Trading Company'"); n != 1 {
		t.Error("the new name is not found")
	}
	undo(t, a)
	if n := a.Count("SELECT count(*) FROM customer WHERE name = 'ACME TRADING COMPANY'"); n != 1 {
		t.Error("not taken back")
	}
	api := a.API("", "write")
	var p struct {
		Seen  string
		Mends []struct{ Field, From, To string }
	}
	api.Into(&p, 200, "POST", "/quality-findings/preview", `{"kind":"bad_email","do":"mend","all":true}`)
	if len(p.Mends) != 1 || p.Mends[0].To != "dan@gmail.com" {
		t.Fatalf("%+v", p)
	}
	api.Into(nil, 409, "POST", "/quality-findings/deal", `{"kind":"bad_email","do":"mend","all":true}`)
	api.Into(nil, 200, "POST", "/quality-findings/deal", fmt.Sprintf(`{"kind":"bad_email","do":"mend","all":true,"seen":%q}`, p.Seen))
	if f := found(t, a, quality.BadEmail); len(f) != 0 || a.Count("SELECT count(*) FROM customer_email WHERE email = 'dan@gmail.com'") != 1 {
		t.Errorf("%v", f)
	}
	for kind, want := range map[string]string{"bad_phone": "SELECT count(*) FROM customer_phone WHERE customer_id = 3", "odd_birthday": "SELECT count(*) FROM customer WHERE birthday = '1900-01-01'"} {
		api.Into(&p, 200, "POST", "/quality-findings/preview", fmt.Sprintf(`{"kind":%q,"do":"mend","all":true}`, kind))
		api.Into(nil, 200, "POST", "/quality-findings/deal", fmt.Sprintf(`{"kind":%q,"do":"mend","all":true,"seen":%q}`, kind, p.Seen))
		if a.Count(want) != 0 {
			t.Errorf("%s stays", kind)
		}
	}
}

func between(s, a, b string) string {
	_, s, _ = strings.Cut(s, a)
	s, _, _ = strings.Cut(s, b)
	return s
}

func TestManyAreDealtWithAtOnce(t *testing.T) {
	a := filled(t)
	api := a.API("", "write")
	deal := func(status int, body string) { api.Into(nil, status, "POST", "/quality-findings/deal", body) }
	deal(200, `{"kind":"no_level","do":"level","all":true,"value":"B"}`)
	if f := found(t, a, quality.NoLevel); len(f) != 0 || a.Count("SELECT count(*) FROM customer WHERE level = 'B'") != 4 {
		t.Errorf("%v", f)
	}
	deal(200, `{"kind":"no_source","do":"source","customer_ids":[2,3],"value":"Fair"}`)
	deal(200, `{"kind":"no_phone","do":"tag","all":true,"value":"ask for phone"}`)
	deal(200, `{"kind":"no_phone","do":"call","customer_ids":[4,5],"value":"Ask for the phone","day":"2026-03-05"}`)
	if a.Count("SELECT count(*) FROM task WHERE title = 'Ask for the phone'") != 2 || a.Count("SELECT count(*) FROM customer_tag") != 3 {
		t.Error("no tasks or tags")
	}
	undo(t, a)
	if a.Count("SELECT count(*) FROM task WHERE title = 'Ask for the phone'") != 0 {
		t.Error("tasks are not taken back as one")
	}
	deal(422, `{"kind":"no_level","do":"level","customer_ids":[1],"value":"Z"}`)
	deal(422, `{"kind":"no_level","do":"level","customer_ids":[1]}`)
	deal(422, `{"kind":"no_owner","do":"assign","customer_ids":[1]}`)
	deal(422, `{"kind":"no_owner","do":"assign","customer_ids":[1],"owner_id":99}`)
	deal(422, `{"kind":"no_phone","do":"tag"}`)
	deal(404, `{"kind":"no_phone","do":"tag","customer_ids":[99],"value":"x"}`)
	deal(404, `{"kind":"nonsense","do":"tag","customer_ids":[1],"value":"x"}`)
}

func TestWhatIsRightIsNotAskedAgainUntilItChanges(t *testing.T) {
	a := filled(t)
	b := a.Owner()
	b.Get("/quality/odd_name")
	b.Follow("/quality/odd_name", "do", "right", "id", "2")
	check(t, a)
	if f := found(t, a, quality.OddName); len(f) != 1 || f[2] != "" {
		t.Fatalf("asked again: %v", f)
	}
	if page := b.Get("/quality/odd_name/kept"); !strings.Contains(page.Body, "12345") {
		t.Error("not remembered on the page")
	}
	a.API("", "write").Into(nil, 200, "PATCH", "/customers/2", `{"version":1,"name":"123456"}`)
	check(t, a)
	if f := found(t, a, quality.OddName); f[2] != "123456" {
		t.Errorf("another value is taken for right: %v", f)
	}
	a.API("", "write").Into(nil, 200, "PATCH", "/customers/2", `{"version":2,"name":"12345"}`)
	check(t, a)
	b.Get("/quality/odd_name/kept")
	b.Follow("/quality/rights/1/delete")
	if f := found(t, a, quality.OddName); f[2] != "12345" {
		t.Errorf("not asked again: %v", f)
	}
}

func TestAForgottenRecordByTheShopsOwnMeasure(t *testing.T) {
	a := filled(t)
	api := a.API("", "write")
	a.Clock.Add(70 * 24 * time.Hour)
	check(t, a)
	if f := found(t, a, quality.Stale); len(f) != 0 {
		t.Errorf("stale after two months: %v", f)
	}
	api.Into(nil, 422, "PUT", "/quality/settings", `{"stale_months":0}`)
	api.Into(nil, 204, "PUT", "/quality/settings", `{"stale_months":2}`)
	if err := a.Quality().Drain(a.As(auth.System("job"))); err != nil {
		t.Fatal(err)
	}
	if f := found(t, a, quality.Stale); len(f) != 5 {
		t.Errorf("stale by two months: %v", f)
	}
}

func TestAHiddenFieldKeepsWhatItHolds(t *testing.T) {
	a := filled(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"customer","kind":"text","name_en":"Shoe size","name_zh":"鞋码"}`)
	api.Into(nil, 200, "PATCH", "/customers/4", `{"version":1,"fields":{"shoe_size":"41"}}`)
	check(t, a)
	b := a.Owner()
	page := b.Get("/quality/fields")
	if !strings.Contains(page.Body, "Shoe size") || !strings.Contains(page.Body, "2 of 5") {
		t.Fatalf("%s", page.Body)
	}
	b.Follow("/quality/fields", "name", "birthday", "hide", "1")
	b.Follow("/quality/fields", "name", "fields.shoe_size", "hide", "1")
	for _, path := range []string{"/customers/4", "/customers/4/edit", "/customers/new"} {
		if page := b.Get(path); strings.Contains(page.Body, "1900-01-01") || strings.Contains(page.Body, `name="birthday"`) || strings.Contains(page.Body, "Shoe size") {
			t.Errorf("%s still shows a hidden field", path)
		}
	}
	b.Get("/customers/4/edit")
	b.Follow("/customers/4", "version", "2", "kind", "person", "name", "单雄信", "wechat", "danxiong88")
	if a.Count("SELECT count(*) FROM customer WHERE id = 4 AND birthday = '1900-01-01' AND fields LIKE '%41%' AND version = 3") != 1 {
		t.Error("an edit lost what a hidden field holds")
	}
	b.Follow("/quality/fields", "name", "birthday", "hide", "0")
	if page := b.Get("/customers/4"); !strings.Contains(page.Body, "1900-01-01") {
		t.Error("shown again, it holds nothing")
	}
	for _, name := range []string{"name", "phones", "fields.none", "fields.", ""} {
		if r := b.Post("/quality/fields", "name", name, "hide", "1"); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("hid %q: %d", name, r.Status)
		}
	}
}

func TestOthersRecordsAreOthers(t *testing.T) {
	a := filled(t)
	a.Colleague(apptest.MemberEmail, auth.Manager)
	check(t, a)
	if f := found(t, a, quality.NoOwner); len(f) != 5 {
		t.Errorf("two work here, and nobody's customers are %v", f)
	}
	a.API("", "write").Into(nil, 200, "PATCH", "/customers/2", `{"version":1,"owner_id":1}`)
	b := a.Owner()
	b.Get("/settings/roles")
	if r := b.Post("/settings/roles/"+auth.Manager, "reach", "own", "allowed", "customer.read", "allowed", "customer.write", "allowed", "quality.read"); r.Status != http.StatusSeeOther {
		t.Fatalf("narrow the role: %d %s", r.Status, r.Body)
	}
	narrow := a.API(apptest.MemberEmail, "write")
	var got struct {
		Items []struct {
			CustomerID int64 `json:"customer_id"`
		}
	}
	narrow.Into(&got, 200, "GET", "/quality-findings", "")
	if len(got.Items) == 0 {
		t.Error("nothing of one's own")
	}
	for _, f := range got.Items {
		if f.CustomerID == 2 {
			t.Error("a finding of somebody else's customer is shown")
		}
	}
	var sum struct {
		Customers *int
		Counts    map[string]int
	}
	narrow.Into(&sum, 200, "GET", "/quality", "")
	if sum.Customers != nil || sum.Counts[quality.NoPhone] != 2 {
		t.Errorf("%+v", sum)
	}
	narrow.Into(nil, 404, "POST", "/quality-findings/deal", `{"kind":"no_phone","do":"right","customer_ids":[2]}`)
	narrow.Into(nil, 404, "POST", "/quality-findings/preview", `{"kind":"odd_name","do":"mend","customer_ids":[2]}`)
	if r := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/quality/no_phone"); r.Status != 200 || strings.Contains(r.Body, "12345") {
		t.Errorf("the page: %d", r.Status)
	}
}
