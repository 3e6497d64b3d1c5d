package receivable_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sales/receivable"
)

func day(from string, days int) string {
	d, _ := time.Parse("2006-01-02", from)
	return d.AddDate(0, 0, days).Format("2006-01-02")
}

// books are the sums that have to agree at any time.
type books struct {
	orders, credit, back, in int
}

func read(a *apptest.App) books {
	return books{
		orders: a.Count(`SELECT coalesce(sum(amount), 0) FROM payment`),
		back:   a.Count(`SELECT coalesce(sum(amount), 0) FROM receipt_back`),
		in:     a.Count(`SELECT (SELECT coalesce(sum(amount), 0) FROM receipt) + (SELECT coalesce(sum(amount), 0) FROM payment WHERE receipt_id IS NULL)`),
		credit: a.Count(`SELECT coalesce(sum(r.amount - (SELECT coalesce(sum(amount), 0) FROM payment WHERE receipt_id = r.id)
			- (SELECT coalesce(sum(amount), 0) FROM receipt_back WHERE receipt_id = r.id)), 0) FROM receipt r`),
	}
}

// open is what all parts ask for, in minor units.
func open(t *testing.T, api *apptest.API) (sum int) {
	t.Helper()
	var o receivable.AgeingObject
	api.Into(&o, 200, "GET", "/receivables", "")
	for _, i := range o.Items {
		n, err := strconv.Atoi(strings.ReplaceAll(i.Open.Amount, ".", ""))
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	return sum
}

// outstanding is what the orders that stand are still to bring.
func outstanding(a *apptest.App) int {
	return a.Count(`SELECT coalesce(sum(max(0, h.total - (SELECT coalesce(sum(amount), 0) FROM payment WHERE order_id = h.id))), 0)
		FROM order_head h WHERE h.status IN ('confirmed', 'completed')`)
}

// Whatever people do, in whatever order: what came in is with orders, credit or
// paid back, no receipt gives more than it is, no instalment is paid more than it
// asks for, and what was refused changed nothing.
func TestTheBooksAlwaysAgree(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	today := a.DB.Now().UTC().Format("2006-01-02")
	for _, name := range []string{"Ada Field", "Bo Reed"} {
		api.Into(nil, 201, "POST", "/customers", fmt.Sprintf(`{"name":%q}`, name))
	}
	for n := range 6 {
		order(api, 1+n%2, fmt.Sprintf("%d.00", 40+n*15), day(today, -n*12))
	}
	r := rand.New(rand.NewPCG(20, 26))
	pick := func(table string) int {
		return a.Count(`SELECT coalesce((SELECT id FROM ` + table + ` ORDER BY abs(id * 7919 + ` + fmt.Sprint(r.IntN(1000)) + `) % 101 LIMIT 1), 1)`)
	}
	sum := func() string { return usd(fmt.Sprintf("%d.%02d", r.IntN(90), r.IntN(100))) }
	statuses, joined, cheaper := map[int]int{}, 0, 0
	for step := range 260 {
		before := read(a)
		var method, path, body string
		// change is what the step does to the money that came in, when it is taken.
		change := func(before, after books) bool { return after.in-after.back == before.in-before.back }
		grows := func(before, after books) bool { return after.in > before.in && after.back == before.back }
		any := func(books, books) bool { return true }
		kind := r.IntN(13)
		if kind == 12 {
			kind = 14
		}
		if step%60 == 45 {
			kind = 12
		}
		if step%60 == 55 {
			kind = 13
		}
		switch kind {
		case 0:
			method, path, body, change = "POST", "/receipts", fmt.Sprintf(`{"customer_id":%d,"oldest":%t,"again":true,"amount":%s}`, 1+r.IntN(2), r.IntN(2) == 0, sum()), grows
		case 1:
			method, path, body, change = "POST", "/receipts", fmt.Sprintf(`{"customer_id":%d,"again":true,"amount":%s,"parts":[{"order_id":%d,"amount":%s}]}`, 1+r.IntN(2), sum(), pick("order_head"), sum()), grows
		case 2:
			method, path, body, change = "POST", "/payments", fmt.Sprintf(`{"order_id":%d,"surplus":"credit","amount":%s}`, pick("order_head"), sum()), grows
		case 3:
			method, path, body, change = "POST", "/payments", fmt.Sprintf(`{"order_id":%d,"amount":%s}`, pick("order_head"), sum()), grows
		case 4:
			method, path, body = "POST", fmt.Sprintf("/receipts/%d/use", pick("receipt")), "{}"
		case 5:
			method, path, body, change = "POST", fmt.Sprintf("/receipts/%d/refund", pick("receipt")), `{"amount":`+sum()+`}`, func(b, n books) bool { return n.in == b.in && n.back > b.back }
		case 6:
			id := pick("payment")
			version := a.Count(`SELECT coalesce((SELECT version FROM payment WHERE id = ?), 1)`, id)
			method, path, body, change = "PATCH", fmt.Sprintf("/payments/%d", id), fmt.Sprintf(`{"version":%d,"amount":%s}`, version, sum()), any
		case 7:
			method, path, change = "DELETE", fmt.Sprintf("/payments/%d", pick("payment")), any
		case 8:
			method, path, change = "DELETE", fmt.Sprintf("/receipts/%d", pick("receipt")), func(b, n books) bool { return n.in < b.in && n.back == b.back }
		case 9:
			id := pick("order_head")
			version := a.Count(`SELECT version FROM order_head WHERE id = ?`, id)
			status := []string{"cancelled", "confirmed", "completed"}[r.IntN(3)]
			method, path, body = "PATCH", fmt.Sprintf("/orders/%d", id), fmt.Sprintf(`{"version":%d,"status":%q}`, version, status)
		case 10:
			method, path, body = "POST", fmt.Sprintf("/orders/%d/credit", pick("order_head")), "{}"
		case 11:
			if r.IntN(2) == 0 {
				method, path, body = "PUT", fmt.Sprintf("/orders/%d/instalments", pick("order_head")), `{"template":"months"}`
			} else {
				method, path, body, change = "POST", fmt.Sprintf("/history/%d/undo", a.Count(`SELECT max(id) - ? FROM journal_set`, r.IntN(4))), "{}", any
			}
		case 12: // one customer after all
			method, path, body = "POST", "/merges", `{"survivor_id":1,"customer_ids":[2]}`
		case 13: // or two
			method, path, body, change = "POST", fmt.Sprintf("/history/%d/undo", a.Count(`SELECT coalesce(max(id), 1) FROM journal_set WHERE op = 'customer.merge'`)), "{}", any
		case 14: // an order that comes to cost something else
			id := pick("order_head")
			method, path, body = "PATCH", fmt.Sprintf("/orders/%d", id), fmt.Sprintf(`{"version":%d,"lines":[{"name":"Flour","quantity":1,"unit_price":%s}]}`, a.Count(`SELECT version FROM order_head WHERE id = ?`, id), sum())
		}
		answer := api.Call(method, path, body)
		if kind == 14 && answer.Status < 300 {
			cheaper++
		}
		if (kind == 12 || kind == 13) && answer.Status < 300 {
			joined++
		}
		statuses[answer.Status/100]++
		after := read(a)
		if answer.Status >= 500 {
			t.Fatalf("step %d %s %s %s: %d %s", step, method, path, body, answer.Status, answer.Body)
		}
		if answer.Status >= 400 && after != before {
			t.Fatalf("step %d %s %s %s was refused (%d) and changed %+v to %+v", step, method, path, body, answer.Status, before, after)
		}
		if answer.Status < 300 && !change(before, after) {
			t.Fatalf("step %d %s %s %s made %+v of %+v", step, method, path, body, after, before)
		}
		if after.in != after.orders+after.credit+after.back {
			t.Fatalf("step %d %s %s %s: %+v do not agree", step, method, path, body, after)
		}
		if n := a.Count(`SELECT count(*) FROM receipt r WHERE r.amount < (SELECT coalesce(sum(amount), 0) FROM payment WHERE receipt_id = r.id)
			+ (SELECT coalesce(sum(amount), 0) FROM receipt_back WHERE receipt_id = r.id)`); n != 0 {
			t.Fatalf("step %d %s %s %s: a receipt gives more than it is", step, method, path, body)
		}
		if step%5 == 0 {
			if parts, orders := open(t, api), outstanding(a); parts != orders {
				t.Fatalf("step %d %s %s %s: the parts ask for %d, the orders for %d", step, method, path, body, parts, orders)
			}
		}
	}
	if cheaper < 10 {
		t.Errorf("only %d orders came to cost something else", cheaper)
	}
	if joined < 3 {
		t.Errorf("customers were joined and parted %d times", joined)
	}
	if statuses[2] < 100 || statuses[4] < 20 {
		t.Errorf("the test tries too little: %v", statuses)
	}
}
