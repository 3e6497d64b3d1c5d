package promise

import (
	"context"
	"fmt"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sales/payment"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/work/task"
)

// Customers says whose promise it may be; customer/customer has it.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	MustEdit(ctx context.Context, id int64) error
}

// Tasks keeps what is to be done by when; work/task has it.
type Tasks interface {
	Ensure(ctx context.Context, tx *db.Tx, t task.Task) (int64, error)
	CloseBySource(ctx context.Context, tx *db.Tx, key string) error
}

// People are who can watch a promise; staff/notify has it.
type People interface {
	Colleagues(ctx context.Context) ([]notify.Colleague, error)
}

// Deps are what the service stands on.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Customers Customers
	Tasks     Tasks
	People    People
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Get reads one promise.
func (s *Service) Get(ctx context.Context, id int64) (Promise, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Promise{}, err
	}
	return get(ctx, s.DB.Reader(ctx), auth.From(ctx).Scope(), id)
}

// Rates tells how often a customer kept their word, and the shop its own.
func (s *Service) Rates(ctx context.Context, customer int64) (theirs, ours Rate, err error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return theirs, ours, err
	}
	if _, err := s.Customers.MustSee(ctx, customer); err != nil {
		return theirs, ours, err
	}
	return ratesOf(ctx, s.DB.Reader(ctx), customer)
}

// Listed is the list of promises; a shop adds no fields to them.
func (s *Service) Listed(context.Context) (field.List, custom.Record, error) {
	return list, custom.Record{}, nil
}

func (s *Service) where(ctx context.Context, conds []filter.Cond) ([]field.Where, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	where, err := list.Conditions(ctx, conds)
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	return where, err
}

// Count counts matches, at most up to limit when it is positive.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return 0, err
	}
	return list.Count(ctx, s.DB.Reader(ctx), where, limit)
}

// Groups counts what the filters leave by the values of a field.
func (s *Service) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return nil, err
	}
	return list.GroupsBy(ctx, s.DB.Reader(ctx), by, where)
}

// List reads one page of promises of customers that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		where = append(where, named(req.Q))
	}
	return field.Fetch[Row](ctx, s.DB.Reader(ctx), list, req, where)
}

// Create writes a promise down. Facts that are known already settle it at once.
func (s *Service) Create(ctx context.Context, in Input) (Promise, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Promise{}, err
	}
	return db.WriteOne(ctx, s.DB, "promise.create", func(ctx context.Context, tx *db.Tx) (Promise, error) {
		if in.OwnerID == 0 {
			in.OwnerID = actor.UserID
		}
		if err := s.check(ctx, tx, &in); err != nil {
			return Promise{}, err
		}
		id, err := insert(ctx, tx, in)
		if err != nil {
			return Promise{}, err
		}
		return s.follow(ctx, tx, id)
	})
}

// MadeIn keeps a promise that somebody took down while writing about something
// else; the amount is as it was typed, in the shop's currency.
func (s *Service) MadeIn(ctx context.Context, customer int64, side, kind, words string, by cal.Date, amount string) error {
	in := Input{CustomerID: customer, Side: side, Kind: kind, Words: words, DueOn: by}
	if kind == Pay && amount != "" {
		business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
		if err != nil {
			return err
		}
		if in.Amount, err = payment.ParseAmount(amount, business.Currency); err != nil {
			c := &errs.Check{}
			c.Add("amount", "error.money")
			return c.Err()
		}
	}
	_, err := s.Create(ctx, in)
	return err
}

// Update changes an open promise that is still at version. One whose day has
// passed keeps its day: what became of it is said, and another one made.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Promise, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Promise{}, err
	}
	return db.WriteOne(ctx, s.DB, "promise.update", func(ctx context.Context, tx *db.Tx) (Promise, error) {
		before, err := s.mine(ctx, tx, id, version)
		if err != nil {
			return before, err
		}
		if before.State != Open {
			return before, errs.New(errs.Conflict, "promise.error.settled")
		}
		in.CustomerID = before.CustomerID
		if err := s.check(ctx, tx, &in); err != nil {
			return before, err
		}
		today, err := today(ctx, tx)
		if err != nil {
			return before, err
		}
		if before.Overdue(today) && in.DueOn != before.DueOn {
			c := &errs.Check{}
			c.Add("due_on", "promise.error.passed")
			return before, c.Err()
		}
		if err := update(ctx, tx, id, in); err != nil {
			return before, err
		}
		return s.follow(ctx, tx, id)
	})
}

// Settle says by hand what became of a promise: kept, late, broken or dropped,
// or open again. on is the day it was kept, "" is today. Whatever is not simply
// kept needs a reason.
func (s *Service) Settle(ctx context.Context, id, version int64, state string, on cal.Date, reason string) (Promise, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Promise{}, err
	}
	return db.WriteOne(ctx, s.DB, "promise.settle", func(ctx context.Context, tx *db.Tx) (Promise, error) {
		p, err := s.mine(ctx, tx, id, version)
		if err != nil {
			return p, err
		}
		today, err := today(ctx, tx)
		if err != nil {
			return p, err
		}
		next, err := p.said(state, on, reason, today)
		if err != nil {
			return p, err
		}
		if err := settle(ctx, tx, next); err != nil {
			return p, err
		}
		return s.follow(ctx, tx, id)
	})
}

// mine is the promise that the actor may change, still at version; 0 takes it
// as it is.
func (s *Service) mine(ctx context.Context, tx *db.Tx, id, version int64) (Promise, error) {
	p, err := get(ctx, tx, auth.From(ctx).Scope(), id)
	if err != nil {
		return p, err
	}
	if err := s.Customers.MustEdit(ctx, p.CustomerID); err != nil {
		return p, err
	}
	if version != 0 && p.Version != version {
		return p, errs.Stale(p)
	}
	return p, nil
}

// Delete removes a promise that was written down by mistake.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Delete); err != nil {
		return err
	}
	return s.DB.Write(ctx, "promise.delete", func(ctx context.Context, tx *db.Tx) error {
		p, err := s.mine(ctx, tx, id, 0)
		if err != nil {
			return err
		}
		if err := s.closeTasks(ctx, tx, id); err != nil {
			return err
		}
		journal.About(tx, subject, id, p.fact("").What)
		if err := s.forget(ctx, tx, p); err != nil {
			return err
		}
		return remove(ctx, tx, id)
	})
}

// check cleans and validates an input, and looks at what it names.
func (s *Service) check(ctx context.Context, tx *db.Tx, in *Input) error {
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	today := cal.Today(tx.Now, business.Zone())
	in.Clean(today)
	if _, err := s.Customers.MustSee(ctx, in.CustomerID); errs.Is(err, errs.NotFound) {
		c := &errs.Check{}
		c.Add("customer_id", "error.choice")
		return c.Err()
	} else if err != nil {
		return err
	}
	if err := s.Customers.MustEdit(ctx, in.CustomerID); err != nil {
		return err
	}
	currency := business.Currency
	if in.OrderID != 0 {
		o, err := orderOf(ctx, tx, in.OrderID, in.CustomerID)
		if err != nil {
			return err
		}
		currency = o.Currency
	}
	if in.Kind == Pay && in.Currency == "" {
		in.Currency = currency
	}
	if in.Kind == Pay && in.Currency != currency {
		c := &errs.Check{}
		c.Add("currency", "promise.error.currency", "currency", currency)
		return c.Err()
	}
	if err := s.checkOwner(ctx, in.OwnerID); err != nil {
		return err
	}
	return in.Validate(today)
}

// Order is what a promise needs to know of the order it is about.
type Order struct {
	CustomerID int64  `db:"customer_id"`
	Currency   string `db:"currency"`
	Number     string `db:"number"`
}

func orderOf(ctx context.Context, q db.Q, id, customer int64) (Order, error) {
	var o Order
	found, err := db.Found(q.Get(ctx, &o, sqlOrder, append([]any{id}, auth.From(ctx).Scope().Args()...)...))
	if err != nil {
		return o, fmt.Errorf("read order %d: %w", id, err)
	}
	if !found || (customer != 0 && o.CustomerID != customer) {
		c := &errs.Check{}
		c.Add("order_id", "payment.error.no_order")
		return o, c.Err()
	}
	return o, nil
}

func (s *Service) checkOwner(ctx context.Context, id int64) error {
	people, err := s.People.Colleagues(ctx)
	if err != nil {
		return err
	}
	for _, p := range people {
		if p.ID == id {
			return nil
		}
	}
	if id == auth.From(ctx).UserID {
		return nil
	}
	c := &errs.Check{}
	c.Add("owner_id", "error.choice")
	return c.Err()
}

// named matches a part of the words or the beginning of the customer's name.
func named(q string) field.Where {
	q = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q)
	return field.Where{SQL: `(p.words LIKE ? ESCAPE '\' OR c.name LIKE ? ESCAPE '\')`, Args: []any{"%" + q + "%", q + "%"}}
}

func today(ctx context.Context, q *db.Tx) (cal.Date, error) {
	business, err := setting.ReadBusiness(ctx, q)
	return cal.Today(q.Now, business.Zone()), err
}
