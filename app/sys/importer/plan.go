package importer

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"regulars/app/kit/tabular"
)

// plan is how the cells of a file become the columns of a kind.
type plan struct {
	kind     Kind
	index    map[string]int
	sources  [][]int // per column of the kind: where in the file
	defaults []string
	group    int  // column that groups rows, -1 = none
	several  bool // the file has columns of the part of which a record may have several
	order    tabular.Order
	fixes    map[int]map[string]string // by line and column: what a person typed instead
}

func newPlan(k Kind, o Options) *plan {
	p := &plan{kind: k, index: map[string]int{}, sources: make([][]int, len(k.Columns)), defaults: make([]string, len(k.Columns)), group: -1, order: tabular.DayFirst, fixes: o.Fixes}
	if o.MonthFirst {
		p.order = tabular.MonthFirst
	}
	for i, c := range k.Columns {
		p.index[c.Name] = i
		p.defaults[i], _ = clean(strings.TrimSpace(o.Defaults[c.Name]))
		if c.Name == k.Group {
			p.group = i
		}
	}
	for at, name := range o.Columns {
		if i, ok := p.index[name]; ok {
			p.sources[i] = append(p.sources[i], at)
			p.several = p.several || k.Several != "" && k.Columns[i].Of == k.Several
		}
	}
	return p
}

// row reads one row of the file. Cells for the same column stand in lines.
func (p *plan) row(cells []string, line int) *Row {
	dirty := cleanAll(cells)
	p.fix(cells, line)
	r := &Row{Line: line, Cells: cells, plan: p, values: make([]string, len(p.sources))}
	for i, sources := range p.sources {
		var value string
		for _, at := range sources {
			if at >= len(cells) || cells[at] == "" {
				continue
			}
			cell := fuse(cells[at])
			if dirty[at] {
				r.Remark(p.kind.Columns[i].Name, ProblemControl)
			}
			if !p.kind.Columns[i].Number && tabular.Mangled(cell) {
				r.Remark(p.kind.Columns[i].Name, "import.problem.mangled", "value", cell)
				continue
			}
			if value != "" {
				value += "\n"
			}
			value += cell
		}
		if fixed, ok := p.fixes[line][p.kind.Columns[i].Name]; ok && len(sources) == 0 {
			value = fixed
		}
		if value == "" {
			value = p.defaults[i]
		}
		r.values[i] = value
	}
	r.own = len(r.problems)
	return r
}

// fix puts what a person typed into the first cell of its column, in place of
// all that the file says there.
func (p *plan) fix(cells []string, line int) {
	for column, value := range p.fixes[line] {
		i, ok := p.index[column]
		if !ok {
			continue
		}
		for n, at := range p.sources[i] {
			if at >= len(cells) {
				continue
			}
			if cells[at] = ""; n == 0 {
				cells[at] = value
			}
		}
	}
}

// fuse takes off the apostrophe with which an export disarms a formula.
func fuse(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && tabular.Defuse(rest) == cell {
		return rest
	}
	return cell
}

// continues tells whether a row belongs to the record above it: it has the same
// group, or adds a part of which a record may have several and says nothing
// else, or the same again.
func (p *plan) continues(first, row *Row) bool {
	if !p.several {
		return row.values[p.group] == first.values[p.group]
	}
	adds, blank, same := false, true, true
	for i, c := range p.kind.Columns {
		value := row.values[i]
		if c.Of == p.kind.Several {
			adds = adds || value != ""
			continue
		}
		blank = blank && (value == "" || value == p.defaults[i])
		same = same && value == first.values[i]
	}
	return adds && (blank || same)
}

// source reads records from a file.
type source struct {
	table *tabular.Table
	plan  *plan
	ahead *Row // read, but belongs to the next record
	rows  int  // rows given out so far
}

// skip passes over rows that are done.
func (s *source) skip(rows int) error {
	for s.rows < rows {
		if _, err := s.table.Next(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fmt.Errorf("go on at row %d: %w", rows, err)
		}
		s.rows++
	}
	return nil
}

// maxGroup bounds the rows of one record.
const maxGroup = 1000

// maxWeight bounds the bytes of a batch: cards may hold photos.
const maxWeight = 16 << 20

// take reads records until they have size rows; none is the end of the file.
func (s *source) take(size int) ([]*Record, error) {
	var out []*Record
	n, weight := 0, 0
	for n < size && weight < maxWeight {
		r, err := s.record()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
		n += len(r.Rows)
		for _, row := range r.Rows {
			for _, cell := range row.Cells {
				weight += len(cell)
			}
		}
	}
	s.rows += n
	return out, nil
}

func (s *source) record() (*Record, error) {
	first, err := s.next()
	if err != nil {
		return nil, err
	}
	r := &Record{Row: first, Rows: []*Row{first}}
	if !s.plan.several && (s.plan.group < 0 || first.values[s.plan.group] == "") {
		return r, nil
	}
	for len(r.Rows) < maxGroup {
		row, err := s.next()
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return nil, err
		}
		if !s.plan.continues(first, row) {
			s.ahead = row
			return r, nil
		}
		r.Rows = append(r.Rows, row)
	}
	return r, nil
}

func (s *source) next() (*Row, error) {
	if row := s.ahead; row != nil {
		s.ahead = nil
		return row, nil
	}
	cells, err := s.table.Next()
	if err != nil {
		return nil, err
	}
	return s.plan.row(cells, s.table.Line()), nil
}
