package journal

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"regulars/app/sys/db"
)

// Set is the head of one change: who, what, when, why.
type Set struct {
	ID          int64   `db:"id"`
	Group       int64   `db:"group_id"`
	At          db.Time `db:"at"`
	UserID      db.ID   `db:"user_id"`
	Via         string  `db:"via"`
	Op          string  `db:"op"`
	Reason      string  `db:"reason"`
	SubjectKind string  `db:"subject_kind"`
	SubjectID   db.ID   `db:"subject_id"`
	Label       string  `db:"label"`
	Rows        int     `db:"rows"`
	UndoOf      db.ID   `db:"undo_of"`
	UndoneBy    db.ID   `db:"undone_by"`
}

// Row is one changed row of a set with its values before and after.
type Row struct {
	Change int64
	Table  string
	ID     int64
	Op     string // I, U or D
	Fields []Field
}

// Field is one column's value before and after; nil is nothing.
type Field struct {
	Name     string
	Old, New any
}

const setColumns = `id, group_id, at, user_id, via, op, reason, subject_kind, subject_id, label, rows, undo_of, undone_by`

var (
	sqlOne       = db.SQL(`SELECT ` + setColumns + ` FROM journal_set WHERE id = ?`)
	sqlAll       = db.List(`SELECT ` + setColumns + ` FROM journal_set WHERE id < ? AND id = group_id ORDER BY id DESC LIMIT ?`)
	sqlMine      = db.List(`SELECT ` + setColumns + ` FROM journal_set WHERE user_id = ? AND id < ? AND id = group_id ORDER BY id DESC LIMIT ?`)
	sqlOf        = db.List(`SELECT ` + setColumns + ` FROM journal_set WHERE subject_kind = ? AND subject_id = ? AND id < ? ORDER BY id DESC LIMIT ?`)
	sqlGroupRows = db.SQL(`SELECT coalesce(sum(rows), 0) FROM journal_set WHERE group_id = ?`)
	sqlRows      = db.SQL(`SELECT id, tbl, row_id, op, coalesce(data, '') AS data FROM journal_change WHERE set_id = ? AND id > ? ORDER BY id LIMIT ?`)
	sqlChain     = db.SQL(`SELECT id, at, coalesce(user_id, 0), via, op, rows, coalesce(salt, ''), digest, hash FROM journal_set ORDER BY id`)
)

// Query narrows a list of sets. Before is a set id (0 = newest).
type Query struct {
	UserID      int64 // only this person's
	SubjectKind string
	SubjectID   int64
	Before      int64
	Limit       int
}

// List reads sets, newest first. An action made of several sets (an import)
// appears once.
func (j *Journal) List(ctx context.Context, q Query) ([]Set, error) {
	if q.Before == 0 {
		q.Before = 1 << 62
	}
	var sets []Set
	var err error
	r := j.db.Reader(ctx)
	switch {
	case q.SubjectKind != "":
		err = r.Select(ctx, &sets, sqlOf, q.SubjectKind, q.SubjectID, q.Before, q.Limit)
	case q.UserID != 0:
		err = r.Select(ctx, &sets, sqlMine, q.UserID, q.Before, q.Limit)
	default:
		err = r.Select(ctx, &sets, sqlAll, q.Before, q.Limit)
	}
	if err != nil {
		return nil, fmt.Errorf("list the journal: %w", err)
	}
	return sets, nil
}

// One reads a set's head.
func (j *Journal) One(ctx context.Context, set int64) (Set, error) {
	return j.one(ctx, j.db.Reader(ctx), set)
}

func (j *Journal) one(ctx context.Context, q db.Q, set int64) (Set, error) {
	var s Set
	if err := db.OrNotFound(q.Get(ctx, &s, sqlOne, set)); err != nil {
		return s, err
	}
	return s, nil
}

// Rows reads the changed rows of a set in order, at most limit from after on.
func (j *Journal) Rows(ctx context.Context, set, after int64, limit int) ([]Row, error) {
	var changes []change
	if err := j.db.Reader(ctx).Select(ctx, &changes, sqlRows, set, after, limit); err != nil {
		return nil, fmt.Errorf("read set %d: %w", set, err)
	}
	rows := make([]Row, 0, len(changes))
	for _, c := range changes {
		row, err := c.row()
		if err != nil {
			return nil, fmt.Errorf("read set %d: %w", set, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// Size is the number of rows in all sets of an action.
func (j *Journal) Size(ctx context.Context, group int64) (int, error) {
	var n int
	err := j.db.Reader(ctx).Get(ctx, &n, sqlGroupRows, group)
	return n, err
}

// Current reads what a journaled row's columns hold now; nil when it is gone.
func (j *Journal) Current(ctx context.Context, table string, id int64) (map[string]any, error) {
	if _, known := j.tables[table]; !known {
		return nil, fmt.Errorf("read row %d: table %s is not journaled", id, table)
	}
	q := j.db.Reader(ctx)
	columns, err := columnsOf(ctx, q, table)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quote(c)
	}
	var values map[string]any
	err = q.Each(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+quote(table)+" WHERE id = ?", []any{id}, func(r *sqlx.Rows) error {
		values = map[string]any{}
		return r.MapScan(values)
	})
	if err != nil {
		return nil, fmt.Errorf("read row %d of %s: %w", id, table, err)
	}
	return values, nil
}

func (c change) row() (Row, error) {
	row := Row{Change: c.ID, Table: c.Tbl, ID: c.Row, Op: c.Op}
	if c.Data == "" { // an insert, or values that erasure has blanked
		return row, nil
	}
	if c.Op == "D" {
		values, err := decode[any](c.Data)
		if err != nil {
			return row, err
		}
		for name, v := range values {
			row.Fields = append(row.Fields, Field{Name: name, Old: bindable(v)})
		}
		return row, nil
	}
	pairs, err := decode[[]any](c.Data)
	if err != nil {
		return row, err
	}
	for name, p := range pairs {
		if len(p) == 2 {
			row.Fields = append(row.Fields, Field{Name: name, Old: bindable(p[0]), New: bindable(p[1])})
		}
	}
	return row, nil
}

// Verify walks the chain and returns the first set that was tampered with, or
// 0. Sets whose values were erased verify by their stored digest.
func (j *Journal) Verify(ctx context.Context) (int64, error) {
	q := j.db.Reader(ctx)
	prev, bad := "", int64(0)
	type link struct {
		header
		salt, hash string
	}
	var links []link
	err := q.Each(ctx, sqlChain, nil, func(r *sqlx.Rows) error {
		var l link
		if err := r.Scan(&l.ID, &l.At, &l.User, &l.Via, &l.Op, &l.Rows, &l.salt, &l.Digest, &l.hash); err != nil {
			return err
		}
		links = append(links, l)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("read the journal chain: %w", err)
	}
	for _, l := range links {
		if l.header.hash(prev) != l.hash {
			return l.ID, nil
		}
		if l.salt != "" {
			n, digest, err := digestOf(ctx, q, l.ID, l.salt)
			if err != nil {
				return 0, err
			}
			if n != l.Rows || digest != l.Digest {
				return l.ID, nil
			}
		}
		prev = l.hash
	}
	return bad, nil
}

// MayUndo tells whether a set is one that can still be taken back.
func (s Set) MayUndo(now db.Time) bool {
	return s.UndoneBy == 0 && s.Rows > 0 && now.Sub(s.At.Time) <= Window
}
