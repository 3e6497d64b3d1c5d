// Package wave asks many customers once: those of a list, looked at one by one
// before anything leaves, so that its page says who will be asked and who is
// spared and why. It can be paused, gone on with and stopped at any moment; what
// has left stays, what waits is taken back.
package wave

import (
	"context"
	"net/url"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Permissions are those of surveys: whoever may change a survey may ask many.
const (
	Read  = "survey.read"
	Write = "survey.write"
)

// The states of a wave.
const (
	Draft   = "draft"
	Running = "running"
	Paused  = "paused"
	Stopped = "stopped"
	Done    = "done"
)

// States lists them in the order of a life.
var States = []string{Draft, Running, Paused, Stopped, Done}

// The states of a member.
const (
	Ask    = "ask"    // is to be asked
	Spared = "spared" // is not, for a reason
	Asked  = "asked"  // has an invitation
)

// byText is what the surveys say of a member who is asked by text message.
const byText = "by_text"

// unseen is the reason of a member whom nobody has looked at yet.
const unseen = "unseen"

// MaxMembers is how many customers one wave takes; more is refused in words.
const MaxMembers = 200_000

// Wave is one sending to many.
type Wave struct {
	field.Row
	ID         int64   `db:"id"`
	SurveyID   int64   `db:"survey_id"`
	SurveyName string  `db:"survey_name"`
	Name       string  `db:"name"`
	Query      string  `db:"query"` // the customers' list it was made from
	State      string  `db:"state"`
	StartedAt  db.Time `db:"started_at"`
	EndedAt    db.Time `db:"ended_at"`
	ClosesOn   string  `db:"closes_on"`   // the last day on which it asks, "" none
	ClosesAtN  int     `db:"closes_at_n"` // the answers after which it asks no more, 0 none
	Texts      bool    `db:"texts"`       // by text message whoever has no mail address
	PerHour    int     `db:"per_hour"`    // mails at most in an hour, 0 as many as can
	UserID     db.ID   `db:"user_id"`
	CreatedAt  db.Time `db:"created_at"`
	UpdatedAt  db.Time `db:"updated_at"`
	Version    int64   `db:"version"`
}

// Bounds are those that stand.
func (w Wave) Bounds() Bounds { return Bounds{string(w.ClosesOn), w.ClosesAtN, w.PerHour} }

// Input is what a form or the API says about a new wave.
type Input struct {
	SurveyID int64
	Name     string
	Query    string
	Texts    bool
	Bounds
}

// Bounds are when a wave ends by itself and how fast it leaves; they may change
// until it has ended.
type Bounds struct {
	ClosesOn  string // the last day, or ""
	ClosesAtN int    // enough answers, 0 any number
	PerHour   int    // mails at most in an hour, 0 as many as can leave
}

func (b Bounds) check(c *errs.Check) {
	c.That(b.ClosesOn == "" || cal.Date(b.ClosesOn).Valid(), "closes_on", "error.date")
	c.That(b.ClosesAtN >= 0 && b.ClosesAtN <= 1_000_000, "closes_at_n", "error.range", "min", 0, "max", 1_000_000)
	c.That(b.PerHour >= 0 && b.PerHour <= 100_000, "per_hour", "error.range", "min", 0, "max", 100_000)
}

func (in *Input) clean() error {
	in.Name = text.Line(in.Name)
	c := &errs.Check{}
	c.That(text.Visible(in.Name), "name", "error.required")
	c.That(len([]rune(in.Name)) <= 100, "name", "error.long", "n", 100)
	c.That(in.SurveyID > 0, "survey_id", "error.required")
	c.That(len(in.Query) <= 4000, "query", "error.long", "n", 4000)
	in.check(c)
	q, err := url.ParseQuery(in.Query)
	c.That(err == nil, "query", "error.choice")
	for _, part := range []string{"cursor", "limit", "sort", "columns", "group"} {
		q.Del(part)
	}
	in.Query = q.Encode()
	return c.Err()
}

// Count is how many members are in a state for a reason.
type Count struct {
	State  string `db:"state"`
	Reason string `db:"reason"`
	N      int    `db:"n"`
}

// Figures are a wave's numbers.
type Figures struct {
	Total   int
	Unseen  int // nobody has looked at them yet
	Ask     int // will be asked
	Asked   int // have an invitation
	Spared  int
	Texts   int            // of those who are or will be asked, by text message
	Reasons []Count        // of those who are spared, the most frequent first
	Letters map[string]int // the invitations by state
}

// Seen tells whether everybody was looked at.
func (f Figures) Seen() bool { return f.Unseen == 0 }

// Member is one customer of a wave.
type Member struct {
	ID           int64  `db:"id"`
	CustomerID   int64  `db:"customer_id"`
	CustomerName string `db:"customer_name"`
	State        string `db:"state"`
	Reason       string `db:"reason"`
}

// Surveys is what asks (voice/survey).
type Surveys interface {
	// Spare says who of a customer would be asked, and why nobody can be. With
	// texts whoever has no mail address is asked by text message ("by_text").
	Spare(ctx context.Context, q db.Q, survey, customer int64, texts bool) (contact int64, ask bool, reason string, err error)
	// Over tells whether a survey is asked no more.
	Over(ctx context.Context, q db.Q, survey int64, now time.Time) (bool, error)
	// AskMember invites a member of a wave and tells what became of it.
	AskMember(ctx context.Context, tx *db.Tx, survey, wave, customer, contact int64, texts bool) (asked bool, reason string, err error)
	// TakeBack ends what still waits of a wave, at most limit, and tells whose it
	// was. With again they can be asked by the wave once more.
	TakeBack(ctx context.Context, tx *db.Tx, wave int64, again bool, limit int) ([]int64, error)
}

// Customers names those whom a list's address means.
type Customers interface {
	// Audience lists the ids that a list's query matches for the actor; more than
	// most is an error in words.
	Audience(ctx context.Context, query string, most int) ([]int64, error)
}
