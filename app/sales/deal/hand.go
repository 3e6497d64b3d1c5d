package deal

import (
	"context"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
)

// Handing a deal to a colleague, as work/handover asks for it.

// Given reads a deal that the actor may give away, and tells whether they see it
// whoever has it.
func (s *Service) Given(ctx context.Context, id int64) (d Deal, sees bool, err error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return d, false, err
	}
	q := s.db.Reader(ctx)
	if d, err = s.get(ctx, q, actor.Scope(), id); err == nil {
		err = mayGive(ctx, d)
	}
	if err != nil || d.CustomerID == 0 {
		return d, false, err
	}
	sees, err = yes(ctx, q, sqlSeesCustomer, int64(d.CustomerID), actor.Scope().Args())
	return d, sees, err
}

// HandOver makes somebody the owner of a deal, in the caller's transaction. Who had
// it stays on it as keep says.
func (s *Service) HandOver(ctx context.Context, tx *db.Tx, id, to int64, name, note, keep string) error {
	before := int64(0)
	d, err := s.change(auth.As(ctx, "handover"), "deal.hand", id, nil, func(ctx context.Context, tx *db.Tx, d *Deal) (event.Fact, error) {
		before, d.OwnerID = int64(d.OwnerID), db.ID(to)
		return Handed{To: name, Note: note}, putCollaborator(ctx, tx, id, to, "")
	})
	if err != nil || keep == "" {
		return err
	}
	return s.Let(ctx, tx, d, before, keep)
}
