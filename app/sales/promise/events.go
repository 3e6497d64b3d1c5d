package promise

import (
	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/sys/event"
	"regulars/app/sys/timeline"
)

// Fact is what all facts about a promise say.
type Fact struct {
	PromiseID  int64    `json:"promise_id"`
	CustomerID int64    `json:"customer_id"`
	Side       string   `json:"side"`
	Kind       string   `json:"kind"`
	State      string   `json:"state"`
	DueOn      cal.Date `json:"due_on"`
	What       string   `json:"what"` // for the sentence
	OrderID    int64    `json:"order_id,omitempty"`

	name string
}

// Meta implements event.Fact.
func (f Fact) Meta() event.Meta {
	return event.Meta{Kind: f.name, CustomerID: f.CustomerID, SubjectKind: subject, SubjectID: f.PromiseID}
}

// fact is what the promise is now, under the name of its side and state:
// promise.theirs.open, promise.ours.kept.
func (p Promise) fact(name string) Fact {
	what := p.Words
	if p.Amount > 0 {
		sum := money.Text(p.Amount, p.Currency)
		if what == "" {
			what = sum
		} else {
			what = sum + ", " + what
		}
	}
	if p.OrderNumber != "" {
		if what == "" {
			what = string(p.OrderNumber)
		} else {
			what += " (" + string(p.OrderNumber) + ")"
		}
	}
	return Fact{PromiseID: p.ID, CustomerID: p.CustomerID, Side: p.Side, Kind: p.Kind, State: p.State, DueOn: p.DueOn, What: what,
		OrderID: int64(p.OrderID), name: name}
}

// kinds are the timeline's entries: a promise stands there once, as it is now.
var kinds = []timeline.Kind{
	{Event: "promise.theirs.open", Icon: "flag", Human: true},
	{Event: "promise.theirs.kept", Icon: "check", Tone: "accent"},
	{Event: "promise.theirs.late", Icon: "clock", Tone: "warm"},
	{Event: "promise.theirs.broken", Icon: "x", Tone: "bad"},
	{Event: "promise.ours.open", Icon: "flag", Human: true},
	{Event: "promise.ours.kept", Icon: "check", Tone: "accent"},
	{Event: "promise.ours.late", Icon: "clock", Tone: "warm"},
	{Event: "promise.ours.broken", Icon: "x", Tone: "bad"},
}
