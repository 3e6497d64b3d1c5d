package user

import (
	"context"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/staff/team"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

// Roles says what holds for a role now; staff/role has it.
type Roles interface {
	Of(ctx context.Context, role string) (auth.Reach, map[string]bool, error)
}

// Mailer queues a mail about somebody's own account; the outbox has it. Keys
// are i18n keys; args fill both. It is nil while nothing can be mailed.
type Mailer interface {
	QueueSecurity(ctx context.Context, tx *db.Tx, to, name, locale, subjectKey, textKey string, args ...any) error
}

// Options are what the service stands on.
type Options struct {
	DB      *db.DB
	Events  *event.Bus
	Keys    *keys.Ring
	Roles   Roles
	Teams   *team.Service
	Mailer  Mailer        // may be nil
	BaseURL func() string // where mailed links lead; without it none are mailed
}

// Service knows the people.
type Service struct {
	db       *db.DB
	events   *event.Bus
	box      *keys.Box
	roles    Roles
	teams    *team.Service
	mailer   Mailer
	baseURL  func() string
	throttle web.Throttle
}

// New makes the service.
func New(o Options) (*Service, error) {
	box, err := o.Keys.Box("totp secret")
	if err != nil {
		return nil, err
	}
	return &Service{db: o.DB, events: o.Events, box: box, roles: o.Roles, teams: o.Teams, mailer: o.Mailer, baseURL: o.BaseURL,
		throttle: web.Throttle{DB: o.DB}}, nil
}

// Actor implements auth.Users: a person as they are now, or nil when they may
// not act. Role, scope and permissions are read every time, so that what the
// owner decides counts with the next request.
func (s *Service) Actor(ctx context.Context, id int64) (*auth.Actor, int64, error) {
	q := s.db.Reader(ctx)
	u, err := byID(ctx, q, id)
	if errs.Is(err, errs.NotFound) || (err == nil && u.Status != Active) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	reach, grants, err := s.roles.Of(ctx, u.Role)
	if err != nil {
		return nil, 0, err
	}
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	a := &auth.Actor{UserID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role, TeamID: int64(u.TeamID), Reach: reach,
		Locale: u.Locale, Zone: business.Zone(), Theme: u.Theme, Density: u.Density, NoShortcuts: !u.Shortcuts}
	if a.Locale == "" {
		a.Locale = business.Locale
	}
	if zone, err := cal.Zone(u.Timezone); err == nil {
		a.Zone = zone
	}
	pools, err := teamwork(ctx, q, grants)
	if err != nil {
		return nil, 0, err
	}
	a.Pooled = pools && !grants["pool.admin"]
	a.Grant(grants)
	return a, u.Generation, nil
}

// teamwork takes away what belongs to parts that are switched off, or that
// nobody who works alone needs; with the permission goes every trace of them.
// It tells whether there are pools.
func teamwork(ctx context.Context, q db.Q, grants map[string]bool) (pools bool, err error) {
	n, err := active(ctx, q)
	if err != nil {
		return false, err
	}
	on, err := setting.ReadTeamwork(ctx, q)
	if err != nil {
		return false, err
	}
	for name := range grants {
		if area, _, _ := strings.Cut(name, "."); on.Off(area, n) {
			delete(grants, name)
		}
	}
	return !on.Off("pool", n), nil
}

// List gives everybody, also those who may not sign in, by name.
func (s *Service) List(ctx context.Context) ([]User, error) {
	if err := auth.From(ctx).May("staff.read"); err != nil {
		return nil, err
	}
	return all(ctx, s.db.Reader(ctx))
}

// Find is List in pages, searched and filtered.
func (s *Service) Find(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	if err := auth.From(ctx).May("staff.read"); err != nil {
		return page.Page[Row]{}, err
	}
	return find(ctx, s.db.Reader(ctx), req, conds)
}

// Get reads one person.
func (s *Service) Get(ctx context.Context, id int64) (User, error) {
	if err := auth.From(ctx).May("staff.read"); err != nil {
		return User{}, err
	}
	return byID(ctx, s.db.Reader(ctx), id)
}

// Me reads the person who acts.
func (s *Service) Me(ctx context.Context) (User, error) {
	if !auth.From(ctx).Signed() {
		return User{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return byID(ctx, s.db.Reader(ctx), auth.From(ctx).UserID)
}

// Add takes a colleague in. Without a password the answer carries the token of
// an invitation link, which is shown once and works for seven days.
func (s *Service) Add(ctx context.Context, in Input) (u User, token string, err error) {
	actor := auth.From(ctx)
	if err := actor.May("staff.write"); err != nil {
		return User{}, "", err
	}
	if err := in.check(); err != nil {
		return User{}, "", err
	}
	if err := mayMake(actor, in.Role); err != nil {
		return User{}, "", err
	}
	hash := ""
	if in.Password != "" {
		if hash, err = auth.HashPassword(ctx, in.Password); err != nil {
			return User{}, "", err
		}
	}
	err = s.db.Write(ctx, "user.add", func(ctx context.Context, tx *db.Tx) error {
		if err := s.knownTeam(ctx, in.TeamID); err != nil {
			return err
		}
		id, err := insert(ctx, tx, in, hash)
		if err != nil {
			return taken(err)
		}
		journal.About(tx, "user", id, in.Name)
		if hash == "" {
			if token, err = addLink(ctx, tx, id, linkInvite); err != nil {
				return err
			}
		}
		u, err = byID(ctx, tx, id)
		return err
	})
	return u, token, err
}

// AddOwner makes the first person; setup calls it inside its transaction. With
// anybody there already it refuses.
func (s *Service) AddOwner(ctx context.Context, o Owner) (User, error) {
	if err := auth.From(ctx).May("staff.owner"); err != nil {
		return User{}, err
	}
	return db.WriteOne(ctx, s.db, "user.add_owner", func(ctx context.Context, tx *db.Tx) (User, error) {
		people, err := all(ctx, tx)
		if err != nil {
			return User{}, err
		}
		if len(people) > 0 {
			return User{}, errs.New(errs.Conflict, "setup.error.done")
		}
		id, err := insert(ctx, tx, Input{Name: o.Name, Email: o.Email, Role: auth.Owner}, o.PasswordHash)
		if err != nil {
			return User{}, err
		}
		journal.About(tx, "user", id, o.Name)
		if err := saveProfile(ctx, tx, id, Profile{Name: o.Name, Locale: o.Locale, Timezone: o.Timezone, Shortcuts: true, DigestAt: "08:00"}); err != nil {
			return User{}, err
		}
		return byID(ctx, tx, id)
	})
}

// Update changes a colleague's name, role or team. A new role ends their
// sessions.
func (s *Service) Update(ctx context.Context, id int64, in Change) (User, error) {
	actor := auth.From(ctx)
	if err := actor.May("staff.write"); err != nil {
		return User{}, err
	}
	if err := in.check(); err != nil {
		return User{}, err
	}
	return db.WriteOne(ctx, s.db, "user.update", func(ctx context.Context, tx *db.Tx) (User, error) {
		u, err := s.touchable(ctx, tx, id)
		if err != nil {
			return u, err
		}
		if u.Version != in.Version {
			return u, errs.Stale(u)
		}
		if err := mayMake(actor, in.Role); err != nil {
			return u, err
		}
		if err := s.knownTeam(ctx, in.TeamID); err != nil {
			return u, err
		}
		journal.About(tx, "user", id, u.Name)
		if err := update(ctx, tx, id, in); err != nil {
			return u, err
		}
		if in.Role != u.Role {
			if err := bump(ctx, tx, id); err != nil {
				return u, err
			}
		}
		if err := keepAnOwner(ctx, tx); err != nil {
			return u, err
		}
		return byID(ctx, tx, id)
	})
}

// Disable shuts a person out: their sessions, tokens and links end at once.
func (s *Service) Disable(ctx context.Context, id int64) error {
	return s.setStatus(ctx, "user.disable", id, func(User) string { return Disabled })
}

// Enable lets a disabled person in again.
func (s *Service) Enable(ctx context.Context, id int64) error {
	return s.setStatus(ctx, "user.enable", id, func(u User) string {
		if u.HasPassword {
			return Active
		}
		return Invited
	})
}

func (s *Service) setStatus(ctx context.Context, op string, id int64, next func(User) string) error {
	if err := auth.From(ctx).May("staff.write"); err != nil {
		return err
	}
	return s.db.Write(ctx, op, func(ctx context.Context, tx *db.Tx) error {
		u, err := s.touchable(ctx, tx, id)
		if err != nil {
			return err
		}
		status := next(u)
		if (status == Disabled) == (u.Status == Disabled) {
			return nil
		}
		journal.About(tx, "user", id, u.Name)
		if err := saveStatus(ctx, tx, id, status); err != nil {
			return err
		}
		if err := dropLinks(ctx, tx, id); err != nil {
			return err
		}
		if err := bump(ctx, tx, id); err != nil {
			return err
		}
		return keepAnOwner(ctx, tx)
	})
}

// touchable reads a person whom the actor may change: an owner only by another
// owner, or by the shell.
func (s *Service) touchable(ctx context.Context, tx *db.Tx, id int64) (User, error) {
	u, err := byID(ctx, tx, id)
	if err != nil {
		return u, err
	}
	return u, mayMake(auth.From(ctx), u.Role)
}

// mayMake keeps whoever was given staff.write from making themselves owner.
func mayMake(a *auth.Actor, role string) error {
	if role != auth.Owner {
		return nil
	}
	return a.May("staff.owner")
}

func (s *Service) knownTeam(ctx context.Context, id int64) error {
	if id == 0 {
		return nil
	}
	if _, err := s.teams.Get(ctx, id); errs.Is(err, errs.NotFound) {
		c := &errs.Check{}
		c.Add("team_id", "error.choice")
		return c.Err()
	} else if err != nil {
		return err
	}
	return nil
}

// keepAnOwner refuses what would leave the house without anyone to open it.
func keepAnOwner(ctx context.Context, tx *db.Tx) error {
	n, err := owners(ctx, tx)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.New(errs.Conflict, "user.error.last_owner")
	}
	return nil
}

func taken(err error) error {
	if !db.IsUnique(err) {
		return err
	}
	c := &errs.Check{}
	c.Add("email", "user.error.email_taken")
	return c.Err()
}
