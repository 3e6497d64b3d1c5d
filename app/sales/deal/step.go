package deal

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/work/task"
)

// AddStep plans the next thing to do about a deal: a task of whoever has it.
func (s *Service) AddStep(ctx context.Context, d Deal, title string, due task.When) error {
	if _, err := workable(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), d.ID); err != nil {
		return err
	}
	in := task.Input{Title: title, OwnerID: int64(d.OwnerID), Due: due, About: task.Subject{Kind: "deal", ID: db.ID(d.ID)}}
	_, err := s.tasks.Create(ctx, in)
	e, ok := errs.As(err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	c := &errs.Check{}
	for name, m := range e.Fields { // beside the fields of the deal's own form
		switch name {
		case "title":
			name = "step"
		case "due_at", "date":
			name = "step_on"
		}
		var args []any
		for k, v := range m.Args {
			args = append(args, k, v)
		}
		c.Add(name, m.Key, args...)
	}
	return c.Err()
}

// Customer is the port by which tasks may be about a deal: it refuses a deal
// that the actor does not see, and names no customer whom they do not.
func (s *Service) Customer(ctx context.Context, id int64) (int64, error) {
	d, err := s.Get(ctx, id)
	if err != nil || d.CustomerID == 0 {
		return 0, err
	}
	seen, err := yes(ctx, s.db.Reader(ctx), sqlSeesCustomer, int64(d.CustomerID), auth.From(ctx).Scope().Args())
	if !seen {
		return 0, err
	}
	return int64(d.CustomerID), err
}
