package approval_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/work/approval"
)

// What asks: lists that leave, and discounts on quotes. The refunds are in
// http_test.go.
func TestListsAndDiscountsWait(t *testing.T) {
	h := shop(t)
	t.Run("a list leaves after somebody's word", h.exports)
	t.Run("a quote is sent after somebody's word", h.quotes)
}

func (h *house) exports(t *testing.T) {
	h.owner.Into(nil, 201, "POST", "/customers", `{"name":"Bea Hill"}`)
	h.owner.Into(nil, 201, "POST", "/approval-rules", `{"kind":"export","basis":"rows","threshold":1,"enabled":true,"steps":[{"who":"role","role":"owner"}]}`)
	logged := func() int {
		return h.Count(`SELECT count(*) FROM journal_set WHERE op IN ('export.list', 'customer.export')`)
	}
	was := logged()
	anna := h.SignIn("anna@example.com", apptest.Password)
	for _, path := range []string{"/exports/customers", "/customers/export", "/exports/customers?format=xlsx&as=shown"} {
		if r := anna.Get(path); strings.Contains(r.Body, "Ada Field") || !strings.Contains(r.Body, "It has 2 rows") {
			t.Errorf("%s: %d %.200s", path, r.Status, r.Body)
		}
	}
	if r := h.anna.Call("GET", "/exports/customers", ""); r.Status != 409 || strings.Contains(r.Body, "Ada") {
		t.Errorf("a program's list: %d %s", r.Status, r.Body)
	}
	if logged() != was || h.Count(`SELECT count(*) FROM approval WHERE kind = 'export'`) != 0 {
		t.Error("looking asked, or what did not leave stands in the log")
	}
	if r := anna.Get("/exports/customers?filter[name][eq]=Ada%20Field"); !strings.Contains(r.Body, "Ada Field") || r.Header.Get("Content-Disposition") == "" {
		t.Errorf("a list below the limit: %d", r.Status)
	}
	if r := h.owner.Call("GET", "/exports/customers", ""); r.Status != 200 {
		t.Errorf("the owner's list: %d", r.Status)
	}
	anna.Get("/exports/customers")
	if r := anna.Follow("/exports/customers?sort=created_at", "reason", "For the fair"); !strings.Contains(r.Body, "Take out a list: Customers, 2 rows") {
		t.Fatalf("asked: %.300s", r.Body)
	}
	var all struct{ Items []approval.Object }
	h.owner.Into(&all, 200, "GET", "/approvals/waiting", "")
	id := all.Items[0].ID
	file := fmt.Sprintf("/exports/customers?sort=created_at&approval=%d", id)
	if r := anna.Get(file); strings.Contains(r.Body, "Ada Field") {
		t.Error("the list left before the answer")
	}
	h.owner.Into(nil, 200, "POST", path(id, "approve"), `{}`)
	if page := anna.Get(fmt.Sprintf("/approvals/%d", id)).Body; !strings.Contains(page, "Download the file") {
		t.Error("no link to the file")
	}
	if r := anna.Get(file); !strings.Contains(r.Body, "Ada Field") || !strings.Contains(r.Body, "Bea Hill") {
		t.Errorf("the approved list: %d %.300s", r.Status, r.Body)
	}
	for what, path := range map[string]string{"another list": fmt.Sprintf("/exports/customers?sort=-created_at&approval=%d", id), "no approval": "/exports/customers?sort=created_at&approval=999"} {
		if r := anna.Get(path); strings.Contains(r.Body, "Ada Field") {
			t.Errorf("%s leaves too", what)
		}
	}
	if r := h.SignIn("ben@example.com", apptest.Password).Get(file); strings.Contains(r.Body, "Ada Field") {
		t.Error("somebody else's approval lets a list leave")
	}
	dan := h.SignIn("dan@example.com", apptest.Password)
	dan.Get("/today")
	if r := dan.Post("/exports/customers"); r.Status != 403 {
		t.Errorf("who may not export asks: %d", r.Status)
	}
	h.dan.Into(nil, 403, "POST", "/exports/customers/request", `{}`)
	h.Anonymous().Into(nil, 401, "POST", "/exports/customers/request", `{}`)
	h.anna.Into(nil, 201, "POST", "/exports/customers/request", `{"reason":"Again"}`)
	h.Pass(8 * day)
	if r := h.SignIn("anna@example.com", apptest.Password).Get(file); strings.Contains(r.Body, "Ada Field") {
		t.Error("an old approval lets a list leave")
	}
}

func (h *house) quotes(t *testing.T) {
	h.owner.Into(nil, 201, "POST", "/approval-rules", `{"kind":"quote.discount","basis":"discount","threshold":1000,"enabled":true,"steps":`+manager+`}`)
	var q struct{ ID, Version int64 }
	quote := func(discount string) string {
		return fmt.Sprintf(`{"customer_id":1,"lines":[{"name":"Flour","quantity":"2","unit_price":{"amount":"50.00","currency":"USD"},"discount":{"rate":%s}}]}`, discount)
	}
	h.dan.Into(&q, 201, "POST", "/quotes", quote("2000"))
	send := func(want int) apptest.Answer {
		t.Helper()
		return h.dan.Into(nil, want, "POST", fmt.Sprintf("/quotes/%d/sent", q.ID), fmt.Sprintf(`{"version":%d}`, q.Version))
	}
	send(409)
	send(409)
	if n := h.Count(`SELECT count(*) FROM approval WHERE kind = 'quote.discount'`); n != 1 {
		t.Fatalf("asked %d times", n)
	}
	dan := h.SignIn("dan@example.com", apptest.Password)
	if body := dan.Get(fmt.Sprintf("/quotes/%d", q.ID)).Body; !strings.Contains(body, "Waits for approval.") || !strings.Contains(body, "/withdraw") {
		t.Error("the quote does not say that it waits")
	}
	if body := dan.Get("/quotes").Body; !strings.Contains(body, "Waits for approval") {
		t.Error("the list of quotes does not say that one waits")
	}
	h.dan.Into(&q, 200, "PATCH", fmt.Sprintf("/quotes/%d", q.ID), fmt.Sprintf(`{"version":%d,"title":"Spring"}`, q.Version))
	id := int64(h.Count(`SELECT max(id) FROM approval`))
	var a approval.Object
	h.anna.Into(&a, 200, "POST", path(id, "approve"), `{}`)
	if a.State != "void" {
		t.Errorf("a quote changed after it was asked about is %s", a.State)
	}
	send(409)
	id = int64(h.Count(`SELECT max(id) FROM approval`))
	h.anna.Into(&a, 200, "POST", path(id, "approve"), `{}`)
	if a.State != "approved" || a.Discount != 2000 {
		t.Errorf("%+v", a)
	}
	send(200)
	h.dan.Into(&q, 201, "POST", "/quotes", quote("1000"))
	send(200)
	// what a customer may take along, and a dear line beside a cheap one, hide nothing
	line := func(price, more string) string {
		return `{"name":"Flour","quantity":"1","unit_price":{"amount":"` + price + `","currency":"USD"}` + more + `}`
	}
	for _, lines := range []string{line("1.00", "") + "," + line("1000.00", `,"optional":true,"discount":{"rate":9000}`),
		line("1000.00", "") + "," + line("20.00", `,"optional":true,"discount":{"rate":2000}`),
		line("1000.00", "") + "," + line("20.00", `,"discount":{"amount":{"amount":"2.01","currency":"USD"}}`)} {
		h.dan.Into(&q, 201, "POST", "/quotes", `{"customer_id":1,"lines":[`+lines+`]}`)
		send(409)
	}
}
