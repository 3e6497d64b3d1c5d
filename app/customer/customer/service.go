package customer

import (
	"context"
	"sync"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/export"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/search"
	"regulars/app/sys/setting"
)

// Service holds the use cases.
type Service struct {
	db        *db.DB
	events    *event.Bus
	search    *search.Index
	fields    *custom.Book
	became    func(ctx context.Context, id int64) (int64, error)                 // see OnMerged
	photo     func(ctx context.Context, id int64) (string, error)                // see OnPhoto
	noteFiles func(ctx context.Context, notes []int64) (map[int64][]File, error) // see OnNoteFiles
	consents  Consents                                                           // see OnConsents; nil knows nothing
	parts     []Part                                                             // see OnFiles

	mayGive func(ctx context.Context, g Giving) error // see OnGive; nil forbids nothing

	unheard func(ctx context.Context) (late, due bool, err error) // see OnUnheard; nil hears all

	titled func(ctx context.Context, tx *db.Tx, customer int64, name, taxID string) error // see OnTaxID

	segments func(ctx context.Context, l *i18n.Locale) (map[string]string, error) // see OnSegments; nil knows no names

	desk     *export.Desk // see OnExport
	standing sync.Map     // by person, the stageCounts of the list
}

// New makes the service.
func New(d *db.DB, events *event.Bus, index *search.Index, fields *custom.Book) *Service {
	return &Service{db: d, events: events, search: index, fields: fields}
}

// OnExport lets the list leave over the desk where everything leaves.
func (s *Service) OnExport(desk *export.Desk) { s.desk = desk }

// OnTaxID keeps the tax id with which a customer was made.
func (s *Service) OnTaxID(keep func(ctx context.Context, tx *db.Tx, customer int64, name, taxID string) error) {
	s.titled = keep
}

// Ref is what other slices need to know of a customer.
type Ref struct {
	ID       int64  `db:"id"`
	Kind     string `db:"kind"`
	Name     string `db:"name"`
	Language string `db:"language"`
	Level    string `db:"level"`
	OwnerID  db.ID  `db:"owner_id"`

	NoProfiling bool `db:"no_profiling"`
}

// MustSee is the customer, or "not found" when the actor may not see them.
func (s *Service) MustSee(ctx context.Context, id int64) (Ref, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Ref{}, err
	}
	return ref(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

// Sees tells whether a customer is not hidden from the actor; one that is gone
// is hidden from nobody.
func (s *Service) Sees(ctx context.Context, id int64) (bool, error) {
	scope := auth.From(ctx).Scope()
	if scope.Everything() {
		return true, nil
	}
	_, err := ref(ctx, s.db.Reader(ctx), scope, id)
	if !errs.Is(err, errs.NotFound) {
		return err == nil, err
	}
	_, err = ref(ctx, s.db.Reader(ctx), auth.Scope{Reach: auth.All}, id)
	if errs.Is(err, errs.NotFound) {
		return true, nil
	}
	return false, err
}

// Get reads a customer with phones, e-mails and tags.
func (s *Service) Get(ctx context.Context, id int64) (Customer, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Customer{}, err
	}
	return s.get(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

// Create makes a customer. Possible duplicates do not stop it: they are shown
// before (see Alike) and named in the answer.
func (s *Service) Create(ctx context.Context, in Input) (Customer, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Customer{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return Customer{}, err
	}
	if err := s.mayTwice(ctx, in); err != nil {
		return Customer{}, err
	}
	return db.WriteOne(ctx, s.db, "customer.create", func(ctx context.Context, tx *db.Tx) (Customer, error) {
		if err := checkRefs(ctx, tx, in); err != nil {
			return Customer{}, err
		}
		if err := s.fill(ctx, tx, &in, nil); err != nil {
			return Customer{}, err
		}
		id, err := insert(ctx, tx, in)
		if err != nil {
			return Customer{}, err
		}
		journal.About(tx, "customer", id, in.Name)
		if err := s.saveParts(ctx, tx, id, in); err != nil {
			return Customer{}, err
		}
		if err := s.events.Publish(ctx, tx, Created{CustomerID: id, Name: in.Name, Source: in.Source}); err != nil {
			return Customer{}, err
		}
		if in.TaxID != "" && s.titled != nil {
			if err := s.titled(ctx, tx, id, in.Name, in.TaxID); err != nil {
				return Customer{}, err
			}
		}
		return s.get(ctx, tx, auth.Scope{Reach: auth.All}, id)
	})
}

// Update changes a customer that is still at version; otherwise the error is a
// conflict that carries the customer as they are now.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Customer, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Customer{}, err
	}
	in.Clean()
	if err := unveil(ctx, s.db.Reader(ctx), id, 0, in.Phones, in.Emails); err != nil {
		return Customer{}, err
	}
	if err := in.Validate(); err != nil {
		return Customer{}, err
	}
	return db.WriteOne(ctx, s.db, "customer.update", func(ctx context.Context, tx *db.Tx) (Customer, error) {
		before, err := s.get(ctx, tx, actor.Scope(), id)
		if err != nil {
			return Customer{}, err
		}
		if err := mayEdit(ctx, tx, id); err != nil {
			return Customer{}, err
		}
		if before.Version != version {
			return Customer{}, errs.Stale(before)
		}
		if err := checkRefs(ctx, tx, in); err != nil {
			return Customer{}, err
		}
		if err := s.give(ctx, int64(before.OwnerID), in.OwnerID); err != nil {
			return Customer{}, err
		}
		if err := s.fill(ctx, tx, &in, before.Values); err != nil {
			return Customer{}, err
		}
		if err := update(ctx, tx, id, in); err != nil {
			return Customer{}, err
		}
		journal.About(tx, "customer", id, in.Name)
		if err := s.saveParts(ctx, tx, id, in); err != nil {
			return Customer{}, err
		}
		if err := s.events.Publish(ctx, tx, Changed{CustomerID: id}); err != nil {
			return Customer{}, err
		}
		if in.NoProfiling != nil && *in.NoProfiling != before.NoProfiling {
			if err := s.events.Publish(ctx, tx, Profiling{CustomerID: id, Off: *in.NoProfiling}); err != nil {
				return Customer{}, err
			}
		}
		return s.get(ctx, tx, auth.Scope{Reach: auth.All}, id)
	})
}

// saveParts writes what hangs on the customer's row: reach, tags, search.
func (s *Service) saveParts(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	if err := setReach(ctx, tx, id, 0, in.Phones, in.Emails, business.Region); err != nil {
		return err
	}
	if err := setTags(ctx, tx, id, in.Tags); err != nil {
		return err
	}
	return s.Index(ctx, tx, []int64{id})
}

// SetReach replaces the phones and e-mails of one of a customer's contacts and
// makes them findable; for the contact slice, in its transaction.
func (s *Service) SetReach(ctx context.Context, tx *db.Tx, customer, contact int64, phones []PhoneInput, emails []string) error {
	if err := unveil(ctx, tx, customer, contact, phones, emails); err != nil {
		return err
	}
	c := &errs.Check{}
	checkReach(c, phones, emails)
	if err := c.Err(); err != nil {
		return err
	}
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	return setReach(ctx, tx, customer, contact, phones, emails, business.Region)
}

// Delete removes customers with everything that belongs to them; one set, so
// one undo brings all of it back. It tells how many there were.
func (s *Service) Delete(ctx context.Context, ids ...int64) (int, error) {
	actor := auth.From(ctx)
	if err := actor.May(Delete); err != nil {
		return 0, err
	}
	return db.WriteOne(ctx, s.db, "customer.delete", func(ctx context.Context, tx *db.Tx) (int, error) {
		for _, id := range ids {
			r, err := ref(ctx, tx, actor.Scope(), id)
			if err != nil {
				return 0, err
			}
			if err := mayEdit(ctx, tx, id); err != nil {
				return 0, err
			}
			if len(ids) == 1 {
				journal.About(tx, "customer", id, r.Name)
			}
			if err := remove(ctx, tx, id); err != nil {
				return 0, err
			}
		}
		if err := s.search.Remove(ctx, tx, "customer", ids...); err != nil {
			return 0, err
		}
		return len(ids), s.events.Publish(ctx, tx, Removed{Count: len(ids)})
	})
}

// List reads one page of the customers that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	l, where, err := s.asked(ctx, req.Q, req.Sort, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		return s.find(ctx, req, where)
	}
	out, err := field.Fetch[Row](ctx, s.db.Reader(ctx), l, req, where)
	if err != nil {
		return out, err
	}
	return out, s.decorate(ctx, out.Items)
}

// Count counts matches, at most up to limit when it is positive.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	l, where, err := s.asked(ctx, "", "", conds)
	if err != nil {
		return 0, err
	}
	return l.Count(ctx, s.db.Reader(ctx), where, limit)
}

// asked is the list that a request is about, with the conditions of it.
func (s *Service) asked(ctx context.Context, text, sort string, conds []filter.Cond) (field.List, []field.Where, error) {
	l, _, err := s.listWith(ctx, s.db.Reader(ctx))
	if err != nil {
		return l, nil, err
	}
	if text == "" {
		l = goingBack(l, sort, conds)
	}
	where, err := s.whereOf(ctx, l, conds)
	return l, where, err
}

// where is the actor's scope and the reader's filters as conditions.
func (s *Service) where(ctx context.Context, conds []filter.Cond) ([]field.Where, error) {
	l, _, err := s.listWith(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	return s.whereOf(ctx, l, conds)
}

func (s *Service) whereOf(ctx context.Context, l field.List, conds []filter.Cond) ([]field.Where, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	where, err := l.Conditions(ctx, conds)
	if err != nil {
		return nil, err
	}
	where = append(where, field.Where{SQL: "c.erased_at IS NULL"})
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	return where, nil
}
