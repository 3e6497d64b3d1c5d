package payment_test

import (
	"slices"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

const money = "订单号,金额,付款日期,付款方式\nA-1,100.00,2025年3月2日,微信\nA-1,100,2025/3/2,微信\nA-1,\"¥1,000.5\",2025-04-01,银行转账\nA-1,(30),2025-04-01,\nA-9,5,2025-04-01,\nA-1,很多,32/1/2025,\nA-1,0,2025-04-01,\n"

func TestPaymentsComeInOnceAndGoOut(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	a.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price\nA-1,2025-03-01,茗香茶业,茶,1,1500\nA-2,2025-03-01,茗香茶业,茶,1,30\n", importer.Options{CreateMissing: true})
	text, err := simplifiedchinese.GB18030.NewEncoder().String(money)
	if err != nil {
		t.Fatal(err)
	}
	checked, _ := a.CheckImport("payments", text, importer.Options{})
	run, problems := a.Import("payments", text, importer.Options{})
	if got := apptest.Tally(run); got != "4 0 0 3" || apptest.Tally(checked) != got {
		t.Errorf("%s, checked %s", got, apptest.Tally(checked))
	}
	want := []string{"6: Order no: There is no such order: A-9", "7: Amount: This is not an amount in USD: 很多", "7: Paid on: This is not a date we understand: 32/1/2025", "8: Amount: An amount is needed."}
	if !slices.Equal(problems, want) {
		t.Errorf("%q", problems)
	}
	if n := a.Count(`SELECT paid FROM customer_stat`); n != 10000+10000+100050-3000 {
		t.Errorf("paid %d", n)
	}
	if n := a.Count(`SELECT count(*) FROM payment WHERE method = 'wechat' AND paid_on = '2025-03-02'`); n != 2 {
		t.Errorf("%d of the two equal ones", n)
	}
	for range 2 {
		if again, _ := a.Import("payments", text, importer.Options{}); apptest.Tally(again) != "0 0 4 3" {
			t.Error(apptest.Tally(again))
		}
	}
	more, _ := a.Import("payments", text+"A-1,100,2025-03-02,\n", importer.Options{})
	if apptest.Tally(more) != "1 0 4 3" {
		t.Errorf("a third such payment: %s", apptest.Tally(more))
	}
	a.TakeBack(more)
	a.TakeBack(run)
	if n := a.Count(`SELECT count(*) + (SELECT count(*) FROM timeline_entry WHERE subject_kind = 'payment') + (SELECT paid FROM customer_stat) FROM payment`); n != 0 {
		t.Errorf("%d left", n)
	}
}

func TestAnUpdateCorrectsHowItWasPaid(t *testing.T) {
	a := apptest.New(t)
	a.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price\n1,2025-03-01,Ines,Tea,1,5\n", importer.Options{CreateMissing: true})
	a.Import("payments", "order_no,amount,paid_on,method\n1,2,2025-03-01,cash\n1,3,2025-03-01,cash\n", importer.Options{})
	run, problems := a.Import("payments", "order_no,amount,paid_on,method\n1,2,2025-03-01,card\n1,3,2025-03-01,\n", importer.Options{OnDuplicate: importer.Update})
	if apptest.Tally(run) != "0 1 1 0" || a.Count(`SELECT count(*) FROM payment WHERE method = 'card' AND amount = 200`) != 1 {
		t.Errorf("%s %q", apptest.Tally(run), problems)
	}
}

func TestAnImportPaysNoMoreBackThanThereIs(t *testing.T) {
	a := apptest.New(t)
	a.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price\n1,2025-03-01,Ines,Tea,1,5\n", importer.Options{CreateMissing: true})
	run, problems := a.Import("payments", "order_no,amount,paid_on\n1,5,2025-03-01\n1,-3,2025-03-02\n1,-3,2025-03-03\n1,-2,2025-03-04\n", importer.Options{})
	if apptest.Tally(run) != "3 0 0 1" || len(problems) != 1 || problems[0] != "4: Amount: At most $2.00 can still be paid back for this order." {
		t.Errorf("%s %q", apptest.Tally(run), problems)
	}
}
