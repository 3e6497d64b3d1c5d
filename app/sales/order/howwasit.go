package order

import (
	"context"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/work/task"
)

// FollowUpSetting names the setting of how many days after an order somebody
// asks "how was it?"; 0 asks nobody.
const FollowUpSetting = "order.followup_days"

// packDays is what the setting is until an owner decides: what suits the shop
// of that starter pack. Where customers come every day, nobody is asked.
var packDays = map[string]int{"food": 0, "wholesale": 3, "repair": 7, "clinic": 3, "school": 14, "agency": 7}

const otherDays = 7

// Tasks is what an order needs to do with tasks.
type Tasks interface {
	Ensure(ctx context.Context, tx *db.Tx, t task.Task) (int64, error)
	CloseBySource(ctx context.Context, tx *db.Tx, key string) error
	Create(ctx context.Context, in task.Input) (task.Task, error)
	About(ctx context.Context, kind string, id int64) ([]task.Task, error)
	Moment(ctx context.Context, user int64, w task.When) (time.Time, error)
}

// FollowUpDays reads the setting.
func FollowUpDays(ctx context.Context, q db.Q) (int, error) {
	b, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return 0, err
	}
	days, ok := packDays[b.Pack]
	if !ok {
		days = otherDays
	}
	err = setting.Get(ctx, q, FollowUpSetting, &days)
	return days, err
}

// SetFollowUpDays stores the owner's decision.
func (s *Service) SetFollowUpDays(ctx context.Context, days int) error {
	if err := auth.From(ctx).May(Settings); err != nil {
		return err
	}
	c := &errs.Check{}
	c.That(days >= 0 && days <= 365, "followup_days", "error.range", "min", 0, "max", 365)
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, "order.settings", func(ctx context.Context, tx *db.Tx) error {
		return setting.Put(ctx, tx, FollowUpSetting, days)
	})
}

// subscriber asks how it was some days after an order, and takes the question
// back when the order is. History that was brought in asks nothing.
func (s *Service) subscriber() event.Subscriber {
	return event.Subscriber{Name: "order_followup", Fresh: true, Handle: s.onOrder,
		Kinds: []string{"order.placed", "order.changed", "order.completed", "order.returned", "order.cancelled", "order.drafted", "order.removed"}}
}

func (s *Service) onOrder(ctx context.Context, tx *db.Tx, e event.Envelope) error {
	return s.follow(ctx, tx, int64(e.SubjectID))
}

// tooOld is how many days late a question may come; after that nobody is asked
// about an order that was entered, or came back by an undo, long afterwards.
const tooOld = 7

// follow makes the task of an order what the order, as it is now, asks for.
func (s *Service) follow(ctx context.Context, tx *db.Tx, id int64) error {
	key := fmt.Sprintf("order:%d:howwasit", id)
	o, err := get(ctx, tx, auth.Scope{Reach: auth.All}, id)
	if err := s.deliver(ctx, tx, id, o, err == nil); err != nil {
		return err
	}
	if errs.Is(err, errs.NotFound) || (err == nil && (!Purchase(o.Status) || o.Return())) {
		return s.tasks.CloseBySource(ctx, tx, key)
	}
	if err != nil {
		return err
	}
	days, err := FollowUpDays(ctx, tx)
	if err != nil || days == 0 {
		return err
	}
	from, err := delivered(ctx, tx, o)
	if err != nil {
		return err
	}
	day := from.AddDays(days)
	if day < cal.Today(tx.Now, time.UTC).AddDays(-tooOld) {
		return nil
	}
	who, err := s.customers.MustSee(auth.As(ctx, "job"), o.CustomerID)
	if err != nil {
		return err
	}
	owner := who.OwnerID
	if owner == 0 {
		owner = o.UserID
	}
	due, err := s.tasks.Moment(ctx, int64(owner), task.When{Day: day})
	if err != nil {
		return fmt.Errorf("plan the question after order %d: %w", id, err)
	}
	_, err = s.tasks.Ensure(ctx, tx, task.Task{Kind: task.AfterOrder, CustomerID: db.ID(o.CustomerID), OwnerID: owner, DueAt: db.At(due),
		SourceKey: db.Null(key), Notes: o.Number + ": " + Items(o.Lines)})
	return err
}

// afterUndo keeps the tasks true when orders vanish or come back by an undo.
func (s *Service) afterUndo(ctx context.Context, tx *db.Tx, ids []int64) error {
	for _, id := range ids {
		if err := s.follow(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) journal() []journal.Table {
	return []journal.Table{
		{Name: "order_head", Customer: sqlHeadCustomer, Held: sqlPaidFor, Undone: s.afterUndo},
		{Name: "order_line", Customer: sqlLineCustomer},
		{Name: "order_move", Customer: sqlMoveCustomer},
	}
}
