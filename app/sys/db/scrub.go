package db

import (
	"context"
	"errors"
	"fmt"
)

// Scrub rewrites the file without what was deleted or overwritten in it, and
// empties the log: after an erasure nothing may be left in free space. Others
// wait meanwhile, about a second for each 100 MB.
func (d *DB) Scrub(ctx context.Context) error {
	if err := d.Broken(); err != nil {
		return d.unavailable(err)
	}
	if _, err := d.writer.ExecContext(ctx, "VACUUM"); err != nil {
		return d.noteFault(fmt.Errorf("rewrite the database: %w", err))
	}
	var state struct {
		Busy int `db:"busy"`
		Log  int `db:"log"`
		Done int `db:"checkpointed"`
	}
	if err := d.writer.GetContext(ctx, &state, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return d.noteFault(fmt.Errorf("empty the log: %w", err))
	}
	if state.Busy != 0 {
		return errBusyLog
	}
	return nil
}

var errBusyLog = errors.New("the log could not be emptied: somebody was reading from it")
