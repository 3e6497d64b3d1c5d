package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/safego"
)

const (
	sendTimeout = time.Minute
	stale       = 10 * time.Minute // a hand-over that began earlier is over, one way or the other
	gateBatch   = 100              // rows the gate is asked about in one transaction
	gateTrouble = 10 * time.Minute // wait after the gate itself failed
)

// Start settles what an earlier process left open and then sends whenever it
// is woken, until ctx ends. The caller holds the data folder's lock.
func (o *Outbox) Start(ctx context.Context) error {
	if err := o.Recover(ctx); err != nil {
		return err
	}
	safego.Go("outbox", func() {
		for {
			if err := o.Drain(ctx); err != nil && ctx.Err() == nil {
				slog.Error("send queued messages", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-o.wake:
			}
		}
	})
	return nil
}

// Wake makes the worker look at once; Queue does it after its commit.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// Recover settles messages whose hand-over was cut off by a crash: mail to
// customers becomes unknown, internal mail is tried again under the same
// Message-ID.
func (o *Outbox) Recover(ctx context.Context) error {
	return o.settleOlder(ctx, time.UnixMilli(1<<53))
}

func (o *Outbox) settleOlder(ctx context.Context, than time.Time) error {
	var rows []Row
	if err := o.db.Reader(ctx).Select(ctx, &rows, sqlSending, db.At(than)); err != nil {
		return fmt.Errorf("list messages being sent: %w", err)
	}
	for _, row := range rows {
		if err := o.finish(ctx, row, &Failure{Class: Unsure, Text: "the program ended during the hand-over"}); err != nil {
			return err
		}
	}
	return nil
}

// Drain sends everything that may leave now. While one drain runs, another
// call returns at once and the running one looks once more.
func (o *Outbox) Drain(ctx context.Context) error {
	o.again.Store(true)
	if !o.busy.TryLock() {
		return nil
	}
	defer o.busy.Unlock()
	ctx = auth.With(ctx, auth.System("job"))
	for o.again.Swap(false) {
		if o.o.ClockBack() {
			return nil
		}
		if err := o.settleOlder(ctx, o.db.Now().Add(-stale)); err != nil {
			return err
		}
		for _, name := range o.channelNames() {
			if err := o.drain(ctx, name, o.o.Channels[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *Outbox) channelNames() []string {
	var names []string
	for name := range o.o.Channels {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (o *Outbox) drain(ctx context.Context, name string, ch Channel) error {
	ok, why := ch.Ready(ctx)
	if ok {
		why = ""
	}
	if err := o.explain(ctx, name, why); err != nil || !ok {
		return err
	}
	for ctx.Err() == nil {
		row, more, err := o.claim(ctx, name)
		if err != nil {
			return fmt.Errorf("claim a message: %w", err)
		}
		if row.ID == 0 && !more {
			return nil
		}
		if row.ID == 0 {
			continue
		}
		if err := o.finish(ctx, row, o.send(ctx, ch, row)); err != nil {
			return err
		}
	}
	return nil
}

// explain writes on waiting messages why their channel cannot send.
func (o *Outbox) explain(ctx context.Context, channel, why string) error {
	if known, ok := o.why.Swap(channel, why); ok && known == why {
		return nil // rows queued since carry it already
	}
	err := o.db.Write(ctx, "outbox.explain", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlExplain, why, channel, why)
		return err
	})
	if err != nil {
		o.why.Delete(channel)
		return fmt.Errorf("explain why %s waits: %w", channel, err)
	}
	return nil
}

// claim marks the next message that may leave as sending and commits that
// before the hand-over. more means: nothing yet, but ask again.
func (o *Outbox) claim(ctx context.Context, channel string) (row Row, more bool, err error) {
	var due bool
	if err := o.db.Reader(ctx).Get(ctx, &due, sqlAnyDue, channel, db.At(o.db.Now())); err != nil || !due {
		return Row{}, false, err
	}
	err = o.db.Write(ctx, "outbox.claim", func(ctx context.Context, tx *db.Tx) error {
		row, more, err = o.next(ctx, tx, channel)
		return err
	})
	if err != nil {
		return Row{}, false, err
	}
	return row, more, nil
}

func (o *Outbox) next(ctx context.Context, tx *db.Tx, channel string) (Row, bool, error) {
	open, err := o.open(ctx, tx, channel)
	if err != nil {
		return Row{}, false, err
	}
	asked := 0
	for _, p := range open {
		for ; asked < gateBatch; asked++ {
			var row Row
			found, err := db.Found(tx.Get(ctx, &row, sqlDue, channel, p, db.At(tx.Now)))
			if err != nil {
				return Row{}, false, err
			}
			if !found {
				break
			}
			if row.State, row.Reason, err = o.admit(ctx, tx, &row); err != nil {
				return Row{}, false, err
			}
			if row.State == Sending {
				err := o.begin(ctx, tx, &row)
				return row, false, err
			}
			if err := o.settle(ctx, tx, row); err != nil {
				return Row{}, false, err
			}
		}
	}
	return Row{}, asked == gateBatch, nil
}

// open lists the purposes that may leave now on a channel.
func (o *Outbox) open(ctx context.Context, tx *db.Tx, channel string) ([]Purpose, error) {
	h, err := held(ctx, tx)
	if err != nil || h.Since != 0 {
		return nil, err
	}
	pause, err := o.paused(ctx, tx, channel)
	if err != nil || pause.Until > tx.Now.UnixMilli() {
		return nil, err
	}
	limit, err := perMinute(ctx, tx)
	if err != nil {
		return nil, err
	}
	var used int
	if err := tx.Get(ctx, &used, sqlUsed, db.At(tx.Now.Add(-time.Minute)), db.At(tx.Now)); err != nil {
		return nil, fmt.Errorf("count the last minute's messages: %w", err)
	}
	if used >= limit {
		return purposes[:1], nil // nobody waits for a password reset
	}
	return purposes, nil
}

// admit decides what becomes of a due row: sending, or what keeps it.
func (o *Outbox) admit(ctx context.Context, tx *db.Tx, row *Row) (State, string, error) {
	if !row.ExpiresAt.IsZero() && !row.ExpiresAt.After(tx.Now) {
		row.NotBefore = db.Time{}
		return Failed, "expired", nil
	}
	var d Decision
	err := tx.Guard(ctx, func() (err error) {
		d, err = o.last(ctx, tx, row.Message)
		return err
	})
	if err != nil { // one row's trouble holds up no other
		slog.Error("ask whether a message may be sent", "message", row.ID, "error", err)
		d = Defer(tx.Now.Add(gateTrouble), "gate_error")
	}
	row.State = Sending
	d.apply(row)
	if row.State == Deferred && !row.NotBefore.After(tx.Now) { // or it would be asked about forever
		row.NotBefore = db.At(tx.Now.Add(time.Minute))
	}
	return row.State, row.Reason, ctx.Err()
}

// begin records an attempt. Internal mail keeps its Message-ID, so that a
// second copy can be recognised.
func (o *Outbox) begin(ctx context.Context, tx *db.Tx, row *Row) error {
	row.Attempts++
	row.Reason = ""
	row.NotBefore = db.Time{}
	row.AttemptedAt = db.At(tx.Now)
	if row.FirstAttemptAt.IsZero() {
		row.FirstAttemptAt = row.AttemptedAt
	}
	if row.MessageID == "" || !row.Purpose.internal() {
		row.MessageID = o.identity(*row, row.Attempts) + "@" + o.o.Host(ctx)
	}
	return store(ctx, tx, *row)
}
