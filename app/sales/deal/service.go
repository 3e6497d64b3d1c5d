package deal

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"regulars/app/customer/attachment"
	"regulars/app/customer/contact"
	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sales/product"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/search"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
	"regulars/app/work/task"
)

// Customers is what a deal needs to know of customers.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[customer.Row], error)
}

// Products is what a deal needs to know of the catalogue.
type Products interface {
	Get(ctx context.Context, id int64) (product.Product, error)
	Named(ctx context.Context, typed string) (product.Product, bool, error)
	Offered(ctx context.Context, limit int) ([]product.Product, error)
	PriceOf(ctx context.Context, p product.Product, a product.Ask) (product.Priced, error)
	InLists(ctx context.Context) (map[int64]bool, error)
}

// Contacts are the people of a customer.
type Contacts interface {
	Of(ctx context.Context, customer int64) ([]contact.Contact, error)
}

// Quotes are what was offered for a deal, for partials/quote-rows; sales/quote
// has them.
type Quotes interface {
	OfDeal(ctx context.Context, id int64) (any, error)
	// AgreedFor is how many were accepted and stand, and what they come to.
	AgreedFor(ctx context.Context, id int64) (n int, sum int64, err error)
}

// HandedOver are the hand-overs of a record, for partials/handed; work/handover has them.
type HandedOver interface {
	Handed(ctx context.Context, id int64) (any, error)
}

// OnHanded shows them on its page.
func (s *Service) OnHanded(h HandedOver) { s.handed = h }

// OnQuotes shows the quotes of a deal on its page.
func (s *Service) OnQuotes(q Quotes) { s.quotes = q }

// Tasks is what a deal needs to do with tasks.
type Tasks interface {
	Create(ctx context.Context, in task.Input) (task.Task, error)
	About(ctx context.Context, kind string, id int64) ([]task.Task, error)
}

// People is who works here, and how they are told something.
type People interface {
	Colleagues(ctx context.Context) ([]notify.Colleague, error)
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Files keeps the documents of a deal with its customer.
type Files interface {
	AddTo(ctx context.Context, customer int64, kind string, id int64, name string, r io.Reader) (attachment.Attachment, error)
	OfRecord(ctx context.Context, kind string, id int64) ([]attachment.Attachment, error)
}

// Deps are what the service stands on.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Customers Customers
	Contacts  Contacts
	Products  Products
	Tasks     Tasks
	People    People
	Users     auth.Users
	Files     Files
	Fields    *custom.Book
	Search    *search.Index
	Blobs     *blob.Store
}

// Service holds the use cases.
type Service struct {
	db        *db.DB
	events    *event.Bus
	customers Customers
	contacts  Contacts
	products  Products
	quotes    Quotes // nil shows none
	handed    HandedOver
	tasks     Tasks
	people    People
	users     auth.Users
	files     Files
	fields    *custom.Book
	blobs     *blob.Store
}

// New makes the service.
func New(d Deps) *Service {
	s := &Service{db: d.DB, events: d.Events, customers: d.Customers, contacts: d.Contacts, products: d.Products, tasks: d.Tasks, people: d.People, users: d.Users, files: d.Files, fields: d.Fields, blobs: d.Blobs}
	d.Search.Follow("deal", found)
	return s
}

// Get reads a deal that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (Deal, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Deal{}, err
	}
	return s.get(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

// OfCustomer lists the deals of a customer, open ones first.
func (s *Service) OfCustomer(ctx context.Context, id int64) ([]Deal, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return ofCustomer(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

// Listed is the list of deals with the shop's own fields.
func (s *Service) Listed(ctx context.Context) (field.List, custom.Record, error) {
	q := s.db.Reader(ctx)
	record, err := s.fields.Record(ctx, q, "deal")
	if err != nil {
		return list, record, err
	}
	l, err := record.Listed(ctx, q, list, "d")
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
	if err != nil {
		return l, nil, nil, err
	}
	if actor.Reach != auth.All {
		where = append(where, field.Where{SQL: visibleSQL, Args: visibleArgs(actor.Scope())})
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

// List reads one page of the deals that the actor sees.
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
	if err := seen(ctx, q, auth.From(ctx).Scope(), out.Items); err != nil {
		return out, err
	}
	return out, s.complete(ctx, q, len(out.Items), func(i int) *Deal { return &out.Items[i].Deal })
}

// matching is the condition that a deal's name holds what was typed, or that its
// customer is found by it.
func (s *Service) matching(ctx context.Context, typed string, set custom.Set) (field.Where, error) {
	const most = 200
	found, err := s.customers.List(ctx, page.Request{Q: typed, Limit: most}, nil)
	if err != nil && !errs.Is(err, errs.Denied) {
		return field.Where{}, fmt.Errorf("search deals: %w", err)
	}
	ids := []int64{}
	for _, r := range found.Items {
		ids = append(ids, r.ID)
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		return field.Where{}, fmt.Errorf("search deals: %w", err)
	}
	w := field.Where{Reads: true, SQL: `(instr(lower(d.name), ?) > 0 OR d.external_id = ? OR d.customer_id IN (SELECT value FROM json_each(?))`,
		Args: []any{strings.ToLower(typed), typed, string(raw)}}
	for _, begins := range set.Begins("d", typed) {
		w.SQL += " OR " + begins.SQL
		w.Args = append(w.Args, begins.Args...)
	}
	w.SQL += ")"
	return w, nil
}

// Create opens a deal. One that names no stage begins in the standard pipeline.
func (s *Service) Create(ctx context.Context, in Input) (Deal, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Deal{}, err
	}
	return db.WriteOne(ctx, s.db, "deal.create", func(ctx context.Context, tx *db.Tx) (Deal, error) {
		b, err := s.check(ctx, tx, &in)
		if err != nil {
			return Deal{}, err
		}
		d := Deal{Currency: b.Currency, Result: Open, MovedAt: db.At(tx.Now)}
		if err := s.place(ctx, tx, &d, in); err != nil {
			return d, err
		}
		if err := s.put(ctx, tx, &d, in, nil); err != nil {
			return d, err
		}
		if d.Position, err = top(ctx, tx, d.StageID); err != nil {
			return d, err
		}
		if err := insert(ctx, tx, &d); err != nil {
			return d, err
		}
		if err := noteMove(ctx, tx, d, db.ID(actor.UserID)); err != nil {
			return d, err
		}
		journal.About(tx, "deal", d.ID, d.Name)
		if d, err = s.get(ctx, tx, auth.Scope{Reach: auth.All}, d.ID); err != nil {
			return d, err
		}
		return d, s.events.Publish(ctx, tx, Opened{d.fact(moment(d.OpenedOn, tx.Now, b.Zone()))})
	})
}

// Update changes a deal that is still at version; a stale version is a conflict
// that carries the deal as it is now. Another stage is a move, see Move.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Deal, error) {
	return s.change(ctx, "deal.update", id, &version, func(ctx context.Context, tx *db.Tx, d *Deal) (event.Fact, error) {
		in.keep(*d)
		b, err := s.check(ctx, tx, &in)
		if err != nil {
			return nil, err
		}
		before := *d
		if err := s.put(ctx, tx, d, in, before.Lines); err != nil {
			return nil, err
		}
		if in.StageID == before.StageID && in.PipelineID == before.PipelineID {
			return nil, nil
		}
		if !before.IsOpen() {
			return nil, decided(before)
		}
		if err := s.place(ctx, tx, d, in); err != nil {
			return nil, err
		}
		return Moved{}, s.leave(ctx, tx, before, d, b)
	})
}

// keep leaves as it was what a deal cannot be without.
func (in *Input) keep(before Deal) {
	switch {
	case in.StageID == 0 && (in.PipelineID == 0 || in.PipelineID == before.PipelineID):
		in.PipelineID, in.StageID = before.PipelineID, before.StageID
	case in.PipelineID == 0:
		in.PipelineID = before.PipelineID
	case in.PipelineID != before.PipelineID && in.StageID == before.StageID:
		in.StageID = 0 // the first of the other pipeline
	}
	if in.OpenedOn == "" {
		in.OpenedOn = before.OpenedOn
	}
	if strings.TrimSpace(in.Name) == "" {
		in.Name = before.Name
	}
}

// change runs an edit of one deal; version nil means whatever it is now. What
// edit returns says which fact it is, nil for a correction.
func (s *Service) change(ctx context.Context, op string, id int64, version *int64, edit func(context.Context, *db.Tx, *Deal) (event.Fact, error)) (Deal, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Deal{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Deal, error) {
		before, err := s.get(ctx, tx, actor.Scope(), id)
		if err == nil {
			_, err = workable(ctx, tx, actor.Scope(), id)
		}
		if err != nil {
			return before, err
		}
		if version != nil && before.Version != *version {
			return before, errs.Stale(before)
		}
		d := before
		what, err := edit(ctx, tx, &d)
		if err != nil {
			return before, err
		}
		if err := update(ctx, tx, before.Lines, d); err != nil {
			return before, err
		}
		journal.About(tx, "deal", id, d.Name)
		if d, err = s.get(ctx, tx, auth.Scope{Reach: auth.All}, id); err != nil {
			return d, err
		}
		return d, s.tell(ctx, tx, what, before, d)
	})
}

// tell publishes what became of a deal. One that went to another customer is
// gone from the first one's timeline.
func (s *Service) tell(ctx context.Context, tx *db.Tx, what event.Fact, before, d Deal) error {
	if before.CustomerID != d.CustomerID && before.CustomerID != 0 {
		if err := timeline.Drop(ctx, tx, "deal", d.ID); err != nil {
			return err
		}
	}
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	fact := d.fact(tx.Now)
	switch f := what.(type) {
	case Handed:
		f.Fact = fact
		what = f
	case Moved:
		what = Moved{fact}
	case Closed:
		fact.At = moment(d.ClosedOn, tx.Now, b.Zone())
		what = Closed{fact}
	case Reopened:
		what = Reopened{fact}
	default:
		what = Changed{fact}
	}
	return s.events.Publish(ctx, tx, what)
}

// Put makes the deal of an external system what in says, and tells whether it is
// new.
func (s *Service) Put(ctx context.Context, in Input) (d Deal, created bool, err error) {
	err = s.db.Write(ctx, "deal.put", func(ctx context.Context, tx *db.Tx) error {
		id, found, err := byExternal(ctx, tx, in.ExternalSource, in.ExternalID)
		if err != nil {
			return err
		}
		if !found {
			created = true
			d, err = s.Create(ctx, in)
			return err
		}
		before, err := s.get(ctx, tx, auth.From(ctx).Scope(), id)
		if err != nil {
			return err
		}
		d, err = s.Update(ctx, id, before.Version, in)
		return err
	})
	return d, created, err
}

// Delete removes a deal; undo brings all of it back.
func (s *Service) Delete(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "deal.delete", func(ctx context.Context, tx *db.Tx) error {
		d, err := visible(ctx, tx, actor.Scope(), id)
		if err == nil {
			err = ownable(ctx, tx, id)
		}
		if err != nil {
			return err
		}
		journal.About(tx, "deal", id, d.Name)
		if err := timeline.Drop(ctx, tx, "deal", id); err != nil {
			return err
		}
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Removed{d.fact(tx.Now)})
	})
}

// check cleans and validates an input by the shop's calendar.
func (s *Service) check(ctx context.Context, tx *db.Tx, in *Input) (setting.Business, error) {
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return b, err
	}
	in.Clean(cal.Today(tx.Now, b.Zone()))
	return b, in.Validate()
}
