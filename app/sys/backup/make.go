package backup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"regulars/app/sys/clock"
	"regulars/app/sys/db"
)

// Make writes a backup of the data folder to out, which must not exist yet.
// People go on working meanwhile. The file appears under its name only after
// it was written, made durable, read again and found whole.
func Make(ctx context.Context, d *db.DB, dataDir, out, passphrase string) (Info, error) {
	if _, err := os.Lstat(out); err == nil {
		return Info{}, fmt.Errorf("write the backup %s: %w", out, fs.ErrExist)
	}
	sweep(dataDir)
	w, err := newWork(filepath.Join(dataDir, folder))
	if err != nil {
		return Info{}, err
	}
	defer w.close()
	copied := w.path(database)
	if err := vacuumInto(ctx, d.Path(), copied); err != nil {
		return Info{}, err
	}
	m, err := examine(ctx, copied)
	if err != nil {
		return Info{}, fmt.Errorf("check the copy of the database: %w", err)
	}
	m.Format, m.CreatedAt = format, d.Now()
	sources, err := gather(dataDir, copied)
	if err != nil {
		return Info{}, err
	}
	part := partName(w, dataDir, out)
	defer os.Remove(part) // gone already when all went well
	if err := pack(ctx, part, &m, sources, passphrase); err != nil {
		return Info{}, fmt.Errorf("write the backup: %w", err)
	}
	if _, err := read(ctx, part, passphrase, nil); err != nil {
		return Info{}, fmt.Errorf("read the new backup again: %w", err)
	}
	if err := os.Rename(part, out); err != nil {
		return Info{}, fmt.Errorf("name the backup: %w", err)
	}
	if err := syncDir(filepath.Dir(out)); err != nil {
		return Info{}, fmt.Errorf("make the backup durable: %w", err)
	}
	st, err := os.Stat(out)
	if err != nil {
		return Info{}, fmt.Errorf("look at the backup: %w", err)
	}
	return m.info(out, st.Size(), passphrase != ""), nil
}

// partName is where the archive grows: in the working folder, which is swept
// after a kill, or beside an out that may lie on another disk.
func partName(w *work, dataDir, out string) string {
	if filepath.Dir(filepath.Clean(out)) == filepath.Join(dataDir, folder) {
		return w.path("archive")
	}
	return out + ".part"
}

// vacuumInto lets SQLite copy a database that is in use, in one consistent
// state. It needs a connection of its own: VACUUM runs in no transaction.
func vacuumInto(ctx context.Context, from, to string) error {
	path := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(from)
	conn, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=trusted_schema(0)")
	if err != nil {
		return fmt.Errorf("open the database to copy it: %w", err)
	}
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", to)
	if err := errors.Join(err, conn.Close()); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	return os.Chmod(to, 0o600)
}

var sqlAnchor = db.SQL(`SELECT id, hash FROM journal_set ORDER BY id DESC LIMIT 1`)

// examine checks a copied database and reads what a manifest says of it.
func examine(ctx context.Context, path string) (manifest, error) {
	var m manifest
	d, err := db.Open(db.Options{Path: path, Clock: clock.System{}, Readers: 1})
	if err != nil {
		return m, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	m, err = examineOpen(ctx, d)
	return m, errors.Join(err, d.Close())
}

func examineOpen(ctx context.Context, d *db.DB) (manifest, error) {
	var m manifest
	st, err := d.Inspect(ctx)
	switch {
	case errors.Is(err, db.ErrNewer):
		return m, err
	case err != nil:
		return m, fmt.Errorf("%w: %v", ErrDamaged, err)
	case st.Fresh:
		return m, fmt.Errorf("%w: its database is empty", ErrDamaged)
	}
	m.Schema = st.Version
	if err := errors.Join(d.QuickCheck(ctx), d.CheckForeignKeys(ctx)); err != nil {
		return m, err
	}
	var anchor struct {
		ID   int64  `db:"id"`
		Hash string `db:"hash"`
	}
	if _, err := db.Found(d.Reader(ctx).Get(ctx, &anchor, sqlAnchor)); err != nil {
		return m, fmt.Errorf("read the journal's last hash: %w", err)
	}
	m.AnchorSet, m.Anchor = anchor.ID, anchor.Hash
	return m, nil
}

// Snapshot copies the database alone to backups/before-<version>.db, where
// version is the schema that a migration is about to bring. A snapshot made
// before a migration that was killed half-way stays: it is the older state.
func Snapshot(ctx context.Context, d *db.DB, dataDir string) (string, error) {
	st, err := d.Inspect(ctx)
	if err != nil {
		return "", fmt.Errorf("look at the database: %w", err)
	}
	out := filepath.Join(dataDir, folder, fmt.Sprintf("before-%d.db", db.SchemaVersion()))
	if fileExists(out) {
		if m, err := examine(ctx, out); err == nil && m.Schema < st.Version {
			return out, nil
		}
	}
	sweep(dataDir)
	w, err := newWork(filepath.Join(dataDir, folder))
	if err != nil {
		return "", err
	}
	defer w.close()
	copied := w.path(database)
	if err := vacuumInto(ctx, d.Path(), copied); err != nil {
		return "", err
	}
	if _, err := examine(ctx, copied); err != nil {
		return "", fmt.Errorf("check the copy of the database: %w", err)
	}
	if err := syncFile(copied); err != nil {
		return "", fmt.Errorf("make the copy durable: %w", err)
	}
	if err := os.Rename(copied, out); err != nil {
		return "", fmt.Errorf("name the copy: %w", err)
	}
	pruneSnapshots(dataDir)
	return out, syncDir(filepath.Dir(out))
}

func fileExists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
