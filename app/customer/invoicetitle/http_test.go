package invoicetitle_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

const pasted = "名称：杭州云栖茶业有限公司\n税号：91350100M000100Y44\n开户行及账号：中国工商银行杭州西湖支行 1202020009900123456"

func TestPastedTextIsLookedAtAndThenKept(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"云栖茶业","kind":"company"}`)
	b := a.Owner()
	b.Get("/customers/1/invoice-titles/new")
	page := b.Post("/customers/1/invoice-titles", "do", "recognise", "paste", pasted)
	for _, want := range []string{`value="杭州云栖茶业有限公司"`, `value="1202020009900123456"`, "does not add up", "Read from your text"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the look before lacks %q", want)
		}
	}
	if a.Count("SELECT count(*) FROM invoice_title") != 0 {
		t.Fatal("recognising stored something")
	}
	if page := b.Post("/customers/1/invoice-titles", "do", "recognise", "paste", " \n ", "title", "Typed before"); !strings.Contains(page.Body, "Typed before") || !strings.Contains(page.Body, "Nothing was recognised") {
		t.Error("what was typed before is lost when nothing is recognised")
	}
	page = b.Follow("/customers/1/invoice-titles", "title", "杭州云栖茶业有限公司", "tax_id", "9135 0100 m000 100y 44", "bank", "中国工商银行")
	if !strings.Contains(page.Body, "杭州云栖茶业有限公司") || !strings.Contains(page.Body, "91350100M000100Y44") || !strings.Contains(page.Body, "compare it with the licence") {
		t.Errorf("the record does not show it:\n%s", page.Body)
	}
	if err := a.Quality().Scan(a.As(auth.System("job"))); err != nil {
		t.Fatal(err)
	}
	if a.Count("SELECT count(*) FROM quality_finding WHERE kind = 'tax_id' AND customer_id = 1") != 1 {
		t.Error("the data quality page does not know it")
	}
}

type title struct {
	ID, Version int64
	Title       string
	TaxID       string `json:"tax_id"`
	Doubt       string `json:"tax_id_doubt"`
	Default     bool   `json:"is_default"`
}

func TestOneOfSeveralIsUsual(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Harbour Street Bakery"}`)
	var first, second title
	api.Into(&first, 201, "POST", "/invoice-titles", `{"customer_id":1,"title":"Harbour Street Bakery Ltd","tax_id":"GB 999 9999 73"}`)
	if !first.Default || first.TaxID != "GB999999973" || first.Doubt != "" {
		t.Errorf("%+v", first)
	}
	api.Into(&second, 201, "POST", "/invoice-titles", `{"customer_id":1,"title":"Harbour Cafés","is_default":true}`)
	if a.Count("SELECT count(*) FROM invoice_title WHERE is_default = 1") != 1 || !second.Default {
		t.Error("two are usual")
	}
	api.Into(nil, 409, "PATCH", fmt.Sprintf("/invoice-titles/%d", first.ID), `{"version":1,"title":"x"}`) // it is no longer the usual one
	api.Into(&first, 200, "PATCH", fmt.Sprintf("/invoice-titles/%d", first.ID), `{"version":2,"title":"Harbour Street Bakery plc"}`)
	api.Into(nil, 422, "POST", "/invoice-titles", `{"customer_id":1,"title":" "}`)
	api.Into(nil, 422, "POST", "/invoice-titles", fmt.Sprintf(`{"customer_id":1,"title":%q}`, strings.Repeat("名", 201)))
	api.Into(nil, 404, "POST", "/invoice-titles", `{"customer_id":99,"title":"x"}`)
	var read title
	api.Into(&read, 200, "POST", "/invoice-titles/recognition", fmt.Sprintf(`{"text":%q}`, pasted))
	if read.Title != "杭州云栖茶业有限公司" || read.Doubt != "checksum" {
		t.Errorf("%+v", read)
	}
	api.Into(nil, 204, "DELETE", fmt.Sprintf("/invoice-titles/%d", first.ID), "")
	var sets struct{ Items []struct{ ID int64 } }
	api.Into(&sets, 200, "GET", "/history?limit=1", "")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", sets.Items[0].ID), "")
	if a.Count("SELECT count(*) FROM invoice_title") != 2 {
		t.Error("not taken back")
	}
}

func TestTitlesOfOthersDoNotExist(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	a.Colleague(apptest.MemberEmail, auth.Member)
	b := a.Owner()
	b.Get("/settings/roles")
	b.Post("/settings/roles/"+auth.Member, "reach", "own", "allowed", "customer.read", "allowed", "customer.write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Harbour Street Bakery","owner_id":1}`)
	api.Into(nil, 201, "POST", "/invoice-titles", `{"customer_id":1,"title":"Harbour Street Bakery Ltd"}`)
	member := a.API(apptest.MemberEmail, "write")
	member.Into(nil, 404, "GET", "/invoice-titles/1", "")
	member.Into(nil, 404, "PATCH", "/invoice-titles/1", `{"version":1,"title":"x"}`)
	member.Into(nil, 404, "DELETE", "/invoice-titles/1", "")
	member.Into(nil, 404, "POST", "/invoice-titles", `{"customer_id":1,"title":"x"}`)
	var got struct{ Items []title }
	member.Into(&got, 200, "GET", "/invoice-titles", "")
	if len(got.Items) != 0 {
		t.Errorf("%+v", got)
	}
	m := a.SignIn(apptest.MemberEmail, apptest.Password)
	for _, path := range []string{"/invoice-titles/1", "/customers/1/invoice-titles/new"} {
		if r := m.Get(path); r.Status != 404 {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
}

func TestAMergeMovesThem(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	for range 2 {
		api.Into(nil, 201, "POST", "/customers", `{"name":"Fern & Field Ltd"}`)
	}
	api.Into(nil, 201, "POST", "/invoice-titles", `{"customer_id":1,"title":"Fern"}`)
	api.Into(nil, 201, "POST", "/invoice-titles", `{"customer_id":2,"title":"Field"}`)
	api.Into(nil, 201, "POST", "/merges", `{"survivor_id":1,"customer_ids":[2]}`)
	if a.Count("SELECT count(*) FROM invoice_title WHERE customer_id = 1") != 2 {
		t.Error("the losing record's invoice title is gone")
	}
}
