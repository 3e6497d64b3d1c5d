// Package tag is the list of labels that customers carry: named and coloured in
// one place, counted, put together when two mean the same, and deleted with one
// undo. Whoever may write customers makes new ones; changing those that
// everybody uses is a permission of its own.
package tag

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
)

// Manage lets people rename, merge and delete the tags that all share.
const Manage = "tag.write"

// Colours are how many there are, see .hue-1 in the styles.
const Colours = 8

// Tag is a label.
type Tag struct {
	ID        int64   `db:"id"`
	Name      string  `db:"name"`
	Colour    int     `db:"colour"` // 1 to 8
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`

	Preference bool `db:"preference"` // says what a customer likes
}

// Row is a tag in a list.
type Row struct {
	field.Row
	Tag
	Customers int `db:"customers"` // that carry it and that the actor sees
}

// Input is what is said about a tag.
type Input struct {
	Name   string
	Colour int // 0 = by its name

	Preference bool
}

// Clean trims and chooses a colour.
func (in *Input) Clean() {
	in.Name = text.Line(in.Name)
	if in.Colour == 0 {
		in.Colour = text.Hue(in.Name)
	}
}

// Validate says what is wrong.
func (in Input) Validate() error {
	c := &errs.Check{}
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= 100, "name", "error.long", "n", 100)
	c.That(in.Colour >= 1 && in.Colour <= Colours, "colour", "error.range", "min", 1, "max", Colours)
	return c.Err()
}

// Views are lists that somebody saved, which may ask for a tag.
type Views interface {
	Retag(ctx context.Context, tx *db.Tx, from, to int64) error
}

// Service holds the use cases; to see tags one must see customers.
type Service struct {
	db    *db.DB
	views Views
}

// New makes the service.
func New(d *db.DB, views Views) *Service { return &Service{d, views} }

// List reads one page of the tags.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	if err := auth.From(ctx).May(customer.Read); err != nil {
		return page.Page[Row]{}, err
	}
	q, scope := s.db.Reader(ctx), auth.From(ctx).Scope()
	l := seen(scope)
	where, err := l.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		where = append(where, named(req.Q))
		req.Q = ""
	}
	out, err := field.Fetch[Row](ctx, q, l, req, where)
	if err != nil || scope.Everything() {
		return out, err
	}
	for i := range out.Items {
		if out.Items[i].Customers, err = customer.Tagged(ctx, q, scope, out.Items[i].ID); err != nil {
			return out, err
		}
	}
	return out, nil
}

// Get reads a tag.
func (s *Service) Get(ctx context.Context, id int64) (Tag, error) {
	if err := auth.From(ctx).May(customer.Read); err != nil {
		return Tag{}, err
	}
	return get(ctx, s.db.Reader(ctx), id)
}

// Create makes a tag of a new name.
func (s *Service) Create(ctx context.Context, in Input) (Tag, error) {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return Tag{}, err
	}
	return s.save(ctx, "tag.create", in, func(ctx context.Context, tx *db.Tx, in Input) (int64, error) { return insert(ctx, tx, in) })
}

// Update renames or recolours a tag that is still at version.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Tag, error) {
	if err := auth.From(ctx).May(Manage); err != nil {
		return Tag{}, err
	}
	return s.save(ctx, "tag.update", in, func(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
		before, err := get(ctx, tx, id)
		if err != nil {
			return 0, err
		}
		if before.Version != version {
			return 0, errs.Stale(before)
		}
		return id, update(ctx, tx, id, in)
	})
}

func (s *Service) save(ctx context.Context, op string, in Input, store func(context.Context, *db.Tx, Input) (int64, error)) (Tag, error) {
	in.Clean()
	if err := in.Validate(); err != nil {
		return Tag{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Tag, error) {
		id, err := store(ctx, tx, in)
		if err != nil {
			return Tag{}, err
		}
		journal.About(tx, "tag", id, in.Name)
		return get(ctx, tx, id)
	})
}

// maxDelete is how many tags go at once.
const maxDelete = 5000

// Delete takes tags off everybody, undoable as one.
func (s *Service) Delete(ctx context.Context, ids ...int64) error {
	if err := auth.From(ctx).May(Manage); err != nil {
		return err
	}
	if len(ids) == 0 || len(ids) > maxDelete {
		return errs.New(errs.Invalid, "tag.error.choose", "max", maxDelete)
	}
	return s.db.Write(ctx, "tag.delete", func(ctx context.Context, tx *db.Tx) error {
		for _, id := range ids {
			t, err := get(ctx, tx, id)
			if err != nil {
				return err
			}
			if len(ids) == 1 {
				journal.About(tx, "tag", id, t.Name)
			}
			if err := remove(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// DeleteUnused deletes the tags that nobody carries and tells how many.
func (s *Service) DeleteUnused(ctx context.Context) (int, error) {
	if err := auth.From(ctx).May(Manage); err != nil {
		return 0, err
	}
	return db.WriteOne(ctx, s.db, "tag.delete", func(ctx context.Context, tx *db.Tx) (int, error) {
		ids, err := unused(ctx, tx)
		if err != nil || len(ids) == 0 {
			return 0, err
		}
		return len(ids), s.Delete(ctx, ids...)
	})
}
