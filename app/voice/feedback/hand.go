package feedback

import (
	"context"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Handing a case to a colleague, as work/handover asks for it.

// Name is what a case is called: whose it is, or from where.
func (c Case) Name() string { return c.label() }

// Given reads a case with what the actor sees of it, and tells whether they see it
// whoever has it.
func (s *Service) Given(ctx context.Context, id int64) (c Case, seen bool, err error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return c, false, err
	}
	if c, err = s.Get(ctx, id); err != nil || c.CustomerID == 0 || c.TeamID != 0 && int64(c.TeamID) == actor.TeamID {
		return c, err == nil, err
	}
	return c, sees(ctx, s.db.Reader(ctx), actor.Scope(), c.CustomerID) == nil, nil
}

// HandCase makes somebody the owner of a case, in the caller's transaction; what
// they should know stands in its history.
func (s *Service) HandCase(ctx context.Context, tx *db.Tx, id, to int64, name, words string) error {
	c, err := current(ctx, tx, everything, id, 0)
	if err != nil {
		return err
	}
	c.OwnerID, c.OwnerWhy = db.ID(to), whyGiven
	if err := s.keep(ctx, tx, &c); err != nil {
		return err
	}
	if err := note(ctx, tx, id, Event{Kind: "handed", Note: name + "\n" + words}, ""); err != nil {
		return err
	}
	return s.Deps.Events.Publish(ctx, tx, Changed{fact: factOf(c), From: c.State, To: c.State})
}
