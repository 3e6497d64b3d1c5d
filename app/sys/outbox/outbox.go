// Package outbox is the one gate for everything that leaves the machine. A use
// case queues a message in its own transaction; a worker hands it over later.
// The row is committed as sending before the hand-over and as sent after it,
// so that a crash leaves at most one message of which nobody knows: it is
// shown as unknown and never sent again by itself.
package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/job"
)

// Purpose is why a message is sent; it decides what the gate asks and what
// happens after a crash.
type Purpose string

// The purposes, in the order in which they leave.
const (
	Security  Purpose = "security" // password resets, sign-in warnings
	Staff     Purpose = "staff"    // reminders and digests for colleagues
	Service   Purpose = "service"  // about an order, a ticket, an appointment
	Survey    Purpose = "survey"
	Marketing Purpose = "marketing"
)

var purposes = []Purpose{Security, Staff, Service, Survey, Marketing}

// internal mail goes to colleagues: no gate, and better twice than never.
func (p Purpose) internal() bool { return p == Security || p == Staff }

// secret mail carries links that open something: its payload is not kept.
func (p Purpose) secret() bool { return p == Security || p == Survey }

// Email is the channel that sends mail.
const Email = "email"

// Message is what a use case wants sent.
type Message struct {
	DedupeKey   string  `db:"dedupe_key"` // e.g. "survey:<wave>:<person>"; the same key is queued once
	Channel     string  `db:"channel"`
	Purpose     Purpose `db:"purpose"`
	Topic       string  `db:"topic"` // the shop's own purpose of consent that it is about, "" when Purpose says it all
	ToAddress   string  `db:"to_address"`
	ToName      string  `db:"to_name"`
	CustomerID  db.ID   `db:"customer_id"`
	ContactID   db.ID   `db:"contact_id"`
	UserID      db.ID   `db:"user_id"`
	Subject     string  `db:"subject"`
	Payload     string  `db:"payload"` // JSON that the channel understands
	SubjectKind string  `db:"subject_kind"`
	SubjectID   db.ID   `db:"subject_id"`
	NotBefore   db.Time `db:"next_attempt_at"` // zero means now
	ExpiresAt   db.Time `db:"expires_at"`      // zero means never
}

// State is how far a message is.
type State string

// The states. Queued and deferred rows leave by themselves; held ones wait for
// a person.
const (
	Queued    State = "queued"
	Sending   State = "sending"
	Sent      State = "sent"
	Failed    State = "failed"
	Unknown   State = "unknown"
	Held      State = "held"
	Deferred  State = "deferred"
	Cancelled State = "cancelled"
)

// Row is a stored message. NotBefore is its next attempt.
type Row struct {
	ID int64 `db:"id"`
	Message
	State          State   `db:"state"`
	Reason         string  `db:"reason"` // a stable code, e.g. no_smtp; the gate's own when it deferred or refused
	Attempts       int     `db:"attempts"`
	FirstAttemptAt db.Time `db:"first_attempt_at"`
	AttemptedAt    db.Time `db:"attempted_at"`
	MessageID      string  `db:"message_id"`
	ErrorClass     Class   `db:"error_class"`
	ErrorCode      string  `db:"error_code"`
	Error          string  `db:"error"`
	CreatedAt      db.Time `db:"created_at"`
	SentAt         db.Time `db:"sent_at"`

	// Gone tells a hook that the address is proven not to exist; it is not stored.
	Gone bool `db:"-"`
}

// Options say what the outbox stands on.
type Options struct {
	Gate      Gate
	Channels  map[string]Channel
	ClockBack func() bool                      // nothing leaves while true; see job.Runner
	Host      func(ctx context.Context) string // right half of Message-IDs
	Key       []byte                           // proves that a Message-ID or a subject's code is ours
	Seed      uint64                           // of the backoff's jitter; 0 is random
}

// Outbox queues and sends.
type Outbox struct {
	db    *db.DB
	o     Options
	hooks map[Purpose][]Hook

	wanted  map[string]func(ctx context.Context, tx *db.Tx, m Message) (Decision, error)
	bounced func(ctx context.Context, tx *db.Tx, s Suppression) error
	doubted func(ctx context.Context, tx *db.Tx, row Row) error
	wake    chan struct{}
	busy    sync.Mutex
	again   atomic.Bool
	why     sync.Map       // channel -> why it cannot send, as written on waiting rows
	jitter  func() float64 // used under busy only
}

// Hook learns what became of a message, in the transaction that records it:
// sent, failed, unknown, deferred or cancelled (by the gate), and once more with
// ReasonReturned when one that is sent came back for now. Its own failure
// is logged and undone; the record stands.
type Hook func(ctx context.Context, tx *db.Tx, row Row) error

// New makes an outbox.
func New(d *db.DB, o Options) *Outbox {
	if o.Seed == 0 {
		o.Seed = rand.Uint64()
	}
	if o.ClockBack == nil {
		o.ClockBack = func() bool { return false }
	}
	if o.Host == nil {
		o.Host = func(context.Context) string { return "regulars.invalid" }
	}
	return &Outbox{db: d, o: o, hooks: map[Purpose][]Hook{}, wanted: map[string]func(context.Context, *db.Tx, Message) (Decision, error){}, wake: make(chan struct{}, 1),
		jitter: rand.New(rand.NewPCG(o.Seed, 0)).Float64}
}

// OnResult adds a hook for messages of a purpose. Call it before Start.
func (o *Outbox) OnResult(p Purpose, h Hook) { o.hooks[p] = append(o.hooks[p], h) }

// Jobs are the scheduled parts of the outbox.
func (o *Outbox) Jobs() []job.Spec {
	return []job.Spec{{Name: "outbox_drain", Schedule: job.Every(20 * time.Second), Timeout: time.Hour, Run: o.Drain}}
}

// Queue stores a message in the caller's transaction. A message with the same
// dedupe key is returned instead of a new one. The gate's answer is in the
// row's state and reason (see Get).
func (o *Outbox) Queue(ctx context.Context, tx *db.Tx, m Message) (id int64, created bool, err error) {
	row, created, err := o.Put(ctx, tx, m)
	return row.ID, created, err
}

// Put is Queue for callers who want to know what the gate said.
func (o *Outbox) Put(ctx context.Context, tx *db.Tx, m Message) (row Row, created bool, err error) {
	m.ToName = strings.TrimSpace(strings.Map(printable, m.ToName))
	if err := m.validate(); err != nil {
		return row, false, err
	}
	var id int64
	found, err := db.Found(tx.Get(ctx, &id, sqlByKey, m.DedupeKey))
	if err != nil {
		return row, false, fmt.Errorf("look for message %s: %w", m.DedupeKey, err)
	}
	if found {
		row, err = o.Get(ctx, id)
		return row, false, err
	}
	row = Row{Message: m, State: Queued}
	if row.NotBefore.IsZero() {
		row.NotBefore = db.At(tx.Now)
	}
	d, err := o.decide(ctx, tx, m)
	if err != nil {
		return row, false, fmt.Errorf("ask whether %s may be sent: %w", m.DedupeKey, err)
	}
	if why, ok := o.why.Load(m.Channel); ok {
		row.Reason, _ = why.(string)
	}
	d.apply(&row)
	row.CreatedAt = db.At(tx.Now)
	row.ID, err = tx.Insert(ctx, sqlInsert, m.DedupeKey, m.Channel, m.Purpose, m.ToAddress, m.ToName, m.CustomerID, m.ContactID,
		m.UserID, m.Topic, m.Subject, m.Payload, m.SubjectKind, m.SubjectID, row.State, row.Reason, row.NotBefore, db.At(tx.Now), m.ExpiresAt)
	if err != nil {
		return row, false, fmt.Errorf("queue message %s: %w", m.DedupeKey, err)
	}
	tx.AfterCommit(o.Wake)
	return row, true, nil
}

func (m Message) validate() error {
	var c errs.Check
	c.That(m.DedupeKey != "", "dedupe_key", "outbox.error.required")
	c.That(m.Channel != "", "channel", "outbox.error.required")
	c.That(slices.Contains(purposes, m.Purpose), "purpose", "outbox.error.purpose")
	c.That(m.ToAddress != "", "to", "outbox.error.required")
	c.That(plain(m.ToAddress), "to", "outbox.error.control")
	c.That(plain(m.Subject), "subject", "outbox.error.control")
	c.That(json.Valid([]byte(m.Payload)), "payload", "outbox.error.payload")
	return c.Err()
}

// printable makes a space of a control character: somebody's name may hold a
// line break, and that is no reason not to write to them.
func printable(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// plain text has no control characters, with which headers could be forged.
func plain(s string) bool { return strings.IndexFunc(s, unicode.IsControl) < 0 }
