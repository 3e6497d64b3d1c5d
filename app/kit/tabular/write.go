package tabular

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"regulars/app/kit/errs"
)

// Files for others. A cell of ours must never become a formula in the reader's
// spreadsheet: XLSX cells are typed text or numbers, CSV cells get an apostrophe.

// CSVWriter writes CSV that Excel and WPS open rightly by a double click.
type CSVWriter struct {
	w     *bufio.Writer
	outer io.Closer // the encoder, if any
}

// NewCSVWriter writes UTF-8 with a byte order mark, or GB18030 if asked to.
func NewCSVWriter(w io.Writer, gb18030 bool) (*CSVWriter, error) {
	if gb18030 {
		enc := transform.NewWriter(w, simplifiedchinese.GB18030.NewEncoder())
		return &CSVWriter{w: bufio.NewWriter(enc), outer: enc}, nil
	}
	c := &CSVWriter{w: bufio.NewWriter(w)}
	if _, err := c.w.WriteString("\ufeff"); err != nil {
		return nil, fmt.Errorf("write csv: %w", err)
	}
	return c, nil
}

// Write adds one row.
func (c *CSVWriter) Write(row []string) error {
	for i, cell := range row {
		if i > 0 {
			_ = c.w.WriteByte(',')
		}
		_, _ = c.w.WriteString(quote(Defuse(strings.ToValidUTF8(cell, "\ufffd"))))
	}
	if _, err := c.w.WriteString("\r\n"); err != nil { // a bufio.Writer keeps its first error
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

// Close writes what is left; it does not close the writer below.
func (c *CSVWriter) Close() error {
	if err := c.w.Flush(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	if c.outer == nil {
		return nil
	}
	return c.outer.Close()
}

// Defuse puts an apostrophe before what a spreadsheet would take for a formula.
// Plain numbers keep their sign.
func Defuse(cell string) string {
	first, size := utf8.DecodeRuneInString(cell)
	if !strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) || cell == "" {
		return cell
	}
	if (first == '+' || first == '-') && len(cell) > size && strings.Trim(cell[size:], "0123456789 ().") == "" {
		return cell
	}
	return "'" + cell
}

func quote(cell string) string {
	if strings.ContainsAny(cell, ",;\t|\"\r\n") || strings.TrimSpace(cell) != cell {
		return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
	}
	return cell
}

// maxRows is what a worksheet holds, sheetCell what a cell of it does, in characters.
const (
	maxRows   = 1 << 20
	sheetCell = excelize.TotalCellChars
)

// XLSXWriter writes one worksheet, row by row; its cells are text unless Lay says
// otherwise.
type XLSXWriter struct {
	out    io.Writer
	book   *excelize.File
	rows   *excelize.StreamWriter
	line   int
	head   int   // the style of the first row
	styles []int // by column, 0 for text
}

// Column is how a column looks: so many characters wide, and how its numbers are
// written ("#,##0.00"), "" for text.
type Column struct {
	Wide   int
	Format string
}

// NewXLSXWriter writes to w when it is closed; tempDir holds big sheets until
// then. The sheet's name is cut to what a spreadsheet allows.
func NewXLSXWriter(w io.Writer, sheet, tempDir string) (*XLSXWriter, error) {
	book := excelize.NewFile(excelize.Options{TmpDir: tempDir})
	if name := sheetName(sheet); name != "" {
		if err := book.SetSheetName("Sheet1", name); err != nil {
			return nil, fmt.Errorf("name the sheet %q: %w", name, err)
		}
	}
	rows, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return nil, fmt.Errorf("start a sheet: %w", err)
	}
	return &XLSXWriter{out: w, book: book, rows: rows}, nil
}

// Lay lays out the columns before the first row, which is their headings: bold, and
// in sight however far one scrolls. Columns of numbers can be added up.
func (x *XLSXWriter) Lay(columns []Column) (err error) {
	for i := len(columns) - 1; i >= 0; i-- { // what is said last stands first, and Excel wants them from left to right
		err = errors.Join(err, x.rows.SetColWidth(i+1, i+1, float64(min(max(columns[i].Wide, 1), excelize.MaxColumnWidth))))
	}
	for _, c := range columns {
		style := 0
		if c.Format != "" {
			var bad error
			style, bad = x.book.NewStyle(&excelize.Style{CustomNumFmt: &c.Format})
			err = errors.Join(err, bad)
		}
		x.styles = append(x.styles, style)
	}
	head, bad := x.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	x.head = head
	err = errors.Join(err, bad, x.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	if err != nil {
		return fmt.Errorf("lay out the columns: %w", err)
	}
	return nil
}

// cell is a value as it is written: a number only in a column of numbers, and never
// a formula.
func (x *XLSXWriter) cell(i int, text string) any {
	text = strings.Map(printable, strings.ToValidUTF8(text, "\ufffd"))
	if x.line == 1 && x.head != 0 {
		return excelize.Cell{StyleID: x.head, Value: text}
	}
	if i < len(x.styles) && x.styles[i] != 0 {
		if v, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
			return excelize.Cell{StyleID: x.styles[i], Value: v}
		}
	}
	return text
}

// Write adds one row.
func (x *XLSXWriter) Write(row []string) error {
	if x.line++; x.line > maxRows {
		return errs.New(errs.TooLarge, "export.error.too_many_rows", "max", maxRows)
	}
	cells := make([]any, len(row))
	for i, cell := range row {
		if len(cell) > sheetCell && len(utf16.Encode([]rune(cell))) > sheetCell { // it would be cut without a word
			return errs.New(errs.TooLarge, "export.error.long_cell", "row", x.line, "max", sheetCell)
		}
		cells[i] = x.cell(i, cell)
	}
	if err := x.rows.SetRow(fmt.Sprintf("A%d", x.line), cells); err != nil {
		return fmt.Errorf("write row %d: %w", x.line, err)
	}
	return nil
}

// Close writes the workbook and removes temporary files.
func (x *XLSXWriter) Close() error {
	defer func() { _ = x.book.Close() }()
	if err := x.rows.Flush(); err != nil {
		return fmt.Errorf("finish the sheet: %w", err)
	}
	x.book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(x.out) }) // row by row, not gathered in memory first
	if err := x.book.Write(io.Discard); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// printable drops what XML cannot hold.
func printable(r rune) rune {
	if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
		return -1
	}
	return r
}

func sheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return printable(r)
	}, s)
	if rs := []rune(s); len(rs) > 31 {
		s = string(rs[:31])
	}
	return strings.TrimSpace(s)
}
