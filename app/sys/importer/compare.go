package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"regulars/app/sys/db"
)

// Comparer is a Work that can show what is here beside what a row says, so
// that a person can choose between them field by field.
type Comparer interface {
	Work
	// Compare finds, after Begin, the one record that a row means; nil when
	// there is none, or none that the actor may see. It writes nothing.
	Compare(ctx context.Context, tx *db.Tx, r *Record) (*Pair, error)
}

// Pair is a record that is here and the row that means it.
type Pair struct {
	Line   int
	ID     int64
	Title  string
	Known  string // the column by which it is known
	Fields []PairField
}

// PairField is one column in which the two differ.
type PairField struct {
	Column string
	Here   string
	File   string
	Adds   bool // the file's value is added to what is here instead of replacing it
	Taken  bool // the file's value will be used, as things stand
}

// Label is the i18n key of the column's name.
func (f PairField) Label() string { return Column{Name: f.Column}.Label() }

// Pairs are the first rows of a file whose records are here already.
type Pairs struct {
	Can    bool // this kind can be compared at all
	Found  int
	Looked int    // rows that were looked at
	Shown  *Pair  // one of them, nil when there is none
	At     int    // which, from 1
	On     string // what will become of it
	Chosen bool   // that was decided for this row alone
}

// Next is the pair to turn to, the first after the last.
func (p Pairs) Next() int { return p.At%max(1, p.Found) + 1 }

// maxPairs bounds the pairs that a preview shows.
const maxPairs = 50

// Pairs looks through the head of a run's file for records that are already
// here, and compares the one at a place counted from 1. What the look-up of the
// slice may write is rolled back.
func (e *Engine) Pairs(ctx context.Context, id int64, at int) (Pairs, error) {
	run, k, err := e.mine(ctx, id)
	if err != nil {
		return Pairs{}, err
	}
	o := run.Options()
	o.Dry = true
	work, ok := k.Start(o).(Comparer)
	if !ok || o.ready(k) != nil || len(o.Match) == 0 {
		return Pairs{Can: ok}, nil
	}
	batch, err := e.head(run, k, o)
	if err != nil {
		return Pairs{}, err
	}
	var found []*Pair
	err = e.db.Write(ctx, "import.compare", func(ctx context.Context, tx *db.Tx) error {
		if err := work.Begin(ctx, tx, batch); err != nil {
			return err
		}
		for _, r := range batch {
			p, err := work.Compare(ctx, tx, r)
			if err != nil {
				return err
			}
			if p == nil {
				continue
			}
			p.Line = r.Line
			if found = append(found, p); len(found) == maxPairs {
				break
			}
		}
		return errDry
	})
	if !errors.Is(err, errDry) {
		return Pairs{}, fmt.Errorf("compare import %d: %w", id, err)
	}
	out := Pairs{Can: true, Found: len(found), Looked: len(batch)}
	if len(found) == 0 {
		return out, nil
	}
	out.At = max(1, min(at, len(found)))
	out.Shown = found[out.At-1]
	line := out.Shown.Line
	out.On, out.Chosen = o.On(line), o.Rows[line].On != ""
	for i := range out.Shown.Fields {
		f := &out.Shown.Fields[i]
		f.Taken = o.Takes(line, f.Column, f.Here == "")
	}
	return out, nil
}

// head reads the records of a file's first rows.
func (e *Engine) head(run Run, k Kind, o Options) ([]*Record, error) {
	t, closeFile, err := e.open(run.SHA256, o)
	if err != nil {
		return nil, err
	}
	defer closeFile()
	src := &source{table: t, plan: newPlan(k, o)}
	return src.take(previewRows)
}

// Decide stores what a person chose about one row whose record is here, and
// with forAll about all such rows.
func (e *Engine) Decide(ctx context.Context, id int64, line int, choice RowChoice, forAll bool) (Run, error) {
	return e.rethink(ctx, id, func(o *Options) { o.Decide(line, choice, forAll) })
}

// Fix is a cell typed anew.
type Fix struct {
	Line   int
	Column string
	Value  string
}

// Fix keeps cells that a person typed anew with the run and checks it again.
func (e *Engine) Fix(ctx context.Context, id int64, fixes []Fix) (Run, error) {
	run, err := e.rethink(ctx, id, func(o *Options) {
		for _, f := range fixes {
			o.Fix(f.Line, f.Column, f.Value)
		}
	})
	if err != nil {
		return run, err
	}
	return e.Check(ctx, id)
}

// Unfix forgets all cells typed anew and checks the file as it came.
func (e *Engine) Unfix(ctx context.Context, id int64) (Run, error) {
	run, err := e.rethink(ctx, id, func(o *Options) { o.Fixes = nil })
	if err != nil {
		return run, err
	}
	return e.Check(ctx, id)
}

func (e *Engine) rethink(ctx context.Context, id int64, change func(*Options)) (Run, error) {
	run, _, err := e.mine(ctx, id)
	if err != nil {
		return run, err
	}
	o := run.Options()
	change(&o)
	return e.Choose(ctx, id, o)
}

// Cell is what a problem's row has in the column that the problem is about;
// known tells whether that is one of the kind's columns, so that it can be
// typed anew.
func (e *Engine) Cell(run Run, p Problem) (value string, known bool) {
	i := slices.IndexFunc(e.kinds, func(k Kind) bool { return k.Name == run.Kind })
	if i < 0 || e.kinds[i].column(p.Field) == nil {
		return "", false
	}
	o := run.Options()
	if fixed, ok := o.Fixes[p.Line][p.Field]; ok {
		return fixed, true
	}
	for at, name := range o.Columns {
		if name == p.Field && at < len(p.Cells) && p.Cells[at] != "" {
			return p.Cells[at], true
		}
	}
	return "", true
}
