package product

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/search"
)

// Service holds the use cases.
type Service struct {
	db     *db.DB
	events *event.Bus
	fields *custom.Book
	blobs  *blob.Store

	together func(ctx context.Context, product int64) (any, error) // see OnTogether
}

// New makes the service.
func New(d *db.DB, events *event.Bus, fields *custom.Book, index *search.Index, blobs *blob.Store) *Service {
	index.Follow("product", found)
	return &Service{db: d, events: events, fields: fields, blobs: blobs}
}

// OnTogether tells what is bought together with a product, for its page: a body
// of partials/together.
func (s *Service) OnTogether(f func(ctx context.Context, product int64) (any, error)) { s.together = f }

// Get reads one product.
func (s *Service) Get(ctx context.Context, id int64) (Product, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Product{}, err
	}
	return s.get(ctx, s.db.Reader(ctx), id)
}

// Listed is the list of products with the shop's own fields.
func (s *Service) Listed(ctx context.Context) (field.List, custom.Record, error) {
	q := s.db.Reader(ctx)
	record, err := s.fields.Record(ctx, q, "product")
	if err != nil {
		return list, record, err
	}
	l, err := record.Listed(ctx, q, list, "p")
	return l, record, err
}

func (s *Service) where(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return list, nil, err
	}
	l, _, err := s.Listed(ctx)
	if err != nil {
		return l, nil, err
	}
	where, err := l.Conditions(ctx, conds)
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

// List reads one page of products.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	l, where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	q := s.db.Reader(ctx)
	if req.Q != "" {
		match, err := matching(ctx, q, req.Q)
		if err != nil {
			return page.Page[Row]{}, err
		}
		where = append(where, match)
	}
	out, err := field.Fetch[Row](ctx, q, l, req, where)
	if err != nil {
		return out, err
	}
	return out, s.add(ctx, q, len(out.Items), func(i int) *Product { return &out.Items[i].Product })
}

// Offered lists active products by name, for the lines of an order.
func (s *Service) Offered(ctx context.Context, limit int) ([]Product, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return several(ctx, s.db.Reader(ctx), sqlOffered, limit)
}

// Named finds a product by its code, or by its name in any case of letters. It is
// for other slices that read what somebody typed.
func (s *Service) Named(ctx context.Context, typed string) (Product, bool, error) {
	q := s.db.Reader(ctx)
	p, found, err := byCode(ctx, q, typed)
	if err == nil && !found {
		p, found, err = byName(ctx, q, typed)
	}
	if err != nil || !found {
		return p, found, err
	}
	p.Cost = 0
	return p, true, addUnits(ctx, q, []*Product{&p})
}

// Create makes a product.
func (s *Service) Create(ctx context.Context, in Input) (Product, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Product{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return Product{}, err
	}
	return db.WriteOne(ctx, s.db, "product.create", func(ctx context.Context, tx *db.Tx) (Product, error) {
		if err := s.fill(ctx, tx, &in, nil); err != nil {
			return Product{}, err
		}
		if err := s.mayBe(ctx, tx, 0, in); err != nil {
			return Product{}, err
		}
		id, err := insert(ctx, tx, in)
		if err != nil {
			return Product{}, err
		}
		journal.About(tx, "product", id, in.Name)
		if err := s.events.Publish(ctx, tx, Created{id}); err != nil {
			return Product{}, err
		}
		return s.get(ctx, tx, id)
	})
}

// Update changes a product that is still at version; otherwise the error is a
// conflict that carries the product as it is now.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Product, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Product{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return Product{}, err
	}
	return db.WriteOne(ctx, s.db, "product.update", func(ctx context.Context, tx *db.Tx) (Product, error) {
		before, err := s.get(ctx, tx, id)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		if err := s.fill(ctx, tx, &in, before.Values); err != nil {
			return before, err
		}
		if err := s.mayBe(ctx, tx, id, in); err != nil {
			return before, err
		}
		if err := update(ctx, tx, id, in); err != nil {
			return before, err
		}
		journal.About(tx, "product", id, in.Name)
		if err := s.events.Publish(ctx, tx, Changed{id}); err != nil {
			return before, err
		}
		return s.get(ctx, tx, id)
	})
}

// mayBe refuses a cost from somebody who may not know it, and a variant of what
// can have none.
func (s *Service) mayBe(ctx context.Context, tx *db.Tx, id int64, in Input) error {
	if in.Cost != nil {
		if err := auth.From(ctx).May(Cost); err != nil {
			return err
		}
	}
	return checkParent(ctx, tx, id, in.ParentID)
}

// Put makes the product of an external system what in says, and tells whether
// it is new.
func (s *Service) Put(ctx context.Context, in Input) (p Product, created bool, err error) {
	err = s.db.Write(ctx, "product.put", func(ctx context.Context, tx *db.Tx) error {
		id, found, err := byExternal(ctx, tx, in.ExternalSource, in.ExternalID)
		if err != nil {
			return err
		}
		if !found {
			created = true
			p, err = s.Create(ctx, in)
			return err
		}
		before, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		p, err = s.Update(ctx, id, before.Version, in)
		return err
	})
	return p, created, err
}

// Delete removes a product; order lines keep their copy of its name and price.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "product.delete", func(ctx context.Context, tx *db.Tx) error {
		p, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "product", id, p.Name)
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Removed{id})
	})
}

// Categories lists the categories in use.
func (s *Service) Categories(ctx context.Context) ([]string, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return words(ctx, s.db.Reader(ctx), sqlGroups)
}

// Units lists the units in use, the usual ones first.
func (s *Service) Units(ctx context.Context) ([]string, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return words(ctx, s.db.Reader(ctx), sqlUnits)
}
