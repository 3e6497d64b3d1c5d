package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// States of a run.
const (
	Mapping  = "mapping"  // columns are being chosen
	Checking = "checking" // queued or at work, writing nothing
	Checked  = "checked"
	Running  = "running" // queued or at work
	Done     = "done"
	Failed   = "failed" // the file or the machine failed; may go on where it stopped
	Undoing  = "undoing"
	Undone   = "undone"
)

// Run is one import, from the upload to its undo.
type Run struct {
	ID          int64   `db:"id"`
	Kind        string  `db:"kind"`
	FileName    string  `db:"file_name"`
	SHA256      string  `db:"sha256"`
	OptionsText string  `db:"options"`
	State       string  `db:"state"`
	Total       int     `db:"total"`
	Position    int     `db:"position"`
	Created     int     `db:"created"`
	Updated     int     `db:"updated"`
	Skipped     int     `db:"skipped"`
	Failed      int     `db:"failed"`
	Group       int64   `db:"group_id"`
	UndoPercent int     `db:"undo_percent"`
	Conflicts   int     `db:"conflicts"`
	ErrorText   string  `db:"error"`
	UserID      db.ID   `db:"user_id"`
	Via         string  `db:"via"`
	UserName    db.Null `db:"user_name"`
	CreatedAt   db.Time `db:"created_at"`
	UpdatedAt   db.Time `db:"updated_at"`

	goesOn bool // somebody has looked at what stopped it
}

// Options are what was chosen so far.
func (r Run) Options() Options {
	var o Options
	if err := json.Unmarshal([]byte(r.OptionsText), &o); err != nil {
		return Options{}
	}
	return o
}

// Error says why a run stopped; an empty key when it did not.
func (r Run) Error() errs.Message {
	var m errs.Message
	if r.ErrorText == "" || json.Unmarshal([]byte(r.ErrorText), &m) != nil {
		return errs.Message{}
	}
	return m
}

// Busy tells whether a machine is at work on it or will be.
func (r Run) Busy() bool { return r.State == Checking || r.State == Running || r.State == Undoing }

// KindLabel is the i18n key of what is imported.
func (r Run) KindLabel() string { return Kind{Name: r.Kind}.Label() }

// Tone is how a list shows its state.
func (r Run) Tone() string {
	switch r.State {
	case Done:
		return "accent"
	case Failed:
		return "bad"
	case Undone:
		return ""
	}
	return "info"
}

// Percent is how far it is; -1 when the file's length is not known yet.
func (r Run) Percent() int {
	switch {
	case r.State == Undoing:
		return r.UndoPercent
	case r.Total == 0:
		return -1
	}
	return min(100, r.Position*100/r.Total)
}

const runColumns = `r.id, r.kind, r.file_name, r.sha256, r.options, r.state, r.total, r.position, r.created, r.updated, r.skipped, r.failed,
	r.group_id, r.undo_percent, r.conflicts, r.error, r.user_id, r.via, u.name AS user_name, r.created_at, r.updated_at`

var (
	sqlAddRun = db.SQL(`
		INSERT INTO import_run (kind, file_name, sha256, options, state, total, runner, lease_until, user_id, via, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlRun     = db.SQL(`SELECT ` + runColumns + ` FROM import_run r LEFT JOIN user u ON u.id = r.user_id WHERE r.id = ? AND (? = 1 OR r.user_id = ?)`)
	sqlAnyRun  = db.SQL(`SELECT ` + runColumns + ` FROM import_run r LEFT JOIN user u ON u.id = r.user_id WHERE r.id = ?`)
	sqlRuns    = db.List(`SELECT ` + runColumns + ` FROM import_run r LEFT JOIN user u ON u.id = r.user_id WHERE r.id < ? ORDER BY r.id DESC LIMIT ?`)
	sqlMyRuns  = db.List(`SELECT ` + runColumns + ` FROM import_run r LEFT JOIN user u ON u.id = r.user_id WHERE r.user_id = ? AND r.id < ? ORDER BY r.id DESC LIMIT ?`)
	sqlNextRun = db.SQL(`
		SELECT id FROM import_run WHERE state IN ('checking', 'running', 'undoing')
			AND (runner IN ('', ?) OR lease_until < ?)
		ORDER BY id LIMIT 1`)
	sqlLease    = db.SQL(`UPDATE import_run SET runner = ?, lease_until = ? WHERE id = ?`)
	sqlSetState = db.SQL(`UPDATE import_run SET state = ?, options = ?, error = '', updated_at = ? WHERE id = ? AND state = ?`)
	sqlReset    = db.SQL(`UPDATE import_run SET position = 0, created = 0, updated = 0, skipped = 0, failed = 0 WHERE id = ?`)
	sqlProgress = db.SQL(`
		UPDATE import_run SET position = ?, created = created + ?, updated = updated + ?, skipped = skipped + ?, failed = failed + ?,
			group_id = CASE WHEN group_id = 0 THEN ? ELSE group_id END, lease_until = ?, updated_at = ?
		WHERE id = ? AND state = ? AND position = ?`)
	sqlEnd       = db.SQL(`UPDATE import_run SET state = ?, error = ?, total = max(total, position), updated_at = ? WHERE id = ?`)
	sqlUndoing   = db.SQL(`UPDATE import_run SET undo_percent = ?, lease_until = ?, updated_at = ? WHERE id = ?`)
	sqlConflicts = db.SQL(`UPDATE import_run SET conflicts = conflicts + ? WHERE id = ?`)
	sqlForget    = db.SQL(`DELETE FROM import_run WHERE id = ?`)

	sqlAddProblem    = db.SQL(`INSERT INTO import_problem (run_id, line, field, key, args, fatal, cells) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlDropProblems  = db.SQL(`DELETE FROM import_problem WHERE run_id = ?`)
	sqlProblems      = db.SQL(`SELECT id, line, field, key, args, fatal, cells FROM import_problem WHERE run_id = ? AND id > ? AND fatal >= ? ORDER BY id LIMIT ?`)
	sqlCountProblems = db.SQL(`SELECT count(*) FROM import_problem WHERE run_id = ? AND fatal = 0`)
)

func (e *Engine) read(ctx context.Context, id int64) (Run, error) {
	a := auth.From(ctx)
	all := 0
	if a.Reach == auth.All {
		all = 1
	}
	var r Run
	err := e.db.Reader(ctx).Get(ctx, &r, sqlRun, id, all, a.UserID)
	return r, db.OrNotFound(err)
}

func list(ctx context.Context, q db.Q, before int64, limit int) ([]Run, error) {
	if before == 0 {
		before = 1 << 62
	}
	var runs []Run
	var err error
	if a := auth.From(ctx); a.Reach == auth.All {
		err = q.Select(ctx, &runs, sqlRuns, before, limit)
	} else {
		err = q.Select(ctx, &runs, sqlMyRuns, a.UserID, before, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	return runs, nil
}

func addProblems(ctx context.Context, tx *db.Tx, run int64, batch []*Record) error {
	for _, rec := range batch {
		failed := false
		for _, row := range rec.Rows {
			for _, p := range row.problems {
				failed = failed || p.Fatal
			}
		}
		for _, row := range rec.Rows {
			problems := row.problems
			if failed && !slices.ContainsFunc(problems, func(p Problem) bool { return p.Fatal }) { // the file of failed rows has all rows of the record
				problems = append(problems[:len(problems):len(problems)], Problem{Line: row.Line, Key: "import.problem.same_record", Fatal: true})
			}
			for _, p := range problems {
				if err := addProblem(ctx, tx, run, p, row.Cells); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func addProblem(ctx context.Context, tx *db.Tx, run int64, p Problem, cells []string) error {
	args, err := json.Marshal(p.Args)
	if err != nil {
		return fmt.Errorf("note a problem: %w", err)
	}
	text, err := json.Marshal(brief(cells))
	if err != nil {
		return fmt.Errorf("note a problem: %w", err)
	}
	if _, err := tx.Insert(ctx, sqlAddProblem, run, p.Line, p.Field, p.Key, string(args), p.Fatal, string(text)); err != nil {
		return fmt.Errorf("note a problem: %w", err)
	}
	return nil
}

// problems calls fn for each problem of a run behind another (0 = all), in order.
func problems(ctx context.Context, q db.Q, run, after int64, fatalOnly bool, limit int, fn func(Problem) error) error {
	fatal := 0
	if fatalOnly {
		fatal = 1
	}
	for limit > 0 {
		var rows []struct {
			ID    int64  `db:"id"`
			Line  int    `db:"line"`
			Field string `db:"field"`
			Key   string `db:"key"`
			Args  string `db:"args"`
			Fatal bool   `db:"fatal"`
			Cells string `db:"cells"`
		}
		if err := q.Select(ctx, &rows, sqlProblems, run, after, fatal, min(limit, 500)); err != nil {
			return fmt.Errorf("list problems of import %d: %w", run, err)
		}
		for _, r := range rows {
			p := Problem{id: r.ID, Line: r.Line, Field: r.Field, Key: r.Key, Fatal: r.Fatal}
			if err := json.Unmarshal([]byte(r.Args), &p.Args); err != nil {
				return fmt.Errorf("read a problem of import %d: %w", run, err)
			}
			if err := json.Unmarshal([]byte(r.Cells), &p.Cells); err != nil {
				return fmt.Errorf("read a problem of import %d: %w", run, err)
			}
			if err := fn(p); err != nil {
				return err
			}
			after = r.ID
		}
		limit -= len(rows)
		if len(rows) == 0 || len(rows) < 500 && limit > 0 {
			return nil
		}
	}
	return nil
}
