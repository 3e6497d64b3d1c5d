package tabular

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestParseDate(t *testing.T) {
	for _, c := range []struct {
		in    string
		order Order
		want  string
	}{
		{"2026-03-01", MonthFirst, "2026-03-01"}, {"2026/3/1", DayFirst, "2026-03-01"}, {"2026.3.1", 0, "2026-03-01"},
		{"1.3.2026", MonthFirst, "2026-03-01"}, {"3/1/2026", MonthFirst, "2026-03-01"}, {"3/1/2026", DayFirst, "2026-01-03"},
		{"2026年3月1日", 0, "2026-03-01"}, {"２０２６年３月１日", 0, "2026-03-01"}, {"2026年3月1日 星期日", 0, "2026-03-01"}, {"20260301", 0, "2026-03-01"},
		{"46347", 0, "2026-11-21"}, {"46347.75", 0, "2026-11-21"}, {"2026-03-01 08:30:00", 0, "2026-03-01"},
		{"2026-03-01T08:30:00.5+08:00", 0, "2026-03-01"}, {"3/1/26 8:30 PM", MonthFirst, "2026-03-01"}, {"1/3/85", DayFirst, "1985-03-01"},
		{"Mar 1, 2026", 0, "2026-03-01"}, {"1 March 2026", 0, "2026-03-01"}, {"29/02/2024", DayFirst, "2024-02-29"},
		{"29/02/2023", DayFirst, ""}, {"13/5/2026", MonthFirst, ""}, {"2026-13-01", 0, ""}, {"0001-01-01", 0, ""}, {"", 0, ""},
		{"tomorrow", 0, ""}, {"1380013", 0, ""}, {"2026", 0, ""}, {"1/2", 0, ""},
	} {
		if got, ok := ParseDate(c.in, c.order); got != c.want || ok != (c.want != "") {
			t.Errorf("ParseDate(%q, %d) = %q %v, want %q", c.in, c.order, got, ok, c.want)
		}
	}
}

func TestParseDecimal(t *testing.T) {
	for in, want := range map[string]string{
		"12": "12", "012.50": "12.5", "¥1,234.50": "1234.5", "￥１，２３４．５０元": "1234.5", "$ 1 234": "1234", "1.234,56": "1234.56", "€1.234.567,80": "1234567.8",
		"12,5": "12.5", "1,234": "1234", "1,23,456": "123456", "1.234.567": "1234567", "(30)": "-30", "-0.00": "0", "30-": "-30", "+7": "7", "−5": "-5",
		".5": "0.5", "5.": "5", "1'234.5": "1234.5", "1.5E-2": "0.015", "1.2E+3": "1200", "RMB 99": "99", "1\u00a0000": "1000",
		"": "", "abc": "", "1,2,3": "", "12%": "", "1.2.3": "", "--1": "", "1e99": "", "NaN": "", "0x10": "", "1,2345": "",
	} {
		if got, ok := ParseDecimal(in); got != want || ok != (want != "") {
			t.Errorf("ParseDecimal(%q) = %q %v, want %q", in, got, ok, want)
		}
	}
	if !Mangled("1.1010119900307E+17") || Mangled("110101199003071234") || Mangled("1.5E-2") || Mangled("1E+3") {
		t.Error("Mangled")
	}
}

func TestWrittenFilesReadBack(t *testing.T) {
	rows := [][]string{{"姓名", "note"}, {"王小明", "a,b\n\"c\""}, {"𠮷野 €", "001234567890123456"}, {"=1+1", "-12.5"}}
	for name, want := range map[string]string{"utf-8": "'=1+1|-12.5", "gb18030": "'=1+1|-12.5", "xlsx": "=1+1|-12.5"} {
		var b bytes.Buffer
		var w interface {
			Write([]string) error
			Close() error
		}
		var err error
		if name == "xlsx" {
			w, err = NewXLSXWriter(&b, "客户: [all]", t.TempDir())
		} else {
			w, err = NewCSVWriter(&b, name == "gb18030")
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		o := Options{}
		if name != "xlsx" {
			o.Encoding = name
		}
		table, got, err := read(t, b.Bytes(), o)
		if err != nil || len(got) != 4 || got[1] != "2:王小明|a,b\n\"c\"" || !strings.HasSuffix(got[2], "𠮷野 €|001234567890123456") || !strings.HasSuffix(got[3], want) {
			t.Errorf("%s: %q %v", name, got, err)
		}
		if name == "xlsx" && table.Sheet != "客户   all" {
			t.Errorf("sheet %q", table.Sheet)
		}
		if name == "utf-8" && !bytes.HasPrefix(b.Bytes(), []byte("\xef\xbb\xbf")) {
			t.Error("no byte order mark")
		}
	}
}

func TestDefuseStopsFormulas(t *testing.T) {
	for in, want := range map[string]string{
		"=HYPERLINK(1)": "'=HYPERLINK(1)", "+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0", "-2+3": "'-2+3", "@SUM(1)": "'@SUM(1)", "\t=1": "'\t=1", "\r=1": "'\r=1",
		"＝1": "'＝1", "-12.5": "-12.5", "+86 138 0013 8000": "+86 138 0013 8000", "+86-571-88886666": "'+86-571-88886666", "-": "'-", "": "", "a=b": "a=b", "张三": "张三",
	} {
		if got := Defuse(in); got != want {
			t.Errorf("Defuse(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzValues(f *testing.F) {
	for _, s := range []string{"2026-03-01", "3/1/26", "46347", "¥1,234.50", "1.5E-2", "(1)", "年月日", "1.234,5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := ParseDate(s, DayFirst); ok {
			if again, same := ParseDate(d, MonthFirst); !same || again != d {
				t.Errorf("%q is not a date", d)
			}
		}
		if n, ok := ParseDecimal(s); ok {
			again, same := ParseDecimal(n)
			if _, fraction, _ := strings.Cut(n, "."); !same || again != n && len(fraction) != 3 {
				t.Errorf("%q becomes %q", n, again)
			}
		}
	})
}

// In a column of numbers they are numbers, which can be added up; what is none
// there, and everything in other columns, stays text and never becomes a formula.
func TestNumbersOfASheetAreNumbers(t *testing.T) {
	var b bytes.Buffer
	w, err := NewXLSXWriter(&b, "Sales", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Lay([]Column{{Wide: 30}, {Wide: 12, Format: "#,##0.00"}}); err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]string{{"Month", "Sales"}, {"007", "8415.50"}, {"=1+1", "=1+1"}, {"x", "NaN"}, {"y", ""}} {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := fs.ReadFile(file, "xl/worksheets/sheet1.xml")
	if first, second := bytes.Index(sheet, []byte(`<col min="1"`)), bytes.Index(sheet, []byte(`<col min="2"`)); err != nil || first < 0 || second < first {
		t.Errorf("columns are told in the order %d, %d: %v", first, second, err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for cell, want := range map[string]struct {
		kind excelize.CellType
		says string
	}{"B1": {excelize.CellTypeInlineString, "Sales"}, "A2": {excelize.CellTypeInlineString, "007"}, "B2": {excelize.CellTypeUnset, "8,415.50"}, "B3": {excelize.CellTypeInlineString, "=1+1"}, "B4": {excelize.CellTypeInlineString, "NaN"}} {
		kind, err := book.GetCellType("Sales", cell)
		says, _ := book.GetCellValue("Sales", cell)
		formula, _ := book.GetCellFormula("Sales", cell)
		if err != nil || kind != want.kind || says != want.says || formula != "" {
			t.Errorf("%s is %v %q, a formula %q: %v", cell, kind, says, formula, err)
		}
	}
	if wide, err := book.GetColWidth("Sales", "A"); err != nil || wide != 30 {
		t.Errorf("the first column is %v wide: %v", wide, err)
	}
}
