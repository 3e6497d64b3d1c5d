package feedback

import (
	"context"
	"log/slog"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/job"
)

func (s *Service) jobs() []job.Spec {
	return []job.Spec{{Name: "case_clock", Schedule: job.Every(5 * time.Minute), Run: s.Tick}}
}

// Tick looks at every clock: it warns and escalates, asks again what is due
// and stops waiting for those who stay silent. One case that fails does not
// hold up the others.
func (s *Service) Tick(ctx context.Context) error {
	ctx = auth.With(ctx, auth.System("job"))
	zone, err := s.zone(ctx, s.db.Reader(ctx))
	if err != nil {
		return err
	}
	now := s.db.Now()
	parts := []struct {
		sql  string
		arg  []any
		step func(ctx context.Context, tx *db.Tx, c Case) error
	}{
		{sqlRunning, nil, s.alert},
		{sqlTeamLate, []any{db.At(now)}, s.remindTeam},
		{sqlAsk, []any{string(cal.DateOf(now, zone))}, s.ask},
		{sqlSilent, []any{db.At(now.AddDate(0, 0, -waitForAnswer))}, s.giveUp},
	}
	for _, p := range parts {
		var ids []int64
		if err := s.db.Reader(ctx).Select(ctx, &ids, p.sql, p.arg...); err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.each(ctx, id, p.step); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) each(ctx context.Context, id int64, step func(context.Context, *db.Tx, Case) error) error {
	err := s.db.Write(ctx, "feedback.clock", func(ctx context.Context, tx *db.Tx) error {
		c, err := get(ctx, tx, everything, id)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return step(ctx, tx, c)
	})
	if err != nil && (ctx.Err() != nil || s.db.Broken() != nil) {
		return err
	}
	if err != nil {
		slog.Error("look at a feedback case", "case", id, "error", err)
	}
	return nil
}

// alert tells the owner at 75 % of the clock, the managers at 100 % and the
// business owner at 200 %; each only once.
func (s *Service) alert(ctx context.Context, tx *db.Tx, c Case) error {
	p, err := s.pace(ctx, tx)
	if err != nil {
		return err
	}
	running, ok := c.running(p, tx.Now)
	if !ok {
		return nil
	}
	level := alertFor(running)
	if level <= c.Alerted {
		return nil
	}
	kind, users := "due", []int64{int64(c.OwnerID)}
	switch level {
	case 2:
		kind = "late"
		users, err = s.leads(ctx, tx, auth.Manager)
		users = append(users, int64(c.OwnerID))
	case 3:
		kind = "very_late"
		users, err = withRole(ctx, tx, auth.Owner)
	}
	if err != nil {
		return err
	}
	c.Alerted = level
	if err := s.keep(ctx, tx, &c); err != nil {
		return err
	}
	if err := note(ctx, tx, c.ID, Event{Kind: "alert", Note: kind}, ""); err != nil {
		return err
	}
	if !c.RespondedAt.IsZero() {
		kind += "_resolve"
	}
	return s.tell(ctx, tx, c, notify.CaseDue, kind, users...)
}

// leads are the people of a role, or the owners in a shop without any.
func (s *Service) leads(ctx context.Context, tx *db.Tx, role string) ([]int64, error) {
	ids, err := withRole(ctx, tx, role)
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	return withRole(ctx, tx, auth.Owner)
}

// ask sends the same question again. Somebody who must not be asked ends the
// case without an answer, and the history says why.
func (s *Service) ask(ctx context.Context, tx *db.Tx, c Case) error {
	if err := s.enter(ctx, tx, &c, AwaitingRecheck, "", ""); err != nil {
		return err
	}
	if c.SurveyID == 0 || c.CustomerID == 0 {
		return s.enter(ctx, tx, &c, NoAnswer, "", "")
	}
	round, err := roundOf(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	err = s.Surveys.Reask(ctx, tx, c.ID, round, c.CustomerID, int64(c.SurveyID))
	if e, ok := errs.As(err); ok && e.Kind != errs.Internal && e.Kind != errs.Unavailable {
		if err := note(ctx, tx, c.ID, Event{Kind: "refused", Note: e.Message.Key}, ""); err != nil {
			return err
		}
		return s.enter(ctx, tx, &c, NoAnswer, "", "")
	}
	if err != nil {
		return err
	}
	return note(ctx, tx, c.ID, Event{Kind: "asked"}, "")
}

func (s *Service) giveUp(ctx context.Context, tx *db.Tx, c Case) error {
	return s.enter(ctx, tx, &c, NoAnswer, "", "")
}

// onSilence stops waiting when the question asked again cannot be answered any
// more: it expired, was refused or could not be sent. What becomes of the
// question of an earlier round does not matter.
func (s *Service) onSilence(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	var id db.ID
	found, err := db.Found(tx.Get(ctx, &id, sqlAskedBy, int64(e.SubjectID)))
	if err != nil || !found || id == 0 {
		return err
	}
	c, err := get(ctx, tx, everything, int64(id))
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil || c.State != AwaitingRecheck {
		return err
	}
	return s.enter(ctx, tx, &c, NoAnswer, "", "")
}
