package survey

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/voice/question"
)

// Response is what somebody answered.
type Response struct {
	field.Row
	ID           int64   `db:"id"`
	InvitationID db.ID   `db:"invitation_id"`
	SurveyID     int64   `db:"survey_id"`
	SurveyName   string  `db:"survey_name"`
	SurveyKind   string  `db:"survey_kind"`
	CustomerID   db.ID   `db:"customer_id"`   // 0 = nobody whom we know
	CustomerName string  `db:"customer_name"` // "" for nobody
	ContactID    db.ID   `db:"contact_id"`
	Score        int     `db:"score"` // NoAnswer when the survey has none
	Comment      string  `db:"comment"`
	Answers      string  `db:"answers"`
	Channel      string  `db:"channel"`
	Language     string  `db:"language"`
	Revision     int     `db:"revision"`
	UserID       db.ID   `db:"user_id"`
	CaseID       db.ID   `db:"case_id"`
	AnsweredAt   db.Time `db:"answered_at"`
	ExternalID   db.Null `db:"external_id"`

	SurveyVersion int    `db:"survey_version"` // the published number that was answered, 0 = unknown
	OrderID       db.ID  `db:"order_id"`
	ProductID     db.ID  `db:"product_id"`
	PosterID      db.ID  `db:"poster_id"`
	RatedID       db.ID  `db:"rated_id"` // who served
	Level         string `db:"level"`    // the customer's, as it was then
	Region        string `db:"region"`
	Praise        bool   `db:"praise"`        // they agreed to be quoted
	PraiseNotice  string `db:"praise_notice"` // with these words

	TalkAt db.Time `db:"talk_at"` // when they pressed that they want to be talked to

	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// NoAnswer is the score of a survey that asks for none.
const NoAnswer = -1

// Scored tells whether there is a score.
func (r Response) Scored() bool { return r.Score != NoAnswer }

// Band is which third of its scale the score falls in, for colour and words; ""
// without a score.
func (r Response) Band() Band {
	if !r.Scored() {
		return ""
	}
	return BandOf(r.SurveyKind, r.Score)
}

// Said are the answers to the further questions.
func (r Response) Said() question.Answers { return question.Of(r.Answers) }

// Top is the highest score of its scale.
func (r Response) Top() int { _, high := Scale(r.SurveyKind); return high }

// Answer is what a customer, a colleague or a file says.
type Answer struct {
	InvitationID int64
	SurveyID     int64
	CustomerID   int64
	ContactID    int64
	Score        int
	Comment      string
	Answers      json.RawMessage // the answers to further questions as a JSON object
	Channel      string
	Language     string
	AnsweredAt   time.Time // zero is now
	ExternalID   string

	Said          question.Answers // the same, read from a page
	Asked         []string         // keys of the questions that the person has seen; nil is all
	SurveyVersion int              // the published number on the page, 0 = the newest
	ProductID     int64
	PosterID      int64
	RatedID       int64
	Praise        bool   // they agreed to be quoted
	Notice        string // with these words

	changes int64 // the answer that it takes the place of, 0 for none
}

// Channels lists the ways in which an answer comes.
var Channels = []string{Email, Link, Staff, Imported, SMS, Reply, QR, Kiosk, Widget}

// maxComment is how much somebody may write, in characters.
const maxComment = 5000

// validate says what is wrong with an answer to v, field by field, and gives
// back the answers to further questions that count, as they are stored.
func (a Answer) validate(v Survey, now time.Time) (string, error) {
	c := &errs.Check{}
	lo, hi := Scale(v.Kind)
	if v.Scored {
		c.That(a.Score >= lo && a.Score <= hi, "score", "error.range", "min", lo, "max", hi)
	}
	c.That(len([]rune(a.Comment)) <= maxComment, "comment", "error.long", "n", maxComment)
	c.That(v.Document.Comment != CommentMust || a.Comment != "" || a.Channel == Imported || a.Channel == Reply, "comment", "error.required")
	c.That(slices.Contains(Channels, a.Channel), "channel", "error.choice")
	c.That(!a.AnsweredAt.After(now.Add(24*time.Hour)), "answered_at", "survey.error.future")
	if len(a.Answers) > 0 {
		var object map[string]any
		c.That(len(a.Answers) <= maxAnswers && json.Unmarshal(a.Answers, &object) == nil, "answers", "survey.error.answers")
	}
	if len(v.Questions) == 0 { // further answers of another program are kept as they are
		if len(a.Answers) > 0 {
			return string(a.Answers), c.Err()
		}
		return "{}", c.Err()
	}
	given := a.Said
	if given == nil {
		given = question.Of(string(a.Answers))
	}
	taken := v.Questions.Take(c, given, a.lead(v), a.Asked)
	if err := c.Err(); err != nil {
		return "", err
	}
	raw, err := taken.JSON()
	if err == nil && len(raw) > maxAnswers {
		c.Add("answers", "survey.error.answers")
		return "", c.Err()
	}
	return raw, err
}

// maxAnswers is how much all further answers may hold, in bytes.
const maxAnswers = 200_000

func (a *Answer) clean() {
	a.Comment = strings.TrimSpace(strings.Map(func(r rune) rune {
		if control(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, a.Comment))
}

// Given says that somebody answered, or changed their answer.
type Given struct {
	ID           int64     `json:"id"`
	InvitationID int64     `json:"invitation_id,omitempty"`
	SurveyID     int64     `json:"survey_id"`
	SurveyKind   string    `json:"survey_kind"`
	CustomerID   int64     `json:"customer_id"`
	ContactID    int64     `json:"contact_id,omitempty"`
	CaseID       int64     `json:"case_id,omitempty"` // an answer to the re-ask of this case
	Score        int       `json:"score"`
	Top          int       `json:"top"`
	Was          int       `json:"was,omitempty"` // the score before a change
	Low          bool      `json:"low"`
	Word         string    `json:"word,omitempty"` // the alarming word in the comment
	Channel      string    `json:"channel"`
	Revision     int       `json:"revision"`
	At           time.Time `json:"-"`
	Comment      string    `json:"-"`
}

// Meta implements event.Fact.
func (g Given) Meta() event.Meta {
	kind := "response.given"
	if g.Revision > 1 {
		kind = "response.changed"
	}
	return event.Meta{Kind: kind, CustomerID: g.CustomerID, SubjectKind: "response", SubjectID: g.ID, At: g.At}
}

// Words implements timeline.Worded.
func (g Given) Words() string { return g.Comment }

// Invited says that an invitation reached its person, or never will.
type Invited struct {
	ID         int64  `json:"id"`
	SurveyID   int64  `json:"survey_id"`
	SurveyKind string `json:"survey_kind"`
	CustomerID int64  `json:"customer_id"`
	ContactID  int64  `json:"contact_id,omitempty"`
	CaseID     int64  `json:"case_id,omitempty"`
	OrderID    int64  `json:"order_id,omitempty"`
	Channel    string `json:"channel"`
	State      string `json:"state"` // sent, expired; for a re-ask also refused and failed
}

// Meta implements event.Fact.
func (i Invited) Meta() event.Meta {
	return event.Meta{Kind: "invitation." + i.State, CustomerID: i.CustomerID, SubjectKind: "invitation", SubjectID: i.ID}
}

// Removed says that an answer was deleted.
type Removed struct {
	ID         int64 `json:"id"`
	CustomerID int64 `json:"customer_id"`
}

// Meta implements event.Fact.
func (r Removed) Meta() event.Meta {
	return event.Meta{Kind: "response.removed", CustomerID: r.CustomerID, SubjectKind: "response", SubjectID: r.ID}
}

// Meta implements event.Fact.
func (f Claimed) Meta() event.Meta {
	return event.Meta{Kind: "response.claimed", CustomerID: f.CustomerID, SubjectKind: "response", SubjectID: f.ID}
}
