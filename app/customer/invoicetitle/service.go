package invoicetitle

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
)

// Customers says whether the actor may see a customer; customer/customer has it.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
}

// Service holds the use cases. Who may change a customer may change what their
// invoices are made out to.
type Service struct {
	db        *db.DB
	events    *event.Bus
	customers Customers
}

// New makes the service.
func New(d *db.DB, events *event.Bus, c Customers) *Service {
	return &Service{db: d, events: events, customers: c}
}

// Create adds a title to a customer; the first one is the usual one.
func (s *Service) Create(ctx context.Context, in Input) (Title, error) {
	if err := check(ctx, &in); err != nil {
		return Title{}, err
	}
	return db.WriteOne(ctx, s.db, "invoice_title.create", func(ctx context.Context, tx *db.Tx) (Title, error) {
		if _, err := s.customers.MustSee(ctx, in.CustomerID); err != nil {
			return Title{}, err
		}
		have, err := of(ctx, tx, in.CustomerID)
		if err != nil {
			return Title{}, err
		}
		if len(have) >= maxOf {
			return Title{}, errs.New(errs.Invalid, "invoicetitle.error.many", "n", maxOf)
		}
		in.Default = in.Default || len(have) == 0
		id, err := insert(ctx, tx, in)
		if err != nil {
			return Title{}, err
		}
		return s.saved(ctx, tx, id, in)
	})
}

func check(ctx context.Context, in *Input) error {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return err
	}
	in.Clean()
	return in.Validate()
}

func (s *Service) saved(ctx context.Context, tx *db.Tx, id int64, in Input) (Title, error) {
	journal.About(tx, "customer", in.CustomerID, in.Title)
	if in.Default {
		if err := onlyDefault(ctx, tx, in.CustomerID, id); err != nil {
			return Title{}, err
		}
	}
	if err := s.events.Publish(ctx, tx, customer.Changed{CustomerID: in.CustomerID}); err != nil {
		return Title{}, err
	}
	return visible(ctx, tx, auth.Scope{Reach: auth.All}, id)
}

// Update changes a title that is still at version.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Title, error) {
	if err := check(ctx, &in); err != nil {
		return Title{}, err
	}
	return db.WriteOne(ctx, s.db, "invoice_title.update", func(ctx context.Context, tx *db.Tx) (Title, error) {
		before, err := visible(ctx, tx, auth.From(ctx).Scope(), id)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		in.CustomerID = before.CustomerID
		if err := update(ctx, tx, id, in); err != nil {
			return before, err
		}
		return s.saved(ctx, tx, id, in)
	})
}

// Delete removes a title, undoable.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(customer.Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "invoice_title.delete", func(ctx context.Context, tx *db.Tx) error {
		t, err := visible(ctx, tx, auth.From(ctx).Scope(), id)
		if err != nil {
			return err
		}
		journal.About(tx, "customer", t.CustomerID, t.Title)
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, customer.Changed{CustomerID: t.CustomerID})
	})
}

// Keep writes down the tax id with which a customer is just being made.
func (s *Service) Keep(ctx context.Context, tx *db.Tx, customerID int64, name, taxID string) error {
	in := Input{CustomerID: customerID, Title: name, TaxID: taxID, Default: true}
	in.Clean()
	if err := in.Validate(); err != nil {
		return err
	}
	_, err := insert(ctx, tx, in)
	return err
}

// Get reads a title of a customer that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (Title, error) {
	actor := auth.From(ctx)
	if err := actor.May(customer.Read); err != nil {
		return Title{}, err
	}
	return visible(ctx, s.db.Reader(ctx), actor.Scope(), id)
}

// Of lists a customer's titles, the usual one first.
func (s *Service) Of(ctx context.Context, customerID int64) ([]Title, error) {
	if _, err := s.customers.MustSee(ctx, customerID); err != nil {
		return nil, err
	}
	return of(ctx, s.db.Reader(ctx), customerID)
}

// List reads one page of the titles whose customers the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Title], error) {
	actor := auth.From(ctx)
	if err := actor.May(customer.Read); err != nil {
		return page.Page[Title]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Title]{}, err
	}
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "(instr(lower(t.title), lower(?)) > 0 OR instr(t.tax_id, upper(?)) > 0)", Args: []any{req.Q, req.Q}})
	}
	return field.Fetch[Title](ctx, s.db.Reader(ctx), list, req, where)
}
