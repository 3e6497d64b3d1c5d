package report

import (
	"context"
	"errors"
	"fmt"

	"regulars/app/insight/periodical"
	"regulars/app/insight/satisfaction"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/kit/slot"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/voice/feedback"
	"regulars/app/voice/review"
	"regulars/app/voice/survey"
)

// Complaints are counted under the conditions of their list; voice/feedback has
// them.
type Complaints interface {
	Matches(ctx context.Context, conds []filter.Cond, limit int) (int, error)
	Naturally(ctx context.Context) (feedback.Rate, error)
}

// Deps are what the service needs.
type Deps struct {
	DB      *db.DB
	Counts  *satisfaction.Service
	Cases   Complaints
	Reviews *review.Service
	Users   auth.Users
	Mail    *outbox.Outbox
	View    *view.Engine
	BaseURL func() string // where links in mail lead, "" leaves them out
}

// Service makes reports.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// List lists the reports that the reader may see, the newest first.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Report], error) {
	actor := auth.From(ctx)
	if err := actor.May(survey.Read); err != nil {
		return page.Page[Report]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Report]{}, err
	}
	return field.Fetch[Report](ctx, s.DB.Reader(ctx), list, req, append(where, periodical.Scoped(actor, survey.Read, "r.team_id")))
}

// Get reads one.
func (s *Service) Get(ctx context.Context, id int64) (Report, error) {
	actor := auth.From(ctx)
	if err := actor.May(survey.Read); err != nil {
		return Report{}, err
	}
	r, err := get(ctx, s.DB.Reader(ctx), id)
	if err == nil && !r.Seen(actor, survey.Read) {
		err = errs.NotVisible()
	}
	if err != nil {
		return Report{}, err
	}
	r.Figures = r.Figures.For(actor)
	return r, nil
}

// makeOp is the write that makes reports: a report that was made stays.
const makeOp = "report.make"

// Stands are the writes that no undo takes back, with what is said instead.
var Stands = map[string]string{makeOp: "report.error.stands"}

// Make makes a report now, of a team or of all that the reader sees. Nobody gets
// it by mail.
func (s *Service) Make(ctx context.Context, kind Kind, team int64) (Report, error) {
	actor := auth.From(ctx)
	if err := errors.Join(actor.May(Write), actor.May(survey.Read)); err != nil {
		return Report{}, err
	}
	c := &errs.Check{}
	c.That(kind.Valid(), "kind", "error.choice")
	if err := c.Err(); err != nil {
		return Report{}, err
	}
	team, err := s.readers().Whose(ctx, s.DB.Reader(ctx), actor, team)
	if err != nil {
		return Report{}, err
	}
	b, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return Report{}, err
	}
	at := slot.Now(kind, s.DB.Now(), b.Zone())
	figures, err := s.figures(ctx, at, team)
	if err != nil {
		return Report{}, err
	}
	id, err := db.WriteOne(ctx, s.DB, makeOp, func(ctx context.Context, tx *db.Tx) (int64, error) {
		id, _, err := shelf.Keep(ctx, tx, at, team, actor.UserID, figures)
		journal.About(tx, subject, id, at.Name)
		return id, err
	})
	if err != nil {
		return Report{}, err
	}
	return s.Get(ctx, id)
}

// Run makes the reports that are due: the whole shop's and each team's, with
// their mails, all in one stroke. Whatever interrupts it, the next run finds
// either everything or nothing.
func (s *Service) Run(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	q := s.DB.Reader(ctx)
	set, err := readSettings(ctx, q)
	if err != nil || set.Rhythm == "" {
		return err
	}
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return err
	}
	at := slot.Newest(set.occasion(), s.DB.Now(), b.Zone())
	if at.Due.UnixMilli() < set.From {
		return nil
	}
	if had, err := shelf.Holds(ctx, q, at); err != nil || had {
		return err
	}
	teams, err := periodical.Teams(ctx, q)
	if err != nil {
		return err
	}
	figures := map[int64]Figures{}
	for _, t := range append([]periodical.Named{{}}, teams...) {
		if figures[t.ID], err = s.figures(ctx, at, t.ID); err != nil {
			return fmt.Errorf("make report %s of team %d: %w", at.Name, t.ID, err)
		}
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
		return s.readers().Send(ctx, tx, s.Mail, "satisfaction-report", at, people, func(team int64, a *auth.Actor) (m outbox.Message, ok bool, err error) {
			issue, ok := made[team]
			if !ok {
				return m, false, nil
			}
			m, err = s.letter(b, Report{Issue: issue, Figures: figures[team]}, a, tx.Now)
			return m, true, err
		})
	})
}
