package analysis

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/export"
	"regulars/app/sys/field"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/view"
)

// Deps are what the service needs.
type Deps struct {
	DB      *db.DB
	Lists   Lists
	Fields  *custom.Book
	Users   auth.Users
	Mail    *outbox.Outbox
	View    *view.Engine
	BaseURL func() string

	Segments Segments
	Bound    time.Duration // of one report, 0 for a minute
}

// Service counts reports and keeps them.
type Service struct {
	Deps
	desk  *export.Desk
	kinds []Kind
	turns chan struct{}
	lock  sync.Mutex
	runs  map[string]*run
	life  context.Context // ends with the program, and reports with it
}

// together is how many reports are counted at a time: pages keep readers of the
// database for themselves.
const together = 2

// New makes the service.
func New(d Deps) *Service {
	if d.Bound == 0 {
		d.Bound = time.Minute
	}
	return &Service{Deps: d, kinds: kinds(d.Lists), turns: make(chan struct{}, together), runs: map[string]*run{}, life: context.Background()}
}

// Start ties reports that are being counted to the program's life.
func (s *Service) Start(ctx context.Context) { s.life = ctx }

func (s *Service) tooLong(cause error) error {
	if errors.Is(cause, context.Canceled) {
		return errs.New(errs.Unavailable, "analysis.error.stopped")
	}
	return errs.New(errs.Unavailable, "analysis.error.long", "n", int(s.Bound.Seconds()))
}

// List lists the reports that the actor sees: their own and those shown to their
// role.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Listed], error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return page.Page[Listed]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Listed]{}, err
	}
	return field.Fetch[Listed](ctx, s.DB.Reader(ctx), list, req, append(where, field.Where{SQL: seen, Args: seenArgs(actor)}))
}

// Get reads a report that the actor sees.
func (s *Service) Get(ctx context.Context, id int64) (Report, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Report{}, err
	}
	return get(ctx, s.DB.Reader(ctx), actor, id)
}

// RunSaved counts a kept report with further filters: a tile of a dashboard.
func (s *Service) RunSaved(ctx context.Context, l *i18n.Locale, id int64, extra ...filter.Cond) (Report, Table, error) {
	r, err := s.Get(ctx, id)
	if err != nil {
		return r, Table{}, err
	}
	spec, err := r.Spec()
	if err != nil {
		return r, Table{}, err
	}
	t, err := s.Run(ctx, l, spec, extra...)
	return r, t, err
}

// check refuses a report that cannot be counted, and words its query as the
// program does.
func (s *Service) check(ctx context.Context, in *Input) error {
	in.Clean()
	if err := in.Validate(); err != nil {
		return err
	}
	spec, err := parseText(in.Query)
	if err != nil {
		return err
	}
	in.Query = spec.Query().Encode()
	_, err = s.prepare(ctx, s.View.Bundle().For(auth.From(ctx).Locale), spec)
	return err
}

// mayShow refuses a change of whom a report is shown to from whoever may not.
func mayShow(a *auth.Actor, before roles, now []string) error {
	if slices.Equal(before.list(), now) {
		return nil
	}
	return a.May(Share)
}

// Create keeps a report.
func (s *Service) Create(ctx context.Context, in Input) (Report, error) {
	actor := auth.From(ctx)
	if err := errors.Join(actor.May(Read), actor.May(Write)); err != nil {
		return Report{}, actor.May(Write)
	}
	if err := s.check(ctx, &in); err != nil {
		return Report{}, err
	}
	if err := mayShow(actor, "", in.Roles); err != nil {
		return Report{}, err
	}
	return db.WriteOne(ctx, s.DB, "analysis.create", func(ctx context.Context, tx *db.Tx) (Report, error) {
		id, err := insert(ctx, tx, in, actor.UserID)
		if err != nil {
			return Report{}, err
		}
		journal.About(tx, "analysis_report", id, in.Name)
		return get(ctx, tx, actor, id)
	})
}

// Update changes a report that is still at version.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Report, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Report{}, err
	}
	if err := s.check(ctx, &in); err != nil {
		return Report{}, err
	}
	return db.WriteOne(ctx, s.DB, "analysis.update", func(ctx context.Context, tx *db.Tx) (Report, error) {
		r, err := get(ctx, tx, actor, id)
		if err != nil {
			return r, err
		}
		if err := r.mayChange(actor); err != nil {
			return r, err
		}
		if err := mayShow(actor, r.Roles, in.Roles); err != nil {
			return r, err
		}
		if r.Version != version {
			return r, errs.Stale(r)
		}
		if err := update(ctx, tx, id, in); err != nil {
			return r, err
		}
		journal.About(tx, "analysis_report", id, in.Name)
		return get(ctx, tx, actor, id)
	})
}

// Delete forgets a report with its mail, undoable.
func (s *Service) Delete(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	return s.DB.Write(ctx, "analysis.delete", func(ctx context.Context, tx *db.Tx) error {
		r, err := get(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := r.mayChange(actor); err != nil {
			return err
		}
		journal.About(tx, "analysis_report", id, r.Name)
		return remove(ctx, tx, id)
	})
}
