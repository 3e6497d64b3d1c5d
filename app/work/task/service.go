package task

import (
	"context"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/view"
)

// Customers says whether the actor may see a customer; customer/customer has it.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
}

// Notices tells people; staff/notify has it.
type Notices interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
	Colleagues(ctx context.Context) ([]notify.Colleague, error)
}

// Mailer queues the digest; sys/outbox has it.
type Mailer interface {
	Queue(ctx context.Context, tx *db.Tx, m outbox.Message) (id int64, created bool, err error)
}

// Deps are what the service stands on.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Customers Customers
	Notices   Notices
	Users     auth.Users
	Mail      Mailer
	View      *view.Engine
	BaseURL   func() string // where links in mail and calendars lead; "" leaves them out
}

// Service holds the use cases.
type Service struct {
	db        *db.DB
	events    *event.Bus
	customers Customers
	notices   Notices
	users     auth.Users
	mail      Mailer
	view      *view.Engine
	baseURL   func() string
	card      MorningCard
	handed    Handed
	about     map[string]func(ctx context.Context, id int64) (customer int64, err error)
}

// New makes the service. Its digest holds what is due until SetCard gives it
// the morning card.
func New(d Deps) *Service {
	s := &Service{db: d.DB, events: d.Events, customers: d.Customers, notices: d.Notices, users: d.Users, mail: d.Mail, view: d.View, baseURL: d.BaseURL, about: map[string]func(context.Context, int64) (int64, error){}}
	s.card = dueCard{s}
	return s
}

// Get reads a task that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (Task, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Task{}, err
	}
	return visible(ctx, s.db.Reader(ctx), actor.Scope(), id)
}

// Create makes a task, for oneself or for a colleague.
func (s *Service) Create(ctx context.Context, in Input) (Task, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Task{}, err
	}
	in.Clean()
	if err := in.Validate(); err != nil {
		return Task{}, err
	}
	return db.WriteOne(ctx, s.db, "task.create", func(ctx context.Context, tx *db.Tx) (Task, error) {
		t := Task{CreatorID: db.ID(actor.UserID), Subject: in.About}
		if err := s.concern(ctx, &in); err != nil {
			return t, err
		}
		if in.OwnerID == 0 {
			in.OwnerID = actor.UserID
		}
		if err := s.fill(ctx, tx, &t, in); err != nil {
			return t, err
		}
		if err := s.makeRoom(ctx, tx, t); err != nil {
			return t, err
		}
		id, err := insert(ctx, tx, t)
		if err != nil {
			return t, err
		}
		journal.About(tx, "task", id, t.Title)
		if t, err = one(ctx, tx, id); err != nil {
			return t, err
		}
		return t, s.changed(ctx, tx, t, true)
	})
}

// Update changes a task that is still at version.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Task, error) {
	in.Clean()
	if err := in.Validate(); err != nil {
		return Task{}, err
	}
	return s.change(ctx, "task.update", id, &version, func(ctx context.Context, tx *db.Tx, t *Task) error {
		return s.fill(ctx, tx, t, in)
	})
}

// Assign gives an open task to somebody else.
func (s *Service) Assign(ctx context.Context, id, owner int64) (Task, error) {
	return s.change(ctx, "task.assign", id, nil, func(ctx context.Context, tx *db.Tx, t *Task) error {
		in := t.Input()
		in.OwnerID = owner
		return s.fill(ctx, tx, t, in)
	})
}

// Snooze puts an open task off: by an hour, to tomorrow, to next week or to a
// date with or without a time.
func (s *Service) Snooze(ctx context.Context, id int64, by, day, clock string) (Task, error) {
	return s.change(ctx, "task.snooze", id, nil, func(ctx context.Context, tx *db.Tx, t *Task) error {
		if !t.Open() {
			return errs.New(errs.Conflict, "task.error.done")
		}
		p, err := personOf(ctx, tx, auth.From(ctx).UserID)
		if err != nil {
			return err
		}
		at, err := PutOff(by, day, clock, t.DueAt.Time, tx.Now, p.hours)
		if err != nil {
			return inField("date", err)
		}
		if !at.After(tx.Now) {
			return inField("date", errs.New(errs.Invalid, "error.past"))
		}
		t.DueAt = db.At(at)
		return nil
	})
}

// SnoozeUntil puts an open task off to a moment.
func (s *Service) SnoozeUntil(ctx context.Context, id int64, until When) (Task, error) {
	return s.change(ctx, "task.snooze", id, nil, func(ctx context.Context, tx *db.Tx, t *Task) error {
		if !t.Open() {
			return errs.New(errs.Conflict, "task.error.done")
		}
		at, err := s.moment(ctx, tx, int64(t.OwnerID), until)
		if err != nil {
			return err
		}
		if !at.After(tx.Now) {
			return inField("until", errs.New(errs.Invalid, "error.past"))
		}
		t.DueAt = db.At(at)
		return nil
	})
}

// change runs an edit of one task; version nil means whatever it is now.
func (s *Service) change(ctx context.Context, op string, id int64, version *int64, edit func(context.Context, *db.Tx, *Task) error) (Task, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Task{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Task, error) {
		before, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return before, err
		}
		if version != nil && before.Version != *version {
			return before, errs.Stale(before)
		}
		t := before
		if err := edit(ctx, tx, &t); err != nil {
			return before, err
		}
		if t.Open() && (t.OwnerID != before.OwnerID || t.CustomerID != before.CustomerID || t.Kind != before.Kind) {
			if err := s.makeRoom(ctx, tx, t); err != nil {
				return before, err
			}
		}
		if err := update(ctx, tx, t); err != nil {
			return before, err
		}
		journal.About(tx, "task", id, t.Title)
		if t, err = one(ctx, tx, id); err != nil {
			return t, err
		}
		if before.CustomerID != 0 && before.CustomerID != t.CustomerID {
			if err := s.events.Publish(ctx, tx, Changed{TaskID: id, CustomerID: int64(before.CustomerID)}); err != nil {
				return t, err
			}
		}
		return t, s.changed(ctx, tx, t, t.OwnerID != before.OwnerID)
	})
}

// fill writes what a form says into a task and checks whom it names.
func (s *Service) fill(ctx context.Context, tx *db.Tx, t *Task, in Input) error {
	if in.CustomerID != 0 && in.CustomerID != int64(t.CustomerID) {
		if _, err := s.customers.MustSee(ctx, in.CustomerID); err != nil {
			return err
		}
	}
	if in.OwnerID != 0 && in.OwnerID != int64(t.OwnerID) {
		p, err := personOf(ctx, tx, in.OwnerID)
		if err != nil {
			return err
		}
		if p.ID == 0 || p.Status == "disabled" {
			return inField("owner_id", errs.New(errs.Invalid, "error.choice"))
		}
	}
	at, err := s.moment(ctx, tx, in.OwnerID, in.Due)
	if err != nil {
		return err
	}
	t.Kind, t.Title, t.Notes = in.Kind, in.Title, in.Notes
	t.CustomerID, t.OwnerID, t.DueAt = db.ID(in.CustomerID), db.ID(in.OwnerID), db.At(at)
	return nil
}

// moment is when w is for a person; for nobody the shop's hours hold.
func (s *Service) moment(ctx context.Context, q db.Q, user int64, w When) (time.Time, error) {
	if w.Day == "" {
		return w.At, nil
	}
	p, err := personOf(ctx, q, user)
	return w.In(p.hours), err
}

// Moment is when w is for a person: a day without a time begins with their digest.
func (s *Service) Moment(ctx context.Context, user int64, w When) (time.Time, error) {
	return s.moment(ctx, s.db.Reader(ctx), user, w)
}

// makeRoom closes the open follow-up that another one takes the place of.
func (s *Service) makeRoom(ctx context.Context, tx *db.Tx, t Task) error {
	if t.Kind != FollowUp {
		return nil
	}
	old, found, err := maybe(ctx, tx, sqlOpenNext, t.CustomerID, int64(t.OwnerID))
	if err != nil || !found || old.ID == t.ID {
		return err
	}
	return s.closeQuietly(ctx, tx, old)
}

// closeQuietly closes a task that something else took care of: it says nothing
// on the timeline, where that other thing stands already.
func (s *Service) closeQuietly(ctx context.Context, tx *db.Tx, t Task) error {
	t.DoneAt, t.DoneBy = db.At(tx.Now), db.ID(auth.From(ctx).UserID)
	if err := finish(ctx, tx, t); err != nil {
		return err
	}
	return s.events.Publish(ctx, tx, Changed{TaskID: t.ID, CustomerID: int64(t.CustomerID)})
}

// changed publishes what became of a task, and to whom it was given.
func (s *Service) changed(ctx context.Context, tx *db.Tx, t Task, given bool) error {
	if err := s.events.Publish(ctx, tx, Changed{TaskID: t.ID, CustomerID: int64(t.CustomerID)}); err != nil {
		return err
	}
	if !given || t.OwnerID == 0 || int64(t.OwnerID) == auth.From(ctx).UserID {
		return nil
	}
	title, err := s.heading(ctx, tx, t)
	if err != nil {
		return err
	}
	return s.events.Publish(ctx, tx, Assigned{TaskID: t.ID, CustomerID: int64(t.CustomerID), OwnerID: int64(t.OwnerID), Title: title})
}

// heading is what a task is called in its owner's language.
func (s *Service) heading(ctx context.Context, q db.Q, t Task) (string, error) {
	if t.Title != "" {
		return t.Title, nil
	}
	p, err := personOf(ctx, q, int64(t.OwnerID))
	return t.Heading(s.view.Bundle().For(p.Locale)), err
}

// Complete finishes a task; doing it twice changes nothing.
func (s *Service) Complete(ctx context.Context, id int64) (Task, error) {
	return s.finish(ctx, "task.complete", id, func(ctx context.Context, tx *db.Tx, t *Task) error {
		if !t.Open() {
			return nil
		}
		t.DoneAt, t.DoneBy = db.At(tx.Now), db.ID(auth.From(ctx).UserID)
		title, err := s.heading(ctx, tx, *t)
		if err != nil {
			return err
		}
		if err := finish(ctx, tx, *t); err != nil {
			return err
		}
		done := Done{TaskID: t.ID, CustomerID: int64(t.CustomerID), TaskKind: t.Kind, Title: title}
		if !t.DueAt.IsZero() {
			done.DueAt = t.DueAt.UnixMilli()
		}
		return s.events.Publish(ctx, tx, done)
	})
}

// Reopen takes back that a task is done.
func (s *Service) Reopen(ctx context.Context, id int64) (Task, error) {
	return s.finish(ctx, "task.reopen", id, func(ctx context.Context, tx *db.Tx, t *Task) error {
		if t.Open() {
			return nil
		}
		if t.Kind == FollowUp {
			_, found, err := maybe(ctx, tx, sqlOpenNext, t.CustomerID, int64(t.OwnerID))
			if err != nil {
				return err
			}
			if found {
				return errs.New(errs.Conflict, "task.error.open_already")
			}
		}
		t.DoneAt, t.DoneBy = db.Time{}, 0
		if err := finish(ctx, tx, *t); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Changed{TaskID: t.ID, CustomerID: int64(t.CustomerID)})
	})
}

func (s *Service) finish(ctx context.Context, op string, id int64, act func(context.Context, *db.Tx, *Task) error) (Task, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Task{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Task, error) {
		t, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return t, err
		}
		if err := act(ctx, tx, &t); err != nil {
			return t, err
		}
		journal.About(tx, "task", id, t.Title)
		return one(ctx, tx, id)
	})
}

// Remove deletes a task; undo brings it back.
func (s *Service) Remove(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "task.delete", func(ctx context.Context, tx *db.Tx) error {
		t, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		journal.About(tx, "task", id, t.Title)
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Removed{TaskID: id, CustomerID: int64(t.CustomerID)})
	})
}

// inField puts an expected failure beside the form field that caused it.
func inField(field string, err error) error {
	e, ok := errs.As(err)
	if !ok || len(e.Fields) > 0 {
		return err
	}
	key := e.Message.Key
	if e.Kind == errs.NotFound {
		key = "error.choice"
	} else if e.Kind != errs.Invalid {
		return err
	}
	c := &errs.Check{}
	c.Add(field, key)
	return c.Err()
}
