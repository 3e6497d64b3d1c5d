package receivable

import (
	"regulars/app/kit/cal"
)

// Item is money that is to come by a day: a part of an order, or the order.
type Item struct {
	OrderID      int64    `db:"order_id"`
	InstalmentID int64    `db:"instalment_id"` // 0: the order, or what its plan leaves
	Number       string   `db:"number"`
	CustomerID   int64    `db:"customer_id"`
	CustomerName string   `db:"customer_name"`
	OwnerID      int64    `db:"owner_id"`
	Currency     string   `db:"currency"`
	DueOn        cal.Date `db:"due_on"`
	Words        string   `db:"words"`
	Amount       int64    `db:"amount"`
	Open         int64    `db:"open"`
}

// Days is how long it is overdue; below zero when it is not.
func (i Item) Days(today cal.Date) int { return today.Sub(i.DueOn) }

// Late tells that its day has passed.
func (i Item) Late(today cal.Date) bool { return i.DueOn < today }

// Buckets are the ages of money that is overdue; the first is not due yet.
var Buckets = []string{"due", "30", "60", "90", "over"}

// Bucket is where money that is overdue for so many days belongs.
func Bucket(days int) int {
	switch {
	case days <= 0:
		return 0
	case days <= 30:
		return 1
	case days <= 60:
		return 2
	case days <= 90:
		return 3
	}
	return 4
}

// Debtor is what one customer owes in one currency, by age.
type Debtor struct {
	CustomerID   int64
	CustomerName string
	Currency     string
	Buckets      [5]int64
	Oldest       int // days
	Items        int
}

// Total is all of it.
func (d Debtor) Total() int64 {
	var sum int64
	for _, b := range d.Buckets {
		sum += b
	}
	return sum
}

// Overdue is what should have come.
func (d Debtor) Overdue() int64 { return d.Total() - d.Buckets[0] }

// Aged puts items into the ages of their customers, in the order in which they
// come, and sums them per currency.
func Aged(items []Item, today cal.Date) (debtors []Debtor, totals []Debtor) {
	type key struct {
		customer int64
		currency string
	}
	at, sums := map[key]int{}, map[string]int{}
	add := func(d *Debtor, i Item) {
		d.Buckets[Bucket(i.Days(today))] += i.Open
		d.Oldest, d.Items = max(d.Oldest, i.Days(today)), d.Items+1
	}
	for _, i := range items {
		k := key{i.CustomerID, i.Currency}
		n, ok := at[k]
		if !ok {
			n = len(debtors)
			at[k], debtors = n, append(debtors, Debtor{CustomerID: i.CustomerID, CustomerName: i.CustomerName, Currency: i.Currency})
		}
		add(&debtors[n], i)
		n, ok = sums[i.Currency]
		if !ok {
			n = len(totals)
			sums[i.Currency], totals = n, append(totals, Debtor{Currency: i.Currency})
		}
		add(&totals[n], i)
	}
	return debtors, totals
}
