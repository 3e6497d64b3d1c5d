package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"regulars/app/sys/db"
)

// Resumer is a Work that remembers from batch to batch what earlier rows have
// done. When a run goes on after a break, Resume gets all records that were
// taken before it, in order and in batches, and writes nothing. Those that
// failed are left out: they did nothing.
type Resumer interface {
	Resume(ctx context.Context, tx *db.Tx, batch []*Record, past Past) error
}

// Past answers what a run has written before its break.
type Past struct{ group int64 }

var (
	sqlFailedLines = db.SQL(`SELECT DISTINCT line FROM import_problem WHERE run_id = ? AND fatal = 1`)
	sqlWrote       = db.SQL(`
		SELECT DISTINCT c.row_id FROM journal_change c JOIN journal_set s ON s.id = c.set_id
		WHERE c.tbl = ? AND c.row_id IN (SELECT value FROM json_each(?)) AND s.group_id = ?`)
)

// Wrote are those of the rows of a table that the run itself has made or changed.
func (p Past) Wrote(ctx context.Context, tx *db.Tx, table string, ids []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	if p.group == 0 || len(ids) == 0 {
		return out, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("look at what the import has written: %w", err)
	}
	var written []int64
	if err := tx.Select(ctx, &written, sqlWrote, table, string(list), p.group); err != nil {
		return nil, fmt.Errorf("look at what the import has written: %w", err)
	}
	for _, id := range written {
		out[id] = true
	}
	return out, nil
}

// catchUp passes over the rows that are done, telling a work that remembers
// what they said.
func (e *Engine) catchUp(ctx context.Context, run Run, src *source, work Work) error {
	resumer, ok := work.(Resumer)
	if !ok {
		return src.skip(run.Position)
	}
	failed := map[int]bool{}
	var lines []int
	if err := e.db.Reader(ctx).Select(ctx, &lines, sqlFailedLines, run.ID); err != nil {
		return fmt.Errorf("read the failed rows of import %d: %w", run.ID, err)
	}
	for _, line := range lines {
		failed[line] = true
	}
	for src.rows < run.Position {
		batch, err := src.take(min(maxBatch, run.Position-src.rows))
		if err != nil {
			return fmt.Errorf("go on at row %d: %w", run.Position, err)
		}
		if len(batch) == 0 {
			return nil
		}
		var taken []*Record
		for _, r := range batch {
			if !failed[r.Line] {
				taken = append(taken, r)
			}
		}
		err = e.db.Write(ctx, "import.resume", func(ctx context.Context, tx *db.Tx) error {
			if err := resumer.Resume(ctx, tx, taken, Past{run.Group}); err != nil {
				return err
			}
			return errDry
		})
		if !errors.Is(err, errDry) {
			return fmt.Errorf("go on at row %d: %w", run.Position, err)
		}
	}
	return nil
}
