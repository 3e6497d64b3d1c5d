package importer

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/tabular"
)

// Report is what an import from the shell did.
type Report struct {
	Run
	FailedFile string // beside the imported file, "" when no row failed

	Remarks     int    // cells that were left out of rows that were taken
	RemarksFile string // the same way, "" when there were none
}

// Say puts a message into somebody's language.
type Say func(errs.Message) string

// RunFile imports a file of any size while the caller waits, or with o.Dry
// only checks it. Failed rows with their reasons are written beside it.
func (e *Engine) RunFile(ctx context.Context, kind, name string, o Options, say Say) (Report, error) {
	f, err := os.Open(name)
	if err != nil {
		m := errs.New(errs.Invalid, "import.error.no_file", "file", name)
		m.Cause = err
		return Report{}, m
	}
	defer func() { _ = f.Close() }()
	run, err := e.Upload(ctx, kind, name, f, 0, o)
	if err != nil {
		return Report{}, err
	}
	next := e.Begin
	if o.Dry {
		next = e.Check
	}
	if run, err = next(ctx, run.ID); err != nil {
		return Report{Run: run}, err
	}
	e.db.Warm() // no server has: unprepared, a row's statements cost as much as the row
	if e.Alone {
		end, err := e.db.Bulk(ctx)
		defer end()
		if err != nil {
			return Report{Run: run}, err
		}
	}
	if err := e.work(ctx, run.ID); err != nil {
		return Report{Run: run}, err
	}
	if run, err = e.Get(ctx, run.ID); err != nil {
		return Report{}, err
	}
	if run.State == Failed {
		return Report{Run: run}, &errs.Error{Kind: errs.Invalid, Message: run.Error()}
	}
	r := Report{Run: run}
	if run.Failed > 0 {
		if r.FailedFile, err = beside(name, ".failed.csv", func(w io.Writer) error { return e.FailedRows(ctx, run.ID, w, say) }); err != nil {
			return r, err
		}
	}
	if r.Remarks, err = e.Remarks(ctx, run.ID); err != nil || r.Remarks == 0 {
		return r, err
	}
	r.RemarksFile, err = beside(name, ".remarks.csv", func(w io.Writer) error { return e.rows(ctx, run.ID, false, w, say) })
	return r, err
}

// beside writes a file next to the imported one.
func beside(name, ending string, write func(io.Writer) error) (string, error) {
	base := strings.TrimSuffix(name, ".gz")
	out := strings.TrimSuffix(base, filepath.Ext(base)) + ending
	f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return "", fmt.Errorf("write the rows with a problem: %w", err)
	}
	if err := write(f); err != nil {
		_ = f.Close()
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", fmt.Errorf("write the rows with a problem: %w", err)
	}
	return out, nil
}

// FailedRows writes the rows that failed as they came, with line and reason,
// as CSV that can be mended and imported again.
func (e *Engine) FailedRows(ctx context.Context, id int64, w io.Writer, say Say) error {
	return e.rows(ctx, id, true, w, say)
}

// rows writes the rows that failed, or those that were taken with a remark.
func (e *Engine) rows(ctx context.Context, id int64, fatal bool, w io.Writer, say Say) error {
	run, err := e.Get(ctx, id)
	if err != nil {
		return err
	}
	t, closeFile, err := e.open(run.SHA256, run.Options())
	if err != nil {
		return err
	}
	header := t.Header
	closeFile()
	out, err := tabular.NewCSVWriter(w, false)
	if err != nil {
		return err
	}
	title := func(key string) string { return say(errs.Message{Key: key}) }
	if err := out.Write(append(append([]string{}, header...), title("import.line"), title("import.reason"))); err != nil {
		return err
	}
	var line int
	var row, reasons []string
	flush := func() error {
		if len(reasons) == 0 {
			return nil
		}
		for len(row) < len(header) {
			row = append(row, "")
		}
		return out.Write(append(row[:len(header):len(header)], strconv.Itoa(line), strings.Join(reasons, "; ")))
	}
	err = problems(ctx, e.db.Reader(ctx), run.ID, 0, fatal, 1<<31, func(p Problem) error {
		if p.Fatal != fatal {
			return nil
		}
		if p.Line != line || len(reasons) == 0 {
			if err := flush(); err != nil {
				return err
			}
			line, row, reasons = p.Line, p.Cells, nil
		}
		reasons = append(reasons, e.Reason(run, p, say))
		return nil
	})
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	return out.Close()
}

// Reason is a problem as a sentence, with the column's name before it.
func (e *Engine) Reason(run Run, p Problem, say Say) string {
	text := say(errs.Message{Key: p.Key, Args: p.Args})
	for _, k := range e.kinds {
		if c := k.column(p.Field); k.Name == run.Kind && c != nil {
			return say(errs.Message{Key: "import.field_reason", Args: errs.Args{"field": c.said(say), "reason": text}})
		}
	}
	if own, ok := strings.CutPrefix(p.Field, "fields."); ok {
		return say(errs.Message{Key: "import.field_reason", Args: errs.Args{"field": own, "reason": text}})
	}
	return text
}

// said is the column's name in the language that say speaks.
func (c Column) said(say Say) string {
	title := say(errs.Message{Key: c.Label()})
	if c.Of == "" {
		return title
	}
	args := errs.Args{"part": say(errs.Message{Key: "import.part." + c.Of}), "n": c.Nth, "column": title}
	if c.Nth > 1 {
		return say(errs.Message{Key: "import.of_part_nth", Args: args})
	}
	return say(errs.Message{Key: "import.of_part", Args: args})
}
