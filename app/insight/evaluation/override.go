package evaluation

import (
	"context"
	"fmt"
	"slices"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Held is a grade that a person set: it is shown as theirs, with the reason,
// and ends by itself after its last day. The score beside it stays as it is.
type Held struct {
	CustomerID int64    `db:"customer_id"`
	Grade      string   `db:"grade"`
	Reason     string   `db:"reason"`
	Until      cal.Date `db:"until"`
	By         db.Null  `db:"by"` // '' when they work here no longer
	At         db.Time  `db:"updated_at"`
}

// HeldInput is what somebody decides.
type HeldInput struct{ Grade, Reason, Until string }

// maxHeld is for how many days a grade may stand against the rules.
const maxHeld = 366

func (in *HeldInput) validate(today cal.Date) error {
	in.Grade, in.Reason, in.Until = text.Line(in.Grade), text.Line(in.Reason), text.Line(in.Until)
	c := &errs.Check{}
	c.That(slices.Contains(Grades, in.Grade), "grade", "error.choice")
	c.That(in.Reason != "", "reason", "error.required")
	c.That(len([]rune(in.Reason)) <= maxNote, "reason", "error.long", "n", maxNote)
	until, err := cal.ParseDate(in.Until)
	c.That(err == nil, "until", "error.date")
	c.That(err != nil || until >= today, "until", "stage.error.past")
	c.That(err != nil || until <= today.AddDays(maxHeld), "until", "evaluation.error.until")
	return c.Err()
}

// Held is the grade that a person set and that still holds, nil when none does.
func (s *Service) Held(ctx context.Context, customer int64) (*Held, error) {
	if _, err := s.visible(ctx, customer); err != nil {
		return nil, err
	}
	d, err := s.date(ctx, s.db.Now())
	if err != nil {
		return nil, err
	}
	var h Held
	found, err := db.Found(s.db.Reader(ctx).Get(ctx, &h, sqlHeld, customer))
	if err != nil || !found || h.Until < d.today {
		return nil, err
	}
	return &h, nil
}

// Hold sets a customer's grade by hand.
func (s *Service) Hold(ctx context.Context, customer int64, in HeldInput) error {
	return s.hold(ctx, "evaluation.override", customer, func(ctx context.Context, tx *db.Tx) error {
		d, err := s.date(ctx, tx.Now)
		if err != nil {
			return err
		}
		if err := in.validate(d.today); err != nil {
			return err
		}
		journal.Because(tx, in.Reason)
		now := db.At(tx.Now)
		if _, err := tx.Exec(ctx, sqlHold, customer, in.Grade, in.Reason, in.Until, db.ID(auth.From(ctx).UserID), now, now); err != nil {
			return fmt.Errorf("hold the grade of customer %d: %w", customer, err)
		}
		return nil
	})
}

// Release leaves a customer's grade to the rules again.
func (s *Service) Release(ctx context.Context, customer int64) error {
	return s.hold(ctx, "evaluation.release", customer, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlRelease, customer)
		return err
	})
}

func (s *Service) hold(ctx context.Context, op string, customer int64, change func(context.Context, *db.Tx) error) error {
	if err := auth.From(ctx).May(Override); err != nil {
		return err
	}
	return s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		who, err := s.visible(ctx, customer)
		if err != nil {
			return err
		}
		if who.NoProfiling {
			return errs.New(errs.Invalid, "evaluation.no_profiling_why")
		}
		journal.About(tx, "customer", customer, who.Name)
		if err := change(ctx, tx); err != nil {
			return err
		}
		return s.judgeNow(ctx, tx, customer)
	})
}
