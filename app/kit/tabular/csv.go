package tabular

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"regulars/app/kit/errs"
)

// CSV as it is found: any line ends, quotes inside unquoted cells, text behind a
// closing quote, rows of different length. Only what would swallow the rest of
// the file is an error: a quote that never closes, a cell without end.

type csvReader struct {
	r         *bufio.Reader
	delimiter rune
	line      int // of the next character
	done      bool
}

func (t *Table) openCSV(text io.Reader, o Options) error {
	r := bufio.NewReaderSize(text, sample)
	head, err := r.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return readError(err)
	}
	rows := &csvReader{r: r, line: 1}
	rows.delimiter = rows.declared(head)
	if o.Delimiter != 0 {
		rows.delimiter = o.Delimiter
	}
	if rows.delimiter == 0 {
		rows.delimiter = sniffDelimiter(string(head))
	}
	t.Delimiter, t.rows = rows.delimiter, rows
	return nil
}

// declared takes Excel's first line "sep=;" off.
func (c *csvReader) declared(head []byte) rune {
	first, _, _ := strings.Cut(string(head[:min(len(head), 16)]), "\n")
	first = strings.TrimRight(first, "\r")
	if len(first) != 5 || !strings.EqualFold(first[:4], "sep=") {
		return 0
	}
	_, _ = c.r.ReadString('\n')
	c.line++
	return rune(first[4])
}

// sniffDelimiter takes the one that cuts the first rows most alike.
func sniffDelimiter(head string) rune {
	best, bestScore := ',', 0
	for _, d := range []rune{',', ';', '\t', '|'} {
		if score := alike(head, d); score > bestScore {
			best, bestScore = d, score
		}
	}
	return best
}

func alike(head string, d rune) int {
	c := csvReader{r: bufio.NewReader(strings.NewReader(head)), delimiter: d, line: 1}
	counts, rows := map[int]int{}, 0
	for rows < 30 {
		row, _, err := c.next()
		if err != nil {
			break
		}
		if len(row) == 1 && row[0] == "" {
			continue
		}
		counts[len(row)]++
		rows++
	}
	score := 0
	for width, n := range counts {
		if width > 1 {
			score = max(score, n*1000/rows*10+min(width, 50))
		}
	}
	return score
}

func (c *csvReader) close() error { return nil }

func (c *csvReader) next() ([]string, int, error) {
	if c.done {
		return nil, 0, io.EOF
	}
	start := c.line
	var row []string
	for {
		cell, end, err := c.cell(start)
		if err != nil {
			return nil, 0, err
		}
		if end == atFileEnd && len(row) == 0 && cell == "" {
			return nil, 0, io.EOF
		}
		row = append(row, cell)
		if len(row) > 20*MaxColumns {
			return nil, 0, errs.New(errs.Invalid, "import.error.too_many_columns", "line", start, "max", MaxColumns)
		}
		if end != atDelimiter {
			return row, start, nil
		}
	}
}

// what ended a cell
type ending int

const (
	atDelimiter ending = iota
	atLineEnd
	atFileEnd
)

// cell reads up to the delimiter or the end of the line, outside of quotes.
func (c *csvReader) cell(start int) (string, ending, error) {
	var b strings.Builder
	quoted, opened := false, false
	for {
		if b.Len() > maxCell {
			return "", 0, errs.New(errs.Invalid, "import.error.cell_too_long", "line", start)
		}
		r, _, err := c.r.ReadRune()
		if errors.Is(err, io.EOF) {
			c.done = true
			if quoted {
				return "", 0, errs.New(errs.Invalid, "import.error.open_quote", "line", start)
			}
			return finish(&b), atFileEnd, nil
		}
		if err != nil {
			return "", 0, readError(err)
		}
		switch {
		case r == 0 || r == '\ufeff' && b.Len() == 0 && !opened:
			continue
		case r == '"' && quoted:
			if c.peek('"') {
				b.WriteByte('"')
				continue
			}
			quoted = false
		case r == '"' && !opened && strings.TrimSpace(b.String()) == "":
			b.Reset()
			quoted, opened = true, true
		case r == '\r' || r == '\n':
			if r == '\r' {
				c.peek('\n')
			}
			c.line++
			if !quoted {
				return finish(&b), atLineEnd, nil
			}
			b.WriteByte('\n')
		case r == c.delimiter && !quoted:
			return finish(&b), atDelimiter, nil
		default:
			b.WriteRune(r)
		}
	}
}

// peek takes the next character if it is the wanted one.
func (c *csvReader) peek(want byte) bool {
	next, err := c.r.Peek(1)
	if err != nil || next[0] != want {
		return false
	}
	_, _ = c.r.Discard(1)
	return true
}

// finish trims blanks at both ends, those in quotes too: nobody means them.
func finish(b *strings.Builder) string { return strings.TrimSpace(b.String()) }
