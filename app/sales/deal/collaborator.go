package deal

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Colleagues who work on a deal beside whoever has it. They see this deal, on the
// board, in lists and in the search, and of its customer what stands on it: the
// name, and that of the person there. The customer's record stays closed to them.

// What a collaborator may do.
const (
	ReadOnly = "read"
	Work     = "work" // move it, change it, plan its steps; not give it away
)

// Collaborators lists who works on a deal that the actor sees.
func (s *Service) Collaborators(ctx context.Context, id int64) ([]Collaborator, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return collaborators(ctx, s.db.Reader(ctx), id)
}

// Collaborate lets a colleague work on a deal, changes what they may, or with no
// access takes it back. Whoever has the deal may, and who may for others;
// everybody may leave.
func (s *Service) Collaborate(ctx context.Context, id, user int64, access string) error {
	actor := auth.From(ctx)
	leaves := access == "" && user == actor.UserID && user != 0
	if err := actor.May(Write); err != nil && (!leaves || actor.ReadOnly) {
		return err
	}
	c := &errs.Check{}
	c.That(access == "" || access == ReadOnly || access == Work, "access", "error.choice")
	if err := c.Err(); err != nil {
		return err
	}
	op := "deal.collaborate"
	if access == "" {
		op = "deal.uncollaborate"
	}
	return s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		d, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		if !leaves {
			if err := mayGive(ctx, d); err != nil {
				return err
			}
		}
		journal.About(tx, "deal", id, d.Name)
		return s.Let(ctx, tx, d, user, access)
	})
}

// mayGive refuses those who neither have a deal nor may dispose of others'.
func mayGive(ctx context.Context, d Deal) error {
	a := auth.From(ctx)
	if a.UserID != 0 && int64(d.OwnerID) == a.UserID || a.Can(Assign) {
		return nil
	}
	return errs.New(errs.Denied, "deal.error.not_yours")
}

// Let writes in the caller's transaction what somebody may with a deal, and tells
// them. Nobody is let in who may not see deals at all.
func (s *Service) Let(ctx context.Context, tx *db.Tx, d Deal, user int64, access string) error {
	var was string
	if _, err := db.Found(tx.Get(ctx, &was, sqlCollaborator, d.ID, user)); err != nil {
		return fmt.Errorf("look who works on deal %d: %w", d.ID, err)
	}
	if access != "" {
		who, _, err := s.users.Actor(ctx, user)
		if err != nil {
			return err
		}
		c := &errs.Check{}
		c.That(who != nil && who.Can(Read), "user_id", "error.person")
		c.That(user != int64(d.OwnerID), "user_id", "deal.error.has_it")
		if err := c.Err(); err != nil {
			return err
		}
	}
	if err := putCollaborator(ctx, tx, d.ID, user, access); err != nil {
		return err
	}
	if access == "" || was != "" || user == auth.From(ctx).UserID {
		return nil
	}
	return s.people.Tell(ctx, tx, notify.Notice{UserID: user, Kind: notify.Shared, SubjectKind: "deal", SubjectID: d.ID, Label: d.Name,
		Args: map[string]any{"who": auth.From(ctx).Name}, DedupeKey: fmt.Sprintf("collaborates:%d:%d", tx.Set, user)})
}

// workable reads a deal on which the actor works; one that is only shown to them
// refuses.
func workable(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Deal, error) {
	d, err := visible(ctx, q, scope, id)
	if err != nil {
		return d, err
	}
	ok, err := yes(ctx, q, sqlWorks, id, visibleArgs(scope))
	if err == nil && !ok {
		err = errs.New(errs.Denied, "deal.error.read_only")
	}
	return d, err
}

// MustWork reads a deal on which the actor works.
func (s *Service) MustWork(ctx context.Context, id int64) (Deal, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Deal{}, err
	}
	return workable(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

// ownable refuses who sees a deal only because they work on it: whose it is and
// whether it stays is not theirs to say.
func ownable(ctx context.Context, q db.Q, id int64) error {
	scope := auth.From(ctx).Scope()
	ok, err := yes(ctx, q, sqlReaches, id, reachArgs(scope))
	if err == nil && !ok {
		err = errs.New(errs.Denied, "deal.error.not_yours")
	}
	return err
}
