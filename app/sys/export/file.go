package export

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"regulars/app/kit/errs"
)

// A list leaves through a file beside the database's: its rows go there page
// after page, and from there to whoever asked, so that no list has to fit into
// memory, and one that fails half-way is answered as a fault and not as half a
// file. It shows the shop at one moment, whatever is written meanwhile.

// patience is how long writing one may take, and turns how many are written at
// a time: each keeps a reader of the database to itself.
const patience = 10 * time.Minute

var turns = make(chan struct{}, 1)

// Made is a file that is ready to leave; closing it takes it away.
type Made struct {
	*os.File
	Size int
}

// Close implements io.Closer.
func (m *Made) Close() error {
	err := m.File.Close()
	_ = os.Remove(m.Name()) // where an open file can be removed, it is gone already
	return err
}

// Make writes a kind in a format, for the caller to close.
func (d *Desk) Make(ctx context.Context, kind, format string, ask Ask) (File, *Made, error) {
	file, err := d.Named(ctx, kind, format)
	if err != nil {
		return file, nil, err
	}
	if err := d.May(ctx, kind, format, ask); err != nil {
		return file, nil, err
	}
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
	case <-ctx.Done():
		return file, nil, errs.New(errs.Unavailable, "export.error.busy")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	f, err := os.CreateTemp(d.temp, "regulars-export-*")
	if err != nil {
		return file, nil, fmt.Errorf("make room for an export: %w", err)
	}
	_ = os.Remove(f.Name())
	m := &Made{File: f}
	if err := m.fill(ctx, d, kind, format, ask); err != nil {
		_ = m.Close()
		return file, nil, err
	}
	return file, m, nil
}

func (m *Made) fill(ctx context.Context, d *Desk, kind, format string, ask Ask) error {
	out := bufio.NewWriterSize(m.File, 64<<10)
	if err := d.Write(ctx, kind, format, ask, out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write an export: %w", err)
	}
	n, err := m.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = m.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("look at an export: %w", err)
	}
	m.Size = int(n)
	return nil
}
