package customfield

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Service holds the use cases.
type Service struct {
	db    *db.DB
	nudge chan struct{}
}

// New makes the service. Start keeps the indexes of filterable fields.
func New(d *db.DB) *Service { return &Service{db: d, nudge: make(chan struct{}, 1)} }

// Of reads the fields of a kind of record, in the order of its form.
func (s *Service) Of(ctx context.Context, subject string) (custom.Set, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return custom.Of(ctx, s.db.Reader(ctx), subject)
}

// Get reads one field.
func (s *Service) Get(ctx context.Context, id int64) (custom.Field, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return custom.Field{}, err
	}
	return get(ctx, s.db.Reader(ctx), id)
}

// Used counts the records that have a value in the field.
func (s *Service) Used(ctx context.Context, f custom.Field) (int, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return 0, err
	}
	return used(ctx, s.db.Reader(ctx), f)
}

// Create adds a field; it is on forms, lists and in the API at once.
func (s *Service) Create(ctx context.Context, in Input) (custom.Field, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return custom.Field{}, err
	}
	in.Clean()
	return db.WriteOne(ctx, s.db, "custom_field.create", func(ctx context.Context, tx *db.Tx) (custom.Field, error) {
		set, err := custom.Of(ctx, tx, in.Subject)
		if err != nil {
			return custom.Field{}, err
		}
		if err := in.Validate(set, 0); err != nil {
			return custom.Field{}, err
		}
		id, err := insert(ctx, tx, in)
		if err != nil {
			return custom.Field{}, err
		}
		journal.About(tx, "custom_field", id, in.Key)
		tx.AfterCommit(s.wake)
		return get(ctx, tx, id)
	})
}

// Update changes a field that is still at version. Values stay, also those that
// a choice no longer offers.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (custom.Field, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return custom.Field{}, err
	}
	return db.WriteOne(ctx, s.db, "custom_field.update", func(ctx context.Context, tx *db.Tx) (custom.Field, error) {
		before, err := get(ctx, tx, id)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		in.Subject, in.Key, in.Kind = before.Subject, before.Key, before.Kind
		in.Clean()
		set, err := custom.Of(ctx, tx, in.Subject)
		if err != nil {
			return before, err
		}
		if err := in.Validate(set, id); err != nil {
			return before, err
		}
		if err := update(ctx, tx, id, in); err != nil {
			return before, err
		}
		journal.About(tx, "custom_field", id, in.Key)
		tx.AfterCommit(s.wake)
		return get(ctx, tx, id)
	})
}

// Delete takes a field from all forms. Its values stay unseen in the records, so
// that an undo brings everything back.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "custom_field.delete", func(ctx context.Context, tx *db.Tx) error {
		f, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "custom_field", id, f.Key)
		tx.AfterCommit(s.wake)
		return remove(ctx, tx, id)
	})
}
