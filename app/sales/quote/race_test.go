package quote_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Accept is pressed by several at once, on the customer's page and by whoever
// wrote it: there is one order, and the deal is won once.
func TestAcceptedAtOnceByManyItIsOneOrder(t *testing.T) {
	a, api := shop(t)
	api.Into(nil, 201, "POST", "/deals", `{"name":"Second shop","customer_id":1}`)
	q := write(t, api, `"deal_id":1,"valid_until":"2199-01-01",`+twoLines)
	q.send(t, api)
	to := link(t, a, q.ID)
	var wg sync.WaitGroup
	said := make(chan int, 8)
	for i := range 8 {
		b := a.Browser()
		b.Get(to)
		wg.Go(func() {
			if i%2 == 0 {
				said <- b.Post(to+"/accept", "signer", fmt.Sprintf("Signer %d", i)).Status
				return
			}
			said <- api.Call("POST", fmt.Sprintf("/quotes/%d/accepted", q.ID), `{"signer":"Desk"}`).Status
		})
	}
	wg.Wait()
	close(said)
	for status := range said {
		if status != http.StatusOK && status != http.StatusSeeOther {
			t.Errorf("one of them hears %d", status)
		}
	}
	if n := a.Count(`SELECT (SELECT count(*) FROM order_head) * 100 + (SELECT count(*) FROM event WHERE kind = 'quote.accepted') * 10 + (SELECT count(*) FROM event WHERE kind = 'deal.won')`); n != 111 {
		t.Errorf("orders, acceptances and wins: %d", n)
	}
}

// What was offered stands: a price list that changes afterwards changes neither
// the quote nor its order.
func TestAPriceListThatChangesLaterChangesNoOffer(t *testing.T) {
	a, api := shop(t)
	list := func(version int, price string) string {
		return fmt.Sprintf(`{"version":%d,"name":"Wholesale","levels":"A","prices":[{"product_id":1,"from_quantity":1,"price":%s}]}`, version, usd(price))
	}
	api.Into(nil, 201, "POST", "/price-lists", list(0, "18.00"))
	q := write(t, api, `"lines":[{"product_id":1,"quantity":10}]`)
	q.send(t, api)
	api.Into(nil, 200, "PUT", "/price-lists/1", list(1, "30.00"))
	api.Into(nil, 200, "PATCH", "/products/1", `{"version":1,"price":`+usd("50.00")+`,"tax_rate":600}`)
	if r := a.Browser().Post(link(t, a, q.ID)+"/accept", "signer", "Ines"); r.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	q.read(t, api)
	if q.Total.Amount != "180.00" || a.Count(`SELECT count(*) FROM order_head o JOIN order_line l ON l.order_id = o.id WHERE o.total = 18000 AND l.unit_price = 1800 AND l.tax_rate = 1300`) != 1 {
		t.Errorf("%+v", q)
	}
	next := write(t, api, `"lines":[{"product_id":1,"quantity":10}]`)
	if next.Total.Amount != "300.00" {
		t.Errorf("a new one costs %s", next.Total.Amount)
	}
}

// A quote of another currency than the shop counts in now says so and makes
// nothing; amounts of another currency are refused by their line.
func TestAQuoteOfAnotherCurrencyMakesNoOrder(t *testing.T) {
	a, api := shop(t)
	q := write(t, api, twoLines)
	q.send(t, api)
	to := link(t, a, q.ID)
	b := a.Owner()
	version := regexp.MustCompile(`name="version" value="([^"]*)"`).FindStringSubmatch(b.Get("/settings/business").Body)[1]
	if r := b.Post("/settings/business", "name", "Kettle & Crane", "locale", "en", "currency", "EUR", "timezone", "UTC", "region", "US", "map", "none", "version", version); r.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if r := a.Browser().Post(to+"/accept", "signer", "Ines"); r.Status != http.StatusConflict || !strings.Contains(r.Body, "The quote is in USD, the shop counts in EUR now") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := api.Call("POST", fmt.Sprintf("/quotes/%d/accepted", q.ID), `{"signer":"Desk"}`); r.Status != http.StatusConflict || a.Count(`SELECT count(*) FROM order_head`) != 0 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	for path, field := range map[string]string{"/orders": "body.lines[0].unit_price", "/quotes": "body.lines[0].unit_price"} {
		r := api.Call("POST", path, `{"customer_id":1,"lines":[{"name":"x","quantity":1,"unit_price":`+usd("1.00")+`}]}`)
		if r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, field) {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
}
