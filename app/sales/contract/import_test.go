package contract_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sales/contract"
	"regulars/app/sys/importer"
)

// Contracts come in once, are corrected by a file, leave by the export and come
// back as they were; a run is taken back as a whole.
func TestContractsComeInAndGoOut(t *testing.T) {
	a := apptest.New(t)
	file := "合同编号,客户,合同名称,签约日期,开始日期,到期日期,合同金额,提前通知天数,续签方式,终止日期,reason\n" +
		"K-1,茗香茶业,全年供茶,2025-01-02,2025-01-02,2099-12-31,\"12,000\",30,自动续期,,\n" +
		"K-2,Ada Field,Machine,2024-01-01,2024-01-01,2024-12-31,100,0,hand,,\n" +
		"K-3,Ada Field,Beans,2025-01-01,,,5,,,2025-02-01,Moved away\n" +
		",Ada Field,Nameless,,,,,,,,\nK-5,Ada Field,Days,32/1/2025,,,,,,,\nK-6,Ada Field,Money,,,,much,,,,\nK-7,Ada Field,Turned,2025-01-02,2025-01-02,2024-01-01,,,,,\nK-8,Ada Field,Choice,,,,,,perhaps,,\nK-9,Ada Field,Below,,,,-5,,,,\n"
	checked, _ := a.CheckImport("contracts", file, importer.Options{CreateMissing: true})
	run, problems := a.Import("contracts", file, importer.Options{CreateMissing: true})
	if got := apptest.Tally(run); got != "3 0 0 6" || apptest.Tally(checked) != got {
		t.Fatalf("%s, checked %s: %q", got, apptest.Tally(checked), problems)
	}
	if n := a.Count(`SELECT count(*) FROM contract WHERE (number = 'K-1' AND state = 'running' AND amount = 1200000 AND renewal = 'self' AND notice_days = 30)
		OR (number = 'K-2' AND state = 'ended') OR (number = 'K-3' AND state = 'cancelled')`); n != 3 {
		t.Errorf("%d of three as they should be", n)
	}
	if again, _ := a.Import("contracts", file, importer.Options{CreateMissing: true}); apptest.Tally(again) != "0 0 3 6" {
		t.Error("the same file again:", apptest.Tally(again))
	}
	out := a.Owner().Get("/exports/contracts?format=csv")
	if out.Status != 200 || !strings.Contains(out.Body, "K-1") {
		t.Fatalf("%d %s", out.Status, out.Body)
	}
	if back, problems := a.Import("contracts", out.Body, importer.Options{OnDuplicate: importer.Update}); apptest.Tally(back) != "0 0 3 0" {
		t.Errorf("the export comes back changed: %s %q", apptest.Tally(back), problems)
	}
	words, _ := a.Import("contracts", "number,customer,title,notes\nK-1,茗香茶业,全年供茶,On paper\n", importer.Options{OnDuplicate: importer.Update})
	if apptest.Tally(words) != "0 1 0 0" || a.Count(`SELECT count(*) FROM contract WHERE notes = 'On paper' AND amount = 1200000`) != 1 {
		t.Error("a file does not correct:", apptest.Tally(words))
	}
	a.TakeBack(words)
	a.TakeBack(run)
	if n := a.Count(`SELECT count(*) FROM contract`); n != 0 {
		t.Errorf("%d left", n)
	}
}

// What a contract came from, who is reminded and the shop's own fields go out and
// come back; a field is a column, a filter and part of the form.
func TestContractsHaveFieldsOfTheShopsOwn(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"contract","key":"site","kind":"text","name_en":"Site","name_zh":"场地","filterable":true,"searchable":true}`)
	api.Into(nil, 201, "POST", "/customers", `{"name":"Ada Field"}`)
	api.Into(nil, 201, "POST", "/orders", `{"number":"S-7","customer_id":1,"ordered_on":"2026-01-05","lines":[{"name":"Beans","quantity":1,"unit_price":{"amount":"100.00","currency":"USD"}}]}`)
	api.Into(nil, 201, "POST", "/deals", `{"name":"A year of beans","customer_id":1}`)
	var k contract.Object
	api.Into(&k, 201, "POST", "/contracts", `{"customer_id":1,"title":"Beans","number":"K-1","order_id":1,"deal_id":1,"renew_months":6,"signed_on":"2026-01-06","fields":{"site":"Dock 4"}}`)
	if k.Fields["site"] != "Dock 4" {
		t.Fatalf("%+v", k.Fields)
	}
	b := a.Owner()
	if page := b.Get("/contracts/1"); !strings.Contains(page.Body, `name="fields.site"`) || !strings.Contains(page.Body, `value="Dock 4"`) {
		t.Error("the page does not show the field")
	}
	if r := b.Post("/contracts/1", "version", "1", "title", "Beans", "number", "K-1", "fields.site", "Dock 5", "order_id", "1", "deal_id", "1", "owner_id", "1", "renew_months", "6", "signed_on", "2026-01-06"); r.Status != 303 {
		t.Fatalf("%d %.300s", r.Status, r.Body)
	}
	for _, path := range []string{"/contracts?columns=title,fields.site", "/contracts?q=Dock", "/contracts?filter%5Bfields.site%5D%5Beq%5D=Dock+5", "/contracts?group=owner_id"} {
		if page := b.Get(path); page.Status != 200 || !strings.Contains(page.Body, "/contracts/1") {
			t.Errorf("%s: %d", path, page.Status)
		}
	}
	if page := b.Get("/contracts?filter%5Bfields.site%5D%5Beq%5D=Dock+4"); strings.Contains(page.Body, "/contracts/1") {
		t.Error("the filter does not filter")
	}
	out := b.Get("/exports/contracts?format=csv").Body
	if back, problems := a.Import("contracts", out, importer.Options{OnDuplicate: importer.Update}); apptest.Tally(back) != "0 0 1 0" {
		t.Errorf("%s %q", apptest.Tally(back), problems)
	}
	api.Into(nil, 204, "DELETE", "/contracts/1", "")
	run, problems := a.Import("contracts", out, importer.Options{})
	if apptest.Tally(run) != "1 0 0 0" || len(problems) != 0 {
		t.Fatalf("%s %q", apptest.Tally(run), problems)
	}
	if again := b.Get("/exports/contracts?format=csv").Body; again != out {
		t.Errorf("it came back changed:\n%s\n%s", out, again)
	}
	over, problems := a.Import("contracts", "number,customer,title,fields.site,order_no,deal,owner,amount,currency\nK-1,Ada Field,Beans,Dock 6,S-8,Nothing,Nobody,5,USD\nK-2,Ada Field,Euro,,,,,5,EUR\n", importer.Options{OnDuplicate: importer.Update})
	if got := apptest.Tally(over); got != "0 1 0 1" || len(problems) != 4 {
		t.Errorf("%s %q", got, problems)
	}
	if n := a.Count(`SELECT count(*) FROM contract WHERE order_id = 1 AND deal_id = 1 AND amount = 500 AND fields LIKE '%Dock 6%'`); n != 1 {
		t.Error("what is not here was taken away")
	}
	a.TakeBack(over)
	if n := a.Count(`SELECT count(*) FROM contract WHERE fields LIKE '%Dock 5%'`); n != 1 {
		t.Error("undo does not bring the field back")
	}
}
