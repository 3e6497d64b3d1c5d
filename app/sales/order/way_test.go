package order_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sales/order"
)

func TestAPromisedDayIsATaskAndTheWayIsKept(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	day := func(n int) string { return a.DB.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }
	var o order.Object
	api.Into(&o, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":1,"deliver_on":%q,"lines":[{"name":"Flour","quantity":"2","unit_price":{"amount":"50.00","currency":"USD"}}]}`, day(3)))
	a.Settle()
	open := func() int {
		return a.Count(`SELECT count(*) FROM task WHERE kind = 'deliver' AND about_kind = 'order' AND about_id = 1 AND done_at IS NULL`)
	}
	if o.DeliverOn != day(3) || open() != 1 {
		t.Fatalf("%+v, %d tasks", o, open())
	}
	api.Into(nil, 422, "PATCH", "/orders/1", fmt.Sprintf(`{"version":%d,"deliver_on":"1999-01-01"}`, o.Version))
	a.Pass(4 * 24 * time.Hour)
	b, api := a.Owner(), a.API("", "write")
	if r := b.Get("/orders/1"); !strings.Contains(r.Body, "Not delivered in time") {
		t.Error("the page does not say that it is late")
	}
	if r := b.Get("/orders?filter[deliver_on][lte]=" + day(0)); !strings.Contains(r.Body, o.Number) {
		t.Error("the filter does not find it")
	}
	api.Into(&o, 200, "POST", "/orders/1/completion", "")
	a.Settle()
	if open() != 0 {
		t.Error("it is delivered and still to be delivered")
	}
	if n := a.Count(`SELECT count(*) FROM task WHERE kind = 'after_order' AND done_at IS NULL AND due_at > ?`, a.DB.Now().Add(5*24*time.Hour).UnixMilli()); n != 1 {
		t.Errorf("%d questions some days after the delivery", n)
	}
	var way struct{ Items []order.MoveObject }
	api.Into(&way, 200, "GET", "/orders/1/moves", "")
	if len(way.Items) != 1 || way.Items[0].From != "confirmed" || way.Items[0].To != "completed" || way.Items[0].By == "" {
		t.Errorf("%+v", way)
	}
	if r := b.Get("/orders/1/print"); r.Status != 200 || !strings.Contains(r.Body, "Flour") {
		t.Errorf("on paper: %d", r.Status)
	}
}

func TestTheSameOrderOnceMore(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field","owner_id":1}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Flour","price":{"amount":"5.00","currency":"USD"}}`)
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"lines":[{"product_id":1,"quantity":"3","unit_price":{"amount":"4.00","currency":"USD"}},{"name":"Carriage","quantity":"1","unit_price":{"amount":"9.00","currency":"USD"}}]}`)
	var o order.Object
	api.Into(&o, 201, "POST", "/orders/1/again", "")
	if o.Status != "draft" || len(o.Lines) != 2 || o.Total.Amount != "24.00" {
		t.Fatalf("%+v", o)
	}
	a.Colleague(apptest.MemberEmail, "member")
	b := a.Owner()
	if r := b.Get("/orders/1"); !strings.Contains(r.Body, "Hand to a colleague") {
		t.Error("nobody can be handed the order")
	}
	b.Follow("/orders/1/tasks", "title", "Bake it", "owner_id", "2", "due_on", a.DB.Now().UTC().Format(time.DateOnly))
	if n := a.Count(`SELECT count(*) FROM task WHERE title = 'Bake it' AND owner_id = 2 AND about_kind = 'order' AND about_id = 1`); n != 1 {
		t.Errorf("%d tasks", n)
	}
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "order.read", "allowed", "order.write")
	sam, page := a.API(apptest.MemberEmail, "write"), a.SignIn(apptest.MemberEmail, apptest.Password)
	for _, call := range []string{"POST /orders/1/again", "GET /orders/1/moves"} {
		method, path, _ := strings.Cut(call, " ")
		if r := sam.Call(method, path, ""); r.Status != 404 {
			t.Errorf("%s of somebody else: %d", call, r.Status)
		}
	}
	if r := page.Get("/orders/1/print"); r.Status != 404 {
		t.Errorf("somebody else's paper: %d", r.Status)
	}
	if r := a.API("", "read").Call("POST", "/orders/1/again", ""); r.Status != 403 {
		t.Errorf("a reading token drafts: %d", r.Status)
	}
	if r := a.Anonymous().Call("POST", "/orders/1/again", ""); r.Status != 401 {
		t.Errorf("without a token: %d", r.Status)
	}
}

func TestWhatIsBoughtTogetherIsSaidOnlyWithEvidence(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for _, p := range []string{"Flour", "Yeast"} {
		api.Into(nil, 201, "POST", "/products", fmt.Sprintf(`{"name":%q,"price":{"amount":"5.00","currency":"USD"}}`, p))
	}
	for i := 1; i <= 20; i++ {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"C%d"}`, i))
		lines := `{"name":"Tea","quantity":1,"unit_price":{"amount":"1","currency":"USD"}}`
		if i <= 8 {
			lines = `{"product_id":1,"quantity":1},{"product_id":2,"quantity":1}`
		}
		api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"lines":[%s]}`, i, lines))
	}
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":20,"lines":[{"product_id":1,"quantity":1}]}`)
	b := a.Owner()
	if r := b.Get("/orders/21"); !strings.Contains(r.Body, "8 of 8 who bought Flour also bought Yeast") {
		t.Error("what eight of eight bought is not said")
	}
	if r := b.Get("/orders/21/edit"); !strings.Contains(r.Body, "8 of 8 who bought Flour also bought Yeast") {
		t.Error("the form does not say it")
	}
	if r := b.Get("/orders/20"); strings.Contains(r.Body, "Often bought with it") {
		t.Error("words without a product are said to go with something")
	}
}

// After a delivery both come: somebody here asks how it was, and the survey
// program does; Settings > Orders tells of both.
func TestADeliveryIsAskedAboutByAPersonAndByASurvey(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/survey-programs", `{"survey_id":2,"kind":"after_delivery","name":"How was it","delay_days":1}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Harbour Bakery","emails":["ines@example.com"]}`)
	today := a.Clock.Now().Format(time.DateOnly)
	api.Into(nil, 201, "POST", "/orders", `{"customer_id":1,"ordered_on":"`+today+`","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"10.00","currency":"USD"}}]}`)
	a.Settle()
	const asked = `SELECT count(*) FROM survey_invitation i JOIN survey_program p ON p.id = i.program_id WHERE p.kind = 'after_delivery'`
	if n := a.Count(asked); n != 0 {
		t.Errorf("asked %d times before it is delivered", n)
	}
	api.Into(nil, 200, "POST", "/orders/1/completion", "")
	a.Settle()
	if n := a.Count(asked + ` AND i.customer_id = 1`); n != 1 {
		t.Errorf("the survey asks %d times", n)
	}
	if n := a.Count(`SELECT count(*) FROM task WHERE kind = 'after_order' AND customer_id = 1 AND done_at IS NULL`); n != 1 {
		t.Errorf("%d people ask", n)
	}
	if r := a.Owner().Get("/settings/orders"); !strings.Contains(r.Body, `href="/survey-programs"`) || !strings.Contains(r.Body, "A survey can ask") {
		t.Error("the settings do not tell that a survey can ask too")
	}
}

// The form without a script takes discounts and rates per line and of the whole;
// what cannot be read stays as it was typed.
func TestTheOrderFormTakesDiscountsAndTax(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Harbour Bakery"}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"House espresso","unit":"kg","price":{"amount":"32.00","currency":"USD"},"tax_rate":1300}`)
	b := a.Owner()
	b.Get("/orders/new?customer=1")
	form := func(discount string) []string {
		return []string{"customer_id", "1", "ordered_on", "2026-03-01", "status", "confirmed", "discount", "20",
			"line_name", "House espresso", "line_quantity", "12", "line_unit", "", "line_price", "", "line_discount", discount, "line_tax", "",
			"line_name", "Delivery", "line_quantity", "", "line_unit", "", "line_price", "5", "line_discount", "", "line_tax", "6"}
	}
	if r := b.Post("/orders", form("a lot")...); r.Status != 422 || !strings.Contains(r.Body, `value="a lot"`) || !strings.Contains(r.Body, "10%, an amount such as 50") {
		t.Errorf("a discount that is none: %d", r.Status)
	}
	page := b.Follow("/orders", form("9折")...)
	for _, want := range []string{"$389.00", "$58.40", "$330.60", "$37.76", "13%", "6%", "10%"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	if r := b.Get("/orders/1/print"); r.Status != 200 || !strings.Contains(r.Body, "$37.76") || !strings.Contains(r.Body, "13%") {
		t.Errorf("the paper does not show the tax: %d", r.Status)
	}
	if r := b.Get("/orders/1/edit"); !strings.Contains(r.Body, `name="line_tax" value="13"`) || !strings.Contains(r.Body, `name="discount" value="20.00"`) && !strings.Contains(r.Body, `value="20.00"`) {
		t.Error("the form does not come back with what it was")
	}
	var o order.Object
	api.Into(&o, 200, "GET", "/orders/1", "")
	if o.Tax.Amount != "37.76" || len(o.Taxes) != 2 || o.Gross.Amount != "389.00" || o.Off.Amount != "58.40" || !o.WithTax {
		t.Errorf("%+v", o)
	}
	o = order.Object{}
	api.Into(&o, 200, "PATCH", "/orders/1", `{"version":1,"discount":null,"prices_with_tax":false}`)
	if o.Total.Amount != "395.83" || o.Discount.Amount != nil { // 350.60 and 44.93 and 0.30 on top
		t.Errorf("on top it comes to %s", o.Total.Amount)
	}
}
