// Package handover gives a record to a colleague together with what they should
// know: a deal, a lead, a case, a task. The receiver is told with the note and a
// link, what is open about the record goes along, and the record says who gave it
// to whom, when and why. Customers have a way of their own, app/customer/sharing.
package handover

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Write = "handover.write" // hand over what one has
	Admin = "handover.admin" // also cases and tasks of others; deals and leads have permissions of their own
)

// HandOp is the change of a hand-over: whoever did it may take it back.
const HandOp = "handover.hand"

// Record is something that somebody has.
type Record struct {
	ID         int64
	Name       string
	OwnerID    int64
	OwnerName  string
	CustomerID int64
	Open       bool // it can still be handed over
	Sees       bool // the actor sees it whoever has it
}

// Moves counts what goes along.
type Moves struct {
	Tasks    int `json:"tasks"`
	Promises int `json:"promises"`
	Quotes   int `json:"quotes"`
}

// Any tells whether there is anything.
func (m Moves) Any() bool { return m != Moves{} }

func (m Moves) plus(o Moves) Moves {
	return Moves{m.Tasks + o.Tasks, m.Promises + o.Promises, m.Quotes + o.Quotes}
}

// only leaves what was ticked.
func (m Moves) only(p Parcel) Moves {
	if !p.Tasks {
		m.Tasks = 0
	}
	if !p.Promises {
		m.Promises = 0
	}
	if !p.Quotes {
		m.Quotes = 0
	}
	return m
}

// Kind is a sort of record that can be handed over.
type Kind struct {
	Name    string // in addresses: deals
	Subject string // for the journal and notices: deal
	Column  string // of the table
	Read    string // what the receiver must be allowed
	Keeps   bool   // who had it can stay as a collaborator
	Path    func(id int64) string
	// See reads one that the actor may give away.
	See func(ctx context.Context, id int64) (Record, error)
	// Give makes somebody its owner.
	Give func(ctx context.Context, tx *db.Tx, r Record, to *auth.Actor, note, keep string) error
	// Moves counts what would go along, Bring brings what was ticked; nil: nothing.
	Moves func(ctx context.Context, r Record) (Moves, error)
	Bring func(ctx context.Context, tx *db.Tx, r Record, to int64, m Moves) (Moves, error)
}

// Parcel says what goes to whom.
type Parcel struct {
	To       int64
	From     int64 // who had it when the form was opened; 0 does not ask
	Note     string
	Tasks    bool
	Promises bool
	Quotes   bool
	Keep     string // "", read or work
}

// The limits of a hand-over.
const (
	maxNote    = 1000
	maxRecords = 200
)

func (p *Parcel) check(k Kind, n int) error {
	p.Note = text.Block(p.Note)
	c := &errs.Check{}
	c.That(p.To > 0, "to_id", "error.person")
	c.That(text.Visible(p.Note), "note", "error.required")
	c.That(len([]rune(p.Note)) <= maxNote, "note", "error.long", "n", maxNote)
	c.That(p.Keep == "" || k.Keeps && (p.Keep == "read" || p.Keep == "work"), "keep", "error.choice")
	c.That(n > 0, "ids", "error.required")
	c.That(n <= maxRecords, "ids", "error.many", "n", maxRecords)
	return c.Err()
}

// Line is one hand-over of a record, as its page says it.
type Line struct {
	ID       int64   `db:"id"`
	FromID   db.ID   `db:"from_id"`
	From     db.Null `db:"from_name"`
	ToID     db.ID   `db:"to_id"`
	To       db.Null `db:"to_name"`
	UserID   db.ID   `db:"user_id"`
	User     db.Null `db:"user_name"`
	Note     string  `db:"note"`
	Tasks    int     `db:"tasks"`
	Promises int     `db:"promises"`
	Quotes   int     `db:"quotes"`
	Kept     string  `db:"kept"`
	At       db.Time `db:"at"`
}

// Moves are what went along.
func (l Line) Moves() Moves { return Moves{l.Tasks, l.Promises, l.Quotes} }

// For tells that somebody else did it than whoever had it.
func (l Line) For() bool { return l.UserID != l.FromID && l.User != "" }

// Notices tells people.
type Notices interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
	Colleagues(ctx context.Context) ([]notify.Colleague, error)
}

// Service holds the use cases.
type Service struct {
	db      *db.DB
	users   auth.Users
	notices Notices
	kinds   []Kind
}

// New makes the service.
func New(d *db.DB, users auth.Users, notices Notices) *Service {
	return &Service{db: d, users: users, notices: notices}
}

// Register lets records of a kind be handed over. Call it before the house opens.
func (s *Service) Register(k Kind) { s.kinds = append(s.kinds, k) }

func (s *Service) kind(name string) (Kind, error) {
	for _, k := range s.kinds {
		if k.Name == name {
			return k, nil
		}
	}
	return Kind{}, errs.NotVisible()
}
