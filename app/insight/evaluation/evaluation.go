// Package evaluation gives every customer a score with its evidence: up to six
// dimensions of 0 to 100, where 50 is a typical customer of this shop, and those
// that the shop made itself (own.go), a letter, and two sub-scores, because one mean hides the most important
// people. What is not known is left out and lowers the confidence, never the
// score. Every point can be traced to the rows that made it.
//
// A score is a pure function (score.go) of four things: the customer's own
// rows, the shop's tables of the last nightly run (shop.go), the day, and the
// grade of that night, which hysteresis leans on. Between two nights the
// tables stay frozen, so an evaluation after one event equals the one that a
// full recompute would make; only a shop with fewer than a thousand buyers
// renews them earlier, when the number of its buyers has changed by a tenth,
// and then everybody is evaluated anew.
package evaluation

import (
	"encoding/json"
	"fmt"

	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Permissions: to see evaluations, to decide how they are made, and to set one
// customer's grade by hand.
const (
	Read     = "evaluation.read"
	Write    = "evaluation.write"
	Override = "evaluation.override"
)

// The dimensions.
const (
	Purchase     = "purchase"
	Payment      = "payment"
	Cooperation  = "cooperation"
	Satisfaction = "satisfaction"
	Advocacy     = "advocacy"
	Lifetime     = "lifetime_value"
)

// Keys lists the dimensions in the order of pages and radar.
var Keys = []string{Purchase, Payment, Cooperation, Satisfaction, Advocacy, Lifetime}

// valueKeys and healthKeys make the two sub-scores, with those that the shop
// made for them.
var (
	valueKeys  = []string{Purchase, Payment, Lifetime}
	healthKeys = []string{Cooperation, Satisfaction, Advocacy}
)

// The quadrants of value and health.
const (
	Protect = "protect" // valuable and happy
	Rescue  = "rescue"  // valuable and unhappy: the most urgent
	Grow    = "grow"    // happy, could buy more
	Watch   = "watch"
)

// Quadrants lists them.
var Quadrants = []string{Rescue, Protect, Grow, Watch}

// What holds a grade down.
const (
	CapOverdue = "overdue"
	CapDebt    = "debt"
	CapBlocked = "blocked"
)

// Grades lists the letters, best first.
var Grades = []string{"A", "B", "C", "D"}

// Reason is a sentence as a code with its numbers; pages fill
// "evaluation.reason." + code with them in the reader's language.
type Reason struct {
	Code   string             `json:"code"`
	Nums   map[string]float64 `json:"nums,omitempty"`
	On     string             `json:"on,omitempty"`     // a date
	Amount int64              `json:"amount,omitempty"` // minor units
	Text   string             `json:"text,omitempty"`   // words of the shop, such as a point of a checklist
}

// Ref points to a row that a score rests on.
type Ref struct {
	Kind string `json:"kind"` // order, payment, response, invitation
	ID   int64  `json:"id"`
}

// Dimension is one part of an evaluation. Score is nil without data.
type Dimension struct {
	Key          string   `json:"key"`
	Score        *float64 `json:"score"`
	Weight       float64  `json:"weight"`       // its share of the total in percent; 0 when left out
	Contribution float64  `json:"contribution"` // points it moves the total away from 50
	Trust        float64  `json:"trust"`        // 0 to 1: how much of the score is the customer's own
	Reasons      []Reason `json:"reasons"`
	Evidence     []Ref    `json:"evidence"`
	Of           int      `json:"of,omitempty"` // how many records count; Evidence has the eight that matter most
}

// Evaluation is what we think of a customer, and why.
type Evaluation struct {
	CustomerID int64      `db:"customer_id"`
	ModelID    int64      `db:"model_id"`
	Total      *float64   `db:"total"` // nil: not enough data
	Value      *float64   `db:"value"`
	Health     *float64   `db:"health"`
	Grade      string     `db:"grade"`
	Settled    string     `db:"settled"`
	Confidence float64    `db:"confidence"` // 0 to 1
	Quadrant   string     `db:"quadrant"`
	Cap        string     `db:"cap"`        // why the grade is held down
	Rated      string     `db:"rated"`      // what the rules say, where a person set Grade
	WeighedBy  string     `db:"weighed_by"` // the group whose weights were used, "" for everybody's
	Dimensions Dimensions `db:"dimensions"`
	AsOf       db.Time    `db:"as_of"`

	NoProfiling bool `db:"-"` // they are not to be judged
}

// Ungraded stands for the grade of the rules where they give none.
const Ungraded = "-"

// ByHand tells whether a person set the grade.
func (e Evaluation) ByHand() bool { return e.Rated != "" }

// Provisional tells whether less than half of the weight rests on data.
func (e Evaluation) Provisional() bool { return e.Grade != "" && e.Confidence < .5 }

// Dimension finds one by key.
func (e Evaluation) Dimension(key string) Dimension {
	for _, d := range e.Dimensions {
		if d.Key == key {
			return d
		}
	}
	return Dimension{Key: key}
}

// Dimensions are stored as JSON.
type Dimensions []Dimension

// Scan implements sql.Scanner.
func (d *Dimensions) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("scan dimensions: unexpected %T", src)
	}
	return json.Unmarshal([]byte(text), d)
}

// Row is one line of the list of evaluations.
type Row struct {
	field.Row
	Evaluation
	Name string `db:"name"`
}

// Snapshot is an evaluation as it once was.
type Snapshot struct {
	AsOf       db.Time  `db:"as_of"`
	ModelID    int64    `db:"model_id"`
	Total      *float64 `db:"total"`
	Grade      string   `db:"grade"`
	Confidence float64  `db:"confidence"`
}
