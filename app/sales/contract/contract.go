// Package contract keeps what was agreed with a customer for a time: from when
// until when, for how much, and until when notice can be given. Its state
// follows from its dates; before the last day to decide somebody is reminded.
package contract

import (
	"slices"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read   = "contract.read"
	Write  = "contract.write"
	Delete = "contract.delete"
)

// The states of a contract.
const (
	Draft     = "draft" // nobody has signed it
	Running   = "running"
	Ended     = "ended"
	Cancelled = "cancelled"
)

// How it goes on after its end.
const (
	NoRenewal = "none"
	ByHand    = "hand" // somebody renews it
	ByItself  = "self" // unless notice is given
)

// The choices, in the order in which they are offered.
var (
	States   = []string{Draft, Running, Ended, Cancelled}
	Renewals = []string{NoRenewal, ByHand, ByItself}
)

// Ahead is how many days before the last day to decide somebody is reminded.
const Ahead = 14

// Contract is one of them.
type Contract struct {
	ID           int64    `db:"id"`
	Number       string   `db:"number"`
	CustomerID   int64    `db:"customer_id"`
	CustomerName string   `db:"customer_name"`
	Title        string   `db:"title"`
	OrderID      db.ID    `db:"order_id"`
	OrderNumber  db.Null  `db:"order_number"`
	DealID       db.ID    `db:"deal_id"`
	DealName     db.Null  `db:"deal_name"`
	SignedOn     cal.Date `db:"signed_on"`
	StartsOn     cal.Date `db:"starts_on"`
	EndsOn       cal.Date `db:"ends_on"`
	Amount       int64    `db:"amount"`
	Currency     string   `db:"currency"`
	NoticeDays   int      `db:"notice_days"`
	Renewal      string   `db:"renewal"`
	RenewMonths  int      `db:"renew_months"`
	Renewed      int      `db:"renewed"`
	OwnerID      db.ID    `db:"owner_id"`
	OwnerName    db.Null  `db:"owner_name"`
	State        string   `db:"state"`
	CancelledOn  cal.Date `db:"cancelled_on"`
	Reason       string   `db:"reason"`
	Notes        string   `db:"notes"`
	CreatedAt    db.Time  `db:"created_at"`
	UpdatedAt    db.Time  `db:"updated_at"`
	Version      int64    `db:"version"`

	OwnerEmail db.Null       `db:"owner_email"`
	Values     custom.Values `db:"fields"`
	Added      custom.Record `db:"-"` // the values of the fields that the shop added
}

// DecideBy is the last day on which notice can be given, "" without an end.
func (c Contract) DecideBy() cal.Date {
	if c.EndsOn == "" {
		return ""
	}
	return c.EndsOn.AddDays(-c.NoticeDays)
}

// Soon tells that the day to decide is near, or has passed while it runs.
func (c Contract) Soon(today cal.Date) bool {
	return c.State == Running && c.EndsOn != "" && c.DecideBy().AddDays(-Ahead) <= today
}

// NextEnd is the end of its next term, "" without an end.
func (c Contract) NextEnd() cal.Date {
	if c.EndsOn == "" {
		return ""
	}
	return months(c.EndsOn, c.RenewMonths)
}

// stateOn is what its dates make of it.
func (c Contract) stateOn(today cal.Date) string {
	switch {
	case c.CancelledOn != "":
		return Cancelled
	case c.SignedOn == "":
		return Draft
	case c.EndsOn != "" && c.EndsOn < today && c.Renewal != ByItself:
		return Ended
	}
	return Running
}

// months is the day n months later; the last day of a month stays one.
func months(d cal.Date, n int) cal.Date {
	t := cal.At(d, 12, 0, time.UTC)
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 12, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	day := min(t.Day(), last.Day())
	if t.AddDate(0, 0, 1).Day() == 1 {
		day = last.Day()
	}
	return cal.Date(first.AddDate(0, 0, day-1).Format(time.DateOnly))
}

// Input is what a form or the API says about a contract.
type Input struct {
	Number      string // "" is the next of the year
	CustomerID  int64  // fixed once it exists
	Title       string
	OrderID     int64
	DealID      int64
	SignedOn    cal.Date
	StartsOn    cal.Date
	EndsOn      cal.Date
	Amount      int64
	Currency    string
	NoticeDays  int
	Renewal     string
	RenewMonths int
	OwnerID     int64
	Notes       string
	Fields      custom.Typed
	own         custom.Values // what a file says of the added fields
}

const (
	maxNumber = 60
	maxTitle  = 200
	maxNotes  = 20000
	maxReason = 500
	maxAmount = 1e13
)

// Clean trims, and fills in what goes without saying.
func (in *Input) Clean() {
	in.Number = strings.Join(strings.Fields(text.Line(in.Number)), " ")
	in.Title = strings.Join(strings.Fields(text.Line(in.Title)), " ")
	in.Notes = text.Block(in.Notes)
	if in.Renewal == "" {
		in.Renewal = NoRenewal
	}
	if in.RenewMonths == 0 {
		in.RenewMonths = 12
	}
	if in.StartsOn == "" {
		in.StartsOn = in.SignedOn
	}
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Title != "", "title", "error.required")
	c.That(len([]rune(in.Title)) <= maxTitle, "title", "error.long", "n", maxTitle)
	c.That(len([]rune(in.Number)) <= maxNumber, "number", "error.long", "n", maxNumber)
	c.That(len([]rune(in.Notes)) <= maxNotes, "notes", "error.long", "n", maxNotes)
	c.That(in.Amount >= 0 && in.Amount <= maxAmount, "amount", "error.money")
	c.That(in.NoticeDays >= 0 && in.NoticeDays <= 3650, "notice_days", "error.range", "min", 0, "max", 3650)
	c.That(in.RenewMonths >= 1 && in.RenewMonths <= 120, "renew_months", "error.range", "min", 1, "max", 120)
	c.That(slices.Contains(Renewals, in.Renewal), "renewal", "error.choice")
	for name, d := range map[string]cal.Date{"signed_on": in.SignedOn, "starts_on": in.StartsOn, "ends_on": in.EndsOn} {
		c.That(d == "" || d.Valid(), name, "error.date")
	}
	c.That(in.EndsOn == "" || in.StartsOn == "" || in.EndsOn >= in.StartsOn, "ends_on", "contract.error.order")
	c.That(in.EndsOn != "" || in.Renewal != ByItself, "ends_on", "contract.error.needs_end")
	return c.Err()
}

// Input is the contract as a form would send it, for an edit of some fields.
func (c Contract) Input() Input {
	return Input{Number: c.Number, CustomerID: c.CustomerID, Title: c.Title, OrderID: int64(c.OrderID), DealID: int64(c.DealID), SignedOn: c.SignedOn,
		StartsOn: c.StartsOn, EndsOn: c.EndsOn, Amount: c.Amount, Currency: c.Currency, NoticeDays: c.NoticeDays, Renewal: c.Renewal,
		RenewMonths: c.RenewMonths, OwnerID: int64(c.OwnerID), Notes: c.Notes}
}
