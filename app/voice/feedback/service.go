package feedback

import (
	"context"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/view"
	"regulars/app/work/task"
)

// Notices tells people, in the transaction of what it is about.
type Notices interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Tasks makes the light task of thanking a promoter, once per source key.
type Tasks interface {
	Ensure(ctx context.Context, tx *db.Tx, t task.Task) (int64, error)
}

// Surveys asks a case's question again: the same survey, exempt from the
// contact budget this once, never from an opt-out (an *errs.Error says why
// the customer cannot be asked). A case that is reopened begins a new round,
// and each round asks once.
type Surveys interface {
	Reask(ctx context.Context, tx *db.Tx, caseID int64, round int, customerID, surveyID int64) error
}

// Contacts logs that somebody spoke with the customer.
type Contacts interface {
	LogContact(ctx context.Context, customer int64, channel, content string) (exchange int64, err error)
}

// Deps are the neighbours of the slice.
type Deps struct {
	DB       *db.DB
	Events   *event.Bus
	Days     Days
	Notices  Notices
	Tasks    Tasks
	Surveys  Surveys
	Contacts Contacts
	Topics   Topics // nil: what was spoken of leads to nobody
	Consent  Consent
	Outbox   *outbox.Outbox
	View     *view.Engine
	BaseURL  func() string
}

// Service holds the use cases.
type Service struct {
	Deps
	db      *db.DB
	natural naturalCache
}

// New makes the service.
func New(d Deps) *Service {
	s := &Service{Deps: d, db: d.DB}
	d.Events.InTx(s.claimed, "response.claimed")
	return s
}

// List reads one page of the cases whose customers the actor sees, the most
// urgent first.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	where, err := s.where(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "instr(lower(c.name), lower(?)) > 0", Args: []any{req.Q}})
	}
	return field.Fetch[Row](ctx, s.db.Reader(ctx), list, req, where)
}

// Get reads one case.
func (s *Service) Get(ctx context.Context, id int64) (Case, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Case{}, err
	}
	return get(ctx, s.db.Reader(ctx), actor.Scope(), id)
}

// Events are what happened to a case, newest first.
func (s *Service) Events(ctx context.Context, id int64) ([]Event, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	out := []Event{}
	err := s.db.Reader(ctx).Select(ctx, &out, sqlEvents, id)
	return out, err
}

// Count is how many cases are open and how many of them are late.
func (s *Service) Count(ctx context.Context) (open, late int, err error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return 0, 0, err
	}
	var row struct {
		N    int `db:"n"`
		Late int `db:"late"`
	}
	scope := actor.Scope().Args()
	err = s.db.Reader(ctx).Get(ctx, &row, sqlCount, append([]any{db.At(s.db.Now()), scope[0], actor.UserID, actor.UserID}, scope...)...)
	return row.N, row.Late, err
}

// Assign gives a case to somebody else.
func (s *Service) Assign(ctx context.Context, id, version, owner int64) (Case, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Case{}, err
	}
	return db.WriteOne(ctx, s.db, "feedback.assign", func(ctx context.Context, tx *db.Tx) (Case, error) {
		c, err := current(ctx, tx, actor.Scope(), id, version)
		if err != nil || int64(c.OwnerID) == owner {
			return c, err
		}
		var n int
		if err := tx.Get(ctx, &n, sqlWorks, owner); err != nil {
			return c, err
		}
		check := &errs.Check{}
		check.That(n == 1, "owner_id", "error.choice")
		if err := check.Err(); err != nil {
			return c, err
		}
		c.OwnerID, c.OwnerWhy = db.ID(owner), whyGiven
		if err := s.keep(ctx, tx, &c); err != nil {
			return c, err
		}
		if err := note(ctx, tx, id, Event{Kind: "owner", Note: string(c.OwnerName)}, ""); err != nil {
			return c, err
		}
		if err := s.tell(ctx, tx, c, notify.Assigned, "assigned", owner); err != nil {
			return c, err
		}
		return c, s.Deps.Events.Publish(ctx, tx, Changed{fact: factOf(c), From: c.State, To: c.State})
	})
}

// LogContact records that somebody spoke with the customer, which is what
// counts as the first reply.
func (s *Service) LogContact(ctx context.Context, id int64, channel, content string) (Case, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Case{}, err
	}
	return db.WriteOne(ctx, s.db, "feedback.contact", func(ctx context.Context, tx *db.Tx) (Case, error) {
		c, err := get(ctx, tx, actor.Scope(), id)
		if err != nil {
			return c, err
		}
		return c, s.spoke(ctx, tx, &c, channel, content)
	})
}

// current is a case that is still at version; 0 skips the check.
func current(ctx context.Context, tx *db.Tx, scope auth.Scope, id, version int64) (Case, error) {
	c, err := get(ctx, tx, scope, id)
	if err != nil {
		return c, err
	}
	if version != 0 && version != c.Version {
		return c, errs.Stale(c)
	}
	journal.About(tx, subject, c.ID, c.label())
	return c, nil
}

// keep stores a case with its next deadline and reads it back.
func (s *Service) keep(ctx context.Context, tx *db.Tx, c *Case) error {
	zone, err := s.zone(ctx, tx)
	if err != nil {
		return err
	}
	c.DueAt = db.At(c.due(zone))
	if err := save(ctx, tx, *c); err != nil {
		return err
	}
	*c, err = get(ctx, tx, everything, c.ID)
	return err
}
