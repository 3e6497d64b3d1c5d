// Package feedback closes the loop: an unhappy answer opens one case with an
// owner and a clock in working hours, the case ends only when the cause is
// known, something was done and the same question was asked again. The states
// follow one table (state.go); numbers that praise us stand beside what would
// have happened anyway (metrics.go).
package feedback

import (
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Permissions of this slice.
const (
	Read   = "feedback.read"
	Write  = "feedback.write"
	Decide = "feedback_rule.write" // causes and days, for those who lead
)

// Case is one unhappy answer and what became of it.
type Case struct {
	ID                int64   `db:"id"`
	CustomerID        int64   `db:"customer_id"`   // 0 = somebody whom nobody knows
	CustomerName      string  `db:"customer_name"` // "" for them
	ResponseID        db.ID   `db:"response_id"`
	SurveyID          db.ID   `db:"survey_id"`
	SurveyName        db.Null `db:"survey_name"`
	OwnerID           db.ID   `db:"owner_id"`
	OwnerName         db.Null `db:"owner_name"`
	OwnerWhy          string  `db:"owner_why"` // the rule by which it is theirs, with what it is about: product:7
	Source            string  `db:"source"`    // of a complaint: call, ticket, …
	TeamID            db.ID   `db:"team_id"`   // the department whose turn it is
	TeamName          db.Null `db:"team_name"`
	TeamAt            db.Time `db:"team_at"`
	TeamBy            db.Time `db:"team_by"`
	TeamAlerted       int     `db:"team_alerted"`
	State             State   `db:"state"`
	Red               bool    `db:"red"`
	Kind              string  `db:"kind"`
	Score             int     `db:"score"`
	Comment           db.Null `db:"comment"`
	Channel           db.Null `db:"channel"`
	Place             db.Null `db:"place"` // of the poster that was answered
	AnsweredAt        db.Time `db:"answered_at"`
	OpenedAt          db.Time `db:"opened_at"`
	ClockAt           db.Time `db:"clock_at"`
	DueAt             db.Time `db:"due_at"`
	RespondBy         db.Time `db:"respond_by"`
	ResolveBy         db.Time `db:"resolve_by"`
	RespondedAt       db.Time `db:"responded_at"`
	ResolvedAt        db.Time `db:"resolved_at"`
	ClosedAt          db.Time `db:"closed_at"`
	Alerted           int     `db:"alerted"`
	Cause             string  `db:"cause"`
	CauseEN           db.Null `db:"cause_en"`
	CauseZH           db.Null `db:"cause_zh"`
	Action            string  `db:"action"`
	Told              *bool   `db:"told"`
	Outcome           string  `db:"outcome"`
	RecheckOn         string  `db:"recheck_on"`
	AskedAt           db.Time `db:"asked_at"`
	RecheckResponseID db.ID   `db:"recheck_response_id"`
	RecheckScore      int     `db:"recheck_score"`
	Reason            string  `db:"reason"`
	ReviewID          db.ID   `db:"review_id"`    // of the first review that it came from
	Compensation      int64   `db:"compensation"` // minor units of the shop's currency
	CompensationFor   string  `db:"compensation_for"`
	CompensatedBy     db.ID   `db:"compensated_by"`
	CompensatedAt     db.Time `db:"compensated_at"`
	MergedInto        db.ID   `db:"merged_into"`
	CreatedAt         db.Time `db:"created_at"`
	UpdatedAt         db.Time `db:"updated_at"`
	Version           int64   `db:"version"`
}

// Open tells whether somebody still has to do something, or to wait.
func (c Case) Open() bool { return c.ClosedAt.IsZero() }

// Row is one line of the list: a case in the list's order.
type Row struct {
	field.Row
	Case
}

// Event is one thing that happened to a case.
type Event struct {
	ID       int64   `db:"id"`
	At       db.Time `db:"at"`
	UserID   db.ID   `db:"user_id"`
	UserName db.Null `db:"user_name"`
	Kind     string  `db:"kind"` // opened, state, contact, answer, owner, alert, asked, refused
	From     State   `db:"from_state"`
	To       State   `db:"to_state"`
	Note     string  `db:"note"`
	Channel  string  `db:"channel"` // of a contact or a complaint
}

// Answer is a response to a survey, as far as a case needs it.
type Answer struct {
	ID         int64   `db:"id"`
	CustomerID int64   `db:"customer_id"`
	SurveyID   int64   `db:"survey_id"`
	Kind       string  `db:"kind"`
	Words      string  `db:"words"`
	Score      int     `db:"score"`
	Comment    string  `db:"comment"`
	CaseID     db.ID   `db:"case_id"`
	AnsweredAt db.Time `db:"answered_at"`
}

// WasTold tells whether the customer knows what was done.
func (c Case) WasTold() bool { return c.Told != nil && *c.Told }
