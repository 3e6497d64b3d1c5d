package order_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

const book = `订单号,下单日期,客户,商品,数量,单价,状态
A-1,2025年3月1日,茗香茶业,龙井茶,2,128.50,已完成
A-1,2025年3月1日,茗香茶业,白茶,1.5,"1,200",已完成
A-2,2025/4/2,王芳,龙井茶,1,128.50,
A-3,31/02/2025,王芳,龙井茶,-1,很贵,寄出了
,2025-04-03,王芳,龙井茶,1,1,
A-4,2025-05-01 00:00:00,茗香茶业,白茶,,1200,已取消
`

func TestOrdersComeInGroupedOnceAndGoOut(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	text, err := simplifiedchinese.GB18030.NewEncoder().String(book)
	if err != nil {
		t.Fatal(err)
	}
	o := importer.Options{CreateMissing: true}
	checked, _ := a.CheckImport("orders", text, o)
	run, problems := a.Import("orders", text, o)
	if got := apptest.Tally(run); got != "3 0 0 2" || apptest.Tally(checked) != got {
		t.Errorf("%s, checked %s", got, apptest.Tally(checked))
	}
	want := []string{"5: Ordered on: This is not a date we understand: 31/02/2025", "5: Status: Neither draft, confirmed, completed nor cancelled: 寄出了", "5: Unit price: This is not an amount in USD: 很贵", "6: Order no: This is needed."}
	if !slices.Equal(problems, want) {
		t.Errorf("%q", problems)
	}
	if n := a.Count(`SELECT total FROM order_head WHERE number = 'A-1' AND status = 'completed' AND ordered_on = '2025-03-01'`); n != 2*12850+180000 {
		t.Errorf("total %d", n)
	}
	if n := a.Count(`SELECT count(*) FROM order_line l JOIN order_head o ON o.id = l.order_id JOIN product p ON p.id = l.product_id WHERE o.number = 'A-1'`); n != 2 {
		t.Errorf("%d lines", n)
	}
	if n := a.Count(`SELECT s.revenue FROM customer_stat s JOIN customer c ON c.id = s.customer_id WHERE c.name = '茗香茶业' AND s.orders = 1 AND s.last_order_on = '2025-03-01'`); n != 2*12850+180000 {
		t.Errorf("revenue %d", n)
	}
	if n := a.Count(`SELECT count(*) FROM timeline_entry WHERE subject_kind = 'order' AND at < ?`, a.Clock.Now().AddDate(0, -6, 0).UnixMilli()); n != 3 {
		t.Errorf("%d on the timeline in their time", n)
	}
	if err := a.Events.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT (SELECT count(*) FROM task) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM notification) + (SELECT count(*) FROM survey_invitation)`); n != 0 {
		t.Errorf("history started %d things", n)
	}

	sets := a.Count(`SELECT count(*) FROM journal_change`)
	again, _ := a.Import("orders", text, o)
	if got := apptest.Tally(again); got != "0 0 3 2" || a.Count(`SELECT count(*) FROM journal_change`) != sets {
		t.Errorf("the same file again: %s", got)
	}
	a.TakeBack(run)
	for _, table := range []string{"order_head", "order_line", "product", "customer", "timeline_entry", "customer_stat", "search_doc"} {
		if n := a.Count(`SELECT count(*) FROM ` + table); n != 0 {
			t.Errorf("%d left in %s", n, table)
		}
	}
}

func TestOrdersOfUnknownCustomersAndProductsAreRefused(t *testing.T) {
	a := apptest.New(t)
	a.Import("customers", "name,email,external_id\nHarbour Bakery,bakery@example.com,C-7\nTwin,one@example.com,\nTwin,two@example.com,\n", importer.Options{})
	a.Import("products", "code,name,price,unit\nSKU-1,House espresso,16.50,kg\n", importer.Options{})
	head := "order_no,ordered_on,customer,product,quantity,unit_price\n"
	run, problems := a.Import("orders", head+"1,2025-01-05,Harbour Bakery,sku-1,1,\n2,2025-01-05,bakery@example.com,house ESPRESSO,2,\n3,2025-01-05,C-7,SKU-1,1,15\n"+
		"4,2025-01-05,Nobody,SKU-1,1,\n5,2025-01-05,C-7,Unheard of,1,3\n6,2025-01-05,Twin,SKU-1,1,\n7,2025-01-05,C-7,SKU-1,1,\n7,2025-01-06,Twin,SKU-1,1,\n",
		importer.Options{})
	want := []string{"2: Product: There is no such product: sku-1", "5: Customer: There is no such customer: Nobody", "6: Product: There is no such product: Unheard of",
		"7: Customer: Two customers match: Twin", "8: Belongs to a record of which another row is wrong",
		"9: Customer: The rows of this order name another customer too: Twin"}
	if got := apptest.Tally(run); got != "2 0 0 6" || !slices.Equal(problems, want) {
		t.Errorf("%s %q", got, problems)
	}
	if n := a.Count(`SELECT sum(total) FROM order_head`); n != 2*1650+1500 {
		t.Errorf("sum %d", n)
	}
	if n := a.Count(`SELECT count(*) FROM customer`); n != 3 {
		t.Errorf("%d customers", n)
	}
}

func TestAnOrderOfSeveralDaysCountsOnItsFirst(t *testing.T) {
	a := apptest.New(t)
	run, problems := a.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price\n7,2025-01-05,Ines,Tea,1,2\n7,2025-01-06,,Tea,1,2\n", importer.Options{CreateMissing: true})
	if apptest.Tally(run) != "1 0 0 0" || !slices.Equal(problems, []string{"3: Ordered on: The rows of this order have several dates; 2025-01-05 counts"}) {
		t.Errorf("%s %q", apptest.Tally(run), problems)
	}
	if n := a.Count(`SELECT total FROM order_head WHERE ordered_on = '2025-01-05'`); n != 400 {
		t.Errorf("total %d", n)
	}
}

func TestRowsThatStandApartAreStillOneOrder(t *testing.T) {
	a := apptest.New(t)
	var file strings.Builder
	file.WriteString("order_no,ordered_on,customer,product,quantity,unit_price\n")
	for _, thing := range []string{"Tea", "Milk", "Cups"} { // sorted by product, over several batches
		for i := range 40 {
			fmt.Fprintf(&file, "%d,2025-01-05,Shop %d,%s,1,2\n", i, i, thing)
		}
	}
	o := importer.Options{CreateMissing: true}
	checked, _ := a.CheckImport("orders", file.String(), o)
	run, problems := a.Import("orders", file.String(), o)
	if got := apptest.Tally(run); got != "40 80 0 0" || apptest.Tally(checked) != got {
		t.Errorf("%s, checked %s %q", got, apptest.Tally(checked), problems)
	}
	if n := a.Count(`SELECT count(*) FROM order_head o WHERE total = 600 AND (SELECT count(*) FROM order_line l WHERE l.order_id = o.id) = 3`); n != 40 {
		t.Errorf("%d whole orders", n)
	}
	if n := a.Count(`SELECT count(*) FROM customer_stat WHERE orders = 1 AND revenue = 600`); n != 40 {
		t.Errorf("%d customers with the right figures", n)
	}
	if again, _ := a.Import("orders", file.String(), o); apptest.Tally(again) != "0 0 120 0" {
		t.Error(apptest.Tally(again))
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT (SELECT count(*) FROM order_head) + (SELECT count(*) FROM order_line) + (SELECT count(*) FROM customer)`); n != 0 {
		t.Errorf("%d left", n)
	}
}

func TestOrdersAreUpdatedAsChosen(t *testing.T) {
	a := apptest.New(t)
	head := "order_no,ordered_on,customer,product,quantity,unit_price,status\n"
	o := importer.Options{CreateMissing: true}
	a.Import("orders", head+"1,2025-01-05,Ines,Tea,1,2,draft\n2,2025-01-05,Ines,Tea,1,2,\n3,2025-01-05,Ines,Tea,1,2,\n", o)
	o.OnDuplicate = importer.Update
	run, problems := a.Import("orders", head+"1,2025-01-06,Ines,Tea,3,2,confirmed\n1,2025-01-06,Ines,Milk,1,1,confirmed\n2,2025-01-05,Ines,Tea,1,2,\n3,2025-01-05,Jo,Tea,1,2,\n2,2025-01-05,Ines,Tea,1,2,draft\n", o)
	if got := apptest.Tally(run); got != "0 1 1 2" {
		t.Errorf("%s %q", got, problems)
	}
	if n := a.Count(`SELECT total FROM order_head WHERE number = '1' AND status = 'confirmed' AND ordered_on = '2025-01-06'`); n != 700 {
		t.Errorf("total %d", n)
	}
	if n := a.Count(`SELECT count(*) FROM timeline_entry WHERE kind LIKE 'order.%'`); n != 3 {
		t.Errorf("%d on the timeline", n)
	}
	if n := a.Count(`SELECT count(*) FROM customer`); n != 1 {
		t.Error("a refused row made its customer")
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT total FROM order_head WHERE number = '1' AND status = 'draft'`); n != 200 {
		t.Errorf("total %d after the undo", n)
	}
	o.OnDuplicate = importer.Create
	if _, problems := a.Import("orders", head+"2,2025-01-05,Ines,Tea,1,2,\n", o); !slices.Equal(problems, []string{"2: Order no: There is an order of this number already: 2"}) {
		t.Errorf("%q", problems)
	}
}

func TestAFreshOrderStartsWhatAnOrderStarts(t *testing.T) {
	a := apptest.New(t)
	head := "order_no,ordered_on,customer,product,quantity,unit_price\n"
	today := a.Clock.Now().Format("2006-01-02")
	a.Import("orders", head+"1,"+today+",Ines,Tea,1,2\n2,2025-01-05,Ines,Tea,1,2\n", importer.Options{CreateMissing: true})
	if err := a.Events.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT count(*) FROM task WHERE kind = 'after_order'`); n != 1 {
		t.Errorf("%d tasks", n)
	}
}

func TestAMemberImportsOrdersOnlyForCustomersTheySee(t *testing.T) {
	a := apptest.New(t)
	sam := a.Colleague(apptest.MemberEmail, auth.Member)
	a.Import("customers", "name,owner_email\nOf the owner,"+apptest.OwnerEmail+"\nOf Sam,"+apptest.MemberEmail+"\n", importer.Options{})
	a.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price\n1,2025-01-05,Of the owner,Tea,1,2\n", importer.Options{CreateMissing: true})
	actor := &auth.Actor{UserID: sam.ID, Role: auth.Member, Reach: auth.Own, Zone: time.UTC}
	actor.Grant(map[string]bool{"import.write": true, "customer.write": true, "order.write": true, "payment.write": true, "product.write": true})
	a.Imports.Users = sees{actor}
	ctx := a.As(actor)
	run, problems := a.ImportAs(ctx, "orders", "order_no,ordered_on,customer,product,quantity,unit_price\n1,2025-01-05,Of Sam,Tea,9,9\n2,2025-01-05,Of the owner,Tea,1,2\n3,2025-01-05,Of Sam,Tea,1,2\n4,2025-01-05,New,Tea,1,2\n",
		importer.Options{CreateMissing: true, OnDuplicate: importer.Update})
	want := []string{"2: This customer belongs to somebody else", "3: Customer: This customer belongs to somebody else"}
	if apptest.Tally(run) != "2 0 0 2" || !slices.Equal(problems, want) {
		t.Errorf("%s %q", apptest.Tally(run), problems)
	}
	if n := a.Count(`SELECT owner_id FROM customer WHERE name = 'New'`); int64(n) != sam.ID {
		t.Errorf("owner %d", n)
	}
	run, problems = a.ImportAs(ctx, "payments", "order_no,amount,paid_on\n1,2,2025-01-06\n3,2,2025-01-06\n", importer.Options{})
	if apptest.Tally(run) != "1 0 0 1" || !slices.Equal(problems, []string{"2: Order no: There is no such order: 1"}) {
		t.Errorf("%s %q", apptest.Tally(run), problems)
	}
}

// sees is auth.Users of one person.
type sees struct{ actor *auth.Actor }

func (s sees) Actor(context.Context, int64) (*auth.Actor, int64, error) { return s.actor, 1, nil }

func TestOrdersByAPI(t *testing.T) {
	a := apptest.New(t)
	secret, err := a.MakeToken(a.As(auth.System("shell")), apptest.OwnerEmail, "import", "write")
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"kind": "orders", "create_missing": "true", "map": `{"Invoice":"order_no","Who":"customer"}`} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "orders.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("Invoice,Who,Order date,Item,Qty,Price each\nI-1,Ines Calder,2025-11-01,Beans,2,8.25\nI-1,Ines Calder,2025-11-01,Filter,1,3\n")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/api/v1/imports", &body)
	req.Header.Set("Authorization", "Bearer "+secret)
	req.Header.Set("Content-Type", w.FormDataContentType())
	r := a.Send(req)
	var out struct {
		ID    int64  `json:"id"`
		State string `json:"state"`
	}
	if err := json.Unmarshal([]byte(r.Body), &out); err != nil || r.Status != http.StatusCreated || out.State != "running" {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	a.Imports.Drain(context.Background())
	api := a.API("", "write")
	var list struct {
		Items []struct {
			Number string `json:"number"`
			Total  struct{ Amount string }
		}
	}
	api.Into(&list, 200, "GET", "/orders", "")
	if len(list.Items) != 1 || list.Items[0].Number != "I-1" || list.Items[0].Total.Amount != "19.50" {
		t.Errorf("%+v", list)
	}
	api.Into(nil, 200, "POST", fmt.Sprintf("/imports/%d/undo", out.ID), "")
	a.Imports.Drain(context.Background())
	api.Into(&list, 200, "GET", "/orders", "")
	if len(list.Items) != 0 {
		t.Errorf("%+v", list)
	}
}

// What an order knows leaves with it and comes back as it was; a file without
// those columns leaves them alone.
func TestDiscountsTaxAndThePromisedDayGoOutAndComeBack(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/customers", `{"name":"Harbour Bakery","owner_id":1}`)
	api.Into(nil, 201, "POST", "/products", `{"name":"House espresso","unit":"kg","price":{"amount":"20.00","currency":"USD"},"tax_rate":1300}`)
	api.Into(nil, 201, "POST", "/orders", `{"number":"T-1","customer_id":1,"ordered_on":"2025-11-01","deliver_on":"2025-11-20","prices_with_tax":false,"discount":{"rate":500},
		"lines":[{"product_id":1,"quantity":3,"discount":{"amount":{"amount":"5.00","currency":"USD"}}},{"name":"Delivery","quantity":1,"unit_price":{"amount":"4.00","currency":"USD"},"tax_rate":600}]}`)
	const figures = `SELECT group_concat(x, ' ') FROM (SELECT o.total || '/' || o.tax || '/' || o.with_tax || '/' || o.discount_rate || '/' || o.deliver_on || '/' || l.discount_amount || '/' || l.tax_rate || '/' || l.total AS x
		FROM order_head o JOIN order_line l ON l.order_id = o.id ORDER BY o.id, l.position)`
	want := text(a, figures)
	if !strings.HasPrefix(want, "6307/702/0/500/2025-11-20/500/1300/5500") {
		t.Fatal(want)
	}
	out := a.Owner().Get("/exports/orders?format=csv").Body
	b := apptest.New(t)
	if run, problems := b.Import("orders", out, importer.Options{CreateMissing: true}); apptest.Tally(run) != "1 0 0 0" {
		t.Fatalf("%s %q\n%s", apptest.Tally(run), problems, out)
	}
	if got := text(b, figures); got != want {
		t.Errorf("came back as %s, was %s", got, want)
	}
	o := importer.Options{CreateMissing: true, OnDuplicate: importer.Update}
	if run, _ := b.Import("orders", out, o); apptest.Tally(run) != "0 0 1 0" {
		t.Errorf("the same file again: %s", apptest.Tally(run))
	}
	b.Import("orders", "订单号,下单日期,客户,商品,数量,单价\nT-1,2025-11-01,Harbour Bakery,House espresso,3,20\nT-1,,,Delivery,1,4\n", o)
	if got := text(b, figures); got != want {
		t.Errorf("a file without the columns made it %s", got)
	}
	run, _ := b.Import("orders", "订单号,下单日期,客户,商品,数量,单价,折扣,税率,整单折扣,价格含税,交期\nT-1,2025-11-01,Harbour Bakery,House espresso,3,20,9折,13%,,含税,2025-11-25\n", o)
	if got := text(b, figures); got != "5400/621/1/0/2025-11-25/0/1300/5400" {
		t.Errorf("the new terms: %s", got)
	}
	b.TakeBack(run)
	if got := text(b, figures); got != want {
		t.Errorf("taken back: %s", got)
	}
	_, problems := b.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price,discount,tax_rate,order_discount,deliver_on\nT-2,2025-11-01,Harbour Bakery,House espresso,1,20,lots,-3,21,soon\nT-3,2025-11-01,Harbour Bakery,House espresso,1,20,,,21,2025-10-01\n", o)
	for _, say := range []string{"2: Discount: 10%, an amount such as 50, or 9折.", "2: Tax rate: ", "2: Promised for: ", "3: Promised for: This is before the order."} {
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.HasPrefix(p, say) }) {
			t.Errorf("nobody says %q: %q", say, problems)
		}
	}
}
