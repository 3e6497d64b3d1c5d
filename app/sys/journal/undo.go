package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// Window is how long a change can be taken back.
const Window = 30 * 24 * time.Hour

// Conflict is a row that undo leaves alone because it changed since, or
// because what it needs is gone.
type Conflict struct {
	Change int64  `json:"change"`
	Table  string `json:"table"`
	Row    int64  `json:"row"`
	Reason string `json:"reason"` // changed, gone, taken, erased, hidden
}

// Outcome says what an undo did.
type Outcome struct {
	Set       int64      `json:"set"` // the new set, which can itself be undone
	Rows      int        `json:"rows"`
	Conflicts []Conflict `json:"conflicts,omitempty"`
}

// Options narrow an undo.
type Options struct {
	Only          []int64 // change ids; empty means all
	SkipConflicts bool    // undo the rest when some rows changed since
	Force         []int64 // change ids to set back although the row was changed since
	Anytime       bool    // beyond the window and whatever was changed since: for sample data
}

var (
	sqlGroupSets    = db.SQL(`SELECT id FROM journal_set WHERE group_id = ? AND undone_by IS NULL AND rows > 0 ORDER BY id DESC`)
	sqlChangedSince = db.SQL(`
		SELECT EXISTS (
			SELECT 1 FROM journal_change c JOIN journal_set later ON later.id = c.set_id
			WHERE c.tbl = ? AND c.row_id = ? AND c.op = 'U' AND c.id > ?
				AND later.undone_by IS NULL AND later.undo_of IS NULL AND later.group_id <> ?)`)
	sqlUndoneIn = db.SQL(`
		SELECT u.group_id FROM journal_set s JOIN journal_set u ON u.id = s.undone_by
		WHERE s.group_id = ? AND coalesce(u.user_id, 0) = ? ORDER BY s.id DESC LIMIT 1`)
	sqlMarkUndone = db.SQL(`UPDATE journal_set SET undone_by = ? WHERE id = ?`)
	sqlUnmark     = db.SQL(`UPDATE journal_set SET undone_by = NULL WHERE id = ?`)
	sqlVoid       = db.SQL(`UPDATE event SET void = ? WHERE set_id = ?`)
	sqlInverse    = db.SQL(`SELECT id, tbl, row_id, op, coalesce(data, '') AS data FROM journal_change WHERE set_id = ? ORDER BY id DESC`)
)

type change struct {
	ID   int64  `db:"id"`
	Tbl  string `db:"tbl"`
	Row  int64  `db:"row_id"`
	Op   string `db:"op"`
	Data string `db:"data"`
}

// Undo writes the inverse of a set as a new set. The caller has checked that
// the actor may. Rows that changed since are conflicts: nothing is done then,
// unless SkipConflicts, which leaves only those rows alone.
func (j *Journal) Undo(ctx context.Context, set int64, o Options) (Outcome, error) {
	return j.undoIn(ctx, set, o, 0)
}

// undoIn is Undo as a part of a larger one, 0 = by itself.
func (j *Journal) undoIn(ctx context.Context, set int64, o Options, group int64) (Outcome, error) {
	ctx = WithNote(ctx, &Note{UndoOf: set, Group: group})
	out, err := db.WriteOne(ctx, j.db, "history.undo", func(ctx context.Context, tx *db.Tx) (Outcome, error) {
		s, err := j.one(ctx, tx, set)
		if err != nil {
			return Outcome{}, err
		}
		if s.UndoneBy != 0 {
			return Outcome{}, errs.New(errs.Conflict, "history.error.already_undone")
		}
		if reason := j.Stands(s.Op); reason != "" && !o.Anytime {
			return Outcome{}, errs.New(errs.Conflict, reason)
		}
		if !o.Anytime && tx.Now.Sub(s.At.Time) > Window {
			return Outcome{}, errs.New(errs.Conflict, "history.error.too_old", "days", int(Window.Hours()/24))
		}
		n := noteOf(tx)
		n.SubjectKind, n.SubjectID, n.Label = s.SubjectKind, int64(s.SubjectID), s.Label
		return j.undo(ctx, tx, s, o)
	})
	if db.IsConstraint(err) { // a row would point at one that stays gone
		return out, errs.New(errs.Conflict, "history.error.together")
	}
	return out, err
}

// UndoGroup takes back all sets of a larger action, newest first, each in its
// own transaction so that others can save meanwhile. Conflicting rows are left
// alone and reported. A kill between two sets loses nothing: run it again. The
// new sets are one action too, which can itself be taken back.
func (j *Journal) UndoGroup(ctx context.Context, group int64, progress func(done, total int)) (Outcome, error) {
	var sets []int64
	if err := j.db.Reader(ctx).Select(ctx, &sets, sqlGroupSets, group); err != nil {
		return Outcome{}, fmt.Errorf("list the sets of %d: %w", group, err)
	}
	var total Outcome // its set is the first of the action
	if _, err := db.Found(j.db.Reader(ctx).Get(ctx, &total.Set, sqlUndoneIn, group, auth.From(ctx).UserID)); err != nil {
		return total, fmt.Errorf("look for what was taken back of %d: %w", group, err)
	}
	for i, set := range sets {
		out, err := j.undoIn(ctx, set, Options{SkipConflicts: true}, total.Set)
		if err != nil {
			return total, err
		}
		if total.Set == 0 && out.Rows > 0 { // without rows there is no set
			total.Set = out.Set
		}
		total.Rows += out.Rows
		total.Conflicts = append(total.Conflicts, out.Conflicts...)
		if progress != nil {
			progress(i+1, len(sets))
		}
	}
	return total, nil
}

func (j *Journal) undo(ctx context.Context, tx *db.Tx, s Set, o Options) (Outcome, error) {
	out := Outcome{Set: tx.Set}
	if _, err := tx.Exec(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil {
		return out, fmt.Errorf("defer foreign keys: %w", err)
	}
	var changes []change
	if err := tx.Select(ctx, &changes, sqlInverse, s.ID); err != nil {
		return out, fmt.Errorf("read the changes of set %d: %w", s.ID, err)
	}
	touched := newTouch(j)
	for _, c := range changes {
		if len(o.Only) > 0 && !slices.Contains(o.Only, c.ID) && !slices.Contains(o.Force, c.ID) {
			continue
		}
		if _, known := j.tables[c.Tbl]; !known {
			return out, fmt.Errorf("undo set %d: table %s is not journaled", s.ID, c.Tbl)
		}
		if err := touched.see(ctx, tx, c); err != nil {
			return out, err
		}
		reason, err := j.invert(ctx, tx, s, c, o)
		if err != nil {
			return out, err
		}
		if reason != "" {
			out.Conflicts = append(out.Conflicts, Conflict{c.ID, c.Tbl, c.Row, reason})
			continue
		}
		out.Rows++
		if err := touched.see(ctx, tx, c); err != nil {
			return out, err
		}
	}
	if len(out.Conflicts) > 0 && !o.SkipConflicts {
		e := errs.New(errs.Conflict, "history.error.conflict", "n", len(out.Conflicts))
		e.Current = out
		return out, e
	}
	return out, j.finish(ctx, tx, s, out, touched)
}

func (j *Journal) finish(ctx context.Context, tx *db.Tx, s Set, out Outcome, touched *touch) error {
	if out.Rows == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, sqlMarkUndone, tx.Set, s.ID); err != nil {
		return fmt.Errorf("mark set %d undone: %w", s.ID, err)
	}
	if _, err := tx.Exec(ctx, sqlVoid, 1, s.ID); err != nil {
		return fmt.Errorf("void the events of set %d: %w", s.ID, err)
	}
	if s.UndoOf != 0 { // undoing an undo: what it took back stands again
		if _, err := tx.Exec(ctx, sqlUnmark, int64(s.UndoOf)); err != nil {
			return fmt.Errorf("reinstate set %d: %w", s.UndoOf, err)
		}
		if _, err := tx.Exec(ctx, sqlVoid, 0, int64(s.UndoOf)); err != nil {
			return fmt.Errorf("reinstate the events of set %d: %w", s.UndoOf, err)
		}
	}
	return touched.refresh(ctx, tx)
}

// invert writes the inverse of one change, or says why it cannot. A new row
// that somebody has worked on since is not taken away from them.
func (j *Journal) invert(ctx context.Context, tx *db.Tx, s Set, c change, o Options) (conflict string, err error) {
	if c.Data == "" && c.Op != "I" {
		return "erased", nil // a person's, and they were erased since
	}
	if !o.Anytime {
		if j.own[s.Op] && s.UserID != 0 && int64(s.UserID) == auth.From(ctx).UserID {
			ctx = auth.As(ctx, "undo")
		}
		if hidden, err := j.hidden(ctx, tx, c); err != nil || hidden {
			return "hidden", err
		}
	}
	switch c.Op {
	case "I":
		var changed bool
		if err := tx.Get(ctx, &changed, sqlChangedSince, c.Tbl, c.Row, c.ID, s.Group); err != nil {
			return "", fmt.Errorf("look at row %d of %s: %w", c.Row, c.Tbl, err)
		}
		if held := j.tables[c.Tbl].Held; held != "" && !changed { // what came in with the row is taken back by now
			if err := tx.Get(ctx, &changed, held, c.Row); err != nil {
				return "", fmt.Errorf("look at what stands on row %d of %s: %w", c.Row, c.Tbl, err)
			}
		}
		if changed && !o.Anytime {
			return "changed", nil
		}
		_, err := tx.Exec(ctx, "DELETE FROM "+quote(c.Tbl)+" WHERE id = ?", c.Row)
		if db.IsConstraint(err) {
			return "changed", nil // something else stands on it by now
		}
		if err != nil {
			return "", fmt.Errorf("take back row %d of %s: %w", c.Row, c.Tbl, err)
		}
		return "", nil // gone, also when it was gone already
	case "D":
		return j.reinsert(ctx, tx, c)
	default:
		return j.revert(ctx, tx, c, slices.Contains(o.Force, c.ID))
	}
}

func (j *Journal) reinsert(ctx context.Context, tx *db.Tx, c change) (string, error) {
	values, err := decode[any](c.Data)
	if err != nil {
		return "", fmt.Errorf("read deleted row %d of %s: %w", c.Row, c.Tbl, err)
	}
	columns, err := columnsOf(ctx, tx, c.Tbl)
	if err != nil {
		return "", err
	}
	var names, marks []string
	var args []any
	for _, col := range columns { // a column added since keeps its default
		if v, ok := values[col]; ok {
			names, marks, args = append(names, quote(col)), append(marks, "?"), append(args, bindable(v))
		}
	}
	_, err = tx.Exec(ctx, "INSERT INTO "+quote(c.Tbl)+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", args...)
	if db.IsConstraint(err) {
		return "taken", nil
	}
	if err != nil {
		return "", fmt.Errorf("bring back row %d of %s: %w", c.Row, c.Tbl, err)
	}
	return "", nil
}

// revert sets a changed row back. Unless forced, it leaves a row alone whose
// values are no longer those that the change wrote.
func (j *Journal) revert(ctx context.Context, tx *db.Tx, c change, forced bool) (string, error) {
	pairs, err := decode[[]any](c.Data)
	if err != nil {
		return "", fmt.Errorf("read change %d of %s: %w", c.ID, c.Tbl, err)
	}
	columns, err := columnsOf(ctx, tx, c.Tbl)
	if err != nil {
		return "", err
	}
	var sets, same []string
	var old, now []any
	for _, col := range columns {
		pair, ok := pairs[col]
		if !ok || len(pair) != 2 {
			continue
		}
		sets, old = append(sets, quote(col)+" = ?"), append(old, bindable(pair[0]))
		same, now = append(same, quote(col)+" IS ?"), append(now, bindable(pair[1]))
	}
	if len(sets) == 0 {
		return "gone", nil
	}
	if slices.Contains(columns, "version") {
		sets = append(sets, "version = version + 1")
	}
	if slices.Contains(columns, "updated_at") {
		sets, old = append(sets, "updated_at = ?"), append(old, tx.Now.UnixMilli())
	}
	where, args := "", append(old, c.Row)
	if !forced {
		where, args = " AND "+strings.Join(same, " AND "), append(args, now...)
	}
	n, err := tx.Exec(ctx, "UPDATE "+quote(c.Tbl)+" SET "+strings.Join(sets, ", ")+" WHERE id = ?"+where, args...)
	if db.IsConstraint(err) {
		return "taken", nil
	}
	if err != nil {
		return "", fmt.Errorf("set back row %d of %s: %w", c.Row, c.Tbl, err)
	}
	if n == 0 {
		return "changed", nil
	}
	return "", nil
}

func decode[T any](data string) (map[string]T, error) {
	out := map[string]T{}
	dec := json.NewDecoder(strings.NewReader(data))
	dec.UseNumber()
	return out, dec.Decode(&out)
}

// bindable turns a decoded JSON value into what SQLite stored.
func bindable(v any) any {
	n, ok := v.(json.Number)
	if !ok {
		return v
	}
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil {
		return n.String()
	}
	return f
}
