package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/event"
	"regulars/app/sys/journal"
)

// How long one batch may keep others from saving, and how many records it may
// take; more when nobody serves the shop meanwhile.
const (
	chunkTime  = 20 * time.Millisecond
	aloneTime  = 500 * time.Millisecond
	maxBatch   = 500
	aloneBatch = 2000
)

// MaxFailed is how many rows may fail before a run stops and asks, when they are
// also the greater part: the file may not be what somebody took it for, and each
// failed row is kept with its reason. Whoever says "go on" is not asked again.
const MaxFailed = 20_000

// Drain works on the queue, oldest first, until it is empty. What a cancelled
// context interrupts stays queued.
func (e *Engine) Drain(ctx context.Context) {
	for ctx.Err() == nil {
		var id int64
		found, err := db.Found(e.db.Reader(ctx).Get(ctx, &id, sqlNextRun, e.runner, e.db.Now().UnixMilli()))
		if err != nil {
			if ctx.Err() == nil {
				slog.Error("the import queue cannot be read", "error", err)
			}
			return
		}
		if !found {
			return
		}
		if err := e.work(ctx, id); err != nil {
			if ctx.Err() == nil {
				slog.Error("import stopped", "import", id, "error", err)
			}
			return
		}
	}
}

// work does what one run waits for. An error is one of the machine or of the
// context; everything else ends the run in a state that says so.
func (e *Engine) work(ctx context.Context, id int64) (err error) {
	var run Run
	if err := e.db.Reader(ctx).Get(ctx, &run, sqlAnyRun, id); err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil {
			slog.Error("import panicked", "import", id, "panic", r, "stack", string(debug.Stack()))
			err = e.end(ctx, run, Failed, errs.New(errs.Internal, "import.error.internal").Message)
		}
	}()
	ctx, err = e.act(ctx, run)
	if err == nil {
		if run.State == Undoing {
			return e.undo(ctx, run)
		}
		err = e.process(ctx, run)
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	if expected, ok := errs.As(err); ok && expected.Kind != errs.Internal && expected.Kind != errs.Unavailable {
		return e.end(ctx, run, Failed, expected.Message)
	}
	slog.Error("import failed", "import", run.ID, "error", err)
	return e.end(ctx, run, Failed, errs.New(errs.Internal, "import.error.internal").Message)
}

// act makes the person whom the run belongs to act, as they are now.
func (e *Engine) act(ctx context.Context, run Run) (context.Context, error) {
	if run.UserID == 0 && run.Via == "shell" {
		return auth.With(ctx, auth.System("shell")), nil
	}
	if run.UserID == 0 { // the person is gone
		return ctx, errs.New(errs.Denied, "error.denied")
	}
	a, _, err := e.Users.Actor(ctx, int64(run.UserID))
	if err != nil {
		return ctx, fmt.Errorf("act for user %d: %w", run.UserID, err)
	}
	a.Via = "job"
	return auth.With(ctx, a), nil
}

func (e *Engine) process(ctx context.Context, run Run) error {
	k, err := e.Kind(ctx, run.Kind)
	if err != nil {
		return err
	}
	o := run.Options()
	o.Dry, o.File = run.State == Checking, run.FileName
	if o.Dry && run.Position > 0 { // what a check knew of earlier rows went with the process
		if err := e.db.Write(ctx, "import.check", func(ctx context.Context, tx *db.Tx) error { return forgetResult(ctx, tx, run.ID) }); err != nil {
			return err
		}
		run.Position = 0
	}
	if !o.Dry {
		if k, o, err = e.makeFields(ctx, &run, k, o); err != nil {
			return err
		}
	}
	t, closeFile, err := e.open(run.SHA256, o)
	if err != nil {
		return err
	}
	defer closeFile()
	src := &source{table: t, plan: newPlan(k, o)}
	work := k.Start(o)
	run.goesOn = run.Position > 0
	if err := e.catchUp(ctx, run, src, work); err != nil {
		return err
	}
	for size := 20; ; {
		batch, err := src.take(size)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			break
		}
		start := e.db.Now()
		if err := e.batch(ctx, &run, work, batch, o.Dry, src.rows); err != nil {
			return err
		}
		size = e.resize(size, e.db.Now().Sub(start))
	}
	state := Done
	if o.Dry {
		state = Checked
	}
	return e.end(ctx, run, state, errs.Message{})
}

// resize grows a batch that was quick and shrinks one that was slow.
func (e *Engine) resize(size int, took time.Duration) int {
	long, most := chunkTime, maxBatch
	if e.Alone {
		long, most = aloneTime, aloneBatch
	}
	if took > long {
		return max(size*2/3, 10)
	}
	if took < long*2/3 {
		return min(size*3/2, most)
	}
	return size
}

// errDry rolls a check's batch back.
var errDry = errors.New("only a check")

type counts struct{ created, updated, skipped, failed int }

// batch takes some records, their problems and the new position in one
// transaction; a check keeps only the problems and the position.
func (e *Engine) batch(ctx context.Context, run *Run, work Work, batch []*Record, dry bool, position int) error {
	if p, ok := work.(Preparer); ok {
		p.Prepare(batch)
	}
	err := e.attempt(ctx, run, work, batch, dry, position, false)
	if errors.Is(err, errHalf) {
		for _, r := range batch {
			r.forget()
		}
		err = e.attempt(ctx, run, work, batch, dry, position, true)
	}
	if err != nil {
		return fmt.Errorf("import %s up to row %d: %w", run.Kind, position, err)
	}
	return nil
}

func (e *Engine) attempt(ctx context.Context, run *Run, work Work, batch []*Record, dry bool, position int, careful bool) error {
	note := &journal.Note{SubjectKind: "import", SubjectID: run.ID, Label: run.FileName, Group: run.Group}
	var n counts
	group := run.Group
	err := e.db.Write(event.Importing(journal.WithNote(ctx, note)), "import.run", func(ctx context.Context, tx *db.Tx) error {
		var err error
		if n, err = e.take(ctx, tx, work, batch, careful); err != nil {
			return err
		}
		if dry {
			return errDry
		}
		if group == 0 && n.created+n.updated > 0 {
			group = tx.Set
		}
		return e.progress(ctx, tx, run, n, group, position, batch)
	})
	if errors.Is(err, errDry) {
		err = e.db.Write(ctx, "import.check", func(ctx context.Context, tx *db.Tx) error {
			return e.progress(ctx, tx, run, n, 0, position, batch)
		})
	}
	if err != nil {
		return err
	}
	run.Position, run.Group, run.Failed = position, group, run.Failed+n.failed
	if !run.goesOn && run.Failed > MaxFailed && run.Failed > run.Position/2 {
		return errs.New(errs.Invalid, "import.error.too_many_failed", "n", run.Failed)
	}
	return nil
}

var (
	sqlSavepoint = db.SQL(`SAVEPOINT import_record`)
	sqlRelease   = db.SQL(`RELEASE import_record`)
	sqlRollback  = db.SQL(`ROLLBACK TO import_record`)
)

// errHalf says that a record failed after it had written something.
var errHalf = errors.New("a record failed half way")

// take hands the records to the slice. Nearly all that fail do so before they
// write; savepoints, which cost a third of the speed, are used only for a batch
// in which one did not (careful).
func (e *Engine) take(ctx context.Context, tx *db.Tx, work Work, batch []*Record, careful bool) (counts, error) {
	var n counts
	if err := work.Begin(ctx, tx, batch); err != nil {
		return n, err
	}
	for _, r := range batch {
		one := takeOne
		if careful {
			one = e.takeCarefully
		}
		outcome, err := one(ctx, tx, work, r)
		if err != nil {
			return n, err
		}
		if r.outcome = outcome; outcome == 0 {
			r.record = 0
		}
		switch outcome {
		case Created:
			n.created++
		case Updated:
			n.updated++
		case Skipped:
			n.skipped++
		default:
			n.failed += len(r.Rows)
		}
	}
	if e.check != nil && !careful {
		if err := e.check(ctx, tx); errs.Is(err, errs.Denied) {
			return n, errHalf // some record does what its reader may not
		} else if err != nil {
			return n, err
		}
	}
	return n, work.End(ctx, tx)
}

// takeOne is errHalf when the batch has to be taken carefully instead. No
// outcome and no error: the record failed and wrote nothing.
func takeOne(ctx context.Context, tx *db.Tx, work Work, r *Record) (Outcome, error) {
	before := tx.Execs()
	outcome, err := work.Take(ctx, tx, r)
	if err == nil {
		return outcome, nil
	}
	if err := r.fail(err); err != nil {
		return 0, fmt.Errorf("line %d: %w", r.Line, err)
	}
	if tx.Execs() != before {
		return 0, errHalf
	}
	return 0, nil
}

func (e *Engine) takeCarefully(ctx context.Context, tx *db.Tx, work Work, r *Record) (Outcome, error) {
	if _, err := tx.Exec(ctx, sqlSavepoint); err != nil {
		return 0, fmt.Errorf("begin a record: %w", err)
	}
	outcome, failure := work.Take(ctx, tx, r)
	if failure == nil && e.check != nil {
		failure = e.check(ctx, tx)
	}
	if failure != nil {
		if err := r.fail(failure); err != nil {
			return 0, fmt.Errorf("line %d: %w", r.Line, err)
		}
		outcome = 0
		if _, err := tx.Exec(ctx, sqlRollback); err != nil {
			return 0, fmt.Errorf("drop a record: %w", err)
		}
	}
	if _, err := tx.Exec(ctx, sqlRelease); err != nil {
		return 0, fmt.Errorf("end a record: %w", err)
	}
	return outcome, nil
}

// progress stores how far the run is; it fails when the run is no longer ours.
func (e *Engine) progress(ctx context.Context, tx *db.Tx, run *Run, n counts, group int64, position int, batch []*Record) error {
	changed, err := tx.Exec(ctx, sqlProgress, position, n.created, n.updated, n.skipped, n.failed, group,
		tx.Now.Add(lease).UnixMilli(), db.At(tx.Now), run.ID, run.State, run.Position)
	if err != nil {
		return fmt.Errorf("store the progress: %w", err)
	}
	if changed == 0 {
		return errs.New(errs.Conflict, "import.error.taken_over")
	}
	if run.State == Running {
		if err := addRows(ctx, tx, run.ID, batch); err != nil {
			return err
		}
	}
	return addProblems(ctx, tx, run.ID, batch)
}

func (e *Engine) end(ctx context.Context, run Run, state string, m errs.Message) error {
	text := ""
	if m.Key != "" {
		b, err := json.Marshal(m)
		if err != nil {
			return fmt.Errorf("end import %d: %w", run.ID, err)
		}
		text = string(b)
	}
	return e.db.Write(ctx, "import.end", func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, sqlEnd, state, text, db.At(tx.Now), run.ID); err != nil {
			return fmt.Errorf("end import %d: %w", run.ID, err)
		}
		return nil
	})
}

// undo takes a run back set by set; a kill between two loses nothing.
func (e *Engine) undo(ctx context.Context, run Run) error {
	out, err := e.journal.UndoGroup(ctx, run.Group, func(done, total int) {
		if err := e.undone(ctx, run.ID, done*100/total); err != nil {
			slog.Warn("the progress of an undo was not stored", "import", run.ID, "error", err)
		}
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		m := errs.New(errs.Internal, "import.error.internal").Message
		if expected, ok := errs.As(err); ok {
			m = expected.Message
		} else {
			slog.Error("undo of an import failed", "import", run.ID, "error", err)
		}
		return e.end(ctx, run, Done, m)
	}
	err = e.db.Write(ctx, "import.undone", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlConflicts, len(out.Conflicts), run.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("note the conflicts of import %d: %w", run.ID, err)
	}
	return e.end(ctx, run, Undone, errs.Message{})
}

func (e *Engine) undone(ctx context.Context, run int64, percent int) error {
	return e.db.Write(ctx, "import.undo", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlUndoing, percent, tx.Now.Add(lease).UnixMilli(), db.At(tx.Now), run)
		return err
	})
}
