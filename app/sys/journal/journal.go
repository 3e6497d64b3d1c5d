// Package journal records what rows changed, by whom and why, and takes it
// back. Triggers write every change of a journaled table under the set of the
// running transaction; sets form a hash chain. The audit log, a field's
// history and undo are three readings of the same rows.
package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/kit/id"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Table is a journaled table. It has an INTEGER PRIMARY KEY named id.
type Table struct {
	Name string
	// Customer is a query with one ? (the row's id) that names the customer the
	// row belongs to; "" when it belongs to none.
	Customer string
	// Held is a query with one ? (the row's id) that tells whether something
	// stands on the row by now that must not go with it when the row is taken
	// back, as money does; "" when nothing does.
	Held string
	// Derived are columns that are computed from others: their changes are not
	// written down, and Refresh computes them again.
	Derived []string
	// Refresh rebuilds what is derived from these rows after an undo, for
	// example their search entries. Rows may exist no longer.
	Refresh func(ctx context.Context, tx *db.Tx, rows []int64) error
	// Undone does after an undo what is more than derived, for example plans
	// tasks. It is not asked when an export is read back, which holds them.
	Undone func(ctx context.Context, tx *db.Tx, rows []int64) error
}

// Journal writes and reads the sets of one database.
type Journal struct {
	db      *db.DB
	tables  map[string]Table
	order   []string
	stands  map[string]string // see Stand
	own     map[string]bool   // see Own
	touched []func(ctx context.Context, tx *db.Tx, customers []int64) error
	may     func(ctx context.Context, customer int64) (bool, error) // see Guard
}

// New attaches a journal to d for these tables.
func New(d *db.DB, tables []Table) *Journal {
	j := &Journal{db: d, tables: map[string]Table{}, stands: map[string]string{}, own: map[string]bool{}}
	for _, t := range tables {
		j.tables[t.Name] = t
		j.order = append(j.order, t.Name)
	}
	d.Hook(j)
	return j
}

// OnTouched adds what must be refreshed for a customer after an undo.
func (j *Journal) OnTouched(f func(ctx context.Context, tx *db.Tx, customers []int64) error) {
	j.touched = append(j.touched, f)
}

// Own says that whoever did an operation may take it back though the customers it
// touched are not theirs to see by then: giving away loses sight, not the way back.
func (j *Journal) Own(op string) { j.own[op] = true }

// Stand says that nobody takes back what an operation did, and why: an i18n key.
// It is for what somebody outside the house decided.
func (j *Journal) Stand(op, reason string) { j.stands[op] = reason }

// Stands is the reason why what an operation did cannot be taken back, "" for none.
func (j *Journal) Stands(op string) string { return j.stands[op] }

// Note says what a set is about and why; services fill it through About.
type Note struct {
	SubjectKind string
	SubjectID   int64
	Label       string
	Reason      string
	Group       int64 // first set of a larger action (an import), 0 = itself
	UndoOf      int64
	Keep        bool // keep the set even without changes: logins, exports, reveals
}

// Receipt tells a caller outside the transaction which set it became, so that
// a page can offer to take it back.
type Receipt struct{ Set int64 }

type receiptKey struct{}
type noteKey struct{}

// WithReceipt returns a context in which the last committed set is noted in r.
func WithReceipt(ctx context.Context, r *Receipt) context.Context {
	return context.WithValue(ctx, receiptKey{}, r)
}

// WithNote returns a context whose next outermost Write carries the note.
func WithNote(ctx context.Context, n *Note) context.Context {
	return context.WithValue(ctx, noteKey{}, n)
}

// About names the record that the running transaction is about. The first
// call wins: the outer use case knows best.
func About(tx *db.Tx, kind string, id int64, label string) {
	n := noteOf(tx)
	if n.SubjectKind == "" {
		n.SubjectKind, n.SubjectID, n.Label = kind, id, label
	}
}

// Because gives the running transaction's reason, as a person typed it.
func Because(tx *db.Tx, reason string) { noteOf(tx).Reason = reason }

// Keep makes the running transaction leave a set even if no row changes.
func Keep(tx *db.Tx) { noteOf(tx).Keep = true }

func noteOf(tx *db.Tx) *Note {
	n, ok := tx.Value(noteKey{}).(*Note)
	if !ok {
		n = &Note{}
		tx.SetValue(noteKey{}, n)
	}
	return n
}

var (
	sqlNextSet = db.SQL(`UPDATE journal_current SET set_id = set_id + 1 WHERE id = 1 RETURNING set_id`)
	sqlChanges = db.SQL(`SELECT tbl, row_id, op, coalesce(data, '') FROM journal_change WHERE set_id = ? ORDER BY id`)
	sqlLast    = db.SQL(`SELECT hash FROM journal_set ORDER BY id DESC LIMIT 1`)
	sqlAddSet  = db.SQL(`
		INSERT INTO journal_set (id, group_id, at, user_id, via, op, reason, request_id, subject_kind,
			subject_id, label, rows, undo_of, salt, digest, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
)

// Begin opens the set of a transaction.
func (j *Journal) Begin(ctx context.Context, tx *db.Tx) error {
	if n, ok := ctx.Value(noteKey{}).(*Note); ok {
		tx.SetValue(noteKey{}, n)
	}
	if err := tx.Get(ctx, &tx.Set, sqlNextSet); err != nil {
		return fmt.Errorf("open a journal set: %w", err)
	}
	return nil
}

// Commit seals the set, or leaves none when nothing journaled changed.
func (j *Journal) Commit(ctx context.Context, tx *db.Tx) error {
	salt := id.Token(16)
	rows, digest, err := digestOf(ctx, tx, tx.Set, salt)
	if err != nil {
		return err
	}
	n := noteOf(tx)
	if rows == 0 && !n.Keep {
		return nil
	}
	var prev string
	if _, err := db.Found(tx.Get(ctx, &prev, sqlLast)); err != nil {
		return fmt.Errorf("read the journal's last hash: %w", err)
	}
	actor := auth.From(ctx)
	group := n.Group
	if group == 0 {
		group = tx.Set
	}
	h := header{ID: tx.Set, At: tx.Now.UnixMilli(), User: actor.UserID, Via: actor.Via, Op: tx.Op, Rows: rows, Digest: digest}
	if _, err := tx.Insert(ctx, sqlAddSet, tx.Set, group, h.At, db.ID(actor.UserID), h.Via, h.Op, n.Reason,
		actor.RequestID, n.SubjectKind, db.ID(n.SubjectID), n.Label, rows, db.ID(n.UndoOf), salt, digest, h.hash(prev)); err != nil {
		return fmt.Errorf("seal journal set: %w", err)
	}
	if r, ok := ctx.Value(receiptKey{}).(*Receipt); ok {
		set := tx.Set
		tx.AfterCommit(func() { r.Set = set })
	}
	return nil
}

// header is what the chain protects of a set.
type header struct {
	ID, At, User int64
	Via, Op      string
	Rows         int
	Digest       string
}

func (h header) hash(prev string) string {
	text := strings.Join([]string{prev, strconv.FormatInt(h.ID, 10), strconv.FormatInt(h.At, 10),
		strconv.FormatInt(h.User, 10), h.Via, h.Op, strconv.Itoa(h.Rows), h.Digest}, "\x1f")
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// digestOf is the salted SHA-256 of a set's changes and their number.
func digestOf(ctx context.Context, q db.Q, set int64, salt string) (int, string, error) {
	sum := sha256.New()
	sum.Write([]byte(salt))
	rows := 0
	err := q.Each(ctx, sqlChanges, []any{set}, func(r *sqlx.Rows) error {
		var tbl, op, data string
		var row int64
		if err := r.Scan(&tbl, &row, &op, &data); err != nil {
			return err
		}
		rows++
		fmt.Fprintf(sum, "\x1e%s\x1f%d\x1f%s\x1f%s", tbl, row, op, data)
		return nil
	})
	if err != nil {
		return 0, "", fmt.Errorf("digest journal set %d: %w", set, err)
	}
	return rows, hex.EncodeToString(sum.Sum(nil)), nil
}
