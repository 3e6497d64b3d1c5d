package contract

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
	"regulars/app/work/task"
)

// How a contract goes on: renewed, cancelled, taken up again, or at its end by
// itself; and the task that reminds of the day to decide.

// morning is when a reminder is due.
const morning = 9

// Renew lets a contract run on to a later end, "" is another term.
func (s *Service) Renew(ctx context.Context, id, version int64, until cal.Date) (Contract, error) {
	return s.change(ctx, "contract.renew", id, version, func(_ context.Context, _ *db.Tx, c *Contract, _ cal.Date) error {
		if c.State != Running && c.State != Ended {
			return errs.New(errs.Conflict, "contract.error.not_running")
		}
		if c.EndsOn == "" {
			return wrong("until", "contract.error.needs_end")
		}
		if until == "" {
			until = c.NextEnd()
		}
		if !until.Valid() || until <= c.EndsOn {
			return wrong("until", "contract.error.later", "day", string(c.EndsOn))
		}
		c.EndsOn = until
		c.Renewed++
		return nil
	})
}

// Cancel ends a contract before its time, "" is today; why is always asked.
func (s *Service) Cancel(ctx context.Context, id, version int64, on cal.Date, reason string) (Contract, error) {
	return s.change(ctx, "contract.cancel", id, version, func(_ context.Context, _ *db.Tx, c *Contract, today cal.Date) error {
		if c.State == Cancelled {
			return errs.New(errs.Conflict, "contract.error.cancelled")
		}
		if on == "" {
			on = today
		}
		reason = text.Line(reason)
		check := &errs.Check{}
		check.That(on.Valid(), "on", "error.date")
		check.That(reason != "", "reason", "error.required")
		check.That(len([]rune(reason)) <= maxReason, "reason", "error.long", "n", maxReason)
		c.CancelledOn, c.Reason = on, reason
		return check.Err()
	})
}

// Resume takes a cancelled contract up again.
func (s *Service) Resume(ctx context.Context, id, version int64) (Contract, error) {
	return s.change(ctx, "contract.resume", id, version, func(_ context.Context, _ *db.Tx, c *Contract, _ cal.Date) error {
		if c.State != Cancelled {
			return errs.New(errs.Conflict, "contract.error.not_cancelled")
		}
		c.CancelledOn, c.Reason = "", ""
		return nil
	})
}

// follow makes what hangs on a contract what the contract now is.
func (s *Service) follow(ctx context.Context, tx *db.Tx, id int64, today cal.Date) (Contract, error) {
	c, err := s.get(ctx, tx, auth.Scope{Reach: auth.All}, id)
	if err != nil {
		return c, err
	}
	journal.About(tx, subject, id, c.Number)
	key := ""
	if c.State == Running && c.EndsOn != "" {
		key = fmt.Sprintf("contract:%d:%s", id, c.DecideBy())
	}
	if err := s.forget(ctx, tx, c, key); err != nil {
		return c, err
	}
	if err := s.Events.Publish(ctx, tx, c.fact()); err != nil || key == "" {
		return c, err
	}
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return c, err
	}
	_, err = s.Tasks.Ensure(ctx, tx, task.Task{Kind: task.Contract, Title: task.Headline(c.Number + " · " + c.Title), CustomerID: db.ID(c.CustomerID),
		OwnerID: c.OwnerID, DueAt: db.At(c.asked(today, business.Zone())), SourceKey: db.Null(key), Subject: task.Subject{Kind: subject, ID: db.ID(id)}})
	return c, err
}

// asked is when somebody has to look: some days before the last one to decide,
// for one that was written down later on that day.
func (c Contract) asked(today cal.Date, zone *time.Location) time.Time {
	return cal.At(max(c.DecideBy().AddDays(-Ahead), min(today, c.DecideBy())), morning, 0, zone)
}

// forget takes away what the timeline says and the reminders other than keep.
func (s *Service) forget(ctx context.Context, tx *db.Tx, c Contract, keep string) error {
	if err := timeline.Drop(ctx, tx, subject, c.ID); err != nil {
		return err
	}
	var keys []string
	if err := tx.Select(ctx, &keys, sqlTasks, fmt.Sprintf("contract:%d:", c.ID), fmt.Sprintf("contract:%d;", c.ID)); err != nil {
		return fmt.Errorf("find the tasks of contract %d: %w", c.ID, err)
	}
	for _, key := range keys {
		if key == keep {
			continue
		}
		if err := s.Tasks.CloseBySource(ctx, tx, key); err != nil {
			return err
		}
	}
	return nil
}

// jobs end what has come to its end and renew what renews itself.
func (s *Service) jobs() []job.Spec {
	return []job.Spec{{Name: "contracts", Schedule: job.Daily(3, 20), Timeout: 10 * time.Minute, Run: s.Nightly}}
}

// Nightly looks at every running contract whose end has passed.
func (s *Service) Nightly(ctx context.Context) error {
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	day := cal.Today(s.DB.Now(), business.Zone())
	var ids []int64
	if err := s.DB.Reader(ctx).Select(ctx, &ids, sqlOver, string(day)); err != nil {
		return fmt.Errorf("read contracts whose end has passed: %w", err)
	}
	for _, id := range ids {
		if err := s.DB.Write(ctx, "contract.nightly", func(ctx context.Context, tx *db.Tx) error { return s.pass(ctx, tx, id, day) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) pass(ctx context.Context, tx *db.Tx, id int64, day cal.Date) error {
	c, err := get(ctx, tx, auth.Scope{Reach: auth.All}, id)
	if err != nil {
		return err
	}
	for c.Renewal == ByItself && c.EndsOn != "" && c.EndsOn < day {
		c.EndsOn = c.NextEnd()
		c.Renewed++
	}
	c.State = c.stateOn(day)
	if err := update(ctx, tx, c); err != nil {
		return err
	}
	_, err = s.follow(ctx, tx, id, day)
	return err
}
