// Package dbtest gives every test its own migrated database. Migrations run
// once per test binary; each test gets a copy of that file, so that tests are
// quick, independent and free to open it a second time.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"regulars/app/sys/clock"
	"regulars/app/sys/db"
)

// Start is when every test's clock begins: a Monday morning.
var Start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

var (
	mu     sync.Mutex
	clocks = map[testing.TB]*clock.Fake{}
)

// Clock is the test's own clock, the one its databases use.
func Clock(t testing.TB) *clock.Fake {
	t.Helper()
	mu.Lock()
	defer mu.Unlock()
	c, ok := clocks[t]
	if !ok {
		c = clock.NewFake(Start)
		clocks[t] = c
		t.Cleanup(func() {
			mu.Lock()
			defer mu.Unlock()
			delete(clocks, t)
		})
	}
	return c
}

// New is a migrated, empty database of the test's own, closed at its end.
func New(t testing.TB) *db.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "regulars.db")
	Copy(t, path)
	return Open(t, path)
}

// Open opens a database file with the test's clock and closes it at the end.
func Open(t testing.TB, path string) *db.DB {
	t.Helper()
	d, err := db.Open(db.Options{Path: path, Clock: Clock(t), NoSync: true, Readers: 2})
	if err != nil {
		t.Fatalf("open the test database: %v", err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// Copy writes the migrated, empty database to path.
func Copy(t testing.TB, path string) {
	t.Helper()
	image, err := template()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatalf("write the test database: %v", err)
	}
}

var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "dbtest")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the test database: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "regulars.db")
	d, err := db.Open(db.Options{Path: path, Clock: clock.NewFake(Start), NoSync: true, Readers: 1})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(context.Background()); err != nil {
		_ = d.Close()
		return nil, err
	}
	if err := d.Close(); err != nil { // puts the log into the file
		return nil, fmt.Errorf("close the test database: %w", err)
	}
	return os.ReadFile(path)
})
