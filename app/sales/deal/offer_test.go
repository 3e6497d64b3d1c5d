package deal_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// What is sold on a deal costs what it costs this customer, and a quote begins
// with it.
func TestADealsProductsArePricedForItsCustomerAndBecomeAQuote(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"kind":"company","name":"Harbour Street Bakery","level":"A","owner_id":1}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Somebody else","owner_id":1}`)
	api.Into(nil, 201, "POST", "/contacts", `{"customer_id":1,"name":"Ines Calder"}`)
	api.Into(nil, 201, "POST", "/contacts", `{"customer_id":2,"name":"Jo Marsh"}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"House espresso","unit":"kg","price":{"amount":"20.00","currency":"USD"},"tax_rate":1300}`)
	api.Into(nil, 201, "POST", "/price-lists", `{"name":"Wholesale","levels":"A","prices":[{"product_id":1,"from_quantity":10,"price":{"amount":"18.00","currency":"USD"}}]}`)
	b := a.Owner()
	if page := b.Get("/deals/new?customer=1").Body; !strings.Contains(page, `name="contact_id"`) || !strings.Contains(page, "Ines Calder") || strings.Contains(page, "Jo Marsh") {
		t.Error("the form does not offer the people of the customer")
	}
	if r := b.Post("/deals", "customer_id", "1", "name", "Beans", "contact_id", "2"); r.Status != 422 {
		t.Errorf("somebody of another customer: %d", r.Status)
	}
	b.Follow("/deals", "customer_id", "1", "name", "Beans for the new shop", "contact_id", "1", "owner_id", "1")
	var d told
	save := func(lines ...string) {
		api.Into(&d, 200, "GET", "/deals/1", "")
		if r := b.Post("/deals/1/lines", append([]string{"version", fmt.Sprint(d.Version)}, lines...)...); r.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		api.Into(&d, 200, "GET", "/deals/1", "")
	}
	save("line_name", "House espresso", "line_quantity", "9", "line_price", "", "line_discount", "")
	if d.Amount.Amount != "180.00" {
		t.Errorf("nine cost %s", d.Amount.Amount)
	}
	save("line_name", "house Espresso", "line_quantity", "9", "line_price", "", "line_discount", "", "line_name", "Delivery", "line_quantity", "", "line_price", "5", "line_discount", "9折")
	if d.Amount.Amount != "184.50" {
		t.Errorf("with the delivery %s", d.Amount.Amount)
	}
	save()
	save("line_name", "House espresso", "line_quantity", "10", "line_price", "", "line_discount", "5%")
	if d.Amount.Amount != "171.00" { // ten at the price of the list, less 5 %
		t.Errorf("ten cost %s", d.Amount.Amount)
	}
	page := b.Get("/quotes/new?deal=1").Body
	for _, want := range []string{`value="House espresso"`, `value="18.00"`, `value="5%"`, `name="line_tax" value="13"`, `value="1" selected`} {
		if !strings.Contains(page, want) {
			t.Errorf("the quote does not begin with %s", want)
		}
	}
	b.Follow("/quotes", "customer_id", "1", "deal_id", "1", "title", "Beans", "quoted_on", "2026-03-02", "line_name", "House espresso", "line_quantity", "10", "line_price", "18.00", "line_discount", "5%", "line_tax", "13")
	if page := b.Get("/deals/1").Body; !strings.Contains(page, `href="/quotes/1"`) || !strings.Contains(page, "$171.00") {
		t.Error("the deal does not show its quote")
	}
	api.Into(nil, 200, "POST", "/deals/1/lost", `{"reason_id":7}`)
	if page := b.Get("/quotes/new?deal=1").Body; !strings.Contains(page, `value="1" selected>Beans for the new shop`) {
		t.Error("a quote of a deal that was lost forgets its deal")
	}
	api.Into(nil, 200, "POST", "/deals/1/open", "")
	// the list changes: neither the deal nor its quote does
	api.Into(nil, 200, "PUT", "/price-lists/1", `{"version":1,"name":"Wholesale","levels":"A","prices":[{"product_id":1,"from_quantity":1,"price":{"amount":"30.00","currency":"USD"}}]}`)
	api.Into(nil, 200, "PATCH", "/quotes/1", `{"version":1,"title":"Beans, spring"}`)
	if n := a.Count(`SELECT (SELECT amount FROM deal) = 17100 AND (SELECT total FROM quote) = 17100`); n != 1 {
		t.Error("a changed price list changed what was written")
	}
	api.Into(nil, 204, "DELETE", "/products/1", "")
	if page := b.Get("/quotes/new?deal=1"); page.Status != 200 || !strings.Contains(page.Body, `value="House espresso"`) {
		t.Errorf("a deleted product on the deal: %d", page.Status)
	}
}

func TestAStageHasDocumentsAndADealItsRivals(t *testing.T) {
	a, api := filled(t)
	b := a.Owner()
	b.Get("/settings/deal-stages/1")
	if r := b.Post("/settings/deal-stages/1", "version", "1", "name", "New", "documents", "Price sheet"); r.Status != 422 || !strings.Contains(r.Body, "no address at its end: Price sheet") {
		t.Errorf("a document without an address: %d", r.Status)
	}
	for _, bad := range []string{"x javascript:alert(1)", "x //example.com", "x ftp://example.com/x", "x https://"} {
		if r := api.Call("PATCH", "/deal-stages/1", `{"version":1,"documents":["`+bad+`"]}`); r.Status != 422 {
			t.Errorf("%s: %d", bad, r.Status)
		}
	}
	b.Follow("/settings/deal-stages/1", "version", "1", "name", "New", "documents", "Price sheet https://example.com/prices.pdf\r\nOur samples /products\r\n\r\n")
	if page := b.Get("/deals/1").Body; !strings.Contains(page, `href="https://example.com/prices.pdf" target="_blank" rel="noopener noreferrer"`) || !strings.Contains(page, "Our samples") {
		t.Error("the deal does not show the documents of its stage")
	}
	var st struct {
		Stages []struct{ Documents []string }
	}
	api.Into(&st, 200, "GET", "/pipelines/1", "")
	if len(st.Stages[0].Documents) != 2 || st.Stages[1].Documents == nil {
		t.Errorf("%+v", st)
	}
	var rival struct{ ID int64 }
	api.Into(&rival, 201, "POST", "/deals/1/rivals", `{"name":"Bean & Co","note":"5 % less"}`)
	if r := api.Call("POST", "/deals/1/rivals", `{"name":" "}`); r.Status != 422 {
		t.Errorf("a rival without a name: %d", r.Status)
	}
	if r := api.Call("GET", "/deals/1/rivals", ""); !strings.Contains(r.Body, `"note":"5 % less"`) {
		t.Error(r.Body)
	}
	a.Colleague(apptest.MemberEmail, auth.Member)
	own := a.API(apptest.MemberEmail, "write")
	b.Get("/settings/roles")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "deal.read", "allowed", "customer.read")
	api.Into(nil, 200, "PATCH", "/customers/1", `{"version":1,"owner_id":1}`)
	if r := own.Call("GET", "/deals/1/rivals", ""); r.Status != 404 {
		t.Errorf("the rivals of somebody else's deal: %d", r.Status)
	}
	for _, c := range [][3]string{{"POST", "/deals/1/rivals", `{"name":"x"}`}, {"DELETE", fmt.Sprintf("/deals/1/rivals/%d", rival.ID), ""}} {
		if r := own.Call(c[0], c[1], c[2]); r.Status != 403 {
			t.Errorf("%s %s without the right: %d", c[0], c[1], r.Status)
		}
	}
	api.Into(nil, 404, "DELETE", fmt.Sprintf("/deals/2/rivals/%d", rival.ID), "")
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/deals/1/rivals/%d", rival.ID), "")
	api.Into(nil, 404, "DELETE", fmt.Sprintf("/deals/1/rivals/%d", rival.ID), "")
}

// Two sellers let go of one card in the same moment: one of them moves it, the
// other hears where it stands; a stage that is gone meanwhile takes nobody.
func TestTwoSellersMoveOneCardAtOnce(t *testing.T) {
	a, api := filled(t)
	var wg sync.WaitGroup
	type answer struct{ asked, status int }
	results := make(chan answer, 8)
	for i := range 8 {
		wg.Go(func() {
			stage := 2 + i%3
			results <- answer{stage, api.Call("POST", "/deals/1/move", fmt.Sprintf(`{"version":1,"stage_id":%d}`, stage)).Status}
		})
	}
	wg.Wait()
	close(results)
	var d told
	api.Into(&d, 200, "GET", "/deals/1", "")
	for r := range results { // whoever wants it where it stands already is content
		if stands := int64(r.asked) == d.StageID; r.status != 409 && (r.status != 200 || !stands) {
			t.Errorf("to stage %d, standing in %d: %d", r.asked, d.StageID, r.status)
		}
	}
	if n := a.Count(`SELECT count(*) FROM deal_move WHERE deal_id = 1`); n != 2 {
		t.Errorf("it moved %d times", n-1)
	}
	gone := int64(2)
	if d.StageID == 2 {
		gone = 3
	}
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/deal-stages/%d", gone), "")
	if r := api.Call("POST", "/deals/1/move", fmt.Sprintf(`{"version":%d,"stage_id":%d}`, d.Version, gone)); r.Status != 422 || !strings.Contains(r.Body, "body.stage_id") {
		t.Errorf("into a stage that is gone: %d %s", r.Status, r.Body)
	}
	a.Clock.Add(time.Minute)
	won := make(chan int, 6)
	for range 6 { // Won is pressed at once by several
		wg.Go(func() { won <- api.Call("POST", "/deals/1/won", `{"reason_id":1}`).Status })
	}
	wg.Wait()
	close(won)
	seen := map[int]int{}
	for status := range won {
		seen[status]++
	}
	if seen[200] != 1 || seen[409] != 5 || a.Count(`SELECT count(*) FROM event WHERE kind = 'deal.won'`) != 1 {
		t.Errorf("won %v", seen)
	}
}
