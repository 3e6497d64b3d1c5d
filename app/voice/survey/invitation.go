package survey

import (
	"fmt"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// The channels of an invitation.
const (
	Email = "email"
	Link  = "link"
	Staff = "staff"
	SMS   = "sms"
)

// The further channels of an answer, which need no invitation of their own.
const (
	Imported = "import"
	Reply    = "reply" // a number written back to the mail
	QR       = "qr"    // a poster or a receipt
	Kiosk    = "kiosk"
	Widget   = "widget"
)

// The states of an invitation.
const (
	Queued   = "queued"
	Sending  = "sending"
	Sent     = "sent"
	Deferred = "deferred"
	Refused  = "refused"
	Answered = "answered"
	Expired  = "expired"
	Failed   = "failed"
	Unknown  = "unknown"
)

// States lists them in the order of a life.
var States = []string{Queued, Sending, Sent, Deferred, Refused, Answered, Expired, Failed, Unknown}

// Invitation is one person asked once.
type Invitation struct {
	field.Row
	ID           int64   `db:"id"`
	SurveyID     int64   `db:"survey_id"`
	SurveyName   string  `db:"survey_name"`
	SurveyKind   string  `db:"survey_kind"`
	WaveID       db.ID   `db:"wave_id"`
	ProgramID    db.ID   `db:"program_id"`
	CustomerID   int64   `db:"customer_id"`
	CustomerName string  `db:"customer_name"`
	ContactID    db.ID   `db:"contact_id"`
	OrderID      db.ID   `db:"order_id"`
	CaseID       db.ID   `db:"case_id"`
	PeriodKey    string  `db:"period_key"`
	EventKey     string  `db:"event_key"` // the one event that it is about, e.g. order:12; "" none
	RatedID      db.ID   `db:"rated_id"`  // who served
	Channel      string  `db:"channel"`
	State        string  `db:"state"`
	Reason       string  `db:"reason"`
	Nonce        string  `db:"nonce"`
	Language     string  `db:"language"`
	DueAt        db.Time `db:"due_at"`
	SentAt       db.Time `db:"sent_at"`
	RemindedAt   db.Time `db:"reminded_at"`
	AnsweredAt   db.Time `db:"answered_at"`
	ExpiresAt    db.Time `db:"expires_at"`
	UserID       db.ID   `db:"user_id"`
	CreatedAt    db.Time `db:"created_at"`
	UpdatedAt    db.Time `db:"updated_at"`
	Version      int64   `db:"version"`

	kept moving // what of it is stored, zero when that is not known

	URL     string `db:"-"` // of a link invitation, only in the answer to its creation
	Private bool   `db:"-"` // URL is on an address that others may not reach
}

// moving is what changes in the life of an invitation.
type moving struct {
	contact                                  db.ID
	state, reason, language                  string
	sentAt, remindedAt, answeredAt, expireAt int64
}

func (i Invitation) moving() moving {
	return moving{i.ContactID, i.State, i.Reason, i.Language, i.SentAt.UnixMilli(), i.RemindedAt.UnixMilli(), i.AnsweredAt.UnixMilli(), i.ExpiresAt.UnixMilli()}
}

// open tells whether an answer can still come.
func (i Invitation) open() bool {
	return slices.Contains([]string{Queued, Sending, Sent, Deferred, Unknown, Answered}, i.State)
}

// waiting tells whether it has not been handed over yet.
func (i Invitation) waiting() bool { return i.State == Queued || i.State == Deferred }

// InviteInput is a colleague's wish to ask somebody now.
type InviteInput struct {
	SurveyID           int64
	CustomerID         int64
	ContactID          int64
	Channel            string
	OverrideQuietHours bool
	Base               string // where link invitations lead: the request's own address
	Public             bool   // others can reach Base
}

// Validate says what is wrong, field by field.
func (in InviteInput) Validate() error {
	c := &errs.Check{}
	c.That(in.CustomerID > 0, "customer_id", "error.required")
	c.That(in.SurveyID > 0, "survey_id", "error.required")
	c.That(slices.Contains([]string{Email, Link, Staff, SMS}, in.Channel), "channel", "error.choice")
	return c.Err()
}

// path is the page of a token.
func path(token string) string { return "/s/" + token }

// voted is the address behind one score in a mail: it only preselects.
func voted(base, token string, score int) string {
	return fmt.Sprintf("%s%s?v=%d", base, path(token), score)
}
