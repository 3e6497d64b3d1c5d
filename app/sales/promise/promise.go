// Package promise keeps what somebody said they would do by a day: the customer
// who pays on Friday, the shop that delivers on Tuesday. What payments and
// orders can tell settles itself; the rest is settled by a person with a reason.
// The share that was kept is shown for both sides, theirs beside ours.
package promise

import (
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read   = "promise.read"
	Write  = "promise.write"
	Delete = "promise.delete"
)

// Who promised.
const (
	Theirs = "theirs"
	Ours   = "ours"
)

// What was promised.
const (
	Pay     = "pay" // money: theirs is a payment, ours is paid back
	Deliver = "deliver"
	Other   = "other"
)

// What became of it.
const (
	Open    = "open"
	Kept    = "kept"
	Late    = "late"
	Broken  = "broken"
	Dropped = "dropped" // both sides agreed otherwise; it counts nowhere
)

// The choices, in the order in which they are offered.
var (
	Sides  = []string{Theirs, Ours}
	Kinds  = []string{Pay, Deliver, Other}
	States = []string{Open, Kept, Late, Broken, Dropped}
)

// Grace is how many days after its day an open promise counts as broken.
const Grace = 30

// Promise is one of them.
type Promise struct {
	ID           int64    `db:"id"`
	CustomerID   int64    `db:"customer_id"`
	CustomerName string   `db:"customer_name"`
	Side         string   `db:"side"`
	Kind         string   `db:"kind"`
	Words        string   `db:"words"`
	MadeOn       cal.Date `db:"made_on"`
	DueOn        cal.Date `db:"due_on"`
	Amount       int64    `db:"amount"` // minor units; 0 = whatever is owed
	Currency     string   `db:"currency"`
	OrderID      db.ID    `db:"order_id"`
	OrderNumber  db.Null  `db:"order_number"`
	OwnerID      db.ID    `db:"owner_id"`
	OwnerName    db.Null  `db:"owner_name"`
	State        string   `db:"state"`
	SettledOn    cal.Date `db:"settled_on"`
	ByFact       bool     `db:"by_fact"`
	Reason       string   `db:"reason"`
	CreatedAt    db.Time  `db:"created_at"`
	UpdatedAt    db.Time  `db:"updated_at"`
	Version      int64    `db:"version"`
}

// Overdue tells that its day has passed and nothing happened.
func (p Promise) Overdue(today cal.Date) bool { return p.State == Open && p.DueOn < today }

// Counts tells whether it says something about who keeps promises.
func (p Promise) Counts() bool { return p.State == Kept || p.State == Late || p.State == Broken }

// watched tells whether facts can settle it.
func (p Promise) watched() bool {
	return p.Kind == Pay || (p.Kind == Deliver && p.Side == Ours && p.OrderID != 0)
}

// Input is what a form or the API says about a promise.
type Input struct {
	CustomerID int64 // fixed once it exists
	Side       string
	Kind       string
	Words      string
	MadeOn     cal.Date // "" is today
	DueOn      cal.Date
	Amount     int64
	Currency   string // "" is the order's, else the shop's
	OrderID    int64
	OwnerID    int64 // 0 is whoever writes it down
}

const (
	maxWords  = 500
	maxReason = 500
	maxAmount = 100_000_000_000_000
	maxAhead  = 3660 // days
)

// Clean trims and fills in what goes without saying.
func (in *Input) Clean(today cal.Date) {
	in.Words = strings.Join(strings.Fields(text.Line(in.Words)), " ")
	if in.MadeOn == "" {
		in.MadeOn = today
	}
	if in.Kind != Pay {
		in.Amount, in.Currency = 0, ""
	}
}

// Validate says what is wrong, field by field.
func (in Input) Validate(today cal.Date) error {
	c := &errs.Check{}
	c.That(slices.Contains(Sides, in.Side), "side", "error.choice")
	c.That(slices.Contains(Kinds, in.Kind), "kind", "error.choice")
	c.That(in.Kind != Other || in.Words != "", "words", "error.required")
	c.That(len([]rune(in.Words)) <= maxWords, "words", "error.long", "n", maxWords)
	c.That(in.Amount >= 0 && in.Amount <= maxAmount, "amount", "error.money")
	c.That(in.Kind != Pay || in.Amount > 0 || in.OrderID != 0, "amount", "promise.error.amount")
	if c.That(in.DueOn != "", "due_on", "error.required"); in.DueOn != "" {
		c.That(in.DueOn.Valid() && in.DueOn <= today.AddDays(maxAhead), "due_on", "error.date")
	}
	if !in.MadeOn.Valid() {
		c.Add("made_on", "error.date")
	} else {
		c.That(in.MadeOn <= today, "made_on", "promise.error.made_ahead")
		c.That(in.DueOn == "" || in.DueOn >= in.MadeOn, "due_on", "promise.error.before_made")
	}
	return c.Err()
}

// Input is the promise as a form would send it, for an edit of some fields.
func (p Promise) Input() Input {
	return Input{CustomerID: p.CustomerID, Side: p.Side, Kind: p.Kind, Words: p.Words, MadeOn: p.MadeOn, DueOn: p.DueOn, Amount: p.Amount,
		Currency: p.Currency, OrderID: int64(p.OrderID), OwnerID: int64(p.OwnerID)}
}
