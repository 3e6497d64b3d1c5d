package pool_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// Random shops: what the trial says is what the next night does, and what is
// kept of every customer's day is what the expression says.
func TestTheTrialIsWhatTheNightDoes(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 4715))
			a, owner, sam := shop(t, `"warn_days":3,"rules":[{"kind":"contact","days":400}]`)
			samID, miaID := person(t, a, apptest.MemberEmail), person(t, a, "mia@example.com")
			night(t, a) // the first one: pools are new
			var ids []int64
			for i := range 30 {
				who := []int64{1, samID, miaID, 0}[r.IntN(4)]
				var o struct{ ID int64 }
				owner.Into(&o, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Customer %d","owner_id":%d,"level":%q}`, i, who, []string{"", "A", "B"}[r.IntN(3)]))
				ids = append(ids, o.ID)
			}
			for range 40 {
				a.Clock.Add(time.Duration(1+r.IntN(20)) * time.Hour)
				night(t, a)
				id := ids[r.IntN(len(ids))]
				switch r.IntN(7) {
				case 0:
					buys(a, owner, id)
				case 1, 2:
					owner.Into(nil, 201, "POST", "/follow-ups", fmt.Sprintf(`{"customer_id":%d,"channel":"call","content":%q}`, id, []string{"ok", "Talked about the spring order."}[r.IntN(2)]))
				case 3:
					sam.Call("POST", fmt.Sprintf("/customers/%d/claim", id), "")
				case 4:
					owner.Call("POST", fmt.Sprintf("/customers/%d/release", id), `{}`)
				case 5:
					owner.Call("POST", fmt.Sprintf("/customers/%d/lock", id), "")
				case 6:
					owner.Call("DELETE", fmt.Sprintf("/customers/%d/lock", id), "")
				}
			}
			body := fmt.Sprintf(`"name":"Public pool","protect_days":%d,"min_characters":%d,"workdays":%t,"warn_days":3,"rules":[{"kind":"contact","days":%d,"buyers":%t},{"kind":"purchase","days":%d},{"kind":"contact","level":"A","days":%d}]`,
				r.IntN(3), []int{0, 10}[r.IntN(2)], r.IntN(2) == 0, 3+r.IntN(12), r.IntN(2) == 0, 5+r.IntN(15), 1+r.IntN(20))
			var trial struct{ Customers int }
			owner.Into(&trial, 200, "POST", "/pools/1/simulation", "{"+body+"}")
			var p struct{ Version int }
			owner.Into(&p, 200, "GET", "/pools/1", "")
			owner.Into(nil, 200, "PUT", "/pools/1", fmt.Sprintf(`{"version":%d,%s}`, p.Version, body))
			if off := a.Pools().Astray(a.As(auth.System("test"))); len(off) > 0 {
				t.Errorf("kept of customers %v is not what the expression says", off)
			}
			before := a.Count("SELECT count(*) FROM customer WHERE owner_id IS NOT NULL")
			a.Clock.Add(24*time.Hour - time.Duration(a.Clock.Now().Hour())*time.Hour) // past the next midnight, in the shop's zone
			night(t, a)
			after := a.Count("SELECT count(*) FROM customer WHERE owner_id IS NOT NULL")
			workday := a.Clock.Now().Weekday() != time.Saturday && a.Clock.Now().Weekday() != time.Sunday
			if before-after != trial.Customers && workday {
				t.Errorf("the trial said %d, the night took %d: %s", trial.Customers, before-after, body)
			}
			if off := a.Pools().Astray(a.As(auth.System("test"))); len(off) > 0 {
				t.Errorf("after the night, kept of customers %v is not what the expression says", off)
			}
		})
	}
}

func TestTheListShowsAndFiltersWhoGoesBackSoon(t *testing.T) {
	a, owner, sam := shop(t, `"warn_days":3,"rules":[{"kind":"contact","days":7}]`)
	samID := person(t, a, apptest.MemberEmail)
	made(t, owner, "Ines Calder", samID)
	a.Clock.Add(5 * 24 * time.Hour)
	made(t, owner, "Harbour Street Bakery", samID)
	var list struct{ Items []struct{ Name string } }
	sam.Into(&list, 200, "GET", "/customers?filter[recycle_at][lte]=3d", "")
	if len(list.Items) != 1 || list.Items[0].Name != "Ines Calder" {
		t.Errorf("within three days %+v", list.Items)
	}
	sam.Into(&list, 200, "GET", "/customers?filter[recycle_at][lte]=14d", "")
	if len(list.Items) != 2 {
		t.Errorf("within fourteen %+v", list.Items)
	}
	made(t, owner, "Goes nowhere", 0)
	for sort, first := range map[string]string{"recycle_at": "Ines Calder", "-recycle_at": "Harbour Street Bakery"} {
		var sorted struct {
			Items []struct{ Name string }
			Total int
			Next  string `json:"next_cursor"`
		}
		owner.Into(&sorted, 200, "GET", "/customers?limit=1&count=true&sort="+sort, "")
		if len(sorted.Items) != 1 || sorted.Items[0].Name != first || sorted.Total != 2 {
			t.Errorf("by %s %+v", sort, sorted)
		}
		owner.Into(&sorted, 200, "GET", "/customers?limit=1&sort="+sort+"&cursor="+sorted.Next, "")
		if len(sorted.Items) != 1 || sorted.Items[0].Name == first {
			t.Errorf("by %s then %+v", sort, sorted)
		}
	}
	owner.Into(&list, 200, "GET", "/customers?filter[recycle_at][empty]=true", "")
	if len(list.Items) != 1 || list.Items[0].Name != "Goes nowhere" {
		t.Errorf("who goes nowhere: %+v", list.Items)
	}
	owner.Into(&list, 200, "GET", "/customers?filter[any1][recycle_at][lte]=3d&filter[any1][name][contains]=nowhere", "")
	if len(list.Items) != 2 {
		t.Errorf("soon or by name: %+v", list.Items)
	}
	from := base64.RawURLEncoding.EncodeToString([]byte("sort=recycle_at"))
	if page := a.Owner().Get("/customers/1?list=" + from); !strings.Contains(page.Body, "/customers/2?list=") {
		t.Error("the next one in the order of going back is not offered")
	}
	b := a.SignIn(apptest.MemberEmail, apptest.Password)
	if page := b.Get("/customers?columns=recycle_at&sort=recycle_at"); !strings.Contains(page.Body, "sort=-recycle_at") || !strings.Contains(page.Body, a.Clock.Now().Add(3*24*time.Hour).Format("2 Jan")) && !strings.Contains(page.Body, a.Clock.Now().Add(3*24*time.Hour).Format("Jan 2")) {
		t.Errorf("no column: %d", page.Status)
	}
	if page := b.Get("/customers?filter[recycle_at][lte]=3d"); !strings.Contains(page.Body, "To the pool in 3 days") || strings.Contains(page.Body, "Harbour Street Bakery") {
		t.Errorf("the page: %d", page.Status)
	}
	if page := b.Get("/customers"); !strings.Contains(page.Body, `href="/pools"`) || !strings.Contains(page.Body, "To the pool in 3 days") {
		t.Error("no badge in the list")
	}
	sam.Into(nil, 201, "POST", "/follow-ups", fmt.Sprintf(`{"customer_id":%d,"channel":"call","content":"Ordered."}`, 1))
	sam.Into(&list, 200, "GET", "/customers?filter[recycle_at][lte]=3d", "")
	if len(list.Items) != 0 {
		t.Errorf("after the call %+v", list.Items)
	}
	owner.Into(nil, 200, "PATCH", "/settings/teamwork", `{"pools":false}`)
	if r := sam.Call("GET", "/customers?filter[recycle_at][lte]=3d", ""); r.Status != 422 && r.Status != 400 {
		t.Errorf("off: %d", r.Status)
	}
	if r := sam.Call("GET", "/customers?sort=recycle_at", ""); r.Status != 422 && r.Status != 400 {
		t.Errorf("sorted while off: %d", r.Status)
	}
	if page := b.Get("/customers/columns"); strings.Contains(page.Body, "recycle_at") {
		t.Error("the column is offered while pools are off")
	}
}
