package sharing_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
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

// Who stays keeps what is not about their customers, and the page says so; who
// leaves keeps nothing open, and one undo gives all of it back.
func TestWhoLeavesKeepsNothingOpen(t *testing.T) {
	a, owner, _, mia := shop(t)
	samID, miaID := person(t, a, apptest.MemberEmail), person(t, a, "mia@example.com")
	path := made(owner, "Ines Calder", samID)
	others := made(owner, "Harbour Street Bakery", 1)
	task := func(title, customer string) {
		about := ""
		if customer != "" {
			about = fmt.Sprintf(`,"customer_id":%s`, strings.TrimPrefix(customer, "/customers/"))
		}
		owner.Into(nil, 201, "POST", "/tasks", fmt.Sprintf(`{"title":%q,"owner_id":%d%s}`, title, samID, about))
	}
	task("Send the price list", path)
	task("Water the plants", "")
	task("Carry the boxes", others)
	type summary struct {
		Customers, Tasks int
		FollowUps        int `json:"follow_ups"`
		OtherTasks       int `json:"other_tasks"`
	}
	var sum summary
	owner.Into(&sum, 200, "GET", fmt.Sprintf("/hand-overs/summary?from_id=%d", samID), "")
	if sum != (summary{Customers: 1, Tasks: 1, OtherTasks: 2}) {
		t.Errorf("there is %+v", sum)
	}
	b := a.Owner()
	if page := b.Get(fmt.Sprintf("/settings/hand-over?from=%d", samID)); !strings.Contains(page.Body, "2 open tasks") || !strings.Contains(page.Body, "goes along only when they leave") {
		t.Errorf("the page: %d", page.Status)
	}
	var sent struct{ Customers, Tasks int }
	owner.Into(&sent, 200, "POST", "/hand-overs", fmt.Sprintf(`{"from_id":%d,"to_id":%d}`, samID, miaID))
	if sent.Customers != 1 || sent.Tasks != 1 {
		t.Errorf("who stays sent %+v", sent)
	}
	mia.Into(nil, 200, "POST", path+"/transfer", fmt.Sprintf(`{"to_id":%d}`, samID))
	// Both are to follow up with the same customer of the owner's.
	for _, who := range []int64{samID, miaID} {
		if n := a.Count("SELECT count(*) FROM task WHERE kind = 'follow_up' AND owner_id = ?", who); n != 0 {
			t.Fatal("a follow-up was planned before")
		}
		err := a.DB.Write(a.As(auth.System("test")), "test", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO task (kind, title, customer_id, owner_id, created_at, updated_at) VALUES ('follow_up', 'Call again', 2, ?, 1, 1)", who)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	owner.Into(&sum, 200, "GET", fmt.Sprintf("/hand-overs/summary?from_id=%d", samID), "")
	if sum != (summary{Customers: 1, Tasks: 1, OtherTasks: 3}) {
		t.Errorf("before they leave there is %+v", sum)
	}
	page := b.Follow("/settings/hand-over", "from_id", fmt.Sprint(samID), "to_id", fmt.Sprint(miaID), "leaves", "1")
	if n := a.Count("SELECT count(*) FROM task WHERE owner_id = ? AND done_at IS NULL", samID); n != 0 {
		t.Errorf("%d tasks stay with who left", n)
	}
	if n := a.Count("SELECT count(*) FROM task WHERE owner_id = ? AND done_at IS NULL", miaID); n != 5 {
		t.Errorf("the colleague has %d tasks", n)
	}
	if n := a.Count("SELECT count(*) FROM pool_ledger WHERE how = 'transfer' AND to_id = ? AND customer_id = 1", miaID); n != 2 {
		t.Errorf("%d lines say that the customer was handed over", n)
	}
	at := strings.Index(page.Body, "/history/")
	if at < 0 {
		t.Fatal("no undo is offered")
	}
	undo, _, _ := strings.Cut(page.Body[at:], `"`)
	if r := b.Post(undo); r.Status != http.StatusSeeOther {
		t.Fatalf("undo: %d", r.Status)
	}
	if n := a.Count("SELECT count(*) FROM task WHERE owner_id = ? AND done_at IS NULL", samID); n != 4 {
		t.Errorf("after the undo they have %d tasks", n)
	}
	if n := a.Count("SELECT count(*) FROM task WHERE kind = 'follow_up' AND owner_id IN (?, ?)", samID, miaID); n != 2 {
		t.Errorf("after the undo %d follow-ups are planned", n)
	}
}

// Somebody without customers leaves too.
func TestWhoHasOnlyTasksLeaves(t *testing.T) {
	a, owner, _, mia := shop(t)
	samID, miaID := person(t, a, apptest.MemberEmail), person(t, a, "mia@example.com")
	owner.Into(nil, 201, "POST", "/tasks", fmt.Sprintf(`{"title":"Water the plants","owner_id":%d}`, samID))
	var sent struct{ Customers, Tasks int }
	owner.Into(&sent, 200, "POST", "/hand-overs", fmt.Sprintf(`{"from_id":%d,"to_id":%d,"disable":true}`, samID, miaID))
	if sent.Customers != 0 || sent.Tasks != 1 {
		t.Errorf("sent %+v", sent)
	}
	var notices struct{ Items []struct{ Kind string } }
	mia.Into(&notices, 200, "GET", "/notifications", "")
	if len(notices.Items) == 0 || notices.Items[0].Kind != "handed_over" {
		t.Errorf("the colleague hears %+v", notices.Items)
	}
	if page := a.SignIn("mia@example.com", apptest.Password).Get("/notifications"); page.Status != 200 {
		t.Errorf("their inbox: %d", page.Status)
	}
}
