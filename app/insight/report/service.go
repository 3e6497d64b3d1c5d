package report

import (
	"context"
	"errors"
	"fmt"

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
	return field.Fetch[Report](ctx, s.DB.Reader(ctx), list, req, append(where, scoped(actor)))
}

// Get reads one.
func (s *Service) Get(ctx context.Context, id int64) (Report, error) {
	actor := auth.From(ctx)
	if err := actor.May(survey.Read); err != nil {
		return Report{}, err
	}
	r, err := get(ctx, s.DB.Reader(ctx), id)
	if err == nil && !sees(actor, r) {
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
	own, ok := readerOf(actor)
	if team == 0 {
		team = own
	}
	if !ok || own != 0 && team != own {
		return Report{}, errs.NotVisible()
	}
	if err := s.known(ctx, team); err != nil {
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
		id, _, err := keep(ctx, tx, at, team, actor.UserID, figures)
		journal.About(tx, subject, id, at.Name)
		return id, err
	})
	if err != nil {
		return Report{}, err
	}
	return s.Get(ctx, id)
}

// known refuses a team that there is not.
func (s *Service) known(ctx context.Context, team int64) error {
	if team == 0 {
		return nil
	}
	all, err := teams(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.ID == team {
			return nil
		}
	}
	return errs.NotVisible()
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
	var had int
	if err := q.Get(ctx, &had, sqlHas, at.Kind, at.Name); err != nil {
		return fmt.Errorf("look for report %s: %w", at.Name, err)
	}
	if had > 0 {
		return nil
	}
	all, err := teams(ctx, q)
	if err != nil {
		return err
	}
	all = append([]named{{}}, all...)
	figures := map[int64]Figures{}
	for _, t := range all {
		if figures[t.ID], err = s.figures(ctx, at, t.ID); err != nil {
			return fmt.Errorf("make report %s of team %d: %w", at.Name, t.ID, err)
		}
	}
	people, err := s.recipients(ctx, set)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, makeOp, func(ctx context.Context, tx *db.Tx) error {
		made := map[int64]Report{}
		for _, t := range all {
			id, fresh, err := keep(ctx, tx, at, t.ID, 0, figures[t.ID])
			if err != nil {
				return err
			}
			if t.ID == 0 {
				if !fresh {
					return nil // somebody else was faster, with the teams and the mails
				}
				journal.About(tx, subject, id, at.Name)
			}
			made[t.ID] = Report{ID: id, Kind: at.Kind, Slot: at.Name, TeamID: db.ID(t.ID), TeamName: db.Null(t.Name), Since: at.Since, Until: at.Until,
				MadeAt: db.At(tx.Now), Figures: figures[t.ID]}
		}
		return s.send(ctx, tx, b, at, made, people)
	})
}
