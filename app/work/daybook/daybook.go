// Package daybook shows what the people of a shop did on a day, from the facts
// that the product keeps anyway, and takes what they say about it: a report of
// the day or the week, prefilled with those facts, handed in to whoever leads
// them. Whoever works alone meets none of it.
package daybook

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Permissions of this slice. A member sees themselves, a manager their people,
// the owner everybody.
const (
	Read  = "daybook.read"
	Write = "daybook.write" // hand in reports, comment on those one may read
	Admin = "daybook.admin" // when people are reminded
)

// Sorts are the sorts of work that are counted, in the order in which they are
// shown.
var Sorts = []string{"calls", "visits", "messages", "notes", "tasks", "customers", "deals", "quotes", "orders", "payments", "cases"}

// sort is the sort of work that a fact is. need is what one must be allowed to
// read to see it.
type sort struct{ fact, channel, name, need string }

// sorts are the facts that count. An exchange's sort is its channel's, or else
// messages.
var sorts = []sort{
	{"followup.happened", "call", "calls", "followup.read"},
	{"followup.happened", "visit", "visits", "followup.read"},
	{"followup.happened", "", "messages", "followup.read"},
	{"note.written", "", "notes", "note.read"},
	{"task.done", "", "tasks", "task.read"},
	{"customer.created", "", "customers", "customer.read"},
	{"deal.opened", "", "deals", "deal.read"},
	{"deal.moved", "", "deals", "deal.read"},
	{"deal.won", "", "deals", "deal.read"},
	{"deal.lost", "", "deals", "deal.read"},
	{"quote.sent", "", "quotes", "quote.read"},
	{"order.placed", "", "orders", "order.read"},
	{"payment.received", "", "payments", "payment.read"},
	{"case.resolved", "", "cases", "feedback.read"},
}

// sortOf is what a fact counts as, "" for none.
func sortOf(fact, channel string) string {
	for _, s := range sorts {
		if s.fact == fact && (s.channel == "" || s.channel == channel) {
			return s.name
		}
	}
	return ""
}

// Person is a colleague with what they did.
type Person struct {
	ID     int64          `db:"id" json:"user_id"`
	Name   string         `db:"name" json:"name"`
	Role   string         `db:"role" json:"-"`
	Counts map[string]int `db:"-" json:"counts"`
	Total  int            `db:"-" json:"total"`
	LastAt db.Time        `db:"-" json:"-"`
}

// Deed is one thing that somebody did.
type Deed struct {
	ID           int64   `db:"id"`
	Fact         string  `db:"kind"`
	Channel      string  `db:"channel"`
	UserID       int64   `db:"user_id"`
	UserName     string  `db:"user_name"`
	CustomerID   db.ID   `db:"customer_id"`
	CustomerName db.Null `db:"customer_name"`
	SubjectKind  string  `db:"subject_kind"`
	SubjectID    db.ID   `db:"subject_id"`
	At           db.Time `db:"at"`
	Data         string  `db:"data"`
}

// Sort is what it counts as.
func (d Deed) Sort() string { return sortOf(d.Fact, d.Channel) }

// Notices tells people.
type Notices interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Deps are what the service stands on.
type Deps struct {
	DB      *db.DB
	Notices Notices
	Hours   func(ctx context.Context) (*cal.Hours, error) // when the shop works
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// mayRead are the facts that the actor may read, of one sort or of all.
func mayRead(a *auth.Actor, name string) []string {
	var out []string
	for _, s := range sorts {
		if (name == "" || s.name == name) && a.Can(s.need) {
			out = append(out, s.fact)
		}
	}
	return out
}
