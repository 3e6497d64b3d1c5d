package order

import (
	"context"
	"fmt"
	"io"
	"time"

	"regulars/app/customer/attachment"
	"regulars/app/kit/cal"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
	"regulars/app/work/task"
)

// The way of an order to its customer: through which states it went, for which
// day it is promised, who has to see to it, and the same order once more.

// Files keeps the papers of an order; customer/attachment has it.
type Files interface {
	AddTo(ctx context.Context, customer int64, kind string, id int64, name string, r io.Reader) (attachment.Attachment, error)
	OfRecord(ctx context.Context, kind string, id int64) ([]attachment.Attachment, error)
}

// People are who an order can be handed to; staff/notify has it.
type People interface {
	Colleagues(ctx context.Context) ([]notify.Colleague, error)
}

// Move is one change of an order's state.
type Move struct {
	From string  `db:"from_status"`
	To   string  `db:"to_status"`
	By   db.Null `db:"user_name"`
	At   db.Time `db:"at"`
}

// noteMove keeps that an order went to another state, and who did it.
func noteMove(ctx context.Context, tx *db.Tx, before string, o Order) error {
	if before == o.Status {
		return nil
	}
	if _, err := tx.Insert(ctx, sqlAddMove, o.ID, before, o.Status, db.ID(auth.From(ctx).UserID), db.At(tx.Now)); err != nil {
		return fmt.Errorf("note where order %d went: %w", o.ID, err)
	}
	return nil
}

// Way tells through which states a visible order went, the latest first.
func (s *Service) Way(ctx context.Context, id int64) ([]Move, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	out := []Move{}
	if err := s.db.Reader(ctx).Select(ctx, &out, sqlMoves, id); err != nil {
		return nil, fmt.Errorf("read where order %d went: %w", id, err)
	}
	return out, nil
}

// Customer is the port by which tasks may be about an order: it refuses one
// that the actor does not see.
func (s *Service) Customer(ctx context.Context, id int64) (int64, error) {
	o, err := s.Get(ctx, id)
	return o.CustomerID, err
}

// delivered is the day from which one asks how it was: when it was handed
// over, else the promised day, else that of the order.
func delivered(ctx context.Context, q db.Q, o Order) (cal.Date, error) {
	if o.Status == Completed {
		var at db.Time
		if err := q.Get(ctx, &at, sqlDelivered, o.ID); err != nil {
			return "", fmt.Errorf("read when order %d was delivered: %w", o.ID, err)
		}
		if at.Unix() > 0 {
			b, err := setting.ReadBusiness(ctx, q)
			return cal.DateOf(at.Time, b.Zone()), err
		}
	}
	return max(o.OrderedOn, o.DeliverOn), nil
}

// deliver makes the task of the promised day what the order asks for.
func (s *Service) deliver(ctx context.Context, tx *db.Tx, id int64, o Order, there bool) error {
	key := fmt.Sprintf("order:%d:deliver", id)
	if !there || o.Status != Confirmed || o.Return() || o.DeliverOn == "" {
		return s.tasks.CloseBySource(ctx, tx, key)
	}
	owner, err := s.responsible(ctx, o)
	if err != nil {
		return err
	}
	due, err := s.tasks.Moment(ctx, int64(owner), task.When{Day: o.DeliverOn})
	if err != nil {
		return fmt.Errorf("plan the delivery of order %d: %w", id, err)
	}
	_, err = s.tasks.Ensure(ctx, tx, task.Task{Kind: task.Deliver, CustomerID: db.ID(o.CustomerID), OwnerID: owner, DueAt: db.At(due),
		SourceKey: db.Null(key), Notes: o.Number + ": " + Items(o.Lines), Subject: task.Subject{Kind: "order", ID: db.ID(id)}})
	return err
}

// responsible is whoever has the customer, else whoever took the order.
func (s *Service) responsible(ctx context.Context, o Order) (db.ID, error) {
	who, err := s.customers.MustSee(auth.As(ctx, "job"), o.CustomerID)
	if err != nil || who.OwnerID != 0 {
		return who.OwnerID, err
	}
	return o.UserID, nil
}

// Hand gives a colleague something to do about an order by a day.
func (s *Service) Hand(ctx context.Context, id, to int64, what string, by cal.Date) error {
	o, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	_, err = s.tasks.Create(ctx, task.Input{Title: what, CustomerID: o.CustomerID, OwnerID: to, Due: task.When{Day: by},
		Notes: o.Number + ": " + Items(o.Lines), About: task.Subject{Kind: "order", ID: db.ID(id)}})
	return err
}

// Again drafts the same order once more: what the catalogue has at today's
// prices, free lines as they were.
func (s *Service) Again(ctx context.Context, id int64) (Order, error) {
	o, err := s.Get(ctx, id)
	if err != nil {
		return o, err
	}
	in := Input{CustomerID: o.CustomerID, Status: Draft}
	for _, l := range o.Lines {
		if l.Quantity <= 0 {
			continue
		}
		line := LineInput{Name: l.Name, Quantity: l.Quantity}
		if l.ProductID != 0 {
			line.ProductID = int64(l.ProductID)
		} else {
			price, tax := l.UnitPrice, l.TaxRate
			line.UnitPrice, line.Discount, line.TaxRate = &price, l.Discount(), &tax
		}
		in.Lines = append(in.Lines, line)
	}
	return s.Create(ctx, in)
}

// MoveObject is one change of state as the API shows it.
type MoveObject struct {
	From string    `json:"from" enum:"draft,confirmed,completed,cancelled"`
	To   string    `json:"to" enum:"draft,confirmed,completed,cancelled"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}
