package order

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sales/payment"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
	"regulars/app/work/approval"
)

// Customers is what an order needs to know of customers.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[customer.Row], error)
}

// Products is what an order needs to know of the catalogue.
type Products interface {
	Get(ctx context.Context, id int64) (product.Product, error)
	Named(ctx context.Context, typed string) (product.Product, bool, error)
	Offered(ctx context.Context, limit int) ([]product.Product, error)
	PriceOf(ctx context.Context, p product.Product, a product.Ask) (product.Priced, error)
	InLists(ctx context.Context) (map[int64]bool, error)
}

// Payments is what an order needs to do with money.
type Payments interface {
	Create(ctx context.Context, in payment.Input) (payment.Payment, error)
	OfOrder(ctx context.Context, order int64) ([]payment.Payment, error)
	Move(ctx context.Context, tx *db.Tx, order, customer int64) error
}

// Terms says how an order is to be paid and how its customer pays, for
// partials/terms; sales/receivable has it.
type Terms interface {
	OfOrder(ctx context.Context, order int64) (any, error)
	OfCustomer(ctx context.Context, customer int64) (any, error)
}

// Deps are what the service stands on.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Customers Customers
	Products  Products
	Payments  Payments
	Tasks     Tasks
	Terms     Terms // nil shows none
	Fields    *custom.Book
	Files     Files
	Titles    Titles
	People    People
}

// Service holds the use cases.
type Service struct {
	db        *db.DB
	events    *event.Bus
	customers Customers
	products  Products
	payments  Payments
	tasks     Tasks
	terms     Terms
	fields    *custom.Book
	files     Files
	titles    Titles
	people    People
	approvals Approvals
	unheard   func(ctx context.Context) (late, due bool, err error) // see OnUnheard; nil hears all
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{db: d.DB, events: d.Events, customers: d.Customers, products: d.Products, payments: d.Payments, tasks: d.Tasks, terms: d.Terms, fields: d.Fields,
		files: d.Files, titles: d.Titles, people: d.People}
}

// Get reads an order with its lines and what was paid.
func (s *Service) Get(ctx context.Context, id int64) (Order, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Order{}, err
	}
	return s.get(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

// ByNumber finds the visible order of that number, for imports.
func (s *Service) ByNumber(ctx context.Context, number string) (Order, bool, error) {
	id, found, err := find(ctx, s.db.Reader(ctx), sqlByNumber, number)
	if err != nil || !found {
		return Order{}, false, err
	}
	o, err := s.Get(ctx, id)
	if errs.Is(err, errs.NotFound) {
		return o, false, nil
	}
	return o, err == nil, err
}

// Listed is the list of orders with the shop's own fields.
func (s *Service) Listed(ctx context.Context) (field.List, custom.Record, error) {
	q := s.db.Reader(ctx)
	record, err := s.fields.Record(ctx, q, "order")
	if err != nil {
		return list, record, err
	}
	l, err := record.Listed(ctx, q, list, "o")
	return l, record, err
}

// where is the list with the actor's scope and the reader's filters as conditions.
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
	if err != nil {
		return l, nil, nil, err
	}
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	return l, record.Set, where, nil
}

// Count counts matches, at most up to limit when it is positive.
func (s *Service) Count(ctx context.Context, conds []filter.Cond, limit int) (int, error) {
	l, _, where, err := s.where(ctx, conds)
	if err != nil {
		return 0, err
	}
	return l.Count(ctx, s.db.Reader(ctx), where, limit)
}

// Groups counts what the filters leave by the values of a field.
func (s *Service) Groups(ctx context.Context, by string, conds []filter.Cond) ([]field.Group, error) {
	l, _, where, err := s.where(ctx, conds)
	if err != nil {
		return nil, err
	}
	return l.GroupsBy(ctx, s.db.Reader(ctx), by, where)
}

// List reads one page of the orders that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	l, set, where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	q := s.db.Reader(ctx)
	if req.Q != "" {
		w, err := s.matching(ctx, req.Q, set)
		if err != nil {
			return page.Page[Row]{}, err
		}
		where = append(where, w)
	}
	out, err := field.Fetch[Row](ctx, q, l, req, where)
	if err != nil {
		return out, err
	}
	if err := addLines(ctx, q, out.Items); err != nil {
		return out, err
	}
	if err := s.waiting(ctx, out.Items); err != nil {
		return out, err
	}
	return out, s.add(ctx, q, len(out.Items), func(i int) *Order { return &out.Items[i].Order })
}

// Create makes an order; with a receipt it is paid for in the same moment.
// Inside event.Importing it is history and starts nothing.
func (s *Service) Create(ctx context.Context, in Input) (Order, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Order{}, err
	}
	return db.WriteOne(ctx, s.db, "order.create", func(ctx context.Context, tx *db.Tx) (Order, error) {
		business, err := s.check(ctx, tx, &in)
		if err != nil {
			return Order{}, err
		}
		who, err := s.customers.MustSee(ctx, in.CustomerID)
		if errs.Is(err, errs.NotFound) {
			return Order{}, noCustomer()
		}
		if err != nil {
			return Order{}, err
		}
		o := Order{Number: in.Number, CustomerID: who.ID, CustomerName: who.Name, Currency: business.Currency, WithTax: !business.TaxOnTop, UserID: db.ID(actor.UserID),
			CreatedAt: db.At(tx.Now), UpdatedAt: db.At(tx.Now), Version: 1}
		if err := s.fill(ctx, &o, in, nil); err != nil {
			return o, err
		}
		if err := s.own(ctx, tx, &o, in); err != nil {
			return o, err
		}
		if err := s.unasked(ctx, tx, Order{}, o); err != nil {
			return o, err
		}
		if err := insert(ctx, tx, &o); err != nil {
			return o, err
		}
		journal.About(tx, "order", o.ID, o.Number)
		if err := s.tell(ctx, tx, "", o, business); err != nil {
			return o, err
		}
		if in.Received == nil {
			return s.get(ctx, tx, auth.Scope{Reach: auth.All}, o.ID)
		}
		if err := s.receive(ctx, o, *in.Received); err != nil {
			return o, err
		}
		return s.get(ctx, tx, auth.Scope{Reach: auth.All}, o.ID)
	})
}

// receive books the money that came with the order; a mistake in it stands
// beside the order form's own field.
func (s *Service) receive(ctx context.Context, o Order, r Receipt) error {
	_, err := s.payments.Create(ctx, payment.Input{OrderID: o.ID, Amount: r.Amount, PaidOn: o.OrderedOn, Method: r.Method, Again: true})
	if e, ok := errs.As(err); ok && e.Kind == errs.Invalid {
		c := &errs.Check{}
		for _, name := range e.FieldNames() {
			c.Add("received_"+name, e.Fields[name].Key)
		}
		return c.Err()
	}
	return err
}

// Update changes an order that is still at version. With another customer it
// moves there with its payments; the actor must see both. A stale version is a
// conflict that carries the order as it is now.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Order, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Order{}, err
	}
	return db.WriteOne(ctx, s.db, "order.update", func(ctx context.Context, tx *db.Tx) (Order, error) {
		before, err := s.get(ctx, tx, actor.Scope(), id)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		in.keep(before)
		business, err := s.check(ctx, tx, &in)
		if err != nil {
			return before, err
		}
		if err := mayBecome(before.Status, in.Status); err != nil {
			return before, err
		}
		o := before
		o.Number = in.Number
		if err := s.give(ctx, &o, in.CustomerID); err != nil {
			return before, err
		}
		if err := s.fill(ctx, &o, in, before.Lines); err != nil {
			return before, err
		}
		if err := s.own(ctx, tx, &o, in); err != nil {
			return before, err
		}
		if err := s.unasked(ctx, tx, before, o); err != nil {
			return before, err
		}
		return s.save(ctx, tx, before, o, business)
	})
}

// SetStatus moves an order to another status, if it may go there. Where that
// needs somebody's word it waits, and the error tells so.
func (s *Service) SetStatus(ctx context.Context, id int64, status string) (Order, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Order{}, err
	}
	var waits int64
	o, err := db.WriteOne(ctx, s.db, "order.status", func(ctx context.Context, tx *db.Tx) (Order, error) {
		before, err := get(ctx, tx, actor.Scope(), id)
		if err != nil || before.Status == status {
			return before, err
		}
		if err := mayBecome(before.Status, status); err != nil {
			return before, err
		}
		if waits, err = s.ask(ctx, tx, before, status); err != nil || waits != 0 {
			return before, err
		}
		business, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return before, err
		}
		o := before
		o.Status = status
		return s.save(ctx, tx, before, o, business)
	})
	if err == nil && waits != 0 {
		err = approval.Waits(waits)
	}
	return o, err
}

func (s *Service) save(ctx context.Context, tx *db.Tx, before, o Order, b setting.Business) (Order, error) {
	if err := update(ctx, tx, before, o); err != nil {
		return before, err
	}
	journal.About(tx, "order", o.ID, o.Number)
	if err := noteMove(ctx, tx, before.Status, o); err != nil {
		return before, err
	}
	told := before.Status
	if o.CustomerID != before.CustomerID {
		if err := s.leave(ctx, tx, before, o); err != nil {
			return before, err
		}
		told = "" // for its new customer it is new
	}
	if err := s.tell(ctx, tx, told, o, b); err != nil {
		return before, err
	}
	return s.get(ctx, tx, auth.Scope{Reach: auth.All}, o.ID)
}

// leave takes an order away from the customer it was entered for by mistake:
// for them it is as if it had been deleted. Its payments go along.
func (s *Service) leave(ctx context.Context, tx *db.Tx, before, o Order) error {
	if err := s.leaveTimeline(ctx, tx, o.ID); err != nil {
		return err
	}
	if err := s.events.Publish(ctx, tx, Removed{before.fact(tx.Now)}); err != nil {
		return err
	}
	return s.payments.Move(ctx, tx, o.ID, o.CustomerID)
}

// Put makes the order of an external system what in says, and tells whether
// it is new.
func (s *Service) Put(ctx context.Context, in Input) (o Order, created bool, err error) {
	err = s.db.Write(ctx, "order.put", func(ctx context.Context, tx *db.Tx) error {
		id, found, err := find(ctx, tx, sqlByExternal, in.ExternalSource, in.ExternalID)
		if err != nil {
			return err
		}
		if !found {
			created = true
			o, err = s.Create(ctx, in)
			return err
		}
		before, err := get(ctx, tx, auth.From(ctx).Scope(), id)
		if err != nil {
			return err
		}
		if before.CustomerID != in.CustomerID {
			c := &errs.Check{}
			c.Add("customer_id", "order.error.other_customer")
			return c.Err()
		}
		o, err = s.Update(ctx, id, before.Version, in)
		return err
	})
	return o, created, err
}

// tell publishes what happened to an order that was in status before ("" when
// it is new). The timeline shows an order once, as it is now.
func (s *Service) tell(ctx context.Context, tx *db.Tx, before string, o Order, b setting.Business) error {
	if before != "" {
		if err := timeline.Drop(ctx, tx, "order", o.ID); err != nil {
			return err
		}
	}
	fact := o.fact(moment(o.OrderedOn, tx.Now, b.Zone()))
	switch {
	case o.Status == Draft:
		return s.events.Publish(ctx, tx, Drafted{fact})
	case o.Status == Cancelled:
		fact.At = tx.Now
		return s.events.Publish(ctx, tx, Cancelling{fact})
	case o.Return():
		return s.events.Publish(ctx, tx, Returned{fact})
	case !Purchase(before):
		if err := s.events.Publish(ctx, tx, Placed{fact}); err != nil {
			return err
		}
	default:
		if err := s.events.Publish(ctx, tx, Changed{fact}); err != nil {
			return err
		}
		fact.At = tx.Now // it is delivered now, whenever it was ordered
	}
	if o.Status != Completed || before == Completed {
		return nil
	}
	return s.events.Publish(ctx, tx, Finished{fact})
}

// check cleans and validates an input by the shop's calendar.
func (s *Service) check(ctx context.Context, tx *db.Tx, in *Input) (setting.Business, error) {
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return business, err
	}
	in.Clean(cal.Today(tx.Now, business.Zone()))
	return business, in.Validate()
}
