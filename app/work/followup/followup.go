// Package followup keeps what was said with a customer, by which channel, and
// when somebody gets back to them. The next time is an open task; the exchange
// after it settles that task. Every exchange counts as a real contact, whoever
// had it.
package followup

import (
	"slices"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/work/task"
)

// Channels are the ways to speak with a customer.
var Channels = []string{"call", "visit", "wechat", "email", "sms", "other"}

// Permissions of this slice.
const (
	Read   = "followup.read"
	Write  = "followup.write"
	Delete = "followup.delete"
)

// FollowUp is one exchange with a customer.
type FollowUp struct {
	field.Row
	ID           int64   `db:"id"`
	CustomerID   int64   `db:"customer_id"`
	CustomerName string  `db:"customer_name"`
	ContactID    db.ID   `db:"contact_id"`
	ContactName  db.Null `db:"contact_name"`
	UserID       db.ID   `db:"user_id"`
	UserName     db.Null `db:"user_name"`
	Channel      string  `db:"channel"`
	Content      string  `db:"content"`
	At           db.Time `db:"at"`
	NextAt       db.Time `db:"next_at"`
	ExternalID   db.Null `db:"external_id"`
	CreatedAt    db.Time `db:"created_at"`
	UpdatedAt    db.Time `db:"updated_at"`
	Version      int64   `db:"version"`
}

// Input is what a form, the API or a file says about an exchange.
type Input struct {
	CustomerID int64
	ContactID  int64
	UserID     int64 // who spoke with them; 0 is whoever writes it down
	Channel    string
	Content    string
	At         task.When // zero is now
	Next       task.When // when to get back to them
	OwnerID    int64     // who gets back to them; 0 is who spoke with them
	ExternalID string
}

const (
	maxContent = 20000
	maxAhead   = 24 * time.Hour // a clock in another zone may be a day ahead
)

// Clean trims and keeps only what can be shown.
func (in *Input) Clean() {
	in.Content = text.Block(in.Content)
	in.Channel = strings.ToLower(strings.TrimSpace(in.Channel))
	if in.Channel == "" {
		in.Channel = "other"
	}
}

// Validate says what is wrong, field by field.
func (in Input) Validate(now time.Time) error {
	c := &errs.Check{}
	c.That(in.Content != "", "content", "error.required")
	c.That(len([]rune(in.Content)) <= maxContent, "content", "error.long", "n", maxContent)
	c.That(slices.Contains(Channels, in.Channel), "channel", "error.choice")
	c.That(in.At.At.Before(now.Add(maxAhead)), "at", "error.future")
	c.That(len(in.ExternalID) <= 100, "external_id", "error.long", "n", 100)
	return c.Err()
}

// Input is the exchange as a form would send it, for an edit of some fields.
func (f FollowUp) Input() Input {
	return Input{CustomerID: f.CustomerID, ContactID: int64(f.ContactID), UserID: int64(f.UserID), Channel: f.Channel, Content: f.Content,
		At: task.When{At: f.At.Time}, Next: task.When{At: f.NextAt.Time}, ExternalID: string(f.ExternalID)}
}
