// Package tabular reads tables that come from elsewhere: CSV of any usual
// encoding and delimiter, XLSX and vCard, each also gzipped. What a file is
// follows from its content, never from its name. Rows are streamed, limits keep
// hostile files small, and a file that cannot be read is explained by an i18n
// key. The package also writes CSV and XLSX, and parses cell values.
package tabular

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"regulars/app/kit/errs"
	"regulars/app/kit/tabular/vcf"
)

// Limits of a foreign file.
const (
	MaxColumns  = 1000
	maxCell     = 1 << 20   // bytes of one cell
	maxUnpacked = 512 << 20 // bytes after decompression
	maxPacked   = 256 << 20 // bytes of a workbook as it arrives
	maxInner    = 64 << 20  // bytes of a workbook inside gzip
	sample      = 64 << 10  // bytes that decide on encoding and delimiter
)

// Format is what sort of file it is.
type Format string

// The formats that can be read.
const (
	CSV   Format = "csv" // with any delimiter
	XLSX  Format = "xlsx"
	VCard Format = "vcard"
)

// Options are what the reader of a preview may switch; zero values are detected.
type Options struct {
	Encoding  string // one of Encodings, or any WHATWG label
	Delimiter rune   // of CSV
	Sheet     string // of XLSX
	TempDir   string // where big worksheets are unpacked; the system's when empty
}

// Table is a foreign file being read, row by row.
type Table struct {
	Format    Format
	Encoding  string   // CSV and vCard
	Delimiter rune     // CSV
	Sheets    []string // XLSX: all of them
	Sheet     string   // XLSX: the one being read
	Header    []string // first row that is not empty; vCard: vcf.Columns
	HeaderAt  int      // its line, 0 for vCard
	line      int
	rows      source
}

// source yields rows and the line each begins on; io.EOF ends it.
type source interface {
	next() ([]string, int, error)
	close() error
}

// Open finds out what a file is and reads its header row. Close the table.
func Open(r io.ReaderAt, size int64, o Options) (*Table, error) {
	head := make([]byte, 8)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the start of the table: %w", err)
	}
	if bytes.HasPrefix(head[:n], []byte{0x1f, 0x8b}) {
		return openGzip(r, size, o)
	}
	if isZip(head[:n]) {
		return openTable(&Table{Format: XLSX}, func(t *Table) error { return t.openXLSX(r, size, o) })
	}
	return openText(io.NewSectionReader(r, 0, size), o)
}

func openGzip(r io.ReaderAt, size int64, o Options) (*Table, error) {
	unpacked, err := gzip.NewReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, notATable(err)
	}
	buffered := bufio.NewReaderSize(&bounded{r: unpacked, left: maxUnpacked}, sample)
	head, _ := buffered.Peek(8)
	if !isZip(head) {
		return openText(buffered, o)
	}
	data, err := io.ReadAll(&bounded{r: buffered, left: maxInner})
	if err != nil {
		return nil, readError(err)
	}
	return openTable(&Table{Format: XLSX}, func(t *Table) error {
		return t.openXLSX(bytes.NewReader(data), int64(len(data)), o)
	})
}

func openText(r io.Reader, o Options) (*Table, error) {
	buffered := bufio.NewReaderSize(&bounded{r: r, left: maxUnpacked}, sample)
	head, err := buffered.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, readError(err)
	}
	if err := refuse(head); err != nil {
		return nil, err
	}
	t := &Table{Format: CSV, Encoding: o.Encoding}
	if t.Encoding == "" {
		t.Encoding = detect(head)
	}
	text, err := decodeStream(buffered, t.Encoding)
	if err != nil {
		return nil, err
	}
	if isVCard(head) {
		t.Format = VCard
		return openTable(t, func(t *Table) error { return t.openVCard(buffered, text) })
	}
	return openTable(t, func(t *Table) error { return t.openCSV(text, o) })
}

// openTable opens the source and reads the header.
func openTable(t *Table, open func(*Table) error) (*Table, error) {
	if err := open(t); err != nil {
		_ = t.Close()
		return nil, err
	}
	if t.Format == VCard {
		t.Header = vcf.Columns()
		return t, nil
	}
	header, err := t.Next()
	if errors.Is(err, io.EOF) {
		err = errs.New(errs.Invalid, "import.error.empty")
	}
	if err != nil {
		_ = t.Close()
		return nil, err
	}
	t.Header, t.HeaderAt = header, t.line
	return t, nil
}

// Next is the next row that is not blank, at least as long as the header; it
// may be longer. io.EOF ends the table, any other error ends it too.
func (t *Table) Next() ([]string, error) {
	for {
		row, line, err := t.rows.next()
		if err != nil {
			return nil, err
		}
		t.line = line
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		if len(row) > MaxColumns {
			return nil, errs.New(errs.Invalid, "import.error.too_many_columns", "line", line, "max", MaxColumns)
		}
		if len(row) == 0 {
			continue
		}
		for len(row) < len(t.Header) {
			row = append(row, "")
		}
		return row, nil
	}
}

// Line is where the row that Next gave begins: line of a text file, row of a
// sheet, counted from 1.
func (t *Table) Line() int { return t.line }

// Close frees temporary files.
func (t *Table) Close() error {
	if t.rows == nil {
		return nil
	}
	return t.rows.close()
}

// errTooBig stops reading what unpacks to more than is bearable.
var errTooBig = errors.New("file is too big")

// bounded is a reader that fails, instead of ending, at its limit.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooBig
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}

func readError(err error) error {
	if errors.Is(err, errTooBig) {
		return errs.New(errs.TooLarge, "import.error.too_large")
	}
	return notATable(err)
}

func notATable(cause error) error {
	e := errs.New(errs.Invalid, "import.error.not_a_table")
	e.Cause = cause
	return e
}
