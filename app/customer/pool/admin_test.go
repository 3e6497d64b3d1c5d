package pool_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// One pool for the coast, which Sam looks after, beside the first one, which he
// does not. Mia takes from the coast only.
func coast(t *testing.T) (a *apptest.App, owner, sam, mia *apptest.API) {
	t.Helper()
	a, owner, sam = shop(t, "")
	b := a.Owner()
	b.Get("/settings/roles")
	b.Post("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write", "allowed", "detail.read", "allowed", "pool.read", "allowed", "pool.claim")
	samID, miaID := person(t, a, apptest.MemberEmail), person(t, a, "mia@example.com")
	owner.Into(nil, 201, "POST", "/pools", fmt.Sprintf(`{"name":"Coast","masked":true,"user_ids":[%d],"admin_user_ids":[%d],"warn_days":3,"rules":[{"kind":"contact","days":7}]}`, miaID, samID))
	owner.Into(nil, 200, "PUT", "/pools/1", `{"version":1,"name":"Public pool","masked":true,"user_ids":[1]}`)
	return a, owner, sam, a.API("mia@example.com", "write")
}

func lying(t *testing.T, c *apptest.API, pool int) (out []string) {
	t.Helper()
	var list struct {
		Items []struct{ Name, Phone string }
	}
	c.Into(&list, 200, "GET", fmt.Sprintf("/pools/%d/customers", pool), "")
	for _, i := range list.Items {
		out = append(out, i.Name+" "+i.Phone)
	}
	return out
}

func TestOnePoolIsLookedAfterWithoutTheOthers(t *testing.T) {
	a, owner, sam, mia := coast(t)
	miaID := person(t, a, "mia@example.com")
	id := made(t, owner, "Ines Calder", miaID)
	path := fmt.Sprintf("/customers/%d", id)
	if r := mia.Call("POST", path+"/assign", fmt.Sprintf(`{"owner_id":%d}`, miaID)); r.Status != 403 {
		t.Errorf("a member assigns: %d", r.Status)
	}
	if r := sam.Call("GET", path, ""); r.Status != 404 {
		t.Errorf("the pool shows Sam the record: %d", r.Status)
	}
	sam.Into(nil, 200, "POST", path+"/release", `{"reason":"Nobody called"}`) // for Mia, whose customer it was
	if got := lying(t, owner, 2); len(got) != 1 || len(lying(t, owner, 1)) != 0 {
		t.Fatalf("in the coast's pool %v, in the first %v", got, lying(t, owner, 1))
	}
	if got := lying(t, sam, 2); got[0] != "Ines Calder +8613800138000" && !strings.Contains(got[0], "13800138000") && !strings.Contains(got[0], "138 0013 8000") {
		t.Errorf("who looks after the pool reads %v", got)
	}
	if got := lying(t, mia, 2); !strings.Contains(got[0], "138****8000") {
		t.Errorf("who takes from it reads %v", got)
	}
	var l struct {
		Items []struct {
			How    string
			FromID int64 `json:"from_id"`
		}
	}
	owner.Into(&l, 200, "GET", path+"/ownership", "")
	if l.Items[0].FromID != miaID || l.Items[0].How != "release" {
		t.Errorf("the ledger mixes up who lost and who did it: %+v", l.Items[0])
	}
	sam.Into(nil, 200, "POST", path+"/assign", fmt.Sprintf(`{"owner_id":%d}`, miaID))
	// Rules of his pool he sets; the rest he does not.
	sam.Into(nil, 200, "PUT", "/pools/2", fmt.Sprintf(`{"version":1,"name":"Coast","masked":true,"user_ids":[%d],"rules":[{"kind":"contact","days":9}]}`, miaID))
	var p struct {
		AdminUserIDs []int64 `json:"admin_user_ids"`
		Rules        []struct{ Days int }
	}
	owner.Into(&p, 200, "GET", "/pools/2", "")
	if len(p.AdminUserIDs) != 1 || len(p.Rules) != 1 || p.Rules[0].Days != 9 {
		t.Errorf("after his change %+v", p)
	}
	for _, c := range []struct{ method, path, body string }{
		{"PUT", "/pools/1", `{"version":2,"name":"Public pool"}`}, {"POST", "/pools", `{"name":"Mine"}`}, {"DELETE", "/pools/2", ""},
		{"PUT", "/pools/2", fmt.Sprintf(`{"version":2,"name":"Coast","admin_user_ids":[%d]}`, miaID)}, {"PUT", "/pools/2", `{"version":2,"name":"Coast","active":false}`},
		{"PUT", "/pools/2", `{"version":2,"name":"Coast","masked":true,"user_ids":[],"team_ids":[],"rules":[{"kind":"contact","days":1}]}`},
		{"POST", "/pools/2/simulation", `{"name":"Coast","masked":true,"rules":[{"kind":"contact","days":1}]}`},
		{"PUT", "/pools/2", fmt.Sprintf(`{"version":2,"name":"Coast","masked":true,"user_ids":[%d,%d]}`, miaID, person(t, a, apptest.MemberEmail))},
		{"PUT", "/pools/2", fmt.Sprintf(`{"version":2,"name":"Coast","masked":false,"user_ids":[%d]}`, miaID)},
		{"POST", "/pools/2/move", `{"to_id":1}`}, {"POST", "/pools/1/simulation", `{"name":"Public pool"}`},
	} {
		if r := sam.Call(c.method, c.path, c.body); r.Status != 403 {
			t.Errorf("%s %s: %d %s", c.method, c.path, r.Status, r.Body)
		}
	}
	mine := made(t, owner, "Harbour Street Bakery", 1)
	if r := sam.Call("POST", fmt.Sprintf("/customers/%d/release", mine), `{}`); r.Status != 404 {
		t.Errorf("puts back what is of another pool: %d", r.Status)
	}
	b := a.SignIn(apptest.MemberEmail, apptest.Password)
	if r := b.Get("/settings/pools/2"); r.Status != 200 || strings.Contains(r.Body, `name="admins"`) || strings.Contains(r.Body, `name="people"`) || strings.Contains(r.Body, `name="masked"`) || !strings.Contains(r.Body, `value="9"`) {
		t.Errorf("his page: %d", r.Status)
	}
	b.Get("/pools?pool=2")
	if r := b.Post("/settings/pools/2", "version", "2", "name", "Coast", "people", "1", "rule_contact_", "8", "warn_days", "3"); r.Status != http.StatusSeeOther {
		t.Errorf("saving on his page: %d %s", r.Status, r.Body)
	}
	var after struct {
		Masked  bool
		UserIDs []int64 `json:"user_ids"`
	}
	owner.Into(&after, 200, "GET", "/pools/2", "")
	if !after.Masked || len(after.UserIDs) != 1 || after.UserIDs[0] != miaID {
		t.Errorf("his page changed what it only shows: %+v", after)
	}
	if r := b.Get("/settings/pools"); r.Status != 200 || strings.Contains(r.Body, "/settings/pools/1") || strings.Contains(r.Body, "/settings/pools/new") {
		t.Errorf("the list of his pools: %d", r.Status)
	}
	if r := b.Get("/settings/pools/1"); r.Status != 403 {
		t.Errorf("the other pool: %d", r.Status)
	}
	a.Clock.Add(7 * 24 * time.Hour)
	b = a.SignIn(apptest.MemberEmail, apptest.Password)
	if r := b.Get("/pools/soon?all=1"); r.Status != 200 || strings.Contains(r.Body, "Ines Calder") || !strings.Contains(r.Body, "1 more customer") || strings.Contains(r.Body, "Harbour Street") {
		t.Errorf("who goes back soon: %d %s", r.Status, r.Body)
	}
	if r := sam.Call("GET", "/pool-warnings?all=true", ""); r.Status != 200 || strings.Contains(r.Body, "Ines") {
		t.Errorf("the API names whom he does not see: %d %s", r.Status, r.Body)
	}
	if r := b.Post("/settings/pools/2", "version", "3", "name", "Coast", "rule_contact_", "1", "warn_days", "3", "action", "try"); r.Status != 200 || strings.Contains(r.Body, "Ines") || !strings.Contains(r.Body, "Tonight 1 customer") {
		t.Errorf("the trial: %d %s", r.Status, r.Body)
	}
	if r := owner.Call("GET", "/pool-warnings?all=true", ""); !strings.Contains(r.Body, "Ines Calder") {
		t.Errorf("who looks after all: %s", r.Body)
	}
}

func TestAPoolEndsWhenItsCustomersWentElsewhere(t *testing.T) {
	_, owner, _, mia := coast(t)
	for i := range 3 {
		id := made(t, owner, fmt.Sprintf("Customer %d", i), 0)
		if i < 2 {
			owner.Into(nil, 200, "POST", fmt.Sprintf("/customers/%d/assign", id), `{"owner_id":1}`)
			owner.Into(nil, 200, "POST", fmt.Sprintf("/customers/%d/release", id), `{"pool_id":2}`)
		}
	}
	if a, b := lying(t, owner, 1), lying(t, owner, 2); len(a) != 1 || len(b) != 2 {
		t.Fatalf("each in exactly one pool: %v, %v", a, b)
	}
	for _, r := range []apptest.Answer{owner.Call("DELETE", "/pools/2", ""), owner.Call("PUT", "/pools/2", `{"version":1,"name":"Coast","active":false}`)} {
		if r.Status != 409 || !strings.Contains(r.Body, "2 customers") {
			t.Errorf("a pool ends with customers in it: %d %s", r.Status, r.Body)
		}
	}
	for body, want := range map[string]int{`{"to_id":2}`: 422, `{"to_id":99}`: 422} {
		if r := owner.Call("POST", "/pools/2/move", body); r.Status != want {
			t.Errorf("%s: %d", body, r.Status)
		}
	}
	var moved struct{ Customers int }
	owner.Into(&moved, 200, "POST", "/pools/2/move", `{"to_id":1}`)
	if moved.Customers != 2 || len(lying(t, owner, 1)) != 3 {
		t.Errorf("moved %d; in the first pool %v", moved.Customers, lying(t, owner, 1))
	}
	if r := mia.Call("GET", "/pools/1/customers", ""); r.Status != 404 {
		t.Errorf("Mia is no member of it: %d", r.Status)
	}
	owner.Into(nil, 204, "DELETE", "/pools/2", "")
}

// While pools are off, the settings lead whoever may to the switch; alone, there
// is nothing.
func TestThePagesOfPoolsThatAreOffLeadToTheSwitch(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	for _, p := range []string{"/settings/pools", "/pools"} {
		if r := b.Get(p); r.Status != 404 {
			t.Errorf("alone, %s: %d", p, r.Status)
		}
	}
	a.Colleague(apptest.MemberEmail, "member")
	for _, p := range []string{"/settings/pools", "/pools"} {
		if r := b.Get(p); r.Status != 303 || r.Header.Get("Location") != "/settings/teamwork" {
			t.Errorf("off, %s: %d", p, r.Status)
		}
		if r := a.SignIn(apptest.MemberEmail, apptest.Password).Get(p); r.Status != 404 {
			t.Errorf("a member, %s: %d", p, r.Status)
		}
	}
}
