package target

import (
	"context"
	"strconv"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/stats"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Deals say what history makes of the open deals; sales/deal has them.
type Deals interface {
	Likely(ctx context.Context, q db.Q, from, to cal.Date, currency string, today cal.Date) ([]stats.Prospect, bool, error)
	Judge(ctx context.Context, q db.Q, today cal.Date) (n int, stages, history float64, err error)
}

// Deps are what the service stands on.
type Deps struct {
	DB    *db.DB
	Deals Deals
}

// Service holds the use cases.
type Service struct {
	Deps
	unheard func(ctx context.Context) (late, due bool, err error) // see OnUnheard; nil hears all
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// OnUnheard says which alarms mean nothing in the shop: then nothing is expected of
// customers who are due by their own rhythm.
func (s *Service) OnUnheard(tried func(ctx context.Context) (late, due bool, err error)) {
	s.unheard = tried
}

// Targets are those of a period.
func (s *Service) Targets(ctx context.Context, period string) ([]Target, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return nil, err
	}
	if _, err := ParsePeriod(period); err != nil {
		return nil, wrong("period", "target.error.period")
	}
	q := s.DB.Reader(ctx)
	list, err := targetsOf(ctx, q, period)
	if err != nil {
		return nil, err
	}
	people, err := s.people(ctx, q)
	if err != nil {
		return nil, err
	}
	out := []Target{}
	for _, t := range list {
		if s.sees(auth.From(ctx), t.Subject, t.Key(), people) {
			out = append(out, t)
		}
	}
	return out, nil
}

// Set makes targets what the inputs say; an amount of 0 takes one away. All or
// none.
func (s *Service) Set(ctx context.Context, list []Input) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	if !actor.Scope().Everything() {
		return errs.New(errs.Denied, "error.denied")
	}
	return s.DB.Write(ctx, "target.set", func(ctx context.Context, tx *db.Tx) error {
		for _, in := range list {
			if err := in.Validate(); err != nil {
				return err
			}
			if err := s.set(ctx, tx, in); err != nil {
				return err
			}
		}
		if len(list) > 0 {
			journal.About(tx, "target", 0, list[0].Period)
		}
		return nil
	})
}

func (s *Service) set(ctx context.Context, tx *db.Tx, in Input) error {
	if in.Amount == 0 {
		have, err := targetsOf(ctx, tx, in.Period)
		if err != nil {
			return err
		}
		for _, t := range have {
			if t.Subject == in.Subject && t.Metric == in.Metric && (t.Key() == in.Key || in.Subject == Company) {
				if _, err := tx.Exec(ctx, sqlDrop, t.ID); err != nil {
					return err
				}
			}
		}
		return nil
	}
	id, _ := strconv.ParseInt(in.Key, 10, 64) // checked by Validate where it is one
	var user, team, product db.ID
	region := ""
	switch in.Subject {
	case Person:
		user = db.ID(id)
	case Team:
		team = db.ID(id)
	case Product:
		product = db.ID(id)
	case Region:
		region = in.Key
	}
	_, err := tx.Exec(ctx, sqlPut, in.Period, in.Metric, in.Subject, user, team, product, region, in.Amount, db.At(tx.Now), db.At(tx.Now))
	if db.IsConstraint(err) {
		return wrong("key", "error.choice")
	}
	return err
}

func wrong(field, key string, args ...any) error {
	c := &errs.Check{}
	c.Add(field, key, args...)
	return c.Err()
}

// today is the shop's day, and its settings.
func (s *Service) today(ctx context.Context) (cal.Date, setting.Business, error) {
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	return cal.Today(s.DB.Now(), business.Zone()), business, err
}
