package receivable_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/kit/cal"
	"regulars/app/sales/receivable"
)

func TestWhatIsOwedStandsInItsAge(t *testing.T) {
	a, api, today := shop(t)
	api.Into(nil, 200, "PUT", "/orders/1/instalments", fmt.Sprintf(`{"items":[{"due_on":%q,"percent":30},{"due_on":%q,"percent":30},{"due_on":%q,"percent":40,"words":"Last"}]}`, day(today, -95), day(today, -31), day(today, 5)))
	api.Into(nil, 201, "POST", "/payments", `{"order_id":1,"amount":`+usd("10.00")+`}`)
	api.Into(nil, 201, "POST", "/promises", fmt.Sprintf(`{"customer_id":1,"side":"theirs","kind":"pay","amount":%s,"due_on":%q}`, usd("50.00"), day(today, 2)))
	var o receivable.AgeingObject
	api.Into(&o, 200, "GET", "/receivables", "")
	d := o.Debtors[0]
	if d.Older.Amount != "20.00" || d.Days60.Amount != "30.00" || d.NotDue.Amount != "40.00" || d.Days30.Amount != "50.00" || d.Total.Amount != "140.00" || d.Oldest != 95 || d.Promised == nil || o.Totals[0].Total.Amount != "140.00" {
		t.Fatalf("%+v", o)
	}
	api.Into(&o, 200, "GET", "/receivables?bucket=60", "")
	if len(o.Items) != 1 || o.Items[0].Open.Amount != "30.00" {
		t.Errorf("%+v", o.Items)
	}
	b := a.Owner()
	if page := b.Get("/receivables"); !strings.Contains(page.Body, "Promised $50.00") || !strings.Contains(page.Body, "bucket=over") {
		t.Errorf("%d: the page", page.Status)
	}
	if page := b.Get("/receivables?customer=1&bucket=over"); page.Status != 200 || !strings.Contains(page.Body, "$20.00") {
		t.Errorf("%d: the rows of an age", page.Status)
	}
	if page := b.Get("/exports/receivables?format=csv&filter[bucket][eq]=over"); page.Status != 200 || !strings.Contains(page.Body, "20.00") || strings.Contains(page.Body, "30.00") {
		t.Errorf("%d %s", page.Status, page.Body)
	}
	if page := b.Get("/exports/instalments?format=csv"); page.Status != 200 || !strings.Contains(page.Body, "Last") {
		t.Errorf("%d %s", page.Status, page.Body)
	}
	if page := b.Get("/receivables?customer=99"); page.Status != 404 {
		t.Errorf("somebody unknown: %d", page.Status)
	}
	// The statement has all of it, and adds up.
	api.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"oldest":true,"amount":`+usd("200.00")+`}`)
	api.Into(nil, 200, "POST", "/receipts/1/refund", `{"amount":`+usd("5.00")+`}`)
	var st receivable.StatementObject
	api.Into(&st, 200, "GET", "/customers/1/statement?from="+day(today, -20), "")
	if c := st.Accounts[0]; c.Opening.Amount != "100.00" || c.Closing.Amount != "-55.00" || len(c.Entries) != 4 {
		t.Fatalf("%+v", st)
	}
	if page := b.Get("/customers/1/statement?from=" + day(today, -20)); page.Status != 200 || !strings.Contains(page.Body, "Balance in their favour") {
		t.Errorf("%d: the paper", page.Status)
	}
	if page := b.Get("/customers/1/statement?from=2026-09-01&to=2026-01-01"); page.Status != 422 {
		t.Errorf("days the wrong way round: %d", page.Status)
	}
	if page := b.Get("/customers/1/statement.csv"); page.Status != 200 || !strings.Contains(page.Body, "-55.00") {
		t.Errorf("%d %s", page.Status, page.Body)
	}
}

func TestLimitsAndTheLight(t *testing.T) {
	a, api, _ := shop(t)
	var st receivable.StandingObject
	api.Into(&st, 200, "PUT", "/customers/1/credit-limit", `{"amount":`+usd("120.00")+`}`)
	if !st.Beyond || st.Owed.Amount != "150.00" || st.Light != "amber" || st.Hint != nil {
		t.Fatalf("%+v", st)
	}
	b := a.Owner()
	for _, path := range []string{"/orders/1", "/orders/new?customer=1", "/customers/1"} {
		if page := b.Get(path); !strings.Contains(page.Body, "$30.00 more than their credit limit") {
			t.Errorf("%s does not warn (%d)", path, page.Status)
		}
	}
	api.Into(nil, 422, "PUT", "/customers/1/credit-limit", `{"amount":`+usd("-1")+`}`)
	b.Follow("/customers/1/credit-limit", "limit", "")
	if n := a.Count(`SELECT count(*) FROM credit_limit`); n != 0 {
		t.Error("the limit stays")
	}
	a.Colleague(apptest.MemberEmail, "member")
	if r := a.API(apptest.MemberEmail, "write").Call("PUT", "/customers/1/credit-limit", `{}`); r.Status != 403 {
		t.Errorf("a member sets limits: %d", r.Status)
	}
}

func TestRemindersAreSentOncePerStepAndStopWhenPaid(t *testing.T) {
	a, api, today := shop(t)
	order(api, 1, "70.00", today)
	run := func() {
		t.Helper()
		api.Into(nil, 201, "POST", "/jobs/payments_overdue/runs", "{}")
		a.Settle()
	}
	letters := func() int { return a.Count(`SELECT count(*) FROM outbox WHERE subject_kind = 'payment_reminder'`) }
	a.Pass(2 * 24 * time.Hour)
	run()
	if letters() != 0 || a.Count(`SELECT count(*) FROM notification WHERE kind = 'payment_overdue'`) != 1 {
		t.Fatalf("%d letters before anybody wanted them, %d notices", letters(), a.Count(`SELECT count(*) FROM notification WHERE kind = 'payment_overdue'`))
	}
	run()
	if n := a.Count(`SELECT count(*) FROM notification WHERE kind = 'payment_overdue'`); n != 1 {
		t.Errorf("told %d times", n)
	}
	b := a.Owner()
	b.Get("/settings")
	if page := b.Post("/settings/payment-reminders", "on", "1", "step1", "9", "step2", "5", "step3", "30"); page.Status != 422 {
		t.Errorf("steps out of order: %d", page.Status)
	}
	b.Follow("/settings/payment-reminders", "on", "1", "step1", "3", "step2", "14", "step3", "30", "subject_en_1", "Still [total]")
	if page := b.Get("/settings/payment-reminders"); !strings.Contains(page.Body, "Still [total]") || !strings.Contains(page.Body, "温馨提醒") || !strings.Contains(page.Body, "1,280.00") {
		t.Errorf("%d: the page does not show its letters", page.Status)
	}
	a.Pass(24 * time.Hour)
	run()
	if letters() != 1 {
		t.Fatalf("%d letters", letters())
	}
	run()
	a.Pass(24 * time.Hour)
	run()
	if letters() != 1 {
		t.Fatalf("%d letters: the same step twice", letters())
	}
	// Paid in full: nothing more is written, and what waits does not leave.
	api.Into(nil, 201, "POST", "/receipts", `{"customer_id":1,"oldest":true,"amount":`+usd("220.00")+`}`)
	a.Pass(12 * 24 * time.Hour)
	run()
	if letters() != 1 {
		t.Errorf("%d letters after it was paid", letters())
	}
	if r := a.API("", "read").Call("PUT", "/settings/payment-reminders", `{"on":true,"steps":[1,2,3],"texts":{}}`); r.Status != 403 {
		t.Errorf("a reading token: %d", r.Status)
	}
	a.Colleague(apptest.MemberEmail, "member")
	if page := a.SignIn(apptest.MemberEmail, apptest.Password).Get("/settings/payment-reminders"); page.Status != 403 {
		t.Errorf("a member: %d", page.Status)
	}
}

func TestOthersDebts(t *testing.T) {
	a, api, _ := shop(t)
	var who struct{ Version int64 }
	api.Into(&who, 200, "GET", "/customers/1", "")
	api.Into(nil, 200, "PATCH", "/customers/1", fmt.Sprintf(`{"version":%d,"owner_id":1}`, who.Version))
	a.Colleague(apptest.MemberEmail, "member")
	b := a.Owner()
	b.Get("/settings")
	b.Follow("/settings/roles/member", "reach", "own", "allowed", "customer.read", "allowed", "payment.read", "allowed", "payment.settings", "allowed", "customer.export")
	sam, page := a.API(apptest.MemberEmail, "write"), a.SignIn(apptest.MemberEmail, apptest.Password)
	var o receivable.AgeingObject
	sam.Into(&o, 200, "GET", "/receivables", "")
	if len(o.Items) != 0 {
		t.Error("hidden debts are shown")
	}
	for _, path := range []string{"/customers/1/statement", "/customers/1/statement.csv", "/receivables?customer=1"} {
		if r := page.Get(path); r.Status != 404 {
			t.Errorf("%s answers %d", path, r.Status)
		}
	}
	for call, body := range map[string]string{"GET /customers/1/statement": "", "GET /customers/1/standing": "", "PUT /customers/1/credit-limit": "{}"} {
		method, path, _ := strings.Cut(call, " ")
		if r := sam.Call(method, path, body); r.Status != 404 {
			t.Errorf("%s answers %d", call, r.Status)
		}
	}
	b.Follow("/settings/roles/member", "reach", "all", "allowed", "customer.read")
	for _, path := range []string{"/receivables", "/customers/1/statement", "/customers/1/statement.csv"} {
		if r := page.Get(path); r.Status != 403 {
			t.Errorf("%s answers %d", path, r.Status)
		}
	}
}

func TestAges(t *testing.T) {
	const today = cal.Date("2026-03-31")
	for days, want := range map[int]int{-3: 0, 0: 0, 1: 1, 30: 1, 31: 2, 60: 2, 61: 3, 90: 3, 91: 4, 4000: 4} {
		if got := receivable.Bucket(days); got != want {
			t.Errorf("%d days are in %d, want %d", days, got, want)
		}
	}
	list := []receivable.Item{{CustomerID: 1, Currency: "USD", DueOn: "2026-03-01", Open: 5}, {CustomerID: 1, Currency: "EUR", DueOn: "2026-04-01", Open: 7}, {CustomerID: 2, Currency: "USD", DueOn: "2025-01-01", Open: 9}}
	debtors, totals := receivable.Aged(list, today)
	if len(debtors) != 3 || len(totals) != 2 || totals[0].Total() != 14 || totals[0].Overdue() != 14 || debtors[1].Overdue() != 0 {
		t.Errorf("%+v %+v", debtors, totals)
	}
}
