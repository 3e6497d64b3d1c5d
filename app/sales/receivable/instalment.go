// Package receivable is what customers still have to pay: the parts in which an
// order is to be paid, money that pays for several orders or for none yet, who is
// how late, and what is done about it. Only decisions are kept: what is paid of a
// part, a customer's credit and every sum are computed from orders and payments.
package receivable

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/text"
	"regulars/app/sales/payment"
	"regulars/app/sys/db"
)

// Instalment is a part of an order with its day.
type Instalment struct {
	ID           int64    `db:"id"`
	OrderID      int64    `db:"order_id"`
	OrderNumber  string   `db:"number"`
	CustomerID   int64    `db:"customer_id"`
	CustomerName string   `db:"customer_name"`
	DueOn        cal.Date `db:"due_on"`
	Amount       int64    `db:"amount"`
	Currency     string   `db:"currency"`
	Words        string   `db:"words"`
	Paid         int64    `db:"paid"` // of it, by the payments of its order
	CreatedAt    db.Time  `db:"created_at"`
	UpdatedAt    db.Time  `db:"updated_at"`
	Version      int64    `db:"version"`
}

// Open is what is still to be paid of it.
func (i Instalment) Open() int64 { return i.Amount - i.Paid }

// State is paid, part, overdue or open.
func (i Instalment) State(today cal.Date) string {
	switch {
	case i.Open() <= 0:
		return "paid"
	case i.DueOn < today:
		return "overdue"
	case i.Paid > 0:
		return "part"
	}
	return "open"
}

// Order is what is to be known of an order to say how it is paid.
type Order struct {
	ID           int64    `db:"id"`
	Number       string   `db:"number"`
	CustomerID   int64    `db:"customer_id"`
	CustomerName string   `db:"customer_name"`
	Status       string   `db:"status"`
	Currency     string   `db:"currency"`
	Total        int64    `db:"total"`
	Paid         int64    `db:"paid"`
	OrderedOn    cal.Date `db:"ordered_on"`
	DueOn        cal.Date `db:"due_on"`
}

// Return tells that it gives something back to the customer.
func (o Order) Return() bool {
	return o.Total < 0 && (o.Status == "confirmed" || o.Status == "completed")
}

// Surplus is what was paid beyond what it costs, with what a return still owes the
// customer; all of the money once it is cancelled.
func (o Order) Surplus() int64 {
	switch {
	case o.Status == "cancelled" || (o.Total < 0 && !o.Return()):
		return max(0, o.Paid)
	}
	return max(0, o.Paid-o.Total)
}

// Plan is how an order is to be paid.
type Plan struct {
	Order Order
	Parts []Instalment
}

// Sum is what the parts come to.
func (p Plan) Sum() int64 {
	var sum int64
	for _, i := range p.Parts {
		sum += i.Amount
	}
	return sum
}

// Rest is what the parts leave of the order; below zero when they are too much.
func (p Plan) Rest() int64 { return p.Order.Total - p.Sum() }

// Mark tells one state of the plan from another, for two people who change it.
func (p Plan) Mark() string {
	var out []string
	for _, i := range p.Parts {
		out = append(out, fmt.Sprintf("%d.%d", i.ID, i.Version))
	}
	return strings.Join(out, "-")
}

// Part is one line of a plan as somebody wants it. ID 0 is a new one.
type Part struct {
	ID     int64
	DueOn  cal.Date
	Amount int64
	Words  string
}

const (
	maxParts = 60
	maxWords = 200
	firstDay = cal.Date("1900-01-01")
	lastDay  = cal.Date("2199-12-31")
)

// fill spreads what was paid over the parts in the order of their days.
func fill(parts []Instalment, paid int64) {
	slices.SortStableFunc(parts, func(a, b Instalment) int {
		if a.DueOn != b.DueOn {
			return strings.Compare(string(a.DueOn), string(b.DueOn))
		}
		return newLast(a.ID, b.ID)
	})
	for i := range parts {
		parts[i].Paid = max(0, min(parts[i].Amount, paid))
		paid -= parts[i].Paid
	}
}

// newLast orders ids where 0 is one that is to come.
func newLast(a, b int64) int {
	switch {
	case a == b:
		return 0
	case a == 0:
		return 1
	case b == 0 || a < b:
		return -1
	}
	return 1
}

// partField is where a mistake of a part is shown.
func partField(i int, name string) string { return fmt.Sprintf("parts[%d].%s", i, name) }

// check cleans the parts and says what is wrong with them: each for itself, their
// sum, and what would happen to money that has come in already.
func (p Plan) check(parts []Part) error { return p.bound(parts, true) }

// bound is check, where the parts may also leave something unplanned unless they
// have to be the whole.
func (p Plan) bound(parts []Part, all bool) error {
	c := &errs.Check{}
	c.That(p.Order.Status != "cancelled", "parts", "receivable.error.cancelled")
	c.That(p.Order.Total > 0, "parts", "receivable.error.nothing")
	c.That(len(parts) <= maxParts, "parts", "error.many", "n", maxParts)
	var sum int64
	next := make([]Instalment, 0, len(parts))
	known := map[int64]Instalment{}
	for _, i := range p.Parts {
		known[i.ID] = i
	}
	for n := range parts {
		in := &parts[n]
		in.Words = text.Line(in.Words)
		c.That(in.DueOn.Valid() && in.DueOn >= firstDay && in.DueOn <= lastDay, partField(n, "due_on"), "error.date")
		c.That(in.Amount > 0, partField(n, "amount"), "error.positive")
		c.That(in.Amount <= payment.MaxAmount, partField(n, "amount"), "error.money_too_big")
		c.That(len([]rune(in.Words)) <= maxWords, partField(n, "words"), "error.long", "n", maxWords)
		_, mine := known[in.ID]
		c.That(in.ID == 0 || mine, partField(n, "id"), "error.choice")
		next = append(next, Instalment{ID: in.ID, DueOn: in.DueOn, Amount: in.Amount})
		sum += max(0, min(in.Amount, payment.MaxAmount))
	}
	if err := c.Err(); err != nil {
		return err
	}
	c.That(len(parts) == 0 || sum == p.Order.Total || (!all && sum < p.Order.Total), "parts", "receivable.error.sum", "sum", money.Text(sum, p.Order.Currency),
		"total", money.Text(p.Order.Total, p.Order.Currency), "rest", money.Text(p.Order.Total-sum, p.Order.Currency))
	fill(next, p.Order.Paid)
	for _, was := range p.Parts {
		if was.Paid == 0 {
			continue
		}
		at := slices.IndexFunc(next, func(i Instalment) bool { return i.ID == was.ID })
		whole := at >= 0 && (was.Open() > 0 || (next[at].Amount == was.Amount && next[at].DueOn == was.DueOn))
		c.That(whole && next[at].Paid >= was.Paid, "parts", "receivable.error.paid_part", "day", string(was.DueOn), "amount", money.Text(was.Paid, p.Order.Currency))
	}
	return c.Err()
}

// Templates are the usual ways to pay in parts.
var Templates = []string{"deposit", "months", "delivery"}

// Propose is the parts of a template: 30 % with the order and 70 % within thirty
// days; three months; or a third with the order and the rest at delivery.
func (o Order) Propose(template string, words func(key string, args ...any) string) []Part {
	later := o.OrderedOn.AddDays(30)
	if o.DueOn != "" {
		later = o.DueOn
	}
	switch template {
	case "deposit":
		first := o.Total * 3 / 10
		return parts(Part{DueOn: o.OrderedOn, Amount: first, Words: words("receivable.words.deposit")},
			Part{DueOn: later, Amount: o.Total - first, Words: words("receivable.words.rest")})
	case "delivery":
		first := o.Total / 3
		return parts(Part{DueOn: o.OrderedOn, Amount: first, Words: words("receivable.words.deposit")},
			Part{DueOn: later, Amount: o.Total - first, Words: words("receivable.words.delivery")})
	case "months":
		var out []Part
		for n := int64(1); n <= 3; n++ {
			out = append(out, Part{DueOn: months(o.OrderedOn, int(n)), Amount: o.Total*n/3 - o.Total*(n-1)/3, Words: words("receivable.words.month", "n", n)})
		}
		return parts(out...)
	}
	return nil
}

// parts leaves out what comes to nothing.
func parts(list ...Part) []Part {
	return slices.DeleteFunc(list, func(p Part) bool { return p.Amount <= 0 })
}

// months is the same day n months later, or the last of a shorter month.
func months(d cal.Date, n int) cal.Date {
	t := d.Time(time.UTC)
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return cal.DateOf(first.AddDate(0, 0, min(t.Day(), last)-1), time.UTC)
}

// share is a percentage of a total, rounded to the nearest minor unit.
func share(total int64, percent float64) int64 {
	bp := int64(percent*100 + .5)
	return total/10000*bp + (total%10000*bp+5000)/10000
}
