package quote_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// object is what these tests read of a quote.
type object struct {
	ID, Version, OrderID int64
	Number, State        string
	Revision             int
	Total, Tax           struct{ Amount string }
	Lines                []struct {
		ID        int64
		Name      string
		Total     struct{ Amount string }
		Chosen    bool
		PriceList string `json:"price_list"`
	}
}

func (o *object) read(t *testing.T, api *apptest.API) {
	t.Helper()
	var raw struct {
		object
		OrderID int64 `json:"order_id"`
	}
	api.Into(&raw, 200, "GET", fmt.Sprintf("/quotes/%d", o.ID), "")
	*o = raw.object
	o.OrderID = raw.OrderID
}

func usd(amount string) string { return `{"amount":"` + amount + `","currency":"USD"}` }

// shop is a shop with a customer, two products and somebody who writes quotes.
func shop(t *testing.T) (*apptest.App, *apptest.API) {
	t.Helper()
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"kind":"company","name":"Harbour Street Bakery","level":"A","owner_id":1,"emails":["ines@example.com"]}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"House espresso","unit":"kg","price":`+usd("20.00")+`,"tax_rate":1300}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Paper filters","unit":"box","price":`+usd("4.20")+`}`)
	return a, api
}

const twoLines = `"lines":[{"product_id":1,"quantity":10,"discount":{"rate":1000}},{"name":"Paper filters","quantity":2,"optional":true}]`

func write(t *testing.T, api *apptest.API, body string) object {
	t.Helper()
	var o object
	api.Into(&o, 201, "POST", "/quotes", `{"customer_id":1,`+body+`}`)
	o.read(t, api)
	return o
}

func (o *object) send(t *testing.T, api *apptest.API) {
	t.Helper()
	api.Into(nil, 200, "POST", fmt.Sprintf("/quotes/%d/sent", o.ID), fmt.Sprintf(`{"version":%d}`, o.Version))
	o.read(t, api)
}

var linkShown = regexp.MustCompile(`/q/[A-Za-z0-9_-]{22}`)

// link is where the customer reads a quote.
func link(t *testing.T, a *apptest.App, id int64) string {
	t.Helper()
	found := linkShown.FindString(a.Owner().Get(fmt.Sprintf("/quotes/%d", id)).Body)
	if found == "" {
		t.Fatal("no link is shown")
	}
	return found
}

func TestAcceptedByTheCustomerItBecomesAnOrderOnce(t *testing.T) {
	a, api := shop(t)
	api.Into(nil, 201, "POST", "/price-lists", `{"name":"Wholesale","levels":"A","prices":[{"product_id":1,"from_quantity":10,"price":`+usd("18.00")+`}]}`)
	q := write(t, api, `"title":"Spring contract","valid_until":"2199-01-01","discount":{"amount":`+usd("2.00")+`},`+twoLines)
	if q.Number == "" || q.State != "draft" || q.Total.Amount != "160.00" || q.Lines[0].PriceList != "Wholesale" || q.Tax.Amount != "18.41" {
		t.Fatalf("got %+v", q)
	}
	if n := a.Count(`SELECT count(*) FROM quote WHERE token_hash LIKE '%' || nonce || '%'`); n != 0 {
		t.Error("the token lies open")
	}
	q.send(t, api)
	to := link(t, a, q.ID)
	customer := a.Browser()
	if page := customer.Get(to); page.Status != 200 || !strings.Contains(page.Body, "Spring contract") || !strings.Contains(page.Body, "$160.00") || customer.Cookie("session") != "" {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	if r := customer.Post(to+"/accept", "signer", " "); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("nobody accepted: %d", r.Status)
	}
	option := fmt.Sprint(q.Lines[1].ID)
	for range 2 { // pressed twice
		if r := customer.Post(to+"/accept", "signer", "Ines Calder", "option", option, "signature", "M10 10L20 20"); r.Status != http.StatusSeeOther {
			t.Fatalf("accept: %d %s", r.Status, r.Body)
		}
	}
	q.read(t, api)
	if q.State != "accepted" || q.Total.Amount != "168.40" || !q.Lines[1].Chosen || q.OrderID == 0 {
		t.Errorf("after it %+v", q)
	}
	var order struct {
		Total, Tax struct{ Amount string }
		Discount   struct{ Amount struct{ Amount string } }
		Lines      []struct {
			Name      string
			ProductID int64 `json:"product_id"`
			TaxRate   int64 `json:"tax_rate"`
			Discount  struct{ Rate int64 }
		}
	}
	api.Into(&order, 200, "GET", fmt.Sprintf("/orders/%d", q.OrderID), "")
	if order.Total.Amount != "168.40" || len(order.Lines) != 2 || order.Tax != q.Tax || order.Discount.Amount.Amount != "2.00" || order.Lines[0].TaxRate != 1300 || order.Lines[0].Discount.Rate != 1000 ||
		order.Lines[0].ProductID != 1 || a.Count(`SELECT count(*) FROM order_head`) != 1 {
		t.Errorf("the order: %+v", order)
	}
	if page := customer.Get(to).Body; !strings.Contains(page, "Ines Calder") || strings.Contains(page, `id="accept"`) {
		t.Error("the page does not say that it is accepted")
	}
	if r := customer.Post(to+"/decline", "reason", "No"); r.Status != http.StatusConflict {
		t.Errorf("declined after it was accepted: %d", r.Status)
	}
	api.Into(nil, 409, "POST", fmt.Sprintf("/quotes/%d/versions", q.ID), "")
}

func TestWhatIsOutIsNeverChanged(t *testing.T) {
	a, api := shop(t)
	q := write(t, api, `"valid_until":"2199-01-01",`+twoLines)
	api.Into(nil, 409, "PATCH", fmt.Sprintf("/quotes/%d", q.ID), fmt.Sprintf(`{"version":%d,"title":"x"}`, q.Version+7))
	q.send(t, api)
	api.Into(nil, 409, "PATCH", fmt.Sprintf("/quotes/%d", q.ID), fmt.Sprintf(`{"version":%d,"title":"x"}`, q.Version))
	old := link(t, a, q.ID)
	var next object
	api.Into(&next, 201, "POST", fmt.Sprintf("/quotes/%d/versions", q.ID), "")
	api.Into(&next, 201, "POST", fmt.Sprintf("/quotes/%d/versions", q.ID), "") // the draft that is there
	if next.Revision != 2 || next.Number != q.Number || a.Count(`SELECT count(*) FROM quote`) != 2 {
		t.Fatalf("the next version: %+v", next)
	}
	customer := a.Browser()
	if token := linkShown.FindString(customer.Get(old).Body); token != old && token != "" {
		t.Error("a draft is linked to")
	}
	api.Into(nil, 204, "DELETE", "/products/1", "") // the words stay
	next.read(t, api)
	next.send(t, api)
	page := customer.Get(old).Body
	newer := strings.Replace(page, old, "", -1)
	if !strings.Contains(page, "House espresso") || !linkShown.MatchString(newer) || strings.Contains(page, `id="accept"`) {
		t.Errorf("the old version: %s", page)
	}
	if r := customer.Post(old+"/accept", "signer", "Ines"); r.Status != http.StatusConflict || !strings.Contains(r.Body, "newer version") {
		t.Errorf("the old version was accepted: %d", r.Status)
	}
	if r := customer.Post(linkShown.FindString(newer)+"/accept", "signer", "Ines"); r.Status != http.StatusSeeOther {
		t.Errorf("the new one: %d %s", r.Status, r.Body)
	}
	if a.Count(`SELECT count(*) FROM order_line WHERE name = 'House espresso' AND product_id IS NULL`) != 1 {
		t.Error("the deleted product lost its words")
	}
}

func TestAnOfferEnds(t *testing.T) {
	a, api := shop(t)
	day := a.DB.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	q := write(t, api, `"valid_until":"`+day+`",`+twoLines)
	q.send(t, api)
	to := link(t, a, q.ID)
	a.Pass(5 * 24 * time.Hour)
	q.read(t, api)
	customer := a.Browser()
	if r := customer.Post(to+"/accept", "signer", "Ines"); r.Status != http.StatusConflict || !strings.Contains(r.Body, "no longer valid") {
		t.Errorf("accepted after its last day: %d", r.Status)
	}
	if r := customer.Post(to+"/question", "question", "May we still have it?"); r.Status != http.StatusSeeOther {
		t.Errorf("asked: %d", r.Status)
	}
	if a.Count(`SELECT count(*) FROM task WHERE notes = 'May we still have it?'`) != 1 || a.Count(`SELECT count(*) FROM notification WHERE kind = 'quote_asked'`) != 1 {
		t.Error("nobody is told of the question")
	}
	second := write(t, api, `"valid_until":"2199-01-01",`+twoLines)
	second.send(t, api)
	if r := customer.Post(link(t, a, second.ID)+"/decline", "reason", "Too dear"); r.Status != http.StatusSeeOther {
		t.Errorf("declined: %d", r.Status)
	}
	second.read(t, api)
	if second.State != "declined" {
		t.Errorf("got %+v", second)
	}
	third := write(t, api, twoLines)
	third.send(t, api)
	api.Into(nil, 200, "POST", fmt.Sprintf("/quotes/%d/withdrawn", third.ID), fmt.Sprintf(`{"version":%d,"reason":"Sold out"}`, third.Version))
	if r := customer.Post(link(t, a, third.ID)+"/accept", "signer", "Ines"); r.Status != http.StatusConflict {
		t.Errorf("a withdrawn one was accepted: %d", r.Status)
	}
}

// Mail filters fetch every link; only a page on which somebody moved is a look.
func TestScannersAreNotReaders(t *testing.T) {
	a, api := shop(t)
	q := write(t, api, twoLines)
	if r := a.Browser().Get("/q/AAAAAAAAAAAAAAAAAAAAAA"); r.Status != http.StatusNotFound {
		t.Errorf("a guessed link: %d", r.Status)
	}
	q.send(t, api)
	to := link(t, a, q.ID)
	customer := a.Browser()
	for range 3 {
		customer.Get(to)
	}
	kinds := func(kind string) int { return a.Count(`SELECT count(*) FROM quote_trace WHERE kind = ?`, kind) }
	if kinds("program") != 1 || kinds("person") != 0 {
		t.Errorf("%d programs and %d people", kinds("program"), kinds("person"))
	}
	trace := regexp.MustCompile(`data-trace="(\d+)"`).FindStringSubmatch(customer.Get(to).Body)[1]
	if r := customer.Post(to+"/look", "trace", trace); r.Status != http.StatusNoContent || kinds("person") != 1 || kinds("program") != 0 {
		t.Errorf("a person: %d, %d people", r.Status, kinds("person"))
	}
	if r := customer.Post(to+"/look", "trace", "x"); r.Status != http.StatusNotFound {
		t.Errorf("nonsense: %d", r.Status)
	}
}

func TestBadQuotesAreRefused(t *testing.T) {
	_, api := shop(t)
	for name, lines := range map[string]string{
		"nothing":         `[]`,
		"below zero":      `[{"name":"x","quantity":1,"unit_price":` + usd("-1.00") + `}]`,
		"none of it":      `[{"name":"x","quantity":0,"unit_price":` + usd("1.00") + `}]`,
		"huge":            `[{"name":"x","quantity":1000000,"unit_price":` + usd("9999999999.00") + `}]`,
		"no price":        `[{"name":"unknown","quantity":1}]`,
		"more than 100 %": `[{"product_id":1,"quantity":1,"discount":{"rate":10001}}]`,
		"more than it is": `[{"product_id":1,"quantity":1,"discount":{"amount":` + usd("20.01") + `}}]`,
		"two discounts":   `[{"product_id":1,"quantity":1,"discount":{"rate":1,"amount":` + usd("1.00") + `}}]`,
		"other currency":  `[{"name":"x","quantity":1,"unit_price":{"amount":"1.00","currency":"EUR"}}]`,
		"no product":      `[{"product_id":99,"quantity":1}]`,
	} {
		if r := api.Call("POST", "/quotes", `{"customer_id":1,"lines":`+lines+`}`); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
	api.Into(nil, 422, "POST", "/quotes", `{"customer_id":99,`+twoLines+`}`)
	api.Into(nil, 422, "POST", "/quotes", `{"customer_id":1,"contact_id":7,`+twoLines+`}`)
	api.Into(nil, 422, "POST", "/quotes", `{"customer_id":1,"deal_id":7,`+twoLines+`}`)
}

func TestWhoMaySeeAndWriteQuotes(t *testing.T) {
	a, api := shop(t)
	q := write(t, api, twoLines)
	path := fmt.Sprintf("/quotes/%d", q.ID)
	if r := a.Browser().Get(path); r.Status == http.StatusOK {
		t.Error("a stranger reads a quote")
	}
	a.Anonymous().Into(nil, 401, "GET", path, "")
	kim := a.Colleague("kim@example.com", auth.Member)
	b := a.Owner()
	b.Get("/settings/roles")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "quote.read", "allowed", "product.read")
	member := a.API("kim@example.com", "write")
	member.Into(nil, 404, "GET", path, "")
	api.Into(nil, 200, "PATCH", "/customers/1", fmt.Sprintf(`{"version":1,"owner_id":%d}`, kim.ID))
	member.Into(nil, 200, "GET", path, "")
	member.Into(nil, 403, "POST", "/quotes", `{"customer_id":1,`+twoLines+`}`)
	member.Into(nil, 403, "POST", path+"/sent", `{"version":1}`)
	member.Into(nil, 403, "POST", path+"/accepted", `{"signer":"Kim"}`)
	member.Into(nil, 403, "DELETE", path, "")
	if r := a.SignIn("kim@example.com", apptest.Password).Get("/quotes/new?customer=1"); r.Status != http.StatusForbidden {
		t.Errorf("the form: %d", r.Status)
	}
}

// One accepted quote: its deal is won, and one undo takes the answer, the order
// and the result of the deal back together.
func TestTheDealIsWonAndAllOfItIsTakenBack(t *testing.T) {
	a, api := shop(t)
	api.Into(nil, 201, "POST", "/deals", `{"name":"Second shop","customer_id":1}`)
	q := write(t, api, `"deal_id":1,`+twoLines)
	q.send(t, api)
	won := func() int { return a.Count(`SELECT count(*) FROM deal WHERE result = 'won'`) }
	if r := a.Browser().Post(link(t, a, q.ID)+"/accept", "signer", "Ines"); r.Status != http.StatusSeeOther || won() != 1 {
		t.Fatalf("%d, %d won: %s", r.Status, won(), r.Body)
	}
	b := a.Owner()
	set := a.Count(`SELECT max(id) FROM journal_set WHERE op = 'quote.accept'`)
	b.Get(fmt.Sprintf("/history/%d", set))
	b.Follow(fmt.Sprintf("/history/%d/undo", set))
	q.read(t, api)
	if q.State != "sent" || won() != 0 || a.Count(`SELECT count(*) FROM order_head`) != 0 {
		t.Errorf("taken back: %+v, %d won, %d orders", q, won(), a.Count(`SELECT count(*) FROM order_head`))
	}
}

// The form without any script: rows, options, a mistake keeps what was typed.
func TestTheGridWorksWithoutAScript(t *testing.T) {
	a, _ := shop(t)
	b := a.Owner()
	if page := b.Get("/quotes/new?customer=1"); page.Status != 200 || strings.Count(page.Body, `name="line_name"`) < 4 {
		t.Fatalf("%d", page.Status)
	}
	fields := []string{"customer_id", "1", "quoted_on", "2026-03-01", "valid_until", "2199-01-01", "discount", "5%",
		"line_name", "House espresso", "line_quantity", "3", "line_unit", "", "line_price", "", "line_discount", "9折", "line_tax", "",
		"line_name", "", "line_quantity", "", "line_unit", "", "line_price", "", "line_discount", "", "line_tax", "",
		"line_name", "Delivery", "line_quantity", "", "line_unit", "", "line_price", "10", "line_discount", "", "line_tax", "", "line_optional", "2"}
	bad := append([]string{}, fields...)
	bad[9] = "a lot"
	if r := b.Post("/quotes", bad...); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, `value="a lot"`) && !strings.Contains(r.Body, "House espresso") {
		t.Errorf("a mistake: %d", r.Status)
	}
	if r := b.Post("/quotes", fields...); r.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	page := b.Get("/quotes/1").Body
	for _, want := range []string{"$51.30", "Delivery", "Optional", "13%"} { // 60 - 10 % - 5 %
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if paper := b.Get("/quotes/1/print"); paper.Status != 200 || !strings.Contains(paper.Body, "$51.30") {
		t.Errorf("on paper: %d", paper.Status)
	}
}
