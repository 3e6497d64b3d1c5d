package receivable_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sales/receivable"
	"regulars/app/sys/importer"
)

// shop has a customer with orders of 100.00 and 50.00, two weeks apart.
func shop(t *testing.T) (*apptest.App, *apptest.API, string) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field","emails":["ada@example.com"]}`)
	today := a.DB.Now().UTC().Format("2006-01-02")
	order(api, 1, "100.00", day(today, -40))
	order(api, 1, "50.00", day(today, -10))
	return a, api, today
}

func order(api *apptest.API, customer int, price, on string) {
	api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":%q,"lines":[{"name":"Flour","quantity":1,"unit_price":{"amount":%q,"currency":"USD"}}]}`, customer, on, price))
}

func usd(amount string) string { return fmt.Sprintf(`{"amount":%q,"currency":"USD"}`, amount) }

func TestAnOrderThatCostsLessIsOwedOnce(t *testing.T) {
	_, api, today := shop(t)
	api.Into(nil, 200, "PUT", "/orders/1/instalments", fmt.Sprintf(`{"items":[{"due_on":%q,"percent":50},{"due_on":%q,"percent":50}]}`, day(today, -30), day(today, -5)))
	api.Into(nil, 200, "PATCH", "/orders/1", `{"version":1,"lines":[{"name":"Flour","quantity":1,"unit_price":`+usd("60.00")+`}]}`)
	for _, want := range [][]string{{"50.00", "10.00"}, {"15.00", "10.00"}, {"5.00"}} {
		var o receivable.AgeingObject
		api.Into(&o, 200, "GET", "/receivables?customer_id=1", "")
		var got []string
		for _, i := range o.Items {
			if i.OrderID == 1 {
				got = append(got, i.Open.Amount)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("the parts ask for %v, not %v", got, want)
		}
		amount := "35.00"
		if len(got) == 2 && got[0] == "15.00" {
			amount = "20.00"
		}
		api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"again":true,"amount":`+usd(amount)+`}`)
	}
}

func TestAnOrderIsPaidInParts(t *testing.T) {
	a, api, today := shop(t)
	var p receivable.PlanObject
	api.Into(&p, 200, "PUT", "/orders/1/instalments", fmt.Sprintf(`{"items":[{"due_on":%q,"percent":30,"words":"Deposit"},{"due_on":%q,"amount":%s}]}`, day(today, -40), day(today, -5), usd("70.00")))
	if len(p.Items) != 2 || p.Items[0].Amount.Amount != "30.00" || p.Rest.Amount != "0.00" {
		t.Fatalf("%+v", p)
	}
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":`+usd("45.00")+`}`)
	api.Into(&p, 200, "GET", "/orders/1/instalments", "")
	if p.Items[0].Open.Amount != "0.00" || p.Items[1].Paid.Amount != "15.00" {
		t.Fatalf("payments do not fill the parts in their order: %+v", p)
	}
	first, second := p.Items[0], p.Items[1]
	for name, body := range map[string]string{
		"the paid part is gone":     fmt.Sprintf(`{"items":[{"id":%d,"due_on":%q,"amount":%s}]}`, second.ID, second.DueOn, usd("100.00")),
		"the paid part is changed":  fmt.Sprintf(`{"items":[{"id":%d,"due_on":%q,"amount":%s},{"id":%d,"due_on":%q,"amount":%s}]}`, first.ID, first.DueOn, usd("40.00"), second.ID, second.DueOn, usd("60.00")),
		"less than its payments":    fmt.Sprintf(`{"items":[{"id":%d,"due_on":%q,"amount":%s},{"id":%d,"due_on":%q,"amount":%s},{"due_on":%q,"amount":%s}]}`, first.ID, first.DueOn, usd("30.00"), second.ID, second.DueOn, usd("10.00"), today, usd("60.00")),
		"a new one comes first":     fmt.Sprintf(`{"items":[{"due_on":"2020-01-01","amount":%s},{"id":%d,"due_on":%q,"amount":%s},{"id":%d,"due_on":%q,"amount":%s}]}`, usd("20.00"), first.ID, first.DueOn, usd("30.00"), second.ID, second.DueOn, usd("50.00")),
		"the sum is short":          fmt.Sprintf(`{"items":[{"id":%d,"due_on":%q,"amount":%s},{"id":%d,"due_on":%q,"amount":%s}]}`, first.ID, first.DueOn, usd("30.00"), second.ID, second.DueOn, usd("60.00")),
		"another order's part":      fmt.Sprintf(`{"items":[{"id":99,"due_on":%q,"amount":%s}]}`, today, usd("100.00")),
		"below zero":                fmt.Sprintf(`{"items":[{"id":%d,"due_on":%q,"amount":%s},{"due_on":%q,"amount":%s}]}`, first.ID, first.DueOn, usd("-30.00"), today, usd("130.00")),
		"huge":                      fmt.Sprintf(`{"items":[{"due_on":%q,"amount":%s}]}`, today, usd("99999999999999.00")),
		"another currency":          fmt.Sprintf(`{"items":[{"due_on":%q,"amount":{"amount":"100","currency":"EUR"}}]}`, today),
		"no day":                    `{"items":[{"due_on":"","amount":` + usd("100.00") + `}]}`,
		"nothing left of what paid": `{"items":[]}`,
	} {
		if r := api.Call("PUT", "/orders/1/instalments", body); r.Status != 422 {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
	later := fmt.Sprintf(`{"mark":%q,"items":[{"id":%d,"due_on":%q,"amount":%s,"words":"Deposit"},{"id":%d,"due_on":%q,"amount":%s}]}`, p.Mark, first.ID, first.DueOn, usd("30.00"), second.ID, day(today, 9), usd("70.00"))
	api.Into(&p, 200, "PUT", "/orders/1/instalments", later)
	if r := api.Call("PUT", "/orders/1/instalments", strings.Replace(later, "Deposit", "First", 1)); r.Status != 409 || !strings.Contains(r.Body, `"mark"`) {
		t.Errorf("a stale plan overwrites: %d %s", r.Status, r.Body)
	}
	if page := a.Owner().Get("/orders/1"); !strings.Contains(page.Body, "Paid in part") || !strings.Contains(page.Body, "Deposit") {
		t.Error("the order does not show its plan")
	}
	var list struct{ Items []receivable.Object }
	api.Into(&list, 200, "GET", "/instalments?filter[unpaid]=true", "")
	if len(list.Items) != 1 || list.Items[0].Open.Amount != "55.00" {
		t.Errorf("%+v", list)
	}
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) FROM journal_set WHERE op = 'instalment.plan'`)), "{}")
	api.Into(&p, 200, "GET", "/orders/1/instalments", "")
	if p.Items[1].DueOn != second.DueOn {
		t.Errorf("the undo left %+v", p.Items[1])
	}
}

func TestThePlanPageOffersTheRest(t *testing.T) {
	a, _, today := shop(t)
	b := a.Owner()
	if page := b.Get("/orders/1/instalments?template=deposit"); !strings.Contains(page.Body, `value="30.00"`) || !strings.Contains(page.Body, `value="70.00"`) {
		t.Fatalf("%d: no template", page.Status)
	}
	page := b.Post("/orders/1/instalments", "mark", "", "id", "0", "due_on", today, "words", "<b>now</b>", "amount", "40%")
	if page.Status != 422 || !strings.Contains(page.Body, `value="60.00"`) || strings.Contains(page.Body, "<b>now</b>") {
		t.Fatalf("%d: the rest is not offered", page.Status)
	}
	if page := b.Follow("/orders/1/instalments", "mark", "", "id", "0", "due_on", today, "amount", "40%", "words", "now", "id", "0", "due_on", day(today, 30), "amount", "60", "words", ""); page.Status != 200 || !strings.Contains(page.Body, "60.00") {
		t.Fatalf("%d", page.Status)
	}
	if n := a.Count(`SELECT count(*) FROM instalment`); n != 2 {
		t.Fatalf("%d parts", n)
	}
}

func TestOneSumPaysSeveralOrders(t *testing.T) {
	a, api, today := shop(t)
	var r receivable.ReceiptObject
	api.Into(&r, 201, "POST", "/receipts", `{"customer_id":1,"oldest":true,"method":"转账","amount":`+usd("120.00")+`}`)
	if len(r.Parts) != 2 || r.Parts[0].Amount.Amount != "100.00" || r.Parts[1].Amount.Amount != "20.00" || r.Credit.Amount != "0.00" || r.Method != "transfer" {
		t.Fatalf("%+v", r)
	}
	if rr := api.Call("POST", "/receipts", `{"customer_id":1,"amount":`+usd("120.00")+`}`); rr.Status != 422 || !strings.Contains(rr.Body, "colleague") {
		t.Errorf("the same money twice: %d %s", rr.Status, rr.Body)
	}
	// More than is owed: refused, or kept as credit.
	b := a.Owner()
	b.Get("/settings")
	if page := b.Post("/payments", "order_id", "2", "amount", "80", "paid_on", today); page.Status != 422 || !strings.Contains(page.Body, `name="keep"`) {
		t.Fatalf("%d: more than is owed is taken", page.Status)
	}
	if rr := api.Call("POST", "/payments", `{"order_id":2,"surplus":"refuse","amount":`+usd("80.00")+`}`); rr.Status != 422 {
		t.Errorf("%d %s", rr.Status, rr.Body)
	}
	b.Follow("/payments", "order_id", "2", "amount", "80", "paid_on", today, "keep", "1")
	api.Into(&r, 200, "GET", "/receipts/2", "")
	if r.Credit.Amount != "50.00" || len(r.Parts) != 1 || r.Parts[0].Amount.Amount != "30.00" {
		t.Fatalf("%+v", r)
	}
	// The credit pays for a later order, and the rest goes back.
	order(api, 1, "35.00", today)
	if page := b.Get("/orders/3"); !strings.Contains(page.Body, "/receipts/2") {
		t.Error("the order does not say that there is credit")
	}
	api.Into(&r, 200, "POST", "/receipts/2/use", "{}")
	if r.Credit.Amount != "15.00" {
		t.Fatalf("%+v", r)
	}
	for _, body := range []string{`{"amount":` + usd("15.01") + `}`, `{"amount":` + usd("-1") + `}`, `{"amount":` + usd("0") + `}`, `{"amount":{"amount":"1","currency":"EUR"}}`} {
		if rr := api.Call("POST", "/receipts/2/refund", body); rr.Status != 422 {
			t.Errorf("%s: %d", body, rr.Status)
		}
	}
	api.Into(&r, 200, "POST", "/receipts/2/refund", `{"amount":`+usd("15.00")+`}`)
	if rr := api.Call("DELETE", "/receipts/2", ""); rr.Status != 409 {
		t.Errorf("a receipt is deleted of which money went back: %d", rr.Status)
	}
	var p struct{ Version int64 }
	api.Into(&p, 200, "GET", fmt.Sprintf("/payments/%d", r.Parts[0].PaymentID), "")
	if rr := api.Call("PATCH", fmt.Sprintf("/payments/%d", r.Parts[0].PaymentID), fmt.Sprintf(`{"version":%d,"amount":%s}`, p.Version, usd("31.00"))); rr.Status != 422 {
		t.Errorf("a part becomes more than its receipt: %d", rr.Status)
	}
	if page := b.Get("/receipts/2"); page.Status != 200 || !strings.Contains(page.Body, "15.00") {
		t.Errorf("%d", page.Status)
	}
	if page := b.Get("/receipts/new?customer=1&amount=10"); page.Status != 200 {
		t.Errorf("%d", page.Status)
	}
}

func TestACancelledOrderFreesItsMoney(t *testing.T) {
	a, api, _ := shop(t)
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":`+usd("60.00")+`}`)
	var o struct{ Version int64 }
	api.Into(&o, 200, "GET", "/orders/1", "")
	api.Into(nil, 200, "PATCH", "/orders/1", fmt.Sprintf(`{"version":%d,"status":"cancelled"}`, o.Version))
	b := a.Owner()
	if page := b.Get("/orders/1"); !strings.Contains(page.Body, "/orders/1/credit") {
		t.Fatal("nothing is offered")
	}
	b.Follow("/orders/1/credit")
	if n := a.Count(`SELECT count(*) FROM payment`); n != 0 {
		t.Errorf("%d payments are left", n)
	}
	if rr := api.Call("POST", "/orders/1/credit", "{}"); rr.Status != 409 {
		t.Errorf("twice: %d", rr.Status)
	}
	var r receivable.ReceiptObject
	api.Into(&r, 200, "POST", "/receipts/1/use", "{}")
	if r.Credit.Amount != "10.00" || r.Parts[0].OrderID != 2 {
		t.Fatalf("%+v", r)
	}
	// What stands on the receipt by now is not pulled from under it.
	set := a.Count(`SELECT set_id FROM journal_change WHERE tbl = 'receipt' AND op = 'I' ORDER BY id DESC LIMIT 1`)
	if rr := api.Call("POST", fmt.Sprintf("/history/%d/undo", set), "{}"); rr.Status != 409 {
		t.Errorf("undo under a used receipt: %d %s", rr.Status, rr.Body)
	}
}

// What a return leaves pays for what was bought.
func TestAReturnPaysForAnOrder(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	today := a.DB.Now().UTC().Format("2006-01-02")
	order(api, 1, "100.00", day(today, -40))
	api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":1,"ordered_on":%q,"return":true,"lines":[{"name":"Flour","quantity":-3,"unit_price":%s}]}`, day(today, -20), usd("10.00")))
	api.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"oldest":true,"received_on":"`+day(today, -3)+`","amount":`+usd("70.00")+`}`)
	b := a.Owner()
	if page := b.Get("/orders/2"); !strings.Contains(page.Body, "/orders/2/credit") || !strings.Contains(page.Body, "$30.00 of this return") {
		t.Fatal("nothing is offered")
	}
	var freed struct{ Credit struct{ Amount string } }
	api.Into(&freed, 200, "POST", "/orders/2/credit", "{}")
	if freed.Credit.Amount != "30.00" {
		t.Errorf("%+v", freed)
	}
	api.Into(nil, 409, "POST", "/orders/2/credit", "{}")
	api.Into(nil, 200, "POST", "/receipts/2/use", "{}")
	if n := open(t, api); n != 0 {
		t.Errorf("%d are still open", n)
	}
	if n := read(a); n.in != 7000 || n.orders != 7000 || n.credit != 0 {
		t.Errorf("the books: %+v", n)
	}
	var st receivable.StatementObject
	api.Into(&st, 200, "GET", "/customers/1/statement?from="+day(today, -60)+"&to="+today, "")
	if st.Accounts[0].Closing.Amount != "0.00" {
		t.Errorf("the statement: %+v", st)
	}
	// Money does not go back before it came in, and no paper is made of days that are none.
	api.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"received_on":"`+day(today, -3)+`","amount":`+usd("10.00")+`}`)
	if r := api.Call("POST", "/receipts/3/refund", `{"paid_on":"`+day(today, -4)+`","amount":`+usd("1.00")+`}`); r.Status != 422 || !strings.Contains(string(r.Body), "paid_on") {
		t.Errorf("back too early: %d %s", r.Status, r.Body)
	}
	api.Into(nil, 200, "POST", "/receipts/3/refund", `{"paid_on":"`+day(today, -3)+`","amount":`+usd("1.00")+`}`)
	api.Into(nil, 422, "PATCH", "/receipts/3", `{"version":1,"received_on":"`+day(today, -2)+`"}`)
	for _, q := range []string{"from=x", "from=" + today + "&to=" + day(today, -1)} {
		if r := b.Get("/customers/1/statement.csv?" + q); r.Status != 422 {
			t.Errorf("%s: %d", q, r.Status)
		}
	}
	api.Into(nil, 422, "POST", "/payments", `{"order_id":1,"paid_on":"9999-12-31","amount":`+usd("1.00")+`}`)
}

func TestWhatIsNotReceived(t *testing.T) {
	_, api, today := shop(t)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Bo Reed"}`)
	order(api, 2, "10.00", today)
	for body, field := range map[string]string{
		`{"customer_id":9,"amount":` + usd("5") + `}`:                                                                                              "customer_id",
		`{"customer_id":1,"amount":` + usd("0") + `}`:                                                                                              "amount",
		`{"customer_id":1,"amount":` + usd("-5") + `}`:                                                                                             "amount",
		`{"customer_id":1,"amount":` + usd("99999999999999") + `}`:                                                                                 "amount",
		`{"customer_id":1,"amount":{"amount":"5","currency":"XXQ"}}`:                                                                               "currency",
		`{"customer_id":1,"amount":` + usd("5") + `,"received_on":"2099-01-01"}`:                                                                   "received_on",
		`{"customer_id":1,"amount":{"amount":"5","currency":"EUR"},"parts":[{"order_id":1,"amount":{"amount":"5","currency":"EUR"}}]}`:             "parts[0].amount",
		`{"customer_id":1,"amount":` + usd("500") + `,"parts":[{"order_id":1,"amount":` + usd("101") + `}]}`:                                       "parts[0].amount",
		`{"customer_id":1,"amount":` + usd("50") + `,"parts":[{"order_id":1,"amount":` + usd("51") + `}]}`:                                         "amount",
		`{"customer_id":1,"amount":` + usd("50") + `,"parts":[{"order_id":1,"amount":` + usd("-5") + `}]}`:                                         "parts[0].amount",
		`{"customer_id":1,"amount":` + usd("50") + `,"parts":[{"order_id":3,"amount":` + usd("5") + `}]}`:                                          "parts[0].order_id",
		`{"customer_id":1,"amount":` + usd("50") + `,"parts":[{"order_id":1,"amount":` + usd("5") + `},{"order_id":1,"amount":` + usd("5") + `}]}`: "parts[1].order_id",
	} {
		if r := api.Call("POST", "/receipts", body); r.Status != 422 || !strings.Contains(r.Body, field) {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
}

func TestOthersMoney(t *testing.T) {
	a, api, today := shop(t)
	api.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"amount":`+usd("500.00")+`}`)
	var who struct{ Version int64 }
	api.Into(&who, 200, "GET", "/customers/1", "")
	api.Into(nil, 200, "PATCH", "/customers/1", fmt.Sprintf(`{"version":%d,"owner_id":1}`, who.Version))
	if r := a.Anonymous().Call("GET", "/receipts", ""); r.Status != 401 {
		t.Error("a call without a token:", r.Status)
	}
	if r := a.Browser().Get("/receipts/1"); r.Status != 303 {
		t.Error("not signed in:", r.Status)
	}
	if r := a.API("", "read").Call("POST", "/receipts/1/use", "{}"); r.Status != 403 {
		t.Error("a reading token uses:", r.Status)
	}
	a.Colleague(apptest.MemberEmail, "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "payment.read", "allowed", "payment.write", "allowed", "order.read")
	sam, page := a.API(apptest.MemberEmail, "write"), a.SignIn(apptest.MemberEmail, apptest.Password)
	for call, body := range map[string]string{"GET /receipts/1": "", "POST /receipts/1/use": "{}", "POST /receipts/1/refund": `{"amount":` + usd("1") + `}`,
		"GET /orders/1/instalments": "", "PUT /orders/1/instalments": `{"template":"months"}`, "POST /orders/1/credit": "{}", "PATCH /receipts/1": `{"version":1,"note":"x"}`} {
		method, path, _ := strings.Cut(call, " ")
		if r := sam.Call(method, path, body); r.Status != 404 {
			t.Errorf("%s answers %d", call, r.Status)
		}
	}
	if r := sam.Call("DELETE", "/receipts/1", ""); r.Status != 403 {
		t.Errorf("a member deletes: %d", r.Status)
	}
	for _, path := range []string{"/receipts/1", "/receipts/new?customer=1", "/orders/1/instalments"} {
		if r := page.Get(path); r.Status != 404 {
			t.Errorf("%s answers %d", path, r.Status)
		}
	}
	var list struct{ Items []receivable.ReceiptObject }
	sam.Into(&list, 200, "GET", "/receipts", "")
	if len(list.Items) != 0 {
		t.Error("the list shows hidden money")
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read", "allowed", "order.read")
	if r := page.Get("/orders/1/instalments"); r.Status != 403 {
		t.Errorf("without the permission: %d", r.Status)
	}
	if r := page.Get("/orders/1"); r.Status != 200 || strings.Contains(r.Body, "receivable") {
		t.Errorf("%d", r.Status)
	}
	_ = today
}

// The lists of instalments and receipts have pages, filters, columns and files,
// each for what somebody may see.
func TestListsOfPartsAndReceipts(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	today := a.DB.Now().UTC().Format("2006-01-02")
	a.Colleague(apptest.MemberEmail, "member")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field","owner_id":1}`)
	order(api, 1, "90.00", day(today, -60))
	if r := api.Call("PUT", "/orders/1/instalments", `{"template":"months"}`); r.Status != 200 {
		t.Fatal(r.Status, r.Body)
	}
	api.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"oldest":true,"amount":`+usd("40.00")+`}`)
	b := a.Owner()
	late := "filter[unpaid][eq]=true&filter[due_on][lte]=" + day(today, -1)
	for path, want := range map[string]string{
		"/instalments":                          "O-",
		"/instalments?" + late:                  "Overdue",
		"/instalments?q=nothing":                "No instalment matches",
		"/instalments?filter[unpaid][eq]=false": "Paid",
		"/instalments/columns":                  "Late",
		"/instalments/filter":                   "Open",
		"/receipts":                             "Ada Field",
		"/receipts?filter[credit][gt]=0":        "No receipt matches",
		"/receipts?filter[amount][gte]=1":       "Ada Field",
		"/receipts/columns":                     "Credit",
		"/receipts/filter":                      "Method",
		"/receivables":                          "Credit of customers",
	} {
		page := b.Get(path)
		if page.Status != 200 || !strings.Contains(page.Body, want) {
			t.Errorf("%s: %d without %q", path, page.Status, want)
		}
	}
	for path, want := range map[string]string{"/exports/instalments?format=csv": "30.00", "/exports/receipts?format=csv": "40.00"} {
		if r := b.Get(path); r.Status != 200 || !strings.Contains(r.Body, want) {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
	for _, hostile := range []string{"/instalments?filter[amount][gte]=x", "/instalments?filter[secret][eq]=1", "/receipts?sort=note;drop"} {
		if r := b.Get(hostile); r.Status == 200 || r.Status >= 500 {
			t.Errorf("%s: %d", hostile, r.Status)
		}
	}
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "payment.read")
	other := a.SignIn(apptest.MemberEmail, apptest.Password)
	for _, path := range []string{"/instalments", "/receipts"} {
		if r := a.Browser().Get(path); r.Status != 303 && r.Status != 302 {
			t.Errorf("%s without a login: %d", path, r.Status)
		}
		if r := other.Get(path); r.Status != 200 || strings.Contains(r.Body, "Ada Field") {
			t.Errorf("%s shows other people's: %d", path, r.Status)
		}
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read")
	for _, path := range []string{"/instalments", "/receipts"} {
		if r := other.Get(path); r.Status != 403 {
			t.Errorf("%s for the wrong role: %d", path, r.Status)
		}
	}
}

// Instalments come in by the number of their order, once; what would be more than
// the order, or come before what is paid, is refused row by row, and a run is
// taken back as a whole.
func TestInstalmentsComeIn(t *testing.T) {
	a := apptest.New(t)
	a.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price\nA-1,2025-03-01,Ines,Tea,1,100\nA-2,2025-03-01,Ines,Tea,1,50\n", importer.Options{CreateMissing: true})
	a.Import("payments", "order_no,amount,paid_on\nA-2,10,2025-03-01\n", importer.Options{})
	file := "订单号,到期日,金额,款项\nA-1,2025-04-01,30,Deposit\nA-1,2025-05-01,30,\nA-1,2025-05-01,30,\nA-1,2025-06-01,30,\nA-2,2025-04-01,50,\nA-9,2025-04-01,5,\nA-1,soon,5,\nA-1,2025-07-01,-5,\nA-1,2025-07-01,much,\nA-1,1500-07-01,5,\n"
	checked, _ := a.CheckImport("instalments", file, importer.Options{})
	run, problems := a.Import("instalments", file, importer.Options{})
	if got := apptest.Tally(run); got != "4 0 0 6" || apptest.Tally(checked) != got {
		t.Fatalf("%s, checked %s: %q", got, apptest.Tally(checked), problems)
	}
	if n := a.Count(`SELECT sum(amount) FROM instalment WHERE order_id = 1`); n != 9000 {
		t.Errorf("planned %d", n)
	}
	if again, _ := a.Import("instalments", file, importer.Options{}); apptest.Tally(again) != "0 0 4 6" {
		t.Error("the same file again:", apptest.Tally(again))
	}
	before, problems := a.Import("instalments", "order_no,due_on,amount\nA-2,2025-03-02,5\n", importer.Options{})
	if apptest.Tally(before) != "0 0 0 1" {
		t.Errorf("a part comes before what is paid: %s %q", apptest.Tally(before), problems)
	}
	words, _ := a.Import("instalments", "order_no,due_on,amount,words\nA-1,2025-05-01,30,Second\n", importer.Options{OnDuplicate: importer.Update})
	if apptest.Tally(words) != "0 1 0 0" || a.Count(`SELECT count(*) FROM instalment WHERE words = 'Second'`) != 1 {
		t.Error("words are not corrected:", apptest.Tally(words))
	}
	a.TakeBack(words)
	a.TakeBack(run)
	if n := a.Count(`SELECT count(*) FROM instalment`); n != 0 {
		t.Errorf("%d left", n)
	}
}

// A quote says how the customer pays, and what it would do to their limit.
func TestAQuoteShowsTheAccount(t *testing.T) {
	a, api, _ := shop(t)
	api.Into(nil, 200, "PUT", "/customers/1/credit-limit", `{"amount":`+usd("200.00")+`}`)
	api.Into(nil, 201, "POST", "/quotes", `{"customer_id":1,"title":"Beans","lines":[{"name":"Beans","quantity":"1","unit_price":`+usd("80.00")+`}]}`)
	b := a.Owner()
	if page := b.Get("/quotes/1"); page.Status != 200 || !strings.Contains(page.Body, "With this they would owe $30.00 more") || !strings.Contains(page.Body, "$150.00") {
		t.Errorf("%d without the account", page.Status)
	}
	if page := b.Get("/quotes/new?customer=1"); page.Status != 200 || !strings.Contains(page.Body, "$150.00") {
		t.Errorf("%d without the account on the form", page.Status)
	}
	b.Get("/settings")
	a.Colleague(apptest.MemberEmail, "member")
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read", "allowed", "quote.read")
	if page := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/quotes/1"); page.Status != 200 || strings.Contains(page.Body, "$150.00") {
		t.Errorf("who may not see payments sees the account: %d", page.Status)
	}
}

// Money that went back once does not become free again with its receipt.
func TestAReceiptOfARefundedOrderStays(t *testing.T) {
	a, api, _ := shop(t)
	api.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"amount":`+usd("100")+`,"parts":[{"order_id":1,"amount":`+usd("100")+`}]}`)
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":`+usd("-40")+`}`)
	if r := api.Call("DELETE", "/receipts/1", ""); r.Status != 409 || !strings.Contains(r.Body, "Delete the refund first") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if n := a.Count(`SELECT sum(amount) FROM payment`); n != 6000 {
		t.Errorf("%d is left", n)
	}
	api.Into(nil, 204, "DELETE", "/payments/2", "")
	api.Into(nil, 204, "DELETE", "/receipts/1", "")
}
