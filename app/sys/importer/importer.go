// Package importer brings in tables from elsewhere. A slice says which columns
// it understands and how one record is taken; the engine does the rest: reading
// any usual file, mapping, a check that writes nothing, a run in small batches
// that survives a kill, and taking the whole run back.
package importer

import (
	"context"
	"errors"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/tabular"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// Kind is a sort of record that can be imported, handed over by its slice.
type Kind struct {
	Name       string // the API's plural noun: "customers"
	Permission string // who may write them: "customer.write"
	Href       string // their list: "/customers"
	Open       string // where one of them is looked at, before its id: "/customers/"
	Subject    string // the kind of record whose own fields an import may make, "" = none
	Columns    []Column
	Match      []string // columns by which a record that is already here can be known, in this order
	Group      string   // column whose equal neighbours are one record (orders); "" = every row is one
	Several    string   // part (Column.Of) of which a record may have several, one a row: see plan.continues
	Missing    bool     // rows may name things that do not exist yet; "create missing" is offered
	// More are columns that the shop itself added, asked for when a file is read.
	More func(ctx context.Context) ([]Column, error)
	// Start begins a run or a check.
	Start func(o Options) Work
}

// Column is one thing a row can say.
type Column struct {
	Name     string   // as in the contract: "owner_email"
	Synonyms []string // headers besides the usual ones, English and Chinese, in any case and spacing
	Required bool
	Or       []string          // columns that do as well as this required one
	Titles   map[string]string // by language: what somebody called a field of their own
	Number   bool              // amounts and quantities: 1.2E+11 is a number here, not a spoilt code

	Of    string // the part of a record that it is about: "contact" of a customer; "" = the record itself
	Nth   int    // which of several such parts, from 1; 0 = there is but one
	Says  string // the column whose label it has, when that is not the end of its own name
	Quiet bool   // known by its header but not offered
}

// Label is the i18n key of the kind's name.
func (k Kind) Label() string { return "import.kind." + strings.ReplaceAll(k.Name, "-", "_") }

// Label is the i18n key of the column's name, which is also its header in an export.
func (c Column) Label() string {
	if c.Says != "" {
		return "import.column." + c.Says
	}
	return "import.column." + c.Name[strings.LastIndexByte(c.Name, '.')+1:]
}

// In is the column's name in the reader's language.
func (c Column) In(l *i18n.Locale) string {
	title := c.Titles[l.Tag()]
	if title == "" {
		title = l.T(c.Label())
	}
	switch {
	case c.Of == "":
		return title
	case c.Nth > 1:
		return l.T("import.of_part_nth", "part", l.T("import.part."+c.Of), "n", c.Nth, "column", title)
	}
	return l.T("import.of_part", "part", l.T("import.part."+c.Of), "column", title)
}

// Outcome is what became of a record.
type Outcome int

// The outcomes; a record that fails is an error instead.
const (
	Created Outcome = iota + 1
	Updated
	Skipped
)

// Work takes the records of one run, batch by batch, each batch in its own
// transaction. What it remembers from one call to the next must not be the ids
// of rows that a failed record or a check has rolled back: load those in Begin.
type Work interface {
	// Begin prepares a batch: one look-up for all records instead of one each.
	// It may be called a second time for a batch that was rolled back.
	Begin(ctx context.Context, tx *db.Tx, batch []*Record) error
	// Take writes one record. An errs.Error fails only this record.
	Take(ctx context.Context, tx *db.Tx, r *Record) (Outcome, error)
	// End finishes the batch: what is derived of it, one event for all.
	End(ctx context.Context, tx *db.Tx) error
}

// Preparer is a Work with something to do before a batch's transaction begins,
// so that nobody waits for it, such as looking at pictures.
type Preparer interface{ Prepare(batch []*Record) }

// Record is what one or, with Kind.Group, several neighbouring rows say.
type Record struct {
	*Row // the first
	Rows []*Row

	outcome Outcome
	record  int64 // what it has become or meant
}

// Row is one row of the file.
type Row struct {
	Line  int
	Cells []string // as they came

	plan     *plan
	whole    *Row     // the row of which this is a part, see Part
	prefix   string   // before the names of a part's columns
	values   []string // per column of the kind
	problems []Problem
	own      int // how many of the problems were there before the slice saw the row
}

// Get is the cell of a column, or the default for all rows.
func (r *Row) Get(column string) string {
	i, ok := r.plan.index[r.prefix+column]
	if !ok {
		return ""
	}
	return r.values[i]
}

// Part is what the row says of one part of its record: the columns whose names
// begin with the part's, which it calls without it.
func (r *Row) Part(name string) *Row {
	return &Row{Line: r.Line, Cells: r.Cells, plan: r.plan, values: r.values, whole: r, prefix: name + "."}
}

// Says tells whether any cell of the part has something in it.
func (r *Row) Says() bool {
	for i, c := range r.plan.kind.Columns {
		if r.values[i] != "" && strings.HasPrefix(c.Name, r.prefix) {
			return true
		}
	}
	return false
}

// Has tells whether the file has the column at all, or a default for it.
func (r *Row) Has(column string) bool {
	i, ok := r.plan.index[r.prefix+column]
	return ok && (len(r.plan.sources[i]) > 0 || r.plan.defaults[i] != "")
}

// Remark notes what is odd about a row that is taken all the same.
func (r *Row) Remark(column, key string, args ...any) { r.note(column, key, args, false) }

func (r *Row) note(column, key string, args []any, fatal bool) {
	m := errs.New(errs.Invalid, key, args...).Message
	r.told(Problem{Line: r.Line, Field: column, Key: m.Key, Args: m.Args, Fatal: fatal})
}

// told keeps a problem with the whole row.
func (r *Row) told(p Problem) {
	if p.Field = r.prefix + p.Field; r.whole != nil {
		r = r.whole
	}
	r.problems = append(r.problems, p)
}

// Date reads a cell as a calendar date; what cannot be one is not ok.
func (r *Row) Date(column string) (day string, ok bool) {
	return tabular.ParseDate(r.Get(column), r.plan.order)
}

// Decimal reads a cell as a number in canonical form.
func (r *Row) Decimal(column string) (string, bool) { return tabular.ParseDecimal(r.Get(column)) }

// List cuts a cell that holds several values.
func (r *Row) List(column string) []string {
	return strings.FieldsFunc(r.Get(column), func(c rune) bool { return strings.ContainsRune(",;，；、|\n", c) })
}

// Problem is what is wrong with a row, or only odd when it is not fatal.
type Problem struct {
	id    int64
	Line  int
	Field string
	Key   string
	Args  errs.Args
	Fatal bool
	Cells []string
}

// ProblemControl is the remark on a cell from which control characters were taken.
const ProblemControl = "import.problem.control"

// rowError is an error of one row of a record that has several.
type rowError struct {
	row *Row
	err error
}

func (e *rowError) Error() string { return e.err.Error() }
func (e *rowError) Unwrap() error { return e.err }

// At says which of a record's rows an error is about; without it, it is the first.
func At(row *Row, err error) error {
	if err == nil {
		return nil
	}
	return &rowError{row, err}
}

// fail turns an expected error into problems of the record; any other error
// goes on and stops the run.
func (r *Record) fail(err error) error {
	row := r.Row
	prefix := ""
	if at, ok := errors.AsType[*rowError](err); ok {
		row, err = at.row, at.err
	}
	if row.whole != nil {
		row, prefix = row.whole, row.prefix
	}
	e, ok := errs.As(err)
	if !ok || e.Kind == errs.Internal || e.Kind == errs.Unavailable {
		return err
	}
	r.record = 0
	r.forget() // remarks on what is not taken say nothing
	for _, field := range e.FieldNames() {
		m := e.Fields[field]
		row.problems = append(row.problems, Problem{Line: row.Line, Field: prefix + field, Key: m.Key, Args: m.Args, Fatal: true})
	}
	if len(e.Fields) == 0 {
		row.problems = append(row.problems, Problem{Line: row.Line, Key: e.Message.Key, Args: e.Message.Args, Fatal: true})
	}
	return nil
}

// forget drops the problems noted by the slice, for another try. What the plan
// itself remarked on stays.
func (r *Record) forget() {
	for _, row := range r.Rows {
		row.problems = row.problems[:row.own]
	}
}
