// What comes back by mail. An invitation can be answered by writing a number
// back, which needs no page that others can reach and which no scanner of links
// does. Whatever else somebody writes goes to a colleague, with nothing made of
// it.

package survey

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/inbox"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
)

// What became of a reply, as the mailbox notes it.
const (
	tookScore   = "score"
	tookStop    = "stop"
	tookWords   = "words"
	tookNothing = "empty"
	tookNobody  = "gone"
	tookUnread  = "anonymous"
)

// Replied takes what somebody wrote back to an invitation, in the transaction in
// which the mailbox notes the mail as handled.
func (s *Service) Replied(ctx context.Context, tx *db.Tx, m inbox.Mail, about outbox.Row) (string, error) {
	i, err := readInvitation(ctx, tx, int64(about.SubjectID))
	if errs.Is(err, errs.NotFound) {
		return tookNobody, nil // erased with its customer
	}
	if err != nil {
		return "", err
	}
	ctx = auth.With(ctx, &auth.Actor{Via: "public", Reach: auth.Own})
	journal.About(tx, "customer", i.CustomerID, i.CustomerName)
	said := readReply(m.Text, m.Subject, i.SurveyKind)
	v, err := readSurvey(ctx, tx, i.SurveyID)
	if err != nil {
		return "", err
	}
	if said.Stop {
		err := s.d.Consent.Stop(ctx, tx, i.CustomerID, int64(i.ContactID), about.ToAddress)
		if err != nil || v.Anonymous || said.Comment == "" {
			return tookStop, err
		}
	}
	if v.Anonymous {
		return tookUnread, nil // whoever writes is known: nothing of it is kept, and the mail says so
	}
	late, err := s.tooLate(ctx, tx, i, v)
	if err != nil {
		return "", err
	}
	if said.Stop {
		return tookStop, s.wrote(ctx, tx, i, said.Comment, late)
	}
	if !late && (said.Score != NoScore && v.Scored || !v.Scored && said.Comment != "") {
		err := s.replied(ctx, tx, &i, v, said)
		if !errs.Is(err, errs.TooMany) {
			return tookScore, err
		}
	}
	if m.Text == "" {
		return tookNothing, nil
	}
	return tookWords, s.wrote(ctx, tx, i, m.Text, late)
}

// tooLate tells whether an answer to an invitation no longer counts.
func (s *Service) tooLate(ctx context.Context, tx *db.Tx, i Invitation, v Survey) (bool, error) {
	if !i.open() || !i.ExpiresAt.IsZero() && !tx.Now.Before(i.ExpiresAt.Time) {
		return true, nil
	}
	if i.State == Answered {
		return false, nil
	}
	return s.closed(ctx, tx, v, tx.Now)
}

// replied keeps a score that was written back. What was said on the page before
// stays where the reply says nothing about it.
func (s *Service) replied(ctx context.Context, tx *db.Tx, i *Invitation, v Survey, said reading) error {
	a := Answer{CustomerID: i.CustomerID, SurveyID: i.SurveyID, InvitationID: i.ID, Score: said.Score, Comment: clipTo(said.Comment, maxComment),
		Channel: Reply, Language: i.Language, Asked: []string{}}
	var before Response
	found, err := db.Found(tx.Get(ctx, &before, sqlOfInvitation, i.ID))
	if err != nil {
		return fmt.Errorf("look for the answer to invitation %d: %w", i.ID, err)
	}
	if found {
		a.Said, a.SurveyVersion = before.Said(), before.SurveyVersion
		if a.Comment == "" {
			a.Comment = before.Comment
		}
		if a.Comment == before.Comment { // what may be shown are the words that they had before them, no others
			a.Praise, a.Notice = before.Praise, before.PraiseNotice
		}
	}
	if a.Score == NoScore {
		a.Score = NoAnswer
	}
	r, err := s.keep(ctx, tx, v, i, a)
	if err != nil {
		return err
	}
	return trace(ctx, tx, i.ID, "replied", fmt.Sprint(r.Score))
}

func clipTo(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}

// Letter is what somebody wrote back that is no answer to the question.
type Letter struct {
	ID           int64   `db:"id"`
	InvitationID int64   `db:"invitation_id"`
	CustomerID   int64   `db:"customer_id"`
	Words        string  `db:"words"`
	Late         bool    `db:"late"`
	ReceivedAt   db.Time `db:"received_at"`
	ReadAt       db.Time `db:"read_at"`
	UserID       db.ID   `db:"user_id"`
}

// wrote keeps words for a colleague to read; whoever wrote is not reminded.
func (s *Service) wrote(ctx context.Context, tx *db.Tx, i Invitation, words string, late bool) error {
	words = clipTo(words, maxComment)
	id, err := tx.Insert(ctx, sqlWrote, i.ID, i.CustomerID, words, late, db.At(tx.Now))
	if err != nil {
		return fmt.Errorf("keep what was written back to invitation %d: %w", i.ID, err)
	}
	if err := s.d.Outbox.Cancel(ctx, subjectKind, i.ID); err != nil {
		return err
	}
	if err := trace(ctx, tx, i.ID, "wrote", ""); err != nil {
		return err
	}
	return s.d.Bus.Publish(ctx, tx, Wrote{ID: id, InvitationID: i.ID, CustomerID: i.CustomerID, ContactID: int64(i.ContactID), Late: late, Said: words})
}

// Wrote says that somebody wrote back without answering the question.
type Wrote struct {
	ID           int64  `json:"id"`
	InvitationID int64  `json:"invitation_id"`
	CustomerID   int64  `json:"customer_id"`
	ContactID    int64  `json:"contact_id,omitempty"`
	Late         bool   `json:"late,omitempty"`
	Said         string `json:"-"`
}

// Meta implements event.Fact.
func (w Wrote) Meta() event.Meta {
	return event.Meta{Kind: "invitation.replied", CustomerID: w.CustomerID, SubjectKind: "invitation", SubjectID: w.InvitationID}
}

// Words implements timeline.Worded.
func (w Wrote) Words() string { return w.Said }

// Letters are what was written back to an invitation, newest first.
func (s *Service) Letters(ctx context.Context, invitation int64) ([]Letter, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	q := s.db.Reader(ctx)
	if _, err := s.visible(ctx, q, invitation); err != nil {
		return nil, err
	}
	var out []Letter
	if err := q.Select(ctx, &out, sqlLetters, invitation); err != nil {
		return nil, fmt.Errorf("read what was written back to invitation %d: %w", invitation, err)
	}
	return out, nil
}

// Letter reads one of them.
func (s *Service) Letter(ctx context.Context, id int64) (Letter, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Letter{}, err
	}
	var l Letter
	q := s.db.Reader(ctx)
	if err := db.OrNotFound(q.Get(ctx, &l, sqlLetter, id)); err != nil {
		return l, err
	}
	if _, err := s.visible(ctx, q, l.InvitationID); err != nil {
		return Letter{}, err
	}
	return l, nil
}

// PutAway notes that a colleague has read what somebody wrote.
func (s *Service) PutAway(ctx context.Context, id int64) (Letter, error) {
	if err := auth.From(ctx).May(Ask); err != nil {
		return Letter{}, err
	}
	return db.WriteOne(ctx, s.db, "reply.read", func(ctx context.Context, tx *db.Tx) (Letter, error) {
		var l Letter
		if err := db.OrNotFound(tx.Get(ctx, &l, sqlLetter, id)); err != nil {
			return l, err
		}
		i, err := s.visible(ctx, tx, l.InvitationID)
		if err != nil {
			return l, err
		}
		journal.About(tx, "customer", i.CustomerID, i.CustomerName)
		if _, err := tx.Exec(ctx, sqlRead, db.At(tx.Now), db.ID(auth.From(ctx).UserID), id); err != nil {
			return l, fmt.Errorf("put reply %d away: %w", id, err)
		}
		return l, nil
	})
}
