package customer

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Who looks after a customer, and who may change them beside.

var (
	sqlHand    = db.SQL(`UPDATE customer SET owner_id = ?, updated_at = ?, version = version + 1 WHERE id = ? AND owner_id IS ?`)
	sqlMayEdit = db.SQL(`SELECT ` + editSQL + ` FROM customer c WHERE c.id = ?`)
)

// editSQL tells whether a record is theirs by right, not only shown to them to
// read; it takes editor's values.
const editSQL = `(NOT EXISTS (SELECT 1 FROM sharing x WHERE x.customer_id = c.id AND x.user_id = ? AND x.access = 'read')
	OR c.owner_id = ? OR c.owner_id IS NULL OR (? > 0 AND c.owner_id IN (SELECT id FROM user WHERE team_id = ?)))`

// ErrTaken says that a customer is no longer whose they were thought to be.
var ErrTaken = errs.New(errs.Conflict, "pool.error.taken")

// Hand gives a customer from one person to another (0 = nobody) in the
// caller's transaction: only one of many who try at once succeeds.
func (s *Service) Hand(ctx context.Context, tx *db.Tx, id, from, to int64) error {
	if err := checkRefs(ctx, tx, Input{OwnerID: to}); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, sqlHand, db.ID(to), db.At(tx.Now), id, db.ID(from))
	if err != nil {
		return fmt.Errorf("hand customer %d over: %w", id, err)
	}
	if n == 0 {
		return ErrTaken
	}
	return s.Index(ctx, tx, []int64{id})
}

// editor are the values for editSQL; to whom all belongs nothing is only shown.
func editor(a *auth.Actor) []any {
	user, team := a.UserID, int64(0)
	if a.Reach == auth.All {
		user = 0
	}
	if a.Reach == auth.Team {
		team = a.TeamID
	}
	return []any{user, user, team, team}
}

// mayEdit refuses those to whom a customer was shown to read only.
func mayEdit(ctx context.Context, q db.Q, id int64) error {
	a := auth.From(ctx)
	if a.UserID == 0 || a.Reach == auth.All {
		return nil
	}
	var ok bool
	found, err := db.Found(q.Get(ctx, &ok, sqlMayEdit, append(editor(a), id)...))
	if err != nil {
		return fmt.Errorf("look who may change customer %d: %w", id, err)
	}
	if found && !ok {
		return errs.New(errs.Denied, "sharing.error.read_only")
	}
	return nil
}

// MustEdit refuses those to whom a customer was shown to read only, whatever
// else they may.
func (s *Service) MustEdit(ctx context.Context, id int64) error {
	return mayEdit(ctx, s.db.Reader(ctx), id)
}

// MayEdit tells whether the actor may change a customer they see.
func (s *Service) MayEdit(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return mayEdit(ctx, s.db.Reader(ctx), id)
}
