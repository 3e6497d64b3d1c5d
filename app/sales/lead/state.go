package lead

import (
	"context"
	"slices"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/setting"
	"regulars/app/work/followup"
)

// What happens to a lead: somebody takes it, speaks with them, gives it up or
// takes it up again.

// The kinds of a log's lines besides the channels of an exchange.
const noteKind = "note"

// logKinds are what a person writes down.
func logKinds() []string { return append(slices.Clone(followup.Channels), noteKind) }

// Log writes down what was said, or only noted. The first exchange stops the
// clock of the first answer and makes a new lead one that is worked on.
func (s *Service) Log(ctx context.Context, id int64, kind, words string) (Lead, error) {
	return s.change(ctx, "lead.log", id, nil, func(ctx context.Context, tx *db.Tx, l *Lead) (event.Fact, error) {
		words = text.Block(words)
		c := &errs.Check{}
		c.That(slices.Contains(logKinds(), kind), "kind", "error.choice")
		c.That(words != "", "words", "error.required")
		c.That(len([]rune(words)) <= maxNeed, "words", "error.long", "n", maxNeed)
		if err := c.Err(); err != nil {
			return nil, err
		}
		if kind != noteKind {
			l.LastContactAt, l.WarnedAt = db.At(tx.Now), db.Time{}
			if l.FirstResponseAt.IsZero() {
				l.FirstResponseAt = db.At(tx.Now)
			}
			if l.State == Fresh {
				l.State = Working
			}
		}
		return nil, jot(ctx, tx, id, Event{Kind: kind, UserID: db.ID(auth.From(ctx).UserID), Words: words})
	})
}

// Disqualify gives a lead up, with the reason.
func (s *Service) Disqualify(ctx context.Context, id int64, version *int64, reason int64, words string) (Lead, error) {
	return s.change(ctx, "lead.disqualify", id, version, func(ctx context.Context, tx *db.Tx, l *Lead) (event.Fact, error) {
		if !l.IsOpen() {
			return nil, decided(*l)
		}
		words = text.Block(words)
		c := &errs.Check{}
		r, err := reasonOf(ctx, tx, reason)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		c.That(reason != 0, "reason_id", "deal.error.reason")
		c.That(reason == 0 || err == nil, "reason_id", "error.choice")
		c.That(len([]rune(words)) <= maxNeed, "reason_note", "error.long", "n", maxNeed)
		if err := c.Err(); err != nil {
			return nil, err
		}
		l.State, l.ReasonID, l.ReasonNote, l.ClosedAt = Disqualified, db.ID(r.ID), words, db.At(tx.Now)
		return GivenUp{}, jot(ctx, tx, id, Event{Kind: Disqualified, UserID: db.ID(auth.From(ctx).UserID), Words: r.Name})
	})
}

// Reopen takes a lead up again that was given up. One that became a customer
// stays one; undo takes that back.
func (s *Service) Reopen(ctx context.Context, id int64, version *int64) (Lead, error) {
	return s.change(ctx, "lead.reopen", id, version, func(ctx context.Context, tx *db.Tx, l *Lead) (event.Fact, error) {
		if l.State == Converted {
			return nil, decided(*l)
		}
		if l.IsOpen() {
			return nil, errs.New(errs.Conflict, "lead.error.open")
		}
		l.State, l.ReasonID, l.ReasonNote, l.ClosedAt = Working, 0, "", db.Time{}
		return Reopened{}, jot(ctx, tx, id, Event{Kind: "reopened", UserID: db.ID(auth.From(ctx).UserID)})
	})
}

func decided(now Lead) error {
	return &errs.Error{Kind: errs.Conflict, Message: errs.Message{Key: "lead.error.decided." + now.State}, Current: now}
}

// own gives a lead to somebody, 0 for the pool.
func own(l *Lead, owner int64, why string, now time.Time) {
	l.OwnerID, l.AssignedWhy, l.OwnedAt, l.AlertedAt = db.ID(owner), why, db.Time{}, db.Time{}
	l.Waiting, l.WarnedAt = false, db.Time{}
	if owner != 0 {
		l.OwnedAt = db.At(now)
	}
}

// mayGive tells whether the actor may make somebody a lead's owner: themselves
// of one in the pool, nobody of their own, anybody with the permission.
func (s *Service) mayGive(ctx context.Context, l Lead, owner int64) error {
	actor := auth.From(ctx)
	if owner == int64(l.OwnerID) || actor.Can(Assign) || owner == 0 && int64(l.OwnerID) == actor.UserID {
		return nil
	}
	if l.OwnerID == 0 && owner == actor.UserID {
		return s.mayClaim(ctx)
	}
	return errs.New(errs.Denied, "error.denied")
}

// Give makes somebody the owner of a lead, 0 puts it into the pool.
func (s *Service) Give(ctx context.Context, id int64, version *int64, owner int64) (Lead, error) {
	return s.change(ctx, "lead.assign", id, version, func(ctx context.Context, tx *db.Tx, l *Lead) (event.Fact, error) {
		if err := s.mayGive(ctx, *l, owner); err != nil {
			return nil, err
		}
		if owner == int64(l.OwnerID) {
			return nil, nil
		}
		c := &errs.Check{}
		if owner != 0 {
			n, err := counts(ctx, tx, sqlPerson, owner)
			if err != nil {
				return nil, err
			}
			c.That(n > 0, "owner_id", "error.choice")
		}
		if err := c.Err(); err != nil {
			return nil, err
		}
		own(l, owner, "", tx.Now)
		return Assigned{}, s.handed(ctx, tx, *l, "assigned")
	})
}

// Claim takes a lead out of the pool, as many a day as the shop allows. Of two
// who take one, the second is told.
func (s *Service) Claim(ctx context.Context, id int64) (Lead, error) {
	actor := auth.From(ctx)
	return s.change(ctx, "lead.claim", id, nil, func(ctx context.Context, tx *db.Tx, l *Lead) (event.Fact, error) {
		switch {
		case int64(l.OwnerID) == actor.UserID:
			return nil, nil
		case l.OwnerID != 0:
			return nil, &errs.Error{Kind: errs.Conflict, Message: errs.New(errs.Conflict, "lead.error.claimed", "who", string(l.OwnerName)).Message, Current: *l}
		case !l.IsOpen():
			return nil, decided(*l)
		}
		if err := s.mayClaim(ctx); err != nil {
			return nil, err
		}
		own(l, actor.UserID, "", tx.Now)
		return Assigned{}, jot(ctx, tx, id, Event{Kind: "claimed", UserID: db.ID(actor.UserID)})
	})
}

// mayClaim refuses more than the day's share.
func (s *Service) mayClaim(ctx context.Context) error {
	actor, q := auth.From(ctx), s.db.Reader(ctx)
	r, err := s.rules(ctx, q)
	if err != nil || r.ClaimCap == 0 {
		return err
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	day := cal.At(cal.Today(s.db.Now(), b.Zone()), 0, 0, b.Zone())
	n, err := counts(ctx, q, sqlClaims, actor.UserID, db.At(day))
	if err == nil && n >= r.ClaimCap {
		return errs.New(errs.Conflict, "lead.error.cap", "n", r.ClaimCap)
	}
	return err
}

// handed notes and tells that a lead has another owner.
func (s *Service) handed(ctx context.Context, tx *db.Tx, l Lead, kind string) error {
	actor := auth.From(ctx)
	words, err := s.nameOf(ctx, int64(l.OwnerID))
	if err != nil {
		return err
	}
	if err := jot(ctx, tx, l.ID, Event{Kind: kind, UserID: db.ID(actor.UserID), Words: words}); err != nil {
		return err
	}
	if int64(l.OwnerID) == actor.UserID {
		return nil
	}
	return s.People.Tell(ctx, tx, notify.Notice{UserID: int64(l.OwnerID), Kind: notify.LeadGiven, SubjectKind: "lead", SubjectID: l.ID, Label: l.Title(),
		DedupeKey: dedupe("given", l, tx.Now)})
}

func (s *Service) nameOf(ctx context.Context, user int64) (string, error) {
	if user == 0 {
		return "", nil
	}
	people, err := s.People.Colleagues(ctx)
	for _, p := range people {
		if p.ID == user {
			return p.Name, err
		}
	}
	return "", err
}

// Given reads a lead that the actor may hand to a colleague: their own, or any with
// the permission.
func (s *Service) Given(ctx context.Context, id int64) (Lead, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Lead{}, err
	}
	l, err := s.Get(ctx, id)
	if err == nil && int64(l.OwnerID) != actor.UserID && !actor.Can(Assign) {
		err = errs.New(errs.Denied, "handover.error.not_yours")
	}
	return l, err
}

// HandOver makes somebody the owner of a lead, in the caller's transaction; what
// they should know stands in its log.
func (s *Service) HandOver(ctx context.Context, id, to int64, name, note string) error {
	_, err := s.change(auth.As(ctx, "handover"), "lead.hand", id, nil, func(ctx context.Context, tx *db.Tx, l *Lead) (event.Fact, error) {
		own(l, to, "", tx.Now)
		return Assigned{}, jot(ctx, tx, id, Event{Kind: handedKind, UserID: db.ID(auth.From(ctx).UserID), Words: name + "\n" + note})
	})
	return err
}

// handedKind is the log's line of a hand-over: whom to, and below it the note.
const handedKind = "handed"
