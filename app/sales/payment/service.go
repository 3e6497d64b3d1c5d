package payment

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/money"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
)

// Service holds the use cases.
type Service struct {
	db        *db.DB
	events    *event.Bus
	approvals Approvals
	rests     Rests
}

// New makes the service.
func New(d *db.DB, events *event.Bus) *Service { return &Service{db: d, events: events} }

// Get reads one payment.
func (s *Service) Get(ctx context.Context, id int64) (Payment, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Payment{}, err
	}
	return get(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

// OfOrder lists what was paid for an order that the caller has shown to be
// visible, oldest first.
func (s *Service) OfOrder(ctx context.Context, order int64) ([]Payment, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return ofOrder(ctx, s.db.Reader(ctx), order)
}

// Listed is the list of payments; a shop adds no fields to them.
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
	return list.Count(ctx, s.db.Reader(ctx), where, limit)
}

// Groups counts what the filters leave by the values of a field.
func (s *Service) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return nil, err
	}
	return list.GroupsBy(ctx, s.db.Reader(ctx), by, where)
}

// List reads one page of payments of customers that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "o.number >= ? AND o.number < ?", Args: []any{req.Q, req.Q + "\U0010ffff"}})
	}
	return field.Fetch[Row](ctx, s.db.Reader(ctx), list, req, where)
}

// Create records a payment for an order; below zero it was paid back. Where that
// needs somebody's word it waits, and the error tells so.
func (s *Service) Create(ctx context.Context, in Input) (Payment, error) {
	var waits int64
	p, err := db.WriteOne(ctx, s.db, "payment.create", func(ctx context.Context, tx *db.Tx) (p Payment, err error) {
		p, waits, err = s.record(ctx, tx, in)
		return p, err
	})
	return p, waiting(waits, err)
}

// record is Create inside a change; waits is the approval that was asked for
// instead.
func (s *Service) record(ctx context.Context, tx *db.Tx, in Input) (p Payment, waits int64, err error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return p, 0, err
	}
	business, err := s.check(ctx, tx, &in)
	if err != nil {
		return p, 0, err
	}
	o, err := order(ctx, tx, actor.Scope(), in.OrderID)
	if errs.Is(err, errs.NotFound) {
		return p, 0, noOrder()
	}
	if err != nil {
		return p, 0, err
	}
	if err := s.once(ctx, tx, o, in); err != nil {
		return p, 0, err
	}
	if in.Surplus != Leave && in.Amount > o.Owed() {
		p, err = s.beyond(ctx, tx, o, in)
		return p, 0, err
	}
	if err := fits(o, in.Amount); err != nil {
		return p, 0, err
	}
	if in.Amount < 0 {
		if waits, err = s.ask(ctx, tx, o, 0, pending{Input: in}); err != nil || waits != 0 {
			return p, waits, err
		}
	}
	id, err := insert(ctx, tx, o, in)
	if err != nil {
		return p, 0, err
	}
	if p, err = get(ctx, tx, auth.Scope{Reach: auth.All}, id); err != nil {
		return p, 0, err
	}
	journal.About(tx, "payment", id, money.Text(p.Amount, p.Currency))
	fact := p.fact(moment(p.PaidOn, tx.Now, business.Zone()))
	if p.Amount < 0 {
		return p, 0, s.events.Publish(ctx, tx, Refunded{fact})
	}
	return p, 0, s.events.Publish(ctx, tx, Received{fact})
}

// Update corrects a payment that is still at version; its order stays. A
// stale version is a conflict that carries the payment as it is now. One that
// pays back more than before may have to wait, like a new one.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Payment, error) {
	var waits int64
	p, err := db.WriteOne(ctx, s.db, "payment.update", func(ctx context.Context, tx *db.Tx) (p Payment, err error) {
		p, waits, err = s.correct(ctx, tx, id, version, in)
		return p, err
	})
	return p, waiting(waits, err)
}

func (s *Service) correct(ctx context.Context, tx *db.Tx, id, version int64, in Input) (p Payment, waits int64, err error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return p, 0, err
	}
	business, err := s.check(ctx, tx, &in)
	if err != nil {
		return p, 0, err
	}
	before, err := get(ctx, tx, actor.Scope(), id)
	if err != nil {
		return before, 0, err
	}
	if before.Version != version {
		return before, 0, errs.Stale(before)
	}
	if err := within(ctx, tx, before, in.Amount); err != nil {
		return before, 0, err
	}
	if before.CreditID != 0 && in.Amount != before.Amount {
		c := &errs.Check{}
		c.Add("amount", "payment.error.set_off")
		return before, 0, c.Err()
	}
	o, err := order(ctx, tx, auth.Scope{Reach: auth.All}, before.OrderID)
	if err != nil {
		return before, 0, err
	}
	if err := corrected(o, before.Amount, in.Amount); err != nil {
		return before, 0, err
	}
	if in.Amount < 0 && in.Amount < before.Amount {
		if waits, err = s.ask(ctx, tx, o, max(0, -before.Amount), pending{Payment: id, Version: version, Input: in}); err != nil || waits != 0 {
			return before, waits, err
		}
	}
	if err := update(ctx, tx, id, in); err != nil {
		return before, 0, err
	}
	if p, err = get(ctx, tx, auth.Scope{Reach: auth.All}, id); err != nil {
		return p, 0, err
	}
	journal.About(tx, "payment", id, money.Text(p.Amount, p.Currency))
	if err := timeline.Drop(ctx, tx, "payment", id); err != nil {
		return p, 0, err
	}
	return p, 0, s.events.Publish(ctx, tx, Changed{p.fact(moment(p.PaidOn, tx.Now, business.Zone()))})
}

// Move gives the payments of an order to the customer that the order now
// belongs to, inside the change that moves it; who may do that was checked there.
func (s *Service) Move(ctx context.Context, tx *db.Tx, order, customer int64) error {
	if err := move(ctx, tx, order, customer); err != nil {
		return err
	}
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	list, err := ofOrder(ctx, tx, order)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.CreditID != 0 {
			return errs.New(errs.Conflict, "payment.error.set_off_stays")
		}
		if err := timeline.Drop(ctx, tx, "payment", p.ID); err != nil {
			return err
		}
		fact := p.fact(moment(p.PaidOn, tx.Now, business.Zone()))
		if p.Amount < 0 {
			err = s.events.Publish(ctx, tx, Refunded{fact})
		} else {
			err = s.events.Publish(ctx, tx, Received{fact})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Put makes the payment of an external system what in says, and tells whether
// it is new.
func (s *Service) Put(ctx context.Context, in Input) (p Payment, created bool, err error) {
	var waits int64
	err = s.db.Write(ctx, "payment.put", func(ctx context.Context, tx *db.Tx) error {
		id, found, err := byExternal(ctx, tx, in.ExternalSource, in.ExternalID)
		if err != nil {
			return err
		}
		if !found {
			created = true
			p, waits, err = s.record(ctx, tx, in)
			return err
		}
		before, err := get(ctx, tx, auth.From(ctx).Scope(), id)
		if err != nil {
			return err
		}
		if before.OrderID != in.OrderID {
			c := &errs.Check{}
			c.Add("order_id", "payment.error.other_order")
			return c.Err()
		}
		p, waits, err = s.correct(ctx, tx, id, before.Version, in)
		return err
	})
	return p, created, waiting(waits, err)
}

// Delete removes a payment that was entered by mistake.
func (s *Service) Delete(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "payment.delete", func(ctx context.Context, tx *db.Tx) error {
		p, err := get(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		if err := stays(ctx, tx, p, 0); err != nil {
			return err
		}
		if err := s.unset(ctx, tx, p); err != nil {
			return err
		}
		journal.About(tx, "payment", id, money.Text(p.Amount, p.Currency))
		if err := timeline.Drop(ctx, tx, "payment", id); err != nil {
			return err
		}
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Removed{p.fact(tx.Now)})
	})
}

// check cleans and validates an input by the shop's calendar.
func (s *Service) check(ctx context.Context, tx *db.Tx, in *Input) (setting.Business, error) {
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return business, err
	}
	today := cal.Today(tx.Now, business.Zone())
	in.Clean(today)
	return business, in.Validate(today)
}

// noOrder says that the order named does not exist or is not visible.
func noOrder() error {
	c := &errs.Check{}
	c.Add("order_id", "payment.error.no_order")
	return c.Err()
}
