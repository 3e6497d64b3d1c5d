package receivable

import (
	"context"

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
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
)

// Customers says whose money it may be; customer/customer has it.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	MustEdit(ctx context.Context, id int64) error
}

// Payments writes what an order gets; sales/payment has it.
type Payments interface {
	Create(ctx context.Context, in payment.Input) (payment.Payment, error)
	Get(ctx context.Context, id int64) (payment.Payment, error)
	Update(ctx context.Context, id, version int64, in payment.Input) (payment.Payment, error)
	Take(ctx context.Context, tx *db.Tx, id, receipt, amount int64) error
	EarlierOfCredit(ctx context.Context, tx *db.Tx, customer, receipt int64, currency string) (int64, error)
	SetOff(ctx context.Context, tx *db.Tx, order, amount int64, on cal.Date) (int64, error)
}

// Deps are what the service stands on.
type Deps struct {
	DB        *db.DB
	Customers Customers
	Payments  Payments
	Habits    Habits // nil knows none
	Notices   Notices
	Outbox    *outbox.Outbox
	Consent   Consent
	View      *view.Engine
	BaseURL   func() string
}

// Notices tells colleagues; staff/notify has it.
type Notices interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Service holds the use cases.
type Service struct {
	Deps
	approvals Approvals // set once they exist
}

// New makes the service.
func New(d Deps) *Service {
	s := &Service{Deps: d}
	d.Outbox.OnLeave(letterKind, s.wanted)
	return s
}

// Plan reads how a visible order is to be paid.
func (s *Service) Plan(ctx context.Context, order int64) (Plan, error) {
	if err := auth.From(ctx).May(payment.Read); err != nil {
		return Plan{}, err
	}
	return planOf(ctx, s.DB.Reader(ctx), auth.From(ctx).Scope(), order)
}

// SetPlan makes the parts of an order what they should be. mark is the plan as
// it was seen; "*" takes it as it is. What was paid stays where it was.
func (s *Service) SetPlan(ctx context.Context, order int64, mark string, parts []Part) (Plan, error) {
	actor := auth.From(ctx)
	if err := actor.May(payment.Write); err != nil {
		return Plan{}, err
	}
	return db.WriteOne(ctx, s.DB, "instalment.plan", func(ctx context.Context, tx *db.Tx) (Plan, error) {
		before, err := planOf(ctx, tx, actor.Scope(), order)
		if err != nil {
			return before, err
		}
		if err := s.Customers.MustEdit(ctx, before.Order.CustomerID); err != nil {
			return before, err
		}
		if mark != "*" && mark != before.Mark() {
			return before, errs.Stale(before)
		}
		if err := before.check(parts); err != nil {
			return before, err
		}
		if err := writeParts(ctx, tx, before, parts); err != nil {
			return before, err
		}
		journal.About(tx, "order", order, before.Order.Number)
		return planOf(ctx, tx, auth.Scope{Reach: auth.All}, order)
	})
}

// Listed is the list of instalments; a shop adds no fields to them.
func (s *Service) Listed(context.Context) (field.List, custom.Record, error) {
	return list, custom.Record{}, nil
}

func (s *Service) where(ctx context.Context, conds []filter.Cond) ([]field.Where, error) {
	return narrow(ctx, list, conds)
}

// Count counts matches, at most up to limit when it is positive.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return 0, err
	}
	return list.Count(ctx, s.DB.Reader(ctx), where, limit)
}

// List reads one page of instalments of customers that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "o.number >= ? AND o.number < ?", Args: []any{req.Q, req.Q + "\U0010ffff"}})
	}
	return field.Fetch[Row](ctx, s.DB.Reader(ctx), list, req, where)
}

// today is the shop's day with its currency.
func today(ctx context.Context, q db.Q, d *db.DB) (cal.Date, setting.Business, error) {
	b, err := setting.ReadBusiness(ctx, q)
	return cal.Today(d.Now(), b.Zone()), b, err
}
