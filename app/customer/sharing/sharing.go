// Package sharing is how several people look after one customer: who works with
// them beside the owner, who wants to hear of them, who asks to join in, and
// how a customer goes to somebody else with everything that is open, for good
// or for some days.
package sharing

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/staff/notify"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

// Permissions of this slice.
const (
	Write = "sharing.write" // share and hand over one's own, ask for others'
	Admin = "sharing.admin" // also those of others
)

// What somebody may do with a customer that is shared with them; "" is no more
// than they might anyway.
const (
	ReadOnly = "read"
	Edit     = "edit"
)

// What one may ask for.
const (
	Join     = "join"
	Transfer = "transfer"
)

// Share is a customer shared with a person, or followed by them.
type Share struct {
	UserID  int64  `db:"user_id"`
	Name    string `db:"name"`
	Access  string `db:"access"`
	Follows bool   `db:"follows"`
}

// Request is somebody asking for a customer.
type Request struct {
	ID           int64   `db:"id"`
	CustomerID   int64   `db:"customer_id"`
	CustomerName string  `db:"customer_name"`
	OwnerID      db.ID   `db:"owner_id"`
	UserID       int64   `db:"user_id"`
	UserName     string  `db:"user_name"`
	Wants        string  `db:"wants"`
	Note         string  `db:"note"`
	State        string  `db:"state"`
	At           db.Time `db:"at"`
}

// Parcel says what goes to whom. From is needed when everything of a person
// goes; otherwise each customer's owner gives.
type Parcel struct {
	Customers []int64
	From      int64
	To        int64
	Note      string
	Until     string // YYYY-MM-DD, the day on which everything comes back; "" = for good
	Tasks     bool
	Cases     bool
	Leaves    bool // From is shut out too, in the same change, and keeps nothing open
	Release   bool // customers become nobody's; what is open goes to To, or to who does it
}

// Summary is what there is to hand over: customers with what is open about
// them. What else somebody has to do is theirs and goes only when they leave.
type Summary struct {
	Customers   int `db:"customers" json:"customers"`
	Tasks       int `db:"tasks" json:"tasks"`
	FollowUps   int `db:"followups" json:"follow_ups"`
	Cases       int `db:"cases" json:"cases"`
	Invitations int `db:"invitations" json:"invitations"`
	OtherTasks  int `db:"other_tasks" json:"other_tasks" doc:"Open tasks about nobody, or about others' customers: they go along only with disable"`
	OtherCases  int `db:"other_cases" json:"other_cases" doc:"Open cases of others' customers: they go along only with disable"`
}

// Sent is a parcel that was handed over.
type Sent struct {
	ID                      int64
	Customers, Tasks, Cases int
	Waits                   int64 // the approval that it waits for; then nothing was moved
}

// Customers is what the slice needs of the customers.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	Hand(ctx context.Context, tx *db.Tx, id, from, to int64) error
	MustEdit(ctx context.Context, id int64) error
	Index(ctx context.Context, tx *db.Tx, ids []int64) error
}

// Work is what goes with a customer: open tasks, open cases.
type Work interface {
	HandOver(ctx context.Context, tx *db.Tx, customer, from, to int64) ([]int64, error)
	HandBack(ctx context.Context, tx *db.Tx, id, from, to int64) error
	// HandRest gives everything open that somebody has, whomever it is about.
	HandRest(ctx context.Context, tx *db.Tx, from, to int64) ([]int64, error)
}

// Notices tells people.
type Notices interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Deps is what the slice stands on.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Customers Customers
	Notices   Notices
	Tasks     Work
	Cases     Work
	Approvals Approvals                                   // nil asks nobody
	Disable   func(ctx context.Context, user int64) error // shuts a person out
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }
