package promise

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
	"regulars/app/work/task"
)

// What happens by itself: facts settle promises, and each open one is a task of
// whoever watches it, so that it stands on their day and in their reminders.

// morning is when a promise's task is due.
const morning = 9

// tasksOf are the keys of the open tasks of a promise: one, or none. A promise
// that is opened again gets a new one.
func tasksOf(ctx context.Context, tx *db.Tx, id int64) ([]string, error) {
	var keys []string
	if err := tx.Select(ctx, &keys, sqlTasks, fmt.Sprintf("promise:%d:", id), fmt.Sprintf("promise:%d;", id)); err != nil {
		return nil, fmt.Errorf("find the tasks of promise %d: %w", id, err)
	}
	return keys, nil
}

func (s *Service) closeTasks(ctx context.Context, tx *db.Tx, id int64) error {
	keys, err := tasksOf(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := s.Tasks.CloseBySource(ctx, tx, key); err != nil {
			return err
		}
	}
	return nil
}

// said is the promise after somebody told what became of it.
func (p Promise) said(state string, on cal.Date, reason string, today cal.Date) (Promise, error) {
	c := &errs.Check{}
	reason = text.Line(reason)
	if on == "" {
		on = today
	}
	c.That(on.Valid() && on >= p.MadeOn && on <= today, "on", "error.date")
	c.That(len([]rune(reason)) <= maxReason, "reason", "error.long", "n", maxReason)
	switch state {
	case Kept, Late: // the day decides, whatever it was called
		state = Kept
		if on > p.DueOn {
			state = Late
		}
	case Broken, Dropped:
		c.That(reason != "", "reason", "error.required")
	case Open:
		on = ""
	default:
		c.Add("state", "error.choice")
	}
	p.State, p.SettledOn, p.ByFact, p.Reason = state, on, false, reason
	return p, c.Err()
}

// follow makes what hangs on a promise what the promise now is, after asking
// the facts, and returns it.
func (s *Service) follow(ctx context.Context, tx *db.Tx, id int64) (Promise, error) {
	p, err := get(ctx, tx, auth.Scope{Reach: auth.All}, id)
	if err != nil {
		return p, err
	}
	journal.About(tx, subject, id, p.fact("").What)
	if err := s.derive(ctx, tx, p); err != nil {
		return p, err
	}
	if err := s.look(ctx, tx, p.CustomerID); err != nil {
		return p, err
	}
	return get(ctx, tx, auth.Scope{Reach: auth.All}, id)
}

// look lets the facts settle the promises of a customer.
func (s *Service) look(ctx context.Context, tx *db.Tx, customer int64) error {
	var promises []Promise
	if err := tx.Select(ctx, &promises, sqlWatched, customer); err != nil {
		return fmt.Errorf("read the promises of customer %d: %w", customer, err)
	}
	if len(promises) == 0 {
		return nil
	}
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	f, err := factsOf(ctx, tx, customer, business.Zone())
	if err != nil {
		return err
	}
	now := settled(promises, f, cal.Today(tx.Now, business.Zone()))
	for _, before := range promises {
		p := now[before.ID]
		if p.State == before.State && p.SettledOn == before.SettledOn {
			continue
		}
		if err := settle(ctx, tx, p); err != nil {
			return err
		}
		p.Version++
		if err := s.derive(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

// derive keeps the task and the timeline of a promise true.
func (s *Service) derive(ctx context.Context, tx *db.Tx, p Promise) error {
	if err := s.forget(ctx, tx, p); err != nil {
		return err
	}
	if p.State != Dropped {
		if err := s.Events.Publish(ctx, tx, p.fact("promise."+p.Side+"."+p.State)); err != nil {
			return err
		}
	} else if err := s.Events.Publish(ctx, tx, p.fact("promise.dropped")); err != nil {
		return err
	}
	if p.State != Open {
		return s.closeTasks(ctx, tx, p.ID)
	}
	business, err := setting.ReadBusiness(ctx, tx)
	if err != nil {
		return err
	}
	keys, err := tasksOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("promise:%d:%d", p.ID, p.Version)
	if len(keys) > 0 {
		key = keys[0]
	}
	_, err = s.Tasks.Ensure(ctx, tx, task.Task{Kind: task.Promise, Title: task.Headline(p.fact("").What), CustomerID: db.ID(p.CustomerID), OwnerID: p.OwnerID,
		DueAt: db.At(p.asked(business.Zone())), SourceKey: db.Null(key)})
	return err
}

// asked is when somebody has to look: at what we promised on its day, at what
// they promised on the morning after it.
func (p Promise) asked(zone *time.Location) time.Time {
	day := p.DueOn
	if p.Side == Theirs {
		day = day.AddDays(1)
	}
	return cal.At(day, morning, 0, zone)
}

func (s *Service) forget(ctx context.Context, tx *db.Tx, p Promise) error {
	return timeline.Drop(ctx, tx, subject, p.ID)
}

// subscriber looks again whenever money moved or an order changed.
func (s *Service) subscriber() event.Subscriber {
	return event.Subscriber{Name: "promise", Kinds: []string{"payment.received", "payment.refunded", "payment.changed", "payment.removed",
		"order.completed", "order.changed", "order.cancelled", "order.removed", "order.placed", "order.returned"},
		Handle: func(ctx context.Context, tx *db.Tx, e event.Envelope) error {
			if e.CustomerID == 0 {
				return nil
			}
			return s.look(auth.As(ctx, "job"), tx, int64(e.CustomerID))
		}}
}

// jobs settle as broken what nobody kept for Grace days.
func (s *Service) jobs() []job.Spec {
	return []job.Spec{{Name: "promise_overdue", Schedule: job.Daily(3, 10), Timeout: 10 * time.Minute, Run: s.Nightly}}
}

// Nightly lets the facts look at every promise whose grace has ended.
func (s *Service) Nightly(ctx context.Context) error {
	var customers []int64
	business, err := setting.ReadBusiness(ctx, s.DB.Reader(ctx))
	if err != nil {
		return err
	}
	before := cal.Today(s.DB.Now(), business.Zone()).AddDays(-Grace)
	if err := s.DB.Reader(ctx).Select(ctx, &customers, sqlOld, before); err != nil {
		return fmt.Errorf("read promises that nobody kept: %w", err)
	}
	for _, id := range customers {
		if err := s.DB.Write(ctx, "promise.overdue", func(ctx context.Context, tx *db.Tx) error { return s.look(ctx, tx, id) }); err != nil {
			return err
		}
	}
	return nil
}

// Touched lets the facts look again at customers that an undo reached.
func (s *Service) Touched(ctx context.Context, tx *db.Tx, customers []int64) error {
	for _, id := range customers {
		if err := s.look(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}
