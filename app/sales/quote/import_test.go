package quote_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

const book = `报价单号,报价日期,客户,主题,有效期至,状态,商品,单位,数量,单价,折扣,税率,可选,整单折扣,价格含税
B-1,2025年3月1日,茗香茶业,春季供货,2025-03-15,已接受,龙井茶,斤,2,128.50,9折,13%,,100,含税
B-1,,茗香茶业,,,,白茶,斤,1.5,"1,200",,13%,是,,
B-2,2025/4/2,王芳,,,草稿,龙井茶,,1,128.50,,,,,
B-3,31/02/2025,王芳,,,不知道,龙井茶,,-1,很贵,很多,200,也许,,
B-4,2025-05-01,茗香茶业,,,已发送,白茶,,1,,,,,,
B-1,2025-03-01,茗香茶业,,,,白茶,斤,9,1,,,,,
`

const figures = `SELECT coalesce(group_concat(x, ' '), '') FROM (SELECT q.number || '/' || q.revision || '/' || q.state || '/' || q.title || '/' || q.quoted_on || '/' || q.valid_until || '/' || q.with_tax || '/' || q.discount_rate || '/' || q.discount_amount || '/' || q.total || '/' || q.tax
	|| '/' || l.name || '/' || l.unit || '/' || l.quantity || '/' || l.unit_price || '/' || l.discount_rate || '/' || l.discount_amount || '/' || l.tax_rate || '/' || l.optional || '/' || l.chosen AS x
	FROM quote q JOIN quote_line l ON l.quote_id = q.id ORDER BY q.number, q.revision, l.position)`

func text(a *apptest.App, query string) string {
	a.T.Helper()
	var s string
	if err := a.DB.Reader(context.Background()).Get(context.Background(), &s, query); err != nil {
		a.T.Fatal(err)
	}
	return s
}

func TestQuotesComeInByTheirColumnsAndAreTakenBack(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	o := importer.Options{CreateMissing: true}
	checked, _ := a.CheckImport("quotes", book, o)
	run, problems := a.Import("quotes", book, o)
	if got := apptest.Tally(run); got != "2 0 0 3" || apptest.Tally(checked) != got {
		t.Errorf("%s, checked %s %q", got, apptest.Tally(checked), problems)
	}
	for _, want := range []string{"5: Quoted on: This is not a date", "5: State: No state of a quote: 不知道", "6: Unit price: This is needed.", "7: Quote no: The rows of this quote do not stand together: B-1"} {
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.HasPrefix(p, want) }) {
			t.Errorf("nobody says %q: %q", want, problems)
		}
	}
	want := "B-1/1/accepted/春季供货/2025-03-01/2025-03-15/1/0/10000/13130/1511/龙井茶/斤/2000/12850/1000/0/1300/0/0 B-1/1/accepted/春季供货/2025-03-01/2025-03-15/1/0/10000/13130/1511/白茶/斤/1500/120000/0/0/1300/1/0 " +
		"B-2/1/draft//2025-04-02//1/0/0/12850/0/龙井茶//1000/12850/0/0/0/0/0"
	if got := text(a, figures); got != want {
		t.Errorf("came in as\n%s", got)
	}
	if err := a.Events.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT (SELECT count(*) FROM task) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM notification) + (SELECT count(*) FROM order_head) + (SELECT count(*) FROM survey_invitation)`); n != 0 {
		t.Errorf("history started %d things", n)
	}
	if n := a.Count(`SELECT count(*) FROM timeline_entry WHERE kind = 'quote.accepted' AND at < ?`, a.Clock.Now().AddDate(0, -6, 0).UnixMilli()); n != 1 {
		t.Error("the acceptance does not stand on its day")
	}
	sets := a.Count(`SELECT count(*) FROM journal_change`)
	o.OnDuplicate = importer.Update
	if again, _ := a.Import("quotes", book, o); apptest.Tally(again) != "0 0 2 3" || a.Count(`SELECT count(*) FROM journal_change`) != sets {
		t.Errorf("the same file again: %s", apptest.Tally(again))
	}
	next, problems := a.Import("quotes", "quote_no,quoted_on,customer,product,quantity,unit_price,subject\nB-2,2025-04-02,王芳,龙井茶,3,100,Tea\nB-1,2025-03-01,茗香茶业,龙井茶,5,100,x\n", o)
	if apptest.Tally(next) != "0 1 0 1" || !strings.Contains(problems[0], "What was sent is never changed") || a.Count(`SELECT total FROM quote WHERE number = 'B-2' AND title = 'Tea'`) != 30000 {
		t.Errorf("%s %q", apptest.Tally(next), problems)
	}
	a.TakeBack(next)
	if got := text(a, figures); got != want {
		t.Errorf("taken back it is\n%s", got)
	}
	a.TakeBack(run)
	for _, table := range []string{"quote", "quote_line", "product", "customer", "timeline_entry"} {
		if n := a.Count(`SELECT count(*) FROM ` + table); n != 0 {
			t.Errorf("%d left in %s", n, table)
		}
	}
}

func TestQuotesGoOutAsTheyComeIn(t *testing.T) {
	a, api := shop(t)
	first := write(t, api, `"title":"Spring, \"contract\"","valid_until":"2199-01-01","discount":{"rate":500},"terms":"30 days\nnet",`+twoLines)
	first.send(t, api)
	api.Into(nil, 201, "POST", "/quotes/1/versions", "")
	write(t, api, `"quoted_on":"2026-01-05","lines":[{"name":"Delivery","quantity":1.5,"unit_price":`+usd("5.00")+`,"discount":{"amount":`+usd("1.00")+`},"tax_rate":600}]`)
	out := a.Owner().Get("/exports/quotes?format=csv").Body
	b := apptest.New(t)
	run, problems := b.Import("quotes", out, importer.Options{CreateMissing: true})
	if got := apptest.Tally(run); got != "3 0 0 0" {
		t.Fatalf("%s %q\n%s", got, problems, out)
	}
	if want, got := text(a, figures), text(b, figures); got != want {
		t.Errorf("came back as\n%s\nwas\n%s", got, want)
	}
	var q object // the count goes on behind the numbers that came
	b.API("", "write").Into(&q, 201, "POST", "/quotes", `{"customer_id":1,"lines":[{"name":"x","quantity":1,"unit_price":`+usd("1.00")+`}]}`)
	if q.Number != "Q-2026-0003" {
		t.Error(q.Number)
	}
	// in another currency, or already here and not to be taken twice
	_, problems = b.Import("quotes", "quote_no,customer,product,unit_price,currency\nZ-1,Harbour Street Bakery,House espresso,5,EUR\n", importer.Options{CreateMissing: true})
	if len(problems) != 1 || !strings.Contains(problems[0], "The quote is in EUR") {
		t.Errorf("%q", problems)
	}
	_, problems = b.Import("quotes", "quote_no,customer,product,unit_price\nQ-2026-0002,Harbour Street Bakery,House espresso,5\nN-1,Nobody,House espresso,5\nN-2,Harbour Street Bakery,House espresso,99999999999999999\n", importer.Options{OnDuplicate: importer.Create})
	if len(problems) != 3 {
		t.Errorf("%q", problems)
	}
}
