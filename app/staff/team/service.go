package team

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Service knows the teams.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// List gives all teams by name; a shop has a handful.
func (s *Service) List(ctx context.Context) ([]Team, error) {
	if err := auth.From(ctx).May("staff.read"); err != nil {
		return nil, err
	}
	return list(ctx, s.db.Reader(ctx))
}

// Find is List in pages, searched and filtered.
func (s *Service) Find(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	if err := auth.From(ctx).May("staff.read"); err != nil {
		return page.Page[Row]{}, err
	}
	return find(ctx, s.db.Reader(ctx), req, conds)
}

// Get reads one team.
func (s *Service) Get(ctx context.Context, id int64) (Team, error) {
	if err := auth.From(ctx).May("staff.read"); err != nil {
		return Team{}, err
	}
	return get(ctx, s.db.Reader(ctx), id)
}

// Add makes a team.
func (s *Service) Add(ctx context.Context, in Input) (Team, error) {
	if err := auth.From(ctx).May("staff.write"); err != nil {
		return Team{}, err
	}
	if err := in.check(); err != nil {
		return Team{}, err
	}
	return db.WriteOne(ctx, s.db, "team.add", func(ctx context.Context, tx *db.Tx) (Team, error) {
		id, err := insert(ctx, tx, in.Name)
		if err != nil {
			return Team{}, taken(err)
		}
		journal.About(tx, "team", id, in.Name)
		return get(ctx, tx, id)
	})
}

// Update renames a team.
func (s *Service) Update(ctx context.Context, id int64, in Input) (Team, error) {
	if err := auth.From(ctx).May("staff.write"); err != nil {
		return Team{}, err
	}
	if err := in.check(); err != nil {
		return Team{}, err
	}
	return db.WriteOne(ctx, s.db, "team.update", func(ctx context.Context, tx *db.Tx) (Team, error) {
		now, err := get(ctx, tx, id)
		if err != nil {
			return now, err
		}
		if now.Version != in.Version {
			return now, errs.Stale(now)
		}
		journal.About(tx, "team", id, in.Name)
		if err := update(ctx, tx, id, in); err != nil {
			return now, taken(err)
		}
		return get(ctx, tx, id)
	})
}

// Delete removes a team; its people stay, without one.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May("staff.write"); err != nil {
		return err
	}
	return s.db.Write(ctx, "team.delete", func(ctx context.Context, tx *db.Tx) error {
		t, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "team", id, t.Name)
		return remove(ctx, tx, id)
	})
}

// taken turns a name that exists already into a message beside the field.
func taken(err error) error {
	if !db.IsUnique(err) {
		return err
	}
	c := &errs.Check{}
	c.Add("name", "error.taken")
	return c.Err()
}
