package customfield_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

func mustSay(t *testing.T, what, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("%s does not say %q", what, w)
		}
	}
}

// A field on each kind of record is at once on its form, its page, in the list's
// filter, the search, the API, the import and the history.
func TestContactsProductsAndOrdersHaveOwnFields(t *testing.T) {
	a := apptest.New(t)
	b, api := a.Owner(), a.API("", "write")
	for _, subject := range []string{"contact", "product", "order"} {
		add(t, api, fmt.Sprintf(`{"subject":%q,"kind":"text","name_en":"Shelf %s","key":"shelf","searchable":true}`, subject, subject))
		b.Get("/settings/fields/new?subject=" + subject)
		page := b.Follow("/settings/fields", "subject", subject, "kind", "number", "name_en", "Weight "+subject, "key", "weight")
		mustSay(t, "the list of fields", page.Body, "Shelf "+subject, "Weight "+subject)
	}
	var c, k, p, o shown
	api.Into(&c, 201, "POST", "/customers", `{"name":"Harbour Bakery"}`)
	api.Into(&k, 201, "POST", "/contacts", fmt.Sprintf(`{"customer_id":%d,"name":"Ines","fields":{"shelf":"Zebra 7","weight":2}}`, c.ID))
	api.Into(&p, 201, "POST", "/products", `{"name":"Assam","fields":{"shelf":"Yak 8","weight":2.5}}`)
	api.Into(&o, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"2","currency":"USD"}}],"fields":{"shelf":"Xerus 9","weight":3}}`, c.ID))
	for path, want := range map[string]string{fmt.Sprintf("/contacts/%d", k.ID): "Zebra 7", fmt.Sprintf("/products/%d", p.ID): "Yak 8", fmt.Sprintf("/orders/%d", o.ID): "Xerus 9"} {
		var one shown
		api.Into(&one, 200, "GET", path, "")
		if one.Fields["shelf"] != want {
			t.Errorf("%s: %v", path, one.Fields)
		}
		mustSay(t, path, b.Get(path).Body, want, "Shelf")
		list := path[:strings.LastIndex(path, "/")]
		for filter, n := range map[string]int{"filter[fields.shelf][eq]=" + url.QueryEscape(want): 1, "filter[fields.weight][gt]=99": 0, "filter[fields.weight][gte]=2": 1} {
			var found struct{ Items []shown }
			name, value, _ := strings.Cut(filter, "=")
			api.Into(&found, 200, "GET", list+"?"+url.QueryEscape(name)+"="+value, "")
			if len(found.Items) != n {
				t.Errorf("%s?%s finds %d", list, filter, len(found.Items))
			}
		}
		if r := api.Call("PATCH", path, fmt.Sprintf(`{"version":%d,"fields":{"weight":"heavy"}}`, one.Version)); r.Status != 422 || !strings.Contains(r.Body, "fields.weight") {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
		api.Into(&one, 200, "PATCH", path, fmt.Sprintf(`{"version":%d,"fields":{"weight":7}}`, one.Version))
		mustSay(t, "the history of "+path, b.Get(fmt.Sprintf("/history/%d", a.Count(`SELECT max(id) FROM journal_set`))).Body, "Weight", "7")
		api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) FROM journal_set`)), "")
		api.Into(&one, 200, "GET", path, "")
		if one.Fields["weight"] == float64(7) {
			t.Errorf("%s: an undo does not give the old value back", path)
		}
	}
	mustSay(t, "the search by a contact's field", b.Get("/customers?q=zebra").Body, "Harbour Bakery")
	mustSay(t, "the search by a product's field", b.Get("/products?q=yak").Body, "Assam")
	mustSay(t, "the search by an order's field", b.Get("/orders?q=Xerus").Body, "Harbour Bakery")
	mustSay(t, "the form of an order", b.Get(fmt.Sprintf("/orders/%d/edit", o.ID)).Body, `name="fields.shelf"`, "Xerus 9")
	mustSay(t, "the form of a contact", b.Get(fmt.Sprintf("/contacts/%d", k.ID)).Body, `name="fields.shelf"`)
	mustSay(t, "the customer's page", b.Get(fmt.Sprintf("/customers/%d", c.ID)).Body, "Zebra 7")
	a.Import("products", "name,Shelf product,weight\nDarjeeling,D 1,0.5\n", importer.Options{})
	a.Import("contacts", "customer,name,shelf\nHarbour Bakery,Jo,J 1\n", importer.Options{})
	a.Import("orders", "order_no,ordered_on,customer,product,unit_price,shelf\nX-1,2026-01-05,Harbour Bakery,Assam,3,O 1\n", importer.Options{})
	for table, value := range map[string]string{"product": "D 1", "contact": "J 1", "order_head": "O 1"} {
		if n := a.Count(`SELECT count(*) FROM ` + table + ` WHERE fields LIKE '%"` + value + `"%'`); n != 1 {
			t.Errorf("%d of %s came with a field", n, table)
		}
	}
	if again, _ := a.Import("orders", "order_no,ordered_on,customer,product,unit_price,shelf\nX-1,2026-01-05,Harbour Bakery,Assam,3,O 1\n", importer.Options{OnDuplicate: importer.Update}); apptest.Tally(again) != "0 0 1 0" {
		t.Errorf("the same file changes something: %s", apptest.Tally(again))
	}
}

func TestAFieldNamesACustomerThroughAMergeAndBack(t *testing.T) {
	a := apptest.New(t)
	b, api := a.Owner(), a.API("", "write")
	add(t, api, `{"subject":"customer","kind":"customer","name_en":"Introduced by","key":"by"}`)
	var ids []int64
	for _, name := range []string{"Harbour Bakery", "Harbour Café", "Twin", "Twin"} {
		var c shown
		api.Into(&c, 201, "POST", "/customers", fmt.Sprintf(`{"name":%q}`, name))
		ids = append(ids, c.ID)
	}
	var who shown
	api.Into(&who, 201, "POST", "/customers", fmt.Sprintf(`{"name":"Ines","fields":{"by":%d}}`, ids[0]))
	path := fmt.Sprintf("/customers/%d", who.ID)
	mustSay(t, "the page", b.Get(path).Body, "Introduced by", fmt.Sprintf(`href="/customers/%d"`, ids[0]))
	for typed, status := range map[string]int{"harbour bakery": 303, fmt.Sprintf("Anything #%d", ids[1]): 303, "Twin": 422, "Nobody at all": 422, "#999": 422, "Harbour": 422} {
		page := b.Post("/customers", "name", "P "+typed, "kind", "person", "fields.by", typed)
		if page.Status != status {
			t.Errorf("%q: %d", typed, page.Status)
		}
		if typed == "Twin" || typed == "Harbour" {
			mustSay(t, "the form", page.Body, "Several may be meant", fmt.Sprintf("#%d", map[string]int64{"Twin": ids[3], "Harbour": ids[1]}[typed]))
		}
	}
	mustSay(t, "what is offered while typing", b.Get("/own-fields/customers?q=harb").Body, fmt.Sprintf("Harbour Bakery #%d", ids[0]))
	api.Into(nil, 201, "POST", "/merges", fmt.Sprintf(`{"survivor_id":%d,"customer_ids":[%d]}`, ids[1], ids[0]))
	set := a.Count(`SELECT max(id) FROM journal_set`)
	api.Into(&who, 200, "GET", path, "")
	if got := fmt.Sprint(who.Fields["by"]); !strings.Contains(got, "Harbour Café") || !strings.Contains(got, fmt.Sprint(ids[1])) {
		t.Errorf("after the merge %s", got)
	}
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), "")
	api.Into(&who, 200, "GET", path, "")
	if got := fmt.Sprint(who.Fields["by"]); !strings.Contains(got, "Harbour Bakery") {
		t.Errorf("after the undo %s", got)
	}
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/customers/%d", ids[0]), "")
	mustSay(t, "the page of one whose introducer is gone", b.Get(path).Body, "This customer is no longer here")
	api.Into(&who, 200, "PATCH", path, fmt.Sprintf(`{"version":%d,"fields":{"by":%d}}`, who.Version, ids[0])) // as it is, it may stay
	a.Colleague(apptest.MemberEmail, "member")
	member := a.API(apptest.MemberEmail, "write")
	if r := member.Call("GET", path, ""); r.Status == 200 && strings.Contains(r.Body, "Harbour Bakery") {
		t.Errorf("a name leaks: %s", r.Body)
	}
}

func TestComputedFieldsAreWorkedOutAndExplained(t *testing.T) {
	a := apptest.New(t)
	b, api := a.Owner(), a.API("", "write")
	add(t, api, `{"subject":"customer","kind":"number","name_en":"Visits"}`)
	add(t, api, `{"subject":"customer","kind":"computed","name_en":"Per visit","formula":"orders_total / visits"}`)
	add(t, api, `{"subject":"order","kind":"computed","name_en":"Owed words","formula":"if(outstanding > 0, 'owed', 'paid')"}`)
	var c, o shown
	api.Into(&c, 201, "POST", "/customers", `{"name":"Ines","fields":{"visits":4}}`)
	api.Into(&o, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":"2026-02-01","lines":[{"name":"Tea","quantity":1,"unit_price":{"amount":"50","currency":"USD"}}]}`, c.ID))
	path := fmt.Sprintf("/customers/%d", c.ID)
	api.Into(&c, 200, "GET", path, "")
	if got := fmt.Sprint(c.Fields["per_visit"]); !strings.Contains(got, "12.50") {
		t.Errorf("computed %s", got)
	}
	if o.Fields["owed_words"] != "owed" {
		t.Errorf("an order's: %v", o.Fields)
	}
	mustSay(t, "the record", b.Get(path).Body, "Per visit", "12.50")
	mustSay(t, "the export", b.Get("/customers/export").Body, "fields.per_visit", "12.50")
	api.Into(&c, 200, "PATCH", path, fmt.Sprintf(`{"version":%d,"fields":{"visits":0}}`, c.Version))
	if c.Fields["per_visit"] != nil {
		t.Errorf("divided by nothing: %v", c.Fields)
	}
	if r := api.Call("PATCH", path, fmt.Sprintf(`{"version":%d,"fields":{"per_visit":1}}`, c.Version)); r.Status != 422 || !strings.Contains(r.Body, "computed") {
		t.Errorf("set: %d %s", r.Status, r.Body)
	}
	if r := api.Call("GET", "/orders?filter%5Bfields.owed_words%5D%5Beq%5D=owed", ""); r.Status != 422 || !strings.Contains(r.Body, "not filtered") {
		t.Errorf("filtered by what comes of other records: %d %s", r.Status, r.Body)
	}
	for formula, words := range map[string]string{"orders_total +": "character 15", "visit * 2": "no field visit", "name + 1": "does not go with", "per_visit": "no field per_visit"} {
		page := b.Post("/settings/fields", "subject", "customer", "kind", "computed", "name_en", "X", "formula", formula)
		if page.Status != 422 || !strings.Contains(page.Body, words) {
			t.Errorf("%s: %d", formula, page.Status)
		}
	}
}

func TestSensitiveValuesAreSealedMaskedAndEveryLookIsNoted(t *testing.T) {
	a := apptest.New(t)
	b, api := a.Owner(), a.API("", "write")
	id := add(t, api, `{"subject":"customer","kind":"text","name_en":"Bank account","key":"iban","sensitive":true}`)
	const secret = "GB00 7777 1234"
	var c shown
	api.Into(&c, 201, "POST", "/customers", `{"name":"Ines","fields":{"iban":"`+secret+`"}}`)
	path := fmt.Sprintf("/customers/%d", c.ID)
	for _, table := range []string{"customer", "journal_change", "event", "search_doc", "timeline_entry", "idempotency"} {
		columns := map[string]string{"customer": "fields", "journal_change": "coalesce(data, '')", "event": "data", "search_doc": "words", "timeline_entry": "data", "idempotency": "1"}[table]
		if a.Count(`SELECT count(*) FROM `+table+` WHERE `+columns+` LIKE '%7777%'`) != 0 {
			t.Errorf("%s holds it in the clear", table)
		}
	}
	if n := a.Count(fmt.Sprintf(`SELECT count(*) FROM customer WHERE json_extract(fields, '$.f%d') LIKE 'v1:%%'`, id)); n != 1 {
		t.Error("it is not sealed")
	}
	for what, body := range map[string]string{"the page": b.Get(path).Body, "the form": b.Get(path + "/edit").Body, "the list": b.Get("/customers").Body,
		"the export": b.Get("/customers/export").Body, "the API": api.Call("GET", path, "").Body, "the API's list": api.Call("GET", "/customers", "").Body} {
		if strings.Contains(body, "7777") {
			t.Errorf("%s shows it", what)
		}
	}
	before := a.Count(`SELECT count(*) FROM journal_change`)
	api.Into(&c, 200, "GET", path, "")
	api.Into(&c, 200, "PATCH", path, fmt.Sprintf(`{"version":%d,"fields":{"iban":{"masked":true}}}`, c.Version))
	page := b.Post(path, "name", "Ines", "kind", "person", "version", fmt.Sprint(c.Version), "fields.iban", "••••••")
	if page.Status != http.StatusSeeOther || a.Count(`SELECT count(*) FROM journal_change WHERE data LIKE '%"fields"%' AND id > `+fmt.Sprint(before)) != 0 {
		t.Errorf("a form that is sent back unchanged changes it: %d", page.Status)
	}
	if page = b.Post(path, "name", "Ines", "kind", "person", "version", fmt.Sprint(c.Version+1), "fields.iban", "•••12"); page.Status != 422 {
		t.Errorf("half a mask: %d", page.Status)
	}
	shown := b.Post(path+"/fields/reveal", "field", "iban")
	mustSay(t, "the page of the value", shown.Body, secret)
	if shown.Header.Get("Cache-Control") != "no-store" {
		t.Error("the value may be kept by a browser")
	}
	mustSay(t, "the API", api.Call("POST", path+"/fields/reveal", `{"field":"iban"}`).Body, secret)
	if n := a.Count(fmt.Sprintf(`SELECT count(*) FROM journal_set WHERE op = 'custom_field.reveal' AND subject_kind = 'customer' AND subject_id = %d AND reason = 'Bank account' AND user_id IS NOT NULL`, c.ID)); n != 2 {
		t.Errorf("%d looks are noted", n)
	}
	mustSay(t, "the audit log", b.Get("/history?view=audit").Body, "Looked at a sensitive field")
	a.Colleague(apptest.MemberEmail, "member")
	member := a.API(apptest.MemberEmail, "write")
	if r := member.Call("POST", path+"/fields/reveal", `{"field":"iban"}`); r.Status != 403 {
		t.Errorf("a member: %d", r.Status)
	}
	if r := a.Anonymous().Call("POST", path+"/fields/reveal", `{"field":"iban"}`); r.Status != 401 {
		t.Errorf("nobody: %d", r.Status)
	}
	for p, body := range map[string]string{path: `{"field":"nothing"}`, "/customers/999": `{"field":"iban"}`} {
		if r := api.Call("POST", p+"/fields/reveal", body); r.Status != 404 {
			t.Errorf("%s %s: %d", p, body, r.Status)
		}
	}
	mustSay(t, "the export that asks for it", b.Get("/customers/export?clear=1").Body, secret)
	if a.Count(`SELECT count(*) FROM journal_set WHERE op = 'customer.export_clear'`) != 1 {
		t.Error("that export is not noted")
	}
	if r := api.Call("GET", "/customers?filter%5Bfields.iban%5D%5Beq%5D=x", ""); r.Status != 422 {
		t.Errorf("filtered: %d", r.Status)
	}
	for _, body := range []string{`{"subject":"customer","kind":"text","name_en":"X","sensitive":true,"searchable":true}`, `{"subject":"customer","kind":"person","name_en":"X","sensitive":true}`} {
		if r := api.Call("POST", "/custom-fields", body); r.Status != 422 {
			t.Errorf("%s: %d", body, r.Status)
		}
	}
	file := "name,email,iban\nJo,jo@example.com,DE11\n"
	a.Import("customers", file, importer.Options{})
	if again, _ := a.Import("customers", file, importer.Options{OnDuplicate: importer.Update}); apptest.Tally(again) != "0 0 1 0" {
		t.Errorf("the same file changes something: %s", apptest.Tally(again))
	}
}

func TestAFieldIsRequiredOnlyWhenItsRuleHolds(t *testing.T) {
	a := apptest.New(t)
	b, api := a.Owner(), a.API("", "write")
	add(t, api, `{"subject":"customer","kind":"text","name_en":"VAT","key":"vat","required_field":"kind","required_value":"company"}`)
	add(t, api, `{"subject":"order","kind":"text","name_en":"Reason","required_field":"status","required_value":"cancelled"}`)
	for body, status := range map[string]int{`{"name":"A","kind":"company"}`: 422, `{"name":"B","kind":"person"}`: 201, `{"name":"C","kind":"company","fields":{"vat":"1"}}`: 201} {
		if r := api.Call("POST", "/customers", body); r.Status != status {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	mustSay(t, "the form", b.Get("/customers/new").Body, `data-need-field="kind"`, `data-need-value="company"`)
	if r := api.Call("POST", "/custom-fields", `{"subject":"customer","kind":"text","name_en":"X","required_field":"gone","required_value":"1"}`); r.Status != 422 {
		t.Errorf("a rule about nothing: %d", r.Status)
	}
}
