package followup

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/customer/note"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/markup"
	"regulars/app/sys/timeline"
	"regulars/app/work/task"
)

// Customers says whether the actor may see a customer and finds them by what
// somebody typed; customer/customer has it.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[customer.Row], error)
}

// People finds whom a text speaks to and who works here; staff/notify has it.
type People interface {
	Address(ctx context.Context, text string) (string, []int64, error)
	Colleagues(ctx context.Context) ([]notify.Colleague, error)
}

// Deps are what the service stands on.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Customers Customers
	People    People
	Tasks     *task.Service
	Notes     *note.Service
	// Rebuild recomputes the customers' next contact dates when the rhythm of
	// a level changed; may be nil.
	Rebuild func(ctx context.Context) error
	// Promises takes down what was promised in an exchange; nil offers none.
	Promises Promises
}

// Service holds the use cases.
type Service struct {
	db        *db.DB
	events    *event.Bus
	customers Customers
	people    People
	tasks     *task.Service
	notes     *note.Service
	rebuild   func(ctx context.Context) error
	promises  Promises
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{db: d.DB, events: d.Events, customers: d.Customers, people: d.People, tasks: d.Tasks, notes: d.Notes, rebuild: d.Rebuild, promises: d.Promises}
}

// Create records an exchange with a customer and when to get back to them.
// Under event.Importing it takes history in: what is older than a week plans
// nothing.
func (s *Service) Create(ctx context.Context, in Input) (FollowUp, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return FollowUp{}, err
	}
	in.Clean()
	if err := in.Validate(s.db.Now()); err != nil {
		return FollowUp{}, err
	}
	return db.WriteOne(ctx, s.db, "followup.create", func(ctx context.Context, tx *db.Tx) (FollowUp, error) {
		c, err := s.customers.MustSee(ctx, in.CustomerID)
		if err != nil {
			return FollowUp{}, err
		}
		if in.UserID == 0 {
			in.UserID = actor.UserID
		}
		owner := in.OwnerID
		if owner == 0 {
			owner = in.UserID
		}
		if err := s.checkPeople(ctx, in.UserID, owner); err != nil {
			return FollowUp{}, err
		}
		f, mentioned, err := s.fill(ctx, tx, FollowUp{CustomerID: c.ID, UserID: db.ID(in.UserID), ExternalID: db.Null(in.ExternalID)}, in, owner)
		if err != nil {
			return f, err
		}
		if f.ID, err = insert(ctx, tx, f); err != nil {
			return f, err
		}
		journal.About(tx, "follow_up", f.ID, c.Name)
		if err := s.plan(ctx, tx, f, owner); err != nil {
			return f, err
		}
		f, err = visible(ctx, tx, auth.Scope{Reach: auth.All}, f.ID)
		if err != nil {
			return f, err
		}
		happened := Happened{FollowUpID: f.ID, CustomerID: f.CustomerID, Channel: f.Channel, Contact: string(f.ContactName), Mentions: mentioned, at: f.At.Time, words: f.Content}
		if !f.NextAt.IsZero() {
			happened.NextAt = f.NextAt.UnixMilli()
		}
		return f, s.events.Publish(ctx, tx, happened)
	})
}

// fill writes what a form says into an exchange.
func (s *Service) fill(ctx context.Context, tx *db.Tx, f FollowUp, in Input, owner int64) (FollowUp, []int64, error) {
	if in.ContactID != 0 {
		ok, err := ownsContact(ctx, tx, in.ContactID, f.CustomerID)
		if err != nil {
			return f, nil, err
		}
		if !ok {
			return f, nil, wrong("contact_id", "error.choice")
		}
	}
	at := tx.Now
	var err error
	if !in.At.IsZero() {
		if at, err = s.tasks.Moment(ctx, in.UserID, in.At); err != nil {
			return f, nil, err
		}
	}
	if at.After(tx.Now) {
		at = tx.Now // today's date without a time may lie ahead; what was said was said
	}
	next, err := s.tasks.Moment(ctx, owner, in.Next)
	if err != nil {
		return f, nil, err
	}
	text, mentioned, err := s.people.Address(ctx, in.Content)
	if err != nil {
		return f, nil, err
	}
	f.ContactID, f.Channel, f.Content, f.At, f.NextAt = db.ID(in.ContactID), in.Channel, text, db.At(at), db.At(next)
	return f, mentioned, nil
}

func wrong(name, key string) error {
	c := &errs.Check{}
	c.Add(name, key)
	return c.Err()
}

// checkPeople refuses a name that nobody here has.
func (s *Service) checkPeople(ctx context.Context, user, owner int64) error {
	people, err := s.people.Colleagues(ctx)
	if err != nil {
		return err
	}
	known := map[int64]bool{0: true, auth.From(ctx).UserID: true}
	for _, p := range people {
		known[p.ID] = true
	}
	if !known[user] {
		return wrong("user_id", "error.choice")
	}
	if !known[owner] {
		return wrong("owner_id", "error.choice")
	}
	return nil
}

// plan settles what was open and keeps the next time as a task.
func (s *Service) plan(ctx context.Context, tx *db.Tx, f FollowUp, owner int64) error {
	if event.History(ctx, tx.Now, f.At.Time) {
		return nil
	}
	newest, err := isNewest(ctx, tx, f)
	if err != nil {
		return err
	}
	return s.tasks.GetBack(ctx, tx, next(f, owner), newest)
}

func next(f FollowUp, owner int64) task.Next {
	return task.Next{CustomerID: f.CustomerID, AuthorID: int64(f.UserID), OwnerID: owner, FollowUpID: f.ID, Due: f.NextAt.Time, Title: task.Headline(markup.Text(f.Content))}
}

// Get reads an exchange with a customer that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (FollowUp, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return FollowUp{}, err
	}
	return visible(ctx, s.db.Reader(ctx), actor.Scope(), id)
}

// List reads one page of exchanges, the latest first.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond, more ...field.Where) (page.Page[FollowUp], error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return page.Page[FollowUp]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[FollowUp]{}, err
	}
	where = append(where, field.Where{SQL: auth.CustomerSQL, Args: actor.Scope().Args()})
	if req.Q != "" {
		where = append(where, field.Where{SQL: "(instr(lower(f.content), lower(?)) > 0 OR instr(lower(c.name), lower(?)) > 0)", Args: []any{req.Q, req.Q}})
	}
	return field.Fetch[FollowUp](ctx, s.db.Reader(ctx), list, req, append(where, more...))
}

// Update changes an exchange that is still at version; its open follow-up moves
// with it.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (FollowUp, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return FollowUp{}, err
	}
	in.Clean()
	if err := in.Validate(s.db.Now()); err != nil {
		return FollowUp{}, err
	}
	return db.WriteOne(ctx, s.db, "followup.update", func(ctx context.Context, tx *db.Tx) (FollowUp, error) {
		before, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return before, err
		}
		if before.Version != version {
			return before, errs.Stale(before)
		}
		if in.At.IsZero() {
			in.At.At = before.At.Time
		}
		in.UserID = int64(before.UserID)
		f, mentioned, err := s.fill(ctx, tx, before, in, in.UserID)
		if err != nil {
			return before, err
		}
		if err := update(ctx, tx, f); err != nil {
			return before, err
		}
		journal.About(tx, "follow_up", id, f.CustomerName)
		if err := timeline.Reword(ctx, tx, "follow_up", id, "followup.happened", f.Content, f.At); err != nil {
			return before, err
		}
		after, err := visible(ctx, tx, auth.Scope{Reach: auth.All}, id)
		if err != nil {
			return before, err
		}
		if after.ContactID != before.ContactID {
			if err := timeline.Amend(ctx, tx, "follow_up", id, "followup.happened", "contact", string(after.ContactName)); err != nil {
				return before, err
			}
		}
		if !f.NextAt.Equal(before.NextAt.Time) {
			if err := s.tasks.Replan(ctx, tx, next(f, in.UserID)); err != nil {
				return before, err
			}
		}
		if err := s.events.Publish(ctx, tx, Changed{FollowUpID: id, CustomerID: f.CustomerID, Mentions: mentioned}); err != nil {
			return before, err
		}
		return after, nil
	})
}

// Remove deletes an exchange with the follow-up that it planned; undo brings
// both back.
func (s *Service) Remove(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, "followup.delete", func(ctx context.Context, tx *db.Tx) error {
		f, err := visible(ctx, tx, actor.Scope(), id)
		if err != nil {
			return err
		}
		journal.About(tx, "follow_up", id, f.CustomerName)
		if err := s.tasks.Unplan(ctx, tx, id); err != nil {
			return err
		}
		if err := remove(ctx, tx, id); err != nil {
			return err
		}
		if err := timeline.Drop(ctx, tx, "follow_up", id); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Removed{FollowUpID: id, CustomerID: f.CustomerID})
	})
}
