package survey

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// An anonymous survey: nobody learns who said what, also not from the database.
// Its answers take a path of their own: a row under a random key with the week and
// whether it came from a place where whoever passes answers, no customer, no
// invitation, no poster, no language; no event, no journal, no trace and no
// throttle that knows the person. That somebody has voted is kept apart, as a keyed
// digest, and becomes "answered" in batches of five and more, or never.
// So an answer cannot be changed, opens no case, and a reminder may still come.

const (
	anonymOp = "survey.anonymous"
	flushOp  = "survey.flush"
)

// Stands are the writes that no undo takes back, with what is said instead.
var Stands = map[string]string{anonymOp: "survey.error.anonymous_stands", flushOp: "survey.error.anonymous_stands"}

// Nobody is the number of an answer that has none.
const Nobody = -1

// crowd is how many of those who voted are told of at once.
const crowd = 5

var errAnonymous = errs.New(errs.Conflict, "survey.error.anonymous")

// Anonymise makes a survey anonymous, for ever and before anybody was asked it.
func (s *Service) Anonymise(ctx context.Context, survey, version int64) (Survey, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Survey{}, err
	}
	return db.WriteOne(ctx, s.db, anonymOp, func(ctx context.Context, tx *db.Tx) (Survey, error) {
		v, err := readSurvey(ctx, tx, survey)
		if err != nil || v.Anonymous {
			return v, err
		}
		if version != v.Version {
			return v, errs.Stale(v)
		}
		var used bool
		if err := tx.Get(ctx, &used, sqlSurveyUsed, survey, survey); err != nil {
			return v, err
		}
		if used {
			return v, errs.New(errs.Conflict, "survey.error.anonymous_used")
		}
		journal.About(tx, "survey", survey, v.Name)
		if _, err := tx.Exec(ctx, sqlAnonymise, db.At(tx.Now), survey); err != nil {
			return v, fmt.Errorf("make survey %d anonymous: %w", survey, err)
		}
		return readSurvey(ctx, tx, survey)
	})
}

// mark is the ballot of an invitation. Whoever has the database without the
// installation's key cannot make one.
func (t tokens) mark(invitation int64) string {
	mac := hmac.New(sha256.New, t.ballot)
	fmt.Fprintf(mac, "invitation:%d", invitation)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// voted tells whether the ballot of an invitation is in.
func (s *Service) voted(ctx context.Context, q db.Q, i Invitation) (bool, error) {
	if i.State == Answered {
		return true, nil
	}
	var in bool
	if err := q.Get(ctx, &in, sqlVoted, s.tokens.mark(i.ID)); err != nil {
		return false, fmt.Errorf("look for a ballot: %w", err)
	}
	return in, nil
}

// submitSecret takes the anonymous answer of somebody who was invited. A second
// press changes nothing and says nothing.
func (s *Service) submitSecret(ctx context.Context, token, nonce string, a Answer) error {
	return s.db.Write(ctx, "response.secret", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		f, err := s.Open(ctx, token)
		if err != nil || f.Voted {
			return err
		}
		if !s.tokens.genuine(token, nonce, tx.Now) {
			return errs.New(errs.Invalid, "survey.error.nonce")
		}
		if f.Late {
			return errs.New(errs.Conflict, "survey.error.late")
		}
		if err := s.drop(ctx, tx, f.Survey, a, false); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, sqlVote, s.tokens.mark(f.Invitation.ID), f.Survey.ID)
		return err
	})
}

// submitSecretAt takes one that is given at a place. What was shown once is taken
// once; that is remembered in memory alone, for a digest of it would tell when
// somebody stood there.
func (s *Service) submitSecretAt(ctx context.Context, p Place, nonce string, a Answer) error {
	ctx = auth.With(ctx, &auth.Actor{Via: "public", Reach: auth.Own})
	return s.db.Write(ctx, "response.secret", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		if !s.tokens.shown(p.Token, nonce, tx.Now) {
			return errs.New(errs.Invalid, "survey.error.nonce")
		}
		f, err := s.openPlace(ctx, tx, p, tx.Now)
		if err != nil || f.Voted || s.taken.has(nonce) {
			return err
		}
		if f.Late {
			return errs.New(errs.Conflict, "survey.error.late")
		}
		if err := p.Admit(ctx, tx); err != nil {
			return err
		}
		if err := s.drop(ctx, tx, f.Survey, a, true); err != nil {
			return err
		}
		s.taken.add(nonce)
		return nil
	})
}

// drop puts an answer into the box; placed is one that was given at a place.
func (s *Service) drop(ctx context.Context, tx *db.Tx, v Survey, a Answer, placed bool) error {
	a.clean()
	a.Channel, a.AnsweredAt = Link, tx.Now
	v, err := s.AsOf(ctx, tx, v, a.SurveyVersion)
	if err != nil {
		return wrongReference(err, "survey_version")
	}
	answers, err := a.validate(v, tx.Now)
	if err != nil {
		return err
	}
	if !v.Scored {
		a.Score = NoAnswer
	}
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlDrop, id.Token(16), v.ID, v.Revision, a.Score, a.Comment, answers, cal.Today(tx.Now, b.Zone()).Monday(), placed); err != nil {
		return fmt.Errorf("keep an anonymous answer: %w", err)
	}
	return nil
}

// seenOnce remembers the newest showings that were sent back.
type seenOnce struct {
	mu   sync.Mutex
	in   map[string]bool
	list []string
}

const seenMost = 4096

func (s *seenOnce) has(nonce string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.in[nonce]
}

func (s *seenOnce) add(nonce string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.in == nil {
		s.in = map[string]bool{}
	}
	s.in[nonce] = true
	if s.list = append(s.list, nonce); len(s.list) > seenMost {
		delete(s.in, s.list[0])
		s.list = s.list[1:]
	}
}

// Flush tells of those who voted, five and more of a survey at once: their
// invitations are answered on one day, in the order of the invitations. Fewer are
// told of never: once the survey is over and their links have run out, their
// ballots are forgotten, and they look like those who stayed silent.
func (s *Service) Flush(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	var surveys []Survey
	if err := s.db.Reader(ctx).Select(ctx, &surveys, sqlVotedIn); err != nil {
		return fmt.Errorf("list the surveys with ballots: %w", err)
	}
	for _, v := range surveys {
		if err := s.flush(ctx, v); err != nil {
			return fmt.Errorf("tell who voted in survey %d: %w", v.ID, err)
		}
	}
	return nil
}

func (s *Service) flush(ctx context.Context, v Survey) error {
	return s.db.Write(ctx, flushOp, func(ctx context.Context, tx *db.Tx) error {
		var marks []string
		if err := tx.Select(ctx, &marks, sqlMarks, v.ID); err != nil {
			return err
		}
		in := map[string]bool{}
		for _, m := range marks {
			in[m] = true
		}
		var asked, done []Invitation
		if err := tx.Select(ctx, &asked, sqlAskedIn, v.ID); err != nil {
			return err
		}
		for _, i := range asked {
			if in[s.tokens.mark(i.ID)] {
				done = append(done, i)
			}
		}
		if len(done) < crowd {
			tx.Quiet()
			return s.forget(ctx, tx, v, done)
		}
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return err
		}
		journal.About(tx, "survey", v.ID, v.Name)
		return s.tell(ctx, tx, done, cal.At(cal.Today(tx.Now, b.Zone()), 0, 0, b.Zone()))
	})
}

// forget removes the ballots of a survey that is over whose links open nothing
// any more: nobody can vote twice, and nobody is told of.
func (s *Service) forget(ctx context.Context, tx *db.Tx, v Survey, few []Invitation) error {
	over, err := s.over(ctx, tx, v, tx.Now)
	if err != nil || !over {
		return err
	}
	for _, i := range few {
		if i.open() && (i.ExpiresAt.IsZero() || tx.Now.Before(i.ExpiresAt.Time)) {
			continue
		}
		if _, err := tx.Exec(ctx, sqlCounted, s.tokens.mark(i.ID)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, invitations []Invitation, day time.Time) error {
	for _, i := range invitations {
		if err := s.d.Outbox.Cancel(ctx, subjectKind, i.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlTellVoted, db.At(day), db.At(tx.Now), i.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlCounted, s.tokens.mark(i.ID)); err != nil {
			return err
		}
	}
	return nil
}
