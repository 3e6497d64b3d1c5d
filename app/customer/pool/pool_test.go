package pool_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/safego"
)

// shop is a business of three with a pool, and rules as given.
func shop(t *testing.T, pool string) (a *apptest.App, owner, sam *apptest.API) {
	t.Helper()
	a = apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	a.Colleague("mia@example.com", "member")
	owner = a.API("", "write")
	owner.Into(nil, 200, "PATCH", "/settings/teamwork", `{"pools":true}`)
	if pool != "" {
		owner.Into(nil, 200, "PUT", "/pools/1", `{"version":1,"name":"Public pool","masked":true,`+pool+`}`)
	}
	return a, owner, a.API(apptest.MemberEmail, "write")
}

// person is the id of somebody who works here.
func person(t *testing.T, a *apptest.App, email string) int64 {
	t.Helper()
	u, err := a.Person(a.As(auth.System("test")), email)
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// made makes a customer of somebody's and gives the id.
func made(t *testing.T, c *apptest.API, name string, owner int64) int64 {
	t.Helper()
	var o struct{ ID int64 }
	body := fmt.Sprintf(`{"name":%q,"phones":["13800138000"],"wechat":"danxiong88"}`, name)
	if owner != 0 {
		body = fmt.Sprintf(`{"name":%q,"phones":["13800138000"],"owner_id":%d}`, name, owner)
	}
	c.Into(&o, 201, "POST", "/customers", body)
	return o.ID
}

type hold struct {
	OwnerID   int64     `json:"owner_id"`
	RecycleAt time.Time `json:"recycle_at"`
	Rule      string    `json:"rule"`
	Locked    bool      `json:"locked"`
}

func TestFiftyClaimsOneWins(t *testing.T) {
	a, owner, _ := shop(t, "")
	id := made(t, owner, "Harbour Street Bakery", 0)
	clients := make([]*apptest.API, 50)
	for i := range clients {
		clients[i] = a.API([]string{apptest.MemberEmail, "mia@example.com"}[i%2], "write")
	}
	won := make([]int, len(clients))
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Add(1)
		safego.Go("claim", func() {
			defer wg.Done()
			won[i] = c.Call("POST", fmt.Sprintf("/customers/%d/claim", id), "").Status
		})
	}
	wg.Wait()
	n := map[int]int{}
	for _, s := range won {
		n[s]++
	}
	if n[200] != 1 || n[409] != 49 {
		t.Errorf("answers %v", n)
	}
	var l struct{ Items []struct{ How string } }
	owner.Into(&l, 200, "GET", fmt.Sprintf("/customers/%d/ownership", id), "")
	if len(l.Items) != 1 || l.Items[0].How != "claim" {
		t.Errorf("the ledger says %+v", l.Items)
	}
}

// A rule of seven days takes effect on the eighth, whatever the exemption says
// otherwise; each case is one customer of Sam's.
func TestRulesAndTheirBoundaries(t *testing.T) {
	const rule = `"warn_days":3,"rules":[{"kind":"contact","days":7},{"kind":"contact","level":"A","days":20},{"kind":"contact","level":"B","days":0}]`
	for name, c := range map[string]struct {
		pool, customer string
		before         func(a *apptest.App, api *apptest.API, id int64)
		day            int // on which they are in the pool; 0 = never
	}{
		"nobody called":           {pool: rule, day: 8},
		"a level of its own":      {pool: rule, customer: `,"level":"A"`, day: 21},
		"a level that never goes": {pool: rule, customer: `,"level":"B"`},
		"locked": {pool: rule, before: func(_ *apptest.App, api *apptest.API, id int64) {
			api.Into(nil, 200, "POST", fmt.Sprintf("/customers/%d/lock", id), "")
		}},
		"bought":                   {pool: rule, before: buys},
		"bought and the rule asks": {pool: `"rules":[{"kind":"contact","days":7,"buyers":true}]`, before: buys, day: 8},
		"called":                   {pool: rule, before: calls("Talked about the spring order."), day: 8 + 2},
		"called in one word":       {pool: `"min_characters":10,"rules":[{"kind":"contact","days":7}]`, before: calls("ok"), day: 8},
		"no purchase":              {pool: `"rules":[{"kind":"purchase","days":7}]`, before: calls("Talked about the spring order."), day: 8},
		"working days":             {pool: `"workdays":true,"rules":[{"kind":"contact","days":7}]`, day: 10}, // Monday to the Thursday of next week
		"a member of no pool":      {pool: `"user_ids":[1],"rules":[{"kind":"contact","days":7}]`},
		"no rule":                  {pool: `"masked":true`},
	} {
		t.Run(name, func(t *testing.T) {
			a := apptest.New(t)
			a.Colleague(apptest.MemberEmail, "member")
			owner := a.API("", "write")
			owner.Into(nil, 200, "PATCH", "/settings/teamwork", `{"pools":true}`)
			owner.Into(nil, 200, "PUT", "/pools/1", `{"version":1,"name":"P",`+c.pool+`}`)
			for a.Clock.Now().Weekday() != time.Monday {
				a.Clock.Add(24 * time.Hour)
			}
			sam := person(t, a, apptest.MemberEmail)
			var o struct{ ID int64 }
			owner.Into(&o, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Ines Calder","owner_id":%d%s}`, sam, c.customer))
			samAPI := a.API(apptest.MemberEmail, "write")
			if c.before != nil {
				c.before(a, samAPI, o.ID)
			}
			start := a.Clock.Now()
			if name == "called" || name == "called in one word" || name == "no purchase" {
				start = start.Add(-2 * 24 * time.Hour)
			}
			got := 0
			for day := int(a.Clock.Now().Sub(start).Hours() / 24); day <= 25 && got == 0; day++ {
				night(t, a)
				if owns(owner, o.ID) == 0 {
					got = day
				}
				a.Clock.Add(24 * time.Hour)
			}
			if got != c.day {
				t.Errorf("back on day %d, want %d", got, c.day)
			}
		})
	}
}

func buys(_ *apptest.App, api *apptest.API, id int64) {
	api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"status":"completed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"4.00"}}]}`, id))
}

func calls(words string) func(*apptest.App, *apptest.API, int64) {
	return func(a *apptest.App, api *apptest.API, id int64) {
		a.Clock.Add(2 * 24 * time.Hour)
		api.Into(nil, 201, "POST", "/follow-ups", fmt.Sprintf(`{"customer_id":%d,"channel":"call","content":%q}`, id, words))
	}
}

func owns(c *apptest.API, id int64) int64 {
	var o struct {
		OwnerID int64 `json:"owner_id"`
	}
	c.Into(&o, 200, "GET", fmt.Sprintf("/customers/%d", id), "")
	return o.OwnerID
}

func night(t *testing.T, a *apptest.App) {
	t.Helper()
	if err := a.Pools().Night(a.As(auth.System("job"))); err != nil {
		t.Fatal(err)
	}
}

func TestAfterDaysOffPeopleAreWarnedADayBefore(t *testing.T) {
	a, owner, _ := shop(t, `"warn_days":2,"rules":[{"kind":"contact","days":7}]`)
	id := made(t, owner, "Ines Calder", person(t, a, apptest.MemberEmail))
	night(t, a) // the first one: pools are new
	a.Clock.Add(24 * time.Hour)
	night(t, a)
	a.Clock.Add(12 * 24 * time.Hour) // the laptop sleeps
	night(t, a)
	night(t, a)
	if owns(owner, id) == 0 {
		t.Fatal("taken back without a warning")
	}
	var n struct{ Items []struct{ Kind string } }
	a.API(apptest.MemberEmail, "read").Into(&n, 200, "GET", "/notifications", "")
	warned := 0
	for _, i := range n.Items {
		if i.Kind == "pool_soon" {
			warned++
		}
	}
	if warned != 1 {
		t.Errorf("%d warnings", warned)
	}
	a.Clock.Add(23 * time.Hour)
	night(t, a)
	if owns(owner, id) == 0 {
		t.Fatal("taken back before the day was over")
	}
	a.Clock.Add(2 * time.Hour)
	night(t, a)
	if owns(owner, id) != 0 {
		t.Error("not taken back after the day")
	}
}

func TestEveryLimitSaysWhatItIs(t *testing.T) {
	for name, c := range map[string]struct{ pool, want string }{
		"cap":        {`"hold_cap":1`, "as many as one may"},
		"daily":      {`"daily_cap":1`, "Tomorrow again"},
		"gap":        {`"claim_gap":30`, "30 more minutes"},
		"unfinished": {`"unfinished_cap":1`, "not followed up"},
	} {
		_, owner, sam := shop(t, c.pool)
		first, second := made(t, owner, "Ines Calder", 0), made(t, owner, "Harbour Street Bakery", 0)
		sam.Into(nil, 200, "POST", fmt.Sprintf("/customers/%d/claim", first), "")
		r := sam.Call("POST", fmt.Sprintf("/customers/%d/claim", second), "")
		if r.Status != http.StatusConflict || !strings.Contains(r.Body, c.want) {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
}

func TestWhoLostACustomerWaitsAlsoWhenAnotherLostThemSince(t *testing.T) {
	a, owner, sam := shop(t, `"cooldown_days":5,"protect_days":4`)
	mia := a.API("mia@example.com", "write")
	path := fmt.Sprintf("/customers/%d", made(t, owner, "Ines Calder", 0))
	var h hold
	sam.Into(nil, 200, "POST", path+"/claim", "")
	sam.Into(nil, 200, "POST", path+"/release", `{"reason":"Too far away"}`)
	mia.Into(&h, 200, "POST", path+"/claim", "")
	mia.Into(nil, 200, "POST", path+"/release", `{}`)
	if r := sam.Call("POST", path+"/claim", ""); r.Status != 409 || !strings.Contains(r.Body, "6 days") {
		t.Errorf("the one before the last: %d %s", r.Status, r.Body)
	}
	a.Clock.Add(6 * 24 * time.Hour)
	sam.Into(nil, 200, "POST", path+"/claim", "")
	if r := mia.Call("GET", path, ""); r.Status != 200 && r.Status != 404 {
		t.Errorf("%d", r.Status)
	}
	var l struct {
		Items []struct{ How, From, To, By, Reason string }
	}
	owner.Into(&l, 200, "GET", path+"/ownership", "")
	if len(l.Items) != 5 || l.Items[3].How != "release" || l.Items[3].Reason != "Too far away" || l.Items[3].From == "" || l.Items[3].To != "" {
		t.Errorf("%+v", l.Items)
	}
}

func TestWhatLiesInAPoolIsSeenThereOnlyAndMasked(t *testing.T) {
	a, owner, sam := shop(t, "")
	id := made(t, owner, "单雄信", 0)
	path := fmt.Sprintf("/customers/%d", id)
	for _, door := range []string{path, path + "/timeline", path + "/ownership"} {
		if r := sam.Call("GET", door, ""); r.Status != 404 {
			t.Errorf("%s: %d", door, r.Status)
		}
	}
	var list struct {
		Items []struct{ Name, Phone, WeChat string }
	}
	sam.Into(&list, 200, "GET", "/customers", "")
	if len(list.Items) != 0 {
		t.Errorf("listed %+v", list.Items)
	}
	sam.Into(&list, 200, "GET", "/customers?q=dxx", "")
	if len(list.Items) != 0 {
		t.Errorf("found %+v", list.Items)
	}
	sam.Into(&list, 200, "GET", "/pools/1/customers", "")
	if len(list.Items) != 1 || list.Items[0].Phone != "138****8000" || list.Items[0].WeChat != "d***8" {
		t.Errorf("in the pool %+v", list.Items)
	}
	b := a.SignIn(apptest.MemberEmail, apptest.Password)
	if page := b.Get("/pools"); !strings.Contains(page.Body, "138****8000") || strings.Contains(page.Body, "13800138000") || strings.Contains(page.Body, "138 0013") {
		t.Error("the page shows the number, or nothing")
	}
	if strings.Contains(b.Get("/find?q=dxx").Body, "单雄信") {
		t.Error("the palette finds them")
	}
	sam.Into(nil, 200, "POST", path+"/claim", "")
	if page := b.Get(path); page.Status != 200 || !strings.Contains(page.Body, "138 0013 8000") && !strings.Contains(page.Body, "13800138000") {
		t.Errorf("claimed, and the number is not shown: %d", page.Status)
	}
}

func TestATrialChangesNothingAndTellsTheTruth(t *testing.T) {
	a, owner, sam := shop(t, "")
	for i := range 5 {
		made(t, owner, fmt.Sprintf("Customer %d", i), person(t, a, apptest.MemberEmail))
	}
	a.Clock.Add(9 * 24 * time.Hour)
	var got struct {
		Customers int
		Owners    []struct{ Name string }
	}
	const rules = `{"name":"Public pool","masked":true,"rules":[{"kind":"contact","days":7}]}`
	owner.Into(&got, 200, "POST", "/pools/1/simulation", rules)
	if got.Customers != 5 || len(got.Owners) != 1 {
		t.Errorf("%+v", got)
	}
	var p struct {
		Rules []struct{}
	}
	owner.Into(&p, 200, "GET", "/pools/1", "")
	if len(p.Rules) != 0 {
		t.Error("the trial was kept")
	}
	if r := sam.Call("POST", "/pools/1/simulation", rules); r.Status != 403 {
		t.Errorf("a member tries rules out: %d", r.Status)
	}
	b := a.Owner()
	b.Get("/settings/pools/1")
	if r := b.Post("/settings/pools/1", "version", "1", "name", "Public pool", "active", "1", "rule_contact_", "7", "action", "try"); !strings.Contains(r.Body, "Tonight 5 customers") {
		t.Errorf("the page says nothing of it: %d", r.Status)
	}
	if r := b.Post("/settings/pools/1", "version", "1", "name", "", "rule_contact_", "999", "action", "save"); r.Status != 422 {
		t.Errorf("wrong rules: %d", r.Status)
	}
}

func TestUndoGivesAClaimBackWithItsPlace(t *testing.T) {
	a, owner, _ := shop(t, `"daily_cap":1`)
	first, second := made(t, owner, "Ines Calder", 0), made(t, owner, "Harbour Street Bakery", 0)
	b := a.SignIn(apptest.MemberEmail, apptest.Password)
	b.Get("/pools")
	page := b.Follow("/pools/take", "one", fmt.Sprint(first), "pool", "1")
	at := strings.Index(page.Body, "/history/")
	if at < 0 {
		t.Fatal("no undo is offered")
	}
	undo, _, _ := strings.Cut(page.Body[at:], `"`)
	if r := b.Post(undo); r.Status != http.StatusSeeOther {
		t.Fatalf("undo: %d %s", r.Status, r.Body)
	}
	if owns(owner, first) != 0 {
		t.Error("still theirs")
	}
	if r := b.Post(fmt.Sprintf("/customers/%d/claim", second)); r.Status != http.StatusSeeOther {
		t.Errorf("the place in the day's limit is lost: %d", r.Status)
	}
}

func TestPoolsAreGuarded(t *testing.T) {
	a, owner, sam := shop(t, "")
	id := made(t, owner, "Ines Calder", person(t, a, "mia@example.com"))
	path := fmt.Sprintf("/customers/%d", id)
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/pools", ""}, {"POST", path + "/claim", ""}, {"PATCH", "/settings/teamwork", `{"pools":false}`},
	} {
		if r := a.Anonymous().Call(c.method, c.path, c.body); r.Status != 401 {
			t.Errorf("nobody: %s %s: %d", c.method, c.path, r.Status)
		}
	}
	for _, c := range []struct{ method, path, body string }{
		{"POST", "/pools", `{"name":"Mine"}`}, {"PUT", "/pools/1", `{"version":1,"name":"Mine"}`}, {"DELETE", "/pools/1", ""},
		{"POST", path + "/assign", `{"owner_id":1}`}, {"PATCH", "/settings/teamwork", `{"pools":false}`}, {"GET", "/pool-warnings?all=true", ""},
	} {
		if r := sam.Call(c.method, c.path, c.body); r.Status != 403 {
			t.Errorf("a member: %s %s: %d %s", c.method, c.path, r.Status, r.Body)
		}
	}
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/customers/999/claim", "", 404}, {"POST", path + "/claim", "", 409}, {"DELETE", "/pools/1", "", 409}, {"PUT", "/pools/1", `{"version":7,"name":"X"}`, 409},
		{"POST", "/pools", `{"name":"X","rules":[{"kind":"contact","days":7},{"kind":"contact","days":8}]}`, 422}, {"POST", "/pools", `{"name":"X","user_ids":[999]}`, 422},
		{"POST", "/pools", `{"name":"Public pool"}`, 422}, {"POST", "/pools", `{"name":"X","hold_cap":-1}`, 422}, {"POST", path + "/assign", `{"owner_id":999}`, 409},
	} {
		if r := owner.Call(c.method, c.path, c.body); r.Status != c.want {
			t.Errorf("%s %s %s: %d, want %d: %s", c.method, c.path, c.body, r.Status, c.want, r.Body)
		}
	}
	b := a.SignIn(apptest.MemberEmail, apptest.Password)
	b.Get("/pools")
	if r := b.Post("/pools/take", "id", "<script>", "id", "-1"); r.Status != 404 {
		t.Errorf("hostile ids: %d", r.Status)
	}
}
