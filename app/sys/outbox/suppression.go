// Addresses that do not take mail. One that does not exist is written to no
// more; one that sends mail back for a reason that may pass is given a rest
// after the third time. A colleague can say that it is to be tried again.

package outbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// The classes of a bounce.
const (
	Hard = "hard" // the address does not exist
	Soft = "soft" // a full mailbox, or a report that says nothing certain
)

const (
	softLimit = 3                   // bounces after which an address rests
	softRest  = 30 * 24 * time.Hour // and for how long
)

// ReasonBounced is why a message to such an address is not sent. ReasonReturned
// stands on one that came back for a reason that may pass: it stays sent, what it
// asks can still be answered, and its address is only counted.
const (
	ReasonBounced  = "bounced"
	ReasonReturned = "returned"
)

// Bounce is what came back instead of an answer. Without a class it is the
// message's fault or the sender's, and says nothing about the address.
type Bounce struct {
	Class string
	Code  string
	Text  string
}

// Suppression is an address that does not take mail.
type Suppression struct {
	ID         int64   `db:"id"`
	Address    string  `db:"address"`
	CustomerID db.ID   `db:"customer_id"`
	Class      string  `db:"class"`
	Count      int     `db:"count"`
	Code       string  `db:"code"`
	Error      string  `db:"error"`
	OutboxID   db.ID   `db:"outbox_id"`
	FirstAt    db.Time `db:"first_at"`
	LastAt     db.Time `db:"last_at"`
	LiftedAt   db.Time `db:"lifted_at"`
	UserID     db.ID   `db:"user_id"`
}

// Active tells whether nothing is sent to the address now.
func (s Suppression) Active(now time.Time) bool {
	return s.LiftedAt.IsZero() && (s.Class == Hard || s.Count >= softLimit && s.LastAt.Add(softRest).After(now))
}

// Until is when an address that rests is tried again, zero when only a person
// decides that.
func (s Suppression) Until() time.Time {
	if s.Class == Hard {
		return time.Time{}
	}
	return s.LastAt.Add(softRest)
}

// Suppressed tells whether nothing is sent to an address now.
func Suppressed(ctx context.Context, q db.Q, address string, now time.Time) (bool, error) {
	s, found, err := suppressionOf(ctx, q, address)
	return found && s.Active(now), err
}

func suppressionOf(ctx context.Context, q db.Q, address string) (Suppression, bool, error) {
	var s Suppression
	found, err := db.Found(q.Get(ctx, &s, sqlSuppression, plainAddress(address)))
	if err != nil {
		return s, false, fmt.Errorf("look whether an address takes mail: %w", err)
	}
	return s, found, nil
}

func plainAddress(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// Bounced records, in the caller's transaction, that a message came back. It has
// failed when its address does not exist; a full mailbox, or a server that did not
// like us, ends nothing. OnBounce hears of an address to which nothing is sent
// from now on.
func (o *Outbox) Bounced(ctx context.Context, tx *db.Tx, row Row, b Bounce) error {
	was := row.State
	row.ErrorClass, row.ErrorCode, row.Error = Permanent, clip(b.Code), clip(b.Text)
	switch {
	case b.Class == Hard && (was == Sent || was == Unknown || was == Sending):
		row.State, row.Reason, row.Gone = Failed, ReasonBounced, true
	case b.Class != Hard && (was == Sent || was == Unknown):
		row.Reason, row.ErrorClass = ReasonReturned, Retry
	default:
		return o.suppress(ctx, tx, row, b)
	}
	if err := o.settle(ctx, tx, row); err != nil {
		return err
	}
	return o.suppress(ctx, tx, row, b)
}

func (o *Outbox) suppress(ctx context.Context, tx *db.Tx, row Row, b Bounce) error {
	if b.Class == "" || row.ToAddress == "" || row.Channel != Email || row.Purpose.internal() {
		return nil
	}
	s, found, err := suppressionOf(ctx, tx, row.ToAddress)
	if err != nil || found && s.OutboxID == db.ID(row.ID) {
		return err // the same message reported twice
	}
	was := found && s.Active(tx.Now)
	if !found || !s.LiftedAt.IsZero() || s.LastAt.Add(softRest).Before(tx.Now) {
		s = Suppression{ID: s.ID, FirstAt: db.At(tx.Now), Class: b.Class}
	}
	if b.Class == Hard {
		s.Class = Hard
	}
	s.Count++
	s.Code, s.Error, s.LastAt, s.OutboxID = clip(b.Code), clip(b.Text), db.At(tx.Now), db.ID(row.ID)
	s.Address, s.CustomerID = plainAddress(row.ToAddress), row.CustomerID
	if err := tx.Get(ctx, &s.ID, sqlSuppress, s.Address, s.CustomerID, s.Class, s.Count, s.Code, s.Error, s.OutboxID, s.FirstAt, s.LastAt); err != nil {
		return fmt.Errorf("remember that an address does not take mail: %w", err)
	}
	if o.bounced == nil || was || !s.Active(tx.Now) {
		return nil
	}
	return tx.Guard(ctx, func() error { return o.bounced(ctx, tx, s) })
}

// Doubt tells, in the caller's transaction, that somebody says that a message
// came back and proves nothing: neither the message nor its address is touched.
func (o *Outbox) Doubt(ctx context.Context, tx *db.Tx, row Row) error {
	if o.doubted == nil || row.CustomerID == 0 || row.Purpose.internal() {
		return nil
	}
	return o.doubted(ctx, tx, row)
}

// OnDoubt is called in the transaction in which such a report is noted.
func (o *Outbox) OnDoubt(f func(ctx context.Context, tx *db.Tx, row Row) error) { o.doubted = f }

// OnBounce is called in the transaction in which an address is written to no
// more.
func (o *Outbox) OnBounce(f func(ctx context.Context, tx *db.Tx, s Suppression) error) { o.bounced = f }

// Suppressions are the addresses of a customer that do not take mail, or did not.
func (o *Outbox) Suppressions(ctx context.Context, customer int64) ([]Suppression, error) {
	var out []Suppression
	if err := o.db.Reader(ctx).Select(ctx, &out, sqlSuppressionsOf, customer); err != nil {
		return nil, fmt.Errorf("list addresses that do not take mail: %w", err)
	}
	return out, nil
}

// Suppression reads one.
func (o *Outbox) Suppression(ctx context.Context, id int64) (Suppression, error) {
	var s Suppression
	err := db.OrNotFound(o.db.Reader(ctx).Get(ctx, &s, sqlOneSuppression, id))
	return s, err
}

// Lift lets an address be tried again.
func (o *Outbox) Lift(ctx context.Context, id int64) (Suppression, error) {
	return db.WriteOne(ctx, o.db, "suppression.lift", func(ctx context.Context, tx *db.Tx) (Suppression, error) {
		s, err := o.Suppression(ctx, id)
		if err != nil {
			return s, err
		}
		if !s.LiftedAt.IsZero() {
			return s, errs.New(errs.Conflict, "outbox.error.lifted")
		}
		journal.About(tx, "suppression", id, s.Address)
		if _, err := tx.Exec(ctx, sqlLift, db.At(tx.Now), db.ID(auth.From(ctx).UserID), id); err != nil {
			return s, fmt.Errorf("lift suppression %d: %w", id, err)
		}
		return o.Suppression(ctx, id)
	})
}
