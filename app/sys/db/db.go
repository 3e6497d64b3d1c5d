// Package db is the one way to the database: a single writer and a few
// read-only connections over one SQLite file. A use case runs in Write, which
// joins an outer Write through the context and carries a frozen time, so that
// everything one action does has one moment and commits or vanishes together.
package db

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"

	"regulars/app/kit/errs"
	"regulars/app/sys/clock"
)

// Options say how a database file is opened.
type Options struct {
	Path    string
	Clock   clock.Clock
	Readers int  // read-only connections; 0 means cores+1
	NoSync  bool // tests only: gives up durability for speed
}

// DB is an open database.
type DB struct {
	path   string
	clock  clock.Clock
	writer *sqlx.DB
	reader *sqlx.DB
	hooks  []Hook
	stmts  statements
	broken atomic.Pointer[error]
	moved  atomic.Uint64
}

// Hook sees every outermost Write: Begin before its work, Commit after it and
// before the commit. The journal is one.
type Hook interface {
	Begin(ctx context.Context, tx *Tx) error
	Commit(ctx context.Context, tx *Tx) error
}

// Open opens or creates the file. It does not migrate.
func Open(o Options) (*DB, error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Readers == 0 {
		o.Readers = runtime.NumCPU() + 1
	}
	noteInMemory()
	if err := checkHeader(o.Path); err != nil {
		return nil, err
	}
	writer, err := open(dsn(o, false), 1)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", o.Path, plain(err))
	}
	reader, err := open(dsn(o, true), o.Readers)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s for reading: %w", o.Path, plain(err)), writer.Close())
	}
	return &DB{path: o.Path, clock: o.Clock, writer: writer, reader: reader}, nil
}

func open(dsn string, conns int) (*sqlx.DB, error) {
	pool, err := sqlx.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	if err := pool.Ping(); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return pool, nil
}

// plain says in words what SQLite's "unable to open database file" means, which
// it also answers on a read-only or full disk.
func plain(err error) error {
	var se *sqlite.Error
	if errors.As(err, &se) && se.Code()&0xff == 14 {
		return fmt.Errorf("%w: the file cannot be written; look whether its folder is read-only or somebody else's, or the disk is full", err)
	}
	return err
}

// dsn states every pragma exactly once: the driver sorts repeated ones.
func dsn(o Options, readOnly bool) string {
	v := url.Values{}
	sync := "FULL"
	if o.NoSync {
		sync = "OFF"
	}
	pragmas := []string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(" + sync + ")", "foreign_keys(1)",
		"cache_size(-12000)", "journal_size_limit(67108864)", "trusted_schema(0)",
	}
	if runtime.GOOS == "darwin" {
		pragmas = append(pragmas, "fullfsync(1)")
	}
	if readOnly {
		pragmas = append(pragmas, "query_only(1)")
	} else {
		v.Set("_txlock", "immediate")
	}
	v["_pragma"] = pragmas
	v.Set("_defensive", "1")
	v.Set("_dqs", "0")
	path := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(o.Path)
	return "file:" + path + "?" + v.Encode()
}

// Bulk gives the writer more memory and a longer log until the function that it
// answers with is called: for long work while nobody serves the shop. What is
// committed stays as safe as ever.
func (d *DB) Bulk(ctx context.Context) (end func(), err error) {
	set := func(ctx context.Context, pages, log string) error {
		if _, err := d.writer.ExecContext(ctx, "PRAGMA cache_size = "+pages); err != nil {
			return fmt.Errorf("set the size of the cache: %w", err)
		}
		if _, err := d.writer.ExecContext(ctx, "PRAGMA wal_autocheckpoint = "+log); err != nil {
			return fmt.Errorf("set the length of the log: %w", err)
		}
		return nil
	}
	return func() { _ = set(context.WithoutCancel(ctx), "-12000", "1000") }, set(ctx, "-48000", "8000")
}

// Shrink lets go of the pages that the writer keeps: between long works that
// read other pages.
func (d *DB) Shrink(ctx context.Context) error {
	if _, err := d.writer.ExecContext(ctx, "PRAGMA shrink_memory"); err != nil {
		return fmt.Errorf("shrink the cache: %w", err)
	}
	return nil
}

// Close closes all connections; the last one checkpoints the log.
func (d *DB) Close() error {
	d.stmts.close()
	return errors.Join(d.reader.Close(), d.writer.Close())
}

// Path is the file's path.
func (d *DB) Path() string { return d.path }

// Moved counts the writes of this process that may show on some page. What was
// read at the same count needs no second look, except for time and for other
// processes.
func (d *DB) Moved() uint64 { return d.moved.Load() }

// Now is the clock's time; inside a Write use tx.Now.
func (d *DB) Now() time.Time { return d.clock.Now() }

// Hook adds a hook. Call it before the first Write.
func (d *DB) Hook(h Hook) { d.hooks = append(d.hooks, h) }

// Broken tells why writing has stopped, or nil. After an I/O error a commit's
// fate is unknown, so the process must not write again until it is restarted.
func (d *DB) Broken() error {
	if p := d.broken.Load(); p != nil {
		return *p
	}
	return nil
}

// noteFault stops all writing when err says the disk failed, and says plainly
// when it is only full.
func (d *DB) noteFault(err error) error {
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() & 0xff {
		case 10, 11, 26: // IOERR, CORRUPT, NOTADB
			d.broken.CompareAndSwap(nil, &err)
		case 13: // FULL: nothing was changed, and writing goes on once there is space
			e := errs.New(errs.Unavailable, "error.disk_full")
			e.Cause = err
			return e
		}
	}
	return err
}

func (d *DB) unavailable(cause error) error {
	e := errs.New(errs.Unavailable, "error.storage")
	e.Cause = cause
	return e
}
