package handover_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// shop is one where members see their own only: Anna manages, Dan has a lead and a
// deal with a customer who is the owner's by now, Ben has nothing.
func shop(t *testing.T) (a *apptest.App, dan, ben int64) {
	t.Helper()
	a = apptest.New(t)
	a.Colleague("anna@example.com", "manager")
	d, n := a.Colleague("dan@example.com", "member"), a.Colleague("ben@example.com", "member")
	owner := a.Owner()
	owner.Get("/settings")
	allowed := []string{"reach", "own"}
	for _, name := range []string{"customer.read", "customer.write", "deal.read", "deal.write", "task.read", "task.write", "lead.read", "lead.write", "promise.read", "promise.write",
		"quote.read", "quote.write", "feedback.read", "feedback.write", "handover.write"} {
		allowed = append(allowed, "allowed", name)
	}
	owner.Follow("/settings/roles/member", allowed...)
	seller := a.API("dan@example.com", "write")
	seller.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Ada Field","owner_id":%d}`, d.ID))
	seller.Into(nil, 201, "POST", "/deals", `{"name":"Ovens for Ada","customer_id":1,"amount":{"amount":"1000.00","currency":"USD"}}`)
	seller.Into(nil, 201, "POST", "/tasks", `{"title":"Call about the ovens","about":{"kind":"deal","id":1}}`)
	seller.Into(nil, 201, "POST", "/promises", fmt.Sprintf(`{"customer_id":1,"side":"ours","kind":"other","words":"Send samples","due_on":%q}`, a.Clock.Now().AddDate(0, 0, 9).Format(time.DateOnly)))
	seller.Into(nil, 201, "POST", "/quotes", `{"customer_id":1,"deal_id":1,"lines":[{"name":"Oven","quantity":1,"unit_price":{"amount":"10.00","currency":"USD"}}]}`)
	seller.Into(nil, 201, "POST", "/leads", `{"name":"Bea Hill","phones":["5550100"]}`)
	a.API("", "write").Into(nil, 200, "PATCH", "/customers/1", fmt.Sprintf(`{"version":%d,"owner_id":1}`, a.Count(`SELECT version FROM customer WHERE id = 1`)))
	return a, d.ID, n.ID
}

func TestADealIsHandedOverWithWhatIsOpen(t *testing.T) {
	a, dan, ben := shop(t)
	seller, other := a.API("dan@example.com", "write"), a.API("ben@example.com", "write")
	b := a.SignIn("dan@example.com", apptest.Password)
	if page := b.Get("/deals/1").Body; !strings.Contains(page, `href="/hand-over/deals?id=1"`) {
		t.Fatal("the page does not offer it")
	}
	form := b.Get("/hand-over/deals?id=1").Body
	for _, want := range []string{"1 open task", "1 open promise", "1 open quote", `name="from_id" value="` + fmt.Sprint(dan)} {
		if !strings.Contains(form, want) {
			t.Errorf("the form lacks %q", want)
		}
	}
	send := []string{"id", "1", "to_id", fmt.Sprint(ben), "from_id", fmt.Sprint(dan), "tasks", "1", "promises", "1", "quotes", "1"}
	if r := b.Post("/hand-over/deals", send...); r.Status != 422 {
		t.Errorf("without a note: %d", r.Status)
	}
	send = append(send, "note", "They want **two** <b>ovens</b>")
	// Dan would lose sight of it, and Ben does not see its customer: first a word.
	if r := b.Post("/hand-over/deals", send...); r.Status != 200 || !strings.Contains(r.Body, "you no longer see it") || !strings.Contains(r.Body, "does not see the customer") {
		t.Fatalf("not told before: %d", r.Status)
	}
	owned := func(table, column string, by int64) bool {
		return a.Count(fmt.Sprintf(`SELECT count(*) FROM %s WHERE %s = %d AND id = (SELECT max(id) FROM %s)`, table, column, by, table)) == 1
	}
	if !owned("deal", "owner_id", dan) {
		t.Fatal("done before it was confirmed")
	}
	b.Follow("/hand-over/deals", append(send, "sure", fmt.Sprint(ben))...)
	for table, column := range map[string]string{"deal": "owner_id", "promise": "owner_id", "quote": "user_id"} {
		if !owned(table, column, ben) {
			t.Errorf("the %s did not go along", table)
		}
	}
	if n := a.Count(fmt.Sprintf(`SELECT count(*) FROM task WHERE owner_id = %d AND done_at IS NULL`, dan)); n != 0 {
		t.Errorf("%d tasks stayed", n)
	}
	if a.Count(fmt.Sprintf(`SELECT count(*) FROM notification WHERE kind = 'handed_over' AND subject_kind = 'deal' AND user_id = %d AND data LIKE '%%two%%'`, ben)) != 1 {
		t.Error("the receiver is not told the note")
	}
	page := a.SignIn("ben@example.com", apptest.Password)
	if seen := page.Get("/deals/1").Body; !strings.Contains(seen, "<strong>two</strong>") || strings.Contains(seen, "<b>ovens") || !strings.Contains(seen, "→") {
		t.Error("the page does not say who handed it over, and why")
	}
	if seen := page.Get("/notifications").Body; !strings.Contains(seen, "Ovens for Ada") {
		t.Error("the bell does not tell")
	}
	if !strings.Contains(a.Owner().Get("/customers/1").Body, "handed over to") {
		t.Error("not on the customer's timeline")
	}
	seller.Into(nil, 404, "GET", "/deals/1", "")
	// Whoever is a moment late is told by whom and to whom it went.
	if r := b.Post("/hand-over/deals", append(send, "sure", fmt.Sprint(ben))...); r.Status != 409 || !strings.Contains(r.Body, "handed over meanwhile") {
		t.Errorf("the second: %d", r.Status)
	}
	anna := a.API("anna@example.com", "write")
	anna.Into(nil, 409, "POST", "/hand-overs/records", fmt.Sprintf(`{"kind":"deals","ids":[1],"to_id":1,"from_id":%d,"note":"x"}`, dan))
	other.Into(nil, 200, "GET", "/hand-overs/records?kind=deals&id=1", "")
	// One press of whoever did it takes all of it back.
	b.Follow(fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) FROM journal_set WHERE op = 'handover.hand'`)))
	for table, column := range map[string]string{"deal": "owner_id", "promise": "owner_id", "quote": "user_id"} {
		if !owned(table, column, dan) {
			t.Errorf("the %s did not come back", table)
		}
	}
	seller.Into(nil, 200, "GET", "/deals/1", "")
	if strings.Contains(b.Get("/deals/1").Body, "<strong>two</strong>") {
		t.Error("the hand-over still stands there")
	}
}

func TestWhoHandsADealOverMayStayOnIt(t *testing.T) {
	a, dan, ben := shop(t)
	seller := a.API("dan@example.com", "write")
	var is struct {
		YouKeepSight bool `json:"you_keep_sight"`
		They         bool `json:"they_see_customer"`
		Moves        struct{ Tasks int }
	}
	seller.Into(&is, 200, "GET", fmt.Sprintf("/hand-overs/preview?kind=deals&id=1&to_id=%d", ben), "")
	if is.YouKeepSight || is.They || is.Moves.Tasks != 1 {
		t.Errorf("%+v", is)
	}
	seller.Into(&is, 200, "GET", fmt.Sprintf("/hand-overs/preview?kind=deals&id=1&to_id=%d&keep=work", ben), "")
	if !is.YouKeepSight {
		t.Errorf("%+v", is)
	}
	var moved struct{ Tasks, Promises, Quotes int }
	seller.Into(&moved, 200, "POST", "/hand-overs/records", fmt.Sprintf(`{"kind":"deals","ids":[1],"to_id":%d,"note":"Take it","keep":"work","promises":false}`, ben))
	if moved.Tasks != 1 || moved.Promises != 0 || moved.Quotes != 1 {
		t.Errorf("%+v", moved)
	}
	seller.Into(nil, 200, "PATCH", "/deals/1", `{"version":2,"notes":"Still here"}`)
	if a.Count(fmt.Sprintf(`SELECT count(*) FROM deal_collaborator WHERE deal_id = 1 AND user_id = %d AND access = 'work'`, dan)) != 1 {
		t.Error("not a collaborator")
	}
	// Back again: who has it is not its collaborator beside.
	a.API("ben@example.com", "write").Into(nil, 200, "POST", "/hand-overs/records", fmt.Sprintf(`{"kind":"deals","ids":[1],"to_id":%d,"note":"No, you"}`, dan))
	if a.Count(`SELECT count(*) FROM deal_collaborator`) != 0 {
		t.Error("the owner collaborates with themselves")
	}
}

func TestLeadsCasesAndTasksAreHandedOver(t *testing.T) {
	a, dan, ben := shop(t)
	owner, seller := a.API("", "write"), a.API("dan@example.com", "write")
	a.Fill()
	var k struct{ ID int64 }
	if err := a.DB.Reader(t.Context()).Get(t.Context(), &k.ID, `SELECT min(id) FROM feedback_case WHERE closed_at IS NULL`); err != nil {
		t.Fatal(err)
	}
	owner.Into(nil, 200, "PATCH", fmt.Sprintf("/feedback-cases/%d", k.ID), fmt.Sprintf(`{"version":%d,"owner_id":%d}`, a.Count(fmt.Sprintf(`SELECT version FROM feedback_case WHERE id = %d`, k.ID)), dan))
	for _, c := range []struct {
		kind, page string
		id         int64
	}{{"leads", "/leads/1", 1}, {"feedback-cases", fmt.Sprintf("/feedback-cases/%d", k.ID), k.ID}, {"tasks", "/tasks/1", 1}} {
		b := a.SignIn("dan@example.com", apptest.Password)
		if page := b.Get(c.page); !strings.Contains(page.Body, fmt.Sprintf(`/hand-over/%s?id=%d`, c.kind, c.id)) {
			t.Errorf("%s does not offer it: %d", c.page, page.Status)
		}
		seller.Into(nil, 200, "POST", "/hand-overs/records", fmt.Sprintf(`{"kind":%q,"ids":[%d],"to_id":%d,"note":"Speak to **Bea** first"}`, c.kind, c.id, ben))
		page := a.SignIn("ben@example.com", apptest.Password).Get(c.page).Body
		if !strings.Contains(page, "Bea") || !strings.Contains(page, "first") {
			t.Errorf("%s does not say why", c.page)
		}
		var lines struct {
			Items []struct {
				FromID int64 `json:"from_id"`
				Note   string
			}
		}
		owner.Into(&lines, 200, "GET", fmt.Sprintf("/hand-overs/records?kind=%s&id=%d", c.kind, c.id), "")
		if len(lines.Items) != 1 || lines.Items[0].FromID != dan {
			t.Errorf("%s: %+v", c.kind, lines)
		}
	}
	if n := a.Count(fmt.Sprintf(`SELECT count(*) FROM notification WHERE user_id = %d AND kind IN ('handed_over', 'assigned', 'lead_given')`, ben)); n != 3 {
		t.Errorf("told %d times of three", n)
	}
}

func TestWhoMayHandOver(t *testing.T) {
	a, dan, ben := shop(t)
	body := func(kind string, id, to int64) string {
		return fmt.Sprintf(`{"kind":%q,"ids":[%d],"to_id":%d,"note":"Take it"}`, kind, id, to)
	}
	const at = "/hand-overs/records"
	a.Anonymous().Into(nil, 401, "POST", at, body("deals", 1, ben))
	a.API("dan@example.com", "read").Into(nil, 403, "POST", at, body("deals", 1, ben))
	if r := a.Browser().Get("/hand-over/deals?id=1"); r.Status != 303 {
		t.Errorf("not signed in: %d", r.Status)
	}
	other, seller, owner := a.API("ben@example.com", "write"), a.API("dan@example.com", "write"), a.API("", "write")
	for kind, id := range map[string]int64{"deals": 1, "leads": 1, "tasks": 1} { // other people's
		other.Into(nil, 404, "POST", at, body(kind, id, ben))
		other.Into(nil, 404, "GET", fmt.Sprintf("/hand-overs/records?kind=%s&id=%d", kind, id), "")
	}
	seller.Into(nil, 204, "PUT", fmt.Sprintf("/deals/1/collaborators/%d", ben), `{"access":"work"}`)
	other.Into(nil, 403, "POST", at, body("deals", 1, ben)) // seen, but not theirs
	// Hostile.
	seller.Into(nil, 422, "POST", at, body("customers", 1, ben))
	seller.Into(nil, 422, "POST", at, body("deals", 1, 9999))
	seller.Into(nil, 422, "POST", at, body("deals", 1, dan)) // has it
	seller.Into(nil, 404, "POST", at, body("deals", 999, ben))
	seller.Into(nil, 422, "POST", at, fmt.Sprintf(`{"kind":"deals","ids":[],"to_id":%d,"note":"x"}`, ben))
	seller.Into(nil, 422, "POST", at, fmt.Sprintf(`{"kind":"deals","ids":[1],"to_id":%d,"note":"  \u200b "}`, ben))
	seller.Into(nil, 422, "POST", at, fmt.Sprintf(`{"kind":"deals","ids":[1],"to_id":%d,"note":%q}`, ben, strings.Repeat("x", 1001)))
	seller.Into(nil, 422, "POST", at, fmt.Sprintf(`{"kind":"leads","ids":[1],"to_id":%d,"note":"x","keep":"work"}`, ben)) // leads have no collaborators
	b := a.SignIn("dan@example.com", apptest.Password)
	b.Get("/settings")
	for _, bad := range []string{"/hand-over/customers?id=1", "/hand-over/deals", "/hand-over/deals?id=-1", "/hand-over/deals?id=x"} {
		if r := b.Get(bad); r.Status != 404 {
			t.Errorf("%s: %d", bad, r.Status)
		}
	}
	if r := b.Post("/hand-over/deals", "to_id", fmt.Sprint(ben), "note", "x"); r.Status != 422 {
		t.Errorf("nothing chosen: %d", r.Status)
	}
	// A manager may for others; whoever has left gets nothing.
	owner.Into(nil, 200, "PATCH", fmt.Sprintf("/users/%d", ben), `{"version":1,"status":"disabled"}`)
	a.API("anna@example.com", "write").Into(nil, 422, "POST", at, body("deals", 1, ben))
	a.API("anna@example.com", "write").Into(nil, 200, "POST", at, body("deals", 1, 1))
}
