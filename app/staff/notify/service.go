package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/setting"
)

// Service holds the use cases.
type Service struct {
	db    *db.DB
	users auth.Users
}

// New makes the service.
func New(d *db.DB, users auth.Users) *Service { return &Service{db: d, users: users} }

// Tell keeps a notice for its reader, once, unless they switched its kind off
// or may not sign in. Telling nobody is no mistake.
func (s *Service) Tell(ctx context.Context, tx *db.Tx, n Notice) error {
	if n.UserID == 0 {
		return nil
	}
	if n.DedupeKey == "" {
		n.DedupeKey = fmt.Sprintf("%s:%s:%d:%d", n.Kind, n.SubjectKind, n.SubjectID, n.UserID)
	}
	active, err := isActive(ctx, tx, n.UserID)
	if err != nil || !active {
		return err
	}
	off, err := switchedOff(ctx, tx, n.UserID)
	if err != nil || slices.Contains(off, n.Kind) {
		return err
	}
	if n.Args == nil {
		n.Args = map[string]any{}
	}
	data, err := json.Marshal(n.Args)
	if err != nil {
		return fmt.Errorf("encode a notice of %s: %w", n.Kind, err)
	}
	return insert(ctx, tx, n, clip(n.Label), string(data))
}

// me is the person whose notifications they are; jobs and nobody have none.
func me(ctx context.Context) (int64, error) {
	a := auth.From(ctx)
	if !a.Signed() {
		return 0, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return a.UserID, nil
}

// Unread counts what waits for the person who acts.
func (s *Service) Unread(ctx context.Context) (int, error) {
	id, err := me(ctx)
	if err != nil {
		return 0, nil // nobody has nothing to read
	}
	return unread(ctx, s.db.Reader(ctx), id, s.db.Now())
}

// List reads one page of one's own notifications, newest first.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Notification], error) {
	id, err := me(ctx)
	if err != nil {
		return page.Page[Notification]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Notification]{}, err
	}
	where = append(where, field.Where{SQL: "n.user_id = ?", Args: []any{id}}, field.Where{SQL: "coalesce(n.snoozed_until, 0) <= ?", Args: []any{db.At(s.db.Now())}})
	return field.Fetch[Notification](ctx, s.db.Reader(ctx), list, req, where)
}

// Get reads one of one's own.
func (s *Service) Get(ctx context.Context, id int64) (Notification, error) {
	user, err := me(ctx)
	if err != nil {
		return Notification{}, err
	}
	return one(ctx, s.db.Reader(ctx), id, user)
}

// Read marks one as read and gives it back.
func (s *Service) Read(ctx context.Context, id int64) (Notification, error) {
	user, err := me(ctx)
	if err != nil {
		return Notification{}, err
	}
	return db.WriteOne(ctx, s.db, "notification.read", func(ctx context.Context, tx *db.Tx) (Notification, error) {
		if err := markRead(ctx, tx, id, user); err != nil {
			return Notification{}, err
		}
		return one(ctx, tx, id, user)
	})
}

// ReadThese marks several as read, those that stand in one line.
func (s *Service) ReadThese(ctx context.Context, ids []int64) error {
	user, err := me(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, "notification.read", func(ctx context.Context, tx *db.Tx) error {
		for _, id := range ids {
			if err := markRead(ctx, tx, id, user); err != nil {
				return err
			}
		}
		return nil
	})
}

// Snooze puts one off: it is gone until then and comes back unread.
func (s *Service) Snooze(ctx context.Context, id int64, until time.Time) (Notification, error) {
	user, err := me(ctx)
	if err != nil {
		return Notification{}, err
	}
	if now := s.db.Now(); !until.After(now) || until.After(now.AddDate(1, 0, 0)) {
		c := &errs.Check{}
		c.Add("until", "error.past")
		return Notification{}, c.Err()
	}
	return db.WriteOne(ctx, s.db, "notification.snooze", func(ctx context.Context, tx *db.Tx) (Notification, error) {
		if _, err := one(ctx, tx, id, user); err != nil {
			return Notification{}, err
		}
		if err := snooze(ctx, tx, id, user, until); err != nil {
			return Notification{}, err
		}
		return one(ctx, tx, id, user)
	})
}

// ReadAll marks everything up to now as read.
func (s *Service) ReadAll(ctx context.Context) error {
	user, err := me(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, "notification.read", func(ctx context.Context, tx *db.Tx) error {
		return markAllRead(ctx, tx, user)
	})
}

// Switches are one's own wishes, every kind.
func (s *Service) Switches(ctx context.Context) ([]Switch, error) {
	user, err := me(ctx)
	if err != nil {
		return nil, err
	}
	off, err := switchedOff(ctx, s.db.Reader(ctx), user)
	if err != nil {
		return nil, err
	}
	out := make([]Switch, 0, len(Kinds))
	for _, k := range Kinds {
		if needs[k] != "" && !auth.From(ctx).Can(needs[k]) {
			continue
		}
		out = append(out, Switch{Kind: k, On: !slices.Contains(off, k)})
	}
	return out, nil
}

// DigestSwitches are one's own wishes for the daily digest, every section.
func (s *Service) DigestSwitches(ctx context.Context) ([]Switch, error) {
	user, err := me(ctx)
	if err != nil {
		return nil, err
	}
	off, err := s.Unwanted(ctx, user)
	out := make([]Switch, 0, len(Sections))
	for _, k := range Sections {
		out = append(out, Switch{Kind: k, On: !slices.Contains(off, k)})
	}
	return out, err
}

// Unwanted are the sections that a person's digest leaves out.
func (s *Service) Unwanted(ctx context.Context, user int64) ([]string, error) {
	var w switches
	err := setting.Get(ctx, s.db.Reader(ctx), switchName(user), &w)
	return w.Digest, err
}

// SetSwitches keeps which kinds one wants to be told of, and which sections the
// digest has; nil sections stay as they are.
func (s *Service) SetSwitches(ctx context.Context, wanted, sections []string) error {
	user, err := me(ctx)
	if err != nil {
		return err
	}
	c := &errs.Check{}
	for _, k := range wanted {
		c.That(slices.Contains(Kinds, k), "kinds", "error.choice")
	}
	for _, k := range sections {
		c.That(slices.Contains(Sections, k), "digest", "error.choice")
	}
	if err := c.Err(); err != nil {
		return err
	}
	off := []string{}
	for _, k := range Kinds {
		if !slices.Contains(wanted, k) && (needs[k] == "" || auth.From(ctx).Can(needs[k])) {
			off = append(off, k)
		}
	}
	return s.db.Write(ctx, "notification.switch", func(ctx context.Context, tx *db.Tx) error {
		now := switches{}
		if err := setting.Get(ctx, tx, switchName(user), &now); err != nil {
			return err
		}
		now.Off = off
		if sections != nil {
			now.Digest = slices.DeleteFunc(slices.Clone(Sections), func(k string) bool { return slices.Contains(sections, k) })
		}
		return setting.Put(ctx, tx, switchName(user), now)
	})
}

type switches struct {
	Off    []string `json:"off"`
	Digest []string `json:"digest,omitempty"` // sections left out
}

func switchName(user int64) string { return fmt.Sprintf("notify.%d", user) }

func switchedOff(ctx context.Context, q db.Q, user int64) ([]string, error) {
	var w switches
	err := setting.Get(ctx, q, switchName(user), &w)
	return w.Off, err
}

// Colleagues lists everybody who can be mentioned or given a task, by name.
func (s *Service) Colleagues(ctx context.Context) ([]Colleague, error) {
	return colleagues(ctx, s.db.Reader(ctx))
}
