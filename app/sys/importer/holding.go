package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// What imports leave behind of a person: their files are kept for another look,
// and for an erasure they must be found.

var sqlKept = db.SQL(`SELECT sha256, options, state FROM import_run ORDER BY id`)

// Holding lists the kept files in which one of the words (lower case) stands,
// and those that cannot be read any more. While an import is at work nobody can
// tell what it will bring, and the answer is a conflict.
func (e *Engine) Holding(ctx context.Context, words []string) ([]string, error) {
	var runs []struct {
		SHA     string `db:"sha256"`
		Options string `db:"options"`
		State   string `db:"state"`
	}
	if err := e.db.Reader(ctx).Select(ctx, &runs, sqlKept); err != nil {
		return nil, fmt.Errorf("list the files of imports: %w", err)
	}
	var out []string
	for _, r := range runs {
		run := Run{OptionsText: r.Options, State: r.State}
		if run.Busy() {
			return nil, errs.New(errs.Conflict, "privacy.error.importing")
		}
		if !e.Blobs.Has(r.SHA) {
			continue
		}
		if e.holds(r.SHA, run.Options(), words) {
			out = append(out, r.SHA)
		}
	}
	return out, nil
}

func (e *Engine) holds(sha string, o Options, words []string) bool {
	t, closeFile, err := e.open(sha, o)
	if err != nil {
		return true
	}
	defer closeFile()
	for row := t.Header; ; {
		for _, cell := range row {
			cell = strings.ToLower(cell)
			for _, w := range words {
				if strings.Contains(cell, w) {
					return true
				}
			}
		}
		if row, err = t.Next(); err != nil {
			return !errors.Is(err, io.EOF)
		}
	}
}
