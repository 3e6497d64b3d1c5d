package task

import (
	"context"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Ensure makes a task for the house, once per source key: a question after an
// order, a call to an unhappy customer. While it is open a second call moves it
// to what it should be now; once it is done it stays done. The caller has
// checked what there is to check.
func (s *Service) Ensure(ctx context.Context, tx *db.Tx, t Task) (int64, error) {
	if t.SourceKey == "" {
		return 0, errs.New(errs.Internal, "error.internal")
	}
	have, found, err := maybe(ctx, tx, sqlBySource, t.SourceKey)
	if err != nil {
		return 0, err
	}
	if !found {
		return s.make(ctx, tx, t)
	}
	if !have.Open() || same(have, t) {
		return have.ID, nil
	}
	given := have.OwnerID != t.OwnerID
	have.Kind, have.Title, have.Notes, have.OwnerID, have.CustomerID, have.DueAt = t.Kind, t.Title, t.Notes, t.OwnerID, t.CustomerID, t.DueAt
	if err := update(ctx, tx, have); err != nil {
		return 0, err
	}
	return have.ID, s.changed(ctx, tx, have, given)
}

func same(a, b Task) bool {
	return a.Kind == b.Kind && a.Title == b.Title && a.Notes == b.Notes && a.OwnerID == b.OwnerID && a.CustomerID == b.CustomerID &&
		a.DueAt.Equal(b.DueAt.Time)
}

func (s *Service) make(ctx context.Context, tx *db.Tx, t Task) (int64, error) {
	id, err := insert(ctx, tx, t)
	if err != nil {
		return 0, err
	}
	t.ID = id
	return id, s.changed(ctx, tx, t, true)
}

// CloseBySource closes the open task that a source made, when its reason is
// gone or taken care of elsewhere. None is no mistake.
func (s *Service) CloseBySource(ctx context.Context, tx *db.Tx, key string) error {
	t, found, err := maybe(ctx, tx, sqlBySource, key)
	if err != nil || !found || !t.Open() {
		return err
	}
	return s.closeQuietly(ctx, tx, t)
}

// Next is when somebody wants to get back to a customer after an exchange.
type Next struct {
	CustomerID int64
	AuthorID   int64 // who spoke with them; their open follow-up is settled by that
	OwnerID    int64 // who gets back to them
	FollowUpID int64
	Due        time.Time // zero: nobody needs to
	Title      string
}

// GetBack settles what was open between a customer and the two people, and
// plans the next time. It keeps exactly one open follow-up per customer and
// owner. Settles is false for an exchange older than one already known.
func (s *Service) GetBack(ctx context.Context, tx *db.Tx, n Next, settles bool) error {
	if settles {
		old, found, err := maybe(ctx, tx, sqlOpenNext, n.CustomerID, n.AuthorID)
		if err != nil {
			return err
		}
		if found {
			if err := s.closeQuietly(ctx, tx, old); err != nil {
				return err
			}
		}
	}
	if n.Due.IsZero() {
		return nil
	}
	t := Task{Kind: FollowUp, Title: n.Title, CustomerID: db.ID(n.CustomerID), OwnerID: db.ID(n.OwnerID),
		CreatorID: db.ID(auth.From(ctx).UserID), DueAt: db.At(n.Due), FollowUpID: db.ID(n.FollowUpID)}
	if err := s.makeRoom(ctx, tx, t); err != nil {
		return err
	}
	_, err := s.make(ctx, tx, t)
	return err
}

// Replan follows an edited exchange: its open follow-up moves to the new time,
// is closed when there is none any more, or is made when there was none.
func (s *Service) Replan(ctx context.Context, tx *db.Tx, n Next) error {
	t, found, err := maybe(ctx, tx, sqlOfFollowUp, n.FollowUpID)
	if err != nil {
		return err
	}
	if !found {
		return s.GetBack(ctx, tx, n, false)
	}
	if n.Due.IsZero() {
		return s.closeQuietly(ctx, tx, t)
	}
	t.DueAt, t.Title = db.At(n.Due), n.Title
	if err := update(ctx, tx, t); err != nil {
		return err
	}
	return s.events.Publish(ctx, tx, Changed{TaskID: t.ID, CustomerID: int64(t.CustomerID)})
}

// Unplan removes the open follow-up of an exchange that is deleted.
func (s *Service) Unplan(ctx context.Context, tx *db.Tx, followup int64) error {
	t, found, err := maybe(ctx, tx, sqlOfFollowUp, followup)
	if err != nil || !found {
		return err
	}
	if err := remove(ctx, tx, t.ID); err != nil {
		return err
	}
	return s.events.Publish(ctx, tx, Removed{TaskID: t.ID, CustomerID: int64(t.CustomerID)})
}

// refresh keeps the reminders true for rows that an undo reached.
func (s *Service) refresh(ctx context.Context, tx *db.Tx, rows []int64) error {
	for _, id := range rows {
		t, err := one(ctx, tx, id)
		if errs.Is(err, errs.NotFound) {
			continue // its reminder went with it
		}
		if err != nil {
			return err
		}
		if err := remember(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}
