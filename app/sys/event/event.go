// Package event tells the slices what happened. A slice publishes a typed fact
// in its own transaction; a few subscribers act inside that transaction, all
// others read the fact after the commit: at least once, in order, retried.
package event

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Fact is a typed struct that says what happened.
type Fact interface{ Meta() Meta }

// Meta is what every fact can be found by.
type Meta struct {
	Kind        string // "followup.happened"
	CustomerID  int64
	SubjectKind string
	SubjectID   int64
	At          time.Time // when it happened; zero means now
}

// Envelope is a stored fact.
type Envelope struct {
	ID          int64   `db:"id"`
	Kind        string  `db:"kind"`
	Set         int64   `db:"set_id"`
	UserID      db.ID   `db:"user_id"`
	CustomerID  db.ID   `db:"customer_id"`
	SubjectKind string  `db:"subject_kind"`
	SubjectID   db.ID   `db:"subject_id"`
	OccurredAt  db.Time `db:"occurred_at"`
	RecordedAt  db.Time `db:"recorded_at"`
	Imported    bool    `db:"imported"`
	Data        string  `db:"data"`
	Fact        Fact    `db:"-"` // only inside the publishing transaction
}

// Decode reads the typed fact back.
func Decode[T Fact](e Envelope) (T, error) {
	var f T
	if err := json.Unmarshal([]byte(e.Data), &f); err != nil {
		return f, fmt.Errorf("decode event %d %s: %w", e.ID, e.Kind, err)
	}
	return f, nil
}

// freshFor is how old an imported fact may be and still start something.
const freshFor = 7 * 24 * time.Hour

// Stale tells history that was brought in: it starts no task, survey,
// notification or automation.
func (e Envelope) Stale() bool {
	return e.Imported && e.RecordedAt.Sub(e.OccurredAt.Time) > freshFor
}

// Subscriber reads facts after their commit. Handle runs in a transaction with
// the subscriber's own position, so what it writes happens exactly once.
type Subscriber struct {
	Name  string
	Kinds []string
	// Fresh leaves out history that was brought in by an import.
	Fresh  bool
	Handle func(ctx context.Context, tx *db.Tx, e Envelope) error
}

// Bus delivers the facts of one database.
type Bus struct {
	db    *db.DB
	inTx  map[string][]func(ctx context.Context, tx *db.Tx, e Envelope) error
	every []func(ctx context.Context, tx *db.Tx, e Envelope) error
	subs  []Subscriber
	wake  chan struct{}
}

// New makes a bus; add subscribers before the first Publish.
func New(d *db.DB) *Bus {
	return &Bus{db: d, inTx: map[string][]func(context.Context, *db.Tx, Envelope) error{}, wake: make(chan struct{}, 1)}
}

// InTx adds one of the few subscribers that act inside the publishing
// transaction. Without kinds it sees every fact.
func (b *Bus) InTx(f func(ctx context.Context, tx *db.Tx, e Envelope) error, kinds ...string) {
	if len(kinds) == 0 {
		b.every = append(b.every, f)
	}
	for _, k := range kinds {
		b.inTx[k] = append(b.inTx[k], f)
	}
}

// Subscribe adds a subscriber that reads after the commit.
func (b *Bus) Subscribe(s Subscriber) { b.subs = append(b.subs, s) }

var sqlAdd = db.SQL(`
	INSERT INTO event (kind, set_id, user_id, customer_id, subject_kind, subject_id, occurred_at, recorded_at, imported, data)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)

var sqlForgetKind = db.SQL(`DELETE FROM event WHERE customer_id = ? AND kind = ? AND coalesce(json_extract(data, '$.' || ?), 0) = 0`)

// Forget removes the facts of a kind about a customer, except those that hold true
// under the name except.
func Forget(ctx context.Context, tx *db.Tx, customer int64, kind, except string) error {
	if _, err := tx.Exec(ctx, sqlForgetKind, customer, kind, except); err != nil {
		return fmt.Errorf("forget %s of customer %d: %w", kind, customer, err)
	}
	return nil
}

type importKey struct{}

// Importing returns a context in which published facts are history brought in.
func Importing(ctx context.Context) context.Context {
	return context.WithValue(ctx, importKey{}, true)
}

// Publish stores the fact in tx and runs the in-transaction subscribers.
func (b *Bus) Publish(ctx context.Context, tx *db.Tx, f Fact) error {
	m := f.Meta()
	if m.At.IsZero() {
		m.At = tx.Now
	}
	data, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encode %s: %w", m.Kind, err)
	}
	imported, _ := ctx.Value(importKey{}).(bool)
	e := Envelope{Kind: m.Kind, Set: tx.Set, UserID: db.ID(auth.From(ctx).UserID), CustomerID: db.ID(m.CustomerID),
		SubjectKind: m.SubjectKind, SubjectID: db.ID(m.SubjectID), OccurredAt: db.At(m.At), RecordedAt: db.At(tx.Now),
		Imported: imported, Data: string(data), Fact: f}
	e.ID, err = tx.Insert(ctx, sqlAdd, e.Kind, e.Set, e.UserID, e.CustomerID, e.SubjectKind, e.SubjectID,
		e.OccurredAt, e.RecordedAt, e.Imported, e.Data)
	if err != nil {
		return fmt.Errorf("store %s: %w", m.Kind, err)
	}
	for _, f := range slices.Concat(b.every, b.inTx[e.Kind]) {
		if err := f(ctx, tx, e); err != nil {
			return fmt.Errorf("on %s: %w", e.Kind, err)
		}
	}
	tx.AfterCommit(b.nudge)
	return nil
}

func (b *Bus) nudge() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}
