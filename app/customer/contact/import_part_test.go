package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

// companies is a list as it is kept in Excel: two people in one row, more of
// them in rows below that leave the company out or say it again, and a company
// that comes back further down.
const companies = `公司名称,电话,发票抬头,税号,开户行,银行账号,联系人,联系人职务,联系人手机,联系人邮箱,联系人生日,联系人2姓名,联系人2电话
杭州茗香茶业有限公司,0571-87654321,杭州茗香茶业有限公司,91330106MA2CC1E55F,工商银行西湖支行,1202026209900012345,林小棠,采购经理,13800138000,xiaotang@example.com,1990-05-06,陈默,13900139000
,,,,,,周岚,店长,13700137000,lan@example.com,,,
上海云锦贸易有限公司,,,,,,秦琼,,13600136000,qin@example.com,,,
上海云锦贸易有限公司,,,,,,单雄信,老板,13500135000,,,,
苏州一茶一坐,,,,,,,,,,,,
上海云锦贸易有限公司,,,,,,罗成,,13400134000,luo@example.com,,,
`

func TestCompaniesComeInWithTheirPeople(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	people := func() int { return a.Count(`SELECT count(*) FROM contact`) }
	run, problems := a.Import("customers", companies, importer.Options{})
	if got := apptest.Tally(run); got != "3 1 0 0" || len(problems) > 1 {
		t.Fatalf("%s %q", got, problems)
	}
	if a.Count(`SELECT count(*) FROM customer`) != 3 || people() != 6 {
		t.Fatalf("%d people", people())
	}
	for name, company := range map[string]string{"林小棠": "杭州茗香茶业有限公司", "陈默": "杭州茗香茶业有限公司", "周岚": "杭州茗香茶业有限公司", "单雄信": "上海云锦贸易有限公司", "罗成": "上海云锦贸易有限公司"} {
		if n := a.Count(`SELECT count(*) FROM contact k JOIN customer c ON c.id = k.customer_id JOIN customer_phone p ON p.contact_id = k.id WHERE k.name = ? AND c.name = ? AND p.raw LIKE '13%'`, name, company); n != 1 {
			t.Errorf("%s is not at %s with a number: %d", name, company, n)
		}
	}
	if n := a.Count(`SELECT count(*) FROM invoice_title WHERE tax_id = '91330106MA2CC1E55F' AND bank = '工商银行西湖支行' AND is_default = 1`); n != 1 {
		t.Error("the invoice title is not there")
	}
	b := a.Owner()
	if page := b.Get("/customers?q=%E5%91%A8%E5%B2%9A"); !strings.Contains(page.Body, "茗香茶业") {
		t.Error("somebody in a row below is not found")
	}
	if out := b.Get("/customers/export"); !strings.Contains(out.Body, "invoice.tax_id") || !strings.Contains(out.Body, "91330106MA2CC1E55F") {
		t.Errorf("the export lacks the invoice title: %s", out.Body)
	}
	changes := a.Count(`SELECT count(*) FROM journal_change`)
	for _, on := range []string{importer.Skip, importer.Update} {
		again, problems := a.Import("customers", companies, importer.Options{OnDuplicate: on})
		if got := apptest.Tally(again); again.Created+again.Updated+again.Failed != 0 || len(problems) > 1 {
			t.Errorf("the same file again, %s: %s %q", on, got, problems)
		}
	}
	if n := a.Count(`SELECT count(*) FROM journal_change`); n != changes {
		t.Errorf("the same file again has changed %d rows", n-changes)
	}
	if rows := b.Get(fmt.Sprintf("/imports/%d/rows", run.ID)); strings.Count(rows.Body, `<td class="num t3">`) != 6 {
		t.Error("not every row of the file is listed")
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT (SELECT count(*) FROM customer) + (SELECT count(*) FROM contact) + (SELECT count(*) FROM customer_phone) + (SELECT count(*) FROM customer_email) + (SELECT count(*) FROM invoice_title)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// An update adds to the people who are there and invents nobody; what is wrong
// with one of them is said of their column.
func TestPeopleOfAFileAreUpdated(t *testing.T) {
	a := apptest.New(t)
	a.Import("customers", "Name,Contact name,Contact email\nHarbour Bakery,Ines Calder,ines@example.com\n", importer.Options{})
	run, problems := a.Import("customers", "Name,Contact name,Contact email,Contact role,Contact 2 first name,Contact 2 last name,Invoice details\nHarbour Bakery,Ines Calder,ines@example.com,owner,Tom,Fox,\"Bill to: Harbour Bakery Ltd\nVAT number: GB123\"\n",
		importer.Options{OnDuplicate: importer.Update})
	if got := apptest.Tally(run); got != "0 1 0 0" || len(problems) != 0 {
		t.Fatalf("%s %q", got, problems)
	}
	if n := a.Count(`SELECT count(*) FROM contact WHERE name = 'Ines Calder' AND title = 'owner'`); n != 1 {
		t.Error("no title")
	}
	if n := a.Count(`SELECT count(*) FROM contact WHERE name = 'Tom Fox'`); n != 1 {
		t.Error("no second person")
	}
	if n := a.Count(`SELECT count(*) FROM invoice_title WHERE title = 'Harbour Bakery Ltd' AND tax_id = 'GB123'`); n != 1 {
		t.Error("no invoice title of a cell that holds it all")
	}
	run, _ = a.Import("customers", "Name,Contact name,Contact email\nPier Cafe,"+strings.Repeat("x", 300)+",y@example.com\nMill,Ann,nonsense\n", importer.Options{})
	if got := apptest.Tally(run); got != "1 0 0 1" {
		t.Errorf("%s", got)
	}
	page := a.Owner().Get(fmt.Sprintf("/imports/%d", run.ID))
	if !strings.Contains(page.Body, "Contact: Name") || !strings.Contains(page.Body, "Contact: Email") || a.Count(`SELECT count(*) FROM customer WHERE name = 'Pier Cafe'`) != 0 {
		t.Error("the row with an impossible person was not refused with its column")
	}
}
