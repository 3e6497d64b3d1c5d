// Package consent keeps who agreed or objected to what: a ledger to which rows
// are only added, whose newest row counts. Service and survey mail is allowed
// to customers until they object, on the basis of the relation that is written
// down when the record is made; marketing needs their word. The package is
// also the gate that everything mailed to a customer passes.
package consent

import (
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read  = "consent.read"
	Write = "consent.write"
)

// The purposes a customer decides about.
const (
	ForService   = "service"
	ForSurvey    = "survey"
	ForMarketing = "marketing"
)

// Purposes lists them in the order in which pages show them.
var Purposes = []string{ForService, ForSurvey, ForMarketing}

// The two states.
const (
	Allowed  = "allowed"
	Objected = "objected"
)

// What a row rests on.
const (
	Relation  = "customer_relation"
	OptIn     = "opt_in"
	Objection = "objection"
)

// Where a decision came from.
const (
	FromForm        = "form"
	FromImport      = "import"
	FromPreferences = "preferences"
	FromUnsubscribe = "unsubscribe"
	FromStaff       = "staff"
	FromAPI         = "api"
)

// Entry is one row of the ledger.
type Entry struct {
	ID         int64   `db:"id"`
	CustomerID int64   `db:"customer_id"`
	ContactID  db.ID   `db:"contact_id"`
	Purpose    string  `db:"purpose"`
	State      string  `db:"state"`
	Basis      string  `db:"basis"`
	Source     string  `db:"source"`
	Wording    string  `db:"wording"`
	UserID     db.ID   `db:"user_id"`
	UserName   db.Null `db:"user_name"`
	At         db.Time `db:"at"`
}

// Status is what holds for one purpose now. Entry is the row that decides; its
// ID is 0 when nothing was ever written down.
type Status struct {
	Purpose string
	Allowed bool
	Reason  string // why not: objected or no_consent
	Entry   Entry
}

// Input is a decision that somebody records.
type Input struct {
	CustomerID int64
	ContactID  int64
	Purpose    string
	State      string
	Source     string
	Wording    string // what they were told or said, as it stood then
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(slices.Contains(Purposes, in.Purpose), "purpose", "error.choice")
	c.That(in.State == Allowed || in.State == Objected, "state", "error.choice")
	c.That(len([]rune(in.Wording)) <= 2000, "wording", "error.long", "n", 2000)
	return c.Err()
}

// judge reads a customer's rows of one purpose, newest first: those of the
// customer as a whole and those of one contact. Either may object; where words
// are needed, either may give them.
func judge(purpose string, rows []Entry, needWord bool) Status {
	st := Status{Purpose: purpose}
	var own, contact *Entry
	for i := range rows {
		switch r := &rows[i]; {
		case r.ContactID == 0 && own == nil:
			own = r
		case r.ContactID != 0 && contact == nil:
			contact = r
		}
	}
	for _, r := range []*Entry{contact, own} {
		if r != nil && r.State == Objected {
			st.Entry, st.Reason = *r, "objected"
			return st
		}
	}
	for _, r := range []*Entry{contact, own} {
		if r != nil && r.Basis == OptIn {
			st.Entry, st.Allowed = *r, true
			return st
		}
	}
	if own != nil {
		st.Entry = *own
	}
	if needWord {
		st.Reason = "no_consent"
		return st
	}
	st.Allowed = true
	return st
}
