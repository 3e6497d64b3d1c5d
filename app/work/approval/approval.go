// Package approval is one small engine for asking before doing: a rule says what
// needs a colleague's word, an approval goes through up to three steps, and
// whoever asked hears the answer. Nobody decides about what they asked for, and
// whoever works alone is never asked to ask.
package approval

import (
	"context"
	"strconv"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read  = "approval.read"  // see what one asked, decides, or may look at
	Write = "approval.write" // ask, decide where one is named, stand in for others
	Admin = "approval.admin" // the rules
)

// What can need an approval.
const (
	QuoteDiscount = "quote.discount"
	OrderDiscount = "order.discount"
	Refund        = "payment.refund"
	Export        = "export"
	Transfer      = "customer.transfer"
	PoolTransfer  = "pool.transfer"
)

// The states of an approval. Void is one whose subject changed or went.
const (
	Asked     = "asked"
	Approved  = "approved"
	Rejected  = "rejected"
	Withdrawn = "withdrawn"
	Void      = "void"
)

// States lists them.
var States = []string{Asked, Approved, Rejected, Withdrawn, Void}

// Ask is a question. Where something is done only once it is approved, Payload
// keeps what; otherwise the subject waits and asks again.
type Ask struct {
	Kind        string `db:"kind"`
	SubjectKind string `db:"subject_kind"`
	SubjectID   int64  `db:"-"`
	CustomerID  int64  `db:"-"`
	Title       string `db:"title"`
	Amount      int64  `db:"amount"`  // minor units of Currency
	Earlier     int64  `db:"earlier"` // of the same before or waiting; a limit is one for the sum
	Currency    string `db:"currency"`
	Discount    int64  `db:"discount"` // basis points
	Rows        int64  `db:"quantity"` // of an export
	Fingerprint string `db:"fingerprint"`
	Payload     string `db:"payload"`
	Reason      string `db:"reason"`
	AskerID     int64  `db:"asker_id"` // set by the engine
}

// Approval is a question with what became of it.
type Approval struct {
	Ask
	ID           int64   `db:"id"`
	Subject      db.ID   `db:"subject_id"`
	Customer     db.ID   `db:"customer_id"`
	CustomerName db.Null `db:"customer_name"`
	AskerName    string  `db:"asker_name"`
	State        string  `db:"state"`
	Step         int64   `db:"step"`
	DecidedAt    db.Time `db:"decided_at"`
	CreatedAt    db.Time `db:"created_at"`
	UpdatedAt    db.Time `db:"updated_at"`
	Version      int64   `db:"version"`
}

// ask is the question with the ids that the store keeps apart.
func (a Approval) ask() Ask {
	q := a.Ask
	q.SubjectID, q.CustomerID = int64(a.Subject), int64(a.Customer)
	return q
}

// Step is one turn of an approval.
type Step struct {
	ID           int64   `db:"id"`
	Position     int64   `db:"position"`
	Who          string  `db:"who"`
	Role         string  `db:"role"`
	UserID       db.ID   `db:"user_id"`
	UserName     db.Null `db:"user_name"`
	State        string  `db:"state"`
	DecidedBy    db.ID   `db:"decided_by"`
	DeciderName  db.Null `db:"decider_name"`
	StoodFor     db.ID   `db:"stood_for"`
	StoodForName db.Null `db:"stood_for_name"`
	Note         string  `db:"note"`
	DecidedAt    db.Time `db:"decided_at"`
}

// Sum is what a limit is compared with.
func (a Ask) Sum() int64 { return a.Amount + a.Earlier }

// Consumer is a part of the product that asks before it does something.
type Consumer struct {
	Kind  string
	Bases []string // what a rule may look at besides always
	// Permission is what a reader needs to see on the subject's page that it waits.
	Permission string
	// Decided does what was asked, or lets it be, in the transaction of the
	// decision. An expected failure makes the approval void.
	Decided func(ctx context.Context, tx *db.Tx, ask Ask, approved bool) error
	// Fingerprint is the subject's now; nil where it cannot change.
	Fingerprint func(ctx context.Context, tx *db.Tx, ask Ask) (string, error)
}

// Waits is the answer to whoever wanted something that now waits. The change that
// asked must be committed before it is given.
func Waits(id int64) error {
	return errs.New(errs.Conflict, "approval.error.waits", "approval", id)
}

// Waiting is the approval that an error of Waits tells of, 0 for any other.
func Waiting(err error) int64 {
	e, ok := errs.As(err)
	if !ok || e.Message.Key != "approval.error.waits" {
		return 0
	}
	id, _ := e.Message.Args["approval"].(int64)
	return id
}

const (
	home    = "/approvals"
	subject = "approval"
)

// Path is an approval's page.
func Path(id int64) string { return home + "/" + strconv.FormatInt(id, 10) }
