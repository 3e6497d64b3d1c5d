package approval_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/work/approval"
)

func (h *house) limit(role, rate string) {
	h.T.Helper()
	h.owner.Into(nil, 200, "PUT", "/roles/"+role+"/discount-limit", `{"discount_limit":`+rate+`}`)
}

// lines of quotes and orders
func item(price, more string) string {
	return `{"name":"Flour","quantity":"1","unit_price":{"amount":"` + price + `","currency":"USD"}` + more + `}`
}

func off(rate int) string { return fmt.Sprintf(`,"discount":{"rate":%d}`, rate) }

func TestARolesLimitOfDiscountsIsOneOfTheSum(t *testing.T) {
	h := shop(t)
	h.owner.Into(nil, 201, "POST", "/products", `{"name":"Assam","code":"A1","unit":"bag","price":{"amount":"100.00","currency":"USD"}}`)
	h.owner.Into(nil, 201, "POST", "/price-lists", `{"name":"Trade","prices":[{"product_id":1,"from_quantity":10,"price":{"amount":"80.00","currency":"USD"}}]}`)
	product := func(quantity, price, more string) string {
		return fmt.Sprintf(`{"product_id":1,"quantity":%q,"unit_price":{"amount":%q,"currency":"USD"}%s}`, quantity, price, more)
	}
	var q struct{ ID, Version int64 }
	send := func(by *apptest.API, body string) int {
		by.Into(&q, 201, "POST", "/quotes", `{"customer_id":1,`+body+`}`)
		return by.Call("POST", fmt.Sprintf("/quotes/%d/sent", q.ID), fmt.Sprintf(`{"version":%d}`, q.Version)).Status
	}
	if got := send(h.dan, `"lines":[`+item("100.00", off(9000))+`]`); got != 200 {
		t.Fatalf("without a limit: %d", got)
	}
	h.limit("member", "1000")
	for what, c := range map[string]struct {
		body string
		want int
	}{
		"up to the limit":                      {`"lines":[` + item("100.00", off(1000)) + `]`, 200},
		"a little more":                        {`"lines":[` + item("100.00", off(1001)) + `]`, 409},
		"a line's and the whole's":             {`"discount":{"rate":600},"lines":[` + item("100.00", off(600)) + `]`, 409},
		"an amount off the whole":              {`"discount":{"amount":{"amount":"10.01","currency":"USD"}},"lines":[` + item("100.00", "") + `]`, 409},
		"what may be taken along":              {`"lines":[` + item("100.00", "") + `,` + item("1.00", `,"optional":true`+off(1100)) + `]`, 409},
		"one line beside a dear one":           {`"lines":[` + item("1000.00", "") + `,` + item("1.00", off(1100)) + `]`, 409},
		"the product's price":                  {`"lines":[` + product("1", "100.00", "") + `]`, 200},
		"a price below it":                     {`"lines":[` + product("1", "89.00", "") + `]`, 409},
		"below it up to the limit":             {`"lines":[` + product("1", "90.00", "") + `]`, 200},
		"a lower price and a discount":         {`"lines":[` + product("1", "95.00", off(600)) + `]`, 409},
		"the list's price of many":             {`"lines":[` + product("10", "80.00", "") + `]`, 200},
		"the list's price of too few":          {`"lines":[` + product("9", "80.00", "") + `]`, 409},
		"given away":                           {`"lines":[` + product("1", "0.00", "") + `]`, 409},
		"dearer than it is, which saves none":  {`"lines":[` + product("1", "200.00", "") + `,` + product("1", "80.00", "") + `]`, 409},
		"words that are in no catalogue, free": {`"lines":[` + item("0.00", "") + `]`, 200},
	} {
		if got := send(h.dan, c.body); got != c.want {
			t.Errorf("%s: %d, want %d", what, got, c.want)
		}
	}
	if got := send(h.anna, `"lines":[`+item("100.00", off(9000))+`]`); got != 200 {
		t.Errorf("a manager without a limit: %d", got)
	}
	h.limit("manager", "2000")
	if got := send(h.anna, `"lines":[`+item("100.00", off(2100))+`]`); got != 409 {
		t.Errorf("a manager beyond theirs: %d", got)
	}
	var waiting struct{ Items []approval.Object }
	h.owner.Into(&waiting, 200, "GET", "/approvals/waiting", "")
	if len(waiting.Items) != 1 || waiting.Items[0].Discount != 2100 {
		t.Errorf("the owner decides about %+v", waiting.Items)
	}
	if got := send(h.owner, `"lines":[`+item("100.00", off(9900))+`]`); got != 200 {
		t.Errorf("the owner: %d", got)
	}
	// a rule says who is asked; its higher limit does not lift the role's
	h.owner.Into(nil, 201, "POST", "/approval-rules", `{"kind":"quote.discount","basis":"discount","threshold":3000,"enabled":true,"steps":[{"who":"manager"},{"who":"role","role":"owner"}]}`)
	for rate, steps := range map[int]int{1500: 1, 4000: 2} {
		if got := send(h.dan, `"lines":[`+item("100.00", off(rate))+`]`); got != 409 {
			t.Errorf("%d: %d", rate, got)
		}
		if n := h.Count(`SELECT count(*) FROM approval_step WHERE approval_id = (SELECT max(id) FROM approval)`); n != steps {
			t.Errorf("%d basis points have %d steps", rate, n)
		}
	}
	h.limit("member", "null")
	if got := send(h.dan, `"lines":[`+item("100.00", off(1500))+`]`); got != 200 {
		t.Errorf("only the rule: %d", got)
	}
}

func TestAnOrderWaitsForItsDiscount(t *testing.T) {
	h := shop(t)
	h.limit("member", "1000")
	order := func(status, more string) string {
		return `{"customer_id":1,"status":"` + status + `","lines":[` + item("100.00", more) + `]}`
	}
	if r := h.dan.Into(nil, 422, "POST", "/orders", order("confirmed", off(2000))); !strings.Contains(r.Body, "20% off needs approval") {
		t.Errorf("%s", r.Body)
	}
	h.dan.Into(nil, 422, "POST", "/orders", `{"customer_id":1,"lines":[`+item("100.00", "")+`,`+item("-20.00", "")+`]}`)
	h.dan.Into(nil, 201, "POST", "/orders", order("confirmed", off(1000)))
	h.owner.Into(nil, 201, "POST", "/orders", order("confirmed", off(9000)))
	var o struct {
		ID, Version int64
		Status      string
	}
	h.dan.Into(&o, 201, "POST", "/orders", order("draft", off(2000)))
	one := fmt.Sprintf("/orders/%d", o.ID)
	confirm := func(want int) {
		t.Helper()
		h.dan.Into(nil, want, "POST", one+"/confirmation", "")
	}
	confirm(409)
	confirm(409)
	if n := h.Count(`SELECT count(*) FROM approval`); n != 1 {
		t.Fatalf("asked %d times", n)
	}
	dan := h.SignIn("dan@example.com", apptest.Password)
	if body := dan.Get(one).Body; !strings.Contains(body, "Waits for approval.") || !strings.Contains(body, "with 20% off") {
		t.Error("the order does not say that it waits")
	}
	var a approval.Object
	h.dan.Into(&o, 200, "PATCH", one, fmt.Sprintf(`{"version":%d,"notes":"By Friday"}`, o.Version))
	h.anna.Into(&a, 200, "POST", path(1, "approve"), `{}`)
	if a.State != "void" {
		t.Errorf("an order that changed is %s", a.State)
	}
	confirm(409)
	h.anna.Into(nil, 200, "POST", path(2, "reject"), `{"note":"Too much"}`)
	confirm(409) // as it is it was rejected
	h.dan.Into(&o, 200, "PATCH", one, fmt.Sprintf(`{"version":%d,"lines":[%s]}`, o.Version, item("100.00", off(1500))))
	if r := dan.Post(one+"/status", "status", "completed"); r.Status != 303 || r.Location != one {
		t.Errorf("the button: %d %s", r.Status, r.Location)
	}
	h.anna.Into(&a, 200, "POST", path(3, "approve"), `{}`)
	h.dan.Into(&o, 200, "GET", one, "")
	if a.State != "approved" || o.Status != "completed" {
		t.Errorf("%s, the order is %s", a.State, o.Status)
	}
	// what stands may be edited, but gives no more than before
	h.dan.Into(&o, 200, "PATCH", one, fmt.Sprintf(`{"version":%d,"notes":"Rang"}`, o.Version))
	if r := h.dan.Into(nil, 422, "PATCH", one, fmt.Sprintf(`{"version":%d,"discount":{"rate":500}}`, o.Version)); !strings.Contains(r.Body, "more than before") {
		t.Errorf("%s", r.Body)
	}
	h.dan.Into(nil, 422, "PUT", "/orders/by-external/till/1", order("confirmed", off(5000)))
	// the form offers the way on
	r := dan.Post("/orders", "customer_id", "1", "ordered_on", "2026-03-02", "status", "confirmed", "line_name", "Flour", "line_quantity", "1", "line_price", "100",
		"line_unit", "", "line_discount", "30%", "line_tax", "")
	if r.Status != 422 || !strings.Contains(r.Body, "30% off needs approval") || !strings.Contains(r.Body, `<option value="draft" selected`) {
		t.Errorf("the form: %d %s", r.Status, r.Location)
	}
	// an accepted quote was agreed to already
	var q struct{ ID, Version int64 }
	h.owner.Into(&q, 201, "POST", "/quotes", `{"customer_id":1,"lines":[`+item("100.00", off(5000))+`]}`)
	h.owner.Into(nil, 200, "POST", fmt.Sprintf("/quotes/%d/sent", q.ID), fmt.Sprintf(`{"version":%d}`, q.Version))
	h.dan.Into(nil, 200, "POST", fmt.Sprintf("/quotes/%d/accepted", q.ID), `{"signer":"Ada"}`)
}

func TestWhoSaysWhatRolesMayTakeOff(t *testing.T) {
	h := shop(t)
	const one = "/roles/member/discount-limit"
	h.Anonymous().Into(nil, 401, "GET", "/roles", "")
	h.Anonymous().Into(nil, 401, "PUT", one, `{"discount_limit":1}`)
	for _, by := range []*apptest.API{h.dan, h.anna} {
		by.Into(nil, 403, "GET", "/roles", "")
		by.Into(nil, 403, "PUT", one, `{"discount_limit":9000}`)
	}
	for body, want := range map[string]int{`{"discount_limit":-1}`: 422, `{"discount_limit":10001}`: 422, `{"discount_limit":"all"}`: 422, `{}`: 422, `{`: 400} {
		h.owner.Into(nil, want, "PUT", one, body)
	}
	h.owner.Into(nil, 409, "PUT", "/roles/owner/discount-limit", `{"discount_limit":1000}`)
	h.owner.Into(nil, 422, "PUT", "/roles/emperor/discount-limit", `{"discount_limit":1000}`)
	h.limit("member", "850")
	var all struct {
		Items []struct {
			Name          string
			DiscountLimit *int64 `json:"discount_limit"`
		}
	}
	h.owner.Into(&all, 200, "GET", "/roles", "")
	if len(all.Items) != 3 || all.Items[2].DiscountLimit == nil || *all.Items[2].DiscountLimit != 850 || all.Items[1].DiscountLimit != nil {
		t.Errorf("%+v", all)
	}
	owner := h.Owner()
	if body := owner.Get("/settings/roles").Body; !strings.Contains(body, `value="8.5"`) {
		t.Error("the page does not show the limit")
	}
	if r := owner.Post("/settings/roles/member", "reach", "all", "discount", "a lot"); r.Status != 422 {
		t.Errorf("nonsense: %d", r.Status)
	}
	owner.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read", "discount", "12,5")
	if n := h.Count(`SELECT discount_limit FROM role WHERE name = 'member'`); n != 1250 {
		t.Errorf("%d", n)
	}
	owner.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read", "discount", "")
	if n := h.Count(`SELECT count(*) FROM role WHERE discount_limit IS NOT NULL`); n != 0 {
		t.Error("an empty field leaves a limit")
	}
	h.owner.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", h.Count(`SELECT max(id) FROM journal_set WHERE op = 'role.update'`)), "{}")
	if n := h.Count(`SELECT discount_limit FROM role WHERE name = 'member'`); n != 1250 {
		t.Errorf("after the undo: %d", n)
	}
}
