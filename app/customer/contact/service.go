package contact

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
)

// Service holds the use cases. Who may see a customer may see their contacts,
// and who may change a customer may change them.
type Service struct {
	db        *db.DB
	events    *event.Bus
	customers *customer.Service
	fields    *custom.Book
}

// New makes the service.
func New(d *db.DB, events *event.Bus, customers *customer.Service, fields *custom.Book) *Service {
	return &Service{db: d, events: events, customers: customers, fields: fields}
}

// Create adds a person to a customer.
func (s *Service) Create(ctx context.Context, in Input) (Contact, error) {
	return s.save(ctx, "contact.create", in, func(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
		if err := s.fill(ctx, tx, &in, nil); err != nil {
			return 0, err
		}
		return insert(ctx, tx, in)
	})
}

// Update changes a contact that is still at version.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Contact, error) {
	return s.save(ctx, "contact.update", in, func(ctx context.Context, tx *db.Tx, in Input) (int64, error) {
		before, err := s.Get(ctx, id)
		if err != nil {
			return 0, err
		}
		if before.Version != version {
			return 0, errs.Stale(before)
		}
		if before.CustomerID != in.CustomerID {
			return 0, errs.NotVisible()
		}
		if err := s.fill(ctx, tx, &in, before.Values); err != nil {
			return 0, err
		}
		return id, update(ctx, tx, id, in)
	})
}

func (s *Service) save(ctx context.Context, op string, in Input, store func(context.Context, *db.Tx, Input) (int64, error)) (Contact, error) {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return Contact{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return Contact{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Contact, error) {
		if _, err := s.customers.MustSee(ctx, in.CustomerID); err != nil {
			return Contact{}, err
		}
		id, err := store(ctx, tx, in)
		if err != nil {
			return Contact{}, err
		}
		journal.About(tx, "customer", in.CustomerID, in.Name)
		if in.Primary {
			if err := onlyPrimary(ctx, tx, in.CustomerID, id); err != nil {
				return Contact{}, err
			}
		}
		if err := s.customers.SetReach(ctx, tx, in.CustomerID, id, in.Phones, in.Emails); err != nil {
			return Contact{}, err
		}
		if err := s.changed(ctx, tx, in.CustomerID); err != nil {
			return Contact{}, err
		}
		return s.get(ctx, tx, id)
	})
}

func (s *Service) changed(ctx context.Context, tx *db.Tx, id int64) error {
	if err := s.customers.Index(ctx, tx, []int64{id}); err != nil {
		return err
	}
	return s.events.Publish(ctx, tx, customer.Changed{CustomerID: id})
}

// Get reads a contact of a customer that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (Contact, error) {
	if err := auth.From(ctx).May(customer.Read); err != nil {
		return Contact{}, err
	}
	c, err := s.get(ctx, s.db.Reader(ctx), id)
	if err != nil {
		return c, err
	}
	_, err = s.customers.MustSee(ctx, c.CustomerID)
	return c, err
}

// Of lists a customer's contacts, the first one to call on top.
func (s *Service) Of(ctx context.Context, id int64) ([]Contact, error) {
	if _, err := s.customers.MustSee(ctx, id); err != nil {
		return nil, err
	}
	q := s.db.Reader(ctx)
	list, err := of(ctx, q, id)
	if err != nil {
		return nil, err
	}
	return list, s.add(ctx, q, len(list), func(i int) *Contact { return &list[i] })
}

// Delete removes a contact, undoable.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "contact.delete", func(ctx context.Context, tx *db.Tx) error {
		c, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", c.CustomerID, c.Name)
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		return s.changed(ctx, tx, c.CustomerID)
	})
}

// Listed is the list of contacts with the shop's own fields.
func (s *Service) Listed(ctx context.Context) (field.List, custom.Record, error) {
	q := s.db.Reader(ctx)
	record, err := s.fields.Record(ctx, q, "contact")
	if err != nil {
		return list, record, err
	}
	l, err := record.Listed(ctx, q, list, "k")
	if auth.From(ctx).Masked() {
		l = l.Masked("phone", "email", "wechat")
	}
	return l, record, err
}

// where is the list with the actor's scope and the reader's filters as conditions.
func (s *Service) where(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
	actor := auth.From(ctx)
	if err := actor.May(customer.Read); err != nil {
		return list, nil, err
	}
	l, _, err := s.Listed(ctx)
	if err != nil {
		return l, nil, err
	}
	where, err := l.Conditions(ctx, conds)
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	return l, where, err
}

// Count counts matches, at most up to limit when it is positive.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	l, where, err := s.where(ctx, conds)
	if err != nil {
		return 0, err
	}
	return l.Count(ctx, s.db.Reader(ctx), where, limit)
}

// Groups counts what the filters leave by the values of a field.
func (s *Service) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	l, where, err := s.where(ctx, conds)
	if err != nil {
		return nil, err
	}
	return l.GroupsBy(ctx, s.db.Reader(ctx), by, where)
}

// List reads one page of the contacts whose customers the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	l, where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	q := s.db.Reader(ctx)
	if req.Q != "" {
		where = append(where, named(req.Q))
		req.Q = ""
	}
	out, err := field.Fetch[Row](ctx, q, l, req, where)
	if err != nil {
		return out, err
	}
	if err := reach(ctx, q, out.Items); err != nil {
		return out, err
	}
	return out, s.add(ctx, q, len(out.Items), func(i int) *Contact { return &out.Items[i].Contact })
}
