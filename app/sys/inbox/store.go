package inbox

import (
	"context"
	"fmt"

	"regulars/app/sys/db"
)

var (
	sqlPlace = db.SQL(`SELECT account, validity, last_uid, looked_at, failing_since, error FROM inbox_mailbox WHERE account = ?`)
	sqlEnter = db.SQL(`
		INSERT INTO inbox_mailbox (account, validity, last_uid) VALUES (?, ?, 0)
		ON CONFLICT (account) DO UPDATE SET validity = excluded.validity, last_uid = 0`)
	sqlStep = db.SQL(`UPDATE inbox_mailbox SET last_uid = ? WHERE account = ? AND validity = ?`)
	sqlNote = db.SQL(`
		INSERT INTO inbox_mailbox (account, looked_at, failing_since, error) VALUES (?1, ?2, iif(?3 = '', NULL, ?2), ?3)
		ON CONFLICT (account) DO UPDATE SET looked_at = iif(?3 = '', ?2, looked_at), error = ?3,
			failing_since = iif(?3 = '', NULL, coalesce(failing_since, ?2))`)
	sqlKnown = db.SQL(`SELECT kind, note FROM inbox_message WHERE mark = ?`)
	sqlKeep  = db.SQL(`
		INSERT INTO inbox_message (mark, kind, outbox_id, note, handled_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (mark) DO UPDATE SET kind = excluded.kind, outbox_id = excluded.outbox_id, note = excluded.note, handled_at = excluded.handled_at`)
	sqlDoubted = db.SQL(`SELECT EXISTS (SELECT 1 FROM inbox_message WHERE outbox_id = ? AND note = ?)`)
	sqlCounts  = db.SQL(`
		SELECT count(iif(kind = 'reply', 1, NULL)) AS replies, count(iif(kind = 'bounce' AND note <> 'unproven', 1, NULL)) AS bounces,
			count(iif(kind = 'automatic', 1, NULL)) AS automatic, count(iif(kind = 'failed', 1, NULL)) AS failed
		FROM inbox_message`)
)

// place is how far a mailbox was read.
type place struct {
	Account      string  `db:"account"`
	Validity     uint32  `db:"validity"`
	LastUID      uint32  `db:"last_uid"`
	LookedAt     db.Time `db:"looked_at"`
	FailingSince db.Time `db:"failing_since"`
	Error        string  `db:"error"`

	Wait uint32 `db:"-"` // the first mail of this look that is to be tried again
}

// step goes past a mail. The mailbox is read again from the first one that is to
// be tried again; what was handled after it is known by its mark.
func (p *place) step(uid uint32, again bool) {
	p.LastUID = uid
	if again && p.Wait == 0 {
		p.Wait = uid
	}
}

// reached is where the next look begins.
func (p place) reached() uint32 {
	if p.Wait != 0 {
		return p.Wait - 1
	}
	return p.LastUID
}

// place reads how far a mailbox was read. Where the server numbers its mails
// anew, the last days are read again; what was handled is known by its mark.
func (b *Inbox) place(ctx context.Context, account string, validity uint32) (*place, error) {
	at, found, err := read(ctx, b.o.DB.Reader(ctx), account)
	if err != nil || found && at.Validity == validity {
		return &at, err
	}
	at = place{Account: account, Validity: validity}
	return &at, b.o.DB.Write(ctx, "inbox.step", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, sqlEnter, account, validity); err != nil {
			return fmt.Errorf("begin a mailbox: %w", err)
		}
		return nil
	})
}

func read(ctx context.Context, q db.Q, account string) (place, bool, error) {
	var at place
	found, err := db.Found(q.Get(ctx, &at, sqlPlace, account))
	if err != nil {
		return at, false, fmt.Errorf("read how far a mailbox was read: %w", err)
	}
	return at, found, nil
}

func move(ctx context.Context, tx *db.Tx, at place) error {
	if _, err := tx.Exec(ctx, sqlStep, at.reached(), at.Account, at.Validity); err != nil {
		return fmt.Errorf("remember how far a mailbox was read: %w", err)
	}
	return nil
}

// note keeps how the last look went; only a change is worth a write, or every
// tenth minute.
func (b *Inbox) note(ctx context.Context, account string, failure error) error {
	text := ""
	if failure != nil {
		text = clip(failure.Error())
	}
	return b.o.DB.Write(context.WithoutCancel(ctx), "inbox.note", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, sqlNote, account, db.At(tx.Now), text); err != nil {
			return fmt.Errorf("note how the mailbox was read: %w", err)
		}
		return nil
	})
}

// known tells whether a mail was handled, and if not, how often that failed.
func known(ctx context.Context, tx *db.Tx, mark string) (failed int, done bool, err error) {
	var was struct {
		Kind string `db:"kind"`
		Note string `db:"note"`
	}
	found, err := db.Found(tx.Get(ctx, &was, sqlKnown, mark))
	if err != nil {
		return 0, false, fmt.Errorf("look whether a mail was handled: %w", err)
	}
	for n := 1; n < tries && was.Kind == "failed"; n++ {
		if was.Note == failedNote(n) {
			return n, false, nil
		}
	}
	return 0, found, nil
}

// failedNote is the note of a mail whose handling has failed n times.
func failedNote(n int) string {
	if n >= tries {
		return "error"
	}
	return fmt.Sprintf("try_%d", n)
}

func keep(ctx context.Context, tx *db.Tx, mark, kind string, about int64, note string) error {
	if _, err := tx.Insert(ctx, sqlKeep, mark, kind, db.ID(about), note, db.At(tx.Now)); err != nil {
		return fmt.Errorf("note that a mail was handled: %w", err)
	}
	return nil
}

// doubted tells whether an unproven report about a message was told already.
func doubted(ctx context.Context, tx *db.Tx, message int64) (bool, error) {
	var told bool
	if err := tx.Get(ctx, &told, sqlDoubted, message, unproven); err != nil {
		return false, fmt.Errorf("look whether a report about message %d was told: %w", message, err)
	}
	return told, nil
}

// Status is how the mailbox stands, for pages and health.
type Status struct {
	On           bool
	Address      string
	LookedAt     db.Time // the last time that went well
	FailingSince db.Time
	Error        string
	Counts
}

// Counts are the mails that came back about something.
type Counts struct {
	Replies   int `db:"replies"`
	Bounces   int `db:"bounces"`
	Automatic int `db:"automatic"`
	Failed    int `db:"failed"`
}

// Status reads it.
func (b *Inbox) Status(ctx context.Context) (Status, error) {
	st, ok, err := b.o.Source(ctx)
	if err != nil || !ok {
		return Status{}, err
	}
	q := b.o.DB.Reader(ctx)
	at, _, err := read(ctx, q, st.account())
	if err != nil {
		return Status{}, err
	}
	out := Status{On: true, Address: st.Address, LookedAt: at.LookedAt, FailingSince: at.FailingSince, Error: at.Error}
	if err := q.Get(ctx, &out.Counts, sqlCounts); err != nil {
		return out, fmt.Errorf("count what came back: %w", err)
	}
	return out, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 300 {
		return string(r[:300]) + "…"
	}
	return s
}
