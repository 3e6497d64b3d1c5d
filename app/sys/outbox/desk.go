// What a person does with the outbox: look, try again, take back.

package outbox

import (
	"context"
	"fmt"
	"math"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Filter narrows a list. Empty fields do not narrow.
type Filter struct {
	State       State
	Purpose     Purpose
	SubjectKind string
	SubjectID   int64
	CustomerID  int64
	Before      int64 // id of the last row seen; 0 for the first page
	Limit       int
}

// Get reads one message.
func (o *Outbox) Get(ctx context.Context, id int64) (Row, error) {
	var row Row
	err := db.OrNotFound(o.db.Reader(ctx).Get(ctx, &row, sqlOne, id))
	return row, err
}

// List reads messages, newest first.
func (o *Outbox) List(ctx context.Context, f Filter) ([]Row, error) {
	if f.Before == 0 {
		f.Before = math.MaxInt64
	}
	where, args := []string{"id < ?"}, []any{f.Before}
	narrow := func(on bool, condition string, values ...any) {
		if on {
			where, args = append(where, condition), append(args, values...)
		}
	}
	narrow(f.State != "", "state = ?", f.State)
	narrow(f.Purpose != "", "purpose = ?", f.Purpose)
	narrow(f.SubjectKind != "", "subject_kind = ? AND subject_id = ?", f.SubjectKind, f.SubjectID)
	narrow(f.CustomerID != 0, "customer_id = ?", f.CustomerID)
	var rows []Row
	query := "SELECT " + columns + " FROM outbox WHERE " + strings.Join(where, " AND ") + " ORDER BY id DESC LIMIT ?"
	if err := o.db.Reader(ctx).Select(ctx, &rows, query, append(args, f.Limit)...); err != nil {
		return nil, fmt.Errorf("list the outbox: %w", err)
	}
	return rows, nil
}

// Counts tells how many messages are in each state.
func (o *Outbox) Counts(ctx context.Context) (map[State]int, error) {
	var rows []struct {
		State State `db:"state"`
		N     int   `db:"n"`
	}
	if err := o.db.Reader(ctx).Select(ctx, &rows, sqlCounts); err != nil {
		return nil, fmt.Errorf("count the outbox: %w", err)
	}
	out := map[State]int{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, nil
}

// Status says what keeps messages from leaving, for pages and health.
type Status struct {
	Hold      Hold
	ClockBack bool
	PerMinute int
	Channels  []ChannelStatus
}

// ChannelStatus is one channel's part of it.
type ChannelStatus struct {
	Name   string
	Ready  bool
	Reason string // why not ready
	Pause  Pause  // Since is 0 when it does not rest
}

// Status reads it.
func (o *Outbox) Status(ctx context.Context) (Status, error) {
	q := o.db.Reader(ctx)
	st := Status{ClockBack: o.o.ClockBack()}
	var err error
	if st.Hold, err = held(ctx, q); err != nil {
		return st, err
	}
	if st.PerMinute, err = perMinute(ctx, q); err != nil {
		return st, err
	}
	for _, name := range o.channelNames() {
		c := ChannelStatus{Name: name}
		c.Ready, c.Reason = o.o.Channels[name].Ready(ctx)
		if c.Pause, err = o.paused(ctx, q, name); err != nil {
			return st, err
		}
		st.Channels = append(st.Channels, c)
	}
	return st, nil
}

// Retry queues a message again that failed, is unknown or was set aside: a
// person takes the risk that it arrives twice. The gate is asked again.
func (o *Outbox) Retry(ctx context.Context, id int64) error {
	return o.db.Write(ctx, "outbox.retry", func(ctx context.Context, tx *db.Tx) error {
		var row Row
		if err := db.OrNotFound(tx.Get(ctx, &row, sqlOne, id)); err != nil {
			return err
		}
		switch {
		case row.State != Failed && row.State != Unknown && row.State != Held:
			return errs.New(errs.Conflict, "outbox.error.not_retryable")
		case !row.ExpiresAt.IsZero() && !row.ExpiresAt.After(tx.Now) || row.Payload == "null":
			return errs.New(errs.Conflict, "outbox.error.expired")
		}
		row.State, row.Reason, row.NotBefore = Queued, "", db.At(tx.Now)
		row.Attempts, row.FirstAttemptAt = 0, db.Time{}
		tx.AfterCommit(o.Wake)
		return store(ctx, tx, row)
	})
}

// Discard takes back one message that has not left.
func (o *Outbox) Discard(ctx context.Context, id int64) error {
	return o.cancel(ctx, sqlDiscard, "discarded", errs.New(errs.Conflict, "outbox.error.left"), id)
}

// DiscardHeld takes back everything that was set aside.
func (o *Outbox) DiscardHeld(ctx context.Context) error {
	return o.cancel(ctx, sqlDiscardHeld, "discarded", nil)
}

// Cancel takes back everything about a subject that has not left, for example
// the reminders of a task that is done. It joins the caller's transaction.
func (o *Outbox) Cancel(ctx context.Context, subjectKind string, subjectID int64) error {
	return o.cancel(ctx, sqlCancel, "cancelled", nil, subjectKind, subjectID)
}

// Forget erases the people from a customer's messages and takes back those
// that have not left. The figures stay.
func (o *Outbox) Forget(ctx context.Context, customerID int64) error {
	return o.db.Write(ctx, "outbox.forget", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, sqlForget, customerID); err != nil {
			return fmt.Errorf("forget customer %d in the outbox: %w", customerID, err)
		}
		return nil
	})
}

func (o *Outbox) cancel(ctx context.Context, query, reason string, none error, args ...any) error {
	return o.db.Write(ctx, "outbox.cancel", func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, query, append([]any{reason}, args...)...)
		if err != nil {
			return fmt.Errorf("cancel messages: %w", err)
		}
		if n == 0 {
			return none
		}
		return nil
	})
}
