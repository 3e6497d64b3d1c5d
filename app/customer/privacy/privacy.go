// Package privacy is what a business owes the people in its base: it shows
// numbers and addresses masked to roles that need not read them, hands a person
// everything that is held about them, and erases a person everywhere.
package privacy

import (
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Export = "person.export"
	Erase  = "person.erase"
)

// readLeads is sales/lead's: whoever sees no leads hands none over.
const readLeads = "lead.read"

// Subject is whose data it is: a customer, one contact of a customer, or
// somebody who only asked.
type Subject struct {
	CustomerID int64
	ContactID  int64
	LeadID     int64
}

// kind is the table that the person stands in, with the number there.
func (s Subject) kind() (string, int64) {
	switch {
	case s.LeadID != 0:
		return "lead", s.LeadID
	case s.ContactID != 0:
		return "contact", s.ContactID
	}
	return "customer", s.CustomerID
}

// Person is a subject as a page shows them.
type Person struct {
	Subject
	Kind      string  `db:"kind"` // company, person, contact, lead
	Name      string  `db:"name"`
	Company   string  `db:"company"` // of a contact or a lead
	Language  string  `db:"language"`
	CreatedAt db.Time `db:"created_at"`
	ErasedAt  db.Time `db:"erased_at"`
}

// Count is how many rows of a table belong to a person and what becomes of them.
type Count struct {
	Table string `json:"table"`
	Fate  string `json:"fate" enum:"goes,stays"`
	N     int    `json:"count"`
}

// Held is what the house holds about a person.
type Held struct {
	Person   Person
	Counts   []Count
	Files    int // attachments
	Imports  int // kept files of imports in which they stand
	Mentions int // notes and exchanges with others that name them
}

// Erased is what an erasure did.
type Erased struct {
	Rows  int  `json:"rows"`
	Files int  `json:"files"`
	Kept  bool `json:"orders_kept"` // orders stay, without identity
	Clean bool `json:"scrubbed"`    // nothing is left in the database's free space; false = tonight
}

// Input is what somebody must say to erase: the name as it stands there.
type Input struct {
	Confirm string
	Reason  string
}

// check compares what was typed with the name; spaces and case do not matter.
func (in Input) check(name string) error {
	c := &errs.Check{}
	same := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	c.That(same(in.Confirm) == same(name), "confirm", "privacy.error.confirm")
	return c.Err()
}
