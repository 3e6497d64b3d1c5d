package user

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// UpdateMe stores what the person who acts decided about themselves.
func (s *Service) UpdateMe(ctx context.Context, p Profile) (User, error) {
	me, err := s.Me(ctx)
	if err != nil {
		return User{}, err
	}
	if auth.From(ctx).ReadOnly {
		return User{}, errs.New(errs.Denied, "error.denied")
	}
	if err := p.check(); err != nil {
		return User{}, err
	}
	return db.WriteOne(ctx, s.db, "user.profile", func(ctx context.Context, tx *db.Tx) (User, error) {
		now, err := byID(ctx, tx, me.ID)
		if err != nil {
			return now, err
		}
		if now.Version != p.Version {
			return now, errs.Stale(now)
		}
		journal.About(tx, "user", me.ID, p.Name)
		if err := saveProfile(ctx, tx, me.ID, p); err != nil {
			return now, err
		}
		return byID(ctx, tx, me.ID)
	})
}

// ChangePassword gives the person who acts a new password. Every session ends,
// also this one: the caller starts a new one with the answer's generation.
func (s *Service) ChangePassword(ctx context.Context, current, next, ip string) (User, error) {
	if err := s.Prove(ctx, current, ip); err != nil {
		if e, ok := errs.As(err); ok && e.Kind == errs.Invalid {
			c := &errs.Check{}
			c.Add("current", "prove.error")
			return User{}, c.Err()
		}
		return User{}, err
	}
	c := &errs.Check{}
	auth.CheckPassword(c, "password", next)
	if err := c.Err(); err != nil {
		return User{}, err
	}
	hash, err := auth.HashPassword(ctx, next)
	if err != nil {
		return User{}, err
	}
	return db.WriteOne(ctx, s.db, "user.password", func(ctx context.Context, tx *db.Tx) (User, error) {
		id := auth.From(ctx).UserID
		journal.About(tx, "user", id, auth.From(ctx).Name)
		journal.Keep(tx)
		return s.newPassword(ctx, tx, id, hash)
	})
}
