package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

// Channel hands messages over to the outside.
type Channel interface {
	// Send returns nil when the other side took the message, else a *Failure.
	// Any other error means that nobody knows.
	Send(ctx context.Context, d Delivery) error
	// Ready tells whether sending can be tried, or why not (e.g. no_smtp).
	Ready(ctx context.Context) (ok bool, reason string)
}

// Delivery is one attempt at a message.
type Delivery struct {
	ID        int64
	Attempt   int
	MessageID string // without angle brackets
	CreatedAt db.Time
	Message
}

// Class says what a failure means for the message.
type Class string

// The classes of failure.
const (
	Retry     Class = "retry"     // not taken now; later perhaps
	Throttle  Class = "throttle"  // the channel is being slowed down
	Permanent Class = "permanent" // this message never
	Config    Class = "config"    // nothing gets out before a setting changes
	Unsure    Class = "unknown"   // it may or may not have been taken
)

// Failure is why a hand-over did not succeed.
type Failure struct {
	Class      Class
	Code       string // as the other side gave it: "550"
	Text       string
	RetryAfter time.Duration // 0 when the other side named none
	Bounce     string        // Hard or Soft when it is about the address
}

// Error implements error.
func (f *Failure) Error() string { return fmt.Sprintf("%s %s: %s", f.Class, f.Code, f.Text) }

func failureOf(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return &Failure{Class: Unsure, Text: err.Error()}
}

// send calls the channel; a panic there is a failure of unknown outcome. The
// attempt is finished even when the process is told to stop.
func (o *Outbox) send(ctx context.Context, ch Channel, row Row) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			slog.Error("channel panicked", "channel", row.Channel, "message", row.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return ch.Send(ctx, Delivery{ID: row.ID, Attempt: row.Attempts, MessageID: row.MessageID, CreatedAt: row.CreatedAt, Message: row.Message})
}

// Pause is why a channel rests. It tries one message again after Until.
type Pause struct {
	Since int64  `json:"since"` // unix ms
	Until int64  `json:"until"`
	Class Class  `json:"class"`
	Code  string `json:"code"`
	Text  string `json:"text"`
}

func pauseName(channel string) string { return "outbox.pause." + channel }

func (o *Outbox) paused(ctx context.Context, q db.Q, channel string) (Pause, error) {
	var p Pause
	err := setting.Get(ctx, q, pauseName(channel), &p)
	return p, err
}

// pause rests a channel after a failure that concerns all its messages.
func (o *Outbox) pause(ctx context.Context, tx *db.Tx, channel string, f *Failure, rest time.Duration) error {
	p, err := o.paused(ctx, tx, channel)
	if err != nil {
		return err
	}
	if p.Since == 0 {
		p.Since = tx.Now.UnixMilli()
	}
	p.Until, p.Class, p.Code, p.Text = tx.Now.Add(rest).UnixMilli(), f.Class, f.Code, clip(f.Text)
	return setting.Put(ctx, tx, pauseName(channel), p)
}

func (o *Outbox) unpause(ctx context.Context, tx *db.Tx, channel string) error {
	p, err := o.paused(ctx, tx, channel)
	if err != nil || p.Since == 0 {
		return err
	}
	return setting.Put(ctx, tx, pauseName(channel), Pause{})
}

// Resume ends a channel's pause; call it when its settings were changed.
func (o *Outbox) Resume(ctx context.Context, channel string) error {
	return o.db.Write(ctx, "outbox.resume", func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(o.Wake)
		return o.unpause(ctx, tx, channel)
	})
}
