package sharing_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

func TestWhoLeavesHandsEverythingOverInOneStep(t *testing.T) {
	a, owner, sam, mia := shop(t)
	samID, miaID := person(t, a, apptest.MemberEmail), person(t, a, "mia@example.com")
	path := made(owner, "Ines Calder", samID)
	sam.Into(nil, 201, "POST", "/tasks", fmt.Sprintf(`{"title":"Send the price list","customer_id":%s,"owner_id":%d}`, strings.TrimPrefix(path, "/customers/"), samID))
	var sum struct{ Customers, Tasks int }
	owner.Into(&sum, 200, "GET", fmt.Sprintf("/hand-overs/summary?from_id=%d", samID), "")
	if sum.Customers != 1 || sum.Tasks != 1 {
		t.Errorf("there is %+v", sum)
	}
	if r := mia.Call("GET", fmt.Sprintf("/hand-overs/summary?from_id=%d", samID), ""); r.Status != 403 {
		t.Errorf("a colleague looks: %d", r.Status)
	}
	if r := sam.Call("POST", "/hand-overs", fmt.Sprintf(`{"from_id":%d,"to_id":%d,"disable":true}`, samID, miaID)); r.Status != 403 {
		t.Errorf("a member shuts out: %d", r.Status)
	}
	if r := owner.Call("POST", "/hand-overs", fmt.Sprintf(`{"from_id":%d,"to_id":%d,"disable":true,"until":"2099-01-01"}`, samID, miaID)); r.Status != 422 {
		t.Errorf("leaves and comes back: %d", r.Status)
	}
	b := a.Owner()
	if page := b.Get(fmt.Sprintf("/settings/hand-over?from=%d&leaves=1", samID)); !strings.Contains(page.Body, "1 customer is theirs") || !strings.Contains(page.Body, "1 open task") {
		t.Errorf("the page: %d", page.Status)
	}
	page := b.Follow("/settings/hand-over", "from_id", fmt.Sprint(samID), "to_id", fmt.Sprint(miaID), "tasks", "1", "cases", "1", "leaves", "1")
	mia.Into(nil, 200, "GET", path, "")
	if n := a.Count("SELECT count(*) FROM task WHERE owner_id = ?", miaID); n != 1 {
		t.Errorf("%d tasks went along", n)
	}
	if r := sam.Call("GET", "/me", ""); r.Status != 401 {
		t.Errorf("still in: %d", r.Status)
	}
	at := strings.Index(page.Body, "/history/")
	if at < 0 {
		t.Fatal("no undo is offered")
	}
	undo, _, _ := strings.Cut(page.Body[at:], `"`)
	if r := b.Post(undo); r.Status != http.StatusSeeOther {
		t.Fatalf("undo: %d", r.Status)
	}
	if n := a.Count("SELECT count(*) FROM user u JOIN customer c ON c.owner_id = u.id JOIN task t ON t.owner_id = u.id WHERE u.id = ? AND u.status = 'active'", samID); n != 1 {
		t.Error("one undo did not take back both")
	}
}

func TestWhoLeavesLeavesCustomersToThePool(t *testing.T) {
	a, owner, sam, _ := shop(t)
	owner.Into(nil, 200, "PATCH", "/settings/teamwork", `{"pools":true}`)
	samID := person(t, a, apptest.MemberEmail)
	path := made(owner, "Ines Calder", samID)
	sam.Into(nil, 201, "POST", "/tasks", fmt.Sprintf(`{"title":"Send the price list","customer_id":%s,"owner_id":%d}`, strings.TrimPrefix(path, "/customers/"), samID))
	owner.Into(nil, 200, "POST", "/hand-overs", fmt.Sprintf(`{"from_id":%d,"release":true,"disable":true}`, samID))
	if n := a.Count("SELECT count(*) FROM customer c JOIN pool_ledger l ON l.customer_id = c.id WHERE c.owner_id IS NULL AND l.how = 'release' AND l.from_id = ?", samID); n != 1 {
		t.Errorf("%d lie in the pool with their line", n)
	}
	if n := a.Count("SELECT count(*) FROM task WHERE owner_id = 1"); n != 1 {
		t.Errorf("%d tasks went to who did it", n)
	}
}
