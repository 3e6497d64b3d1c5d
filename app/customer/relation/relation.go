// Package relation is how customers stand to each other: parent and branch,
// supplier, dealer, partner, and who referred whom. A relation is kept once and
// reads differently from each side. Nobody is their own parent over any number
// of steps, nor referred by whom they referred.
package relation

import (
	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Roles are what the other one can be, seen from a customer.
var Roles = []string{"parent", "branch", "supplier", "buyer", "dealer", "principal", "partner", "referrer", "referred"}

// stored is how a role is kept: its kind, and whether the other one comes first.
var stored = map[string]struct {
	kind  string
	first bool
}{
	"parent": {"parent", true}, "branch": {"parent", false}, "supplier": {"supplier", true}, "buyer": {"supplier", false},
	"dealer": {"dealer", true}, "principal": {"dealer", false}, "partner": {"partner", false},
	"referrer": {"referral", true}, "referred": {"referral", false},
}

// role is what the other one is, seen from the first or the second of a kind.
func role(kind string, otherFirst bool) string {
	if kind == "partner" {
		return kind
	}
	for name, s := range stored {
		if s.kind == kind && s.first == otherFirst {
			return name
		}
	}
	return ""
}

// Related is one relation, seen from a customer.
type Related struct {
	ID       int64   `db:"id"`
	Kind     string  `db:"kind"`
	First    bool    `db:"first"` // the other one comes first
	Note     string  `db:"note"`
	At       db.Time `db:"created_at"`
	OtherID  int64   `db:"other_id"`
	Name     string  `db:"name"`
	IsA      string  `db:"is_a"` // company or person
	Revenue  int64   `db:"revenue"`
	Orders   int     `db:"orders"`
	Customer int64   `db:"customer_id"` // from whom it is seen
}

// Role is what the other one is.
func (r Related) Role() string { return role(r.Kind, r.First) }

// Input is a relation that somebody adds to a customer.
type Input struct {
	Customer, Other int64
	Role            string // what the other one is
	Note            string
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	_, known := stored[in.Role]
	c.That(known, "role", "error.choice")
	c.That(in.Other > 0, "other_id", "relation.error.choose")
	c.That(in.Other != in.Customer, "other_id", "relation.error.self")
	c.That(len([]rune(in.Note)) <= 200, "note", "error.long", "n", 200)
	return c.Err()
}

// ends are the relation's kind, first and second.
func (in Input) ends() (kind string, from, to int64) {
	s := stored[in.Role]
	if s.first {
		return s.kind, in.Other, in.Customer
	}
	return s.kind, in.Customer, in.Other
}

// Referred is what came of a customer's word.
type Referred struct {
	Direct       int64 `db:"direct"` // what those bought whom they referred
	DirectPeople int   `db:"direct_people"`
	Chain        int64 `db:"chain"` // and those whom these referred, and so on
	ChainPeople  int   `db:"chain_people"`
}
