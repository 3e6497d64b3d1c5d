package wave

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Service makes waves and lets them run.
type Service struct {
	db        *db.DB
	surveys   Surveys
	customers Customers
	base      func() string
	wake      chan struct{}
}

// New makes the service; base is the public address, "" without one.
func New(d *db.DB, surveys Surveys, customers Customers, base func() string) *Service {
	return &Service{db: d, surveys: surveys, customers: customers, base: base, wake: make(chan struct{}, 1)}
}

// List is a page of waves, the newest first.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Wave], error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return page.Page[Wave]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Wave]{}, err
	}
	return field.Fetch[Wave](ctx, s.db.Reader(ctx), list, req, where)
}

// Get reads one wave with its numbers.
func (s *Service) Get(ctx context.Context, id int64) (Wave, Figures, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Wave{}, Figures{}, err
	}
	w, err := read(ctx, s.db.Reader(ctx), id)
	if err != nil {
		return w, Figures{}, err
	}
	f, err := figures(ctx, s.db.Reader(ctx), id)
	return w, f, err
}

// Members lists the customers in a state, those whom the reader may see; reason
// "" is any. It gives back where the next page begins, 0 for no more.
func (s *Service) Members(ctx context.Context, id int64, state, reason string, after int64, limit int) ([]Member, int64, error) {
	if _, _, err := s.Get(ctx, id); err != nil {
		return nil, 0, err
	}
	c := &errs.Check{}
	c.That(slices.Contains([]string{Ask, Spared, Asked}, state), "state", "error.choice")
	if err := c.Err(); err != nil {
		return nil, 0, err
	}
	out := []Member{}
	args := append([]any{id, state, reason, reason, after}, auth.From(ctx).Scope().Args()...)
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlMembers, append(args, limit+1)...); err != nil {
		return nil, 0, fmt.Errorf("list the members of wave %d: %w", id, err)
	}
	if len(out) <= limit {
		return out, 0, nil
	}
	return out[:limit], out[limit-1].ID, nil
}

// Create makes a wave of all whom a list means. Nobody is asked before Start.
func (s *Service) Create(ctx context.Context, in Input) (Wave, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Wave{}, err
	}
	if err := in.clean(); err != nil {
		return Wave{}, err
	}
	ids, err := s.meant(ctx, in.Query)
	if err != nil {
		return Wave{}, err
	}
	c := &errs.Check{}
	c.That(len(ids) > 0, "query", "wave.error.nobody")
	if err := c.Err(); err != nil {
		return Wave{}, err
	}
	members, err := json.Marshal(ids)
	if err != nil {
		return Wave{}, fmt.Errorf("encode the members of a wave: %w", err)
	}
	return db.WriteOne(ctx, s.db, "wave.create", func(ctx context.Context, tx *db.Tx) (Wave, error) {
		var there bool
		if err := tx.Get(ctx, &there, sqlSurvey, in.SurveyID); err != nil {
			return Wave{}, fmt.Errorf("look for survey %d: %w", in.SurveyID, err)
		}
		c.That(there, "survey_id", "error.choice")
		if err := c.Err(); err != nil {
			return Wave{}, err
		}
		id, err := tx.Insert(ctx, sqlAdd, in.SurveyID, in.Name, in.Query, in.ClosesOn, in.ClosesAtN, in.Texts, in.PerHour, db.ID(auth.From(ctx).UserID), db.At(tx.Now), db.At(tx.Now))
		if err != nil {
			return Wave{}, fmt.Errorf("add a wave: %w", err)
		}
		if _, err := tx.Exec(ctx, sqlAddMembers, id, string(members)); err != nil {
			return Wave{}, fmt.Errorf("add the members of wave %d: %w", id, err)
		}
		journal.About(tx, "wave", id, in.Name)
		tx.AfterCommit(s.nudge)
		return read(ctx, tx, id)
	})
}

// meant are the customers whom a list means. The name of a view is not a list:
// taken for one it would mean everybody.
func (s *Service) meant(ctx context.Context, query string) ([]int64, error) {
	c := &errs.Check{}
	c.That(!strings.Contains("&"+query, "&view="), "query", "wave.error.view")
	if err := c.Err(); err != nil {
		return nil, err
	}
	return s.customers.Audience(ctx, query, MaxMembers)
}

// Start lets a wave run, once everybody was looked at.
func (s *Service) Start(ctx context.Context, id int64) (Wave, error) {
	return s.turn(ctx, "wave.start", id, Running, func(ctx context.Context, tx *db.Tx, w Wave, f Figures) error {
		if over, err := s.over(ctx, tx, w, tx.Now); err != nil {
			return err
		} else if over {
			return errs.New(errs.Conflict, "survey.error.closed")
		}
		if !f.Seen() {
			return errs.New(errs.Conflict, "wave.error.looking")
		}
		if f.Ask == 0 {
			return errs.New(errs.Conflict, "wave.error.nobody_left")
		}
		return nil
	}, Draft)
}

// Pause holds a wave: nobody else is asked, and whoever's invitation has not
// left yet waits for Resume with the others.
func (s *Service) Pause(ctx context.Context, id int64) (Wave, error) {
	return s.turn(ctx, "wave.pause", id, Paused, nil, Running)
}

// Resume goes on where a wave was paused.
func (s *Service) Resume(ctx context.Context, id int64) (Wave, error) {
	return s.turn(ctx, "wave.resume", id, Running, nil, Paused)
}

// Stop ends a wave for good; what waits is taken back.
func (s *Service) Stop(ctx context.Context, id int64) (Wave, error) {
	return s.turn(ctx, "wave.stop", id, Stopped, nil, Running, Paused)
}

// Bound changes when a wave that is still at version ends, and how fast it
// leaves: at once, also while it runs.
func (s *Service) Bound(ctx context.Context, id, version int64, b Bounds) (Wave, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Wave{}, err
	}
	c := &errs.Check{}
	if b.check(c); c.Err() != nil {
		return Wave{}, c.Err()
	}
	return db.WriteOne(ctx, s.db, "wave.bound", func(ctx context.Context, tx *db.Tx) (Wave, error) {
		w, err := read(ctx, tx, id)
		if err != nil {
			return w, err
		}
		if w.Version != version || w.State == Done || w.State == Stopped {
			return w, errs.New(errs.Conflict, "wave.error.moved")
		}
		journal.About(tx, "wave", id, w.Name)
		if _, err := tx.Exec(ctx, sqlBound, b.ClosesOn, b.ClosesAtN, b.PerHour, db.At(tx.Now), id); err != nil {
			return w, fmt.Errorf("bound wave %d: %w", id, err)
		}
		tx.AfterCommit(s.nudge)
		return read(ctx, tx, id)
	})
}

func (s *Service) turn(ctx context.Context, op string, id int64, to string, may func(context.Context, *db.Tx, Wave, Figures) error, states ...string) (Wave, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Wave{}, err
	}
	return db.WriteOne(ctx, s.db, op, func(ctx context.Context, tx *db.Tx) (Wave, error) {
		w, err := read(ctx, tx, id)
		if err != nil {
			return w, err
		}
		if !slices.Contains(states, w.State) {
			return w, errs.New(errs.Conflict, "wave.error.moved")
		}
		if may != nil {
			f, err := figures(ctx, tx, id)
			if err != nil {
				return w, err
			}
			if err := may(ctx, tx, w, f); err != nil {
				return w, err
			}
		}
		journal.About(tx, "wave", id, w.Name)
		if err := move(ctx, tx, w, to); err != nil {
			return w, err
		}
		tx.AfterCommit(s.nudge)
		return read(ctx, tx, id)
	})
}

// over tells whether a wave has come to its last day or its number of answers, or
// its survey has.
func (s *Service) over(ctx context.Context, q db.Q, w Wave, now time.Time) (bool, error) {
	over, err := s.surveys.Over(ctx, q, w.SurveyID, now)
	if err != nil || over {
		return over, err
	}
	if w.ClosesOn != "" {
		b, err := setting.ReadBusiness(ctx, q)
		if err != nil || cal.Today(now, b.Zone()) > cal.Date(w.ClosesOn) {
			return err == nil, err
		}
	}
	if w.ClosesAtN == 0 {
		return false, nil
	}
	if err := q.Get(ctx, &over, sqlEnough, w.ID, w.ClosesAtN); err != nil {
		return false, fmt.Errorf("count the answers to wave %d: %w", w.ID, err)
	}
	return over, nil
}

// Delete forgets a wave by which nobody was asked.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "wave.delete", func(ctx context.Context, tx *db.Tx) error {
		w, err := read(ctx, tx, id)
		if err != nil {
			return err
		}
		if w.State != Draft {
			return errs.New(errs.Conflict, "wave.error.begun")
		}
		journal.About(tx, "wave", id, w.Name)
		_, err = tx.Exec(ctx, sqlDelete, id)
		return err
	})
}
