package survey

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
	"regulars/app/sys/outbox"
)

// enrol gives everybody who became eligible their first day.
func (s *Service) enrol(ctx context.Context, p Program) error {
	zone, err := s.zone(ctx)
	if err != nil {
		return err
	}
	today := cal.Today(s.db.Now(), zone)
	for last := int64(0); ; {
		var fresh []struct {
			ID     int64    `db:"customer_id"`
			Orders int      `db:"orders"`
			First  cal.Date `db:"first_order_on"`
			Last   cal.Date `db:"last_order_on"`
		}
		if err := s.db.Reader(ctx).Select(ctx, &fresh, sqlFresh, p.ID, last, batchSize); err != nil {
			return fmt.Errorf("list who is new: %w", err)
		}
		err := s.db.Write(ctx, "survey.enrol", func(ctx context.Context, tx *db.Tx) error {
			for _, f := range fresh {
				from, ok := eligible(f.Orders, f.First, f.Last)
				if !ok {
					from = today
				}
				if _, err := tx.Exec(ctx, sqlEnrol, p.ID, f.ID, p.firstDue(f.ID, from, today)); err != nil {
					return fmt.Errorf("enrol customer %d: %w", f.ID, err)
				}
			}
			return nil
		})
		if err != nil || len(fresh) < batchSize {
			return err
		}
		last = fresh[len(fresh)-1].ID
	}
}

// enrolment is a customer's place in a program.
type enrolment struct {
	ID         int64    `db:"id"`
	ProgramID  int64    `db:"program_id"`
	CustomerID int64    `db:"customer_id"`
	DueOn      cal.Date `db:"due_on"`
	LastSentAt db.Time  `db:"last_sent_at"`
	Reason     string   `db:"reason"`
}

// ask makes the day's share of a relationship program's invitations.
func (s *Service) ask(ctx context.Context, p Program) error {
	zone, err := s.zone(ctx)
	if err != nil {
		return err
	}
	days, err := s.days(ctx)
	if err != nil {
		return err
	}
	now := s.db.Now()
	today := cal.Today(now, zone)
	if hour := now.In(zone).Hour(); !days.Workday(today) || p.ToHour == 0 && (hour < opensAt || hour >= closesAt) || p.next(now, zone).After(now) {
		return nil
	}
	v, err := readSurvey(ctx, s.db.Reader(ctx), p.SurveyID)
	if err != nil {
		return err
	}
	if over, err := s.closed(ctx, s.db.Reader(ctx), v, now); err != nil || over {
		return err
	}
	if ok, reason := s.canSend(ctx); !ok {
		return s.db.Write(ctx, "survey.wait", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, sqlWaitAll, reason, p.ID, today, reason)
			return err
		})
	}
	left, err := s.share(ctx, p, days, today, zone)
	if err != nil {
		return err
	}
	for left > 0 {
		var due []enrolment
		if err := s.db.Reader(ctx).Select(ctx, &due, sqlDue, p.ID, today, left); err != nil {
			return fmt.Errorf("list who is due: %w", err)
		}
		if len(due) == 0 {
			return nil
		}
		for _, e := range due {
			if err := ctx.Err(); err != nil {
				return err
			}
			asked, err := s.askOne(ctx, p, e, today, zone)
			if err != nil {
				if s.db.Broken() != nil {
					return err
				}
				slog.Error("ask a customer", "program", p.ID, "customer", e.CustomerID, "error", err)
				if err := s.skip(ctx, e, today); err != nil {
					return err
				}
			}
			if asked {
				left--
			}
		}
	}
	return nil
}

// skip puts a customer off whose row gives trouble, so that it stands in
// nobody's way.
func (s *Service) skip(ctx context.Context, e enrolment, today cal.Date) error {
	return s.db.Write(ctx, "survey.skip", func(ctx context.Context, tx *db.Tx) error {
		return postpone(ctx, tx, e.ID, today.AddDays(1), "trouble")
	})
}

// share is how many may still be asked today.
func (s *Service) share(ctx context.Context, p Program, days Days, today cal.Date, zone *time.Location) (int, error) {
	workdays := 0
	for d := today; d < today.AddDays(p.EveryDays); d = d.AddDays(1) {
		if days.Workday(d) {
			workdays++
		}
	}
	var n struct {
		Audience int `db:"audience"`
		Today    int `db:"today"`
	}
	if err := s.db.Reader(ctx).Get(ctx, &n, sqlShare, p.ID, p.ID, db.At(today.Time(zone))); err != nil {
		return 0, fmt.Errorf("count the audience: %w", err)
	}
	return p.cap(n.Audience, workdays) - n.Today, nil
}

// askOne asks one customer or writes down why not and when to look again.
func (s *Service) askOne(ctx context.Context, p Program, e enrolment, today cal.Date, zone *time.Location) (asked bool, err error) {
	err = s.db.Write(ctx, "survey.ask", func(ctx context.Context, tx *db.Tx) error {
		var now enrolment
		found, err := db.Found(tx.Get(ctx, &now, sqlEnrolment, e.ID))
		if err != nil || !found || now.DueOn > today {
			return err // somebody else was quicker
		}
		v, err := readSurvey(ctx, tx, p.SurveyID)
		if err != nil {
			return err
		}
		var c customer
		if err := db.OrNotFound(tx.Get(ctx, &c, sqlAnyCustomer, e.CustomerID)); err != nil {
			return err
		}
		o, err := s.obstacle(ctx, tx, v.ID, p.Texts, c, 0, tx.Now)
		if err != nil {
			return err
		}
		if o.reason == "" {
			o, err = sooner(ctx, tx, o, c.ID)
			if err != nil {
				return err
			}
		}
		if o.reason != "" {
			return postpone(ctx, tx, e.ID, o.again(today, zone), o.reason)
		}
		due := now.DueOn
		if now.LastSentAt.IsZero() && today.Sub(due) > p.EveryDays {
			due = today // switched off for long: this is a new round
		}
		i, err := s.make(ctx, tx, plan{survey: v, program: p, customer: c, contact: o.who.Contact, channel: o.by,
			period: p.period(due, cal.DateOf(p.CreatedAt.Time, zone))})
		if errors.Is(err, errAsked) {
			return postpone(ctx, tx, e.ID, today.AddDays(p.EveryDays), "asked")
		}
		if err != nil {
			return err
		}
		if err := postpone(ctx, tx, e.ID, today.AddDays(p.EveryDays), ""); err != nil {
			return err
		}
		asked = true
		return s.hand(ctx, tx, &i, o.who, v, options{})
	})
	return asked, err
}

// again is when to look at a customer again who could not be asked.
func (o obstacle) again(today cal.Date, zone *time.Location) cal.Date {
	switch {
	case !o.until.IsZero():
		return max(today.AddDays(1), cal.DateOf(o.until, zone))
	case o.reason == reasonNoEmail, o.reason == reasonNoPhone, o.reason == outbox.ReasonBounced:
		return today.AddDays(7)
	}
	return today.AddDays(30)
}

// rhythm counts the program's next round from the day it was really sent.
func (s *Service) rhythm(ctx context.Context, tx *db.Tx, i Invitation) error {
	p, err := readProgram(ctx, tx, int64(i.ProgramID))
	if err != nil || p.Kind != Relationship {
		return err
	}
	zone, err := s.zone(ctx)
	if err != nil {
		return err
	}
	next := cal.DateOf(tx.Now, zone).AddDays(p.EveryDays)
	if _, err := tx.Exec(ctx, sqlSentOn, next, db.At(tx.Now), p.ID, i.CustomerID); err != nil {
		return fmt.Errorf("move customer %d on: %w", i.CustomerID, err)
	}
	return nil
}
