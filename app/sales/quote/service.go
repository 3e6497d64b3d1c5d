package quote

import (
	"context"
	"fmt"

	"regulars/app/customer/contact"
	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sales/order"
	"regulars/app/sales/product"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/work/task"
)

// Customers is what a quote needs to know of customers.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[customer.Row], error)
}

// Contacts are the people of a customer.
type Contacts interface {
	Of(ctx context.Context, customer int64) ([]contact.Contact, error)
}

// Products is what a quote needs to know of the catalogue.
type Products interface {
	Get(ctx context.Context, id int64) (product.Product, error)
	Named(ctx context.Context, typed string) (product.Product, bool, error)
	Offered(ctx context.Context, limit int) ([]product.Product, error)
	PriceOf(ctx context.Context, p product.Product, a product.Ask) (product.Priced, error)
	InLists(ctx context.Context) (map[int64]bool, error)
}

// Orders takes what was accepted.
type Orders interface {
	Create(ctx context.Context, in order.Input) (order.Order, error)
}

// Deal is what a quote shows of the deal that it belongs to.
type Deal struct {
	ID         int64
	Name       string
	CustomerID int64
	ContactID  int64
	Currency   string
	Lines      []LineInput // what a quote of it begins with
}

// Deals is what a quote needs of deals. Without it there are none.
type Deals interface {
	// Deal is one that the actor sees.
	Deal(ctx context.Context, id int64) (Deal, error)
	// OpenDeals are those of a customer that are still open.
	OpenDeals(ctx context.Context, customer int64) ([]Deal, error)
	// Won closes a deal whose quote was accepted, with what was accepted of it.
	Won(ctx context.Context, tx *db.Tx, id int64, a Accepting) error
}

// Discounted is what somebody may have to agree to before a quote leaves.
type Discounted struct {
	ID, CustomerID  int64
	UserID, Version int64
	Name            string
	Rate            int64 // the worst that may come of it, basis points
	Total           int64
	Currency        string
}

// Approvals tells whether a quote has to wait for somebody's consent. Without it
// every quote goes on.
type Approvals interface {
	// Cares tells whether any discount would make the actor wait.
	Cares(ctx context.Context) (bool, error)
	Needed(ctx context.Context, tx *db.Tx, d Discounted) (waits bool, err error)
	About(ctx context.Context, subjectKind string, id int64) (any, error)
	Waits(ctx context.Context, subjectKind string, ids []int64) (map[int64]bool, error)
}

// OnDiscount lets quotes wait for somebody's consent.
func (s *Service) OnDiscount(a Approvals) { s.d.Approvals = a }

// People is how those who work here are told something.
type People interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Tasks makes the task of an asked question.
type Tasks interface {
	Create(ctx context.Context, in task.Input) (task.Task, error)
}

// Consent gives the link by which a reader stops mails.
type Consent interface {
	Link(ctx context.Context, tx *db.Tx, customer, contact int64, address string) error
	Token(customer, contact int64, address string) string
}

// Deps are what the service stands on. Deals and Approvals may be nil.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Customers Customers
	Contacts  Contacts
	Titles    Titles
	Products  Products
	Orders    Orders
	Deals     Deals
	Approvals Approvals
	Accounts  Accounts // nil shows none
	People    People
	Tasks     Tasks
	Consent   Consent
	Fields    *custom.Book
	Keys      *keys.Ring
	Outbox    *outbox.Outbox
	View      *view.Engine
	BaseURL   func() string
}

// Service holds the use cases.
type Service struct {
	d      Deps
	db     *db.DB
	tokens tokens
}

// New makes the service.
func New(d Deps) (*Service, error) {
	t, err := newTokens(d.Keys)
	return &Service{d: d, db: d.DB, tokens: t}, err
}

// Get reads a quote with its lines.
func (s *Service) Get(ctx context.Context, id int64) (Quote, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Quote{}, err
	}
	return s.get(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

// Versions are all versions of a number, the newest first.
func (s *Service) Versions(ctx context.Context, number string) ([]Quote, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return several(ctx, s.db.Reader(ctx), sqlVersions, append([]any{number}, auth.From(ctx).Scope().Args()...)...)
}

// OfCustomer are the latest quotes of a customer, for the record page.
func (s *Service) OfCustomer(ctx context.Context, id int64) ([]Quote, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return several(ctx, s.db.Reader(ctx), sqlOfCustomer, append([]any{id}, auth.From(ctx).Scope().Args()...)...)
}

// OfDeal are the latest quotes of a deal, for its page.
func (s *Service) OfDeal(ctx context.Context, id int64) ([]Quote, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	return several(ctx, s.db.Reader(ctx), sqlOfDeal, append([]any{id}, auth.From(ctx).Scope().Args()...)...)
}

// Listed is the list of quotes with the shop's own fields.
func (s *Service) Listed(ctx context.Context) (field.List, custom.Record, error) {
	q := s.db.Reader(ctx)
	record, err := s.d.Fields.Record(ctx, q, "quote")
	if err != nil {
		return list, record, err
	}
	l, err := record.Listed(ctx, q, list, "q")
	return l, record, err
}

// where is the list with the actor's scope and the reader's filters as conditions.
func (s *Service) where(ctx context.Context, conds []filter.Cond) (field.List, []field.Where, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return list, nil, err
	}
	l, _, err := s.Listed(ctx)
	if err != nil {
		return l, nil, err
	}
	where, err := l.Conditions(ctx, conds)
	if err != nil {
		return l, nil, err
	}
	if sql, args := actor.Scope().Where("c.owner_id"); sql != "1" {
		where = append(where, field.Where{SQL: sql, Args: args})
	}
	return l, where, nil
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

// List reads one page of the quotes that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	l, where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	q := s.db.Reader(ctx)
	if req.Q != "" {
		w, err := s.matching(ctx, req.Q)
		if err != nil {
			return page.Page[Row]{}, err
		}
		where = append(where, w)
	}
	out, err := field.Fetch[Row](ctx, q, l, req, where)
	if err != nil {
		return out, err
	}
	if err := s.waiting(ctx, out.Items); err != nil {
		return out, err
	}
	return out, s.add(ctx, q, len(out.Items), func(i int) *Quote { return &out.Items[i].Quote })
}

// Create writes a quote as a draft.
func (s *Service) Create(ctx context.Context, in Input) (Quote, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Quote{}, err
	}
	return db.WriteOne(ctx, s.db, "quote.create", func(ctx context.Context, tx *db.Tx) (Quote, error) {
		b, err := s.check(ctx, tx, &in)
		if err != nil {
			return Quote{}, err
		}
		v := Quote{Revision: 1, State: Draft, Currency: b.Currency, WithTax: !b.TaxOnTop, UserID: db.ID(actor.UserID)}
		if err := s.fill(ctx, &v, in, nil); err != nil {
			return v, err
		}
		if v.Number, err = nextNumber(ctx, tx, v.QuotedOn); err != nil {
			return v, err
		}
		return s.add1(ctx, tx, v, in, "")
	})
}

// add1 stores a new row and tells of it.
func (s *Service) add1(ctx context.Context, tx *db.Tx, v Quote, in Input, from string) (Quote, error) {
	var err error
	if v.Values, err = s.d.Fields.Apply(ctx, tx, "quote", v.Values, in.Fields, facts(v.State)); err != nil {
		return v, err
	}
	token, nonce := s.tokens.fresh()
	v.Nonce = nonce
	if v.ID, err = insert(ctx, tx, v, token); err != nil {
		return v, err
	}
	journal.About(tx, "quote", v.ID, v.Name())
	if err := s.d.Events.Publish(ctx, tx, Written{v.fact(), from}); err != nil {
		return v, err
	}
	return s.get(ctx, tx, everything, v.ID)
}

// Update changes a draft that is still at version; what was sent is never changed.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Quote, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Quote{}, err
	}
	return db.WriteOne(ctx, s.db, "quote.update", func(ctx context.Context, tx *db.Tx) (Quote, error) {
		before, err := s.get(ctx, tx, actor.Scope(), id)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		if before.State != Draft {
			return before, errs.New(errs.Conflict, "quote.error.sent_stays")
		}
		if in.CustomerID == 0 {
			in.CustomerID = before.CustomerID
		}
		if in.QuotedOn == "" {
			in.QuotedOn = before.QuotedOn
		}
		if _, err := s.check(ctx, tx, &in); err != nil {
			return before, err
		}
		v := before
		if err := s.fill(ctx, &v, in, before.Lines); err != nil {
			return before, err
		}
		if v.Values, err = s.d.Fields.Apply(ctx, tx, "quote", before.Values, in.Fields, facts(v.State)); err != nil {
			return before, err
		}
		journal.About(tx, "quote", id, v.Name())
		if err := update(ctx, tx, before, v); err != nil {
			return before, err
		}
		return s.get(ctx, tx, everything, id)
	})
}

// Revise copies a quote into a new version, a draft. The newest version of a
// number that is a draft already is that one.
func (s *Service) Revise(ctx context.Context, id int64) (Quote, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Quote{}, err
	}
	return db.WriteOne(ctx, s.db, "quote.revise", func(ctx context.Context, tx *db.Tx) (Quote, error) {
		before, err := s.get(ctx, tx, actor.Scope(), id)
		if err != nil {
			return before, err
		}
		all, err := several(ctx, tx, sqlVersions, append([]any{before.Number}, everything.Args()...)...)
		if err != nil {
			return before, err
		}
		if all[0].State == Draft {
			return s.get(ctx, tx, everything, all[0].ID)
		}
		if accepted(all) {
			return before, errs.New(errs.Conflict, "quote.error.accepted_stays")
		}
		b, err := setting.ReadBusiness(ctx, tx)
		if err != nil {
			return before, err
		}
		today := cal.Today(tx.Now, b.Zone())
		v := before
		v.Revision, v.State, v.QuotedOn, v.UserID = all[0].Revision+1, Draft, today, db.ID(actor.UserID)
		v.SentAt, v.DecidedAt, v.Signer, v.Signature, v.Reason, v.OrderID = db.Time{}, db.Time{}, "", "", "", 0
		if v.over(today) { // as long as it was valid before
			v.ValidUntil = today.AddDays(max(0, before.ValidUntil.Sub(before.QuotedOn)))
		}
		v.Lines = append([]Line{}, before.Lines...)
		for i := range v.Lines {
			v.Lines[i].Chosen = false
		}
		if err := v.sum(); err != nil {
			return before, err
		}
		return s.add1(ctx, tx, v, Input{}, before.Name())
	})
}

func accepted(all []Quote) bool {
	for _, v := range all {
		if v.State == Accepted {
			return true
		}
	}
	return false
}

// check cleans and validates an input, and that the actor sees whom it is for.
func (s *Service) check(ctx context.Context, tx *db.Tx, in *Input) (setting.Business, error) {
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return b, err
	}
	in.Clean(cal.Today(tx.Now, b.Zone()))
	if err := in.Validate(); err != nil {
		return b, err
	}
	c := &errs.Check{}
	if _, err := s.d.Customers.MustSee(ctx, in.CustomerID); errs.Is(err, errs.NotFound) {
		c.Add("customer_id", "order.error.no_customer")
		return b, c.Err()
	} else if err != nil {
		return b, err
	}
	if in.ContactID != 0 {
		people, err := s.d.Contacts.Of(ctx, in.CustomerID)
		if err != nil {
			return b, fmt.Errorf("look for the contact of a quote: %w", err)
		}
		known := false
		for _, p := range people {
			known = known || p.ID == in.ContactID
		}
		c.That(known, "contact_id", "quote.error.no_contact")
	}
	if in.DealID != 0 {
		deal, err := s.deal(ctx, in.DealID)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return b, err
		}
		c.That(err == nil && (deal.CustomerID == 0 || deal.CustomerID == in.CustomerID), "deal_id", "quote.error.no_deal")
	}
	return b, c.Err()
}

func (s *Service) deal(ctx context.Context, id int64) (Deal, error) {
	if s.d.Deals == nil {
		return Deal{}, errs.NotVisible()
	}
	return s.d.Deals.Deal(ctx, id)
}
