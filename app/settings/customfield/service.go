package customfield

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
)

// Service holds the use cases.
type Service struct {
	db    *db.DB
	book  *custom.Book
	find  Finder
	nudge chan struct{}

	searches []searched
}

// New makes the service. Start keeps the indexes of filterable fields.
func New(d *db.DB, ring *keys.Ring) *Service {
	s := &Service{db: d, nudge: make(chan struct{}, 1)}
	s.book = custom.NewBook(d, ring, s)
	return s
}

// Book is what the slices share to read, check and show added fields.
func (s *Service) Book() *custom.Book { return s.book }

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
	of, ok := s.book.Subject(f.Subject)
	if !ok || !f.Stored() {
		return 0, nil
	}
	return custom.Used(ctx, s.db.Reader(ctx), of, f)
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
		if err := in.Validate(s.subject(in.Subject), set, 0); err != nil {
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
		in.Subject, in.Key, in.Kind, in.Sensitive = before.Subject, before.Key, before.Kind, before.Sensitive
		in.Clean()
		set, err := custom.Of(ctx, tx, in.Subject)
		if err != nil {
			return before, err
		}
		if err := in.Validate(s.subject(in.Subject), set, id); err != nil {
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

func (s *Service) subject(name string) custom.Subject {
	of, _ := s.book.Subject(name)
	return of
}

// Revealed is a sensitive value that somebody asked to see.
type Revealed struct {
	custom.Field
	Record custom.Opened
	Value  string
}

// Reveal gives a sensitive value of a record that the actor sees, and notes in
// the audit log who looked at it before anybody does.
func (s *Service) Reveal(ctx context.Context, subject string, id int64, key string) (Revealed, error) {
	if err := auth.From(ctx).May(Reveal); err != nil {
		return Revealed{}, err
	}
	of, ok := s.book.Subject(subject)
	if !ok {
		return Revealed{}, errs.NotVisible()
	}
	opened, err := of.Open(ctx, id)
	if err != nil {
		return Revealed{}, err
	}
	f, ok := opened.Set.Find(key)
	if !ok {
		return Revealed{}, errs.NotVisible()
	}
	value, err := opened.Reveal(f)
	if err != nil {
		return Revealed{}, err
	}
	err = s.db.Write(ctx, "custom_field.reveal", func(_ context.Context, tx *db.Tx) error {
		journal.About(tx, opened.Kind, opened.ID, opened.Label)
		journal.Because(tx, f.Name(auth.From(ctx).Locale))
		journal.Keep(tx)
		return nil
	})
	return Revealed{f, opened, value}, err
}

// Merged follows a merge of customers: values that named one of those that went
// name the one that stays, which is the first.
func (s *Service) Merged(ctx context.Context, tx *db.Tx, ids []int64) error {
	return s.book.Repoint(ctx, tx, ids[1:], ids[0])
}
