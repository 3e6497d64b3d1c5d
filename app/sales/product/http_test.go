package product_test

import (
	"net/http"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

func usd(amount string) string { return `{"amount":"` + amount + `","currency":"USD"}` }

// Price lists, units and what products cost, as each may see and change them.
func TestPriceListsAndCostsOverTheAPI(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/products", `{"name":"Tea","unit":"bag","price":`+usd("10.00")+`,"cost":`+usd("4.44")+`,"tax_rate":1300,"units":[{"name":"box","factor":1.5}]}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Tea, red","price":`+usd("11.00")+`,"parent_id":1}`)
	api.Into(nil, 422, "POST", "/products", `{"name":"x","parent_id":2}`)
	api.Into(nil, 422, "POST", "/products", `{"name":"x","tax_rate":10001}`)
	api.Into(nil, 422, "POST", "/products", `{"name":"x","units":[{"name":"box","factor":0}]}`)
	api.Into(nil, 201, "POST", "/price-lists", `{"name":"Wholesale","levels":"A","prices":[{"product_id":1,"from_quantity":10,"price":`+usd("9.00")+`}]}`)
	api.Into(nil, 422, "POST", "/price-lists", `{"name":"x","prices":[{"product_id":99,"price":`+usd("9.00")+`}]}`)
	api.Into(nil, 422, "POST", "/price-lists", `{"name":"x","prices":[{"product_id":1,"price":{"amount":"9.00","currency":"EUR"}}]}`)
	api.Into(nil, 409, "PUT", "/price-lists/1", `{"version":9,"name":"x"}`)
	var price struct {
		Price struct{ Amount string }
		List  string
	}
	api.Into(&price, 200, "GET", "/products/1/price?quantity=10&level=A", "")
	if price.Price.Amount != "9.00" || price.List != "Wholesale" {
		t.Errorf("got %+v", price)
	}
	api.Into(nil, 422, "GET", "/products/1/price?quantity=many", "")

	a.Colleague("kim@example.com", auth.Member)
	b := a.Owner()
	b.Get("/settings/roles")
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "product.read", "allowed", "history.read")
	kim := a.API("kim@example.com", "write")
	if r := kim.Call("GET", "/products/1", ""); r.Status != http.StatusOK || strings.Contains(r.Body, "4.44") || strings.Contains(r.Body, "cost") {
		t.Errorf("the cost was told: %d %s", r.Status, r.Body)
	}
	if r := api.Call("GET", "/products/1", ""); !strings.Contains(r.Body, "4.44") {
		t.Errorf("the owner is not told the cost: %s", r.Body)
	}
	kim.Into(nil, 200, "GET", "/price-lists/1", "")
	kim.Into(nil, 403, "POST", "/price-lists", `{"name":"x"}`)
	kim.Into(nil, 403, "DELETE", "/price-lists/1", "")
	kims := a.SignIn("kim@example.com", apptest.Password)
	for _, page := range []string{"/products/1", "/exports/products?format=csv"} {
		if r := kims.Get(page); strings.Contains(r.Body, "4.44") {
			t.Errorf("%s tells the cost", page)
		}
	}
	for _, path := range []string{"/price-lists", "/products/1/related", "/products/1/related/2/delete", "/price-lists/1/delete", "/products/1/picture/delete"} {
		if r := kims.Post(path, "name", "x", "related", "Tea, red"); r.Status != http.StatusForbidden {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	a.Anonymous().Into(nil, 401, "GET", "/price-lists", "")
	for _, path := range []string{"/price-lists", "/products/1/picture"} {
		if r := a.Browser().Get(path); r.Status == http.StatusOK {
			t.Errorf("a stranger reads %s", path)
		}
	}
}

// The pages: a variant begins as its parent, related products go both ways, a
// mistake in a price list keeps what was typed.
func TestThePagesOfPricesAndVariants(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/products", `{"name":"Tea","code":"T1","unit":"bag","price":`+usd("10.00")+`}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"Cup","price":`+usd("3.00")+`}`)
	b := a.Owner()
	if page := b.Get("/products/new?parent=1").Body; !strings.Contains(page, `value="Tea"`) || strings.Contains(page, `value="T1"`) {
		t.Error("a variant does not begin as its parent")
	}
	b.Follow("/products/1/related", "related", "cup")
	if page := b.Get("/products/2").Body; !strings.Contains(page, `/products/2/related/1/delete`) {
		t.Error("the other does not know of it")
	}
	if r := b.Post("/products/1/related", "related", "<b>nothing</b>"); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown product: %d", r.Status)
	}
	bad := b.Post("/price-lists", "name", "Spring", "level", "A", "starts_on", "2026-05-01", "ends_on", "2026-04-01", "item_product", "Tea", "item_least", "ten", "item_price", "9")
	if bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, `value="ten"`) {
		t.Errorf("a mistake: %d", bad.Status)
	}
	if page := b.Follow("/price-lists", "name", "Spring", "active", "1", "level", "A", "item_product", "Tea", "item_least", "10", "item_price", "9"); !strings.Contains(page.Body, "Spring") || !strings.Contains(page.Body, "In force") {
		t.Errorf("kept: %d", page.Status)
	}
	b.Follow("/price-lists/1/delete")
	if a.Count(`SELECT count(*) FROM product_list_price`) != 0 {
		t.Error("its prices stayed")
	}
}
