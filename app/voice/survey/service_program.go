package survey

import (
	"context"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// Programs is a page of programs.
func (s *Service) Programs(ctx context.Context, req page.Request, conds []filter.Cond) (page.Page[Program], error) {
	return listed[Program](ctx, s, programList, req, conds, "p.name", false)
}

// Program reads one program.
func (s *Service) Program(ctx context.Context, id int64) (Program, error) {
	if err := auth.From(ctx).May(Read); err != nil {
		return Program{}, err
	}
	return readProgram(ctx, s.db.Reader(ctx), id)
}

// CreateProgram makes a program.
func (s *Service) CreateProgram(ctx context.Context, in ProgramInput) (Program, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Program{}, err
	}
	in.Name = strings.TrimSpace(in.Name)
	if err := in.Validate(); err != nil {
		return Program{}, err
	}
	c := &errs.Check{}
	c.That(slices.Contains(s.kinds(), in.Kind), "kind", "error.choice")
	if err := c.Err(); err != nil {
		return Program{}, err
	}
	return db.WriteOne(ctx, s.db, "survey_program.create", func(ctx context.Context, tx *db.Tx) (Program, error) {
		if err := in.surveysExist(ctx, tx); err != nil {
			return Program{}, err
		}
		id, err := insertProgram(ctx, tx, in)
		if err != nil {
			return Program{}, err
		}
		journal.About(tx, "survey_program", id, in.Name)
		return readProgram(ctx, tx, id)
	})
}

// UpdateProgram changes when and how often is asked; it counts from now on.
func (s *Service) UpdateProgram(ctx context.Context, id int64, in ProgramInput) (Program, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Program{}, err
	}
	in.Name = strings.TrimSpace(in.Name)
	return db.WriteOne(ctx, s.db, "survey_program.update", func(ctx context.Context, tx *db.Tx) (Program, error) {
		p, err := readProgram(ctx, tx, id)
		if err != nil {
			return p, err
		}
		if in.Version != p.Version {
			return p, errs.Stale(p)
		}
		in.Kind = p.Kind
		if err := in.Validate(); err != nil {
			return p, err
		}
		if err := in.surveysExist(ctx, tx); err != nil {
			return p, err
		}
		journal.About(tx, "survey_program", id, in.Name)
		if _, err := tx.Exec(ctx, sqlUpdateProgram, in.SurveyID, in.Name, in.Active, in.EveryDays, in.DelayDays, in.DailyCap, in.RemindDays,
			in.ExpireDays, db.ID(in.AlternateID), in.ClosesOn, in.ClosesAtN, in.Texts, in.FromHour, in.ToHour, in.Weekdays, db.At(tx.Now), id, in.Version); err != nil {
			return p, err
		}
		return readProgram(ctx, tx, id)
	})
}

// DeleteProgram removes a program; what it asked stays.
func (s *Service) DeleteProgram(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return s.db.Write(ctx, "survey_program.delete", func(ctx context.Context, tx *db.Tx) error {
		p, err := readProgram(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "survey_program", id, p.Name)
		_, err = tx.Exec(ctx, sqlDeleteProgram, id)
		return err
	})
}

// kinds are those that a program can be of in this house.
func (s *Service) kinds() []string {
	kinds := []string{Relationship}
	for _, name := range event.Moments {
		if _, ok := s.moments[name]; ok {
			kinds = append(kinds, after+name)
		}
	}
	return kinds
}

// surveysExist refuses surveys that are not there; nobody who is asked about an
// event stays unknown.
func (in ProgramInput) surveysExist(ctx context.Context, q db.Q) error {
	if err := surveyExists(ctx, q, in.SurveyID); err != nil || in.AlternateID == 0 {
		return err
	}
	c := &errs.Check{}
	v, err := readSurvey(ctx, q, in.AlternateID)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	c.That(err == nil && !v.Anonymous, "alternate_id", "error.choice")
	return c.Err()
}

func surveyExists(ctx context.Context, q db.Q, id int64) error {
	_, err := readSurvey(ctx, q, id)
	if errs.Is(err, errs.NotFound) {
		c := &errs.Check{}
		c.Add("survey_id", "error.choice")
		return c.Err()
	}
	return err
}
