package user

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Patch changes only what it names; the API's way to Update, Disable and
// Enable in one step.
type Patch struct {
	Name, Role, Status *string
	TeamID             *int64
	Version            int64
}

// Patch applies p to a person, all of it or nothing.
func (s *Service) Patch(ctx context.Context, id int64, p Patch) (User, error) {
	if err := auth.From(ctx).May("staff.write"); err != nil {
		return User{}, err
	}
	return db.WriteOne(ctx, s.db, "user.update", func(ctx context.Context, tx *db.Tx) (User, error) {
		u, err := byID(ctx, tx, id)
		if err != nil {
			return u, err
		}
		in := Change{u.Name, u.Role, int64(u.TeamID), p.Version}
		if p.Name != nil {
			in.Name = *p.Name
		}
		if p.Role != nil {
			in.Role = *p.Role
		}
		if p.TeamID != nil {
			in.TeamID = *p.TeamID
		}
		if _, err := s.Update(ctx, id, in); err != nil {
			return u, err
		}
		if err := s.applyStatus(ctx, u, p.Status); err != nil {
			return u, err
		}
		return byID(ctx, tx, id)
	})
}

func (s *Service) applyStatus(ctx context.Context, u User, status *string) error {
	switch {
	case status == nil || *status == u.Status:
		return nil
	case *status == Disabled:
		return s.Disable(ctx, u.ID)
	case *status == Active && u.Status == Disabled:
		return s.Enable(ctx, u.ID)
	}
	c := &errs.Check{}
	c.Add("status", "error.choice")
	return c.Err()
}
