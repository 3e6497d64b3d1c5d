package letter

import (
	"context"
	"errors"
	"slices"

	"regulars/app/insight/periodical"
	"regulars/app/insight/satisfaction"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/slot"
	"regulars/app/sales/deal"
	"regulars/app/sales/lead"
	"regulars/app/sales/order"
	"regulars/app/sales/payment"
	"regulars/app/sales/promise"
	"regulars/app/sales/receivable"
	"regulars/app/sales/target"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/voice/feedback"
	"regulars/app/voice/survey"
)

// customers is the permission to see customers.
const customers = "customer.read"

// Counter counts under the conditions of a list.
type Counter interface {
	Count(ctx context.Context, conds []filter.Cond, limit int) (int, error)
}

// Complaints are counted under the conditions of their list.
type Complaints interface {
	Matches(ctx context.Context, conds []filter.Cond, limit int) (int, error)
}

// Debts tells who owes how much for how long.
type Debts interface {
	InSum(ctx context.Context, n receivable.Narrow) (receivable.InSum, error)
}

// Deps are what the service needs.
type Deps struct {
	DB        *db.DB
	Counts    *satisfaction.Service
	Customers Counter
	Leads     Counter
	Cases     Complaints
	Debts     Debts
	Users     auth.Users
	Mail      *outbox.Outbox
	View      *view.Engine
	BaseURL   func() string // where links in mail lead, "" leaves them out
}

// Service makes letters.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// List lists the letters that the reader may see, the newest first.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Letter], error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return page.Page[Letter]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Letter]{}, err
	}
	return field.Fetch[Letter](ctx, s.DB.Reader(ctx), list, req, append(where, periodical.Scoped(actor, Read, "l.team_id")))
}

// Get reads one, without what its reader may not see elsewhere.
func (s *Service) Get(ctx context.Context, id int64) (Letter, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Letter{}, err
	}
	q := s.DB.Reader(ctx)
	l, err := get(ctx, q, id)
	if err == nil && !l.Seen(actor, Read) {
		err = errs.NotVisible()
	}
	if err != nil {
		return Letter{}, err
	}
	return s.open(ctx, l, actor)
}

// open makes a letter ready for its reader: what they may see, with names.
func (s *Service) open(ctx context.Context, l Letter, actor *auth.Actor) (Letter, error) {
	l.Figures = l.Figures.For(actor)
	var ids []int64
	for _, c := range slices.Concat(l.Figures.Up, l.Figures.Down) {
		ids = append(ids, c.ID)
	}
	var err error
	if len(ids) > 0 {
		l.names, err = namesOf(ctx, s.DB.Reader(ctx), actor, ids)
	}
	return l, err
}

// For takes away what its reader may not see elsewhere.
func (f Figures) For(a *auth.Actor) Figures {
	if !a.Can(customers) || !a.Can(order.Read) {
		f.Customers, f.Up, f.Down = nil, nil, nil
	}
	if !a.Can(order.Read) {
		f.Sales, f.Bars, f.Best = nil, nil, nil
	}
	if !a.Can(payment.Read) {
		f.Cash, f.Owed = nil, nil
	}
	if !a.Can(promise.Read) {
		f.Promises = nil
	}
	if !a.Can(deal.Read) {
		f.Deals = nil
	}
	if !a.Can(lead.Read) {
		f.Leads = nil
	}
	if !a.Can(target.Read) {
		f.Targets = nil
	}
	if !a.Can(survey.Read) {
		f.Surveys = nil
	}
	if !a.Can(feedback.Read) {
		f.Cases = nil
	}
	steps := []Step{}
	for _, s := range f.Steps {
		if s.may(a) {
			steps = append(steps, s)
		}
	}
	f.Steps = steps
	return f
}

// makeOp is the write that makes letters: a letter that was made stays.
const makeOp = "letter.make"

// Stands are the writes that no undo takes back, with what is said instead.
var Stands = map[string]string{makeOp: "letter.error.stands"}

// Make makes a letter now, of a team or of all that the reader sees. Nobody gets
// it by mail.
func (s *Service) Make(ctx context.Context, kind slot.Kind, team int64) (Letter, error) {
	actor := auth.From(ctx)
	if err := errors.Join(actor.May(Write), actor.May(Read)); err != nil {
		return Letter{}, err
	}
	c := &errs.Check{}
	c.That(slices.Contains(Kinds, kind), "kind", "error.choice")
	if err := c.Err(); err != nil {
		return Letter{}, err
	}
	team, err := s.readers().Whose(ctx, s.DB.Reader(ctx), actor, team)
	if err != nil {
		return Letter{}, err
	}
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return Letter{}, err
	}
	at := slot.Now(kind, s.DB.Now(), b.Zone())
	figures, err := s.figures(ctx, at, []int64{team})
	if err != nil {
		return Letter{}, err
	}
	id, err := db.WriteOne(ctx, s.DB, makeOp, func(ctx context.Context, tx *db.Tx) (int64, error) {
		id, _, err := shelf.Keep(ctx, tx, at, team, actor.UserID, figures[team])
		journal.About(tx, subject, id, at.Name)
		return id, err
	})
	if err != nil {
		return Letter{}, err
	}
	return s.Get(ctx, id)
}

// Run makes the letters that are due.
func (s *Service) Run(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	set, err := readSettings(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	for _, r := range set.rhythms() {
		if err := s.run(ctx, set, r.Rhythm, r.from); err != nil {
			return err
		}
	}
	return nil
}

// run makes the newest letters of a rhythm: the whole shop's and each team's,
// with their mails, all in one stroke. Whatever interrupts it, the next run finds
// either everything or nothing.
func (s *Service) run(ctx context.Context, set Settings, r slot.Rhythm, from int64) error {
	q := s.DB.Reader(ctx)
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	at := slot.Newest(r, s.DB.Now(), b.Zone())
	if at.Due.UnixMilli() < from {
		return nil
	}
	if had, err := shelf.Holds(ctx, q, at); err != nil || had {
		return err
	}
	teams, err := periodical.Teams(ctx, q)
	if err != nil {
		return err
	}
	ids := []int64{0}
	for _, t := range teams {
		ids = append(ids, t.ID)
	}
	figures, err := s.figures(ctx, at, ids)
	if err != nil {
		return err
	}
	people, err := s.readers().Today(ctx, set.Recipients)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, makeOp, func(ctx context.Context, tx *db.Tx) error {
		made, err := shelf.Publish(ctx, tx, subject, at, teams, func(team int64) any { return figures[team] })
		if err != nil {
			return err
		}
		return s.readers().Send(ctx, tx, s.Mail, "letter", at, people, func(team int64, a *auth.Actor) (m outbox.Message, ok bool, err error) {
			issue, ok := made[team]
			if !ok {
				return m, false, nil
			}
			m, err = s.mail(ctx, b, Letter{Issue: issue, Figures: figures[team]}, a, tx.Now)
			return m, true, err
		})
	})
}
