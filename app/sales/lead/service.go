package lead

import (
	"context"
	"strings"

	"regulars/app/customer/contact"
	"regulars/app/customer/customer"
	"regulars/app/customer/note"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sales/deal"
	"regulars/app/sales/product"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/keys"
	"regulars/app/sys/setting"
	"regulars/app/work/followup"
)

// Customers is what a lead needs to become one.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	Alike(ctx context.Context, in customer.Input, except int64) ([]customer.Alike, error)
	Create(ctx context.Context, in customer.Input) (customer.Customer, error)
}

// Contacts is where a lead's person goes at a company.
type Contacts interface {
	Create(ctx context.Context, in contact.Input) (contact.Contact, error)
}

// Deals is where a lead's wish goes.
type Deals interface {
	Create(ctx context.Context, in deal.Input) (deal.Deal, error)
	Pipelines(ctx context.Context) ([]deal.Pipeline, error)
}

// Products is what a lead needs to know of the catalogue.
type Products interface {
	Named(ctx context.Context, typed string) (product.Product, bool, error)
	Offered(ctx context.Context, limit int) ([]product.Product, error)
}

// FollowUps and Notes are where the log of a lead goes that becomes a customer.
type FollowUps interface {
	Create(ctx context.Context, in followup.Input) (followup.FollowUp, error)
}

// Notes is the other half of it.
type Notes interface {
	Add(ctx context.Context, in note.Input) (note.Note, error)
}

// People is who works here, and how they are told something.
type People interface {
	Colleagues(ctx context.Context) ([]notify.Colleague, error)
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Roles tell what people may, so that no lead goes to somebody who cannot see it.
type Roles interface {
	Of(ctx context.Context, role string) (auth.Reach, map[string]bool, error)
}

// Deps are what the service stands on.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Customers Customers
	Contacts  Contacts
	Deals     Deals
	Products  Products
	FollowUps FollowUps
	Notes     Notes
	People    People
	Fields    *custom.Book
	Hours     func(ctx context.Context) (*cal.Hours, error)
	Keys      *keys.Ring
	Roles     Roles
}

// Service holds the use cases.
type Service struct {
	Deps
	db     *db.DB
	fields *custom.Book
	signer *keys.Signer // of the tickets that public forms carry
}

// New makes the service.
func New(d Deps) (*Service, error) {
	signer, err := d.Keys.Signer("lead form")
	return &Service{Deps: d, db: d.DB, fields: d.Fields, signer: signer}, err
}

// Get reads a lead that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (Lead, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Lead{}, err
	}
	return s.get(ctx, s.db.Reader(ctx), auth.From(ctx).Scope(), id)
}

func (s *Service) get(ctx context.Context, q db.Q, scope auth.Scope, id int64) (Lead, error) {
	l, err := visible(ctx, q, scope, id)
	if err != nil {
		return l, err
	}
	return l, s.complete(ctx, q, 1, func(int) *Lead { return &l })
}

// Listed is the list of leads with the shop's own fields.
func (s *Service) Listed(ctx context.Context) (field.List, custom.Record, error) {
	q := s.db.Reader(ctx)
	own := list
	if auth.From(ctx).Masked() {
		own = list.Masked(hidden...)
	}
	record, err := s.fields.Record(ctx, q, "lead")
	if err != nil {
		return own, record, err
	}
	l, err := record.Listed(ctx, q, own, "l")
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

// List reads one page of the leads that the actor sees.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	l, set, where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		where = append(where, matching(req.Q, set, auth.From(ctx).Masked()))
	}
	q := s.db.Reader(ctx)
	out, err := field.Fetch[Row](ctx, q, l, req, where)
	if err != nil {
		return out, err
	}
	return out, s.complete(ctx, q, len(out.Items), func(i int) *Lead { return &out.Items[i].Lead })
}

// Create takes an inquiry in. It is the person's own who writes it down, unless
// it was given to somebody or to the pool.
func (s *Service) Create(ctx context.Context, in Input) (Lead, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Lead{}, err
	}
	return db.WriteOne(ctx, s.db, "lead.create", func(ctx context.Context, tx *db.Tx) (Lead, error) {
		return s.receive(ctx, tx, Lead{}, in)
	})
}

// receive makes a lead of what was said; l holds what no form may say.
func (s *Service) receive(ctx context.Context, tx *db.Tx, l Lead, in Input) (Lead, error) {
	actor := auth.From(ctx)
	b, err := s.check(ctx, tx, &in)
	if err != nil {
		return l, err
	}
	l.Currency, l.State = b.Currency, Fresh
	l.ReceivedAt = db.At(tx.Now)
	if !in.ReceivedAt.IsZero() && in.ReceivedAt.Before(tx.Now) {
		l.ReceivedAt = db.At(in.ReceivedAt)
	}
	if in.OwnerID == 0 && !in.Unowned && !in.ByRules && actor.Signed() {
		in.OwnerID = actor.UserID
	}
	if err := s.put(ctx, tx, &l, in, b); err != nil {
		return l, err
	}
	if in.State != "" {
		l.State = in.State
	}
	if in.ByRules && in.OwnerID == 0 {
		if err := s.assign(ctx, tx, &l); err != nil {
			return l, err
		}
	}
	if err := s.begin(ctx, tx, &l); err != nil {
		return l, err
	}
	if err := s.rate(ctx, tx, &l); err != nil {
		return l, err
	}
	if err := insert(ctx, tx, &l); err != nil {
		return l, err
	}
	if err := jot(ctx, tx, l.ID, Event{Kind: "received", At: l.ReceivedAt, UserID: db.ID(actor.UserID), Words: l.Source}); err != nil {
		return l, err
	}
	journal.About(tx, "lead", l.ID, l.Name)
	if l, err = s.get(ctx, tx, auth.Scope{Reach: auth.All}, l.ID); err != nil {
		return l, err
	}
	return l, s.Events.Publish(ctx, tx, Received{l.fact(l.ReceivedAt.Time)})
}

// Update changes a lead that is still at version; a stale version is a conflict
// that carries the lead as it is now.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Lead, error) {
	return s.change(ctx, "lead.update", id, &version, func(ctx context.Context, tx *db.Tx, l *Lead) (event.Fact, error) {
		if strings.TrimSpace(in.Name) == "" {
			in.Name = l.Name
		}
		if auth.From(ctx).Masked() {
			in.Phones, in.Emails, in.WeChat = l.Phones, l.Emails, l.WeChat
		}
		b, err := s.check(ctx, tx, &in)
		if err != nil {
			return nil, err
		}
		if in.Unowned {
			in.OwnerID = 0
		}
		if err := s.mayGive(ctx, *l, in.OwnerID); err != nil {
			return nil, err
		}
		if err := s.put(ctx, tx, l, in, b); err != nil {
			return nil, err
		}
		if in.State != "" && l.IsOpen() {
			l.State = in.State
		}
		return Changed{}, nil
	})
}

// change runs an edit of one lead; version nil means whatever it is now.
func (s *Service) change(ctx context.Context, op string, id int64, version *int64, edit func(context.Context, *db.Tx, *Lead) (event.Fact, error)) (Lead, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Lead{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Lead, error) {
		before, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return before, err
		}
		if version != nil && before.Version != *version {
			if err := s.complete(ctx, tx, 1, func(int) *Lead { return &before }); err != nil {
				return before, err
			}
			return before, errs.Stale(before)
		}
		l := before
		what, err := edit(ctx, tx, &l)
		if err != nil {
			return before, err
		}
		if err := s.rate(ctx, tx, &l); err != nil {
			return before, err
		}
		if err := update(ctx, tx, l); err != nil {
			return before, err
		}
		journal.About(tx, "lead", id, l.Name)
		if l, err = s.get(ctx, tx, auth.Scope{Reach: auth.All}, id); err != nil || what == nil {
			return l, err
		}
		return l, s.publish(ctx, tx, what, l)
	})
}

// Put makes the lead of an external system what in says, and tells whether it is
// new.
func (s *Service) Put(ctx context.Context, in Input) (l Lead, created bool, err error) {
	err = s.db.Write(ctx, "lead.put", func(ctx context.Context, tx *db.Tx) error {
		id, found, err := byExternal(ctx, tx, in.ExternalSource, in.ExternalID)
		if err != nil {
			return err
		}
		if !found {
			created = true
			l, err = s.Create(ctx, in)
			return err
		}
		before, err := visible(ctx, tx, auth.From(ctx).Scope(), id)
		if err != nil {
			return err
		}
		l, err = s.Update(ctx, id, before.Version, in)
		return err
	})
	return l, created, err
}

// Delete removes a lead; undo brings it back with its log.
func (s *Service) Delete(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "lead.delete", func(ctx context.Context, tx *db.Tx) error {
		l, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		journal.About(tx, "lead", id, l.Name)
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		return s.Events.Publish(ctx, tx, Removed{l.fact(tx.Now)})
	})
}

// check cleans and validates an input.
func (s *Service) check(ctx context.Context, tx *db.Tx, in *Input) (setting.Business, error) {
	b, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return b, err
	}
	in.Clean()
	return b, in.Validate()
}
