package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"regulars/app/sys/db"
)

const (
	firstBackoff = time.Minute
	lastBackoff  = 6 * time.Hour
	giveUpAfter  = 72 * time.Hour
	configRest   = 15 * time.Minute
	throttleRest = time.Minute
)

// finish records how an attempt ended. It is not cut off by a shutdown.
func (o *Outbox) finish(ctx context.Context, row Row, cause error) error {
	err := o.db.Write(context.WithoutCancel(ctx), "outbox.finish", func(ctx context.Context, tx *db.Tx) error {
		var state State
		if err := tx.Get(ctx, &state, sqlState, row.ID); err != nil {
			return err
		}
		if state != Sending {
			return nil // somebody settled it meanwhile
		}
		if err := o.outcome(ctx, tx, &row, cause); err != nil {
			return err
		}
		return o.settle(ctx, tx, row)
	})
	if err != nil {
		return fmt.Errorf("record what became of message %d: %w", row.ID, err)
	}
	return nil
}

// outcome turns a channel's answer into the row's new state.
func (o *Outbox) outcome(ctx context.Context, tx *db.Tx, row *Row, cause error) error {
	if cause == nil {
		row.State, row.SentAt = Sent, db.At(tx.Now)
		row.ErrorClass, row.ErrorCode, row.Error = "", "", ""
		return o.unpause(ctx, tx, row.Channel)
	}
	f := failureOf(cause)
	row.ErrorClass, row.ErrorCode, row.Error = f.Class, clip(f.Code), clip(f.Text)
	slog.Warn("message not sent", "message", row.ID, "attempt", row.Attempts, "class", f.Class, "code", f.Code)
	switch f.Class {
	case Permanent:
		row.State, row.Reason = Failed, "rejected"
		if f.Bounce != "" {
			row.Reason, row.Gone = ReasonBounced, f.Bounce == Hard
		}
		return o.suppress(ctx, tx, *row, Bounce{Class: f.Bounce, Code: f.Code, Text: f.Text})
	case Config: // not this message's fault: it has not been tried
		row.State, row.Reason, row.NotBefore = Queued, "channel_paused", db.At(tx.Now)
		if row.Attempts--; row.Attempts == 0 {
			row.FirstAttemptAt = db.Time{}
		}
		return o.pause(ctx, tx, row.Channel, f, max(configRest, f.RetryAfter))
	case Throttle:
		o.later(tx.Now, row, f)
		return o.pause(ctx, tx, row.Channel, f, max(throttleRest, f.RetryAfter))
	case Retry:
		o.later(tx.Now, row, f)
		return o.suppress(ctx, tx, *row, Bounce{Class: f.Bounce, Code: f.Code, Text: f.Text})
	default:
		if row.Purpose.internal() {
			o.later(tx.Now, row, f)
			return nil
		}
		row.State, row.Reason = Unknown, "unknown"
		return nil
	}
}

// later queues the row again, or gives it up after three days.
func (o *Outbox) later(now time.Time, row *Row, f *Failure) {
	end := row.FirstAttemptAt.Add(giveUpAfter)
	if !now.Before(end) {
		row.State, row.Reason = Failed, "gave_up"
		return
	}
	wait := max(o.backoff(row.Attempts), f.RetryAfter)
	next := now.Add(wait)
	if next.After(end) {
		next = end // the last try
	}
	row.State, row.Reason, row.NotBefore = Queued, "retry", db.At(next)
}

// backoff doubles from a minute to six hours, give or take a fifth.
func (o *Outbox) backoff(attempt int) time.Duration {
	wait := lastBackoff
	if attempt < 10 {
		wait = min(wait, firstBackoff<<max(attempt-1, 0))
	}
	return time.Duration(float64(wait) * (0.8 + 0.4*o.jitter())).Round(time.Second)
}

// settle stores a row that is not going out now and tells its subscribers.
func (o *Outbox) settle(ctx context.Context, tx *db.Tx, row Row) error {
	final := row.State == Sent || row.State == Cancelled || row.State == Failed && row.Reason == "expired"
	if err := store(ctx, tx, row); err != nil {
		return err
	}
	if final && row.Purpose.secret() {
		row.Payload = "null"
		if _, err := tx.Exec(ctx, sqlBlank, row.ID); err != nil {
			return fmt.Errorf("blank message %d: %w", row.ID, err)
		}
	}
	if row.State == Queued {
		return nil
	}
	for _, h := range o.hooks[row.Purpose] {
		if err := tx.Guard(ctx, func() error { return h(ctx, tx, row) }); err != nil {
			slog.Error("tell what became of a message", "message", row.ID, "state", row.State, "error", err)
		}
	}
	return nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 500 {
		return string(r[:500]) + "…"
	}
	return s
}
