package importer

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"regulars/app/kit/tabular"
)

// Preview is what a file looks like under the options chosen so far.
type Preview struct {
	Format    tabular.Format
	Encoding  string
	Delimiter string
	Sheet     string
	Sheets    []string
	Columns   []PreviewColumn
	Matched   int
	Letters   []Letters   // the same cells in other encodings
	Record    []ShownCell // one row as it will be taken
	Row       int         // which, counted from 1
	Rows      int         // rows looked at
	Preset    string      // i18n key of the program whose export it is, "" = nobody's
}

// PreviewColumn is one column of the file.
type PreviewColumn struct {
	Header   string
	Examples string
	Filled   int    // percent of the rows looked at
	Goes     string // the kind's column, "" = left out
	Sure     string // i18n key: why
	Found    string // the kind of field that its cells would make
}

// Tone is how the page shows how sure the mapping is.
func (c PreviewColumn) Tone() string {
	switch c.Sure {
	case "import.sure.same_name":
		return "accent"
	case "import.sure.chosen":
		return "info"
	}
	return ""
}

// Before is the row to turn back to.
func (p Preview) Before() int { return max(1, p.Row-1) }

// After is the row to turn to next.
func (p Preview) After() int { return min(p.Rows, p.Row+1) }

// Letters are some cells of the file read in one encoding.
type Letters struct {
	Encoding string
	Text     string
	Current  bool
	Detected bool
}

// ShownCell is a value with the label of where it goes.
type ShownCell struct {
	Column Column
	Value  string
}

const previewRows = 200

// Preview reads the head of a run's file. row is the one to show, from 1.
func (e *Engine) Preview(ctx context.Context, id int64, row int) (Preview, error) {
	run, k, err := e.mine(ctx, id)
	if err != nil {
		return Preview{}, err
	}
	o := run.Options()
	t, closeFile, err := e.open(run.SHA256, o)
	if err != nil {
		return Preview{}, err
	}
	defer closeFile()
	p := Preview{Format: t.Format, Encoding: t.Encoding, Sheet: t.Sheet, Sheets: t.Sheets}
	if t.Delimiter != 0 {
		p.Delimiter = string(t.Delimiter)
	}
	var rows [][]string
	var lines []int
	for len(rows) < previewRows {
		cells, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return p, err
		}
		cleanAll(cells)
		rows, lines = append(rows, cells), append(lines, t.Line())
	}
	p.Rows, p.Row = len(rows), max(1, min(row, len(rows)))
	guessed := k.Guess(t.Header)
	if preset, ok := Recognise(k.Name, t.Header); ok {
		p.Preset, guessed = preset.Label(), k.by(preset, t.Header, guessed)
	}
	for i, h := range t.Header {
		c := previewColumn(h, i, rows)
		c.Found, _ = GuessKind(column(rows, i))
		if i < len(o.Columns) {
			c.Goes = o.Columns[i]
		}
		switch {
		case c.Goes == "":
			c.Sure = "import.sure.left_out"
		case c.Goes == guessed[i]:
			c.Sure = "import.sure.same_name"
		default:
			c.Sure = "import.sure.chosen"
		}
		if isNew(c.Goes) {
			c.Sure = "import.sure.new_field"
		}
		if c.Goes != "" {
			p.Matched++
		}
		p.Columns = append(p.Columns, c)
	}
	if len(rows) > 0 {
		shown := newPlan(k, o).row(rows[p.Row-1], lines[p.Row-1])
		for i, c := range k.Columns {
			if shown.values[i] != "" {
				p.Record = append(p.Record, ShownCell{c, brief([]string{shown.values[i]})[0]})
			}
		}
	}
	if t.Format != tabular.XLSX {
		p.Letters = e.letters(run, o, t.Encoding)
	}
	return p, nil
}

// brief leaves of photos only what shows that there is one.
func brief(cells []string) []string {
	const most = 40
	out := cells
	for i, cell := range cells {
		if len(cell) > most && strings.HasPrefix(cell, "data:") {
			if &out[0] == &cells[0] {
				out = slices.Clone(cells)
			}
			out[i] = cell[:most] + "…"
		}
	}
	return out
}

func column(rows [][]string, i int) []string {
	var out []string
	for _, cells := range rows {
		if i < len(cells) {
			out = append(out, cells[i])
		}
	}
	return out
}

func previewColumn(header string, i int, rows [][]string) PreviewColumn {
	c := PreviewColumn{Header: header}
	var examples []string
	filled := 0
	for _, cells := range rows {
		if i >= len(cells) || cells[i] == "" {
			continue
		}
		filled++
		if short := clip(cells[i], 30); len(examples) < 2 && !slices.Contains(examples, short) {
			examples = append(examples, short)
		}
	}
	if len(rows) > 0 {
		c.Filled = filled * 100 / len(rows)
	}
	c.Examples = strings.Join(examples, ", ")
	return c
}

func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if rs := []rune(s); len(rs) > n {
		return string(rs[:n-1]) + "…"
	}
	return s
}

// letters reads the first cells that are not plain ASCII in every encoding, so
// that a person can see which one is right.
func (e *Engine) letters(run Run, o Options, current string) []Letters {
	detected := current
	if o.Encoding != "" {
		if t, closeFile, err := e.open(run.SHA256, Options{Delimiter: o.Delimiter}); err == nil {
			detected = t.Encoding
			closeFile()
		}
	}
	var out []Letters
	for _, encoding := range tabular.Encodings() {
		if strings.HasPrefix(encoding, "utf-16") != strings.HasPrefix(detected, "utf-16") {
			continue
		}
		try := o
		try.Encoding = encoding
		if text := e.strange(run.SHA256, try); text != "" {
			out = append(out, Letters{encoding, text, encoding == current, encoding == detected})
		}
	}
	return out
}

func (e *Engine) strange(sha string, o Options) string {
	t, closeFile, err := e.open(sha, o)
	if err != nil {
		return ""
	}
	defer closeFile()
	var cells []string
	row := t.Header
	for n := 0; n < previewRows && len(cells) < 3; n++ {
		for _, c := range row {
			if strings.ContainsFunc(c, func(r rune) bool { return r > 0x7f }) && len(cells) < 3 {
				cells = append(cells, clip(c, 16))
			}
		}
		if row, err = t.Next(); err != nil {
			break
		}
	}
	return strings.Join(cells, ", ")
}
