package dashboard

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"regulars/app/insight/analysis"
	"regulars/app/insight/evaluation"
	"regulars/app/insight/retention"
	"regulars/app/insight/satisfaction"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/journal"
	"regulars/app/voice/survey"
)

// Deps are what the service needs.
type Deps struct {
	DB         *db.DB
	Bundle     *i18n.Bundle
	Reports    *analysis.Service
	Evaluation *evaluation.Service
	Retention  *retention.Service
	Counts     *satisfaction.Service
	Surveys    *survey.Service
	Version    string // of the program: what another one drew is not taken up
}

// Service arranges dashboards and draws them.
type Service struct {
	Deps
	kept     keeper
	life     context.Context // ends with the program, and counting with it
	Patience time.Duration   // how long a page waits for its tiles
}

// patience keeps a page fast: what is not counted by then comes after it.
const patience = 60 * time.Millisecond

// New makes the service.
func New(d Deps) *Service {
	return &Service{Deps: d, kept: keeper{by: map[string]*figure{}}, life: context.Background(), Patience: patience}
}

// All are the dashboards that the actor sees, without their tiles: the ready ones
// that have something for them, then their own, then those shown to their role.
func (s *Service) All(ctx context.Context, l *i18n.Locale) ([]Dashboard, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	r, err := s.reader(ctx)
	if err != nil {
		return nil, err
	}
	var out []Dashboard
	for _, d := range readyFor(actor.Role) {
		if slices.ContainsFunc(d.Tiles, func(t Tile) bool { return r.may(t.Source) }) {
			d.Name = l.T("dashboard.ready." + d.Key)
			out = append(out, d)
		}
	}
	kept, err := all(ctx, s.DB.Reader(ctx), actor)
	return append(out, kept...), err
}

// Get reads a dashboard that the actor sees: a ready one by its key, others by
// their number.
func (s *Service) Get(ctx context.Context, l *i18n.Locale, which string) (Dashboard, error) {
	actor := auth.From(ctx)
	if err := actor.May(Read); err != nil {
		return Dashboard{}, err
	}
	for _, d := range readyFor(actor.Role) {
		if d.Key == which {
			d.Name = l.T("dashboard.ready." + d.Key)
			return d, nil
		}
	}
	id, err := strconv.ParseInt(which, 10, 64)
	if err != nil || id <= 0 || strconv.FormatInt(id, 10) != which {
		return Dashboard{}, errs.NotVisible()
	}
	return get(ctx, s.DB.Reader(ctx), actor, id)
}

// tile is a checked input as it is kept.
func (in TileInput) tile() Tile {
	t := Tile{Source: in.Source, Title: in.Title, Look: in.Look, Width: in.Width}
	if id, ok := reportID(in.Source); ok {
		t.Source, t.ReportID = "", db.ID(id)
	}
	return t
}

func reportID(source string) (int64, bool) {
	text, ok := strings.CutPrefix(source, reportPrefix)
	id, err := strconv.ParseInt(text, 10, 64)
	return id, ok && err == nil && id > 0
}

// check refuses tiles of what there is not, or what the actor may not see. What
// stands there already may stay: another may see it.
func (s *Service) check(ctx context.Context, in *Input, was []Tile) error {
	in.Clean()
	if err := in.Validate(); err != nil {
		return err
	}
	r, err := s.reader(ctx)
	if err != nil {
		return err
	}
	c := &errs.Check{}
	seen := map[int64]bool{}
	for _, t := range in.Tiles {
		at := slices.IndexFunc(was, func(w Tile) bool { return w.ID == t.ID })
		c.That(t.ID == 0 || at >= 0 && !seen[t.ID], "tiles", "error.choice")
		seen[t.ID] = true
		if at >= 0 && was[at].From() == t.Source {
			continue
		}
		if id, ok := reportID(t.Source); ok {
			if _, err := s.Reports.Get(ctx, id); err != nil {
				c.Add("tiles", "dashboard.error.source")
			}
			continue
		}
		c.That(r.may(t.Source), "tiles", "dashboard.error.source")
	}
	return c.Err()
}

// mayShow refuses a change of whom it is shown to from whoever may not.
func mayShow(a *auth.Actor, before roles, now []string) error {
	if slices.Equal(before.list(), now) {
		return nil
	}
	return a.May(Share)
}

// Create makes a dashboard.
func (s *Service) Create(ctx context.Context, in Input) (Dashboard, error) {
	actor := auth.From(ctx)
	if err := errors.Join(actor.May(Read), actor.May(Write)); err != nil {
		return Dashboard{}, actor.May(Write)
	}
	if err := s.check(ctx, &in, nil); err != nil {
		return Dashboard{}, err
	}
	if err := mayShow(actor, "", in.Roles); err != nil {
		return Dashboard{}, err
	}
	return db.WriteOne(ctx, s.DB, "dashboard.create", func(ctx context.Context, tx *db.Tx) (Dashboard, error) {
		id, err := insert(ctx, tx, in, actor.UserID)
		if err != nil {
			return Dashboard{}, err
		}
		journal.About(tx, "dashboard", id, in.Name)
		return get(ctx, tx, actor, id)
	})
}

// Copy makes one of the actor's own of another. What they may not see stays out.
func (s *Service) Copy(ctx context.Context, l *i18n.Locale, which string) (Dashboard, error) {
	d, err := s.Get(ctx, l, which)
	if err != nil {
		return d, err
	}
	name := "dashboard.copy_of"
	if d.Key != "" {
		name = "dashboard.own_of"
	}
	letters := []rune(l.T(name, "name", d.Name))
	in := Input{Name: string(letters[:min(maxTitle, len(letters))])}
	r, err := s.reader(ctx)
	if err != nil {
		return d, err
	}
	for _, t := range d.Tiles {
		one := TileInput{Source: t.From(), Title: t.Title, Look: t.Look, Width: t.Width}
		if t.ReportID != 0 {
			if _, err := s.Reports.Get(ctx, int64(t.ReportID)); err != nil {
				continue
			}
		} else if !r.may(t.Source) {
			continue
		}
		in.Tiles = append(in.Tiles, one)
	}
	return s.Create(ctx, in)
}

// Update changes a dashboard that is still at version: its name, whom it is shown
// to, and all of its tiles.
func (s *Service) Update(ctx context.Context, id, version int64, in Input) (Dashboard, error) {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return Dashboard{}, err
	}
	return db.WriteOne(ctx, s.DB, "dashboard.update", func(ctx context.Context, tx *db.Tx) (Dashboard, error) {
		d, err := get(ctx, tx, actor, id)
		if err != nil {
			return d, err
		}
		if err := d.mayChange(actor); err != nil {
			return d, err
		}
		if d.Version != version { // first: tiles that are gone by now would read as wrong ones
			return d, errs.Stale(d)
		}
		if err := s.check(ctx, &in, d.Tiles); err != nil {
			return d, err
		}
		if err := mayShow(actor, d.Roles, in.Roles); err != nil {
			return d, err
		}
		if err := update(ctx, tx, d, in); err != nil {
			return d, err
		}
		journal.About(tx, "dashboard", id, in.Name)
		return get(ctx, tx, actor, id)
	})
}

// Delete forgets a dashboard, undoable.
func (s *Service) Delete(ctx context.Context, id int64) error {
	actor := auth.From(ctx)
	if err := actor.May(Write); err != nil {
		return err
	}
	return s.DB.Write(ctx, "dashboard.delete", func(ctx context.Context, tx *db.Tx) error {
		d, err := get(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := d.mayChange(actor); err != nil {
			return err
		}
		journal.About(tx, "dashboard", id, d.Name)
		return remove(ctx, tx, id)
	})
}
