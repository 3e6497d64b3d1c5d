package order

import (
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/sys/event"
	"regulars/app/sys/timeline"
)

// Fact is what all facts about an order say. Amount and Items are for the
// sentence; programs read Minor.
type Fact struct {
	OrderID    int64    `json:"order_id"`
	CustomerID int64    `json:"customer_id"`
	Number     string   `json:"number"`
	Status     string   `json:"status"`
	OrderedOn  cal.Date `json:"ordered_on"`
	Minor      int64    `json:"minor"`
	Currency   string   `json:"currency"`
	Amount     string   `json:"amount"`
	Items      string   `json:"items"`

	At time.Time `json:"-"`
}

// Drafted: an order was begun; it is no purchase yet.
type Drafted struct{ Fact }

// Placed: an order became a purchase.
type Placed struct{ Fact }

// Finished: an order was carried out; the goods are with the customer.
type Finished struct{ Fact }

// Returned: goods came back; what they cost is given back or set off.
type Returned struct{ Fact }

// Changed: an order was corrected and is still what it was.
type Changed struct{ Fact }

// Cancelling: an order will not be carried out.
type Cancelling struct{ Fact }

// Removed: an order was deleted.
type Removed struct{ Fact }

// Meta implements event.Fact.
func (f Drafted) Meta() event.Meta { return f.meta("order.drafted") }

// Meta implements event.Fact.
func (f Placed) Meta() event.Meta { return f.meta("order.placed") }

// Meta implements event.Fact.
func (f Finished) Meta() event.Meta { return f.meta("order.completed") }

// Meta implements event.Fact.
func (f Returned) Meta() event.Meta { return f.meta("order.returned") }

// Meta implements event.Fact.
func (f Changed) Meta() event.Meta { return f.meta("order.changed") }

// Meta implements event.Fact.
func (f Cancelling) Meta() event.Meta { return f.meta("order.cancelled") }

// Meta implements event.Fact.
func (f Removed) Meta() event.Meta { return f.meta("order.removed") }

func (f Fact) meta(kind string) event.Meta {
	return event.Meta{Kind: kind, CustomerID: f.CustomerID, SubjectKind: "order", SubjectID: f.OrderID, At: f.At}
}

func (o Order) fact(at time.Time) Fact {
	return Fact{OrderID: o.ID, CustomerID: o.CustomerID, Number: o.Number, Status: o.Status, OrderedOn: o.OrderedOn, Minor: o.Total,
		Currency: o.Currency, Amount: money.Text(o.Total, o.Currency), Items: Items(o.Lines), At: at}
}

// moment is when an order counts as placed: now for one of today, else the
// middle of its day.
func moment(on cal.Date, now time.Time, zone *time.Location) time.Time {
	if on == cal.Today(now, zone) {
		return now
	}
	return cal.At(on, 12, 0, zone)
}

// kinds are the timeline's entries. A change replaces the entry before it, so
// the timeline holds each purchase once and as it is now; a draft has none.
var kinds = []timeline.Kind{
	{Event: "order.placed", Icon: "receipt", Tone: "accent"},
	{Event: "order.returned", Icon: "receipt", Tone: "warm"},
	{Event: "order.changed", Icon: "receipt"},
	{Event: "order.cancelled", Icon: "receipt", Tone: "warm"},
}
