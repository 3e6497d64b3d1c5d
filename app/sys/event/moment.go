package event

import (
	"context"

	"regulars/app/sys/db"
)

// Moment is something in the life of a business after which a customer may be
// asked how it was. The slice that knows the fact says so in its module;
// whoever asks knows no slice.
type Moment struct {
	Name  string   // one of Moments
	Kinds []string // the facts by which it comes
	Ends  []string // the facts by which it may be undone
	// Read tells what the moment of a fact's subject is about as things are now,
	// and whether it still stands. The key is told also of what is gone.
	Read func(ctx context.Context, q db.Q, subject int64) (o Occasion, stands bool, err error)
}

// Occasion is one such moment of one customer.
type Occasion struct {
	Key        string // "order:12": a customer is asked about it once; after the colon stands the subject
	CustomerID int64
	OrderID    int64 // 0 when it is about no order
	RatedID    int64 // who served, 0 unknown
}

// Moments are the names that there are words for, in the order in which they are
// offered. A slice that comes later takes its name from here.
var Moments = []string{"order", "delivery", "return", "visit", "ticket", "deal_won", "deal_lost", "training"}
