// Package improvement is the outer loop: what customers complain about leads to
// a change that somebody owns, and after a while the figures say whether it
// helped. The touched theme is compared with the untouched ones, so that a good
// month for everybody is not taken for a success, and what cannot be known yet
// is called too few. Who complained can be told what became of it.
package improvement

import (
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Permissions of this slice.
const (
	Read  = "improvement.read"
	Write = "improvement.write"
	Tell  = "improvement.tell" // write to everybody who complained
)

// State is how far an improvement is.
type State string

// The states, in the order of the board.
const (
	Idea    State = "idea"
	Doing   State = "doing"
	Live    State = "live"
	Judged  State = "judged"
	Dropped State = "dropped"
)

// States lists them all.
var States = []State{Idea, Doing, Live, Judged, Dropped}

// next are the moves that people make; only the figures judge.
var next = map[State][]State{
	Idea:    {Doing, Live, Dropped},
	Doing:   {Live, Idea, Dropped},
	Live:    {Doing, Dropped},
	Judged:  {Doing, Dropped},
	Dropped: {Idea},
}

// The verdicts.
const (
	Proven    = "proven"
	NotProven = "not_proven"
	TooFew    = "too_few"
)

// Improvement is one change and what became of it.
type Improvement struct {
	ID        int64    `db:"id"`
	Title     string   `db:"title"`
	TopicID   db.ID    `db:"topic_id"`
	Cause     string   `db:"cause"`
	Change    string   `db:"change"`
	Expected  string   `db:"expected"`
	OwnerID   db.ID    `db:"owner_id"`
	OwnerName db.Null  `db:"owner_name"`
	State     State    `db:"state"`
	LiveOn    cal.Date `db:"live_on"`
	WaitDays  int      `db:"wait_days"`
	JudgeOn   cal.Date `db:"judge_on"`
	Verdict   string   `db:"verdict"`
	SubjectEN string   `db:"subject_en"`
	SubjectZH string   `db:"subject_zh"`
	LetterEN  string   `db:"letter_en"`
	LetterZH  string   `db:"letter_zh"`
	Cases     int      `db:"cases"`
	Letters   int      `db:"letters"`
	CreatedAt db.Time  `db:"created_at"`
	UpdatedAt db.Time  `db:"updated_at"`
	Version   int64    `db:"version"`
}

// Row is one line of the list.
type Row struct {
	field.Row
	Improvement
}

// Moves are the states that a person may choose next.
func (i Improvement) Moves() []State { return next[i.State] }

// May tells whether a person may bring it into that state.
func (i Improvement) May(to State) error {
	if slices.Contains(next[i.State], to) {
		return nil
	}
	return errs.New(errs.Conflict, "improvement.error.move", "from", stateName(i.State), "to", stateName(to))
}

// stateName is a state's name as a message of its own, translated inside another.
func stateName(s State) errs.Message { return errs.Message{Key: "improvement.state." + string(s)} }

// Input is what is said about an improvement.
type Input struct {
	Title    string
	TopicID  int64
	Cause    string
	Change   string
	Expected string
	OwnerID  int64
	LiveOn   string
	WaitDays int
	Version  int64
}

// Input is the improvement as its form shows it.
func (i Improvement) Input() Input {
	return Input{i.Title, int64(i.TopicID), i.Cause, i.Change, i.Expected, int64(i.OwnerID), string(i.LiveOn), i.WaitDays, i.Version}
}

// Bounds of an improvement.
const (
	maxTitle = 120
	maxWords = 2000
	minWait  = 7
	maxWait  = 180
	usual    = 30 // days until it is judged
)

// Clean trims everything and fills in the usual waiting time.
func (in *Input) Clean() {
	in.Title, in.Change, in.Expected = text.Line(in.Title), text.Block(in.Change), text.Block(in.Expected)
	in.Cause = text.Line(in.Cause)
	if in.WaitDays == 0 {
		in.WaitDays = usual
	}
}

// Validate says what is wrong, field by field.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Title != "", "title", "error.required")
	c.That(len([]rune(in.Title)) <= maxTitle, "title", "error.long", "n", maxTitle)
	c.That(len([]rune(in.Change)) <= maxWords, "change", "error.long", "n", maxWords)
	c.That(len([]rune(in.Expected)) <= maxWords, "expected", "error.long", "n", maxWords)
	c.That(in.WaitDays >= minWait && in.WaitDays <= maxWait, "wait_days", "error.range", "min", minWait, "max", maxWait)
	c.That(in.LiveOn == "" || cal.Date(in.LiveOn).Valid(), "live_on", "error.date")
	return c.Err()
}

// Verdict is one judgement that was given.
type Verdict struct {
	ID       int64    `db:"id"`
	JudgedOn cal.Date `db:"judged_on"`
	Verdict  string   `db:"verdict"`
	Raw      string   `db:"figures"`
	Figures  Figures  `db:"-"`
}
