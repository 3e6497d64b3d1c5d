package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/kit/tabular"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/safego"
	"regulars/app/sys/setting"
)

// Write is the permission to import; the kind's own is needed besides.
const Write = "import.write"

// MaxUpload is the largest file taken by page and API; the shell takes any.
const MaxUpload = 32 << 20

// Deps are what the engine works with.
type Deps struct {
	DB      *db.DB
	Blobs   *blob.Store
	Users   auth.Users // makes the person a run belongs to act again after a restart
	TempDir string     // where big worksheets are unpacked
	Shell   bool       // a verb beside a running server: takes only its own runs
	Fields  Fields     // makes fields of columns that have none; nil = nobody does
	Alone   bool       // nobody serves the shop, so that batches may be large
}

// Engine runs imports, one after another.
type Engine struct {
	Deps
	db      *db.DB
	journal *journal.Journal
	kinds   []Kind
	runner  string
	wake    chan struct{}
	check   func(ctx context.Context, tx *db.Tx) error
}

// New makes an engine; Attach completes it.
func New(d Deps) *Engine {
	e := &Engine{Deps: d, db: d.DB, runner: "serve", wake: make(chan struct{}, 1)}
	if d.Shell {
		e.runner = "shell-" + id.Token(8)
	}
	return e
}

// Attach gives the engine what is built after it: the kinds of the slices and
// the journal that takes runs back.
func (e *Engine) Attach(j *journal.Journal, kinds ...Kind) {
	e.journal = j
	e.kinds = append(e.kinds, kinds...)
}

// Guard gives the engine what refuses a change when it ends, so that it refuses
// the one row instead of all that stand beside it.
func (e *Engine) Guard(fn func(ctx context.Context, tx *db.Tx) error) { e.check = fn }

// Kinds are those that the actor may import.
func (e *Engine) Kinds(ctx context.Context) []Kind {
	var out []Kind
	for _, k := range e.kinds {
		if auth.From(ctx).Can(k.Permission) {
			out = append(out, k)
		}
	}
	return out
}

// Kind is the kind of that name, if the actor may import it.
func (e *Engine) Kind(ctx context.Context, name string) (Kind, error) {
	for _, k := range e.kinds {
		if k.Name == name {
			return k.complete(ctx)
		}
	}
	c := &errs.Check{}
	c.Add("kind", "import.error.kind", "kind", name)
	return Kind{}, c.Err()
}

// complete adds the columns of the shop's own fields.
func (k Kind) complete(ctx context.Context) (Kind, error) {
	if err := may(ctx, k); err != nil || k.More == nil {
		return k, err
	}
	more, err := k.More(ctx)
	k.Columns = append(slices.Clone(k.Columns), more...)
	return k, err
}

func may(ctx context.Context, k Kind) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	return auth.From(ctx).May(k.Permission)
}

// Upload keeps a file and reads its header; nothing else happens yet.
func (e *Engine) Upload(ctx context.Context, kind, fileName string, r io.Reader, limit int64, o Options) (Run, error) {
	k, err := e.Kind(ctx, kind)
	if err != nil {
		return Run{}, err
	}
	ref, err := e.Blobs.Put(r, limit)
	if err != nil {
		return Run{}, err
	}
	business, err := setting.ReadBusiness(ctx, e.db.Reader(ctx))
	if err != nil {
		return Run{}, err
	}
	o.MonthFirst = o.MonthFirst || business.Region == "US"
	o, total, err := e.inspect(ctx, k, ref.SHA256, o)
	if err != nil {
		return Run{}, err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return Run{}, fmt.Errorf("keep the options: %w", err)
	}
	actor := auth.From(ctx)
	return db.WriteOne(ctx, e.db, "import.upload", func(ctx context.Context, tx *db.Tx) (Run, error) {
		n, err := tx.Insert(ctx, sqlAddRun, k.Name, cleanName(fileName), ref.SHA256, string(text), Mapping, total, e.runner, 0, db.ID(actor.UserID), actor.Via, db.At(tx.Now), db.At(tx.Now))
		if err != nil {
			return Run{}, fmt.Errorf("store import: %w", err)
		}
		return e.read(ctx, n)
	})
}

// cleanName keeps the last part of what somebody calls a file.
func cleanName(s string) string {
	s = path.Base(strings.ReplaceAll(strings.ToValidUTF8(s, ""), `\`, "/"))
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if rs := []rune(s); len(rs) > 120 {
		s = string(rs[len(rs)-120:])
	}
	if s == "." || s == "/" || s == "" {
		return "file"
	}
	return s
}

// countUpTo bounds the rows counted at the upload; longer files are counted
// when they are checked or run.
const countUpTo = 50_000

func (e *Engine) inspect(ctx context.Context, k Kind, sha string, o Options) (Options, int, error) {
	t, closeFile, err := e.open(sha, o)
	if err != nil {
		return o, 0, err
	}
	defer closeFile()
	o = o.complete(k, t.Header)
	if err := o.Validate(k); err != nil {
		return o, 0, err
	}
	if err := e.mayOptions(ctx, k, o); err != nil {
		return o, 0, err
	}
	limit := countUpTo
	if t.Format == tabular.XLSX {
		limit /= 10
	}
	for n := 0; n < limit; n++ {
		if _, err := t.Next(); err != nil { // a fault further down is told by the check
			return o, n, nil
		}
	}
	return o, 0, nil
}

// open reads a stored file as a table.
func (e *Engine) open(sha string, o Options) (*tabular.Table, func(), error) {
	f, err := e.Blobs.Open(sha)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("look at the file: %w", err), f.Close())
	}
	t, err := tabular.Open(f, info.Size(), o.reading(e.TempDir))
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	cleanAll(t.Header)
	return t, func() { _, _ = t.Close(), f.Close() }, nil
}

// Get reads a run that the actor may see: their own, or anybody's for those
// who see all records.
func (e *Engine) Get(ctx context.Context, id int64) (Run, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return Run{}, err
	}
	r, err := e.read(ctx, id)
	if err != nil || r.State != Done && r.State != Failed || r.Group == 0 || e.journal == nil {
		return r, err
	}
	if set, err := e.journal.One(ctx, r.Group); err == nil && set.UndoneBy != 0 && r.State == Done {
		r.State = Undone // taken back from the history page
	}
	return r, nil
}

// List reads runs, newest first, below the id before (0 = from the newest).
func (e *Engine) List(ctx context.Context, before int64, limit int) ([]Run, error) {
	if err := auth.From(ctx).May(Write); err != nil {
		return nil, err
	}
	return list(ctx, e.db.Reader(ctx), before, limit)
}

// Choose stores other options for a run that has not begun; the same ones again
// leave a check as it is.
func (e *Engine) Choose(ctx context.Context, id int64, o Options) (Run, error) {
	run, k, err := e.mine(ctx, id)
	if err != nil {
		return run, err
	}
	if run.State != Mapping && run.State != Checked {
		return run, errs.New(errs.Conflict, "import.error.begun")
	}
	o, _, err = e.inspect(ctx, k, run.SHA256, o)
	if err != nil {
		return run, err
	}
	if text, err := json.Marshal(o); err == nil && string(text) == run.OptionsText {
		return run, nil
	}
	return e.advance(ctx, run, Mapping, o, false)
}

// Check queues a check: the run's own code, everything rolled back.
func (e *Engine) Check(ctx context.Context, id int64) (Run, error) {
	return e.begin(ctx, id, Checking, Mapping, Checked)
}

// Begin queues the run. A failed one goes on where it stopped.
func (e *Engine) Begin(ctx context.Context, id int64) (Run, error) {
	return e.begin(ctx, id, Running, Mapping, Checked, Failed)
}

func (e *Engine) begin(ctx context.Context, id int64, state string, from ...string) (Run, error) {
	run, k, err := e.mine(ctx, id)
	if err != nil {
		return run, err
	}
	if err := run.Options().ready(k); err != nil {
		return run, err
	}
	for _, f := range from {
		if f == run.State {
			return e.advance(ctx, run, state, run.Options(), run.State != Failed)
		}
	}
	return run, errs.New(errs.Conflict, "import.error.begun")
}

// Undo queues the taking back of everything a run wrote.
func (e *Engine) Undo(ctx context.Context, id int64) (Run, error) {
	run, _, err := e.mine(ctx, id)
	if err != nil {
		return run, err
	}
	if run.State != Done && run.State != Failed || run.Group == 0 {
		return run, errs.New(errs.Conflict, "import.error.nothing_to_undo")
	}
	return e.advance(ctx, run, Undoing, run.Options(), false)
}

// Discard forgets a run that wrote nothing.
func (e *Engine) Discard(ctx context.Context, id int64) error {
	run, _, err := e.mine(ctx, id)
	if err != nil {
		return err
	}
	if run.State != Mapping && run.State != Checked {
		return errs.New(errs.Conflict, "import.error.begun")
	}
	return e.db.Write(ctx, "import.discard", func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sqlForget, id)
		return err
	})
}

func (e *Engine) mine(ctx context.Context, id int64) (Run, Kind, error) {
	run, err := e.Get(ctx, id)
	if err != nil {
		return run, Kind{}, err
	}
	k, err := e.Kind(ctx, run.Kind)
	return run, k, err
}

// advance moves a run to its next state, unless somebody else was first.
func (e *Engine) advance(ctx context.Context, run Run, state string, o Options, reset bool) (Run, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return run, fmt.Errorf("keep the options: %w", err)
	}
	return db.WriteOne(ctx, e.db, "import.advance", func(ctx context.Context, tx *db.Tx) (Run, error) {
		n, err := tx.Exec(ctx, sqlSetState, state, string(text), db.At(tx.Now), run.ID, run.State)
		if err != nil {
			return run, fmt.Errorf("advance import %d: %w", run.ID, err)
		}
		if n == 0 {
			return run, errs.New(errs.Conflict, "import.error.begun")
		}
		if _, err := tx.Exec(ctx, sqlLease, e.runner, tx.Now.Add(lease).UnixMilli(), run.ID); err != nil {
			return run, fmt.Errorf("advance import %d: %w", run.ID, err)
		}
		if reset {
			if err := forgetResult(ctx, tx, run.ID); err != nil {
				return run, err
			}
		}
		tx.AfterCommit(e.nudge)
		return e.read(ctx, run.ID)
	})
}

func forgetResult(ctx context.Context, tx *db.Tx, run int64) error {
	if _, err := tx.Exec(ctx, sqlReset, run); err != nil {
		return fmt.Errorf("begin import %d: %w", run, err)
	}
	if _, err := tx.Exec(ctx, sqlDropRows, run); err != nil {
		return fmt.Errorf("begin import %d: %w", run, err)
	}
	if _, err := tx.Exec(ctx, sqlDropProblems, run); err != nil {
		return fmt.Errorf("begin import %d: %w", run, err)
	}
	return nil
}

// Problems calls fn for a run's problems in order, at most limit.
func (e *Engine) Problems(ctx context.Context, id int64, fatalOnly bool, limit int, fn func(Problem) error) error {
	run, err := e.Get(ctx, id)
	if err != nil {
		return err
	}
	return problems(ctx, e.db.Reader(ctx), run.ID, 0, fatalOnly, limit, fn)
}

// Remarks counts what was odd about rows that were taken.
func (e *Engine) Remarks(ctx context.Context, id int64) (int, error) {
	var n int
	err := e.db.Reader(ctx).Get(ctx, &n, sqlCountProblems, id)
	return n, err
}

func (e *Engine) nudge() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

const (
	lease   = 30 * time.Second // how long a process that died keeps a run from others
	recheck = 15 * time.Second // how often left-overs of others are looked for
)

// Start works in the background until ctx ends: first what a kill left behind,
// then whatever is queued.
func (e *Engine) Start(ctx context.Context) {
	safego.Go("importer", func() {
		tick := time.NewTicker(recheck)
		defer tick.Stop()
		for {
			e.Drain(ctx)
			select {
			case <-ctx.Done():
				return
			case <-e.wake:
			case <-tick.C:
			}
		}
	})
}
