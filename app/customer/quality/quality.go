// Package quality says which customers' records are probably wrong, incomplete
// or forgotten, and helps to put many of them right at once. The findings are
// made in the background, for whoever changed within a minute and for everybody
// at night, so that a page only reads them. Nothing is put right by itself; what
// somebody called right is not asked about again until it changes.
package quality

import (
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Permission is what looking at the data's quality needs.
const Permission = "quality.read"

// The kinds of finding.
const (
	Unreachable = "unreachable" // no phone, e-mail or WeChat that works
	NoPhone     = "no_phone"
	BadPhone    = "bad_phone"
	BadEmail    = "bad_email"
	Bounced     = "bounced" // a mail came back for good
	OddBirthday = "odd_birthday"
	OddName     = "odd_name"
	TaxID       = "tax_id"
	NoContact   = "no_contact" // a company without a person
	NoOwner     = "no_owner"
	NoLevel     = "no_level"
	NoSource    = "no_source"
	Stale       = "stale"
)

// Kinds lists them in the order of the page.
var Kinds = []string{Unreachable, BadPhone, BadEmail, Bounced, OddBirthday, OddName, TaxID, NoPhone, NoContact, NoOwner, NoLevel, NoSource, Stale}

// Finding is one thing that is probably wrong with a customer's record.
type Finding struct {
	field.Row
	ID         int64   `db:"id"`
	CustomerID int64   `db:"customer_id"`
	Customer   string  `db:"customer_name"`
	Type       string  `db:"customer_kind"` // company or person
	OwnerID    db.ID   `db:"owner_id"`
	OwnerName  db.Null `db:"owner_name"`
	Kind       string  `db:"kind"`
	Detail     string  `db:"detail"`
	FoundAt    db.Time `db:"found_at"`
}

// Right is a value that somebody called right.
type Right struct {
	ID         int64   `db:"id"`
	CustomerID int64   `db:"customer_id"`
	Customer   string  `db:"customer_name"`
	Kind       string  `db:"kind"`
	Detail     string  `db:"detail"`
	UserName   db.Null `db:"user_name"`
	At         db.Time `db:"at"`
}

// Day is how the whole base stood on a day.
type Day struct {
	Day       string  `db:"day"`
	At        db.Time `db:"at"`
	Customers int     `db:"customers"`
	Reachable int     `db:"reachable"`
	Findings  int     `db:"findings"`
}

// Share is the part of the customers who can be reached, 0 to 1; -1 without any.
func (d Day) Share() float64 {
	if d.Customers == 0 {
		return -1
	}
	return float64(d.Reachable) / float64(d.Customers)
}

// Overview is how the records that the actor sees stand.
type Overview struct {
	Whole  bool // the actor sees the whole base
	AsOf   db.Time
	Now    Day
	Days   []Day // the trend, oldest first; of the whole base
	Counts map[string]int
	Capped bool // counts end at countLimit
	Months int  // after how many quiet months a record is stale
	Alone  bool // one person works here: no talk of owners
	Waits  bool // a whole check is to come
}

// Usage is how much a field of customers is used.
type Usage struct {
	Name   string // "birthday" or "fields.oven"
	Title  string // of an added field; "" for one of ours
	Filled int
	Of     int
	Views  int // saved views that filter by it
	Hidden bool
}

// Unused tells that hiding it would be missed by hardly anybody.
func (u Usage) Unused() bool { return u.Of >= 10 && u.Filled*50 < u.Of && u.Views == 0 }

const (
	monthsSetting = "quality.months"
	scanSetting   = "quality.scan"
	usualMonths   = 12
	countLimit    = 1000
	maxBulk       = 5000
)
