package letter_test

import (
	"fmt"
	"testing"

	"regulars/app/apptest"
	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/sales/receivable"
)

// What a letter says is owed is what the page of receivables adds up.
func TestTheLetterOwesWhatThePageAddsUp(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	today := cal.Date(a.Clock.Now().UTC().Format("2006-01-02"))
	for i, late := range []int{-4, 0, 1, 30, 31, 60, 61, 90, 91, 200} {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":"C%d","owner_id":1}`, i))
		api.Into(nil, 201, "POST", "/orders", fmt.Sprintf(`{"customer_id":%d,"ordered_on":%q,"due_on":%q,"status":"completed","lines":[{"name":"x","quantity":1,"unit_price":{"amount":"%d.00","currency":"USD"}}]}`,
			1+i/2, today.AddDays(-200), today.AddDays(-late), 1<<i))
	}
	api.Into(nil, 201, "POST", "/payments", `{"order_id":3,"amount":{"amount":"3.00","currency":"USD"}}`)
	var page receivable.AgeingObject
	api.Into(&page, 200, "GET", "/receivables?currency=USD", "")
	var l struct {
		Figures struct {
			Owed struct {
				Total, Overdue  int64
				Ages            [5]int64
				Debtors, Oldest int
			}
		}
	}
	api.Into(&l, 201, "POST", "/letters", `{"kind":"weekly"}`)
	o, want := l.Figures.Owed, page.Totals[0]
	late := 0
	for _, d := range page.Debtors {
		if d.Total.Amount != d.NotDue.Amount {
			late++
		}
	}
	amount := func(n int64) string { return money.Decimal(n, "USD") }
	if amount(o.Total) != want.Total.Amount || amount(o.Total-o.Overdue) != want.NotDue.Amount || o.Oldest != want.Oldest || o.Debtors != late || late == 0 {
		t.Errorf("the letter: %+v, the page: %+v, %d late", o, want, late)
	}
	for i, age := range []string{want.NotDue.Amount, want.Days30.Amount, want.Days60.Amount, want.Days90.Amount, want.Older.Amount} {
		if amount(o.Ages[i]) != age {
			t.Errorf("age %d is %s, the page has %s", i, amount(o.Ages[i]), age)
		}
	}
}
