package pool

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Who looks after a pool: whoever may for all of them, and whom one pool names.
// The named ones assign from it, put back into it for others and set its rules;
// making, ending, naming, and whom its rules reach is for those who look after all.

// Runs tells whether the actor looks after a pool.
func (s *Service) Runs(ctx context.Context, pool int64) (bool, error) {
	return s.runs(ctx, s.db.Reader(ctx), pool)
}

func (s *Service) runs(ctx context.Context, q db.Q, pool int64) (bool, error) {
	actor := auth.From(ctx)
	if actor.Can(Admin) || !actor.Can(Read) {
		return actor.Can(Admin), nil
	}
	return named(ctx, q, actor.UserID, pool)
}

// mayRun refuses whoever does not look after a pool; 0 is every pool.
func (s *Service) mayRun(ctx context.Context, q db.Q, pool int64) error {
	if pool != 0 {
		if ok, err := s.runs(ctx, q, pool); ok || err != nil {
			return err
		}
	}
	return auth.From(ctx).May(Admin)
}

// mayRunAny refuses whoever looks after no pool at all.
func (s *Service) mayRunAny(ctx context.Context) error {
	if auth.From(ctx).Can(Admin) {
		return nil
	}
	if list, err := s.Run(ctx); err != nil || len(list) > 0 {
		return err
	}
	return auth.From(ctx).May(Admin)
}

// Run are the pools that the actor looks after.
func (s *Service) Run(ctx context.Context) ([]Pool, error) {
	list, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	var out []Pool
	for _, p := range list {
		ok, err := s.Runs(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// keeps makes what only those who look after all pools may change what it was,
// and refuses who tried: with other members its rules would take others'
// customers, and without the mask it would show them.
func (p *Pool) keeps(before Pool) error {
	same := func(a, b []int64) bool {
		for _, x := range a {
			if !has(b, x) {
				return false
			}
		}
		return len(a) == 0 || len(a) == len(b)
	}
	if p.Active != before.Active || !same(p.AdminPeople, before.AdminPeople) || !same(p.AdminTeams, before.AdminTeams) {
		return errs.New(errs.Denied, "pool.error.not_admin")
	}
	members := len(p.People) == len(before.People) && len(p.Teams) == len(before.Teams) && same(p.People, before.People) && same(p.Teams, before.Teams)
	if !members || before.Masked && !p.Masked { // no member is everybody
		return errs.New(errs.Denied, "pool.error.not_members")
	}
	p.AdminPeople, p.AdminTeams = before.AdminPeople, before.AdminTeams
	return nil
}

// Move puts everybody who lies in a pool, or would fall into it, into another,
// so that the first can end. It tells how many lay there.
func (s *Service) Move(ctx context.Context, from, to int64) (int, error) {
	if err := auth.From(ctx).May(Admin); err != nil {
		return 0, err
	}
	return db.WriteOne(ctx, s.db, "pool.move", func(ctx context.Context, tx *db.Tx) (int, error) {
		p, err := onePool(ctx, tx, from)
		if err != nil {
			return 0, err
		}
		next, err := onePool(ctx, tx, to)
		if err != nil || !next.Active || to == from {
			c := &errs.Check{}
			c.Add("to_id", "error.choice")
			return 0, c.Err()
		}
		journal.About(tx, "pool", from, p.Name)
		return moveAll(ctx, tx, from, to)
	})
}
