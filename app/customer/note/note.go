// Package note keeps what somebody learnt about a customer without having
// spoken to them. A colleague who is mentioned in a note is told. A note is the
// house's own unless somebody says that the customer may see it; a few of them
// may be pinned on top of the record.
package note

import (
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Permissions of this slice.
const (
	Read   = "note.read"
	Write  = "note.write"
	Delete = "note.delete"
)

// Note is one remark on a customer.
type Note struct {
	field.Row
	ID           int64   `db:"id"`
	CustomerID   int64   `db:"customer_id"`
	CustomerName string  `db:"customer_name"`
	UserID       db.ID   `db:"user_id"`
	UserName     db.Null `db:"user_name"`
	Text         string  `db:"text"`
	PinnedAt     db.Time `db:"pinned_at"`
	Visible      bool    `db:"visible"` // the customer may see it
	CreatedAt    db.Time `db:"created_at"`
	UpdatedAt    db.Time `db:"updated_at"`
	Version      int64   `db:"version"`
}

// Pinned tells that it stands on top of the record.
func (n Note) Pinned() bool { return !n.PinnedAt.IsZero() }

// Input is what a form or the API says about a note.
type Input struct {
	CustomerID int64
	Text       string
	Visible    bool
	Pinned     bool
}

// Input is the note as a form would send it.
func (n Note) Input() Input {
	return Input{CustomerID: n.CustomerID, Text: n.Text, Visible: n.Visible, Pinned: n.Pinned()}
}

const (
	maxText = 20000
	maxPins = 5 // more on top of a record is a second timeline
)

// Clean trims and keeps only what can be shown.
func (in *Input) Clean() {
	in.Text = text.Block(in.Text)
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Text != "", "text", "error.required")
	c.That(len([]rune(in.Text)) <= maxText, "text", "error.long", "n", maxText)
	return c.Err()
}
