package role

import (
	"context"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/kit/pricing"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Service knows the roles.
type Service struct {
	db          *db.DB
	permissions []auth.Permission
}

// New makes the service. SetPermissions follows once every module is there.
func New(d *db.DB) *Service { return &Service{db: d} }

// SetPermissions tells what can be allowed at all, gathered from the modules.
func (s *Service) SetPermissions(list []auth.Permission) {
	s.permissions = slices.Clone(list)
	slices.SortStableFunc(s.permissions, func(a, b auth.Permission) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
}

// Of is what holds for a role now: whose records and which permissions. It is
// read with every request, so a decision counts at once.
func (s *Service) Of(ctx context.Context, role string) (auth.Reach, map[string]bool, error) {
	reach, decided, err := read(ctx, s.db.Reader(ctx), role)
	if err != nil {
		return auth.Own, nil, err
	}
	if role == auth.Owner {
		reach = auth.All
	}
	for _, name := range fixed {
		delete(decided, name)
	}
	return reach, auth.Grants(role, s.permissions, decided), nil
}

// List gives the three roles with everything they may.
func (s *Service) List(ctx context.Context) ([]Role, error) {
	if err := auth.From(ctx).May("role.write"); err != nil {
		return nil, err
	}
	var out []Role
	for _, name := range auth.Roles {
		reach, grants, err := s.Of(ctx, name)
		if err != nil {
			return nil, err
		}
		most, err := discount(ctx, s.db.Reader(ctx), name)
		if err != nil {
			return nil, err
		}
		out = append(out, Role{name, reach, groups(s.offered(ctx), grants), most})
	}
	return out, nil
}

// Update stores what the owner decided about manager or member. Only what
// differs from the defaults is kept, so that a default that changes with a
// later version still reaches those who never decided otherwise.
func (s *Service) Update(ctx context.Context, name string, in Input) error {
	if err := auth.From(ctx).May("role.write"); err != nil {
		return err
	}
	if !slices.Contains(auth.Roles, name) {
		return errs.NotVisible()
	}
	if name == auth.Owner {
		return errs.New(errs.Conflict, "role.error.owner")
	}
	if err := s.check(in); err != nil {
		return err
	}
	return s.db.Write(ctx, "role.update", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "role", 0, name)
		if err := setReach(ctx, tx, name, in.Reach); err != nil {
			return err
		}
		if err := setDiscount(ctx, tx, name, in.Discount); err != nil {
			return err
		}
		defaults := auth.Grants(name, s.permissions, nil)
		for _, p := range s.offered(ctx) {
			if slices.Contains(fixed, p.Name) {
				continue
			}
			allowed := slices.Contains(in.Allowed, p.Name)
			if err := decide(ctx, tx, name, p.Name, allowed, allowed == defaults[p.Name]); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetDiscount says what a role may take off without asking; nil leaves that to the
// rules of approvals.
func (s *Service) SetDiscount(ctx context.Context, name string, most *int64) error {
	if err := auth.From(ctx).May("role.write"); err != nil {
		return err
	}
	if !slices.Contains(auth.Roles, name) {
		return errs.NotVisible()
	}
	if name == auth.Owner {
		return errs.New(errs.Conflict, "role.error.owner")
	}
	c := &errs.Check{}
	checkDiscount(c, most)
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "role.update", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "role", 0, name)
		return setDiscount(ctx, tx, name, most)
	})
}

func checkDiscount(c *errs.Check, most *int64) {
	c.That(most == nil || *most >= 0 && *most <= pricing.Whole, "discount", "error.percent")
}

func (s *Service) check(in Input) error {
	c := &errs.Check{}
	c.That(slices.Contains([]auth.Reach{auth.Own, auth.Team, auth.All}, in.Reach), "reach", "error.choice")
	checkDiscount(c, in.Discount)
	for _, name := range in.Allowed {
		known := slices.ContainsFunc(s.permissions, func(p auth.Permission) bool { return p.Name == name })
		c.That(known && !slices.Contains(fixed, name), "allowed", "error.choice")
	}
	return c.Err()
}

// offered are the permissions that can be decided on: those of parts that are
// switched off are not even the owner's.
func (s *Service) offered(ctx context.Context) []auth.Permission {
	var out []auth.Permission
	for _, p := range s.permissions {
		if actor := auth.From(ctx); actor.ReadOnly || actor.Can(p.Name) {
			out = append(out, p)
		}
	}
	return out
}
