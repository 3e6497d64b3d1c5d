package db

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// Queries made at run time stay prepared up to a bound, and one that has to go
// while others run it fails nobody.
func TestKeptStatementsMakeRoom(t *testing.T) {
	d, err := Open(Options{Path: filepath.Join(t.TempDir(), "kept.db"), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ctx := context.Background()
	var wait sync.WaitGroup
	failed := make(chan error, 8)
	for range 8 {
		wait.Go(func() {
			for i := range 2 * keptBuilt {
				var n int
				if err := d.Reader(ctx).Get(ctx, &n, fmt.Sprintf("SELECT %d", i)); err != nil || n != i {
					failed <- fmt.Errorf("statement %d gave %d: %w", i, n, err)
					return
				}
			}
		})
	}
	wait.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	if n := len(d.stmts.built); n != keptBuilt {
		t.Errorf("%d statements are kept, want %d", n, keptBuilt)
	}
}
