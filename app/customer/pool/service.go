package pool

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/phone"
	"regulars/app/kit/text"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Customers is what the slice needs of the customers.
type Customers interface {
	MustSee(ctx context.Context, id int64) (customer.Ref, error)
	Hand(ctx context.Context, tx *db.Tx, id, from, to int64) error
}

// Notices tells people.
type Notices interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Service holds the use cases.
type Service struct {
	db        *db.DB
	events    *event.Bus
	customers Customers
	notices   Notices
	hours     func(ctx context.Context) (*cal.Hours, error)
	approvals Approvals // see OnApprovals

	nudge    chan struct{}
	counting sync.Mutex
}

// Deps is what the slice stands on.
type Deps struct {
	DB        *db.DB
	Events    *event.Bus
	Customers Customers
	Notices   Notices
	Hours     func(ctx context.Context) (*cal.Hours, error) // when the shop works
}

// New makes the service; from here on every change of an owner is written down.
func New(d Deps) *Service {
	s := &Service{db: d.DB, events: d.Events, customers: d.Customers, notices: d.Notices, hours: d.Hours, nudge: make(chan struct{}, 1)}
	d.DB.Hook(ledger{s.wake})
	return s
}

// Switches says which parts for several people are on.
func (s *Service) Switches(ctx context.Context) (setting.Teamwork, error) {
	if err := auth.From(ctx).May(Teamwork); err != nil {
		return setting.Teamwork{}, err
	}
	return setting.ReadTeamwork(ctx, s.db.Reader(ctx))
}

// Switch turns them on or off. With pools there is always one to begin with.
func (s *Service) Switch(ctx context.Context, on setting.Teamwork, name string) error {
	if err := auth.From(ctx).May(Teamwork); err != nil {
		return err
	}
	return s.db.Write(ctx, "pool.switch", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, "teamwork")
		if err := setting.PutTeamwork(ctx, tx, on); err != nil {
			return err
		}
		if !on.Pools {
			return keep(ctx, tx, sqlForgetAll)
		}
		list, err := pools(ctx, tx)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			if _, err := insertPool(ctx, tx, Pool{Name: name, Active: true, Masked: true, Warn: 3}); err != nil {
				return err
			}
		}
		if err := s.calendar(ctx, tx); err != nil {
			return err
		}
		return touchAll(ctx, tx)
	})
}

// List gives all pools, with how many customers lie in each.
func (s *Service) List(ctx context.Context) ([]Pool, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	q := s.db.Reader(ctx)
	list, err := pools(ctx, q)
	if err != nil {
		return nil, err
	}
	for i, p := range list {
		if !p.Active {
			continue
		}
		if list[i].Customers, err = lying(ctx, q, p.ID); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Mine are the active pools from which the actor may take.
func (s *Service) Mine(ctx context.Context) ([]Pool, error) {
	list, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	actor := auth.From(ctx)
	var out []Pool
	for _, p := range list {
		ok, err := s.runs(ctx, s.db.Reader(ctx), p.ID)
		if err != nil {
			return nil, err
		}
		ok = ok && p.Active
		if p.Active && !ok {
			if ok, err = member(ctx, s.db.Reader(ctx), actor.UserID, p.ID); err != nil {
				return nil, err
			}
		}
		if ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// Get reads one pool.
func (s *Service) Get(ctx context.Context, id int64) (Pool, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Pool{}, err
	}
	return onePool(ctx, s.db.Reader(ctx), id)
}

// Save makes a pool (id 0) or changes one that is still at version. Rules count
// from the next night on.
func (s *Service) Save(ctx context.Context, id, version int64, in Pool) (Pool, error) {
	if err := s.mayRun(ctx, s.db.Reader(ctx), id); err != nil {
		return Pool{}, err
	}
	if err := in.check(); err != nil {
		return Pool{}, err
	}
	op := "pool.update"
	if id == 0 {
		op = "pool.add"
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Pool, error) {
		id, err := s.put(ctx, tx, id, version, in)
		if err != nil {
			return Pool{}, err
		}
		journal.About(tx, "pool", id, in.Name)
		return onePool(ctx, tx, id)
	})
}

func (s *Service) put(ctx context.Context, tx *db.Tx, id, version int64, in Pool) (int64, error) {
	if err := s.calendar(ctx, tx); err != nil {
		return 0, err
	}
	if id == 0 {
		in.Active = true
		return insertPool(ctx, tx, in)
	}
	before, err := onePool(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	if version >= 0 && before.Version != version {
		return 0, errs.Stale(before)
	}
	if !auth.From(ctx).Can(Admin) {
		if err := in.keeps(before); err != nil {
			return 0, err
		}
	}
	if before.Active && !in.Active {
		if err := mayEnd(ctx, tx, id); err != nil {
			return 0, err
		}
	}
	return id, updatePool(ctx, tx, before, in)
}

// mayEnd refuses to end the last pool, or one that holds customers.
func mayEnd(ctx context.Context, tx *db.Tx, id int64) error {
	list, err := pools(ctx, tx)
	if err != nil {
		return err
	}
	others := 0
	for _, p := range list {
		if p.Active && p.ID != id {
			others++
		}
	}
	if others == 0 {
		return errs.New(errs.Conflict, "pool.error.last")
	}
	n, err := lying(ctx, tx, id)
	if err != nil {
		return err
	}
	if n > 0 {
		return errs.New(errs.Conflict, "pool.error.holds", "n", n)
	}
	return nil
}

// Delete removes a pool that holds nobody.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Admin); err != nil {
		return err
	}
	return s.db.Write(ctx, "pool.delete", func(ctx context.Context, tx *db.Tx) error {
		p, err := onePool(ctx, tx, id)
		if err != nil {
			return err
		}
		if p.Active {
			if err := mayEnd(ctx, tx, id); err != nil {
				return err
			}
		}
		journal.About(tx, "pool", id, p.Name)
		if err := setParts(ctx, tx, id, p, Pool{}); err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, sqlDelete, id); err != nil {
			return fmt.Errorf("delete pool %d: %w", id, err)
		}
		return nil
	})
}

// calendar keeps the days by which rules count as the shop works now; when they
// moved, everybody is counted again.
func (s *Service) calendar(ctx context.Context, tx *db.Tx) error {
	today, zone, hours, err := s.days(ctx, tx)
	if err != nil {
		return err
	}
	holds, err := calendarHolds(ctx, tx, today, zone, hours)
	if err != nil || holds {
		return err
	}
	if err := setCalendar(ctx, tx, today, zone, hours); err != nil {
		return err
	}
	return touchAll(ctx, tx)
}

// freshCalendar writes the calendar only if it has to.
func (s *Service) freshCalendar(ctx context.Context) error {
	today, zone, hours, err := s.days(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	if holds, err := calendarHolds(ctx, s.db.Reader(ctx), today, zone, hours); err != nil || holds {
		return err
	}
	return s.db.Write(ctx, "pool.calendar", func(ctx context.Context, tx *db.Tx) error {
		tx.Quiet()
		return s.calendar(ctx, tx)
	})
}

func (s *Service) days(ctx context.Context, q db.Q) (today cal.Date, zone *time.Location, hours *cal.Hours, err error) {
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return "", nil, nil, err
	}
	hours, err = s.hours(ctx)
	return cal.Today(s.db.Now(), business.Zone()), business.Zone(), hours, err
}

// In reads one page of a pool. Numbers and addresses are hidden until the
// customer is somebody's, if the pool says so.
func (s *Service) In(ctx context.Context, id int64, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	var out page.Page[Row]
	p, err := s.from(ctx, s.db.Reader(ctx), id)
	if err != nil {
		return out, err
	}
	runs, err := s.Runs(ctx, id)
	if err != nil {
		return out, err
	}
	if out, err = listed(ctx, s.db.Reader(ctx), id, req, conds); err != nil || (!p.Masked || runs) && !auth.From(ctx).Masked() {
		return out, err
	}
	for i := range out.Items {
		r := &out.Items[i]
		r.Phone, r.WeChat, r.Email = phone.Mask(r.Phone), text.Mask(r.WeChat), text.MaskEmail(r.Email)
	}
	return out, nil
}

// from is a pool from which the actor may take.
func (s *Service) from(ctx context.Context, q db.Q, id int64) (Pool, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Pool{}, err
	}
	p, err := onePool(ctx, q, id)
	if err != nil {
		return p, err
	}
	if ok, err := s.runs(ctx, q, id); ok || err != nil {
		return p, err
	}
	ok, err := member(ctx, q, actor.UserID, id)
	if err == nil && !ok {
		err = errs.NotVisible()
	}
	return p, err
}

// soonLimit is how many of those who go back soon a list shows.
const soonLimit = 500

// Soon lists who goes back soon: the actor's own, or those of the pools
// that the actor looks after. Whoever does not look after all pools is told only
// how many more there are outside of what they see.
func (s *Service) Soon(ctx context.Context, all bool) (list []Due, hidden int, err error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, 0, err
	}
	q := s.db.Reader(ctx)
	if !all {
		list, err = dueSoon(ctx, q, actor.UserID, s.db.Now(), soonLimit)
		return list, 0, err
	}
	if err := s.mayRunAny(ctx); err != nil {
		return nil, 0, err
	}
	if list, err = dueSoon(ctx, q, 0, s.db.Now(), 100000); err != nil {
		return nil, 0, err
	}
	mine, err := s.Run(ctx)
	if err != nil {
		return nil, 0, err
	}
	list = slices.DeleteFunc(list, func(d Due) bool { return !slices.ContainsFunc(mine, func(p Pool) bool { return p.ID == d.PoolID }) })
	n := len(list)
	if list, err = seen(ctx, q, list); err != nil {
		return nil, 0, err
	}
	return list[:min(len(list), soonLimit)], n - len(list), nil
}

// Due is when a customer that the actor sees goes back; nil when they do not.
func (s *Service) Due(ctx context.Context, id int64) (*Due, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	if _, err := s.customers.MustSee(ctx, id); err != nil {
		return nil, err
	}
	d, found, err := due(ctx, s.db.Reader(ctx), id)
	if err != nil || !found {
		return nil, err
	}
	return &d, nil
}

// Ledger lists who had a customer, newest first.
func (s *Service) Ledger(ctx context.Context, id int64) ([]Entry, error) {
	if _, err := s.customers.MustSee(ctx, id); err != nil {
		return nil, err
	}
	out := []Entry{}
	return out, s.db.Reader(ctx).Select(ctx, &out, sqlLedger, id)
}

// daysBetween counts midnights in the shop's zone.
func daysBetween(a, b time.Time, zone *time.Location) int {
	return cal.DateOf(b, zone).Sub(cal.DateOf(a, zone))
}
