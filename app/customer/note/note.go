// Package note keeps what somebody learnt about a customer without having
// spoken to them. A colleague who is mentioned in a note is told.
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
	CreatedAt    db.Time `db:"created_at"`
	UpdatedAt    db.Time `db:"updated_at"`
	Version      int64   `db:"version"`
}

// Input is what a form or the API says about a note.
type Input struct {
	CustomerID int64
	Text       string
}

const maxText = 20000

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
