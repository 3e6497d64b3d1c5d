package sharing_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// shop is a business in which members see their own; Sam and Mia work there.
func shop(t *testing.T) (a *apptest.App, owner, sam, mia *apptest.API) {
	t.Helper()
	a = apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	a.Colleague("mia@example.com", "member")
	b := a.Owner()
	b.Get("/settings/roles")
	form := []string{"reach", "own"}
	for _, p := range []string{"customer.read", "customer.write", "customer.twice", "sharing.write", "task.read", "task.write", "followup.read", "followup.write"} {
		form = append(form, "allowed", p)
	}
	if r := b.Post("/settings/roles/member", form...); r.Status != http.StatusSeeOther {
		t.Fatalf("roles: %d %s", r.Status, r.Body)
	}
	return a, a.API("", "write"), a.API(apptest.MemberEmail, "write"), a.API("mia@example.com", "write")
}

func person(t *testing.T, a *apptest.App, email string) int64 {
	t.Helper()
	u, err := a.Person(a.As(auth.System("test")), email)
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

func made(c *apptest.API, name string, owner int64) string {
	var o struct{ ID int64 }
	c.Into(&o, 201, "POST", "/customers", fmt.Sprintf(`{"name":%q,"phones":["13800138000"],"owner_id":%d}`, name, owner))
	return fmt.Sprintf("/customers/%d", o.ID)
}

type record struct {
	Name    string
	Version int
	OwnerID int64 `json:"owner_id"`
}

func TestASharedCustomerIsSeenFoundAndOnlyEditedWhenThatWasSaid(t *testing.T) {
	a, owner, sam, mia := shop(t)
	samID, miaID := person(t, a, apptest.MemberEmail), person(t, a, "mia@example.com")
	path := made(owner, "单雄信", samID)
	if r := mia.Call("GET", path, ""); r.Status != 404 {
		t.Fatalf("seen before: %d", r.Status)
	}
	if r := mia.Call("PUT", fmt.Sprintf("%s/shares/%d", path, miaID), `{"access":"edit"}`); r.Status != 404 {
		t.Errorf("lets herself in: %d", r.Status)
	}
	sam.Into(nil, 204, "PUT", fmt.Sprintf("%s/shares/%d", path, miaID), `{"access":"read"}`)
	var c record
	mia.Into(&c, 200, "GET", path, "")
	var list struct{ Items []record }
	mia.Into(&list, 200, "GET", "/customers", "")
	found := len(list.Items)
	mia.Into(&list, 200, "GET", "/customers?q=dxx", "")
	if found != 1 || len(list.Items) != 1 {
		t.Errorf("listed %d, found %d", found, len(list.Items))
	}
	change := fmt.Sprintf(`{"version":%d,"notes":"Rings twice"}`, c.Version)
	if r := mia.Call("PATCH", path, change); r.Status != 403 {
		t.Errorf("a reader changes: %d", r.Status)
	}
	if r := mia.Call("PUT", fmt.Sprintf("%s/shares/%d", path, miaID), `{"access":"edit"}`); r.Status != 403 {
		t.Errorf("a reader gives herself more: %d", r.Status)
	}
	sam.Into(nil, 204, "PUT", fmt.Sprintf("%s/shares/%d", path, miaID), `{"access":"edit"}`)
	mia.Into(nil, 200, "PATCH", path, change)
	mia.Into(nil, 204, "DELETE", fmt.Sprintf("%s/shares/%d", path, miaID), "")
	if r := mia.Call("GET", path, ""); r.Status != 404 {
		t.Errorf("seen after leaving: %d", r.Status)
	}
	mia.Into(&list, 200, "GET", "/customers?q=dxx", "")
	if len(list.Items) != 0 {
		t.Errorf("found after leaving: %+v", list.Items)
	}
}

func TestAFinderSeesWhoseItIsAndAsksAndOneTapLetsThemIn(t *testing.T) {
	a, owner, _, mia := shop(t)
	path := made(owner, "Harbour Street Bakery Ltd", person(t, a, apptest.MemberEmail))
	b := a.SignIn("mia@example.com", apptest.Password)
	page := b.Get("/customers/alike?name=" + "Harbour+Street+Bakery")
	if !strings.Contains(page.Body, "Sam Okafor") || !strings.Contains(page.Body, path+"/ask") || strings.Contains(page.Body, `href="`+path+`"`) {
		t.Errorf("the finder reads %s", page.Body)
	}
	b.Get(path + "/ask")
	if r := b.Post(path+"/ask", "wants", "join", "note", "They wrote to me"); r.Status != http.StatusSeeOther {
		t.Fatalf("asking: %d %s", r.Status, r.Body)
	}
	if r := mia.Call("POST", path+"/request", `{"wants":"join"}`); r.Status != 409 {
		t.Errorf("asks twice: %d", r.Status)
	}
	if r := mia.Call("POST", "/share-requests/1/acceptance", ""); r.Status != 404 {
		t.Errorf("lets herself in: %d", r.Status)
	}
	sam := a.SignIn(apptest.MemberEmail, apptest.Password)
	if page := sam.Get("/sharing/requests"); !strings.Contains(page.Body, "wants to join in on Harbour Street Bakery Ltd") {
		t.Errorf("Sam is not asked: %s", page.Body)
	}
	if r := sam.Post("/sharing/requests/1", "answer", "accept"); r.Status != http.StatusSeeOther {
		t.Fatalf("accepting: %d", r.Status)
	}
	mia.Into(nil, 200, "GET", path, "")
}

func TestAHandOverTakesWhatIsOpenAndComesBackAfterTheHoliday(t *testing.T) {
	a, owner, sam, mia := shop(t)
	samID, miaID := person(t, a, apptest.MemberEmail), person(t, a, "mia@example.com")
	path := made(owner, "Ines Calder", samID)
	kept := made(owner, "Stays with Sam", samID)
	sam.Into(nil, 201, "POST", "/tasks", fmt.Sprintf(`{"title":"Send the price list","customer_id":%s,"owner_id":%d,"due_at":"2026-03-09T09:00:00Z"}`, strings.TrimPrefix(path, "/customers/"), samID))
	until := a.Clock.Now().Add(72 * time.Hour).Format("2006-01-02")
	var sent struct{ Customers, Tasks int }
	for body, want := range map[string]int{
		fmt.Sprintf(`{"to_id":%d,"until":"2001-01-01"}`, miaID): 422, `{"to_id":999}`: 422, fmt.Sprintf(`{"to_id":%d,"until":"soon"}`, miaID): 422,
	} {
		if r := sam.Call("POST", path+"/transfer", body); r.Status != want {
			t.Errorf("%s: %d", body, r.Status)
		}
	}
	if r := mia.Call("POST", path+"/transfer", fmt.Sprintf(`{"to_id":%d}`, miaID)); r.Status != 404 {
		t.Errorf("helps herself: %d", r.Status)
	}
	sam.Into(&sent, 200, "POST", path+"/transfer", fmt.Sprintf(`{"to_id":%d,"until":%q,"note":"Prefers the morning"}`, miaID, until))
	var c record
	mia.Into(&c, 200, "GET", path, "")
	if sent.Customers != 1 || sent.Tasks != 1 || c.OwnerID != miaID {
		t.Errorf("sent %+v, owner %d", sent, c.OwnerID)
	}
	a.Clock.Add(4 * 24 * time.Hour)
	for range 2 {
		if err := a.Sharing().Return(a.As(auth.System("job"))); err != nil {
			t.Fatal(err)
		}
	}
	owner.Into(&c, 200, "GET", path, "")
	var tasks struct {
		Items []struct {
			OwnerID int64 `json:"owner_id"`
		}
	}
	owner.Into(&tasks, 200, "GET", "/tasks", "")
	if c.OwnerID != samID || len(tasks.Items) != 1 || tasks.Items[0].OwnerID != samID {
		t.Errorf("after the holiday: owner %d, tasks %+v", c.OwnerID, tasks.Items)
	}
	if r := sam.Call("POST", "/hand-overs", fmt.Sprintf(`{"from_id":%d,"to_id":%d}`, miaID, samID)); r.Status != 403 {
		t.Errorf("takes a colleague's: %d", r.Status)
	}
	owner.Into(&sent, 200, "POST", "/hand-overs", fmt.Sprintf(`{"from_id":%d,"to_id":%d}`, samID, miaID))
	mia.Into(nil, 200, "GET", kept, "")
	if sent.Customers != 2 {
		t.Errorf("everything is %d customers", sent.Customers)
	}
}

func TestWhoMayNotCreateTwiceIsToldWho(t *testing.T) {
	a, owner, _, mia := shop(t)
	made(owner, "Harbour Street Bakery Ltd", person(t, a, apptest.MemberEmail))
	mia.Into(nil, 201, "POST", "/customers", `{"name":"HARBOUR STREET BAKERY"}`)
	b := a.Owner()
	b.Get("/settings/roles")
	b.Post("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "customer.write", "allowed", "sharing.write")
	if r := mia.Call("POST", "/customers", `{"name":"Harbour Street Bakery"}`); r.Status != 409 || !strings.Contains(r.Body, "Sam Okafor") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	mia.Into(nil, 201, "POST", "/customers", `{"name":"Ines Calder"}`)
}

// Whoever works alone meets none of it; with a second person it is there, and
// can be switched off.
func TestOnePersonSeesNoTrace(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	b := a.Owner()
	traces := []string{"/pools", "/sharing", "/follow\"", "/ask\"", "Public pool", "/settings/teamwork", "/settings/hand-over", "pool.", "sharing.", "Works with them", "/ownership", "Goes back"}
	pages := []string{"/today", "/customers", "/customers/1", "/customers/new", "/customers/alike?name=Harbour+Street+Bakery", "/settings", "/settings/roles", "/settings/staff", "/profile/notifications", "/tasks"}
	see := func() (seen []string) {
		for _, p := range pages {
			body := b.Get(p).Body
			for _, s := range traces {
				if strings.Contains(body, s) {
					seen = append(seen, p+": "+s)
				}
			}
		}
		return seen
	}
	if seen := see(); len(seen) > 0 {
		t.Errorf("alone, and yet %v", seen)
	}
	for _, p := range []string{"/pools", "/pools/soon", "/settings/teamwork", "/settings/pools", "/sharing/requests", "/settings/hand-over", "/customers/1/sharing"} {
		if s := b.Get(p).Status; s != 403 && s != 404 {
			t.Errorf("alone, %s: %d", p, s)
		}
	}
	a.Colleague(apptest.MemberEmail, "member")
	if body := b.Get("/customers/1").Body; !strings.Contains(body, "/customers/1/sharing") || strings.Contains(body, "/ownership") {
		t.Error("two people: sharing is not there, or pools are")
	}
	b.Get("/settings/teamwork")
	b.Post("/settings/teamwork", "pools", "1")
	if body := b.Get("/customers").Body; !strings.Contains(body, `href="/pools"`) {
		t.Error("pools are on and not in the sidebar")
	}
	if body := b.Get("/customers/1").Body; strings.Contains(body, "/customers/1/sharing") {
		t.Error("sharing is off and still there")
	}
	b.Post("/settings/teamwork")
	seen := 0
	for _, s := range see() {
		if !strings.Contains(s, "teamwork") {
			t.Error("switched off, and yet " + s)
		}
		seen++
	}
	if seen == 0 {
		t.Error("the switches themselves are gone")
	}
}
