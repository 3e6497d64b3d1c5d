package outbox

import (
	"context"
	"time"

	"regulars/app/sys/db"
)

// Gate decides whether a message to a customer may leave now: consent,
// objection, quiet hours, contact budget, open cases. It is asked when the
// message is queued and again when it is sent, for service, survey and
// marketing; staff and security mail never ask.
type Gate interface {
	Decide(ctx context.Context, tx *db.Tx, m Message) (Decision, error)
}

// Decision is a gate's answer; the zero value refuses.
type Decision struct {
	allow  bool
	later  bool
	until  time.Time
	reason string
}

// Allow lets the message go.
func Allow() Decision { return Decision{allow: true} }

// Defer keeps it until then, for a reason (a stable code such as quiet_hours).
func Defer(until time.Time, reason string) Decision {
	return Decision{later: true, until: until, reason: reason}
}

// Refuse cancels it for a reason (a stable code such as objected).
func Refuse(reason string) Decision { return Decision{reason: reason} }

// apply writes the decision into a row.
func (d Decision) apply(row *Row) {
	switch {
	case d.allow:
	case !d.later:
		row.State, row.Reason, row.NotBefore = Cancelled, d.reason, db.Time{}
	default:
		row.State, row.Reason, row.NotBefore = Deferred, d.reason, db.At(d.until)
	}
}

// OnLeave asks f about each message of a subject's kind at the moment it would
// leave, before the gate: what it is about may have been switched off, held or
// stopped since it was queued. Call it before Start.
func (o *Outbox) OnLeave(subjectKind string, f func(ctx context.Context, tx *db.Tx, m Message) (Decision, error)) {
	o.wanted[subjectKind] = f
}

// last is the last word before a message leaves.
func (o *Outbox) last(ctx context.Context, tx *db.Tx, m Message) (Decision, error) {
	if f := o.wanted[m.SubjectKind]; f != nil {
		if d, err := f(ctx, tx, m); err != nil || !d.allow {
			return d, err
		}
	}
	return o.decide(ctx, tx, m)
}

func (o *Outbox) decide(ctx context.Context, tx *db.Tx, m Message) (Decision, error) {
	if m.Purpose.internal() {
		return Allow(), nil
	}
	if o.o.Gate == nil {
		return Refuse("no_gate"), nil
	}
	d, err := o.o.Gate.Decide(ctx, tx, m)
	if err != nil || m.Channel != Email || !d.allow && !d.later {
		return d, err
	}
	dead, err := Suppressed(ctx, tx, m.ToAddress, tx.Now)
	if err == nil && dead {
		d = Refuse(ReasonBounced)
	}
	return d, err
}
