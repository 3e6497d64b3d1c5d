package improvement

import (
	"context"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
	"regulars/app/sys/journal"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/voice/feedback"
)

// Cases are the complaints that improvements come from.
type Cases interface {
	Causes(ctx context.Context, q db.Q) ([]feedback.Cause, error)
	Get(ctx context.Context, id int64) (feedback.Case, error)
	Naturally(ctx context.Context) (feedback.Rate, error)
}

// Topic is something that customers talk about.
type Topic struct {
	ID   int64
	Name string // in the language asked for
}

// Topics are what customers talk about, and in which answers.
type Topics interface {
	Themes(ctx context.Context, q db.Q, language string) ([]Topic, error)
	Answers(ctx context.Context, q db.Q, topic int64) (map[int64]bool, error)
}

// Deps are the neighbours of the slice. Without Topics a theme is a cause.
type Deps struct {
	DB      *db.DB
	Cases   Cases
	Topics  Topics
	Consent Consent
	Outbox  *outbox.Outbox
	View    *view.Engine
	BaseURL func() string
}

// Service holds the use cases.
type Service struct {
	Deps
	db *db.DB
}

// New makes the service.
func New(d Deps) *Service {
	s := &Service{Deps: d, db: d.DB}
	if d.Outbox != nil {
		d.Outbox.OnResult(outbox.Survey, s.became)
	}
	return s
}

// List reads one page of the improvements.
func (s *Service) List(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Row], error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return page.Page[Row]{}, err
	}
	where, err := list.Conditions(ctx, conds)
	if err != nil {
		return page.Page[Row]{}, err
	}
	if req.Q != "" {
		where = append(where, field.Where{SQL: "instr(lower(i.title), lower(?)) > 0", Args: []any{req.Q}})
	}
	return field.Fetch[Row](ctx, s.db.Reader(ctx), list, req, where)
}

// Get reads one improvement.
func (s *Service) Get(ctx context.Context, id int64) (Improvement, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Improvement{}, err
	}
	return get(ctx, s.db.Reader(ctx), id)
}

// Verdicts are what was said of it so far, newest first.
func (s *Service) Verdicts(ctx context.Context, id int64) ([]Verdict, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	list, err := history(ctx, s.db.Reader(ctx), id)
	for n := range list {
		if err := list[n].read(); err != nil {
			return nil, err
		}
	}
	return list, err
}

// Create makes an improvement, from a case when one is named.
func (s *Service) Create(ctx context.Context, in Input, fromCase int64) (Improvement, error) {
	if err := s.check(ctx, &in); err != nil {
		return Improvement{}, err
	}
	return db.WriteOne(ctx, s.db, "improvement.create", func(ctx context.Context, tx *db.Tx) (Improvement, error) {
		if err := s.known(ctx, tx, in); err != nil {
			return Improvement{}, err
		}
		now := db.At(tx.Now)
		id, err := tx.Insert(ctx, sqlInsert, in.Title, db.ID(in.TopicID), in.Cause, in.Change, in.Expected, db.ID(in.OwnerID), cal.Date(in.LiveOn), in.WaitDays, now, now)
		if err != nil {
			return Improvement{}, err
		}
		journal.About(tx, subject, id, in.Title)
		if fromCase != 0 {
			if err := s.link(ctx, tx, id, fromCase); err != nil {
				return Improvement{}, err
			}
		}
		return get(ctx, tx, id)
	})
}

// Update changes an improvement that is still at in.Version.
func (s *Service) Update(ctx context.Context, id int64, in Input) (Improvement, error) {
	if err := s.check(ctx, &in); err != nil {
		return Improvement{}, err
	}
	return db.WriteOne(ctx, s.db, "improvement.update", func(ctx context.Context, tx *db.Tx) (Improvement, error) {
		i, err := current(ctx, tx, id, in.Version)
		if err != nil {
			return i, err
		}
		if err := s.known(ctx, tx, in); err != nil {
			return i, err
		}
		i.LiveOn, i.WaitDays = cal.Date(in.LiveOn), in.WaitDays
		if i.State == Live || i.State == Judged {
			c := &errs.Check{}
			c.That(in.LiveOn != "", "live_on", "error.required")
			if err := c.Err(); err != nil {
				return i, err
			}
		}
		judgeOn := i.JudgeOn
		if i.State == Live {
			judgeOn = i.LiveOn.AddDays(i.WaitDays)
		}
		_, err = tx.Exec(ctx, sqlUpdate, in.Title, db.ID(in.TopicID), in.Cause, in.Change, in.Expected, db.ID(in.OwnerID), i.LiveOn, i.WaitDays, judgeOn,
			db.At(tx.Now), id)
		if err != nil {
			return i, err
		}
		return get(ctx, tx, id)
	})
}

func (s *Service) check(ctx context.Context, in *Input) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	in.Clean()
	return in.Validate()
}

// known refuses a topic, a cause or an owner that there is not.
func (s *Service) known(ctx context.Context, q db.Q, in Input) error {
	c := &errs.Check{}
	list, err := s.Cases.Causes(ctx, q)
	if err != nil {
		return err
	}
	found := in.Cause == ""
	for _, one := range list {
		found = found || one.Code == in.Cause
	}
	c.That(found, "cause", "error.choice")
	topics, err := s.themes(ctx, q, "en")
	if err != nil {
		return err
	}
	found = in.TopicID == 0
	for _, one := range topics {
		found = found || one.ID == in.TopicID
	}
	c.That(found, "topic_id", "error.choice")
	people, err := staff(ctx, q)
	if err != nil {
		return err
	}
	found = in.OwnerID == 0
	for _, one := range people {
		found = found || one.ID == in.OwnerID
	}
	c.That(found, "owner_id", "error.choice")
	return c.Err()
}

func (s *Service) themes(ctx context.Context, q db.Q, language string) ([]Topic, error) {
	if s.Topics == nil {
		return nil, nil
	}
	return s.Topics.Themes(ctx, q, language)
}

// Move brings an improvement into another state. One that is there already
// stays as it is. Live begins the waiting time, today unless a day was set.
func (s *Service) Move(ctx context.Context, id, version int64, to State) (Improvement, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Improvement{}, err
	}
	return db.WriteOne(ctx, s.db, "improvement.move", func(ctx context.Context, tx *db.Tx) (Improvement, error) {
		i, err := current(ctx, tx, id, version)
		if err != nil || i.State == to {
			return i, err
		}
		if err := i.May(to); err != nil {
			return i, err
		}
		i.State, i.JudgeOn, i.Verdict = to, "", ""
		if to == Live {
			c := &errs.Check{}
			c.That(i.TopicID != 0 || i.Cause != "", "state", "improvement.error.theme")
			if err := c.Err(); err != nil {
				return i, err
			}
			b, err := setting.ReadBusiness(ctx, tx)
			if err != nil {
				return i, err
			}
			if today := cal.DateOf(tx.Now, b.Zone()); i.LiveOn == "" {
				i.LiveOn = today
			}
			i.JudgeOn = i.LiveOn.AddDays(i.WaitDays)
		}
		if _, err := tx.Exec(ctx, sqlMove, i.State, i.LiveOn, i.JudgeOn, i.Verdict, db.At(tx.Now), id); err != nil {
			return i, err
		}
		return get(ctx, tx, id)
	})
}

// Delete removes an improvement that was told to nobody.
func (s *Service) Delete(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "improvement.delete", func(ctx context.Context, tx *db.Tx) error {
		i, err := current(ctx, tx, id, 0)
		if err != nil {
			return err
		}
		if i.Letters > 0 {
			return errs.New(errs.Conflict, "improvement.error.told")
		}
		_, err = tx.Exec(ctx, sqlDelete, id)
		return err
	})
}

// Link ties a case to an improvement, which may have several.
func (s *Service) Link(ctx context.Context, id, caseID int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "improvement.link", func(ctx context.Context, tx *db.Tx) error {
		if _, err := current(ctx, tx, id, 0); err != nil {
			return err
		}
		return s.link(ctx, tx, id, caseID)
	})
}

// link asks the cases whether the actor sees that one.
func (s *Service) link(ctx context.Context, tx *db.Tx, id, caseID int64) error {
	_, err := s.Cases.Get(ctx, caseID)
	if errs.Is(err, errs.NotFound) {
		c := &errs.Check{}
		c.Add("case_id", "improvement.error.case")
		return c.Err()
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlLink, id, caseID)
	return err
}

// Unlink takes a case away from an improvement.
func (s *Service) Unlink(ctx context.Context, id, caseID int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "improvement.unlink", func(ctx context.Context, tx *db.Tx) error {
		if _, err := current(ctx, tx, id, 0); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sqlUnlink, id, caseID)
		return err
	})
}

// current is an improvement that is still at version; 0 skips the check.
func current(ctx context.Context, tx *db.Tx, id, version int64) (Improvement, error) {
	i, err := get(ctx, tx, id)
	if err != nil {
		return i, err
	}
	if version != 0 && version != i.Version {
		return i, errs.Stale(i)
	}
	journal.About(tx, subject, id, i.Title)
	return i, nil
}

// person is somebody who can own an improvement.
type person struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

func staff(ctx context.Context, q db.Q) ([]person, error) {
	var out []person
	err := q.Select(ctx, &out, sqlStaff)
	return out, err
}
