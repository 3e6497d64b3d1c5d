package deal_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// sellers is a shop where members see their own only: Anna manages, Dan has a deal
// with a customer of his, Ben has nothing.
func sellers(t *testing.T) (a *apptest.App, dan, ben int64) {
	t.Helper()
	a = apptest.New(t)
	a.Colleague("anna@example.com", "manager")
	d, n := a.Colleague("dan@example.com", "member"), a.Colleague("ben@example.com", "member")
	owner := a.Owner()
	owner.Get("/settings")
	allowed := []string{"reach", "own"}
	for _, name := range []string{"today.read", "customer.read", "customer.write", "deal.read", "deal.write", "task.read", "task.write", "lead.read", "lead.write", "feedback.read", "feedback.write", "quote.read"} {
		allowed = append(allowed, "allowed", name)
	}
	owner.Follow("/settings/roles/member", allowed...)
	seller := a.API("dan@example.com", "write")
	seller.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Ada Field","owner_id":%d}`, d.ID))
	seller.Into(nil, 201, "POST", "/deals", `{"name":"Ovens for Ada","customer_id":1,"amount":{"amount":"1000.00","currency":"USD"}}`)
	return a, d.ID, n.ID
}

func TestACollaboratorSeesTheDealButNotItsCustomer(t *testing.T) {
	a, dan, ben := sellers(t)
	owner, seller, other := a.API("", "write"), a.API("dan@example.com", "write"), a.API("ben@example.com", "write")
	page := a.SignIn("ben@example.com", apptest.Password)
	other.Into(nil, 404, "GET", "/deals/1", "")
	other.Into(nil, 404, "PUT", fmt.Sprintf("/deals/1/collaborators/%d", ben), `{"access":"work"}`) // other people's

	b := a.SignIn("dan@example.com", apptest.Password)
	b.Get("/deals/1")
	if r := b.Follow("/deals/1/collaborators", "user_id", fmt.Sprint(ben), "access", "read"); !strings.Contains(r.Body, "sees only") {
		t.Fatalf("%.300s", r.Body)
	}
	if a.Count(fmt.Sprintf(`SELECT count(*) FROM notification WHERE kind = 'shared' AND subject_kind = 'deal' AND user_id = %d`, ben)) != 1 {
		t.Error("not told")
	}
	seen := page.Get("/deals/1").Body
	if !strings.Contains(seen, "Ada Field") || strings.Contains(seen, `href="/customers/1"`) || strings.Contains(seen, "/deals/1/edit") {
		t.Error("the page shows more or less than it should")
	}
	if page.Get("/customers/1").Status != 404 {
		t.Error("the customer's record is open")
	}
	for _, at := range []string{"/deals", "/deals?owner=with", "/deals?view=list", "/deals?filter%5Bcollaborator_id%5D%5Beq%5D=me", "/search?q=Ovens"} {
		shown := page.Get(at).Body
		if !strings.Contains(shown, `href="/deals/1"`) {
			t.Errorf("not on %s", at)
		}
		if strings.Contains(shown, `href="/customers/1"`) {
			t.Errorf("%s links to a record that stays closed", at)
		}
	}
	if strings.Contains(b.Get("/deals?owner=with").Body, "Ovens for Ada") {
		t.Error("it is on the board of those who do not collaborate")
	}
	if strings.Contains(page.Get("/deals").Body, `data-deal="1"`) {
		t.Error("a card that is only shown can be dragged")
	}
	// To read only.
	for _, call := range [][2]string{{"/deals/1/move", `{"version":1,"stage_id":2}`}, {"/deals/1/rivals", `{"name":"Stone Mill"}`}, {"/deals/1/won", `{"reason_id":1}`}} {
		other.Into(nil, 403, "POST", call[0], call[1])
	}
	other.Into(nil, 403, "PATCH", "/deals/1", `{"version":1,"notes":"Mine"}`)
	other.Into(nil, 403, "PUT", "/deals/1/experience", `{"decided":"x"}`)
	page.Get("/settings")
	if r := page.Post("/deals/1/steps", "step", "Call", "step_on", "2030-01-01"); r.Status != 403 {
		t.Errorf("a step by who only reads: %d", r.Status)
	}
	// To work on.
	seller.Into(nil, 204, "PUT", fmt.Sprintf("/deals/1/collaborators/%d", ben), `{"access":"work"}`)
	var d told
	other.Into(&d, 200, "POST", "/deals/1/move", `{"version":1,"stage_id":2}`)
	page.Follow("/deals/1/steps", "step", "Call about the oven", "step_on", "2030-01-01")
	if a.Count(fmt.Sprintf(`SELECT count(*) FROM task WHERE about_kind = 'deal' AND about_id = 1 AND owner_id = %d`, dan)) != 1 {
		t.Error("the step is not whose deal it is")
	}
	other.Into(nil, 403, "PATCH", "/deals/1", fmt.Sprintf(`{"version":%d,"owner_id":%d}`, d.Version, ben)) // not theirs to give
	other.Into(nil, 403, "PUT", fmt.Sprintf("/deals/1/collaborators/%d", dan), `{"access":"read"}`)
	// Undo, and leaving.
	other.Into(nil, 204, "DELETE", fmt.Sprintf("/deals/1/collaborators/%d", ben), "")
	other.Into(nil, 404, "GET", "/deals/1", "")
	seller.Into(nil, 204, "PUT", fmt.Sprintf("/deals/1/collaborators/%d", ben), `{"access":"work"}`)
	var sets struct{ Items []struct{ ID int64 } }
	owner.Into(&sets, 200, "GET", "/history?limit=1", "")
	owner.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", sets.Items[0].ID), "")
	other.Into(nil, 404, "GET", "/deals/1", "")
}

func TestWhoMayLetColleaguesInOnADeal(t *testing.T) {
	a, dan, ben := sellers(t)
	at := fmt.Sprintf("/deals/1/collaborators/%d", ben)
	a.Anonymous().Into(nil, 401, "PUT", at, `{"access":"work"}`)
	a.API("dan@example.com", "read").Into(nil, 403, "PUT", at, `{"access":"work"}`)
	if r := a.Browser().Get("/deals/1"); r.Status != 303 && r.Status != 302 {
		t.Errorf("not signed in: %d", r.Status)
	}
	seller := a.API("dan@example.com", "write")
	seller.Into(nil, 422, "PUT", at, `{"access":"everything"}`)
	seller.Into(nil, 422, "PUT", "/deals/1/collaborators/9999", `{"access":"read"}`)
	seller.Into(nil, 422, "PUT", fmt.Sprintf("/deals/1/collaborators/%d", dan), `{"access":"read"}`) // has it
	seller.Into(nil, 404, "PUT", fmt.Sprintf("/deals/999/collaborators/%d", ben), `{"access":"read"}`)
	a.API("anna@example.com", "write").Into(nil, 204, "PUT", at, `{"access":"read"}`) // a manager
	owner := a.API("", "write")
	owner.Into(nil, 204, "DELETE", at, "")
	owner.Into(nil, 200, "PATCH", fmt.Sprintf("/users/%d", ben), `{"version":1,"status":"disabled"}`)
	seller.Into(nil, 422, "PUT", at, `{"access":"read"}`)
}
