package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A database that is damaged in the middle is found while it is served, and
// from then on nothing is written to it.
func TestDamageFoundBesideEndsWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "damaged.db")
	d, err := Open(Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	fill := func(d *DB, query string) error {
		return d.Write(context.Background(), "test", func(ctx context.Context, tx *Tx) error {
			_, err := tx.Exec(ctx, query)
			return err
		})
	}
	for _, query := range []string{
		fmt.Sprintf(`PRAGMA application_id = %d`, ApplicationID),
		`CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT`,
		`CREATE INDEX t_name ON t (name)`,
		`INSERT INTO t (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'name ' || i FROM n`,
	} {
		if err := fill(d, query); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.CheckBeside(context.Background()); err != nil || d.Broken() != nil {
		t.Fatalf("a sound file: %v, %v", err, d.Broken())
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	middle := text[len(text)/2/4096*4096:][:3*4096]
	copy(middle, bytes.Repeat([]byte{0xa5}, len(middle)))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if d, err = Open(Options{Path: path}); err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.CheckBeside(context.Background()); !errors.Is(err, ErrDamaged) {
		t.Errorf("the damage is not found: %v", err)
	}
	if err := fill(d, `INSERT INTO t (name) VALUES ('x')`); err == nil || !errors.Is(d.Broken(), ErrDamaged) {
		t.Errorf("it is still written: %v, %v", err, d.Broken())
	}
}
