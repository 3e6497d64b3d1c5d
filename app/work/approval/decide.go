package approval

// How an approval goes from one step to the next, and what ends it.

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Decide approves or rejects the step that an approval is at. version is what the
// decision was read from, 0 takes it as it is. No needs a reason.
func (s *Service) Decide(ctx context.Context, id, version int64, yes bool, note string) (Approval, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Approval{}, err
	}
	op := "approval.reject"
	if yes {
		op = "approval.approve"
	}
	note = text.Block(note)
	return db.WriteOne(ctx, s.DB, op, func(ctx context.Context, tx *db.Tx) (Approval, error) {
		a, _, err := s.seen(ctx, tx, id)
		if err != nil {
			return a, err
		}
		c := &errs.Check{}
		c.That(yes || text.Visible(note), "note", "approval.error.reason")
		c.That(len([]rune(note)) <= maxNote, "note", "error.long", "n", maxNote)
		if err := c.Err(); err != nil {
			return a, err
		}
		if err := open(a, version); err != nil {
			return a, err
		}
		stood, err := s.mayDecide(ctx, tx, a)
		if err != nil {
			return a, err
		}
		journal.About(tx, subject, id, a.Title)
		if err := s.decide(ctx, tx, a, yes, note, stood); err != nil {
			return a, err
		}
		return get(ctx, tx, id)
	})
}

// open refuses what was decided already, or has moved on since it was read.
func open(a Approval, version int64) error {
	if a.State != Asked {
		return &errs.Error{Kind: errs.Conflict, Message: errs.Message{Key: "approval.error." + a.State}, Current: a}
	}
	if version != 0 && a.Version != version {
		return errs.Stale(a)
	}
	return nil
}

// mayDecide is nil for whoever the step names, their deputy, and the owner; it
// tells whose deputy they are.
func (s *Service) mayDecide(ctx context.Context, tx *db.Tx, a Approval) (stood int64, err error) {
	me := auth.From(ctx)
	if a.AskerID == me.UserID {
		return 0, errs.New(errs.Denied, "approval.error.own")
	}
	list, err := s.deciders(ctx, tx, a.ID)
	if err != nil {
		return 0, err
	}
	deputy := int64(0)
	for _, d := range list {
		if d.ID == me.UserID && d.For == 0 {
			return 0, nil
		}
		if d.ID == me.UserID {
			deputy = int64(d.For)
		}
	}
	if deputy == 0 && me.Role != auth.Owner {
		return 0, errs.New(errs.Denied, "approval.error.not_yours")
	}
	return deputy, nil
}

func (s *Service) decide(ctx context.Context, tx *db.Tx, a Approval, yes bool, note string, stood int64) error {
	state := Rejected
	if yes {
		state = Approved
	}
	if err := markStep(ctx, tx, a.ID, a.Step, state, auth.From(ctx).UserID, stood, note); err != nil {
		return err
	}
	if !yes {
		return s.close(ctx, tx, a, Rejected)
	}
	changed, err := s.changed(ctx, tx, a)
	if err != nil {
		return err
	}
	if changed {
		return s.end(ctx, tx, a, Void)
	}
	more, err := s.turn(ctx, tx, a, a.Step+1)
	if err != nil || more {
		return err
	}
	return s.close(ctx, tx, a, Approved)
}

// changed tells whether the subject is no longer what was asked about.
func (s *Service) changed(ctx context.Context, tx *db.Tx, a Approval) (bool, error) {
	of, known := s.consumer(a.Kind)
	if !known || of.Fingerprint == nil {
		return false, nil
	}
	now, err := of.Fingerprint(ctx, tx, a.ask())
	if errs.Is(err, errs.NotFound) {
		return true, nil
	}
	return now != a.Fingerprint, err
}

// turn lets the next step begin that somebody can decide, and tells whether there
// is one. Where nobody of the first round can, the owner is asked. Whoever just
// decided is not asked again.
func (s *Service) turn(ctx context.Context, tx *db.Tx, a Approval, from int64) (bool, error) {
	list, err := steps(ctx, tx, a.ID)
	if err != nil {
		return false, err
	}
	for _, st := range list {
		if st.Position < from {
			continue
		}
		if _, err := tx.Exec(ctx, sqlMove, st.Position, db.At(tx.Now), a.ID); err != nil {
			return false, fmt.Errorf("move approval %d on: %w", a.ID, err)
		}
		who, err := s.deciders(ctx, tx, a.ID)
		if err != nil {
			return false, err
		}
		if len(who) == 0 {
			if err := markStep(ctx, tx, a.ID, st.Position, "skipped", 0, 0, ""); err != nil {
				return false, err
			}
			continue
		}
		if from > 1 && among(who, auth.From(ctx).UserID) {
			if err := markStep(ctx, tx, a.ID, st.Position, Approved, auth.From(ctx).UserID, 0, ""); err != nil {
				return false, err
			}
			continue
		}
		return true, s.tellAsked(ctx, tx, a, st.Position, who)
	}
	if from > 1 {
		return false, nil
	}
	next := int64(len(list) + 1)
	if err := addStep(ctx, tx, a.ID, int(next), Turn{Who: Role, Role: auth.Owner}); err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, sqlMove, next, db.At(tx.Now), a.ID); err != nil {
		return false, fmt.Errorf("move approval %d on: %w", a.ID, err)
	}
	who, err := s.deciders(ctx, tx, a.ID)
	if err != nil {
		return false, err
	}
	return true, s.tellAsked(ctx, tx, a, next, who)
}

func among(list []decider, id int64) bool {
	for _, d := range list {
		if d.ID == id {
			return true
		}
	}
	return false
}

// close ends an approval with an answer and lets who asked go on. What can no
// longer be done makes it void.
func (s *Service) close(ctx context.Context, tx *db.Tx, a Approval, state string) error {
	if of, known := s.consumer(a.Kind); known && of.Decided != nil {
		err := tx.Guard(ctx, func() error { return of.Decided(auth.As(ctx, "approval"), tx, a.ask(), state == Approved) })
		if _, expected := errs.As(err); expected {
			state = Void
		} else if err != nil {
			return fmt.Errorf("do what approval %d is about: %w", a.ID, err)
		}
	}
	return s.end(ctx, tx, a, state)
}

// end writes how it ended and tells whoever asked.
func (s *Service) end(ctx context.Context, tx *db.Tx, a Approval, state string) error {
	if _, err := tx.Exec(ctx, sqlEnd, state, db.At(tx.Now), db.At(tx.Now), a.ID); err != nil {
		return fmt.Errorf("end approval %d: %w", a.ID, err)
	}
	if err := s.Mail.Cancel(ctx, subject, a.ID); err != nil {
		return err
	}
	if a.AskerID == auth.From(ctx).UserID || state == Withdrawn {
		return nil
	}
	return s.tellDecided(ctx, tx, a, state)
}

// Withdraw takes a question back: whoever asked may, and the owner.
func (s *Service) Withdraw(ctx context.Context, id int64) (Approval, error) {
	me := auth.From(ctx)
	if err := me.May(Write); err != nil {
		return Approval{}, err
	}
	return db.WriteOne(ctx, s.DB, "approval.withdraw", func(ctx context.Context, tx *db.Tx) (Approval, error) {
		a, _, err := s.seen(ctx, tx, id)
		if err != nil {
			return a, err
		}
		if a.AskerID != me.UserID && me.Role != auth.Owner {
			return a, errs.New(errs.Denied, "approval.error.not_asked")
		}
		if err := open(a, 0); err != nil {
			return a, err
		}
		journal.About(tx, subject, id, a.Title)
		if err := s.end(ctx, tx, a, Withdrawn); err != nil {
			return a, err
		}
		return get(ctx, tx, id)
	})
}
