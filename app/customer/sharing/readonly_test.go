package sharing_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// readers is the filled shop in which Sam sees the first customer because it is
// shared with him, and may do everything else a member can be given.
func readers(t *testing.T) (a *apptest.App, owner, sam *apptest.API, share func(access string)) {
	t.Helper()
	a = apptest.New(t)
	a.Fill()
	id := a.Colleague(apptest.MemberEmail, "member").ID
	owner = a.API("", "write")
	owner.Into(nil, 200, "PATCH", "/settings/teamwork", `{"pools":true}`)
	b := a.Owner()
	b.Get("/settings/roles")
	form := []string{"reach", "own"}
	for _, p := range strings.Fields(`customer.read customer.write customer.delete customer.merge customer.twice note.read note.write note.delete
		task.read task.write task.delete followup.read followup.write followup.delete order.read order.write order.delete payment.read payment.write payment.delete
		consent.read consent.write survey.read survey.ask feedback.read feedback.write stage.write sharing.write pool.read pool.claim
		detail.read import.write history.read product.read today.read`) {
		form = append(form, "allowed", p)
	}
	if r := b.Post("/settings/roles/member", form...); r.Status != http.StatusSeeOther {
		t.Fatalf("roles: %d %s", r.Status, r.Body)
	}
	for c := 1; c <= 2; c++ { // the owner's, so that Sam sees them only because they are shared
		var v struct{ Version int }
		owner.Into(&v, 200, "GET", fmt.Sprintf("/customers/%d", c), "")
		owner.Into(nil, 200, "PATCH", fmt.Sprintf("/customers/%d", c), fmt.Sprintf(`{"version":%d,"owner_id":1}`, v.Version))
	}
	owner.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Sam's own","owner_id":%d}`, id))
	share = func(access string) {
		for c := 1; c <= 2; c++ {
			owner.Into(nil, 204, "PUT", fmt.Sprintf("/customers/%d/shares/%d", c, id), fmt.Sprintf(`{"access":%q}`, access))
		}
	}
	return a, owner, a.API(apptest.MemberEmail, "write"), share
}

// Every door through which something about a customer is written: refused and
// without a trace to whom it is shared to read, open to whom it is shared to
// change. %v is the version of the record at that path.
func TestWhoOnlyReadsWritesThroughNoDoor(t *testing.T) {
	a, owner, sam, share := readers(t)
	mine := a.Count("SELECT id FROM customer WHERE name = 'Sam''s own'")
	owner.Into(nil, 201, "POST", fmt.Sprintf("/customers/%d/relations", mine), `{"other_id":2,"role":"branch"}`) // his own stands first in the row
	tie := a.Count("SELECT max(id) FROM relation")
	owner.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"4.00"}}]}`)
	unpaid := a.Count("SELECT max(id) FROM order_head") // only such a one can be deleted
	doors := []struct{ method, path, body string }{
		{"PATCH", "/customers/1", `{"version":%v,"notes":"Rings twice"}`},
		{"PATCH", "/customers/1", `{"version":%v,"tags":["Café","Late"]}`},
		{"POST", "/contacts", `{"customer_id":1,"name":"Ada Quay"}`},
		{"PATCH", "/contacts/1", `{"version":%v,"title":"Owner"}`},
		{"POST", "/notes", `{"customer_id":1,"text":"Closed in August"}`},
		{"PATCH", "/notes/1", `{"version":%v,"text":"Closed on Sundays"}`},
		{"POST", "/tasks", `{"title":"Call them","customer_id":1}`},
		{"PATCH", "/tasks/1", `{"version":%v,"title":"Send no list"}`},
		{"POST", "/follow-ups", `{"customer_id":1,"channel":"call","content":"They like the tea."}`},
		{"PATCH", "/follow-ups/1", `{"version":%v,"content":"They like it."}`},
		{"POST", "/orders", `{"customer_id":1,"status":"confirmed","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"4.00"}}]}`},
		{"PATCH", "/orders/2", `{"version":%v,"notes":"By bike"}`},
		{"POST", "/payments", `{"order_id":2,"amount":{"amount":"3.00","currency":"USD"},"paid_on":"2026-02-09"}`},
		{"PATCH", "/payments/1", `{"version":%v,"note":"In cash"}`},
		{"POST", "/invoice-titles", `{"customer_id":1,"title":"Harbour Street Two Ltd"}`},
		{"PATCH", "/invoice-titles/1", `{"version":%v,"title":"Harbour Ltd"}`},
		{"POST", "/customers/1/relations", `{"other_id":3,"role":"partner"}`},
		{"POST", "/customers/2/relations", fmt.Sprintf(`{"other_id":%d,"role":"referrer"}`, mine)},
		{"POST", fmt.Sprintf("/customers/%d/relations", mine), `{"other_id":2,"role":"partner"}`},
		{"POST", "/customers/1/consents", `{"purpose":"marketing","state":"allowed","wording":"Said so on the phone"}`},
		{"PUT", "/customers/1/stage", `{"stage":"regular"}`},
		{"DELETE", "/notes/1", ""}, {"DELETE", "/follow-ups/1", ""}, {"DELETE", "/invoice-titles/1", ""}, {"DELETE", "/contacts/1", ""},
		{"DELETE", "/payments/1", ""}, {"DELETE", fmt.Sprintf("/orders/%d", unpaid), ""}, {"DELETE", "/customers/1/relations/1", ""},
		{"DELETE", fmt.Sprintf("/customers/2/relations/%d", tie), ""},
	}
	body := func(c *apptest.API, method, path, body string) string {
		if !strings.Contains(body, "%v") {
			return body
		}
		var v struct{ Version int }
		c.Into(&v, 200, "GET", path, "")
		return fmt.Sprintf(body, v.Version)
	}
	sets := func() int { return a.Count("SELECT count(*) FROM journal_set") }
	share("read")
	for _, d := range doors {
		before := sets()
		r := sam.Call(d.method, d.path, body(owner, d.method, d.path, d.body))
		if r.Status != 403 && r.Status != 404 || sets() != before {
			t.Errorf("to read: %s %s %s: %d %s", d.method, d.path, d.body, r.Status, r.Body)
		}
	}
	if r := sam.Call("DELETE", "/customers/1", ""); r.Status != 403 {
		t.Errorf("deletes the customer: %d", r.Status)
	}
	for _, d := range []struct{ path, body string }{{"/customers/1/lock", ""}, {"/customers/1/release", "{}"}, {"/customers/1/transfer", `{"to_id":1}`}} {
		if r := sam.Call("POST", d.path, d.body); r.Status != 403 {
			t.Errorf("%s: %d %s", d.path, r.Status, r.Body)
		}
	}
	// What is one's own stays open: to follow, to be given a task and do it, to leave.
	sam.Into(nil, 204, "POST", "/customers/1/follow", "")
	share("edit")
	for _, d := range doors {
		if r := sam.Call(d.method, d.path, body(sam, d.method, d.path, d.body)); r.Status >= 300 {
			t.Errorf("to change: %s %s %s: %d %s", d.method, d.path, d.body, r.Status, r.Body)
		}
	}
}

func TestWhoOnlyReadsDoesTheTaskTheyWereGivenAndSeesNoButtons(t *testing.T) {
	a, owner, sam, share := readers(t)
	share("read")
	var task struct{ ID int64 }
	owner.Into(&task, 201, "POST", "/tasks", fmt.Sprintf(`{"title":"Bring the samples","customer_id":1,"owner_id":%d}`, person(t, a, apptest.MemberEmail)))
	sam.Into(nil, 200, "POST", fmt.Sprintf("/tasks/%d/completion", task.ID), "")
	b := a.SignIn(apptest.MemberEmail, apptest.Password)
	page := b.Get("/customers/1")
	for _, door := range []string{"/contacts/new", "/customers/1/edit", `action="/notes`, `action="/follow-ups`, "/orders/new", `action="/customers/1/relations`, "/customers/1/delete", `action="/customers/1/consents`} {
		if strings.Contains(page.Body, door) {
			t.Errorf("the page offers %s", door)
		}
	}
	if page.Status != 200 || !strings.Contains(page.Body, "Shared to read only") || !strings.Contains(page.Body, "/customers/1/follow") || !strings.Contains(page.Body, "496 0142") {
		t.Errorf("the page says %d %v", page.Status, []bool{strings.Contains(page.Body, "Shared to read only"), strings.Contains(page.Body, "/customers/1/follow"), strings.Contains(page.Body, "496 0142")})
	}
	before := a.Count("SELECT count(*) FROM journal_set")
	for path, form := range map[string][]string{
		"/customers/1": {"name", "Mine now"}, "/customers/1/cell/region": {"value", "Bath"}, "/customers/1/relations": {"other", "3", "role", "partner"}, "/contacts/1/delete": {},
		"/notes/1/delete": {}, "/notes/1": {"text", "x", "version", "1"}, "/tasks": {"title", "x", "customer_id", "1"}, "/orders/2/status": {"status", "completed"}, "/orders/2/delete": {},
		"/customers/1/consents": {"purpose", "marketing", "state", "given"}, "/customers/1/stage": {"stage", "regular"}, "/invoice-titles/1/delete": {}, "/follow-ups/1/delete": {}, "/attachments": {"customer_id", "1"},
	} {
		if r := b.Post(path, form...); r.Status < 400 {
			t.Errorf("the page's door %s: %d", path, r.Status)
		}
	}
	if n := a.Count("SELECT count(*) FROM journal_set"); n != before {
		t.Errorf("%d changes were kept", n-before)
	}
	b.Get("/customers/1")
	if r := b.Post("/customers/1/follow"); r.Status != http.StatusSeeOther {
		t.Errorf("follows no longer: %d", r.Status)
	}
}

// Of many who are changed at once, those shared to read are left out and told of
// before, and one who is given away still gets the other changes.
func TestManyAreChangedWithoutThoseSharedToRead(t *testing.T) {
	a, _, sam, share := readers(t)
	share("read")
	own := a.Count(`SELECT id FROM customer WHERE name = 'Sam''s own'`)
	for _, preview := range []string{"?preview=true", ""} {
		r := sam.Call("PATCH", "/customers"+preview, fmt.Sprintf(`{"ids":[1,%d],"set":{"owner_id":1,"region":"Bath","source":"fair","fields.oven":"rack","fields.key_holder":true}}`, own))
		if n := strings.Count(r.Body, `"changes":1,"same":0,"hidden":1`); r.Status != 200 || n != 5 {
			t.Errorf("%q: %d %s", preview, r.Status, r.Body)
		}
	}
	if n := a.Count(fmt.Sprintf(`SELECT count(*) FROM customer WHERE id = %d AND owner_id = 1 AND region = 'Bath' AND source = 'fair' AND json_extract(fields, '$.f1') = 'rack' AND fields LIKE '%%true%%'`, own)); n != 1 {
		t.Error("who was given away did not get every change")
	}
	if n := a.Count(`SELECT count(*) FROM customer WHERE id = 1 AND region = 'Bath'`); n != 0 {
		t.Error("one shared to read was changed")
	}
}

// Who gives customers away may have read some of them before they became theirs:
// that old share shuts them out of nothing while the records are still theirs.
func TestAnOldShareToReadDoesNotKeepTheOwnerFromGivingAway(t *testing.T) {
	a, owner, sam, share := readers(t)
	share("read")
	me := a.Count(`SELECT id FROM user WHERE email = ?`, apptest.MemberEmail)
	own := a.Count(`SELECT id FROM customer WHERE name = 'Sam''s own'`)
	take := func() {
		t.Helper()
		for c := 1; c <= 2; c++ {
			var v struct{ Version int }
			owner.Into(&v, 200, "GET", fmt.Sprintf("/customers/%d", c), "")
			owner.Into(nil, 200, "PATCH", fmt.Sprintf("/customers/%d", c), fmt.Sprintf(`{"version":%d,"owner_id":%d}`, v.Version, me))
		}
		if n := a.Count(`SELECT count(*) FROM sharing WHERE user_id = ? AND access = 'read'`, me); n != 2 {
			t.Fatalf("%d old shares", n)
		}
	}
	take()
	r := sam.Call("PATCH", "/customers", fmt.Sprintf(`{"ids":[1,2,%d],"set":{"owner_id":1,"region":"Bath","add_tags":["Moved"]}}`, own))
	if n := strings.Count(r.Body, `"changes":3,"same":0,"hidden":0`); r.Status != 200 || n != 3 {
		t.Errorf("through the API: %d %s", r.Status, r.Body)
	}
	if r := sam.Call("PATCH", "/customers", `{"ids":[1,2],"set":{"region":"Hull"}}`); !strings.Contains(r.Body, `"hidden":2`) || a.Count(`SELECT count(*) FROM customer WHERE region = 'Hull'`) != 0 {
		t.Errorf("given away, they are changed still: %d %s", r.Status, r.Body)
	}
	take()
	b := a.SignIn(apptest.MemberEmail, apptest.Password)
	b.Get("/customers")
	if r := b.Post("/customers/bulk", "action", "assign", "id", "1", "id", "2", "owner_id", "1"); r.Status != http.StatusSeeOther {
		t.Errorf("on the page: %d %s", r.Status, r.Body)
	}
	if n := a.Count(`SELECT count(*) FROM customer WHERE id IN (1, 2) AND owner_id = 1`); n != 2 {
		t.Errorf("%d were given away", n)
	}
	if r := b.Post("/customers/bulk", "action", "assign", "id", "1", "owner_id", fmt.Sprint(me)); r.Status != http.StatusForbidden {
		t.Errorf("taken back by who only reads: %d", r.Status)
	}
}
