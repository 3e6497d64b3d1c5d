package db

import (
	"context"
	"path/filepath"
	"testing"
)

// A statement that changes more than SQLite notes in memory goes on in a file:
// beyond 128 kB at once it would say that the disk is full.
func TestALargeStatementSpillsToAFile(t *testing.T) {
	d, err := Open(Options{Path: filepath.Join(t.TempDir(), "spill.db"), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	run := func(query string) {
		t.Helper()
		err := d.Write(context.Background(), "test", func(ctx context.Context, tx *Tx) error {
			_, err := tx.Exec(ctx, query)
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	run(`CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, note TEXT NOT NULL) STRICT`)
	run(`INSERT INTO t (name, note) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'name ' || i, hex(zeroblob(100)) FROM n`)
	run(`UPDATE t SET name = name || '!', note = note || '!'`)
}
