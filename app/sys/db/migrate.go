package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ApplicationID marks our files in SQLite's header ("RGLR").
const ApplicationID = 0x52474c52

// ErrNewer means the data was made by a newer version of the program.
var ErrNewer = errors.New("the data was made by a newer version of Regulars")

// ErrForeign means the file is some other program's database.
var ErrForeign = errors.New("the file is not a Regulars database")

// ErrDamaged means that the file's structure is broken.
var ErrDamaged = errors.New("the database is damaged")

// State tells how the file stands to this program's schema.
type State struct {
	Fresh   bool    // nothing in it yet
	Version int64   // newest migration applied
	Pending []int64 // migrations still to run
}

// Inspect reads the state without changing anything. Newer data is ErrNewer,
// another program's file ErrForeign.
func (d *DB) Inspect(ctx context.Context) (State, error) {
	var st State
	var tables, appID int
	if err := d.reader.GetContext(ctx, &tables, "SELECT count(*) FROM sqlite_schema"); err != nil {
		return st, fmt.Errorf("read the schema: %w", err)
	}
	if err := d.reader.GetContext(ctx, &appID, "PRAGMA application_id"); err != nil {
		return st, fmt.Errorf("read the application id: %w", err)
	}
	known := versions()
	if tables == 0 && appID == 0 {
		return State{Fresh: true, Pending: known}, nil
	}
	if appID != ApplicationID && !(appID == 0 && d.onlyGoose(ctx)) {
		return st, ErrForeign
	}
	var applied []int64
	if err := d.reader.SelectContext(ctx, &applied, "SELECT version_id FROM goose_db_version WHERE is_applied = 1 AND version_id > 0 ORDER BY version_id"); err != nil {
		return st, fmt.Errorf("read the schema version: %w", err)
	}
	done := map[int64]bool{}
	for _, v := range applied {
		done[v] = true
		st.Version = max(st.Version, v)
	}
	for _, v := range known {
		if !done[v] {
			st.Pending = append(st.Pending, v)
		}
		delete(done, v)
	}
	if len(done) > 0 {
		return st, ErrNewer
	}
	return st, nil
}

// onlyGoose is true when a first start was killed before the first migration
// committed, so that only goose's own table exists.
func (d *DB) onlyGoose(ctx context.Context) bool {
	var other int
	err := d.reader.GetContext(ctx, &other, "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite_%'")
	return err == nil && other == 0
}

// Migrate brings the schema up to this program's. Each migration is atomic; a
// kill between two continues at the next start. Foreign keys are checked after.
func (d *DB) Migrate(ctx context.Context) error {
	if _, err := d.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", ApplicationID)); err != nil {
		return fmt.Errorf("mark the file: %w", err)
	}
	provider, err := newProvider(d.writer.DB)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return d.CheckForeignKeys(ctx)
}

// MigrateTo makes an empty file one of an earlier schema, for what was written
// by it.
func (d *DB) MigrateTo(ctx context.Context, version int64) error {
	provider, err := newProvider(d.writer.DB)
	if err != nil {
		return err
	}
	if _, err := provider.UpTo(ctx, version); err != nil {
		return fmt.Errorf("migrate to %d: %w", version, err)
	}
	return nil
}

// CheckForeignKeys is ErrDamaged when a row points at nothing.
func (d *DB) CheckForeignKeys(ctx context.Context) error {
	rows, err := d.reader.QueryxContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return fmt.Errorf("check foreign keys: %w", err)
	}
	defer rows.Close()
	if rows.Next() {
		row, err := rows.SliceScan()
		if err != nil {
			return fmt.Errorf("check foreign keys: %w", err)
		}
		return fmt.Errorf("%w: a row of %v points at a missing %v", ErrDamaged, row[0], row[2])
	}
	return rows.Err()
}

// QuickCheck is ErrDamaged when SQLite finds the structure broken.
func (d *DB) QuickCheck(ctx context.Context) error { return d.check(ctx, "PRAGMA quick_check(1)") }

// CheckBeside is QuickCheck beside the daily work, on a connection of its own
// that takes its memory with it. Damage ends all writing, see Broken.
func (d *DB) CheckBeside(ctx context.Context) error {
	pool, err := open(dsn(Options{Path: d.path}, true), 1)
	if err != nil {
		return fmt.Errorf("open database for a check: %w", plain(err))
	}
	beside := &DB{path: d.path, reader: pool}
	if _, err = pool.ExecContext(ctx, "PRAGMA cache_size(-2000)"); err == nil { // each page is read once
		err = beside.QuickCheck(ctx)
	}
	if ctx.Err() != nil {
		err = nil // the house closes
	}
	if err != nil {
		d.broken.CompareAndSwap(nil, &err)
	}
	return errors.Join(err, pool.Close())
}

// IntegrityCheck is the slow, thorough form of QuickCheck.
func (d *DB) IntegrityCheck(ctx context.Context) error {
	return d.check(ctx, "PRAGMA integrity_check(1)")
}

func (d *DB) check(ctx context.Context, pragma string) error {
	var answer string
	if err := d.reader.GetContext(ctx, &answer, pragma); err != nil {
		return fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if answer != "ok" {
		return fmt.Errorf("%w: %s", ErrDamaged, answer)
	}
	return nil
}

// SchemaVersion is the newest migration this program knows.
func SchemaVersion() int64 {
	v := versions()
	return v[len(v)-1]
}

func versions() []int64 {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		panic("db: bad pattern for the embedded migrations")
	}
	var out []int64
	for _, name := range names {
		var v int64
		if _, err := fmt.Sscanf(strings.TrimPrefix(name, "migrations/"), "%d_", &v); err != nil {
			panic("db: migration without a version: " + name)
		}
		out = append(out, v)
	}
	return out
}

func newProvider(conn *sql.DB) (*goose.Provider, error) {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read embedded migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, conn, sub, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	return p, nil
}
