package task

import (
	"context"
	"fmt"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// What a task is about besides a customer: the next step of a deal, a quote, a
// contract. It is said when the task is made and stays so.

// Subject is such a record, as the kind of its page calls it; none without Kind.
type Subject struct {
	Kind string `db:"about_kind"`
	ID   db.ID  `db:"about_id"`
}

// Handed are the hand-overs of a record, for partials/handed; work/handover has them.
type Handed interface {
	Handed(ctx context.Context, id int64) (any, error)
}

// OnHanded shows them on its page.
func (s *Service) OnHanded(h Handed) { s.handed = h }

// OnAbout lets tasks be about records of a kind. See refuses a record that the
// actor may not see and tells whose customer's it is, 0 for nobody's.
func (s *Service) OnAbout(kind string, see func(ctx context.Context, id int64) (customer int64, err error)) {
	s.about[kind] = see
}

// concern checks what a new task is about; it is its customer's unless another
// was named.
func (s *Service) concern(ctx context.Context, in *Input) error {
	if in.About == (Subject{}) {
		return nil
	}
	see := s.about[in.About.Kind]
	if see == nil || in.About.ID == 0 {
		return inField("about", errs.New(errs.Invalid, "error.choice"))
	}
	customer, err := see(ctx, int64(in.About.ID))
	if err != nil {
		return inField("about", err)
	}
	if in.CustomerID == 0 {
		in.CustomerID = customer
	}
	return nil
}

// About lists the open tasks about a record that the actor sees, the next one
// first.
func (s *Service) About(ctx context.Context, kind string, id int64) ([]Task, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	out := []Task{}
	args := append([]any{kind, id}, visibleArgs(actor.Scope())...)
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlAbout, args...); err != nil {
		return nil, fmt.Errorf("list the tasks about %s %d: %w", kind, id, err)
	}
	return out, nil
}
