// Package inbox reads what comes back: a mailbox is looked into every minute,
// and each mail that answers something we sent, or reports that it could not be
// delivered, is handled once. Only the heads of other mails are looked at, and
// nothing is marked, moved or deleted on the server. It knows the outbox, whose
// messages come back, and nothing of what they were about: slices say what to
// do with a reply to theirs.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/job"
	"regulars/app/sys/outbox"
)

// Settings is one mailbox.
type Settings struct {
	Host     string
	Port     int
	Security string // tls, starttls, none
	Username string
	Password config.Secret
	Folder   string
	Address  string // to which mails come that lie in it
}

// account tells one mailbox from another.
func (s Settings) account() string {
	return fmt.Sprintf("%s@%s:%d/%s", s.Username, s.Host, s.Port, s.Folder)
}

// Mailbox is an opened folder, to be read only.
type Mailbox interface {
	// Validity changes when the server numbers its mails anew; Next is the
	// number that the next mail will get.
	Validity() uint32
	Next() uint32
	// Heads gives the heads of mails with higher numbers than after, the oldest
	// first, at most n; with after 0 those that came since a day.
	Heads(ctx context.Context, after uint32, since time.Time, n int) ([]Head, error)
	// Body gives a mail, or the first part of a very large one.
	Body(ctx context.Context, uid uint32) ([]byte, error)
	Close() error
}

// Head is a mail's head as it lies on the server.
type Head struct {
	UID uint32
	Raw []byte
}

// Handler takes a reply to a message in the transaction that notes it as
// handled. When it fails, only its own changes are undone. The note is a stable
// code of what became of it.
type Handler func(ctx context.Context, tx *db.Tx, m Mail, about outbox.Row) (note string, err error)

// Options say what an inbox stands on.
type Options struct {
	DB     *db.DB
	Outbox *outbox.Outbox
	// Source tells which mailbox is read; ok is false while there is none.
	Source func(ctx context.Context) (st Settings, ok bool, err error)
	Open   func(ctx context.Context, st Settings) (Mailbox, error)
}

// Inbox looks into the mailbox.
type Inbox struct {
	o        Options
	handlers map[string]Handler // by the subject's kind
	busy     sync.Mutex
}

// New makes an inbox.
func New(o Options) *Inbox { return &Inbox{o: o, handlers: map[string]Handler{}} }

// OnReply says who takes replies to messages about subjects of a kind.
func (b *Inbox) OnReply(subjectKind string, h Handler) { b.handlers[subjectKind] = h }

// Jobs are the scheduled parts.
func (b *Inbox) Jobs() []job.Spec {
	return []job.Spec{{Name: "inbox_poll", Schedule: job.Every(time.Minute), Timeout: 5 * time.Minute, Run: b.Poll}}
}

// Took is the operation in which a mail is handled. What customers say in their
// mails stands: a colleague can answer it, not undo it.
const Took = "inbox.take"

const (
	lookBack = 7 * 24 * time.Hour // how far a mailbox is read that was never read before
	batch    = 100                // mails in one look
	looks    = 10                 // batches in one poll
	pollTime = 2 * time.Minute
	tries    = 5 // polls in which a mail is tried whose handling fails
)

// Poll looks once. A mailbox that cannot be read is noted with its error, for
// the health page; the next minute tries again.
func (b *Inbox) Poll(ctx context.Context) error {
	if !b.busy.TryLock() {
		return nil
	}
	defer b.busy.Unlock()
	ctx = auth.With(ctx, auth.System("job"))
	st, ok, err := b.o.Source(ctx)
	if err != nil || !ok {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	failure := b.look(ctx, st)
	var mine *stop
	if errors.As(failure, &mine) { // of our own database: not the mailbox's fault
		return mine.error
	}
	if failure != nil {
		slog.Warn("the mailbox could not be read", "error", failure)
	}
	return b.note(ctx, st.account(), failure)
}

// stop is a failure that is not the server's.
type stop struct{ error }

func (b *Inbox) look(ctx context.Context, st Settings) error {
	box, err := b.o.Open(ctx, st)
	if err != nil {
		return err
	}
	defer func() { _ = box.Close() }()
	at, err := b.place(ctx, st.account(), box.Validity())
	if err != nil {
		return &stop{err}
	}
	for range looks {
		heads, err := box.Heads(ctx, at.LastUID, b.o.DB.Now().Add(-lookBack), batch)
		if err != nil {
			return err
		}
		for _, h := range heads {
			if err := b.take(ctx, st, box, at, h); err != nil {
				return err
			}
		}
		if len(heads) < batch {
			return b.skip(ctx, at, box.Next())
		}
	}
	return nil
}

// skip remembers an empty mailbox, so that its first mail is not missed.
func (b *Inbox) skip(ctx context.Context, at *place, next uint32) error {
	if at.LastUID != 0 || next <= 1 {
		return nil
	}
	at.LastUID = next - 1
	err := b.o.DB.Write(ctx, "inbox.step", func(ctx context.Context, tx *db.Tx) error { return move(ctx, tx, *at) })
	if err != nil {
		return &stop{err}
	}
	return nil
}

// take handles one mail and remembers in the same transaction that it did.
func (b *Inbox) take(ctx context.Context, st Settings, box Mailbox, at *place, h Head) error {
	m := Read(h.Raw)
	about, found, err := b.about(ctx, m)
	if err != nil {
		return &stop{err}
	}
	if found || m.Report != nil {
		raw, err := box.Body(ctx, h.UID)
		if err != nil {
			return err
		}
		m = Read(raw)
		if about, found, err = b.about(ctx, m); err != nil {
			return &stop{err}
		}
	}
	again := false
	err = b.o.DB.Write(ctx, Took, func(ctx context.Context, tx *db.Tx) error {
		if found && !m.from(st.Address) {
			if again, err = b.handle(ctx, tx, m, about); err != nil {
				return err
			}
		}
		to := *at
		to.step(h.UID, again)
		return move(ctx, tx, to)
	})
	if err != nil {
		return &stop{err}
	}
	at.step(h.UID, again)
	return nil
}

// about finds the message that a mail is about. A report that names no message
// of ours, but an address to which one went lately, may be about that one: it is
// unproven.
func (b *Inbox) about(ctx context.Context, m Mail) (outbox.Row, bool, error) {
	q := b.o.DB.Reader(ctx)
	ids := m.Answers
	if m.Report != nil {
		ids = append(append([]string{}, m.Report.Messages...), ids...)
	}
	row, found, err := b.o.Outbox.Meant(ctx, q, ids, m.Subject)
	if err != nil || found || m.Report == nil {
		return row, found, err
	}
	m.Report.Unproven = true
	for _, address := range m.Report.Addresses {
		row, found, err = b.o.Outbox.LastTo(ctx, q, address, db.At(b.o.DB.Now().Add(-lookBack)))
		if err != nil || found {
			return row, found, err
		}
	}
	return row, false, nil
}

// handle gives the mail to whom it concerns, once. When that fails, again says
// that a later poll tries it once more.
func (b *Inbox) handle(ctx context.Context, tx *db.Tx, m Mail, about outbox.Row) (again bool, err error) {
	failed, done, err := known(ctx, tx, m.Mark)
	if err != nil || done {
		return false, err
	}
	kind, note, err := "reply", "", error(nil)
	switch {
	case m.Report != nil:
		kind = "bounce"
		note, err = b.returned(ctx, tx, *m.Report, about)
	case m.Automatic != "":
		kind, note = "automatic", m.Automatic
	case b.handlers[about.SubjectKind] == nil:
		note = "unread"
	default:
		err = tx.Guard(ctx, func() (err error) {
			note, err = b.handlers[about.SubjectKind](ctx, tx, m, about)
			return err
		})
	}
	if err != nil {
		slog.Error("handle a mail that came back", "message", about.ID, "kind", kind, "error", err)
		kind, note, again = "failed", failedNote(failed+1), failed+1 < tries
	}
	return again, keep(ctx, tx, m.Mark, kind, about.ID, note)
}

// returned records a report of what could not be delivered.
func (b *Inbox) returned(ctx context.Context, tx *db.Tx, r Report, about outbox.Row) (string, error) {
	if !r.Failed {
		return "delayed", nil
	}
	bounce := outbox.Bounce{Class: r.Class(), Code: r.Status, Text: r.Text}
	if bounce.Code == "" {
		bounce.Code = r.Code
	}
	if r.Unproven {
		return unproven, b.doubt(ctx, tx, about)
	}
	err := tx.Guard(ctx, func() error { return b.o.Outbox.Bounced(ctx, tx, about, bounce) })
	return bounce.Class, err
}

// unproven is the note of a report that anybody could have written.
const unproven = "unproven"

// doubt tells of such a report, once for a message, and changes nothing.
func (b *Inbox) doubt(ctx context.Context, tx *db.Tx, about outbox.Row) error {
	told, err := doubted(ctx, tx, about.ID)
	if err != nil || told {
		return err
	}
	return tx.Guard(ctx, func() error { return b.o.Outbox.Doubt(ctx, tx, about) })
}
