package contract

import (
	"context"
	"fmt"
	"io"
	"strings"

	"regulars/app/customer/attachment"
	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
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

// Customers says whose contract it may be; customer/customer has it.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	MustEdit(ctx context.Context, id int64) error
}

// Tasks remind of the day to decide; work/task has it.
type Tasks interface {
	Ensure(ctx context.Context, tx *db.Tx, t task.Task) (int64, error)
	CloseBySource(ctx context.Context, tx *db.Tx, key string) error
}

// People are who can be reminded; staff/notify has it.
type People interface {
	Colleagues(ctx context.Context) ([]notify.Colleague, error)
}

// Files keeps the signed papers; customer/attachment has it.
type Files interface {
	AddTo(ctx context.Context, customer int64, kind string, id int64, name string, r io.Reader) (attachment.Attachment, error)
	OfRecord(ctx context.Context, kind string, id int64) ([]attachment.Attachment, error)
}

// Deps are what the service stands on.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Customers Customers
	Tasks     Tasks
	People    People
	Files     Files
	Fields    *custom.Book
}

// Service holds the use cases.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Get reads one contract.
func (s *Service) Get(ctx context.Context, id int64) (Contract, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Contract{}, err
	}
	return s.get(ctx, s.DB.Reader(ctx), auth.From(ctx).Scope(), id)
}

// Customer is the port by which tasks may be about a contract: it refuses one
// that the actor does not see.
func (s *Service) Customer(ctx context.Context, id int64) (int64, error) {
	c, err := s.Get(ctx, id)
	return c.CustomerID, err
}

// Listed is the list of contracts with the shop's own fields.
func (s *Service) Listed(ctx context.Context) (field.List, custom.Record, error) {
	q := s.DB.Reader(ctx)
	record, err := s.Fields.Record(ctx, q, subject)
	if err != nil {
		return list, record, err
	}
	l, err := record.Listed(ctx, q, list, "k")
	return l, record, err
}

func (s *Service) where(ctx context.Context, conds []filter.Cond) (field.List, custom.Set, []field.Where, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return list, nil, nil, err
	}
	l, record, err := s.Listed(ctx)
	if err != nil {
		return l, nil, nil, err
	}
	where, err := l.Conditions(ctx, conds)
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	return l, record.Set, where, err
}

// Count counts matches, at most up to limit when it is positive.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	l, _, where, err := s.where(ctx, conds)
	if err != nil {
		return 0, err
	}
	return l.Count(ctx, s.DB.Reader(ctx), where, limit)
}

// Groups counts what the filters leave by the values of a field.
func (s *Service) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	l, _, where, err := s.where(ctx, conds)
	if err != nil {
		return nil, err
	}
	return l.GroupsBy(ctx, s.DB.Reader(ctx), by, where)
}

// List reads one page of contracts of customers that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	l, set, where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	q := s.DB.Reader(ctx)
	if req.Q != "" {
		typed := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(req.Q)
		w := field.Where{SQL: `(k.number LIKE ? ESCAPE '\' OR k.title LIKE ? ESCAPE '\' OR c.name LIKE ? ESCAPE '\'`,
			Args: []any{typed + "%", "%" + typed + "%", typed + "%"}}
		for _, begins := range set.Begins("k", req.Q) {
			w.SQL += " OR " + begins.SQL
			w.Args = append(w.Args, begins.Args...)
		}
		w.SQL += ")"
		where = append(where, w)
	}
	out, err := field.Fetch[Row](ctx, q, l, req, where)
	if err != nil {
		return out, err
	}
	return out, s.complete(ctx, q, len(out.Items), func(i int) *Contract { return &out.Items[i].Contract })
}

// Create writes a contract down.
func (s *Service) Create(ctx context.Context, in Input) (Contract, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Contract{}, err
	}
	return db.WriteOne(ctx, s.DB, "contract.create", func(ctx context.Context, tx *db.Tx) (Contract, error) {
		if in.OwnerID == 0 {
			in.OwnerID = actor.UserID
		}
		today, err := s.check(ctx, tx, &in, 0)
		if err != nil {
			return Contract{}, err
		}
		state := Contract{SignedOn: in.SignedOn, EndsOn: in.EndsOn, Renewal: in.Renewal}.stateOn(today)
		own, err := s.own(ctx, tx, nil, in, state)
		if err != nil {
			return Contract{}, err
		}
		id, err := insert(ctx, tx, in, state, own)
		if err != nil {
			return Contract{}, err
		}
		return s.follow(ctx, tx, id, today)
	})
}

// Update changes a contract that is still at version.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Contract, error) {
	return s.change(ctx, "contract.update", id, version, func(ctx context.Context, tx *db.Tx, c *Contract, _ cal.Date) error {
		in.CustomerID = c.CustomerID
		if strings.TrimSpace(in.Number) == "" {
			in.Number = c.Number
		}
		if _, err := s.check(ctx, tx, &in, id); err != nil {
			return err
		}
		c.Number, c.Title, c.OrderID, c.DealID, c.OwnerID, c.Notes = in.Number, in.Title, db.ID(in.OrderID), db.ID(in.DealID), db.ID(in.OwnerID), in.Notes
		c.SignedOn, c.StartsOn, c.EndsOn, c.Amount, c.Currency = in.SignedOn, in.StartsOn, in.EndsOn, in.Amount, in.Currency
		c.NoticeDays, c.Renewal, c.RenewMonths = in.NoticeDays, in.Renewal, in.RenewMonths
		var err error
		c.Values, err = s.own(ctx, tx, c.Values, in, c.State)
		return err
	})
}

// change does something to a contract that the actor may change and that is
// still at version; 0 takes it as it is.
func (s *Service) change(ctx context.Context, op string, id, version int64, do func(context.Context, *db.Tx, *Contract, cal.Date) error) (Contract, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Contract{}, err
	}
	return db.WriteOne(ctx, s.DB, op, func(ctx context.Context, tx *db.Tx) (Contract, error) {
		c, err := s.mine(ctx, tx, id, version)
		if err != nil {
			return c, err
		}
		today, err := today(ctx, tx)
		if err != nil {
			return c, err
		}
		if err := do(ctx, tx, &c, today); err != nil {
			return c, err
		}
		c.State = c.stateOn(today)
		if err := update(ctx, tx, c); err != nil {
			return c, err
		}
		return s.follow(ctx, tx, id, today)
	})
}

func (s *Service) mine(ctx context.Context, tx *db.Tx, id, version int64) (Contract, error) {
	c, err := s.get(ctx, tx, auth.From(ctx).Scope(), id)
	if err != nil {
		return c, err
	}
	if err := s.Customers.MustEdit(ctx, c.CustomerID); err != nil {
		return c, err
	}
	if version != 0 && c.Version != version {
		return c, errs.Stale(c)
	}
	return c, nil
}

// Delete removes a contract that was written down by mistake.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Delete); err != nil {
		return err
	}
	return s.DB.Write(ctx, "contract.delete", func(ctx context.Context, tx *db.Tx) error {
		c, err := s.mine(ctx, tx, id, 0)
		if err != nil {
			return err
		}
		journal.About(tx, subject, id, c.Number)
		if err := s.forget(ctx, tx, c, ""); err != nil {
			return err
		}
		return remove(ctx, tx, id)
	})
}

// check cleans and validates an input, and looks at what it names.
func (s *Service) check(ctx context.Context, tx *db.Tx, in *Input, id int64) (cal.Date, error) {
	in.Clean()
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return "", err
	}
	today := cal.Today(tx.Now, business.Zone())
	if _, err := s.Customers.MustSee(ctx, in.CustomerID); errs.Is(err, errs.NotFound) {
		return "", wrong("customer_id", "error.choice")
	} else if err != nil {
		return "", err
	}
	if err := s.Customers.MustEdit(ctx, in.CustomerID); err != nil {
		return "", err
	}
	currency, err := s.currency(ctx, tx, *in)
	if err != nil {
		return "", err
	}
	if in.Currency == "" || in.Amount == 0 {
		in.Currency = currency
	}
	if in.Currency != currency {
		return "", wrong("amount", "promise.error.currency", "currency", currency)
	}
	if err := s.checkOwner(ctx, in.OwnerID); err != nil {
		return "", err
	}
	if err := in.Validate(); err != nil {
		return "", err
	}
	var ok bool
	if in.Number, ok, err = free(ctx, tx, in.Number, id, string(today[:4])); err == nil && !ok {
		err = wrong("number", "contract.error.number")
	}
	return today, err
}

// about is what a contract needs to know of the order or deal it came from.
type about struct {
	CustomerID db.ID  `db:"customer_id"`
	Currency   string `db:"currency"`
	Name       string `db:"name"`
}

// currency is that of the order, else of the deal, else of the shop. An order
// or a deal of somebody else is refused.
func (s *Service) currency(ctx context.Context, q db.Q, in Input) (string, error) {
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return "", err
	}
	currency := business.Currency
	for _, of := range []struct {
		name string
		id   int64
		sql  string
	}{{"deal_id", in.DealID, sqlDeal}, {"order_id", in.OrderID, sqlOrder}} {
		if of.id == 0 {
			continue
		}
		var a about
		found, err := db.Found(q.Get(ctx, &a, of.sql, append([]any{of.id}, auth.From(ctx).Scope().Args()...)...))
		if err != nil {
			return "", fmt.Errorf("read what a contract is about: %w", err)
		}
		if !found || int64(a.CustomerID) != in.CustomerID {
			return "", wrong(of.name, "error.choice")
		}
		currency = a.Currency
	}
	return currency, nil
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
	return wrong("owner_id", "error.choice")
}

func wrong(name, key string, args ...any) error {
	c := &errs.Check{}
	c.Add(name, key, args...)
	return c.Err()
}

func today(ctx context.Context, tx *db.Tx) (cal.Date, error) {
	business, err := setting.ReadBusiness(ctx, tx)
	return cal.Today(tx.Now, business.Zone()), err
}
