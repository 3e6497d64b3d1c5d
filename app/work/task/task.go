// Package task is everything that somebody has to do by some time: a reminder
// to get back to a customer, a job that a colleague gave, a question that the
// house asks after an order. Reminders, digests, the calendar feed and the due
// lists read tasks and nothing else.
package task

import (
	"slices"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
)

// The kinds of task.
const (
	Plain      = "task"
	FollowUp   = "follow_up"   // get back to a customer; one open per customer and owner
	AfterOrder = "after_order" // how was it?
	Rhythm     = "rhythm"      // keep in touch
	Case       = "case"        // an unhappy customer
	Thank      = "thank"       // a happy one
	Promise    = "promise"     // what somebody said they would do by a day
	Deliver    = "deliver"     // an order is promised for a day
	Contract   = "contract"    // decide how a contract goes on
)

// Kinds lists them.
var Kinds = []string{Plain, FollowUp, AfterOrder, Rhythm, Case, Thank, Promise, Deliver, Contract}

// Permissions of this slice.
const (
	Read   = "task.read"
	Write  = "task.write"
	Delete = "task.delete"
)

// Task is one thing to do.
type Task struct {
	field.Row
	ID           int64   `db:"id"`
	Kind         string  `db:"kind"`
	Title        string  `db:"title"` // "" is what its kind is called
	CustomerID   db.ID   `db:"customer_id"`
	CustomerName db.Null `db:"customer_name"`
	OwnerID      db.ID   `db:"owner_id"`
	OwnerName    db.Null `db:"owner_name"`
	CreatorID    db.ID   `db:"creator_id"`
	DueAt        db.Time `db:"due_at"`
	DoneAt       db.Time `db:"done_at"`
	DoneBy       db.ID   `db:"done_by"`
	FollowUpID   db.ID   `db:"followup_id"`
	SourceKey    db.Null `db:"source_key"` // what made it, so that nothing is made twice
	Subject              // what it is about besides the customer
	Notes        string  `db:"notes"`
	CreatedAt    db.Time `db:"created_at"`
	UpdatedAt    db.Time `db:"updated_at"`
	Version      int64   `db:"version"`

	Reach `db:"-"` // only where a list shows it
}

// Open tells that it is still to be done.
func (t Task) Open() bool { return t.DoneAt.IsZero() }

// Overdue tells that its time has passed.
func (t Task) Overdue(now time.Time) bool {
	return t.Open() && !t.DueAt.IsZero() && t.DueAt.Before(now)
}

// Heading is what it is called in the reader's language.
func (t Task) Heading(l *i18n.Locale) string {
	if t.Title != "" {
		return t.Title
	}
	return l.T("task.kind." + t.Kind)
}

// Input is what a form or the API says about a task.
type Input struct {
	Title      string
	Kind       string
	CustomerID int64
	OwnerID    int64 // 0 is whoever makes it
	Due        When
	Notes      string
	About      Subject // only when it is made
}

const (
	maxTitle = 200
	maxNotes = 20000
)

// Clean trims.
func (in *Input) Clean() {
	in.Title = strings.Join(strings.Fields(text.Line(in.Title)), " ")
	in.Notes = text.Block(in.Notes)
	if in.Kind == "" {
		in.Kind = Plain
	}
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Title != "", "title", "error.required")
	c.That(len([]rune(in.Title)) <= maxTitle, "title", "error.long", "n", maxTitle)
	c.That(!strings.ContainsFunc(in.Title, func(r rune) bool { return r < ' ' || r == 0x7f }), "title", "error.control")
	c.That(len([]rune(in.Notes)) <= maxNotes, "notes", "error.long", "n", maxNotes)
	c.That(slices.Contains(Kinds, in.Kind), "kind", "error.choice")
	c.That(in.Kind != FollowUp || in.CustomerID != 0, "customer_id", "error.required")
	return c.Err()
}

// Input is the task as a form would send it, for an edit of some fields.
func (t Task) Input() Input {
	return Input{Title: t.Title, Kind: t.Kind, CustomerID: int64(t.CustomerID), OwnerID: int64(t.OwnerID), Due: When{At: t.DueAt.Time}, Notes: t.Notes}
}

// Headline makes a title out of somebody's words: their first line.
func Headline(words string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(words), "\n")
	line = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, line)
	r := []rune(strings.Join(strings.Fields(line), " "))
	if len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return string(r)
}

// visibleSQL limits tasks, as t with customer c joined, to those that an actor
// sees: their own, those they gave, their reach's, and those of the customers
// they see. It takes visibleArgs.
const visibleSQL = `(? = 1 OR t.owner_id = ? OR t.creator_id = ? OR (? > 0 AND t.owner_id IN (SELECT id FROM user WHERE team_id = ?))
	OR (t.owner_id IS NULL AND t.customer_id IS NULL) OR (t.customer_id IS NOT NULL AND ` + auth.CustomerSQL + `))`

func visibleArgs(s auth.Scope) []any {
	all, team := 0, int64(0)
	if s.Reach == auth.All {
		all = 1
	}
	if s.Reach == auth.Team {
		team = s.TeamID
	}
	return append([]any{all, s.UserID, s.UserID, team, team}, s.Args()...)
}
