// Package tag is the list of labels that customers carry: renamed in one
// place, counted, and deleted with one undo.
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

// Tag is a label.
type Tag struct {
	ID        int64   `db:"id"`
	Name      string  `db:"name"`
	Colour    int     `db:"colour"` // 1 to 8
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// Row is a tag in a list.
type Row struct {
	field.Row
	Tag
}

// Input is what is said about a tag.
type Input struct {
	Name   string
	Colour int // 0 = by its name
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
	c.That(in.Colour >= 1 && in.Colour <= 8, "colour", "error.range", "min", 1, "max", 8)
	return c.Err()
}

// Service holds the use cases; tags follow the permissions of customers.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// List reads one page of the tags.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	if err := auth.From(ctx).May(customer.Read); err != nil {
		return page.Page[Row]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		where = append(where, named(req.Q))
		req.Q = ""
	}
	return field.Fetch[Row](ctx, s.db.Reader(ctx), list, req, where)
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
	return s.save(ctx, "tag.create", in, func(ctx context.Context, tx *db.Tx, in Input) (int64, error) { return insert(ctx, tx, in) })
}

// Update renames a tag that is still at version.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Tag, error) {
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
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return Tag{}, err
	}
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

// Delete takes a tag off everybody, undoable.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(customer.Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "tag.delete", func(ctx context.Context, tx *db.Tx) error {
		t, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "tag", id, t.Name)
		return remove(ctx, tx, id)
	})
}
