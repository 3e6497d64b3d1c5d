package tabular

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"regulars/app/kit/errs"
)

// Workbooks. Numbers are taken as stored, so that no format rounds them; cells
// shown as a date become ISO. For those the sheet is read twice in step: once
// raw, once with every date format replaced by a marked ISO one and every other
// format by none.

const (
	dateMark = "~date~"
	isoCode  = `"` + dateMark + `"yyyy-mm-dd hh:mm:ss`
	noFormat = 1 << 20 // a number format id that nothing defines
	maxParts = 10000
)

func isZip(head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) }

type xlsxReader struct {
	book       *excelize.File
	raw, dates *excelize.Rows // dates is nil when no cell can be one
	line       int
}

func (t *Table) openXLSX(r io.ReaderAt, size int64, o Options) (err error) {
	defer guard(&err)
	if size > maxPacked {
		return errs.New(errs.TooLarge, "import.error.too_large")
	}
	if err := inspect(r, size); err != nil {
		return err
	}
	book, err := excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{
		UnzipSizeLimit: maxUnpacked, TmpDir: o.TempDir,
	})
	if book != nil {
		t.rows = &xlsxReader{book: book}
	}
	if err != nil {
		return notATable(err)
	}
	if t.Sheets = book.GetSheetList(); len(t.Sheets) == 0 {
		return notATable(nil)
	}
	if t.Sheet = o.Sheet; t.Sheet == "" {
		t.Sheet = t.Sheets[max(0, min(book.GetActiveSheetIndex(), len(t.Sheets)-1))]
	}
	return t.rows.(*xlsxReader).begin(t.Sheet)
}

// inspect refuses what is no workbook, or one made to fill the memory.
func inspect(r io.ReaderAt, size int64) error {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return notATable(err)
	}
	var total, held uint64
	isBook := false
	for _, f := range archive.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		isBook = isBook || name == "xl/workbook.xml"
		total += f.UncompressedSize64
		if !strings.HasPrefix(name, "xl/worksheets/") && name != "xl/sharedstrings.xml" {
			held += f.UncompressedSize64 // the library keeps these in memory
		}
		if f.UncompressedSize64 > maxUnpacked || total > maxUnpacked || held > maxUnpacked/4 {
			return errs.New(errs.TooLarge, "import.error.too_large")
		}
	}
	if !isBook || len(archive.File) > maxParts {
		return notATable(nil)
	}
	return nil
}

func (x *xlsxReader) begin(sheet string) error {
	raw, err := x.book.Rows(sheet)
	if err != nil {
		e := errs.New(errs.Invalid, "import.error.sheet", "sheet", sheet)
		e.Cause = err
		return e
	}
	x.raw = raw
	if !x.markDates() {
		return nil
	}
	if x.dates, err = x.book.Rows(sheet); err != nil {
		return notATable(err)
	}
	return nil
}

// markDates replaces the formats; it tells whether any is a date.
func (x *xlsxReader) markDates() bool {
	styles := x.book.Styles
	if styles == nil || styles.CellXfs == nil {
		return false
	}
	codes := map[int]string{}
	if styles.NumFmts != nil {
		for _, f := range styles.NumFmts.NumFmt {
			codes[f.NumFmtID] = f.FormatCode
		}
	}
	var dated []int
	for i, xf := range styles.CellXfs.Xf {
		if xf.NumFmtID != nil && isDateFormat(*xf.NumFmtID, codes) {
			dated = append(dated, i)
		}
	}
	if len(dated) == 0 {
		return false
	}
	code := isoCode
	style, err := x.book.NewStyle(&excelize.Style{CustomNumFmt: &code})
	if err != nil || style >= len(styles.CellXfs.Xf) || styles.CellXfs.Xf[style].NumFmtID == nil {
		return false
	}
	iso, none := *styles.CellXfs.Xf[style].NumFmtID, noFormat
	for i := range styles.CellXfs.Xf {
		styles.CellXfs.Xf[i].NumFmtID = &none
	}
	for _, i := range dated {
		styles.CellXfs.Xf[i].NumFmtID = &iso
	}
	return true
}

var notInFormat = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|[\\_*].`)

// isDateFormat knows the built-in formats, also those of Chinese Excel, and
// custom ones by their letters. Durations ([h]:mm) stay numbers.
func isDateFormat(id int, codes map[int]string) bool {
	code, custom := codes[id]
	if !custom {
		return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58
	}
	lower := strings.ToLower(code)
	if strings.Contains(lower, "[h") || strings.Contains(lower, "[m") || strings.Contains(lower, "[s") {
		return false
	}
	lower = notInFormat.ReplaceAllString(lower, "")
	return strings.ContainsAny(lower, "yd") || strings.Contains(lower, "h") && strings.Contains(lower, "m")
}

func (x *xlsxReader) next() (row []string, line int, err error) {
	defer guard(&err)
	if !x.raw.Next() {
		if err := x.raw.Error(); err != nil {
			return nil, 0, notATable(err)
		}
		return nil, 0, io.EOF
	}
	x.line++
	row, err = x.raw.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, 0, notATable(err)
	}
	var shown []string
	if x.dates != nil && x.dates.Next() {
		if shown, err = x.dates.Columns(); err != nil {
			return nil, 0, notATable(err)
		}
	}
	for i := range row {
		if len(row[i]) > maxCell {
			return nil, 0, errs.New(errs.Invalid, "import.error.cell_too_long", "line", x.line)
		}
		if i < len(shown) {
			row[i] = isoCell(row[i], shown[i])
		}
		row[i] = strings.TrimSpace(strings.ReplaceAll(row[i], "\x00", ""))
	}
	return row, x.line, nil
}

// isoCell takes the shown form of a number that is a date, without an empty
// time, or only the time if there is no day.
func isoCell(raw, shown string) string {
	iso, marked := strings.CutPrefix(shown, dateMark)
	if _, err := strconv.ParseFloat(raw, 64); err != nil || !marked {
		return raw
	}
	for _, dayZero := range []string{"1899-12-30 ", "1899-12-31 ", "1900-01-00 "} {
		if clock, ok := strings.CutPrefix(iso, dayZero); ok {
			return clock
		}
	}
	return strings.TrimSuffix(iso, " 00:00:00")
}

func (x *xlsxReader) close() error {
	for _, rows := range []*excelize.Rows{x.raw, x.dates} {
		if rows != nil {
			_ = rows.Close()
		}
	}
	return x.book.Close()
}

// guard turns a panic of the library over a damaged file into an error.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = notATable(fmt.Errorf("workbook reader failed: %v", p))
	}
}
