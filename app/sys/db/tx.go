package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"

	"regulars/app/kit/errs"
)

// Q reads. Both a transaction and the pool of readers are one.
type Q interface {
	// Get scans one row into dst; no row is sql.ErrNoRows (see Found, OrNotFound).
	Get(ctx context.Context, dst any, query string, args ...any) error
	// Select scans all rows into the slice that dst points to.
	Select(ctx context.Context, dst any, query string, args ...any) error
	// Each calls fn for every row; the row must be scanned inside fn.
	Each(ctx context.Context, query string, args []any, fn func(*sqlx.Rows) error) error
}

// Tx is a write transaction. Now does not move while it runs.
type Tx struct {
	db     *DB
	tx     *sqlx.Tx
	Now    time.Time
	Op     string // the use case that opened it, e.g. "customer.create"
	Set    int64  // the journal set that its changes belong to
	after  []func()
	values map[any]any
	stmts  map[string]*sqlx.Stmt // those of the pool, bound to this transaction
	execs  int
	quiet  bool
}

type txKey struct{}

// From is the transaction that ctx carries, or nil.
func From(ctx context.Context) *Tx {
	tx, _ := ctx.Value(txKey{}).(*Tx)
	return tx
}

// Write runs fn in a transaction named op, or inside the one ctx carries. An
// error or a panic of fn rolls everything back.
func (d *DB) Write(ctx context.Context, op string, fn func(ctx context.Context, tx *Tx) error) error {
	if outer := From(ctx); outer != nil {
		return fn(ctx, outer)
	}
	if err := d.Broken(); err != nil {
		return d.unavailable(err)
	}
	raw, err := d.writer.BeginTxx(ctx, nil)
	if err != nil {
		return d.noteFault(fmt.Errorf("begin %s: %w", op, err))
	}
	tx := &Tx{db: d, tx: raw, Now: d.clock.Now(), Op: op}
	done := false
	defer func() {
		if !done {
			_ = raw.Rollback() // fn panicked or failed; its own error matters more
		}
	}()
	ctx = context.WithValue(ctx, txKey{}, tx)
	if err := d.run(ctx, tx, fn); err != nil {
		return d.noteFault(err)
	}
	done = true
	if err := raw.Commit(); err != nil {
		_ = raw.Rollback()
		return d.noteFault(fmt.Errorf("commit %s: %w", op, err))
	}
	if !tx.quiet {
		d.moved.Add(1)
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

func (d *DB) run(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) error {
	for _, h := range d.hooks {
		if err := h.Begin(ctx, tx); err != nil {
			return err
		}
	}
	if err := fn(ctx, tx); err != nil {
		return err
	}
	for _, h := range d.hooks {
		if err := h.Commit(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// WriteOne is Write for a use case that answers with a value.
func WriteOne[T any](ctx context.Context, d *DB, op string, fn func(ctx context.Context, tx *Tx) (T, error)) (T, error) {
	var out T
	err := d.Write(ctx, op, func(ctx context.Context, tx *Tx) error {
		var err error
		out, err = fn(ctx, tx)
		return err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return out, nil
}

// Quiet says that the transaction leaves only a trace that no page counts, such
// as when somebody was last seen.
func (t *Tx) Quiet() { t.quiet = true }

// AfterCommit runs f once the outermost Write has committed.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// Guard runs somebody else's code inside the transaction: when it fails or
// panics, only its own changes are undone.
func (t *Tx) Guard(ctx context.Context, f func() error) (err error) {
	if _, err := t.Exec(ctx, "SAVEPOINT guard"); err != nil {
		return fmt.Errorf("set a savepoint: %w", err)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
		if err != nil {
			_, _ = t.Exec(ctx, "ROLLBACK TO guard") // the commit will tell if this failed
		}
		_, _ = t.Exec(ctx, "RELEASE guard")
	}()
	return f()
}

// Exec runs a statement that changes rows and tells how many.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := t.exec(ctx, query, args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Insert runs an INSERT and returns the new row's id.
func (t *Tx) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := t.exec(ctx, query, args)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// stmt is a registered constant prepared for this transaction: the kept statement
// bound once, or one of its own where nobody warmed the writer. A batch runs the
// same few thousands of times.
func (t *Tx) stmt(ctx context.Context, query string) *sqlx.Stmt {
	if stmt := t.stmts[query]; stmt != nil {
		return stmt
	}
	if t.stmts == nil {
		t.stmts = map[string]*sqlx.Stmt{}
	}
	if kept := t.db.stmts.get(t.db.writer, query); kept != nil {
		defer kept.release()
		t.stmts[query] = t.tx.StmtxContext(ctx, kept.Stmt)
	} else if known[query] {
		stmt, err := t.tx.PreparexContext(ctx, query)
		if err != nil {
			return nil // running it says why
		}
		t.stmts[query] = stmt
	}
	return t.stmts[query]
}

// Execs counts the statements run so far that may have changed something.
func (t *Tx) Execs() int { return t.execs }

func (t *Tx) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	t.execs++
	if stmt := t.stmt(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return t.tx.ExecContext(ctx, query, args...)
}

// Get implements Q.
func (t *Tx) Get(ctx context.Context, dst any, query string, args ...any) error {
	if stmt := t.stmt(ctx, query); stmt != nil {
		return stmt.GetContext(ctx, dst, args...)
	}
	return t.tx.GetContext(ctx, dst, query, args...)
}

// Select implements Q.
func (t *Tx) Select(ctx context.Context, dst any, query string, args ...any) error {
	if stmt := t.stmt(ctx, query); stmt != nil {
		return stmt.SelectContext(ctx, dst, args...)
	}
	return t.tx.SelectContext(ctx, dst, query, args...)
}

// Each implements Q.
func (t *Tx) Each(ctx context.Context, query string, args []any, fn func(*sqlx.Rows) error) error {
	if stmt := t.stmt(ctx, query); stmt != nil {
		rows, err := stmt.QueryxContext(ctx, args...)
		return each(rows, err, fn)
	}
	rows, err := t.tx.QueryxContext(ctx, query, args...)
	return each(rows, err, fn)
}

// Reader is the transaction that ctx carries, so that a use case reads its own
// writes, or what Still reads, or else the read-only pool.
func (d *DB) Reader(ctx context.Context) Q {
	if tx := From(ctx); tx != nil {
		return tx
	}
	if s, ok := ctx.Value(stillKey{}).(still); ok {
		return s
	}
	return pool{d}
}

type pool struct{ d *DB }

func (p pool) Get(ctx context.Context, dst any, query string, args ...any) error {
	if stmt := p.d.stmts.read(p.d.reader, query); stmt != nil {
		defer stmt.release()
		return stmt.GetContext(ctx, dst, args...)
	}
	return p.d.reader.GetContext(ctx, dst, query, args...)
}

func (p pool) Select(ctx context.Context, dst any, query string, args ...any) error {
	if stmt := p.d.stmts.read(p.d.reader, query); stmt != nil {
		defer stmt.release()
		return stmt.SelectContext(ctx, dst, args...)
	}
	return p.d.reader.SelectContext(ctx, dst, query, args...)
}

func (p pool) Each(ctx context.Context, query string, args []any, fn func(*sqlx.Rows) error) error {
	if stmt := p.d.stmts.read(p.d.reader, query); stmt != nil {
		defer stmt.release()
		rows, err := stmt.QueryxContext(ctx, args...)
		return each(rows, err, fn)
	}
	rows, err := p.d.reader.QueryxContext(ctx, query, args...)
	return each(rows, err, fn)
}

func each(rows *sqlx.Rows, err error, fn func(*sqlx.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Found turns "no row" into false and passes every other error on.
func Found(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// OrNotFound turns "no row" into the answer for what is absent or not visible.
func OrNotFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return errs.NotVisible()
	}
	return err
}

// Value reads what a hook keeps for the length of the transaction.
func (t *Tx) Value(key any) any { return t.values[key] }

// SetValue keeps a hook's value for the length of the transaction.
func (t *Tx) SetValue(key, value any) {
	if t.values == nil {
		t.values = map[any]any{}
	}
	t.values[key] = value
}

// IsConstraint tells whether err is a violated UNIQUE, CHECK, NOT NULL or
// foreign key.
func IsConstraint(err error) bool {
	var se *sqlite.Error
	return errors.As(err, &se) && se.Code()&0xff == 19
}

// IsUnique tells whether err is a violated UNIQUE or primary key.
func IsUnique(err error) bool {
	var se *sqlite.Error
	return errors.As(err, &se) && (se.Code() == 2067 || se.Code() == 1555)
}
