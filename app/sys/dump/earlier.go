// Exports of earlier schemas are brought up to today's before they are read:
// the rows go into an empty database of the schema they were written by, its
// migrations run, and what comes of it is written anew. So an export outlives
// every change of the schema, just as a data folder does.

package dump

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"regulars/app/sys/db"
)

// lift writes the rows of an export of an earlier schema as one of today's
// into folder, and says where; the attachments stay in the first.
func lift(ctx context.Context, archive *zip.Reader, m manifest, folder string) (path string, err error) {
	d, err := db.Open(db.Options{Path: filepath.Join(folder, "earlier.db"), Readers: 1})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.MigrateTo(ctx, m.Schema); err != nil {
		return "", fmt.Errorf("make a database of schema %d: %w", m.Schema, err)
	}
	err = d.Write(ctx, "dump.lift", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, deferKeys); err != nil {
			return fmt.Errorf("defer foreign keys: %w", err)
		}
		return fillTables(ctx, tx, archive, m)
	})
	if err != nil {
		return "", err
	}
	if err := d.Migrate(ctx); err != nil {
		return "", fmt.Errorf("bring the export up to today's schema: %w", err)
	}
	path = filepath.Join(folder, "today.zip")
	w, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("write the export anew: %w", err)
	}
	_, err = Write(ctx, d, filepath.Join(folder, "none"), w)
	return path, errors.Join(err, w.Close())
}

// today opens the rows of an export as today's schema has them. Without need
// it is the archive itself.
func today(ctx context.Context, archive *zip.Reader, m manifest, beside string) (rows *zip.Reader, is manifest, done func() error, err error) {
	if m.Schema >= db.SchemaVersion() {
		return archive, m, func() error { return nil }, nil
	}
	folder, err := os.MkdirTemp(beside, ".import-")
	if err != nil {
		return nil, m, nil, fmt.Errorf("make a folder for an earlier export: %w", err)
	}
	done = func() error { return os.RemoveAll(folder) }
	path, err := lift(ctx, archive, m, folder)
	if err != nil {
		return nil, m, nil, errors.Join(err, done())
	}
	lifted, err := zip.OpenReader(path)
	if err != nil {
		return nil, m, nil, errors.Join(fmt.Errorf("read the export anew: %w", err), done())
	}
	done = func() error { return errors.Join(lifted.Close(), os.RemoveAll(folder)) }
	is, err = check(&lifted.Reader)
	if err != nil {
		return nil, m, nil, errors.Join(err, done())
	}
	is.Files = m.Files
	return &lifted.Reader, is, done, nil
}
