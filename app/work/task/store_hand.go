package task

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

var (
	sqlHandAll = db.SQL(`
		UPDATE OR IGNORE task SET owner_id = ?, updated_at = ?, version = version + 1
		WHERE customer_id = ? AND owner_id = ? AND done_at IS NULL RETURNING id`)
	sqlHandRest = db.SQL(`
		UPDATE OR IGNORE task SET owner_id = ?, updated_at = ?, version = version + 1
		WHERE owner_id = ? AND done_at IS NULL RETURNING id`)
	// Of a customer with whom the other is to follow up anyway, a second time
	// becomes a plain task.
	sqlHandDouble = db.SQL(`
		UPDATE task SET owner_id = ?, kind = 'task', updated_at = ?, version = version + 1
		WHERE customer_id = ? AND owner_id = ? AND kind = 'follow_up' AND done_at IS NULL RETURNING id`)
	sqlHandDoubles = db.SQL(`
		UPDATE task SET owner_id = ?, kind = 'task', updated_at = ?, version = version + 1
		WHERE owner_id = ? AND kind = 'follow_up' AND done_at IS NULL RETURNING id`)
	sqlHandAbout = db.SQL(`
		UPDATE OR IGNORE task SET owner_id = ?, updated_at = ?, version = version + 1
		WHERE about_kind = ? AND about_id = ? AND owner_id = ? AND done_at IS NULL RETURNING id`)
	sqlCountAbout = db.SQL(`SELECT count(*) FROM task WHERE about_kind = ? AND about_id = ? AND owner_id = ? AND done_at IS NULL`)
	sqlHandOne    = db.SQL(`
		UPDATE OR IGNORE task SET owner_id = ?, updated_at = ?, version = version + 1 WHERE id = ? AND owner_id = ? AND done_at IS NULL`)
)

// HandOver gives the open tasks about a customer from one person to another, in
// the caller's transaction, and tells which.
func (s *Service) HandOver(ctx context.Context, tx *db.Tx, customer, from, to int64) ([]int64, error) {
	return hand(ctx, tx, sqlHandAll, sqlHandDouble, to, db.At(tx.Now), customer, from)
}

// HandRest gives every open task of one person to another.
func (s *Service) HandRest(ctx context.Context, tx *db.Tx, from, to int64) ([]int64, error) {
	return hand(ctx, tx, sqlHandRest, sqlHandDoubles, to, db.At(tx.Now), from)
}

func hand(ctx context.Context, tx *db.Tx, all, doubles string, args ...any) ([]int64, error) {
	var ids, more []int64
	if err := tx.Select(ctx, &ids, all, args...); err != nil {
		return nil, fmt.Errorf("hand tasks over: %w", err)
	}
	if err := tx.Select(ctx, &more, doubles, args...); err != nil {
		return nil, fmt.Errorf("hand follow-ups over that the other has too: %w", err)
	}
	return append(ids, more...), nil
}

// HandBack gives one task back, if it is still open and theirs.
func (s *Service) HandBack(ctx context.Context, tx *db.Tx, id, from, to int64) error {
	if _, err := tx.Exec(ctx, sqlHandOne, to, db.At(tx.Now), id, from); err != nil {
		return fmt.Errorf("hand task %d back: %w", id, err)
	}
	return nil
}

// OpenAbout counts the open tasks about a record that somebody has.
func (s *Service) OpenAbout(ctx context.Context, kind string, id, owner int64) (n int, err error) {
	if err := s.db.Reader(ctx).Get(ctx, &n, sqlCountAbout, kind, id, owner); err != nil {
		return 0, fmt.Errorf("count the tasks about %s %d: %w", kind, id, err)
	}
	return n, nil
}

// HandAbout gives the open tasks about a record from one person to another, and
// tells how many.
func (s *Service) HandAbout(ctx context.Context, tx *db.Tx, kind string, id, from, to int64) (int, error) {
	var ids []int64
	if err := tx.Select(ctx, &ids, sqlHandAbout, to, db.At(tx.Now), kind, id, from); err != nil {
		return 0, fmt.Errorf("hand the tasks about %s %d over: %w", kind, id, err)
	}
	return len(ids), nil
}

// Given reads a task that the actor may change, and tells whether they see it
// whoever has it.
func (s *Service) Given(ctx context.Context, id int64) (t Task, sees bool, err error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return t, false, err
	}
	if t, err = s.Get(ctx, id); err != nil || int64(t.CreatorID) == actor.UserID || t.CustomerID == 0 {
		return t, err == nil && int64(t.CreatorID) == actor.UserID, err
	}
	_, err = s.customers.MustSee(ctx, int64(t.CustomerID))
	if sees = err == nil; errs.Is(err, errs.NotFound) || errs.Is(err, errs.Denied) {
		err = nil
	}
	return t, sees, err
}

// HandTask gives an open task to somebody, in the caller's transaction, without
// telling them: whoever hands it over does.
func (s *Service) HandTask(ctx context.Context, tx *db.Tx, id, to int64) error {
	t, err := one(ctx, tx, id)
	if err != nil {
		return err
	}
	t.OwnerID = db.ID(to)
	if err := s.makeRoom(ctx, tx, t); err != nil {
		return err
	}
	if err := update(ctx, tx, t); err != nil {
		return err
	}
	journal.About(tx, "task", id, t.Title)
	return s.events.Publish(ctx, tx, Changed{TaskID: id, CustomerID: int64(t.CustomerID)})
}
