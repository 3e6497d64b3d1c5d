package payment

import (
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/sys/event"
	"regulars/app/sys/timeline"
)

// Fact is what all facts about a payment say. Amount is the sentence's text;
// programs read Minor.
type Fact struct {
	PaymentID  int64    `json:"payment_id"`
	OrderID    int64    `json:"order_id"`
	CustomerID int64    `json:"customer_id"`
	Number     string   `json:"number"`
	Minor      int64    `json:"minor"`
	Currency   string   `json:"currency"`
	Amount     string   `json:"amount"`
	PaidOn     cal.Date `json:"paid_on"`

	At time.Time `json:"-"`
}

// Received: money came in.
type Received struct{ Fact }

// Refunded: money was paid back.
type Refunded struct{ Fact }

// Changed: a payment was corrected.
type Changed struct{ Fact }

// Removed: a payment was deleted.
type Removed struct{ Fact }

// Meta implements event.Fact.
func (f Received) Meta() event.Meta { return f.meta("payment.received") }

// Meta implements event.Fact.
func (f Refunded) Meta() event.Meta { return f.meta("payment.refunded") }

// Meta implements event.Fact.
func (f Changed) Meta() event.Meta { return f.meta("payment.changed") }

// Meta implements event.Fact.
func (f Removed) Meta() event.Meta { return f.meta("payment.removed") }

func (f Fact) meta(kind string) event.Meta {
	return event.Meta{Kind: kind, CustomerID: f.CustomerID, SubjectKind: "payment", SubjectID: f.PaymentID, At: f.At}
}

// moment is when a payment counts as made: now for one of today, else the
// middle of its day.
func moment(paidOn cal.Date, now time.Time, zone *time.Location) time.Time {
	if paidOn == cal.Today(now, zone) {
		return now
	}
	return cal.At(paidOn, 12, 0, zone)
}

func (p Payment) fact(at time.Time) Fact {
	return Fact{PaymentID: p.ID, OrderID: p.OrderID, CustomerID: p.CustomerID, Number: p.OrderNumber, Minor: p.Amount, Currency: p.Currency,
		Amount: money.Text(p.Amount, p.Currency), PaidOn: p.PaidOn, At: at}
}

// kinds are the timeline's entries. A correction replaces the entry it
// corrects, so the timeline holds each payment once and as it is now.
var kinds = []timeline.Kind{
	{Event: "payment.received", Icon: "wallet", Tone: "accent"},
	{Event: "payment.refunded", Icon: "wallet", Tone: "warm"},
	{Event: "payment.changed", Icon: "wallet"},
}
