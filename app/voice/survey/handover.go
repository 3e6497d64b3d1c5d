// How an invitation gets to its person, and what becomes of it there.

package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/outbox"
)

// options are what a hand-over may be exempt from. A recheck is of a case that is
// open meanwhile; a reminder has its place in the budget already, but whoever
// complained since the first mail is not reminded.
type options struct{ override, recheck, reminder bool }

// hand gives the invitation to its channel.
func (s *Service) hand(ctx context.Context, tx *db.Tx, i *Invitation, who person, v Survey, o options) error {
	expiry, err := s.expiry(ctx, tx, *i)
	if err != nil {
		return err
	}
	i.ContactID, i.Reason = db.ID(who.Contact), ""
	switch i.Channel {
	case Staff:
		return s.handed(ctx, tx, i, expiry)
	case Link:
		ok, reason, err := s.d.Consent.May(ctx, tx, i.CustomerID, who.Contact, purpose, anyChannel)
		if err != nil {
			return err
		}
		if !ok {
			return s.settle(ctx, tx, i, Refused, reason)
		}
		return s.handed(ctx, tx, i, expiry)
	case SMS:
		return s.toDesk(ctx, tx, i)
	}
	if who.Email == "" {
		return s.settle(ctx, tx, i, Refused, reasonNoEmail)
	}
	return s.queue(ctx, tx, i, who, v, o)
}

// payload is what the outbox keeps of an invitation: who, never the link. The
// words are put in when the mail leaves.
type payload struct {
	Invitation int64 `json:"invitation"`
	Reminder   bool  `json:"reminder,omitempty"`
	Links      bool  `json:"links"`
	Override   bool  `json:"override_quiet_hours,omitempty"`
	Exempt     bool  `json:"exempt_budget,omitempty"`
	Recheck    bool  `json:"exempt_case,omitempty"`
}

func (s *Service) queue(ctx context.Context, tx *db.Tx, i *Invitation, who person, v Survey, o options) error {
	if err := s.d.Consent.Link(ctx, tx, i.CustomerID, who.Contact, who.Email); err != nil {
		return err
	}
	raw, err := json.Marshal(payload{i.ID, o.reminder, true, o.override, o.recheck || o.reminder, o.recheck})
	if err != nil {
		return fmt.Errorf("encode invitation %d: %w", i.ID, err)
	}
	words, err := s.words(ctx, tx, v, i.Language)
	if err != nil {
		return err
	}
	m := outbox.Message{DedupeKey: fmt.Sprintf("survey:%d:ask", i.ID), Channel: outbox.Email, Purpose: outbox.Survey, ToAddress: who.Email,
		ToName: who.Name, CustomerID: db.ID(i.CustomerID), ContactID: i.ContactID, Subject: subject(words, o.reminder), Payload: string(raw),
		SubjectKind: subjectKind, SubjectID: db.ID(i.ID), ExpiresAt: db.At(tx.Now.Add(dropAfter))}
	if i.EventKey != "" {
		m.ExpiresAt = db.At(i.DueAt.Add(staleAfter))
	}
	if o.reminder {
		m.ExpiresAt = i.ExpiresAt
		m.DedupeKey = fmt.Sprintf("survey:%d:remind", i.ID)
	}
	row, _, err := s.d.Outbox.Put(ctx, tx, m)
	if err != nil || o.reminder {
		return err
	}
	return s.follow(ctx, tx, i, row)
}

// subject is the mail's subject line; the reminder has another.
func subject(t Text, reminder bool) string {
	words := t.Subject
	if reminder {
		words = t.Reminder
	}
	if words == "" {
		words = t.Question
	}
	return strings.Map(func(r rune) rune {
		if control(r) {
			return ' '
		}
		return r
	}, words)
}

// follow makes the invitation say what its message says.
func (s *Service) follow(ctx context.Context, tx *db.Tx, i *Invitation, row outbox.Row) error {
	switch row.State {
	case outbox.Sent:
		return s.handed(ctx, tx, i, 0)
	case outbox.Deferred:
		return s.settle(ctx, tx, i, Deferred, row.Reason)
	case outbox.Cancelled:
		return s.settle(ctx, tx, i, Refused, row.Reason)
	case outbox.Unknown:
		i.SentAt = row.AttemptedAt // it may have arrived: it counts as asked
		return s.settle(ctx, tx, i, Unknown, "unknown")
	case outbox.Failed:
		if row.Reason == "expired" {
			return s.expire(ctx, tx, i, "not_sent")
		}
		if row.Gone {
			i.SentAt = db.Time{} // there is nobody who could have read it: it does not count as asked
		}
		return s.settle(ctx, tx, i, Failed, row.Reason)
	default:
		return s.settle(ctx, tx, i, Queued, row.Reason)
	}
}

// became is what the outbox tells about one of our messages.
func (s *Service) became(ctx context.Context, tx *db.Tx, row outbox.Row) error {
	if row.SubjectKind != subjectKind {
		return nil
	}
	i, err := readInvitation(ctx, tx, int64(row.SubjectID))
	if errs.Is(err, errs.NotFound) {
		return nil // erased with its customer
	}
	if err != nil {
		return err
	}
	if strings.HasSuffix(row.DedupeKey, ":remind") || i.State == Answered {
		return nil
	}
	if row.Reason == outbox.ReasonReturned { // it came back for now: she counts as asked, her link stays open
		if i.State == Sent || i.State == Unknown {
			return s.settle(ctx, tx, &i, i.State, row.Reason)
		}
		return nil
	}
	return s.follow(ctx, tx, &i, row)
}

func (s *Service) settle(ctx context.Context, tx *db.Tx, i *Invitation, state, reason string) error {
	i.State, i.Reason = state, reason
	if err := move(ctx, tx, i); err != nil {
		return err
	}
	if i.CaseID != 0 && (state == Refused || state == Failed) { // the case would wait for ever
		return s.d.Bus.Publish(ctx, tx, i.fact())
	}
	return nil
}

// handed marks an invitation as being with its person. Expiry counts from then;
// 0 keeps the program's.
func (s *Service) handed(ctx context.Context, tx *db.Tx, i *Invitation, expiry time.Duration) error {
	var err error
	if expiry == 0 {
		if expiry, err = s.expiry(ctx, tx, *i); err != nil {
			return err
		}
	}
	i.SentAt, i.ExpiresAt = db.At(tx.Now), db.At(tx.Now.Add(expiry))
	if err := s.settle(ctx, tx, i, Sent, ""); err != nil {
		return err
	}
	if i.ProgramID != 0 {
		if err := s.rhythm(ctx, tx, *i); err != nil {
			return err
		}
	}
	if i.Channel == Staff {
		return nil
	}
	return s.d.Bus.Publish(ctx, tx, i.fact())
}

func (i Invitation) fact() Invited {
	return Invited{ID: i.ID, SurveyID: i.SurveyID, SurveyKind: i.SurveyKind, CustomerID: i.CustomerID, ContactID: int64(i.ContactID),
		CaseID: int64(i.CaseID), OrderID: int64(i.OrderID), Channel: i.Channel, State: i.State}
}

// expire ends an invitation that nobody answered.
func (s *Service) expire(ctx context.Context, tx *db.Tx, i *Invitation, reason string) error {
	if err := s.d.Outbox.Cancel(ctx, subjectKind, i.ID); err != nil {
		return err
	}
	if err := s.settle(ctx, tx, i, Expired, reason); err != nil {
		return err
	}
	return s.d.Bus.Publish(ctx, tx, i.fact())
}

func (s *Service) expiry(ctx context.Context, q db.Q, i Invitation) (time.Duration, error) {
	if i.ProgramID == 0 {
		return usualExpiry * day, nil
	}
	p, err := readProgram(ctx, q, int64(i.ProgramID))
	return time.Duration(p.ExpireDays) * day, err
}

// objected takes back what waits for somebody who does not want to be asked,
// in the transaction in which they said so.
func (s *Service) objected(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	var said struct {
		ContactID int64  `json:"contact_id"`
		Purpose   string `json:"purpose"`
	}
	if err := json.Unmarshal([]byte(e.Data), &said); err != nil {
		return fmt.Errorf("read an objection: %w", err)
	}
	if said.Purpose != purpose {
		return nil
	}
	if _, err := tx.Exec(ctx, sqlUnquote, db.At(tx.Now), int64(e.CustomerID), said.ContactID); err != nil {
		return fmt.Errorf("quote customer %d no more: %w", e.CustomerID, err)
	}
	var open []Invitation
	if err := tx.Select(ctx, &open, sqlOpenOf, e.CustomerID, said.ContactID, said.ContactID); err != nil {
		return fmt.Errorf("list the invitations of customer %d: %w", e.CustomerID, err)
	}
	for _, i := range open {
		channel := anyChannel
		switch i.Channel {
		case Email:
			channel = Email
		case SMS:
			channel = bySMS
		}
		ok, _, err := s.d.Consent.May(ctx, tx, i.CustomerID, int64(i.ContactID), purpose, channel)
		if err != nil {
			return err
		}
		if ok {
			continue // they may still be asked this way
		}
		if err := s.d.Outbox.Cancel(ctx, subjectKind, i.ID); err != nil { // also a reminder that waits
			return err
		}
		if i.waiting() {
			if err := s.settle(ctx, tx, &i, Refused, reasonObjected); err != nil {
				return err
			}
		}
	}
	return nil
}
