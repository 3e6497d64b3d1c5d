// Package deal is a chance to sell: what a customer may buy, for how much, until
// when, and how far it has come. Deals stand in the stages of a pipeline; each
// stage says how likely a deal there is won, what to do, what must be known
// before it goes on, and how long it may stand. A deal ends won or lost, with a
// reason, and can be taken up again.
package deal

import (
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
)

// Permissions of this slice.
const (
	Read     = "deal.read"
	Write    = "deal.write"
	Delete   = "deal.delete"
	Assign   = "deal.assign" // dispose of others' deals: give them away, let colleagues in
	Settings = "deal.settings"
)

// What becomes of a deal.
const (
	Open = "open"
	Won  = "won"
	Lost = "lost"
)

// Results lists them.
var Results = []string{Open, Won, Lost}

// Deal is one chance.
type Deal struct {
	ID             int64    `db:"id"`
	Name           string   `db:"name"`
	CustomerID     db.ID    `db:"customer_id"`
	CustomerName   db.Null  `db:"customer_name"`
	ContactID      db.ID    `db:"contact_id"`
	ContactName    db.Null  `db:"contact_name"`
	PipelineID     int64    `db:"pipeline_id"`
	PipelineName   string   `db:"pipeline_name"`
	StageID        int64    `db:"stage_id"`
	StageName      string   `db:"stage_name"`
	Amount         int64    `db:"amount"`
	Currency       string   `db:"currency"`
	Own            *int64   `db:"probability"` // its own probability in percent, none = the stage's
	StageChance    int      `db:"stage_probability"`
	RotDays        int      `db:"rot_days"`
	ExpectedClose  cal.Date `db:"expected_close"`
	OpenedOn       cal.Date `db:"opened_on"`
	OwnerID        db.ID    `db:"owner_id"`
	OwnerName      db.Null  `db:"owner_name"`
	Agent          string   `db:"agent"`
	Result         string   `db:"result"`
	ReasonID       db.ID    `db:"reason_id"`
	ReasonName     db.Null  `db:"reason_name"`
	ReasonNote     string   `db:"reason_note"`
	ClosedOn       cal.Date `db:"closed_on"`
	Position       float64  `db:"position"`
	MovedAt        db.Time  `db:"moved_at"`
	Source         string   `db:"source"`
	Notes          string   `db:"notes"`
	ExternalID     db.Null  `db:"external_id"`
	ExternalSource string   `db:"external_src"`
	CreatedAt      db.Time  `db:"created_at"`
	UpdatedAt      db.Time  `db:"updated_at"`
	Version        int64    `db:"version"`

	Values custom.Values `db:"fields"`
	Added  custom.Record `db:"-"` // the values of the fields that the shop added

	Lines []Line `db:"-"`
	Next  Step   `db:"-"` // what is to be done next, on lists and boards
}

// Step is the next thing to do about a deal, from its open tasks.
type Step struct {
	TaskID int64   `db:"task_id"`
	DealID int64   `db:"deal_id"`
	Title  string  `db:"title"`
	DueAt  db.Time `db:"due_at"`
}

// IsOpen tells that it is not decided.
func (d Deal) IsOpen() bool { return d.Result == Open }

// Chance is how likely it is won, in percent: its own word or its stage's.
func (d Deal) Chance() int {
	switch {
	case d.Result == Won:
		return 100
	case d.Result == Lost:
		return 0
	case d.Own != nil:
		return int(*d.Own)
	}
	return d.StageChance
}

// Stood is how many whole days it has stood in its stage.
func (d Deal) Stood(now time.Time) int { return max(0, int(now.Sub(d.MovedAt.Time).Hours()/24)) }

// Rots tells that it has stood in its stage for longer than it may.
func (d Deal) Rots(now time.Time) bool {
	return d.IsOpen() && d.RotDays > 0 && d.Stood(now) >= d.RotDays
}

// Late tells that it should have been decided before today.
func (d Deal) Late(today cal.Date) bool {
	return d.IsOpen() && d.ExpectedClose != "" && d.ExpectedClose < today
}

// Age tells in four steps how much of the time in its stage is used up, 4 when
// all of it is.
func (d Deal) Age(now time.Time) int {
	if d.RotDays == 0 {
		return min(3, 1+d.Stood(now)/7)
	}
	return min(4, 1+3*d.Stood(now)/d.RotDays)
}

// Input is what a form, the API or an import says about a deal.
type Input struct {
	Name                       string
	CustomerID, ContactID      int64
	PipelineID, StageID        int64 // 0 of a new one: the standard pipeline, its first stage
	Amount                     int64
	Probability                *int
	ExpectedClose              cal.Date
	OpenedOn                   cal.Date
	OwnerID                    int64
	Agent                      string
	Source, Notes              string
	ExternalID, ExternalSource string
	Lines                      []LineInput // nil leaves them as they are
	Fields                     custom.Typed
}

// The limits of a deal. MaxAmount keeps every sum of a board within 64 bits.
const (
	MaxAmount = 10_000_000_000_000
	maxName   = 200
	maxShort  = 100
	maxNotes  = 20000
)

const (
	earliest = cal.Date("1900-01-01")
	latest   = cal.Date("2199-12-31")
)

// Clean trims what was typed.
func (in *Input) Clean(today cal.Date) {
	for _, s := range []*string{&in.Name, &in.Agent, &in.Source, &in.ExternalID, &in.ExternalSource} {
		*s = strings.Join(strings.Fields(text.Line(*s)), " ")
	}
	in.Notes = text.Block(in.Notes)
	if in.OpenedOn == "" {
		in.OpenedOn = today
	}
	for i := range in.Lines {
		in.Lines[i].Name = strings.Join(strings.Fields(text.Line(in.Lines[i].Name)), " ")
	}
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= maxName, "name", "error.long", "n", maxName)
	for field, s := range map[string]string{"agent": in.Agent, "source": in.Source, "external_id": in.ExternalID, "external_source": in.ExternalSource} {
		c.That(len([]rune(s)) <= maxShort, field, "error.long", "n", maxShort)
	}
	c.That(len([]rune(in.Notes)) <= maxNotes, "notes", "error.long", "n", maxNotes)
	c.That(in.Amount >= 0, "amount", "deal.error.negative")
	c.That(in.Amount <= MaxAmount, "amount", "error.money_too_big")
	c.That(in.Probability == nil || *in.Probability >= 0 && *in.Probability <= 100, "probability", "error.range", "min", 0, "max", 100)
	c.That(dayOrNone(in.ExpectedClose), "expected_close", "error.date")
	c.That(dayOrNone(in.OpenedOn), "opened_on", "error.date")
	checkLines(c, in.Lines)
	return c.Err()
}

func dayOrNone(d cal.Date) bool { return d == "" || d.Valid() && d >= earliest && d <= latest }

// Input is the deal as a form would send it, for an edit of some fields.
func (d Deal) Input() Input {
	in := Input{Name: d.Name, CustomerID: int64(d.CustomerID), ContactID: int64(d.ContactID), PipelineID: d.PipelineID, StageID: d.StageID, Amount: d.Amount,
		ExpectedClose: d.ExpectedClose, OpenedOn: d.OpenedOn, OwnerID: int64(d.OwnerID), Agent: d.Agent, Source: d.Source, Notes: d.Notes,
		ExternalID: string(d.ExternalID), ExternalSource: d.ExternalSource}
	if d.Own != nil {
		own := int(*d.Own)
		in.Probability = &own
	}
	return in
}

// reachSQL limits deals, as d with customer c joined, to those that an actor
// reaches: their own, their team's, those of nobody about nobody, and those of the
// customers they see. It takes reachArgs.
const reachSQL = `? = 1 OR d.owner_id = ? OR (? > 0 AND d.owner_id IN (SELECT id FROM user WHERE team_id = ?))
	OR (d.owner_id IS NULL AND d.customer_id IS NULL) OR (d.customer_id IS NOT NULL AND ` + auth.CustomerSQL + `)`

// visibleSQL adds those that they are let in on, workSQL those of them on which
// they work. Both take visibleArgs.
const (
	visibleSQL = `(` + reachSQL + ` OR d.id IN (SELECT deal_id FROM deal_collaborator WHERE user_id = ?))`
	workSQL    = `(` + reachSQL + ` OR d.id IN (SELECT deal_id FROM deal_collaborator WHERE user_id = ? AND access = 'work'))`
)

func reachArgs(s auth.Scope) []any {
	all, team := 0, int64(0)
	if s.Reach == auth.All {
		all = 1
	}
	if s.Reach == auth.Team {
		team = s.TeamID
	}
	return append([]any{all, s.UserID, team, team}, s.Args()...)
}

func visibleArgs(s auth.Scope) []any { return append(reachArgs(s), s.UserID) }
