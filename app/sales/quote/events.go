package quote

import (
	"time"

	"regulars/app/kit/money"
	"regulars/app/sys/event"
	"regulars/app/sys/timeline"
)

// Fact is what all facts about a quote say. Amount is for the sentence; programs
// read Minor.
type Fact struct {
	QuoteID    int64  `json:"quote_id"`
	CustomerID int64  `json:"customer_id"`
	DealID     int64  `json:"deal_id,omitempty"`
	Number     string `json:"number"`
	Minor      int64  `json:"minor"`
	Currency   string `json:"currency"`
	Amount     string `json:"amount"`

	At time.Time `json:"-"` // when it was, of history; now otherwise
}

// Written: a quote or a new version of one was begun.
type Written struct {
	Fact
	From string `json:"from,omitempty"` // the version it is a copy of
}

// Left: a quote was sent, or its link handed over.
type Left struct{ Fact }

// Asked: the customer has a question about it.
type Asked struct {
	Fact
	Question string `json:"-"`
}

// Agreed: the customer accepted it.
type Agreed struct {
	Fact
	Signer  string `json:"signer"`
	OrderID int64  `json:"order_id"`
}

// Refused: the customer declined it.
type Refused struct {
	Fact
	Reason string `json:"-"`
}

// Lapsed: nobody decided in time.
type Lapsed struct{ Fact }

// Recalled: it was withdrawn.
type Recalled struct{ Fact }

// Removed: a quote was deleted.
type Removed struct{ Fact }

// Meta implements event.Fact.
func (f Written) Meta() event.Meta { return f.meta("quote.written") }

// Meta implements event.Fact.
func (f Left) Meta() event.Meta { return f.meta("quote.sent") }

// Meta implements event.Fact.
func (f Asked) Meta() event.Meta { return f.meta("quote.asked") }

// Words implements timeline.Worded.
func (f Asked) Words() string { return f.Question }

// Meta implements event.Fact.
func (f Agreed) Meta() event.Meta { return f.meta("quote.accepted") }

// Meta implements event.Fact.
func (f Refused) Meta() event.Meta { return f.meta("quote.declined") }

// Words implements timeline.Worded.
func (f Refused) Words() string { return f.Reason }

// Meta implements event.Fact.
func (f Lapsed) Meta() event.Meta { return f.meta("quote.expired") }

// Meta implements event.Fact.
func (f Recalled) Meta() event.Meta { return f.meta("quote.withdrawn") }

// Meta implements event.Fact.
func (f Removed) Meta() event.Meta { return f.meta("quote.removed") }

func (f Fact) meta(kind string) event.Meta {
	return event.Meta{Kind: kind, CustomerID: f.CustomerID, SubjectKind: "quote", SubjectID: f.QuoteID, At: f.At}
}

func (q Quote) fact() Fact {
	return Fact{QuoteID: q.ID, CustomerID: q.CustomerID, DealID: int64(q.DealID), Number: q.Name(), Minor: q.Total, Currency: q.Currency,
		Amount: money.Text(q.Total, q.Currency)}
}

// kinds are the timeline's entries.
var kinds = []timeline.Kind{
	{Event: "quote.sent", Icon: "receipt"},
	{Event: "quote.asked", Icon: "note", Human: true},
	{Event: "quote.accepted", Icon: "check", Tone: "accent"},
	{Event: "quote.declined", Icon: "x", Tone: "warm", Human: true},
	{Event: "quote.expired", Icon: "receipt", Tone: "warm"},
	{Event: "quote.withdrawn", Icon: "receipt", Tone: "warm"},
}
